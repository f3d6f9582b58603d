// audit.*: what the logs of one or several agencies say when they are held against each other (docs/audit.md).
#include <algorithm>
#include <filesystem>

#include "audit/accounting.hpp"
#include "audit/breach.hpp"
#include "audit/extract.hpp"
#include "audit/reconcile.hpp"
#include "base/file.hpp"
#include "consent/authority/authority.hpp"
#include "c_api/answers.hpp"
#include "c_api/tell.hpp"
#include "c_api/verbs.hpp"
#include "crypto/digest.hpp"
#include "crypto/labels.hpp"
#include "log/tiles.hpp"
#include "policy/decide.hpp"
#include "session/catalogue.hpp"
#include "session/exchange_log.hpp"
#include "session/one_shot.hpp"
#include "wire/records.hpp"

namespace xch::c_api {
namespace {

namespace fs = std::filesystem;

/// HomeKeys are the day keys that an open home has; without a home there are none.
class HomeKeys final : public audit::DayKeys {
 public:
  explicit HomeKeys(session::Session* home) : home_(home) {}
  Result<session::FoundDayKey> find(const fs::path& folder, const log::VerifierKey& key, log::Day day) override {
    if (home_ == nullptr) return session::FoundDayKey();
    return home_->exchange_log().day_key(folder, key, day);
  }
  Status keep(const log::VerifierKey& key, log::Day day, const log::DayKey& day_key) override {
    return home_->exchange_log().keep_day_key(key, day, day_key);
  }

