// check_pack on packs that no compiler made: one broken rule at a time, each beside the whole default pack.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "packs.hpp"

namespace xch::policy_test {
namespace {

std::string after(const std::function<void(PolicyPack&)>& change) {
  auto pack = default_pack();
  change(pack);
  const auto status = policy::check_pack(pack);
  return status ? "whole" : std::string(status.error().info().name);
}

constexpr const char* kMalformed = "policy_pack_malformed";
constexpr const char* kUnknown = "policy_key_unknown";

TEST(CheckPack, TakesAWholePack) {
  EXPECT_EQ(after([](PolicyPack&) {}), "whole");
}

TEST(CheckPack, RefusesTablesOutOfOrder) {
  // Look-ups are binary searches: a table out of order would deny, or worse, find the wrong row.
  EXPECT_EQ(after([](PolicyPack& p) { std::swap(p.classes[0], p.classes[1]); }), kMalformed);
  EXPECT_EQ(after([](PolicyPack& p) { std::swap(p.cells[0], p.cells[1]); }), kMalformed);
  EXPECT_EQ(after([](PolicyPack& p) { p.cells.insert(p.cells.begin(), p.cells.front()); }), kMalformed);
  EXPECT_EQ(after([](PolicyPack& p) { std::swap(p.bases[0], p.bases[1]); }), kMalformed);
  EXPECT_EQ(after([](PolicyPack& p) { std::swap(p.forms[0], p.forms[1]); }), kMalformed);
  EXPECT_EQ(after([](PolicyPack& p) { std::swap(p.maps[0], p.maps[1]); }), kMalformed);
  EXPECT_EQ(after([](PolicyPack& p) { std::swap(p.notices[0], p.notices[1]); }), kMalformed);
  EXPECT_EQ(after([](PolicyPack& p) { std::swap(p.schemas[0], p.schemas[1]); }), kMalformed);
  EXPECT_EQ(after([](PolicyPack& p) { std::swap(p.originator.rows[0], p.originator.rows[1]); }), kMalformed);
  EXPECT_EQ(after([](PolicyPack& p) { std::swap(p.bases[0].readers[0], p.bases[0].readers[1]); }), kMalformed);
  EXPECT_EQ(after([](PolicyPack& p) { std::swap(p.edges[0].from[0], p.edges[0].from[1]); }), kMalformed);
  EXPECT_EQ(after([](PolicyPack& p) { std::swap(p.executable[0], p.executable[1]); }), kMalformed);
}

TEST(CheckPack, RefusesUnknownCodes) {
  EXPECT_EQ(after([](PolicyPack& p) { p.classes.back().field_class = static_cast<FieldClass>(999); }), kUnknown);
  EXPECT_EQ(after([](PolicyPack& p) { p.classes[0].coarsest = Form::unusedForm17; }), kUnknown);
  EXPECT_EQ(after([](PolicyPack& p) { p.classes[0].obligations = {static_cast<Obligation>(99)}; }), kUnknown);
  EXPECT_EQ(after([](PolicyPack& p) { p.cells.back().role = static_cast<Role>(99); }), kUnknown);
  EXPECT_EQ(after([](PolicyPack& p) { p.cells.back().relation = static_cast<Relation>(9); }), kUnknown);
  EXPECT_EQ(after([](PolicyPack& p) { p.cells.back().effect = static_cast<Effect>(9); }), kUnknown);
  EXPECT_EQ(after([](PolicyPack& p) { p.bases.back().basis = static_cast<Basis>(99); }), kUnknown);
  EXPECT_EQ(after([](PolicyPack& p) { p.bases.back().may_present = {static_cast<PartyKind>(99)}; }), kUnknown);
  EXPECT_EQ(after([](PolicyPack& p) { p.forms.back().function = "guess"; }), kUnknown);
  EXPECT_EQ(after([](PolicyPack& p) { p.edges[0].schema = "no.note"; }), kUnknown);
  EXPECT_EQ(after([](PolicyPack& p) { p.edges[0].to = {static_cast<Role>(99)}; }), kUnknown);
}

TEST(CheckPack, NamesTheRowInItsErrorOnlyWhereTheRowHasAName) {
  // An error is printed on a terminal, and a pack may come from anybody.
  const auto path_after = [](const std::string& schema) {
    auto pack = default_pack();
    pack.edges[0].schema = schema;
    const auto status = policy::check_pack(pack);
    return status ? std::string("whole") : status.error().path;
  };
  EXPECT_EQ(path_after("no.note"), "edge.no.note");
  for (const std::string hostile : {"\x1b[2J", "a\nb", "\x7f", "a b", "\xc3\xa9"}) EXPECT_EQ(path_after(hostile), "edge.(no name)");
  EXPECT_EQ(path_after(std::string(65, 'a')), "edge.(no name)");
}

/// change_cell changes the first cell with this effect.
std::function<void(PolicyPack&)> change_cell(Effect effect, const std::function<void(PackCell&)>& change) {
  return [effect, change](PolicyPack& p) {
    const auto at = std::find_if(p.cells.begin(), p.cells.end(), [&](const PackCell& c) { return c.effect == effect; });
    change(*at);
  };
}

TEST(CheckPack, RefusesCellsWhoseEffectAndFormDisagree) {
  EXPECT_EQ(after(change_cell(Effect::allow, [](PackCell& c) { c.form = Form::level; })), kMalformed);
  EXPECT_EQ(after(change_cell(Effect::generalise, [](PackCell& c) { c.form = Form::full; })), kMalformed);
  EXPECT_EQ(after(change_cell(Effect::generalise, [](PackCell& c) { c.form = Form::initials; })), kMalformed);
  EXPECT_EQ(after(change_cell(Effect::mask, [](PackCell& c) { c.form = Form::level; })), kMalformed);
  EXPECT_EQ(after(change_cell(Effect::deny, [](PackCell& c) { c.form = Form::level; })), kMalformed);
  EXPECT_EQ(after(change_cell(Effect::deny, [](PackCell& c) { c.tick = true; })), kMalformed);
  EXPECT_EQ(after(change_cell(Effect::deny, [](PackCell& c) { c.relation = Relation::author; })), kMalformed);
  EXPECT_EQ(after(change_cell(Effect::allow, [](PackCell& c) { c.reason.assign(257, 'x'); })), kMalformed);
}

TEST(CheckPack, RefusesABasisForProceedings) {
  // 42 CFR 2.31(d): not combined with any other consent.
  EXPECT_EQ(after([](PolicyPack& p) { p.bases[0].purposes.push_back(Purpose::proceeding); }), kMalformed);
}

TEST(CheckPack, RefusesABasisWithoutReadersDaysOrNotice) {
  EXPECT_EQ(after([](PolicyPack& p) { p.bases[0].readers.clear(); }), kMalformed);
  EXPECT_EQ(after([](PolicyPack& p) { p.bases[0].purposes.clear(); }), kMalformed);
  EXPECT_EQ(after([](PolicyPack& p) { p.bases[0].authorities.clear(); }), kMalformed);
  EXPECT_EQ(after([](PolicyPack& p) { p.bases[0].max_days = 0; }), kMalformed);
  EXPECT_EQ(after([](PolicyPack& p) { p.bases[0].default_days = p.bases[0].max_days + 1; }), kMalformed);
  EXPECT_EQ(after([](PolicyPack& p) { p.bases[0].notice = Notice::none; }), kUnknown);
  EXPECT_EQ(after([](PolicyPack& p) { for (auto& n : p.notices) n.superseded = true; }), "notice_superseded");
}

TEST(CheckPack, RefusesPart2ReadersWhoHoldNoPart2Compartment) {
  EXPECT_EQ(after([](PolicyPack& p) { p.bases[0].readers.insert(p.bases[0].readers.begin(), Role::leo); }), kMalformed);
  EXPECT_EQ(after([](PolicyPack& p) { for (auto& row : p.classes) row.part2 = false; }), kMalformed);
}

TEST(CheckPack, RefusesOriginatorRowsAndCellsThatDiffer) {
  EXPECT_EQ(after([](PolicyPack& p) { p.originator.rows.pop_back(); }), kMalformed);
  EXPECT_EQ(after([](PolicyPack& p) { p.originator.rows[0].readers.push_back(Role::txp); }), kMalformed);
  EXPECT_EQ(after([](PolicyPack& p) { p.originator.own.erase(p.originator.own.begin()); }), kMalformed);
  EXPECT_EQ(after([](PolicyPack& p) { p.originator.kinds.push_back(PartyKind::part2Program); }), kMalformed);
  EXPECT_EQ(after([](PolicyPack& p) { p.originator.max_days = 0; }), kMalformed);
  EXPECT_EQ(after([](PolicyPack& p) {
              for (auto& cell : p.cells)
                if (cell.basis == Basis::originatorAuthority) cell.effect = Effect::deny;
            }),
            kMalformed);
}

TEST(CheckPack, RefusesTablesThatAreNoFunctionsOfTheCode) {
  EXPECT_EQ(after([](PolicyPack& p) { p.maps[0].to[0] = 1; }), kMalformed);
  EXPECT_EQ(after([](PolicyPack& p) { p.maps[0].to[1] = 0; }), kMalformed);
  EXPECT_EQ(after([](PolicyPack& p) { p.maps[0].to[1] = 1000; }), kMalformed);
  EXPECT_EQ(after([](PolicyPack& p) { p.maps[0].to.clear(); }), kMalformed);
  EXPECT_EQ(after([](PolicyPack& p) { p.maps[0].form = Form::month; }), kMalformed);
}

TEST(CheckPack, RefusesANoticeWithoutTextOrHash) {
  EXPECT_EQ(after([](PolicyPack& p) { p.notices[0].text.clear(); }), kMalformed);
  EXPECT_EQ(after([](PolicyPack& p) { p.notices[0].text = "\xff"; }), kMalformed);
  EXPECT_EQ(after([](PolicyPack& p) { p.notices[0].text_hash = Digest(); }), kMalformed);
}

TEST(CheckPack, RefusesParametersOutOfRange) {
  EXPECT_EQ(after([](PolicyPack& p) { p.name.clear(); }), kMalformed);
  EXPECT_EQ(after([](PolicyPack& p) { p.pack_version = 0; }), kMalformed);
  EXPECT_EQ(after([](PolicyPack& p) { p.grant_leaves = 255; }), kMalformed);
  EXPECT_EQ(after([](PolicyPack& p) { p.grant_view_size = 4095; }), kMalformed);
  EXPECT_EQ(after([](PolicyPack& p) { p.note_days = 0; }), kMalformed);
  EXPECT_EQ(after([](PolicyPack& p) { p.retention_days = 100000; }), kMalformed);
  EXPECT_EQ(after([](PolicyPack& p) { p.zone = "Mars/Olympus"; }), kMalformed);
}

}  // namespace
}  // namespace xch::policy_test
