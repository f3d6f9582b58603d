// consent.*: the office's verbs, over consent/authority.
#include "c_api/answers.hpp"
#include "c_api/consent_draft.hpp"
#include "c_api/verbs.hpp"
#include "consent/authority/authority.hpp"
#include "consent/authority/lint.hpp"
#include "consent/authority/period.hpp"

namespace xch::c_api {
namespace {

const std::initializer_list<std::string_view> kDraft = {
    "id", "subject", "subject_record", "basis", "disclosers", "recipients", "classes", "purposes", "first_day", "last_day",
    "zone", "zone_offset_minutes", "ends_on", "revocable_on", "intermediaries", "externals", "signer", "signed_day", "signed_form", "revocation_explained", "redisclosure_explained",
    "proceeding", "revocable_day", "referred_by", "jurisdiction", "minor_age", "co_signers", "statements", "restrictions",
    "order", "circumstances"};

const std::initializer_list<std::string_view> kRestriction = {"party", "class"};
const std::initializer_list<std::string_view> kEvent = {"event", "asserter"};
const std::initializer_list<std::string_view> kIntermediary = {"party", "members", "treating"};
const std::initializer_list<std::string_view> kExternal = {"name", "last_day"};
const std::initializer_list<std::string_view> kOrder = {"kind", "court", "day", "digest", "findings"};

Result<consent::CourtOrder> order_of(const Request& request) {
  consent::CourtOrder out;
  const Json* order = request.json().find("order");
  if (order == nullptr) return out;
  if (!order->is_object()) return fail(Code::json_wrong_type, "order");
  XCH_ASSIGN(const Request row, Request::parse(wire::write_json(*order), kOrder));
  XCH_ASSIGN(out.kind, row.text_or("kind", ""));
  XCH_ASSIGN(out.court, row.text_or("court", ""));
  XCH_ASSIGN(out.day, row.text_or("day", ""));
  XCH_ASSIGN(out.digest, row.text_or("digest", ""));
  XCH_ASSIGN(out.findings, row.texts("findings"));
  return out;
}

Result<consent::EndingEvent> event_of(const Request& request, const char* member) {
  consent::EndingEvent out;
  const Json* event = request.json().find(member);
  if (event == nullptr) return out;
  if (!event->is_object()) return fail(Code::json_wrong_type, member);
  XCH_ASSIGN(const Request row, Request::parse(wire::write_json(*event), kEvent));
  XCH_ASSIGN(out.event, row.text_or("event", ""));
  XCH_ASSIGN(out.asserter, row.text_or("asserter", ""));
  return out;
}

Result<std::vector<consent::Intermediary>> intermediaries_of(const Request& request) {
  std::vector<consent::Intermediary> out;
  const Json* list = request.json().find("intermediaries");
  if (list == nullptr) return out;
  if (!list->is_array()) return fail(Code::json_wrong_type, "intermediaries");
  for (const auto& item : list->items()) {
    if (!item.is_object()) return fail(Code::json_wrong_type, "intermediaries");
    XCH_ASSIGN(const Request row, Request::parse(wire::write_json(item), kIntermediary));
    consent::Intermediary hub;
    XCH_ASSIGN(hub.party, row.text_or("party", ""));
    XCH_ASSIGN(hub.members, row.texts("members"));
    XCH_ASSIGN(hub.treating, row.flag_or("treating", false));
    out.push_back(std::move(hub));
  }
  return out;
}

Result<std::vector<consent::External>> externals_of(const Request& request) {
  std::vector<consent::External> out;
  const Json* list = request.json().find("externals");
  if (list == nullptr) return out;
  if (!list->is_array()) return fail(Code::json_wrong_type, "externals");
  for (const auto& item : list->items()) {
    if (!item.is_object()) return fail(Code::json_wrong_type, "externals");
    XCH_ASSIGN(const Request row, Request::parse(wire::write_json(item), kExternal));
    consent::External external;
    XCH_ASSIGN(external.name, row.text_or("name", ""));
    XCH_ASSIGN(external.last_day, row.text_or("last_day", ""));
    out.push_back(std::move(external));
  }
  return out;
}

Result<consent::ConsentDraft> draft_of(const Request& request) {
  consent::ConsentDraft out;
  XCH_ASSIGN(out.subject, request.text_or("subject", ""));
  if (const Json* record = request.json().find("subject_record")) {
    if (!record->is_object()) return fail(Code::json_wrong_type, "subject_record");
    out.subject_record = wire::write_json(*record);
  }
  XCH_ASSIGN(out.basis, request.code_or_none<Basis>("basis", parse_basis));
  XCH_ASSIGN(out.disclosers, request.texts("disclosers"));
  XCH_ASSIGN(out.recipients, request.texts("recipients"));
  XCH_ASSIGN(out.classes, request.codes<FieldClass>("classes", parse_field_class));
  XCH_ASSIGN(out.purposes, request.codes<Purpose>("purposes", parse_purpose));
  XCH_ASSIGN(out.first_day, request.text_or("first_day", ""));
  XCH_ASSIGN(out.last_day, request.text_or("last_day", ""));
  if (const Json* zone = request.json().find("zone_offset_minutes")) {
    const bool whole = zone->type() == Json::Type::integer || zone->is_natural();
    if (!whole) return fail(Code::json_wrong_type, "zone_offset_minutes");
    if (zone->as_integer() < -14 * 60 || zone->as_integer() > 14 * 60) return fail(Code::json_range, "zone_offset_minutes");
    out.zone_offset_minutes = static_cast<std::int32_t>(zone->as_integer());
    if (out.zone_offset_minutes == 0) out.zone = "UTC";
  }
  XCH_ASSIGN(auto zone, request.text_or("zone", ""));
  if (!zone.empty()) out.zone = std::move(zone);
  XCH_ASSIGN(out.ends_on, event_of(request, "ends_on"));
  XCH_ASSIGN(out.revocable_on, event_of(request, "revocable_on"));
  XCH_ASSIGN(out.intermediaries, intermediaries_of(request));
  XCH_ASSIGN(out.externals, externals_of(request));
  XCH_ASSIGN(out.signer, request.text_or("signer", ""));
  XCH_ASSIGN(out.signed_day, request.text_or("signed_day", ""));
  XCH_ASSIGN(auto form, request.base64_if("signed_form"));
  if (form) out.signed_form = std::move(*form);
  XCH_ASSIGN(out.revocation_explained, request.flag_or("revocation_explained", false));
  XCH_ASSIGN(out.redisclosure_explained, request.flag_or("redisclosure_explained", false));
  XCH_ASSIGN(out.proceeding, request.text_or("proceeding", ""));
  XCH_ASSIGN(out.revocable_day, request.text_or("revocable_day", ""));
  XCH_ASSIGN(out.referred_by, request.text_or("referred_by", ""));
  XCH_ASSIGN(out.jurisdiction, request.text_or("jurisdiction", ""));
  XCH_ASSIGN(const auto age, request.natural_or("minor_age", 0));
  if (age > 150) return fail(Code::json_range, "minor_age");
  out.minor_age = static_cast<std::uint32_t>(age);
  XCH_ASSIGN(out.co_signers, request.texts("co_signers"));
  XCH_ASSIGN(out.statements, request.texts("statements"));
  XCH_ASSIGN(out.restrictions, consent_restrictions_of(request));
  XCH_ASSIGN(out.order, order_of(request));
  XCH_ASSIGN(out.circumstances, request.text_or("circumstances", ""));
  return out;
}

/// begun: what says no first day holds from the day on which it was signed.
consent::ConsentDraft begun(consent::ConsentDraft draft) {
  if (draft.first_day.empty()) draft.first_day = draft.signed_day;
  return draft;
}

Json revoke_json(const consent::RevokeAnswer& done) {
  Json out = answer("revoked");
  out.set("pending", Json::boolean(done.pending));
  out.set("effective_at", time_text(done.effective_at));
  out.set("told", text_list(done.told));
  out.set("outside", outside_json(done.outside));
  return out;
}

Json finding_row(const consent::Finding& finding) {
  Json row = Json::object();
  row.set("severity", finding.is_error ? "error" : "warning");
  row.set("rule", finding.rule);
  row.set("citation", finding.citation);
  row.set("text", finding.text);
  row.set("fix", finding.fix);
  return row;
}

/// check_grants lints every grant in force, errors of all of them first.
Result<Json> check_grants(const Call& call) {
  XCH_ASSIGN(const auto authority, consent::Authority::of(*call.session));
  XCH_ASSIGN(const auto grants, authority.check());
  Json out = answer("findings");
  Json rows = Json::array();
  for (const bool errors : {true, false})
    for (const auto& grant : grants)
      for (const auto& finding : grant.findings) {
        if (finding.is_error != errors) continue;
        Json row = finding_row(finding);
        row.set("id", to_hex(grant.id));
        rows.add(std::move(row));
      }
  out.set("rows", std::move(rows));
  out.set("plan", Json::array());
  return out;
}

/// sign_today puts a signature of today where there is none, to ask what would be said of the rest.
Status sign_today(consent::ConsentDraft& draft, session::Session& session) {
  if (draft.signed_form.empty()) draft.signed_form = Bytes(1, 0);
  if (!draft.signed_day.empty()) return Ok{};
  XCH_ASSIGN(const PolicyPack* pack, session.pack());
  if (pack == nullptr) return fail(Code::policy_pack_unknown);
  XCH_ASSIGN(const Timestamp now, session.now());
  const auto there = consent::placed(draft, *pack);
  draft.signed_day = consent::day_at(now, consent::days_of(there));
  const bool begins_before = !draft.first_day.empty() && draft.first_day < draft.signed_day;  // dates of one shape
  if (begins_before) draft.signed_day = draft.first_day;
  return Ok{};
}

Result<Json> consent_check(const Call& call) {
  if (const auto every = Request::parse(call.json, {"grants"})) {
    XCH_ASSIGN(const bool grants, every->flag_or("grants", false));
    if (grants) return check_grants(call);
  }
  std::vector<std::string_view> members(kDraft);
  members.push_back("as_if_signed");
  XCH_ASSIGN(const Request request, Request::parse(call.json, members));
  XCH_ASSIGN(auto draft, draft_of(request));
  XCH_ASSIGN(const bool as_if_signed, request.flag_or("as_if_signed", false));
  if (as_if_signed) XCH_TRY(sign_today(draft, *call.session));
  XCH_ASSIGN(draft, held_to(*call.session, begun(std::move(draft))));
  return findings_of(*call.session, draft);
}

Result<Json> consent_issue(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, kDraft));
  XCH_ASSIGN(auto draft, draft_of(request));
  XCH_ASSIGN(auto authority, consent::Authority::of(*call.session));
  XCH_ASSIGN(const auto issued, authority.issue(begun(std::move(draft))));
  return issued_json(issued);
}

