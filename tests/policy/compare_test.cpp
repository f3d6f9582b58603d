// What a new pack changes.
#include <functional>

#include "packs.hpp"
#include "policy/compare.hpp"
#include "wire/records.hpp"

namespace xch::policy_test {
namespace {

using policy::compare;
using policy::Given;
using policy::gives_more;

PolicyPack with(const std::function<void(PolicyPack&)>& edit) {
  PolicyPack out = default_pack();
  edit(out);
  return out;
}

TEST(Compare, FindsNothingBetweenAPackAndItself) { EXPECT_TRUE(compare(default_pack(), default_pack()).empty()); }

TEST(Compare, ShowsADisclosureThatIsAddedAndTheSameOneRemoved) {
  const auto more = with([](PolicyPack& pack) {
    auto& cell = cell_of(pack, Basis::part2Consent, Purpose::coord, Role::pd, FieldClass::hiv);
    cell.effect = Effect::allow;
  });
  const auto added = compare(default_pack(), more);
  ASSERT_EQ(added.disclosures.size(), 1u);
  const auto& row = added.disclosures[0];
  EXPECT_EQ(row.basis, Basis::part2Consent);
  EXPECT_EQ(row.purpose, Purpose::coord);
  EXPECT_EQ(row.role, Role::pd);
  EXPECT_EQ(row.field_class, FieldClass::hiv);
  EXPECT_TRUE(row.adds());
  EXPECT_FALSE(row.removes());
  const auto removed = compare(more, default_pack());
  ASSERT_EQ(removed.disclosures.size(), 1u);
  EXPECT_TRUE(removed.disclosures[0].removes());
  EXPECT_FALSE(removed.disclosures[0].adds());
}

TEST(Compare, CountsEveryDisclosureOfAReaderThatABasisTakesIn) {
  const auto more = with([](PolicyPack& pack) {
    for (auto& basis : pack.bases)
      if (basis.basis == Basis::part2Consent) basis.readers.insert(basis.readers.begin(), Role::pm);
    std::sort(pack.bases[0].readers.begin(), pack.bases[0].readers.end());
  });
  const auto out = compare(default_pack(), more);
  std::size_t gives = 0;
  for (const auto& cell : default_pack().cells)
    if (cell.basis == Basis::part2Consent && cell.role == Role::pm && cell.effect != Effect::deny) ++gives;
  EXPECT_EQ(out.disclosures.size(), gives);
  EXPECT_GT(gives, 5u);
  for (const auto& row : out.disclosures) EXPECT_TRUE(row.adds() && row.role == Role::pm);
}

TEST(Compare, SaysWhichWayAChangeGoes) {
  const Given nothing, whole{Effect::allow, Form::full}, level{Effect::generalise, Form::level}, yes{Effect::generalise, Form::yesNo},
      ticked{Effect::allow, Form::full, true}, own{Effect::allow, Form::full, false, Relation::own_client};
  EXPECT_TRUE(gives_more(nothing, yes) && !gives_more(yes, nothing));
  EXPECT_TRUE(gives_more(level, whole) && !gives_more(whole, level));
  EXPECT_TRUE(gives_more(level, yes) && gives_more(yes, level));  // each gives what the other does not
  EXPECT_TRUE(gives_more(ticked, whole) && !gives_more(whole, ticked));
  EXPECT_TRUE(gives_more(own, whole) && !gives_more(whole, own));
  EXPECT_TRUE(gives_more(own, ticked) && gives_more(ticked, own));
  for (const auto& given : {nothing, whole, level, ticked, own}) EXPECT_FALSE(gives_more(given, given));
}

TEST(Compare, NamesTheRuleThatChanged) {
  const auto out = compare(default_pack(), with([](PolicyPack& pack) {
    pack.bases[0].max_days = 366;
  }));
  ASSERT_EQ(out.rules.size(), 1u);
  EXPECT_EQ(out.rules[0].rule, "basis.part2-consent.max_days");
  EXPECT_EQ(out.rules[0].before, "365");
  EXPECT_EQ(out.rules[0].after, "366");
  EXPECT_TRUE(out.disclosures.empty());
}

// Whatever changes the bytes that are signed shows.
TEST(Compare, ShowsEveryChangeOfAPack) {
  const std::vector<std::function<void(PolicyPack&)>> edits{
      [](PolicyPack& p) { p.name += "x"; },
      [](PolicyPack& p) { ++p.pack_version; },
      [](PolicyPack& p) { p.executable.pop_back(); },
      [](PolicyPack& p) { p.grant_leaves = 512; },
      [](PolicyPack& p) { p.grant_view_size *= 2; },
      [](PolicyPack& p) { ++p.intake_days; },
      [](PolicyPack& p) { ++p.retention_days; },
      [](PolicyPack& p) { ++p.note_days; },
      [](PolicyPack& p) { p.zone = "UTC"; },
      [](PolicyPack& p) { p.classes.pop_back(); },
      [](PolicyPack& p) { p.classes[0].title += "x"; },
      [](PolicyPack& p) { p.classes[0].part2 = true; },
      [](PolicyPack& p) { p.classes[0].isolate = true; },
      [](PolicyPack& p) { p.classes[0].coarsest = Form::year; },
      [](PolicyPack& p) { p.classes[0].obligations = {Obligation::accounting}; },
      [](PolicyPack& p) { p.cells.pop_back(); },
      [](PolicyPack& p) { p.cells[0].reason += "x"; },
      [](PolicyPack& p) { p.bases.pop_back(); },
      [](PolicyPack& p) { p.bases[0].title += "x"; },
      [](PolicyPack& p) { p.bases[0].citation += "x"; },
      [](PolicyPack& p) { p.bases[0].part2 = false; },
      [](PolicyPack& p) { p.bases[0].purposes.pop_back(); },
      [](PolicyPack& p) { p.bases[0].authorities.pop_back(); },
      [](PolicyPack& p) { p.bases[0].readers.pop_back(); },
      [](PolicyPack& p) { p.bases[0].pending_revocation = true; },
      [](PolicyPack& p) { --p.bases[0].max_days; },
      [](PolicyPack& p) { --p.bases[0].default_days; },
      [](PolicyPack& p) { p.bases[0].notice = Notice::p2Short; },
      [](PolicyPack& p) { p.bases[0].obligations.pop_back(); },
      [](PolicyPack& p) { p.bases[0].may_present.pop_back(); },
      [](PolicyPack& p) { std::swap(p.bases[0].elements[0], p.bases[0].elements[1]); },
      [](PolicyPack& p) { p.originator.kinds.push_back(PartyKind::programOffice); },
      [](PolicyPack& p) { p.originator.own.pop_back(); },
      [](PolicyPack& p) { ++p.originator.max_days; },
      [](PolicyPack& p) { p.originator.rows.pop_back(); },
      [](PolicyPack& p) { p.originator.rows[0].readers.pop_back(); },
      [](PolicyPack& p) { p.forms.pop_back(); },
      [](PolicyPack& p) { p.forms[0].function += "x"; },
      [](PolicyPack& p) { ++p.forms[0].min_preimages; },
      [](PolicyPack& p) { p.maps.pop_back(); },
      [](PolicyPack& p) { p.maps[0].to.back() = 1; p.maps[0].to.push_back(1); },
      [](PolicyPack& p) { p.notices.pop_back(); },
      [](PolicyPack& p) { p.notices[0].text += "x"; },
      [](PolicyPack& p) { p.notices[0].text_hash.bytes[0] ^= 1; },
      [](PolicyPack& p) { p.notices[0].superseded = !p.notices[0].superseded; },
      [](PolicyPack& p) { p.schemas.pop_back(); },
      [](PolicyPack& p) { ++p.schemas[0].type_id; },
      [](PolicyPack& p) { p.schemas[0].digest.bytes[0] ^= 1; },
      [](PolicyPack& p) { ++p.schemas[0].max_hours; },
      [](PolicyPack& p) { p.edges.pop_back(); },
      [](PolicyPack& p) { p.edges[0].from.pop_back(); },
      [](PolicyPack& p) { p.edges[0].to.pop_back(); },
  };
  for (std::size_t i = 0; i < edits.size(); ++i) EXPECT_FALSE(compare(default_pack(), with(edits[i])).empty()) << i;
  // Each member of a cell, of many cells, also of those that no reader of their basis has.
  for (std::size_t i = 0; i < default_pack().cells.size(); i += 7) {
    for (const auto& edit : std::vector<std::function<void(PackCell&)>>{
             [](PackCell& c) { c.effect = c.effect == Effect::allow ? Effect::deny : Effect::allow; },
             [](PackCell& c) { c.form = c.form == Form::year ? Form::month : Form::year; },
             [](PackCell& c) { c.tick = !c.tick; },
             [](PackCell& c) { c.relation = c.relation == Relation::author ? Relation::any : Relation::author; }}) {
      const auto changed = with([&](PolicyPack& pack) { edit(pack.cells[i]); });
      EXPECT_FALSE(compare(default_pack(), changed).empty()) << i;
    }
  }
}

}  // namespace
}  // namespace xch::policy_test