 private:
  session::Session* home_;
};

// ---- what a request names ------------------------------------------------------------------------------------------

Result<std::vector<log::VerifierKey>> keys_of(const Request& request, std::string_view name) {
  XCH_ASSIGN(const auto texts, request.texts(name));
  std::vector<log::VerifierKey> out;
  for (const auto& text : texts) {
    auto key = log::VerifierKey::parse(text);
    if (!key) return fail(key.error().code, std::string(name));
    out.push_back(std::move(*key));
  }
  return out;
}

std::string origin_of(const fs::path& folder) {
  const auto note = log::LogFolder(folder).checkpoint();
  const auto parsed = note ? log::parse_note(*note) : fail(note.error());
  const auto checkpoint = parsed ? log::parse_checkpoint(parsed->text) : fail(parsed.error());
  return checkpoint ? checkpoint->origin : std::string();
}

/// A log's key is the one of its name. Where there is one log and one key, they belong together, whatever the names
/// say: then the checkpoint fails and not the choice of keys.
std::optional<log::VerifierKey> key_for(const fs::path& folder, const std::vector<log::VerifierKey>& keys,
                                        bool only_one) {
  const std::string origin = origin_of(folder);
  for (const auto& key : keys)
    if (key.name() == origin) return key;
  if (only_one && keys.size() == 1) return keys.front();
  return std::nullopt;
}

/// midnight begins a day, so many days after the one that is written.
std::optional<Timestamp> midnight(std::string_view text, std::uint64_t days_later) {
  const auto date = parse_date(text);
  if (!date || days_from_civil(*date) < 0) return std::nullopt;
  return Timestamp{(static_cast<std::uint64_t>(days_from_civil(*date)) + days_later) * kDay};
}

Result<Timestamp> day_of(const Request& request, std::string_view name, std::uint64_t days_later) {
  XCH_ASSIGN(const std::string text, request.text_or(name, ""));
  if (text.empty()) return Timestamp{};
  const auto at = midnight(text, days_later);
  return at ? Result<Timestamp>(*at) : fail(Code::json_range, std::string(name));
}

Result<audit::Period> period_of(const Request& request) {
  audit::Period out;
  XCH_ASSIGN(out.from, day_of(request, "from", 0));
  XCH_ASSIGN(out.to, day_of(request, "to", 1));  // the last day is part of it
  if (out.to.seconds != 0 && out.to <= out.from) return fail(Code::json_range, "to");
  return out;
}

Status add_pack(audit::Given& given, ByteView bytes, std::string_view member) {
  const auto signed_pack = wire::decode_signed(bytes);
  if (!signed_pack || signed_pack->kind != Kind::policyPack)
    return fail(Code::policy_pack_malformed, std::string(member));
  auto pack = wire::decode_policy_pack(signed_pack->body);
  if (!pack) return fail(Code::policy_pack_malformed, std::string(member));
  XCH_TRY(policy::check_pack(*pack));
  // Entries name a pack by its hash, so one that nobody used decides nothing.
  given.packs.emplace(crypto::th_as<PolicyHash>(crypto::label::kPolicyHash, {signed_pack->body}), std::move(*pack));
  return Ok{};
}

/// What an open home adds: who is who, the policy pack in force, its own log and journal.
Status add_home(const Call& call, audit::Given& given, std::vector<log::VerifierKey>& keys) {
  if (call.session == nullptr) return Ok{};
  XCH_ASSIGN(const auto roster, call.session->roster());
  if (roster) given.parties = roster->roster().parties;
  // Who is in no roster is known by the packets that went to them.
  XCH_ASSIGN(const auto outside, call.session->one_shots().records());
  for (const auto& record : outside) {
    Party external;
    external.id = record.to;
    external.name = record.name;
    external.role = Role::ext;
    given.parties.push_back(std::move(external));
  }
  const auto pack = call.session->policy_file();
  if (pack) XCH_TRY(add_pack(given, *pack, "pack"));
  XCH_ASSIGN(given.shown.views, call.session->exchange_log().heard());
  XCH_ASSIGN(given.shown.alarms, call.session->exchange_log().alarms());
  const auto standing = call.session->exchange_log().standing();
  if (!standing) return standing.error().code == Code::log_missing ? Status(Ok{}) : fail(standing.error());
  XCH_ASSIGN(auto own, log::VerifierKey::parse(standing->verifier_key));
  keys.push_back(std::move(own));
  audit::JournalOf journal{standing->verifier_key, {}};
  constexpr std::size_t kAtOnce = 10000;
  for (std::uint64_t from = 1;;) {
    XCH_ASSIGN(auto rows, call.session->journal(from, kAtOnce));
    const bool more = rows.size() == kAtOnce;
    if (more) from = rows.back().seq + 1;
    std::move(rows.begin(), rows.end(), std::back_inserter(journal.rows));
    if (!more) break;
  }
  given.journals.push_back(std::move(journal));
  audit::HomeOf held{standing->verifier_key, {}, {}};
  XCH_ASSIGN(held.grants, call.session->grants());
  XCH_ASSIGN(held.keys, call.session->keys());
  given.homes.push_back(std::move(held));
  return Ok{};
}

/// Whose cosignatures count: witnesses and a quorum, or a policy in their place.
Result<audit::Witnesses> witnesses_of(const Request& request) {
  audit::Witnesses out;
  XCH_ASSIGN(out.keys, keys_of(request, "witnesses"));
  XCH_ASSIGN(const std::uint64_t quorum, request.natural_or("quorum", out.keys.size()));
  if (quorum > out.keys.size()) return fail(Code::json_range, "quorum");
  out.quorum = static_cast<std::size_t>(quorum);
  if (request.json().find("policy") == nullptr) return out;
  if (!out.keys.empty() || request.json().find("quorum") != nullptr) return fail(Code::json_range, "policy");
  XCH_ASSIGN(const std::string text, request.text("policy"));
  auto policy = log::LogPolicy::parse(text);
  if (!policy) return fail(policy.error().code, "policy");
  out.policy = std::move(*policy);
  return out;
}

Result<audit::Given> given_of(const Call& call, const Request& request) {
  audit::Given out;
  XCH_ASSIGN(auto folders, request.texts("logs"));
  XCH_ASSIGN(auto keys, keys_of(request, "log_keys"));
  XCH_ASSIGN(out.witnesses, witnesses_of(request));
  if (out.witnesses.policy)
    for (const auto& log : out.witnesses.policy->logs()) keys.push_back(log.key);
  const auto named = keys;
  XCH_TRY(add_home(call, out, keys));
  if (folders.empty() && call.session == nullptr) return fail(Code::json_missing, "logs");
  if (folders.empty()) folders.push_back(call.session->exchange_log().folder().string());
  for (const auto& folder : folders) {
    auto key = key_for(folder, keys, false);
    if (!key) key = key_for(folder, named, folders.size() == 1);
    out.logs.push_back({folder, std::move(key)});
  }
  XCH_ASSIGN(const auto pack, request.base64_if("pack"));
  if (pack) XCH_TRY(add_pack(out, *pack, "pack"));
  XCH_ASSIGN(const auto catalogue, session::Catalogue::load());
  out.schemas = catalogue.schemas();
  XCH_ASSIGN(out.period, period_of(request));
  const auto& clock = call.ctx.environment.clock;
  XCH_ASSIGN(out.now, clock ? clock() : Result<Timestamp>(fail(Code::clock)));
  return out;
}

// ---- the verbs -----------------------------------------------------------------------------------------------------

Result<Json> audit_run(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"logs", "log_keys", "witnesses", "quorum", "policy",
                                                               "pack", "from", "to", "small", "files"}));
  XCH_ASSIGN(auto given, given_of(call, request));
  given.tell = teller(call, "audit.run");
  XCH_ASSIGN(const bool small, request.flag_or("small", false));
  XCH_ASSIGN(const bool files, request.flag_or("files", false));
  HomeKeys keys(call.session);
  const auto done = audit::run_audit(given, keys);
  audit::ReportOptions options;
  options.small = small ? audit::Small::shown : audit::Small::left_out;
  options.version = "libexchange " + std::string(kLibraryVersion);
  Json out = audit::report_json(done, options);
  if (!files) return out;
  out.set("html", audit::report_html(done, options));
  out.set("disclosures_csv", audit::disclosures_csv(done));
  out.set("findings_csv", audit::findings_csv(done));
  return out;
}

