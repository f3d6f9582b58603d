// consent.draft: a draft written as TOML or JSON, read, checked for its shape and written in one form. consent.rules: the
// rules that consents are made by, and who keeps each. consent.keep_back: what a person asked to have kept back from every
// consent.
#include "c_api/answers.hpp"
#include "c_api/consent_draft.hpp"
#include "c_api/verbs.hpp"
#include "consent/pack_compiler/rule_table.hpp"

namespace xch::c_api {
namespace {

void set_if(Json& out, std::string_view name, const std::string& value) {
  if (!value.empty()) out.set(name, value);
}
void set_if(Json& out, std::string_view name, const std::vector<std::string>& values) {
  if (!values.empty()) out.set(name, text_list(values));
}
template <class Code_>
void set_if(Json& out, std::string_view name, const std::vector<Code_>& codes) {
  if (!codes.empty()) out.set(name, code_list(codes));
}
void set_if(Json& out, std::string_view name, bool value) {
  if (value) out.set(name, Json::boolean(true));
}

Json order_json(const consent::CourtOrder& order) {
  Json out = Json::object();
  set_if(out, "kind", order.kind);
  set_if(out, "court", order.court);
  set_if(out, "day", order.day);
  set_if(out, "digest", order.digest);
  set_if(out, "findings", order.findings);
  return out;
}

Json restrictions_json(const std::vector<consent::Restriction>& restrictions) {
  Json out = Json::array();
  for (const auto& asked : restrictions) {
    Json row = Json::object();
    set_if(row, "party", asked.party);
    if (asked.field_class != FieldClass::none) row.set("class", code_of(asked.field_class));
    out.add(std::move(row));
  }
  return out;
}

/// draft_json writes a draft: the members that say something, in the order of docs/verbs.md.
Result<Json> draft_json(const consent::ConsentDraft& draft) {
  Json out = Json::object();
  set_if(out, "subject", draft.subject);
  if (!draft.subject_record.empty()) {
    XCH_ASSIGN(auto record, wire::parse_json(draft.subject_record));
    out.set("subject_record", std::move(record));
  }
  if (draft.basis != Basis::none) out.set("basis", code_of(draft.basis));
  set_if(out, "disclosers", draft.disclosers);
  set_if(out, "recipients", draft.recipients);
  set_if(out, "classes", draft.classes);
  set_if(out, "purposes", draft.purposes);
  set_if(out, "first_day", draft.first_day);
  set_if(out, "last_day", draft.last_day);
  set_if(out, "zone", draft.zone);
  if (draft.zone_offset_minutes != 0) out.set("zone_offset_minutes", Json::integer(draft.zone_offset_minutes));
  if (!draft.ends_on.event.empty() || !draft.ends_on.asserter.empty()) out.set("ends_on", event_json(draft.ends_on));
  set_if(out, "signer", draft.signer);
  set_if(out, "signed_day", draft.signed_day);
  if (!draft.signed_form.empty()) out.set("signed_form", to_base64(draft.signed_form));
  set_if(out, "revocation_explained", draft.revocation_explained);
  set_if(out, "redisclosure_explained", draft.redisclosure_explained);
  set_if(out, "proceeding", draft.proceeding);
  set_if(out, "revocable_day", draft.revocable_day);
  if (!draft.revocable_on.event.empty() || !draft.revocable_on.asserter.empty())
    out.set("revocable_on", event_json(draft.revocable_on));
  set_if(out, "referred_by", draft.referred_by);
  set_if(out, "jurisdiction", draft.jurisdiction);
  if (draft.minor_age != 0) out.set("minor_age", Json::natural(draft.minor_age));
  set_if(out, "co_signers", draft.co_signers);
  set_if(out, "statements", draft.statements);
  if (!draft.restrictions.empty()) out.set("restrictions", restrictions_json(draft.restrictions));
  if (!draft.intermediaries.empty()) out.set("intermediaries", intermediaries_json(draft.intermediaries));
  if (!draft.externals.empty()) out.set("externals", externals_json(draft.externals));
  if (Json order = order_json(draft.order); !order.members().empty()) out.set("order", std::move(order));
  set_if(out, "circumstances", draft.circumstances);
  return out;
}

/// said_of_a_draft: who writes a draft is no programmer, and is told of drafts and not of JSON.
Error said_of_a_draft(Error error) {
  switch (error.code) {
    case Code::json_unknown_field:
      return Error(Code::draft_key, std::move(error.path));
    case Code::json_wrong_type:
    case Code::json_range:
      return Error(Code::draft_value, std::move(error.path));
    default:
      return error;
  }
}

Result<Json> read_again(const Json& json) {
  auto draft = consent_draft_of(json);
  if (!draft) return fail(said_of_a_draft(std::move(draft).error()));
  Json out = answer("consent-draft");
  XCH_ASSIGN(auto written, draft_json(*draft));
  out.set("draft", std::move(written));
  return out;
}

Result<Json> consent_draft(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"toml", "draft"}));
  const Json* draft = request.json().find("draft");
  if ((draft == nullptr) == (request.json().find("toml") == nullptr))
    return fail(Code::usage, "draft");  // one of the two
  if (draft != nullptr) return read_again(*draft);
  XCH_ASSIGN(const std::string toml, request.text("toml"));
  XCH_ASSIGN(const Json json, consent::draft_toml(toml, consent_draft_keys()));
  return read_again(json);
}

