// seal.preview, policy.explain, grants.list, inbox.*, outbox.*, nonce.new, present, verify, redact, erase.
#include <algorithm>

#include "c_api/answers.hpp"
#include "c_api/seal_request.hpp"
#include "c_api/verbs.hpp"
#include "consent/authority/authority.hpp"
#include "policy/decide.hpp"
#include "session/exchange_log.hpp"

namespace xch::c_api {
namespace {

Result<Json> seal_preview(const Call& call) {
  XCH_ASSIGN(const auto request, seal_request(call.json, NotesIn::request));
  XCH_ASSIGN(const auto preview, call.session->preview(request));
  return preview_json(preview);
}

// Every field of a type for given readers: a preview of an empty note, so that the decision is the one seal would use.
Result<Json> policy_explain(const Call& call) {
  XCH_ASSIGN(const Request given, Request::parse(call.json, {"type", "grant", "subject", "basis", "purpose", "to"}));
  session::SealRequest request;
  session::NoteSource source;
  XCH_ASSIGN(source.type, given.text("type"));
  source.nothing_to_share = true;
  request.notes.push_back(std::move(source));
  XCH_ASSIGN(request.grant, given.hex_if<GrantHash>("grant"));
  XCH_ASSIGN(request.subject, given.text_or("subject", ""));
  XCH_ASSIGN(request.basis, given.code_or_none<Basis>("basis", parse_basis));
  XCH_ASSIGN(request.purpose, given.code_or_none<Purpose>("purpose", parse_purpose));
  XCH_ASSIGN(request.to, given.texts("to"));
  XCH_ASSIGN(const auto preview, call.session->preview(request));
  Json out = preview_json(preview);
  const auto grant = request.grant ? call.session->grant(*request.grant) : nullptr;
  XCH_ASSIGN(const PolicyPack* pack, call.session->pack());
  const auto* basis = pack == nullptr ? nullptr : policy::basis_row(*pack, grant ? grant->core().basis : request.basis);
  if (basis == nullptr) return out;
  out.set("basis", code_of(basis->basis));
  out.set("title", basis->title);
  out.set("citation", basis->citation);
  return out;
}

Result<Json> grants_list(const Call& call) {
  XCH_TRY(Request::parse(call.json, {}));
  XCH_ASSIGN(const auto grants, call.session->grants());
  Json out = answer("grants");
  Json rows = Json::array();
  for (const auto& grant : grants) {
    Json row = Json::object();
    row.set("grant", to_hex(grant.hash));
    row.set("id", to_hex(grant.id));
    row.set("version", Json::natural(grant.version));
    row.set("basis", code_of(grant.basis));
    row.set("purposes", code_list(grant.purposes));
    row.set("not_before", time_text(grant.not_before));
    row.set("not_after", time_text(grant.not_after));
    row.set("authority", grant.authority_name);
    row.set("subject", to_hex(grant.pseudonym));
    row.set("state", state_name(grant.state));
    row.set("superseded", Json::boolean(grant.superseded));
    rows.add(std::move(row));
  }
  out.set("rows", std::move(rows));
  return out;
}

/// A statement that came in ends its grant now, and not when the office next does something.
Status end_what_happened(session::Session& session, const session::InboxReport& report) {
  const bool any = std::any_of(report.items.begin(), report.items.end(),
                               [](const auto& item) { return item.what == "event" && !item.error; });
  if (!any) return Ok{};
  XCH_ASSIGN(auto authority, consent::Authority::of(session));
  XCH_TRY(authority.end_due());
  return Ok{};
}

Result<Json> inbox_process(const Call& call) {
  XCH_TRY(Request::parse(call.json, {}));
  XCH_ASSIGN(const auto report, call.session->process_inbox());
  XCH_TRY(end_what_happened(*call.session, report));
  Json out = answer("inbox");
  Json items = Json::array();
  for (const auto& item : report.items) {
    Json row = Json::object();
    row.set("file", item.file);
    row.set("what", item.what);
    row.set("error", item.error ? error_json(*item.error) : Json());
    row.set("waits", Json::boolean(item.waits));
    items.add(std::move(row));
  }
  out.set("items", std::move(items));
  call.session->exchange_log().tend();
  return out;
}

Result<Json> inbox_list(const Call& call) {
  XCH_TRY(Request::parse(call.json, {}));
  XCH_ASSIGN(const auto files, call.session->notes_waiting());
  Json out = answer("waiting");
  out.set("files", text_list(files));
  return out;
}

Result<Json> inbox_open(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"file", "as_repeat"}));
  XCH_ASSIGN(const std::string file, request.text("file"));
  XCH_ASSIGN(const bool as_repeat, request.flag_or("as_repeat", false));
  XCH_ASSIGN(const Bytes envelope, call.session->read_spooled(file));
  XCH_ASSIGN(const auto opened, call.session->open_envelope(envelope, as_repeat ? session::OpenAs::repeat : session::OpenAs::usual));
  if (opened.notes.empty() && !opened.refused.empty()) return fail(opened.refused.front());
  return opened_json(opened);
}

