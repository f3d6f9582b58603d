// One good draft for each basis, and an office that may issue them all.
#pragma once

#include <functional>

#include "consent/office.hpp"

namespace xch::testing {

/// BasesBench is the office of office.hpp with a key for every basis; kinds and roles of its parties change by test.
class BasesBench {
 public:
  Bench bench;

  BasesBench() {
    auto& office = bench.coalition["office"];
    KeyRecord record = office.authority->record;
    const Bytes before = office.authority->signed_record.body;
    record.bases.clear();
    for (std::uint16_t b = 1; b < kBasisCount; ++b)
      if (static_cast<Basis>(b) != Basis::originatorAuthority && static_cast<Basis>(b) != Basis::medicalEmergency)
        record.bases.push_back(static_cast<Basis>(b));
    office.authority = vouched(record);
    change("office", [&](Party& party) {
      for (auto& key : party.keys)
        if (key.body == before) key = office.authority->signed_record;
    });
  }

  void change(const std::string& name, const std::function<void(Party&)>& edit) {
    Roster roster = bench.coalition.roster_body();
    for (auto& party : roster.parties)
      if (party.name == name) edit(party);
    bench.coalition.adopt(roster);
  }
  void kind(const std::string& name, PartyKind kind) {
    change(name, [&](Party& party) { party.kind = kind; });
  }
  void role(const std::string& name, Role role) {
    change(name, [&](Party& party) { party.role = role; });
  }
  PackBasis& row(Basis wanted) {
    for (auto& one : bench.pack.bases)
      if (one.basis == wanted) return one;
    give_up(Code::not_found, "basis");
  }

  std::vector<std::string> errors(const ConsentDraft& draft) { return errors_of(bench.judge(draft)); }
  std::vector<std::string> warnings(const ConsentDraft& draft) { return warnings_of(bench.judge(draft)); }

  /// draft is a draft of this basis that passes, with the parties as it needs them.
  ConsentDraft draft(Basis basis) {
    ConsentDraft out = care_draft();
    out.basis = basis;
    out.recipients = {"clinic"};
    switch (basis) {
      case Basis::tpoConsent:
        kind("office", PartyKind::part2Program);
        out.redisclosure_explained = true;
        out.statements = {"refusal"};
        break;
      case Basis::counsellingNotes:
        kind("office", PartyKind::part2Program);
        out.classes = {FieldClass::sudn};
        break;
      case Basis::proceedings:
        out.recipients = {"prosecutor", "defender"};
        out.classes = {FieldClass::id, FieldClass::leg, FieldClass::sud};
        out.purposes = {Purpose::proceeding};
        break;
      case Basis::hipaaAuthorization:
        kind("harbor", PartyKind::coveredEntity);
        out.classes = {FieldClass::id, FieldClass::mh};
        out.redisclosure_explained = true;
        out.statements = {"conditioning", "copy"};
        break;
      case Basis::victimRelease:
        kind("office", PartyKind::victimService);
        change("defender", [](Party& party) { party.kind = PartyKind::victimService, party.role = Role::vsp; });
        out.disclosers = {"defender"};
        out.recipients = {"harbor"};
        out.classes = {FieldClass::id, FieldClass::saf, FieldClass::sdv};
        out.statements = {"informed", "not-a-condition"};
        break;
      case Basis::plainRelease:
        kind("harbor", PartyKind::community);
        out.recipients = {"liaison", "prosecutor"};
        out.classes = {FieldClass::id, FieldClass::eng, FieldClass::need};
        break;
      case Basis::seriousThreat:
        kind("office", PartyKind::coveredEntity);
        kind("harbor", PartyKind::coveredEntity);
        without_signature(out);
        out.recipients = {"liaison"};
        out.classes = {FieldClass::id, FieldClass::loc, FieldClass::saf};
        out.purposes = {Purpose::safety};
        out.last_day = "2026-11-28";
        out.statements = {"imminent", "able-to-prevent", "not-from-therapy"};
        out.circumstances = "said what he would do, and when";
        break;
      case Basis::crimeOnPremises:
        kind("office", PartyKind::part2Program);
        without_signature(out);
        out.subject_record = R"({"name":"Maria Reyes","address":"12 Pine St","whereabouts":"left by the back door"})";
        out.recipients = {"patrol"};
        out.classes = {FieldClass::id, FieldClass::loc, FieldClass::eng, FieldClass::saf};
        out.purposes = {Purpose::safety};
        out.last_day = "2026-11-28";
        out.circumstances = "struck a counsellor";
        break;
      case Basis::order264:
      case Basis::order265:
      case Basis::order266:
      case Basis::order267:
        without_signature(out);
        out.recipients = {basis == Basis::order264 ? "defender" : "prosecutor"};
        out.classes = {FieldClass::id, FieldClass::leg, FieldClass::sud};
        out.purposes = {Purpose::proceeding};
        out.order.kind = "order";
        out.order.court = "King County Superior Court";
        out.order.day = "2026-11-20";
        out.order.digest = std::string(64, 'a');
        if (basis == Basis::order264) out.order.findings = {"fictitious-name", "notice-given", "no-other-way", "public-interest"};
        if (basis == Basis::order265)
          out.order.findings = {"holder-heard", "extremely-serious-crime", "substantial-value", "no-other-way", "public-interest"};
        if (basis == Basis::order266) out.order.findings = {"no-other-way", "public-interest"};
        if (basis == Basis::order267) out.order.findings = {"crime-in-program", "no-other-way", "public-interest"};
        break;
      default: break;
    }
    return out;
  }

 private:
  static void without_signature(ConsentDraft& draft) {
    draft.signer.clear();
    draft.signed_day.clear();
    draft.signed_form.clear();
    draft.revocation_explained = false;
  }
};

/// BasesTest is what a test of the lint over all bases has: a new office for each test.
class BasesTest : public ::testing::Test {
 protected:
  BasesBench at;
  std::vector<std::string> errors(const ConsentDraft& draft) { return at.errors(draft); }
  std::vector<std::string> warnings(const ConsentDraft& draft) { return at.warnings(draft); }
};

}  // namespace xch::testing
