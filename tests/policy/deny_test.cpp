// What no consent, purpose or basis of the default pack may ever give: every combination is tried.
#include <gtest/gtest.h>

#include <algorithm>

#include "packs.hpp"
#include "policy/explain.hpp"

namespace xch::policy_test {
namespace {

using policy::allows;

struct Combination {
  Basis basis;
  Purpose purpose;
  Role role;
  Compartment compartment;
};

/// for_each tries bases, purposes, roles, classes and forms, the unknown ones beyond each list included.
template <class F>
std::size_t for_each_combination(F f) {
  std::size_t count = 0;
  for (const auto basis : every<Basis>(kBasisCount + 1))
    for (const auto purpose : every<Purpose>(kPurposeCount + 1))
      for (const auto role : every<Role>(kRoleCount + 1))
        for (const auto field_class : every<FieldClass>(kFieldClassCount + 1))
          for (const auto form : every<Form>(kFormCount + 1)) {
            ++count;
            f(Combination{basis, purpose, role, Compartment(field_class, form)});
          }
  return count;
}

std::string text(const Combination& c) {
  return std::string(code_of(c.basis)) + " " + std::string(code_of(c.purpose)) + " " + std::string(code_of(c.role)) +
         " " + std::string(code_of(c.compartment.field_class())) + " " + std::string(code_of(c.compartment.form()));
}

TEST(DefaultPack, DeniesWhateverIsMissingOrUnknown) {
  const auto count = for_each_combination([](const Combination& c) {
    const bool known = is_known(c.basis) && is_known(c.purpose) && is_known(c.role) &&
                       is_known(c.compartment.field_class()) && is_known(c.compartment.form());
    if (known) return;
    ASSERT_FALSE(allows(default_pack(), c.basis, c.purpose, c.role, c.compartment)) << text(c);
  });
  EXPECT_EQ(count, std::size_t{kBasisCount + 1u} * (kPurposeCount + 1u) * (kRoleCount + 1u) * (kFieldClassCount + 1u) *
                       (kFormCount + 1u));
}

TEST(DefaultPack, GivesJusticeRolesNoTreatmentHealthPlaceContactOrText) {
  std::size_t bits = 0;
  for_each_combination([&](const Combination& c) {
    if (!policy::is_justice_role(c.role)) return;
    const bool given = allows(default_pack(), c.basis, c.purpose, c.role, c.compartment);
    switch (c.compartment.field_class()) {
      case FieldClass::loc:
        // To police, and only for a threat or a crime: 45 CFR 164.512(j), 42 CFR 2.12(c)(5).
        ASSERT_TRUE(!given || c.basis == Basis::seriousThreat || c.basis == Basis::crimeOnPremises) << text(c);
        return;
      case FieldClass::mh:
      case FieldClass::con:
      case FieldClass::txt:
      case FieldClass::sudn:
      case FieldClass::psyn:
      case FieldClass::hiv:
      case FieldClass::std:
      case FieldClass::sdv:
      case FieldClass::imm:
      case FieldClass::prv:
        ASSERT_FALSE(given) << text(c);
        return;
      case FieldClass::sud:
        // 42 CFR 2.35: "participating as required", yes or no, to those who monitor it. More only by a consent for
        // proceedings or an order (42 CFR 2.31(d), 2.61).
        if (given && policy::is_for_proceedings(c.basis)) {
          ASSERT_EQ(c.purpose, Purpose::proceeding) << text(c);
          ASSERT_TRUE(c.role == Role::pros || c.role == Role::court || c.role == Role::prob) << text(c);
        } else if (given) {
          ++bits;
          ASSERT_EQ(c.compartment.form(), Form::yesNo) << text(c);
          ASSERT_EQ(c.basis, Basis::justiceCondition) << text(c);
          ASSERT_TRUE(c.role == Role::pros || c.role == Role::court || c.role == Role::prob) << text(c);
        }
        return;
      default: return;
    }
  });
  EXPECT_EQ(bits, 4u);  // PROS for FILING; PROS, COURT and PROB for COURT
}

TEST(DefaultPack, NeverGivesPoliceAPart2FieldOrAPlace) {
  for (const auto& cell : default_pack().cells) {
    if (cell.role != Role::leo && cell.role != Role::les) continue;
    if (cell.effect == Effect::deny) continue;
    if (cell.basis != Basis::seriousThreat && cell.basis != Basis::crimeOnPremises) {
      EXPECT_NE(cell.field_class, FieldClass::loc);
    }
    EXPECT_FALSE(policy::is_part2(default_pack(), Compartment(cell.field_class, Form::full)));
  }
  for_each_combination([](const Combination& c) {
    if (c.role != Role::leo && c.role != Role::les) return;
    const auto* row = policy::basis_row(default_pack(), c.basis);
    // Not even the basis: a header that says "part2-consent" would be the disclosure.
    if (row == nullptr || !row->part2) return;
    ASSERT_FALSE(allows(default_pack(), c.basis, c.purpose, c.role, c.compartment)) << text(c);
  });
}

TEST(DefaultPack, GivesOneFormOfAClassToARole) {
  for (const auto basis : every<Basis>(kBasisCount))
    for (const auto purpose : every<Purpose>(kPurposeCount))
      for (const auto role : every<Role>(kRoleCount))
        for (const auto field_class : every<FieldClass>(kFieldClassCount)) {
          std::size_t forms = 0;
          for (const auto form : every<Form>(kFormCount))
            forms += allows(default_pack(), basis, purpose, role, Compartment(field_class, form)) ? 1u : 0u;
          const auto* cell = policy::cell_for(default_pack(), basis, purpose, role, field_class);
          const bool author = cell != nullptr && cell->relation == Relation::author && cell->form != Form::full;
          ASSERT_LE(forms, author ? 2u : 1u);
        }
}

TEST(DefaultPack, OpensNothingForPurposesWithoutABasis) {
  for_each_combination([](const Combination& c) {
    switch (c.purpose) {
      case Purpose::eval:
      case Purpose::audit:
      case Purpose::accounting:
      case Purpose::etreat:
        ASSERT_FALSE(allows(default_pack(), c.basis, c.purpose, c.role, c.compartment)) << text(c);
        return;
      case Purpose::proceeding:
        if (policy::is_for_proceedings(c.basis)) return;
        ASSERT_FALSE(allows(default_pack(), c.basis, c.purpose, c.role, c.compartment)) << text(c);
        return;
      default: return;
    }
  });
}

TEST(DefaultPack, P2_12_c5_GivesPoliceExactlyTheListOfTheRuleForACrimeOnThePremises) {
  std::size_t given = 0;
  for_each_combination([&](const Combination& c) {
    if (c.basis != Basis::crimeOnPremises || !allows(default_pack(), c.basis, c.purpose, c.role, c.compartment)) return;
    ++given;
    ASSERT_TRUE(c.role == Role::leo || c.role == Role::les) << text(c);
    const bool whole = c.compartment.form() == Form::full;
    const auto k = c.compartment.field_class();
    ASSERT_TRUE((whole && (k == FieldClass::id || k == FieldClass::loc || k == FieldClass::saf)) ||
                (k == FieldClass::eng && c.compartment.form() == Form::yesNo)) << text(c);
  });
  EXPECT_EQ(given, 8u);
}

TEST(DefaultPack, OpensOnlyThePurposesClasses) {
  const auto in = [](FieldClass c, std::initializer_list<FieldClass> list) {
    return std::find(list.begin(), list.end(), c) != list.end();
  };
  for_each_combination([&](const Combination& c) {
    if (!allows(default_pack(), c.basis, c.purpose, c.role, c.compartment)) return;
    const auto k = c.compartment.field_class();
    using F = FieldClass;
    switch (c.purpose) {
      case Purpose::intake: ASSERT_TRUE(in(k, {F::eng})) << text(c); return;
      case Purpose::housing: ASSERT_TRUE(in(k, {F::hou, F::id})) << text(c); return;
      case Purpose::safety: {
        const bool emergency = c.basis == Basis::seriousThreat || c.basis == Basis::crimeOnPremises;
        ASSERT_TRUE(in(k, {F::saf}) || (emergency && in(k, {F::id, F::loc, F::eng}))) << text(c);
        return;
      }
      case Purpose::proceeding: ASSERT_TRUE(in(k, {F::id, F::eng, F::leg, F::sud})) << text(c); return;
      case Purpose::filing: ASSERT_TRUE(in(k, {F::eng, F::leg, F::sud})) << text(c); return;
      case Purpose::court: ASSERT_TRUE(in(k, {F::leg, F::need, F::sud})) << text(c); return;
      case Purpose::refer: ASSERT_TRUE(in(k, {F::id, F::con, F::loc, F::need, F::leg, F::saf, F::txt})) << text(c); return;
      default: return;
    }
  });
}

TEST(DefaultPack, GivesProsecutorsProgressForFilingAsALevelOnly) {
  const auto& pack = default_pack();
  EXPECT_TRUE(allows(pack, Basis::justiceCondition, Purpose::filing, Role::pros, {FieldClass::eng, Form::level}));
  EXPECT_FALSE(allows(pack, Basis::justiceCondition, Purpose::filing, Role::pros, {FieldClass::eng, Form::full}));
  EXPECT_TRUE(allows(pack, Basis::justiceCondition, Purpose::filing, Role::pros, {FieldClass::leg, Form::full}));
  EXPECT_FALSE(allows(pack, Basis::part2Consent, Purpose::coord, Role::pros, {FieldClass::eng, Form::level}));
}

}  // namespace
}  // namespace xch::policy_test