/// The grants that are named, and those that this home holds for the person.
Result<std::set<Digest>> grants_of(const Call& call, const Request& request) {
  std::set<Digest> out;
  XCH_ASSIGN(const auto hashes, request.texts("grants"));
  for (const auto& text : hashes) {
    const auto hash = from_hex_as<Digest>(text);
    if (!hash) return fail(Code::json_range, "grants");
    out.insert(*hash);
  }
  XCH_ASSIGN(const auto subject, request.hex_if<Pseudonym>("subject"));
  if (!subject) return out.empty() ? Result<std::set<Digest>>(fail(Code::json_missing, "subject")) : out;
  if (call.session == nullptr) return fail(Code::home_missing);
  XCH_ASSIGN(const auto held, call.session->grants());
  for (const auto& grant : held)
    if (grant.pseudonym == *subject) out.insert(retag<Digest>(grant.hash));
  if (out.empty()) return fail(Code::not_found, "subject");
  return out;
}

Result<std::vector<audit::Suspension>> suspensions_of(const Request& request) {
  std::vector<audit::Suspension> out;
  const Json* list = request.json().find("suspended");
  if (list == nullptr) return out;
  if (!list->is_array()) return fail(Code::json_wrong_type, "suspended");
  for (const auto& item : list->items()) {
    XCH_TRY(Request::check(item, {"to", "until"}));
    const auto* to = item.find("to");
    const auto* until = item.find("until");
    if (to == nullptr || until == nullptr) return fail(Code::json_missing, "suspended");
    const auto end = until->is_text() ? midnight(until->as_text(), 1) : std::nullopt;
    if (!to->is_text() || !end) return fail(Code::json_range, "suspended");
    out.push_back({to->as_text(), *end});
  }
  return out;
}

/// Who receives through an intermediary its consents say, which the office has that issued them; elsewhere the request
/// names them.
Result<std::optional<audit::Via>> via_of(const Call& call, const Request& request) {
  audit::Via out;
  XCH_ASSIGN(out.party, request.text_or("via", ""));
  XCH_ASSIGN(const auto members, request.texts("members"));
  if (out.party.empty()) {
    if (!members.empty()) return fail(Code::json_missing, "via");
    return std::optional<audit::Via>();
  }
  out.members.insert(members.begin(), members.end());
  if (!members.empty()) return std::optional<audit::Via>(std::move(out));
  if (call.session == nullptr) return fail(Code::json_missing, "members");
  const auto office = consent::Authority::of(*call.session);
  if (!office) return fail(Code::json_missing, "members");
  XCH_ASSIGN(const auto behind, office->behind(out.party));
  if (behind.empty()) return fail(Code::not_found, "via");
  for (const auto& [grant, names] : behind) out.of_grant[retag<Digest>(grant)].insert(names.begin(), names.end());
  return std::optional<audit::Via>(std::move(out));
}

