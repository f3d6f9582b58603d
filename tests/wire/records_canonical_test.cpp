// The canonical check itself, on upstream's own cases (shared vectors, capnp/canonicalize.json).
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/encoding.hpp"
#include "wire/canonical.hpp"

namespace xch::wire {
namespace {

constexpr std::size_t kCases = 15;

TEST(Canonical, AgreesWithUpstreamsCases) {
  std::ifstream file(XCH_SOURCE_DIR "/../shared/vectors/capnp/canonicalize.json");
  if (!file) {
    if (std::getenv("CI") != nullptr) FAIL() << "the vectors are missing";
    GTEST_SKIP() << "not run: no shared/vectors/capnp/canonicalize.json";
  }
  const auto cases = nlohmann::json::parse(file);
  std::size_t ran = 0, accepted = 0, refused = 0, forms = 0;
  for (const auto& one : cases) {
    const std::string name = one["name"];
    // Several segments are given one after the other: a record is one segment, and the rest is trailing bytes.
    Bytes bytes;
    for (const std::string hex : one["segments"]) {
      const auto part = from_hex(hex);
      ASSERT_TRUE(part) << name;
      bytes.insert(bytes.end(), part->begin(), part->end());
    }
    ++ran;
    const Status status = canonical::check_canonical(bytes);
    if (one["isCanonical"].is_boolean()) {
      EXPECT_EQ(status.has_value(), one["isCanonical"].get<bool>()) << name;
      ++(status ? accepted : refused);
    }
    if (!one.contains("canonicalForm")) continue;
    canonical::Words words{ByteView(bytes)};
    const kj::ArrayPtr<const capnp::word> segment = words.get();
    capnp::SegmentArrayMessageReader in(kj::arrayPtr(&segment, 1));
    canonical::Builder message;
    message.getRoot<capnp::AnyPointer>().set(in.getRoot<capnp::AnyPointer>());
    EXPECT_EQ(to_hex(canonical::to_bytes(message)), one["canonicalForm"].get<std::string>()) << name;
    ++forms;
  }
  EXPECT_EQ(ran, kCases);
  EXPECT_EQ(accepted, 4u);
  EXPECT_EQ(refused, 10u);
  EXPECT_EQ(forms, 2u);
}

TEST(Canonical, StopsAtTheNestingLimit) {
  // A chain of pointer lists, each holding the next: canonical, and deeper than any record.
  const auto chain = [](unsigned depth) {
    canonical::Builder message;
    auto place = message.getRoot<capnp::AnyPointer>().initAsAnyStruct(0, 1).getPointerSection()[0];
    for (unsigned i = 1; i + 1 < depth; ++i) place = place.initAsAnyStruct(0, 1).getPointerSection()[0];
    place.initAs<capnp::Data>(1)[0] = 1;
    return canonical::to_bytes(message);
  };
  EXPECT_TRUE(canonical::check_canonical(chain(kMaxNesting)));
  const Status deep = canonical::check_canonical(chain(kMaxNesting + 2));
  ASSERT_FALSE(deep);
  EXPECT_EQ(deep.error().code, Code::record_malformed);
}

TEST(Canonical, TakesWholeWordsOnly) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{7}, std::size_t{9}})
    EXPECT_EQ(canonical::check_size(Bytes(size)).error().code, Code::record_malformed);
  EXPECT_TRUE(canonical::check_size(Bytes(8)));
}

}  // namespace
}  // namespace xch::wire
