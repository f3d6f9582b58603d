// Expectations on a Result: it passes, or it is refused with one exact code.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "base/result.hpp"
#include "model/ids.hpp"

namespace xch::testing {

template <class T>
::testing::AssertionResult passes(const Result<T>& result) {
  if (result) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << "refused: " << info(result.error().code).name;
}

template <class T>
::testing::AssertionResult refuses(const Result<T>& result, Code code) {
  if (!result && result.error().code == code) return ::testing::AssertionSuccess();
  const auto got = result ? std::string_view("passed") : info(result.error().code).name;
  return ::testing::AssertionFailure() << got << " instead of " << info(code).name;
}

/// suite_name names a parameterised test's run by its suite.
inline std::string suite_name(const ::testing::TestParamInfo<SuiteId>& run) {
  return run.param == SuiteId::p256 ? "p256" : "x25519";
}
inline SuiteId other_suite(SuiteId suite) { return suite == SuiteId::p256 ? SuiteId::x25519 : SuiteId::p256; }

#define XCH_FOR_EVERY_SUITE(fixture)                                                             \
  INSTANTIATE_TEST_SUITE_P(Suites, fixture, ::testing::Values(::xch::SuiteId::p256, ::xch::SuiteId::x25519), \
                           ::xch::testing::suite_name)

}  // namespace xch::testing