Result<Json> consent_advance(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, kDraft));
  XCH_ASSIGN(auto draft, draft_of(request));
  XCH_ASSIGN(const GrantId id, request.hex<GrantId>("id"));
  XCH_ASSIGN(auto authority, consent::Authority::of(*call.session));
  XCH_ASSIGN(const auto issued, authority.advance(id, begun(std::move(draft))));
  return issued_json(issued);
}

Result<Json> consent_list(const Call& call) {
  XCH_TRY(Request::parse(call.json, {}));
  XCH_ASSIGN(const auto authority, consent::Authority::of(*call.session));
  XCH_ASSIGN(const auto grants, authority.list());
  Json out = answer("consents");
  Json rows = Json::array();
  for (const auto& grant : grants) {
    Json row = Json::object();
    fill_row(row, grant);
    rows.add(std::move(row));
  }
  out.set("rows", std::move(rows));
  return out;
}

struct OfOne {
  consent::Authority authority;
  GrantId id;
  std::string reason;
};
Result<OfOne> of_one(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"id", "reason"}));
  XCH_ASSIGN(const GrantId id, request.hex<GrantId>("id"));
  XCH_ASSIGN(const std::string reason, request.text_or("reason", ""));
  XCH_ASSIGN(auto authority, consent::Authority::of(*call.session));
  return OfOne{authority, id, reason};
}