Result<Json> consent_rules(const Call& call) {
  XCH_TRY(Request::parse(call.json, {}));
  XCH_ASSIGN(const auto rules, consent::rule_table(consent::default_rules_toml()));
  Json rows = Json::array();
  for (const auto& rule : rules) {
    Json row = Json::object();
    row.set("rule", rule.id);
    row.set("citation", rule.citation);
    row.set("says", rule.says);
    row.set("enforced", rule.enforced);
    rows.add(std::move(row));
  }
  Json out = answer("consent-rules");
  out.set("rows", std::move(rows));
  return out;
}

Json kept_back_json(const consent::KeptBack& kept) {
  Json out = answer("kept-back");
  out.set("subject", kept.subject);
  if (kept.since.seconds != 0) out.set("since", time_text(kept.since));
  out.set("restrictions", restrictions_json(kept.restrictions));
  return out;
}

Result<Json> consent_kept_back(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"subject"}));
  XCH_ASSIGN(const std::string subject, request.text("subject"));
  XCH_ASSIGN(const auto authority, consent::Authority::of(*call.session));
  XCH_ASSIGN(const auto kept, authority.kept_back(subject));
  return kept_back_json(kept);
}

Result<Json> consent_keep_back(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"subject", "restrictions"}));
  XCH_ASSIGN(const std::string subject, request.text("subject"));
  XCH_ASSIGN(const auto asked, consent_restrictions_of(request));
  XCH_ASSIGN(auto authority, consent::Authority::of(*call.session));
  XCH_TRY(authority.keep_back(subject, asked));
  XCH_ASSIGN(const auto kept, authority.kept_back(subject));
  return kept_back_json(kept);
}

/// consent_note: a home that issues nothing has no grant whose history this would be, and writes nothing down.
Result<Json> consent_note(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"draft", "step"}));
  XCH_ASSIGN(const std::string word, request.text("step"));
  if (word != "drafted" && word != "proposed") return fail(Code::json_range, "step");
  const Json* given = request.json().find("draft");
  if (given == nullptr) return fail(Code::usage, "draft");
  XCH_ASSIGN(const auto draft, consent_draft_of(*given));
  auto authority = consent::Authority::of(*call.session);
  if (!authority && authority.error().code != Code::consent_authority)
    return fail(std::move(authority).error());
  if (authority)
    XCH_TRY(authority->note(draft, word == "drafted" ? consent::DraftStep::drafted : consent::DraftStep::proposed));
  Json out = answer("consent-noted");
  out.set("noted", Json::boolean(bool(authority)));
  return out;
}

}  // namespace

std::vector<VerbRow> consent_draft_verbs() {
  return {{"consent.draft", Needs::nothing, consent_draft},
          {"consent.rules", Needs::nothing, consent_rules},
          {"consent.note", Needs::home, consent_note},
          {"consent.kept_back", Needs::home, consent_kept_back},
          {"consent.keep_back", Needs::home, consent_keep_back}};
}

}  // namespace xch::c_api
