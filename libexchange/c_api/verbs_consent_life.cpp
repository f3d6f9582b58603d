// consent.renew, renew_check, status, history: what becomes of a grant after it was issued.
#include <algorithm>
#include <map>

#include "c_api/answers.hpp"
#include "c_api/consent_draft.hpp"
#include "c_api/verbs.hpp"

namespace xch::c_api {
namespace {

// ---- renewing ------------------------------------------------------------------------------------------------------

struct Asked {
  consent::Authority authority;
  GrantId id;
  consent::Renewal renewal;
};

Result<Asked> renewal_of(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"id", "last_day", "first_day", "signed_day", "signer",
                                                               "revocable_day", "signed_form"}));
  XCH_ASSIGN(const GrantId id, request.hex<GrantId>("id"));
  consent::Renewal renewal;
  XCH_ASSIGN(renewal.last_day, request.text("last_day"));
  XCH_ASSIGN(renewal.first_day, request.text_or("first_day", ""));
  XCH_ASSIGN(renewal.signed_day, request.text_or("signed_day", ""));
  XCH_ASSIGN(renewal.signer, request.text_or("signer", ""));
  XCH_ASSIGN(renewal.revocable_day, request.text_or("revocable_day", ""));
  XCH_ASSIGN(auto form, request.base64_if("signed_form"));
  if (form) renewal.signed_form = std::move(*form);
  XCH_ASSIGN(auto authority, consent::Authority::of(*call.session));
  return Asked{authority, id, std::move(renewal)};
}

Result<Json> consent_renew(const Call& call) {
  XCH_ASSIGN(auto asked, renewal_of(call));
  XCH_ASSIGN(const auto issued, asked.authority.renew(asked.id, asked.renewal));
  return issued_json(issued);
}

Result<Json> consent_renew_check(const Call& call) {
  XCH_ASSIGN(const auto asked, renewal_of(call));
  XCH_ASSIGN(const auto draft, asked.authority.renewed(asked.id, asked.renewal));
  return findings_of(*call.session, draft);
}

// ---- who has confirmed, and what was opened ------------------------------------------------------------------------

/// Disclosure is one note to one party, sealed here under the grant.
struct Disclosure {
  std::string header, to;
  Timestamp sealed_at, opened_at;  // opened_at: by the reader's signed receipt; 0: none has come
};

std::string party_name(const party::VerifiedRoster& roster, const std::string& hex) {
  const auto id = from_hex_as<PartyId>(hex);
  const Party* party = id ? roster.party(*id) : nullptr;
  return party == nullptr ? hex : party->name;
}

/// Reading goes through the journal once: notes sealed here under one of the grants, their receipts, and what this home
/// opened under them.
struct Reading {
  const party::VerifiedRoster& roster;
  const PartyId& self;
  std::vector<std::string> grants;
  std::vector<Disclosure> sealed;
  std::uint64_t opened_here = 0;

  bool is_ours(const Json& detail) const {
    return std::find(grants.begin(), grants.end(), detail.text_at("grant")) != grants.end();
  }
  void take(const session::JournalRow& row) {
    if (row.kind != EventKind::disclosed && row.kind != EventKind::receipt && row.kind != EventKind::opened) return;
    const auto detail = wire::parse_json(row.detail_json);
    if (!detail || !detail->is_object()) return;
    if (row.kind == EventKind::opened) {
      const bool from_another = detail->text_at("sender") != to_hex(self);
      if (is_ours(*detail) && from_another) ++opened_here;
      return;
    }
    const std::string header = to_hex(row.object);
    if (row.kind == EventKind::disclosed) {
      const std::string to = detail->text_at("to");
      if (detail->text_at("role") == code_of(Role::ext)) return;  // told apart: nobody outside sends a receipt
      if (is_ours(*detail) && to != to_hex(self))
        sealed.push_back({header, party_name(roster, to), row.time, Timestamp{}});
      return;
    }
    if (detail->text_at("what") != "note-opened") return;
    const std::string reader = party_name(roster, detail->text_at("reader"));
    const Json* at = detail->find("at");
    for (auto& one : sealed)
      if (one.header == header && one.to == reader && at != nullptr && at->is_natural())
        one.opened_at = Timestamp{at->as_natural()};
  }
};