Result<Json> inbox_read(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"file"}));
  XCH_ASSIGN(const std::string file, request.text("file"));
  XCH_ASSIGN(const Bytes bytes, call.session->read_spooled(file));
  Json out = answer("file");
  out.set("bytes", to_base64(bytes));
  return out;
}

Result<Json> inbox_ack(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"file"}));
  XCH_ASSIGN(const std::string file, request.text("file"));
  XCH_TRY(call.session->take_over(file));
  return answer("done");
}

// ---- quarantine --------------------------------------------------------------------------------------------------------

Result<Json> quarantine_list(const Call& call) {
  XCH_TRY(Request::parse(call.json, {}));
  XCH_ASSIGN(const auto files, call.session->quarantined());
  Json out = answer("quarantine");
  Json rows = Json::array();
  for (const auto& file : files) {
    const CodeInfo* why = find_code(file.error_id);
    Json row = Json::object();
    row.set("file", file.file);
    row.set("what", file.what);
    row.set("id", file.error_id);
    row.set("text", why == nullptr ? std::string_view() : why->text);
    row.set("since", file.error_id.empty() ? Json::text("") : time_text(file.since));
    row.set("bytes", Json::natural(file.bytes));
    rows.add(std::move(row));
  }
  out.set("rows", std::move(rows));
  return out;
}

Result<Json> quarantine_retry(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"file"}));
  XCH_ASSIGN(const std::string file, request.text("file"));
  XCH_TRY(call.session->retry_quarantined(file));
  return answer("done");
}

Result<Json> quarantine_drop(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"file", "yes"}));
  XCH_ASSIGN(const std::string file, request.text("file"));
  XCH_ASSIGN(const bool yes, request.flag_or("yes", false));
  if (!yes) return fail(Code::json_missing, "yes");  // what is thrown away is gone
  XCH_TRY(call.session->drop_quarantined(file));
  return answer("done");
}

Result<Json> nonce_new(const Call& call) {
  XCH_TRY(Request::parse(call.json, {}));
  XCH_ASSIGN(const auto nonce, call.session->new_nonce());
  Json out = answer("nonce");
  out.set("nonce", to_hex(nonce));
  return out;
}

}  // namespace

Result<Bytes> bytes_of(const Call& call, const Request& request, std::string_view name) {
  XCH_ASSIGN(auto given, request.base64_if(name));
  if (given) return std::move(*given);
  XCH_ASSIGN(const std::string file, request.text_or("file", ""));
  if (file.empty()) return fail(Code::json_missing, std::string(name));
  return call.session->read_spooled(file);
}

