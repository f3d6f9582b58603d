// Recipients outside the coalition in a draft: each by name and until a day, nothing that may not leave, and a grant that
// carries them.
#include <algorithm>

#include "consent/authority/externals.hpp"
#include "consent/authority/period.hpp"
#include "office.hpp"

namespace xch::testing {
namespace {

using consent::Finding;

/// The office, whose key in this roster issues a plain release, lets itself tell a bakery.
struct Externals : ::testing::Test {
  Coalition coalition{SuiteId::p256};

  static ConsentDraft draft() {
    ConsentDraft out = care_draft();
    out.basis = Basis::plainRelease;
    out.disclosers = {"office"};
    out.recipients.clear();
    out.classes = {FieldClass::eng};
    out.subject_record.clear();
    out.externals = {{"Corner Bakery", "2026-12-20"}};
    return out;
  }
  std::vector<Finding> errors(const ConsentDraft& asked, const PolicyPack& pack = default_pack()) {
    std::vector<Finding> out;
    for (const auto& finding : consent::lint(asked, pack, *coalition.roster(), coalition["office"].id(), kNow))
      // The test coalition's office issues two other bases.
      if (finding.is_error && finding.rule != "LX-basis") out.push_back(finding);
    return out;
  }
  ::testing::AssertionResult refuses_by(const ConsentDraft& asked, const std::string& rule, const std::string& text,
                                        const PolicyPack& pack = default_pack()) {
    const auto found = errors(asked, pack);
    for (const auto& finding : found)
      if (finding.rule == rule && finding.text.find(text) != std::string::npos) return ::testing::AssertionSuccess();
    auto out = ::testing::AssertionFailure() << "no " << rule;
    for (const auto& finding : found) out << "; " << finding.rule << ": " << finding.text;
    return out;
  }
};

TEST_F(Externals, P2_31_4i_AcceptsWhoIsNamedByNameAndUntilADay) {
  EXPECT_TRUE(errors(draft()).empty());
  const auto layout = consent::lay_out(draft(), default_pack(), *coalition.roster());
  ASSERT_EQ(layout.externals.size(), 1u);
  const auto& bakery = layout.externals[0];
  // The last second of the day, by the clocks of the draft's zone.
  EXPECT_EQ(bakery.until, *consent::end_of_day("2026-12-20", -480));
  EXPECT_EQ(bakery.id, grant::external_id(coalition.id(), "Corner Bakery", bakery.until));
  std::vector<Compartment> reads;
  for (const auto& right : layout.rights) {
    if (right.agency != bakery.id) continue;
    EXPECT_EQ(right.rights, Rights::read);
    reads.push_back(right.compartment);
  }
  EXPECT_EQ(reads, std::vector<Compartment>{Compartment(FieldClass::eng, Form::yesNo)});
  // Whoever shares may write just that form, and stands in an edge with it.
  const auto writes = [&](Compartment k) {
    return std::any_of(layout.rights.begin(), layout.rights.end(), [&](const auto& right) {
      return right.agency == coalition["office"].id() && right.compartment == k && may_write(right.rights);
    });
  };
  EXPECT_TRUE(writes(Compartment(FieldClass::eng, Form::yesNo)));
  ASSERT_EQ(layout.edges.size(), 1u);
  EXPECT_EQ(layout.edges[0].b, bakery.id);
  const auto plan = consent::plan(draft(), default_pack(), *coalition.roster());
  EXPECT_TRUE(std::any_of(plan.begin(), plan.end(), [](const auto& line) { return line.party == "Corner Bakery" && line.reads; }));
}

TEST_F(Externals, P2_31_4i_RefusesWithoutANameOfItsOwn) {
  for (const std::string& name : {std::string(), std::string(" Bakery"), std::string("Ba\nkery"), std::string(129, 'a'), std::string("\xff")}) {
    auto asked = draft();
    asked.externals[0].name = name;
    EXPECT_TRUE(refuses_by(asked, "P2-31-4i", "no name"));
  }
  auto asked = draft();
  asked.externals.push_back(asked.externals[0]);
  EXPECT_TRUE(refuses_by(asked, "P2-31-4i", "named twice"));
  asked = draft();
  asked.externals[0].name = "clinic";
  EXPECT_TRUE(refuses_by(asked, "P2-31-4i", "is an agency of the roster"));
  asked = draft();
  asked.externals.clear();
  for (int i = 0; i < 17; ++i) asked.externals.push_back({"Shop " + std::to_string(i), "2026-12-20"});
  EXPECT_TRUE(refuses_by(asked, "LX-external", "More than 16"));
}

TEST_F(Externals, RefusesWithoutADayThatIsToComeAndWithinTheConsent) {
  for (const char* day : {"", "soon", "2026-11-25"}) {
    auto asked = draft();
    asked.externals[0].last_day = day;
    EXPECT_TRUE(refuses_by(asked, "LX-external", "no last day, or one that is past")) << day;
  }
  auto asked = draft();
  asked.externals[0].last_day = "2027-02-22";
  EXPECT_TRUE(refuses_by(asked, "LX-external", "for longer than the consent holds"));
  asked.externals[0].last_day = "2027-02-21";
  EXPECT_TRUE(errors(asked).empty());
}

TEST_F(Externals, RefusesABasisThatNamesNobodyOutside) {
  for (const auto basis : {Basis::part2Consent, Basis::tpoConsent, Basis::justiceCondition, Basis::victimRelease, Basis::proceedings}) {
    auto asked = draft();
    asked.basis = basis;
    EXPECT_TRUE(refuses_by(asked, "P2-31-4i", "allows no recipient outside")) << code_of(basis);
  }
  auto asked = draft();
  asked.basis = Basis::originatorAuthority;
  EXPECT_TRUE(refuses_by(asked, "LX-originator", "Before a consent nothing leaves"));
}

TEST_F(Externals, V_1_RefusesWhatMustNotLeaveWhateverThePackGives) {
  const auto opened = [&](FieldClass field_class, Effect effect, Form form) {
    PolicyPack pack = default_pack();
    PackCell cell;
    cell.basis = Basis::plainRelease, cell.purpose = Purpose::coord, cell.role = Role::ext, cell.field_class = field_class;
    cell.effect = effect, cell.form = form, cell.reason = "by mistake";
    pack.cells.push_back(cell);
    std::sort(pack.cells.begin(), pack.cells.end(), [](const PackCell& a, const PackCell& b) {
      return std::tie(a.basis, a.purpose, a.role, a.field_class) < std::tie(b.basis, b.purpose, b.role, b.field_class);
    });
    return pack;
  };
  auto asked = draft();
  asked.classes = {FieldClass::eng, FieldClass::sdv};
  EXPECT_TRUE(refuses_by(asked, "V-1", "would leave the coalition", opened(FieldClass::sdv, Effect::generalise, Form::yesNo)));
  asked.classes = {FieldClass::eng, FieldClass::sud};
  EXPECT_TRUE(refuses_by(asked, "P2-12-a", "would leave the coalition", opened(FieldClass::sud, Effect::generalise, Form::yesNo)));
  for (const auto c : {FieldClass::chri, FieldClass::lei, FieldClass::txt, FieldClass::prv}) {
    asked.classes = {FieldClass::eng, c};
    EXPECT_TRUE(refuses_by(asked, "LX-external", "would leave the coalition", opened(c, Effect::allow, Form::full))) << code_of(c);
  }
}

TEST_F(Externals, RefusesThemBesideWhoeverKnowsThePersonByPseudonymOnly) {
  Roster roster = coalition.roster_body();
  for (auto& party : roster.parties)
    if (party.name == "defender") party.role = Role::eval;
  coalition.adopt(roster);
  auto asked = draft();
  asked.recipients = {"defender"};
  EXPECT_TRUE(refuses_by(asked, "LX-alone", "knows the person by pseudonym only"));
}

TEST_F(Externals, P2_13_a_RefusesWhoWouldGetNothingAndObeysWhatIsKeptBack) {
  auto asked = draft();
  asked.classes = {FieldClass::need};
  EXPECT_TRUE(refuses_by(asked, "P2-13-a", "would get nothing"));
  for (const std::string& party : {std::string(), std::string("Corner Bakery")}) {
    asked = draft();
    asked.restrictions = {{party, FieldClass::eng}};
    EXPECT_TRUE(refuses_by(asked, "P2-13-a", "would get nothing")) << party;
  }
  // Under a basis of part 2 a name alone tells who takes part.
  PolicyPack pack = default_pack();
  for (auto& basis : pack.bases) basis.part2 = basis.part2 || basis.basis == Basis::plainRelease;
  EXPECT_TRUE(refuses_by(draft(), "P2-13-a", "nothing that 42 CFR part 2 protects", pack));
  asked = draft();
  asked.restrictions = {{"Corner Tavern", FieldClass::eng}};
  EXPECT_TRUE(refuses_by(asked, "P2-22/26", "names no agency"));
}

}  // namespace
}  // namespace xch::testing
