// Drafts on every basis that somebody signs, over the test coalition and the default pack.
#pragma once

#include "consent/forms/form.hpp"
#include "consent/office.hpp"

namespace xch::testing {

class FormBench {
 public:
  Bench bench;

  Result<consent::ConsentForm> make(consent::FormRequest request) {
    if (request.day.empty()) request.day = "2026-11-26";
    return consent::make_form(request, bench.pack, *bench.coalition.roster(), bench.id("office"));
  }
  static consent::FormRequest request_for(ConsentDraft draft) {
    consent::FormRequest out;
    out.draft = std::move(draft);
    return out;
  }
  /// everything ticks every class and purpose of a basis, for every party of the roster.
  ConsentDraft everything(const PackBasis& basis) {
    ConsentDraft draft = care_draft();
    draft.basis = basis.basis;
    draft.purposes = basis.purposes;
    draft.classes.clear();
    for (const auto& row : bench.pack.classes) draft.classes.push_back(row.field_class);
    draft.recipients.clear();
    for (const auto& party : bench.coalition.roster()->roster().parties) draft.recipients.push_back(party.name);
    draft.proceeding = "26-1-00417-1";
    draft.revocable_day = "2027-01-15";
    draft.ends_on = {"my case is closed", "prosecutor"};
    if (basis.pending_revocation) draft.revocable_on = {"the charges are dropped", "prosecutor"};
    return draft;
  }
  /// The bases of the pack that a person signs.
  std::vector<const PackBasis*> signed_bases() {
    std::vector<const PackBasis*> out;
    for (const auto& basis : bench.pack.bases)
      if (make(request_for(everything(basis)))) out.push_back(&basis);
    return out;
  }
  /// rename gives a party of the roster another name, kind and all else as it was.
  void rename(const std::string& from, const std::string& to) {
    Roster roster = bench.coalition.roster_body();
    for (auto& party : roster.parties)
      if (party.name == from) party.name = to;
    bench.coalition.adopt(roster);
  }
  void change_kind(const std::string& name, PartyKind kind) {
    Roster roster = bench.coalition.roster_body();
    for (auto& party : roster.parties)
      if (party.name == name) party.kind = kind;
    bench.coalition.adopt(roster);
  }
};

}  // namespace xch::testing
