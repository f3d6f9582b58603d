#include <gtest/gtest.h>

#include <algorithm>

#include "packs.hpp"

namespace xch::policy_test {
namespace {

using policy::originator_allowed;
using policy::OriginatorEntry;

constexpr std::uint64_t kLength = 14 * kDay;

Compartment full(FieldClass c) { return Compartment(c, Form::full); }
OriginatorEntry reads(Role role, FieldClass c) { return {role, false, full(c), true, false}; }
OriginatorEntry writes(FieldClass c) { return {Role::leo, true, full(c), true, true}; }

std::vector<OriginatorEntry> referral() {
  return {writes(FieldClass::id), writes(FieldClass::loc), writes(FieldClass::leg), reads(Role::cm, FieldClass::id),
          reads(Role::cm, FieldClass::loc), reads(Role::pros, FieldClass::leg)};
}

bool allowed(const std::vector<OriginatorEntry>& entries, std::vector<Purpose> purposes = {Purpose::refer},
             PartyKind kind = PartyKind::justice, std::uint64_t length = kLength) {
  return originator_allowed(default_pack(), kind, purposes, length, entries);
}

TEST(Originator, MayReferAPersonBeforeConsent) { EXPECT_TRUE(allowed(referral())); }

TEST(Originator, IsAJusticeAgencyAlone) {
  for (const auto kind : every<PartyKind>(kPartyKindCount + 1))
    EXPECT_EQ(allowed(referral(), {Purpose::refer}, kind), kind == PartyKind::justice) << code_of(kind);
}

TEST(Originator, OpensThePackRowsAndNoOthers) {
  // Typed again: purpose, class and the roles that read it.
  struct Row { Purpose purpose; FieldClass field_class; std::vector<Role> readers; };
  const std::vector<Row> rows = {
      {Purpose::refer, FieldClass::id, {Role::pm, Role::cm}},    {Purpose::refer, FieldClass::con, {Role::pm, Role::cm}},
      {Purpose::refer, FieldClass::loc, {Role::pm, Role::cm}},   {Purpose::refer, FieldClass::need, {Role::pm, Role::cm}},
      {Purpose::refer, FieldClass::leg, {Role::pros, Role::pm, Role::cm}},
      {Purpose::refer, FieldClass::saf, {Role::pm, Role::cm}},   {Purpose::refer, FieldClass::txt, {Role::pm, Role::cm}},
      {Purpose::warrant, FieldClass::leg, {Role::les, Role::pros, Role::cm, Role::pd}},
      {Purpose::safety, FieldClass::saf, {Role::leo, Role::les, Role::pm, Role::cm}},
      {Purpose::filing, FieldClass::leg, {Role::cm, Role::pd}},
      {Purpose::court, FieldClass::need, {Role::cm}},
      {Purpose::court, FieldClass::leg, {Role::les, Role::pros, Role::pm, Role::cm, Role::pd}},
  };
  EXPECT_EQ(default_pack().originator.rows.size(), rows.size());
  for (const auto purpose : every<Purpose>(kPurposeCount))
    for (const auto field_class : every<FieldClass>(kFieldClassCount))
      for (const auto role : every<Role>(kRoleCount)) {
        const bool expected = std::any_of(rows.begin(), rows.end(), [&](const Row& row) {
          return row.purpose == purpose && row.field_class == field_class &&
                 std::find(row.readers.begin(), row.readers.end(), role) != row.readers.end();
        });
        const auto entries = std::vector<OriginatorEntry>{writes(FieldClass::leg), reads(role, field_class)};
        EXPECT_EQ(allowed(entries, {purpose}), expected) << code_of(purpose) << " " << code_of(field_class) << " " << code_of(role);
        EXPECT_EQ(policy::allows(default_pack(), Basis::originatorAuthority, purpose, role, full(field_class)), expected);
      }
}

TEST(Originator, RefusesAReaderThatOnlyAnotherPurposeOpens) {
  auto entries = referral();
  entries.push_back(reads(Role::pd, FieldClass::leg));
  EXPECT_FALSE(allowed(entries, {Purpose::refer}));
  EXPECT_TRUE(allowed(entries, {Purpose::refer, Purpose::court}));
}

TEST(Originator, RefusesPurposesItHasNoRowsFor) {
  EXPECT_FALSE(allowed(referral(), {}));
  EXPECT_FALSE(allowed(referral(), {Purpose::refer, Purpose::coord}));
  EXPECT_FALSE(allowed(referral(), {Purpose::proceeding}));
  EXPECT_FALSE(allowed(referral(), {Purpose::none}));
}

TEST(Originator, EndsWithThePacksDays) {
  EXPECT_TRUE(allowed(referral(), {Purpose::refer}, PartyKind::justice, 30 * kDay));
  EXPECT_FALSE(allowed(referral(), {Purpose::refer}, PartyKind::justice, 30 * kDay + 1));
}

TEST(Originator, HasOneWriterAndReadersWhoOnlyRead) {
  auto entries = referral();
  entries[3].write = true;
  EXPECT_FALSE(allowed(entries));
  entries = referral();
  entries.erase(entries.begin(), entries.begin() + 3);
  EXPECT_FALSE(allowed(entries));  // nobody writes
  entries = referral();
  entries[4].read = false;
  EXPECT_FALSE(allowed(entries));  // an entry that gives nothing
}

TEST(Originator, WritesNoTreatmentOrVictimFacts) {
  for (const auto c : {FieldClass::sud, FieldClass::sudn, FieldClass::orgs, FieldClass::sdv, FieldClass::mh, FieldClass::chri, FieldClass::none}) {
    auto entries = referral();
    entries.push_back(writes(c));
    EXPECT_FALSE(allowed(entries)) << code_of(c);
  }
  auto entries = referral();
  entries.push_back(writes(FieldClass::lei));  // its own police work, for its own archive
  EXPECT_TRUE(allowed(entries));
}

TEST(Originator, GivesWholeValuesOnly) {
  auto entries = referral();
  entries[4].compartment = Compartment(FieldClass::loc, Form::area);
  EXPECT_FALSE(allowed(entries));
  entries = referral();
  entries[1].compartment = Compartment(FieldClass::loc, Form::area);
  EXPECT_FALSE(allowed(entries));
}

}  // namespace
}  // namespace xch::policy_test
