// The codes that HL7 has for the classes.
#include "policy/hl7.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "packs.hpp"

namespace xch::policy_test {
namespace {

TEST(Hl7, HasACodeForEveryClassAndForNothingElse) {
  const std::set<std::string_view> levels{"N", "R", "V"};
  const std::set<std::string_view> codes{"IDS",     "DEMO", "PATLOC", "SPI", "LIVARG", "SUD", "MH",
                                         "PSYTHPN", "HIV",  "STD",    "SDV", "VIO",    "SSP", "GENDER"};
  for (std::uint16_t n = 1; n < kFieldClassCount; ++n) {
    const auto* code = policy::hl7_of(static_cast<FieldClass>(n));
    ASSERT_NE(code, nullptr) << kFieldClassCodes[n];
    EXPECT_EQ(levels.count(code->confidentiality), 1u) << kFieldClassCodes[n];
    EXPECT_EQ(codes.count(code->sensitivity), 1u) << kFieldClassCodes[n];
  }
  EXPECT_EQ(policy::hl7_of(FieldClass::none), nullptr);
  EXPECT_EQ(policy::hl7_of(static_cast<FieldClass>(kFieldClassCount)), nullptr);
}

TEST(Hl7, RestrictsWhatPart2AndVictimsProtectAndNamesNoClassOfItsOwnForJustice) {
  for (const auto& row : default_pack().classes) {
    const auto* code = policy::hl7_of(row.field_class);
    ASSERT_NE(code, nullptr);
    if (row.part2) { EXPECT_NE(code->confidentiality, "N") << row.title; }
    if (row.isolate) { EXPECT_EQ(code->confidentiality, "V") << row.title; }
  }
  for (const auto of : {FieldClass::leg, FieldClass::chri, FieldClass::lei, FieldClass::imm, FieldClass::saf})
    EXPECT_FALSE(policy::hl7_of(of)->exact);
  for (const auto of : {FieldClass::sud, FieldClass::mh, FieldClass::hiv, FieldClass::std, FieldClass::sdv})
    EXPECT_TRUE(policy::hl7_of(of)->exact);
  for (const auto of : {FieldClass::sud, FieldClass::mh, FieldClass::hiv, FieldClass::std})
    EXPECT_EQ(policy::hl7_of(of)->confidentiality, "R");
  for (const auto of : {FieldClass::sdv, FieldClass::psyn}) EXPECT_EQ(policy::hl7_of(of)->confidentiality, "V");
  EXPECT_EQ(policy::hl7_of(FieldClass::psyn)->sensitivity, "PSYTHPN");
}

}  // namespace
}  // namespace xch::policy_test