Status read_journal(const session::Session& session, Reading& reading) {
  constexpr std::size_t kPiece = 1000;
  for (std::uint64_t from = 1;;) {
    XCH_ASSIGN(const auto piece, session.journal(from, kPiece));
    for (const auto& row : piece) reading.take(row);
    if (piece.size() < kPiece) return Ok{};
    from = piece.back().seq + 1;
  }
}

Json disclosure_rows(const Reading& reading) {
  Json out = Json::array();
  for (const auto& one : reading.sealed) {
    Json row = Json::object();
    row.set("header", one.header);
    row.set("to", one.to);
    row.set("sealed_at", time_text(one.sealed_at));
    if (one.opened_at.seconds != 0) row.set("opened_at", time_text(one.opened_at));
    out.add(std::move(row));
  }
  return out;
}

Json holder_rows(const std::vector<consent::HolderStanding>& holders) {
  Json out = Json::array();
  for (const auto& holder : holders) {
    Json row = Json::object();
    row.set("party", holder.party);
    if (holder.acknowledged.seconds != 0) row.set("acknowledged_at", time_text(holder.acknowledged));
    if (holder.end_confirmed.seconds != 0) row.set("end_confirmed_at", time_text(holder.end_confirmed));
    out.add(std::move(row));
  }
  return out;
}

Result<Json> consent_status(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"id"}));
  XCH_ASSIGN(const GrantId id, request.hex<GrantId>("id"));
  XCH_ASSIGN(const auto authority, consent::Authority::of(*call.session));
  XCH_ASSIGN(const auto standing, authority.standing(id));
  XCH_ASSIGN(const auto roster, call.session->roster());
  if (!roster) return fail(Code::roster_missing);
  Reading reading{*roster, call.session->info().party, {}, {}, 0};
  for (const auto& hash : standing.versions) reading.grants.push_back(to_hex(hash));
  XCH_TRY(read_journal(*call.session, reading));
  Json out = answer("consent-status");
  fill_row(out, standing.row);
  if (standing.ended_at.seconds != 0) out.set("ended_at", time_text(standing.ended_at));
  out.set("holders", holder_rows(standing.holders));
  out.set("outside", outside_json(standing.outside));
  out.set("sealed_here", disclosure_rows(reading));
  out.set("opened_here", Json::natural(reading.opened_here));
  return out;
}

// ---- history -------------------------------------------------------------------------------------------------------

Result<Json> consent_history(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"id"}));
  XCH_ASSIGN(const GrantId id, request.hex<GrantId>("id"));
  XCH_ASSIGN(const auto authority, consent::Authority::of(*call.session));
  XCH_ASSIGN(const auto history, authority.history(id));
  Json rows = Json::array();
  for (const auto& line : history) {
    Json row = Json::object();
    row.set("time", time_text(line.time));
    row.set("what", line.what);
    row.set("version", Json::natural(line.version));
    if (!line.party.empty()) row.set("party", line.party);
    if (line.journal_seq != 0) row.set("seq", Json::natural(line.journal_seq));
    rows.add(std::move(row));
  }
  Json out = answer("consent-history");
  out.set("rows", std::move(rows));
  return out;
}

}  // namespace

std::vector<VerbRow> consent_life_verbs() {
  return {{"consent.renew", Needs::home, consent_renew},
          {"consent.renew_check", Needs::home, consent_renew_check},
          {"consent.status", Needs::home, consent_status},
          {"consent.history", Needs::home, consent_history}};
}

}  // namespace xch::c_api