Result<Json> consent_show(const Call& call) {
  XCH_ASSIGN(auto one, of_one(call));
  XCH_ASSIGN(const auto row, one.authority.show(one.id));
  Json out = answer("consent");
  fill_row(out, row);
  return out;
}
Result<Json> consent_revoke(const Call& call) {
  XCH_ASSIGN(auto one, of_one(call));
  XCH_ASSIGN(const auto done, one.authority.revoke(one.id, one.reason));
  return revoke_json(done);
}
Result<Json> consent_suspend(const Call& call) {
  XCH_ASSIGN(auto one, of_one(call));
  XCH_ASSIGN(const auto done, one.authority.suspend(one.id));
  return revoke_json(done);
}
Result<Json> consent_happened(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"id", "event", "office"}));
  XCH_ASSIGN(const GrantId id, request.hex<GrantId>("id"));
  XCH_ASSIGN(const std::string event, request.text("event"));
  XCH_ASSIGN(const std::string named, request.text_or("office", ""));
  XCH_ASSIGN(const auto roster, call.session->roster());
  if (!roster) return fail(Code::roster_missing);
  const auto* self = roster->party(call.session->info().party);
  const std::string office = named.empty() && self != nullptr ? self->name : named;
  const bool here = self != nullptr && office == self->name;
  if (here) XCH_TRY(consent::Authority::of(*call.session));
  XCH_TRY(call.session->state_event(id, event, office));
  Json out = answer("event-stated");
  out.set("office", office);
  out.set("taken", Json::boolean(here));
  if (!here) return out;
  XCH_ASSIGN(auto authority, consent::Authority::of(*call.session));
  XCH_TRY(authority.end_due());
  return out;
}