Result<Json> audit_accounting(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"logs", "log_keys", "subject", "grants", "rule", "from",
                                                               "to", "copy", "suspended", "files", "via", "members", "requested"}));
  audit::AccountingAsked asked;
  XCH_ASSIGN(const std::string rule, request.text_or("rule", "2.25"));
  asked.rule = audit::accounting_rule(rule);
  if (asked.rule == nullptr) return fail(Code::json_range, "rule");
  XCH_ASSIGN(const std::string copy, request.text_or("copy", "person"));
  if (copy != "person" && copy != "office") return fail(Code::json_range, "copy");
  asked.copy = copy == "person" ? audit::Copy::person : audit::Copy::office;
  XCH_ASSIGN(asked.grants, grants_of(call, request));
  XCH_ASSIGN(asked.suspensions, suspensions_of(request));
  XCH_ASSIGN(asked.via, via_of(call, request));
  XCH_ASSIGN(asked.requested, day_of(request, "requested", 0));
  XCH_ASSIGN(auto given, given_of(call, request));
  if (given.now < asked.requested) return fail(Code::json_range, "requested");
  const bool dated = asked.requested.seconds != 0;
  given.period = audit::look_back(*asked.rule, given.period, dated ? asked.requested : given.now);
  HomeKeys keys(call.session);
  const auto done = audit::read_logs(given, keys);
  const auto accounting = audit::account_for(done, asked);
  Json out = audit::accounting_json(done, accounting);
  XCH_ASSIGN(const bool files, request.flag_or("files", false));
  if (!files) return out;
  out.set("html", audit::accounting_html(done, accounting));
  out.set("csv", audit::accounting_csv(done, accounting));
  return out;
}

Result<Json> audit_breach(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"logs", "log_keys", "key", "from", "to"}));
  XCH_ASSIGN(const auto key, request.hex<KeyId>("key"));
  XCH_ASSIGN(const auto given, given_of(call, request));
  HomeKeys keys(call.session);
  const auto done = audit::read_logs(given, keys);
  return audit::breach_json(done, key, audit::breach_of(done, key));
}

/// The envelopes of notes in an outbox: a folder of mailboxes, as `spool/out` of a home.
Result<std::vector<audit::Waiting>> waiting_in(const fs::path& outbox, const std::string& from) {
  constexpr std::size_t kMaxFile = 17u << 20;
  std::vector<audit::Waiting> out;
  std::error_code error;
  if (!fs::is_directory(outbox, error)) return fail(Code::file_missing, "outbox");
  for (fs::directory_iterator box(outbox, error), end; !error && box != end; box.increment(error)) {
    std::error_code inside;
    for (fs::directory_iterator file(box->path() / "new", inside); !inside && file != end; file.increment(inside)) {
      if (file->path().extension() != ".lxe") continue;
      const auto bytes = read_file(file->path(), kMaxFile, Links::refuse);
      if (!bytes && bytes.error().code == Code::file_missing) continue;  // the courier took it
      if (!bytes) return fail(bytes.error().code, "outbox");
      out.push_back({from, box->path().filename().string(), crypto::sha256(*bytes)});
    }
  }
  if (error) return fail(Code::file_io, "outbox");
  return out;
}

Result<Json> audit_reconcile(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"logs", "log_keys", "from", "to", "outbox"}));
  XCH_ASSIGN(const auto given, given_of(call, request));
  XCH_ASSIGN(const std::string outbox, request.text_or("outbox", ""));
  std::vector<audit::Waiting> waiting;
  if (!outbox.empty() || call.session != nullptr) {
    const bool own = outbox.empty();
    const fs::path folder = own ? call.session->home() / "spool" / "out" : fs::path(outbox);
    XCH_ASSIGN(waiting, waiting_in(folder, own ? call.session->info().name : ""));
  }
  HomeKeys keys(call.session);
  const auto read = audit::read_logs(given, keys);
  return audit::reconcile_json(read, audit::reconcile(read, given.journals, waiting));
}

Result<Json> audit_extract(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"records", "files"}));
  const Json* records = request.json().find("records");
  if (records == nullptr) return fail(Code::json_missing, "records");
  if (!records->is_array()) return fail(Code::json_wrong_type, "records");
  if (records->items().empty()) return fail(Code::json_missing, "records");
  std::vector<const Json*> notes;
  for (const auto& record : records->items()) notes.push_back(&record);
  XCH_ASSIGN(const auto extract, audit::extract_of(notes));
  Json out = audit::extract_json(extract);
  XCH_ASSIGN(const bool files, request.flag_or("files", false));
  if (!files) return out;
  out.set("html", audit::extract_html(extract));
  out.set("csv", audit::extract_csv(extract));
  return out;
}

}  // namespace

std::vector<VerbRow> audit_verbs() {
  return {{"audit.run", Needs::either, audit_run},
          {"audit.reconcile", Needs::either, audit_reconcile},
          {"audit.extract", Needs::nothing, audit_extract},
          {"audit.accounting", Needs::either, audit_accounting},
          {"audit.breach", Needs::either, audit_breach}};
}

}  // namespace xch::c_api
