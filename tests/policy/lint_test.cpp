// The lint of a pack: the default one has no error, and each finding is made by one change.
#include <functional>

#include "packs.hpp"
#include "policy/lint.hpp"

namespace xch::policy_test {
namespace {

using policy::LintFinding;
using policy::LintRule;

std::vector<LintFinding> lint(const PolicyPack& pack) { return policy::lint(pack, note_schemas()); }

/// New findings of a changed pack, as "rule at".
std::vector<std::string> made(const std::function<void(PolicyPack&)>& edit) {
  PolicyPack pack = default_pack();
  edit(pack);
  const auto row = [](const LintFinding& f) { return std::string(policy::lint_rule_text(f.rule)) + " " + f.at + ": " + f.says; };
  std::vector<std::string> before, out;
  for (const auto& finding : lint(default_pack())) before.push_back(row(finding));
  for (const auto& finding : lint(pack))
    if (std::find(before.begin(), before.end(), row(finding)) == before.end())
      out.push_back(std::string(policy::lint_rule_text(finding.rule)) + " " + finding.at);
  return out;
}

using Found = std::vector<std::string>;

TEST(Lint, FindsNoErrorInTheDefaultPack) {
  for (const auto& finding : lint(default_pack())) EXPECT_FALSE(finding.is_error()) << finding.at << ": " << finding.says;
}

TEST(Lint, SaysWhereWhatAndWhatToDo) {
  const auto all = lint(default_pack());
  ASSERT_FALSE(all.empty());
  for (const auto& finding : all) {
    EXPECT_FALSE(finding.at.empty());
    EXPECT_FALSE(finding.says.empty()) << finding.at;
    EXPECT_FALSE(finding.fix.empty()) << finding.at;
    EXPECT_FALSE(policy::lint_rule_text(finding.rule).empty());
  }
}

TEST(Lint, FindsATreatmentFactUnderABasisThatIsNoneOfPart2) {
  EXPECT_EQ(made([](PolicyPack& pack) {
    pack.cells.insert(pack.cells.end(), {Basis::originatorAuthority, Purpose::safety, Role::pd, FieldClass::sud, Effect::allow, Form::full, false, Relation::any, "r"});
    sort_cells(pack);
  }), (Found{"fail-open cell.originator-authority.SAFETY.PD.SUD"}));
}

TEST(Lint, FindsVictimDataThatGoesWithoutItsTick) {
  EXPECT_EQ(made([](PolicyPack& pack) {
    cell_of(pack, Basis::part2Consent, Purpose::coord, Role::cm, FieldClass::sdv).tick = false;
  }), (Found{"fail-open cell.part2-consent.COORD.CM.SDV"}));
}

TEST(Lint, FindsFreeTextForAJusticeAgency) {
  EXPECT_EQ(made([](PolicyPack& pack) {
    pack.cells.push_back({Basis::justiceCondition, Purpose::court, Role::court, FieldClass::txt, Effect::allow, Form::full, false, Relation::any, "r"});
    sort_cells(pack);
  }), (Found{"fail-open cell.justice-condition.COURT.COURT.TXT", "uncovered open.justice-condition.COURT.TXT"}));
}

TEST(Lint, FindsAPart2BasisWithoutItsDutiesAndItsStatement) {
  for (const auto& [obligation, at] : std::vector<std::pair<Obligation, std::string>>{
           {Obligation::noUseAgainst, "fail-open basis.part2-consent.obligations"},
           {Obligation::noRedisclosure, "fail-open basis.part2-consent.obligations"}}) {
    EXPECT_EQ(made([&, obligation = obligation](PolicyPack& pack) {
      auto& list = pack.bases[0].obligations;
      list.erase(std::remove(list.begin(), list.end(), obligation), list.end());
    }), (Found{at}));
  }
  EXPECT_EQ(made([](PolicyPack& pack) { pack.bases[0].notice = Notice::originator; }), (Found{"fail-open basis.part2-consent.notice"}));
}

TEST(Lint, FindsARoleThatNoBasisReads) {
  const auto out = made([](PolicyPack& pack) {
    auto& readers = pack.bases[0].readers;
    readers.erase(std::remove(readers.begin(), readers.end(), Role::pd), readers.end());
  });
  ASSERT_FALSE(out.empty());
  EXPECT_EQ(out[0], "unreachable basis.part2-consent.readers");
}

TEST(Lint, FindsAReaderOfANoteTypeWhoGetsNothingOfIt) {
  EXPECT_EQ(made([](PolicyPack& pack) {
    for (auto& edge : pack.edges)
      if (edge.schema == "treatment.status") edge.to.push_back(Role::relay);
  }), (Found{"unreachable edge.treatment.status.to"}));
}

TEST(Lint, FindsAReaderWithoutALine) {
  EXPECT_EQ(made([](PolicyPack& pack) {
    pack.cells.erase(std::find_if(pack.cells.begin(), pack.cells.end(), [](const PackCell& c) {
      return c.basis == Basis::part2Consent && c.purpose == Purpose::coord && c.role == Role::pd && c.field_class == FieldClass::hiv;
    }));
  }), (Found{"uncovered open.part2-consent.COORD.HIV"}));
}

TEST(Lint, FindsWhatNothingNames) {
  EXPECT_EQ(made([](PolicyPack& pack) { pack.executable.push_back(Obligation::humanApproval); }),
            (Found{"unused executable.human-approval"}));
  EXPECT_EQ(made([](PolicyPack& pack) {
    pack.cells.erase(std::remove_if(pack.cells.begin(), pack.cells.end(), [](const PackCell& c) { return c.field_class == FieldClass::imm; }),
                     pack.cells.end());
  }), (Found{"unused class.IMM"}));
  EXPECT_EQ(made([](PolicyPack& pack) {
    for (auto& cell : pack.cells)
      if (cell.form == Form::initials) cell.effect = Effect::deny, cell.form = Form::full, cell.relation = Relation::any;
  }).back(), "unused form.initials");
}

}  // namespace
}  // namespace xch::policy_test