Result<Json> consent_resend(const Call& call) {
  XCH_ASSIGN(auto one, of_one(call));
  XCH_ASSIGN(const std::size_t count, one.authority.send_again(one.id));
  Json out = answer("sent");
  out.set("count", Json::natural(count));
  return out;
}
Result<Json> consent_publish(const Call& call) {
  XCH_TRY(Request::parse(call.json, {}));
  XCH_ASSIGN(auto authority, consent::Authority::of(*call.session));
  XCH_ASSIGN(const std::uint32_t version, authority.publish_status());
  Json out = answer("status");
  out.set("version", Json::natural(version));
  return out;
}

}  // namespace

Result<std::vector<consent::Restriction>> consent_restrictions_of(const Request& request) {
  std::vector<consent::Restriction> out;
  const Json* list = request.json().find("restrictions");
  if (list == nullptr) return out;
  if (!list->is_array()) return fail(Code::json_wrong_type, "restrictions");
  for (const auto& item : list->items()) {
    if (!item.is_object()) return fail(Code::json_wrong_type, "restrictions");
    XCH_ASSIGN(const Request row, Request::parse(wire::write_json(item), kRestriction));
    consent::Restriction asked;
    XCH_ASSIGN(asked.party, row.text_or("party", ""));
    XCH_ASSIGN(asked.field_class, row.code_or_none<FieldClass>("class", parse_field_class));
    out.push_back(std::move(asked));
  }
  return out;
}

Result<consent::ConsentDraft> held_to(session::Session& session, consent::ConsentDraft draft) {
  const auto authority = consent::Authority::of(session);
  if (!authority) return draft;
  return authority->restricted(draft);
}

consent::DraftKeys consent_draft_keys() { return {kDraft, kOrder, kRestriction, kEvent, kIntermediary, kExternal}; }

Result<consent::ConsentDraft> consent_draft_of(const Json& draft) {
  XCH_ASSIGN(const Request request, Request::parse(wire::write_json(draft), kDraft));
  return draft_of(request);
}

Json issued_json(const consent::IssuedGrant& issued) {
  Json out = answer("issued");
  out.set("grant", to_hex(issued.hash));
  out.set("id", to_hex(issued.id));
  out.set("version", Json::natural(issued.version));
  out.set("not_before", time_text(issued.not_before));
  out.set("not_after", time_text(issued.not_after));
  out.set("given_to", text_list(issued.given_to));
  return out;
}

Json outside_json(const std::vector<consent::SentOutside>& outside) {
  Json out = Json::array();
  for (const auto& one : outside) {
    Json row = Json::object();
    row.set("to", one.to);
    row.set("from", one.from);
    row.set("sent_at", time_text(one.time));
    out.add(std::move(row));
  }
  return out;
}

Json externals_json(const std::vector<consent::External>& externals) {
  Json out = Json::array();
  for (const auto& external : externals) {
    Json row = Json::object();
    row.set("name", external.name);
    row.set("last_day", external.last_day);
    out.add(std::move(row));
  }
  return out;
}

Json event_json(const consent::EndingEvent& event) {
  Json out = Json::object();
  out.set("event", event.event);
  out.set("asserter", event.asserter);
  return out;
}