namespace {

Result<Json> present(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"envelope", "file", "header", "fields", "audience", "nonce",
                                                               "purpose", "under"}));
  XCH_ASSIGN(const Bytes envelope, bytes_of(call, request, "envelope"));
  XCH_ASSIGN(const HeaderHash header, request.hex<HeaderHash>("header"));
  XCH_ASSIGN(const auto fields, request.texts("fields"));
  XCH_ASSIGN(const std::string audience, request.text("audience"));
  XCH_ASSIGN(const auto nonce, request.hex<Digest>("nonce"));
  XCH_ASSIGN(const Purpose purpose, request.code_or_none<Purpose>("purpose", parse_purpose));
  XCH_ASSIGN(const auto under, request.hex_if<GrantHash>("under"));
  XCH_ASSIGN(const auto done, call.session->present(envelope, header, fields, audience, nonce.bytes, purpose, under));
  Json out = answer("presented");
  out.set("to", done.mailbox);
  out.set("bytes", Json::natural(done.envelope.size()));
  return out;
}

Result<Json> verify(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"object", "file"}));
  XCH_ASSIGN(const Bytes object, bytes_of(call, request, "object"));
  XCH_ASSIGN(auto done, call.session->verify(object));
  const auto& p = done.presentation;
  std::vector<FieldValue> values;
  for (const auto& slot : p.slots) values.push_back({slot.slot, slot.value});
  auto rows = field_rows(*p.type, values);
  for (auto& slot : done.presentation.presentation.slots) crypto::wipe(MutableView(slot.plain));
  if (!rows) return fail(std::move(rows).error());
  Json out = answer("verified");
  out.set("verification", p.verification == message::Verification::pass ? "pass" : "indeterminate");
  out.set("presenter", done.presenter_name);
  out.set("sender", done.sender_name);
  out.set("sealed_at", time_text(p.header.sealed_at));
  out.set("type", p.schema->name);
  out.set("basis", code_of(p.header.basis));
  out.set("purpose", code_of(p.presentation.purpose));
  out.set("fields", std::move(*rows));
  out.set("notice", done.notice_text);
  out.set("obligations", code_list(done.obligations));
  out.set("duties", duties_json(done.obligations, p.header.expires_at));
  out.set("seq", Json::natural(done.journal_seq));
  return out;
}

Result<Json> redact(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"envelope", "file", "header", "fields", "reason"}));
  XCH_ASSIGN(const Bytes envelope, bytes_of(call, request, "envelope"));
  XCH_ASSIGN(const HeaderHash header, request.hex<HeaderHash>("header"));
  XCH_ASSIGN(const auto fields, request.texts("fields"));
  XCH_ASSIGN(const std::string reason, request.text("reason"));
  XCH_ASSIGN(const Bytes copy, call.session->redact(envelope, header, fields, reason));
  Json out = answer("redacted");
  out.set("envelope", to_base64(copy));
  return out;
}

Result<Json> erase(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"header"}));
  XCH_ASSIGN(const HeaderHash header, request.hex<HeaderHash>("header"));
  XCH_TRY(call.session->erase_note(header));
  return answer("done");
}

}  // namespace

std::vector<VerbRow> exchange_verbs() {
  return {
      {"seal.preview", Needs::home, seal_preview}, {"policy.explain", Needs::home, policy_explain},
      {"grants.list", Needs::home, grants_list},   {"inbox.process", Needs::home, inbox_process},
      {"inbox.list", Needs::home, inbox_list},     {"inbox.open", Needs::home, inbox_open},
      {"inbox.read", Needs::home, inbox_read},     {"inbox.ack", Needs::home, inbox_ack},
      {"quarantine.list", Needs::home, quarantine_list},   {"quarantine.retry", Needs::home, quarantine_retry},
      {"quarantine.drop", Needs::home, quarantine_drop},   {"nonce.new", Needs::home, nonce_new},
      {"present", Needs::home, present},           {"verify", Needs::home, verify},
      {"redact", Needs::home, redact},             {"erase", Needs::home, erase},
  };
}

}  // namespace xch::c_api
