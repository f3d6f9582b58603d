// consent.form: the page that a person reads and signs, over consent/forms.
#include "c_api/answers.hpp"
#include "c_api/consent_draft.hpp"
#include "c_api/verbs.hpp"
#include "consent/forms/stored.hpp"

namespace xch::c_api {
namespace {

Status fill_draft(consent::FormRequest& out, const Request& request, session::Session& session) {
  const Json* draft = request.json().find("draft");
  XCH_ASSIGN(const auto id, request.hex_if<GrantId>("id"));
  if ((draft == nullptr) == !id) return fail(Code::usage, "draft");  // one of the two
  if (id) return consent::stored_form(out, session, *id);
  XCH_ASSIGN(auto given, consent_draft_of(*draft));
  XCH_ASSIGN(out.draft, held_to(session, std::move(given)));
  return Ok{};
}

Result<consent::FormRequest> form_request_of(const Request& request, session::Session& session) {
  consent::FormRequest out;
  XCH_ASSIGN(const std::string language, request.text_or("lang", "en"));
  const auto spoken = consent::parse_language(language);
  if (!spoken) return fail(Code::json_range, "lang");
  XCH_ASSIGN(const std::string sheet, request.text_or("paper", "letter"));
  const auto paper = consent::parse_paper(sheet);
  if (!paper) return fail(Code::json_range, "paper");
  XCH_ASSIGN(const bool large, request.flag_or("large_print", false));
  XCH_ASSIGN(out.name, request.text_or("name", ""));
  XCH_ASSIGN(out.contact, request.text_or("contact", ""));
  XCH_ASSIGN(const Timestamp now, session.now());
  XCH_ASSIGN(out.day, request.text_or("day", format_time(now).substr(0, 10)));
  out.language = *spoken;
  out.paper = *paper;
  out.print = large ? consent::Print::large : consent::Print::normal;
  XCH_TRY(fill_draft(out, request, session));
  return out;
}

Result<Json> consent_form(const Call& call) {
  XCH_ASSIGN(const Request request,
             Request::parse(call.json, {"draft", "id", "lang", "paper", "large_print", "name", "contact", "day"}));
  XCH_ASSIGN(const auto roster, call.session->roster());
  if (!roster) return fail(Code::roster_missing);
  XCH_ASSIGN(const PolicyPack* pack, call.session->pack());
  if (pack == nullptr) return fail(Code::policy_pack_unknown);
  XCH_ASSIGN(const auto form_request, form_request_of(request, *call.session));
  XCH_ASSIGN(const auto form, consent::make_form(form_request, *pack, *roster, call.session->info().party));
  Json out = answer("consent-form");
  out.set("id", form.id);
  out.set("hash", form.hash);
  out.set("code", form.code);
  out.set("signed", Json::boolean(form_request.issued.has_value()));
  out.set("rules", text_list(form.rules));
  out.set("html", form.html);
  return out;
}

}  // namespace

std::vector<VerbRow> consent_form_verbs() { return {{"consent.form", Needs::home, consent_form}}; }

}  // namespace xch::c_api