void fill_row(Json& out, const consent::GrantRow& row) {
  out.set("grant", to_hex(row.hash));
  out.set("id", to_hex(row.id));
  out.set("version", Json::natural(row.version));
  out.set("subject", row.subject);
  out.set("basis", code_of(row.basis));
  out.set("state", state_name(row.state));
  out.set("pending", Json::boolean(row.revocation_pending));
  if (row.revocation_pending) {
    out.set("revocable_at", time_text(row.revocable_at));
    out.set("revocable_day", row.revocable_day);
  }
  out.set("not_before", time_text(row.not_before));
  out.set("not_after", time_text(row.not_after));
  out.set("last_day", row.last_day);
  if (!row.zone.empty()) out.set("zone", row.zone);
  if (!row.ends_on.event.empty()) {
    out.set("ends_on", event_json(row.ends_on));
    out.set("ended_by_event", Json::boolean(row.ended_by_event));
  }
  out.set("given_to", text_list(row.given_to));
  out.set("acknowledged", text_list(row.acknowledged));
  if (!row.externals.empty()) out.set("externals", externals_json(row.externals));
  if (!row.intermediaries.empty()) out.set("intermediaries", intermediaries_json(row.intermediaries));
}

Json intermediaries_json(const std::vector<consent::Intermediary>& intermediaries) {
  Json out = Json::array();
  for (const auto& hub : intermediaries) {
    Json row = Json::object();
    if (!hub.party.empty()) row.set("party", hub.party);
    if (!hub.members.empty()) row.set("members", text_list(hub.members));
    if (hub.treating) row.set("treating", Json::boolean(true));
    out.add(std::move(row));
  }
  return out;
}

void set_named(Json& out, const consent::ConsentDraft& draft) {
  const auto says = [](const consent::EndingEvent& event) { return !event.event.empty() || !event.asserter.empty(); };
  if (says(draft.ends_on)) out.set("ends_on", event_json(draft.ends_on));
  if (!draft.revocable_day.empty()) out.set("revocable_day", draft.revocable_day);
  if (says(draft.revocable_on)) out.set("revocable_on", event_json(draft.revocable_on));
  if (!draft.intermediaries.empty()) out.set("intermediaries", intermediaries_json(draft.intermediaries));
  if (!draft.externals.empty()) out.set("externals", externals_json(draft.externals));
}

Result<Json> findings_of(session::Session& session, const consent::ConsentDraft& draft) {
  XCH_ASSIGN(const auto roster, session.roster());
  if (!roster) return fail(Code::roster_missing);
  XCH_ASSIGN(const PolicyPack* pack, session.pack());
  if (pack == nullptr) return fail(Code::policy_pack_unknown);
  XCH_ASSIGN(const Timestamp now, session.now());
  Json out = answer("findings");
  const auto there = consent::placed(draft, *pack);
  if (!there.zone.empty()) out.set("zone", there.zone);
  if (consent::is_known(consent::days_of(there))) out.set("today", consent::day_at(now, consent::days_of(there)));
  const auto* basis = policy::basis_row(*pack, draft.basis);
  const auto from = consent::start_of_day(draft.first_day, consent::days_of(there));
  const auto until = basis == nullptr ? std::nullopt : consent::end_of(there, *basis);
  if (from) out.set("not_before", time_text(*from));
  if (until) {
    out.set("not_after", time_text(*until));
    out.set("last_day", consent::day_at(*until, consent::days_of(there)));
  }
  set_named(out, draft);
  Json rows = Json::array();
  for (const auto& finding : consent::lint(draft, *pack, *roster, session.info().party, now)) rows.add(finding_row(finding));
  out.set("rows", std::move(rows));
  Json plan = Json::array();
  for (const auto& line : consent::plan(draft, *pack, *roster)) {
    Json row = Json::object();
    row.set("party", line.party);
    row.set("class", code_of(line.field_class));
    row.set("form", code_of(line.form));
    row.set("reads", Json::boolean(line.reads));
    row.set("writes", Json::boolean(line.writes));
    plan.add(std::move(row));
  }
  out.set("plan", std::move(plan));
  return out;
}

std::vector<VerbRow> consent_verbs() {
  return {
      {"consent.check", Needs::home, consent_check},     {"consent.issue", Needs::home, consent_issue},
      {"consent.advance", Needs::home, consent_advance}, {"consent.list", Needs::home, consent_list},
      {"consent.show", Needs::home, consent_show},       {"consent.revoke", Needs::home, consent_revoke},
      {"consent.suspend", Needs::home, consent_suspend}, {"consent.publish", Needs::home, consent_publish},
      {"consent.resend", Needs::home, consent_resend},   {"consent.happened", Needs::home, consent_happened},
  };
}

}  // namespace xch::c_api
