// log.*: the home's exchange log, and any log folder, checkpoint or proof that somebody has (docs/log.md).
#include <atomic>
#include <filesystem>

#include "base/encoding.hpp"
#include "base/file.hpp"
#include "c_api/answers.hpp"
#include "c_api/tell.hpp"
#include "c_api/verbs.hpp"
#include "crypto/merkle.hpp"
#include "log/evidence.hpp"
#include "log/policy.hpp"
#include "log/tiles.hpp"
#include "session/exchange_log.hpp"
#include "session/statement.hpp"

namespace xch::c_api {
namespace {

namespace fs = std::filesystem;
using log::Checkpoint;
using log::LogFolder;
using log::LogTrust;
using log::OpenedCheckpoint;
using log::VerifierKey;
using session::ExchangeLog;

// ---- what a request names ------------------------------------------------------------------------------------------

/// The log's key: the one given, or the home's own.
Result<VerifierKey> key_of(const Call& call, const Request& request) {
  XCH_ASSIGN(const std::string text, request.text_or("log_key", ""));
  if (!text.empty()) {
    auto key = VerifierKey::parse(text);
    return key ? std::move(key) : fail(key.error().code, "log_key");
  }
  if (call.session == nullptr) return fail(Code::json_missing, "log_key");
  XCH_ASSIGN(const auto standing, call.session->exchange_log().standing());
  return VerifierKey::parse(standing.verifier_key);
}

/// What a policy says, for the key given, or else the logs of the policy, or else the home's own.
Result<LogTrust> trust_by(const Call& call, const Request& request) {
  XCH_ASSIGN(const std::string text, request.text("policy"));
  if (request.json().find("witnesses") != nullptr || request.json().find("quorum") != nullptr)
    return fail(Code::json_range, "policy");
  auto policy = log::LogPolicy::parse(text);
  if (!policy) return fail(policy.error().code, "policy");
  std::vector<VerifierKey> logs;
  if (request.json().find("log_key") != nullptr || policy->logs().empty()) {
    XCH_ASSIGN(auto key, key_of(call, request));
    logs.push_back(std::move(key));
  }
  return LogTrust::by_policy(*policy, std::move(logs));
}

Result<LogTrust> trust_of(const Call& call, const Request& request) {
  // Also where it is empty: a policy that says nothing is no policy, and not one that asks for nobody.
  if (request.json().find("policy") != nullptr) return trust_by(call, request);
  XCH_ASSIGN(auto key, key_of(call, request));
  std::vector<VerifierKey> witnesses;
  XCH_ASSIGN(const auto texts, request.texts("witnesses"));
  for (const auto& text : texts) {
    auto witness = VerifierKey::parse(text);
    if (!witness) return fail(witness.error().code, "witnesses");
    witnesses.push_back(std::move(*witness));
  }
  const std::size_t all = witnesses.size();
  XCH_ASSIGN(const std::uint64_t quorum, request.natural_or("quorum", all));
  if (quorum > all) return fail(Code::json_range, "quorum");
  return LogTrust::make(std::move(key), std::move(witnesses), static_cast<std::size_t>(quorum));
}

/// The logs alone: of an earlier checkpoint no witness is asked.
Result<LogTrust> without_witnesses(const LogTrust& trust) {
  const auto& keys = trust.keys().keys();
  XCH_ASSIGN(const auto none, log::LogPolicy::parse("quorum none\n"));
  return LogTrust::by_policy(none, {keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(trust.logs())});
}

/// The folder: the one given, or the home's own log.
Result<fs::path> folder_of(const Call& call, const Request& request) {
  XCH_ASSIGN(const std::string path, request.text_or("log", ""));
  if (!path.empty()) return fs::path(path);
  if (call.session == nullptr) return fail(Code::json_missing, "log");
  return call.session->exchange_log().folder();
}

/// What a folder lacks cannot be told: exit status 6, as for a tile of it.
Result<OpenedCheckpoint> checkpoint_of(const fs::path& folder, const LogTrust& trust) {
  auto note = LogFolder(folder).checkpoint();
  if (!note && note.error().code == Code::file_missing) return fail(Code::log_tile_missing, "checkpoint");
  if (!note) return fail(std::move(note).error());
  return log::open_checkpoint(*note, trust);
}

void set_checkpoint(Json& out, const OpenedCheckpoint& opened) {
  out.set("origin", opened.checkpoint.origin);
  out.set("size", Json::natural(opened.checkpoint.size));
  out.set("root", to_base64(opened.checkpoint.root));
  out.set("cosigned", Json::natural(opened.cosigned.size()));
  out.set("checkpoint", log::encode_note(opened.note));
}

// ---- the home's own ------------------------------------------------------------------------------------------------

Result<Json> standing_json(session::Session& home) {
  XCH_ASSIGN(const auto standing, home.exchange_log().standing());
  Json out = answer("log");
  out.set("origin", standing.origin);
  out.set("log_key", standing.verifier_key);
  out.set("folder", home.exchange_log().folder().string());
  out.set("size", Json::natural(standing.size));
  out.set("waiting", Json::natural(standing.waiting));
  out.set("last", time_text(standing.last));
  out.set("doubtful", Json::boolean(standing.doubtful));
  XCH_ASSIGN(const auto witnessed, home.exchange_log().witnessed());
  Json witnesses = Json::array();
  for (const auto& witness : witnessed.witnesses) {
    Json one = Json::object();
    one.set("name", witness.name);
    if (!witness.url.empty()) one.set("url", witness.url);
    one.set("size", Json::natural(witness.size));
    if (witness.signed_at.seconds != 0) one.set("signed", time_text(witness.signed_at));
    witnesses.add(std::move(one));
  }
  out.set("witnesses", std::move(witnesses));
  out.set("witnessed", Json::natural(witnessed.size));
  out.set("enough", Json::boolean(witnessed.is_enough));
  XCH_ASSIGN(const std::size_t unproven, home.exchange_log().unproven());
  out.set("unproven", Json::natural(unproven));
  XCH_ASSIGN(const auto alarms, home.exchange_log().alarms());
  out.set("alarms", Json::natural(alarms.size()));
  XCH_ASSIGN(const std::string own, home.exchange_log().own_witness());
  if (!own.empty()) out.set("own_witness", own);
  return out;
}

Result<Json> log_init(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"newest", "policy", "own_witness"}));
  XCH_ASSIGN(const bool newest, request.flag_or("newest", false));
  XCH_TRY(call.session->exchange_log().init(newest ? ExchangeLog::Init::is_newest : ExchangeLog::Init::usual));
  if (request.json().find("policy") != nullptr) {
    XCH_ASSIGN(const std::string policy, request.text("policy"));
    const auto set = call.session->exchange_log().set_policy(policy);
    if (!set) return fail(set.error().code, "policy");
  }
  if (request.json().find("own_witness") != nullptr) {
    XCH_ASSIGN(const std::string folder, request.text("own_witness"));
    const auto set = call.session->exchange_log().set_own_witness(folder);
    if (!set) return fail(set.error().code, "own_witness");
  }
  return standing_json(*call.session);
}

Result<Json> log_status(const Call& call) {
  XCH_TRY(Request::parse(call.json, {}));
  return standing_json(*call.session);
}

Result<Json> log_flush(const Call& call) {
  XCH_TRY(Request::parse(call.json, {}));
  XCH_ASSIGN(const auto batch, call.session->exchange_log().flush());
  XCH_ASSIGN(const auto standing, call.session->exchange_log().standing());
  Json out = answer("log-batch");
  out.set("entries", Json::natural(batch.entries));
  out.set("events", Json::natural(batch.events));
  out.set("size", Json::natural(standing.size));
  out.set("checkpoint", batch.checkpoint);
  return out;
}

Result<Json> log_submit(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"witness"}));
  XCH_ASSIGN(const std::string only, request.text_or("witness", ""));
  XCH_ASSIGN(const auto asks, call.session->exchange_log().ask(only));
  Json requests = Json::array();
  for (const auto& ask : asks) {
    Json one = Json::object();
    one.set("witness", ask.witness);
    if (!ask.url.empty()) one.set("url", ask.url);
    one.set("request", ask.request);
    requests.add(std::move(one));
  }
  Json out = answer("log-requests");
  out.set("requests", std::move(requests));
  return out;
}

Result<Json> log_collect(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"answer"}));
  XCH_ASSIGN(const std::string text, request.text("answer"));
  XCH_ASSIGN(const auto answered, call.session->exchange_log().collect(text));
  Json out = answer("log-answer");
  out.set("witness", answered.witness);
  out.set("signed", Json::boolean(answered.is_signed));
  out.set("size", Json::natural(answered.size));
  return out;
}

Result<Json> log_show(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"log", "log_key", "day"}));
  XCH_ASSIGN(const auto key, key_of(call, request));
  XCH_ASSIGN(const auto folder, folder_of(call, request));
  XCH_ASSIGN(const std::string text, request.text_or("day", ""));
  std::optional<log::Day> day;
  if (!text.empty()) {
    const auto date = parse_date(text);
    if (!date || days_from_civil(*date) < 0) return fail(Code::json_range, "day");
    day = log::Day{static_cast<std::uint32_t>(days_from_civil(*date))};
  }
  auto reading = call.session->exchange_log().read(folder, key, day);
  if (!reading && reading.error().code == Code::file_missing) return fail(Code::log_tile_missing, "checkpoint");
  if (!reading) return fail(std::move(reading).error());
  Json out = answer("log-events");
  out.set("origin", reading->checkpoint.origin);
  out.set("size", Json::natural(reading->checkpoint.size));
  Json rows = Json::array();
  for (const auto& row : reading->rows) {
    Json r = Json::object();
    r.set("index", Json::natural(row.index));
    r.set("event", code_of(row.event.kind).empty() ? "unknown" : code_of(row.event.kind));
    r.set("time", time_text(row.event.time));
    r.set("actor", to_hex(row.event.actor));
    r.set("object", to_hex(row.event.object));
    auto detail = wire::parse_json(row.event.detail_json);
    r.set("detail", detail ? std::move(*detail) : Json::object());
    rows.add(std::move(r));
  }
  out.set("rows", std::move(rows));
  out.set("filled_up", Json::natural(reading->dummies));
  out.set("closed", Json::natural(reading->closed));
  return out;
}

/// The home's log as it is under one checkpoint, for whoever is to check it.
Result<Json> log_export(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"to"}));
  XCH_ASSIGN(const std::string to, request.text("to"));
  XCH_ASSIGN(const auto trust, trust_of(call, request));
  const fs::path from = call.session->exchange_log().folder();
  auto opened = checkpoint_of(from, trust);
  if (!opened && opened.error().code == Code::log_tile_missing) return fail(Code::log_not_yet);
  if (!opened) return fail(std::move(opened).error());
  std::error_code error;
  if (fs::exists(fs::symlink_status(to, error))) return fail(Code::home_exists, "to");
  XCH_TRY(make_folder(to));
  for (const char* part : {"tile", "day-keys"}) {
    if (!fs::exists(from / part, error)) continue;
    fs::copy(from / part, fs::path(to) / part, fs::copy_options::recursive, error);
    if (error) return fail(Code::file_io, "to");
  }
  // The checkpoint last: a copy that was cut off has none. Full tiles stand for partial ones that have gone meanwhile.
  XCH_TRY(log::check_folder(LogFolder(to), opened->checkpoint));
  XCH_TRY(write_file_atomically(fs::path(to) / "checkpoint", ByteView(log::encode_note(opened->note)), 0644));
  XCH_ASSIGN(const auto witnessed, call.session->exchange_log().witnessed());
  if (!witnessed.note.empty() && witnessed.size <= opened->checkpoint.size)
    XCH_TRY(write_file_atomically(fs::path(to) / "witnessed", ByteView(witnessed.note), 0644));
  Json out = answer("log-copy");
  set_checkpoint(out, *opened);
  out.set("log_key", trust.log().text());
  return out;
}

// ---- anybody's -----------------------------------------------------------------------------------------------------

/// since checks that a log contains what was seen of it before.
Status contains(const fs::path& folder, const Checkpoint& now, std::string_view since, const LogTrust& trust) {
  XCH_ASSIGN(const auto alone, without_witnesses(trust));
  XCH_ASSIGN(const auto before, log::open_checkpoint(since, alone));
  const Checkpoint& old = before.checkpoint;
  if (old.origin != now.origin) return fail(Code::log_origin);
  if (old.size > now.size) return fail(Code::log_behind);
  if (old.size == 0) return Ok{};
  const LogFolder files(folder);
  log::TileSource tiles(files, now.size);
  XCH_ASSIGN(const auto proof, log::consistency_proof(tiles, old.size, now.size));
  return log::check_consistency(old.size, now.size, old.root, now.root, proof);
}

Result<Json> log_verify(const Call& call) {
  XCH_ASSIGN(const Request request,
             Request::parse(call.json, {"log", "log_key", "witnesses", "quorum", "policy", "since", "threads"}));
  XCH_ASSIGN(const auto trust, trust_of(call, request));
  XCH_ASSIGN(const auto folder, folder_of(call, request));
  XCH_ASSIGN(const auto opened, checkpoint_of(folder, trust));
  XCH_ASSIGN(const std::uint64_t threads, request.natural_or("threads", log::threads_here()));
  constexpr std::uint64_t kThreadsMax = 64;
  if (threads == 0 || threads > kThreadsMax) return fail(Code::json_range, "threads");
  std::atomic<std::uint64_t> day_keys = 0;
  log::FolderCheck how;
  how.threads = static_cast<unsigned>(threads);
  how.tell = teller(call, "log.verify");
  how.any = [&](std::uint64_t, ByteView entry) -> Status {
    XCH_ASSIGN(const auto kind, log::kind_of(entry));
    day_keys += kind == log::EntryKind::day_key ? 1 : 0;
    return Ok{};
  };
  XCH_TRY(log::check_folder(LogFolder(folder), opened.checkpoint, how));
  std::vector<std::string> earlier;
  XCH_ASSIGN(const std::string since, request.text_or("since", ""));
  if (!since.empty()) earlier.push_back(since);
  if (call.session != nullptr) {
    XCH_ASSIGN(const auto seen, call.session->exchange_log().seen(opened.checkpoint.origin));
    if (seen) earlier.push_back(*seen);
  }
  for (const auto& note : earlier) XCH_TRY(contains(folder, opened.checkpoint, note, trust));
  const std::string note = log::encode_note(opened.note);
  if (call.session != nullptr) XCH_TRY(call.session->exchange_log().see(opened.checkpoint.origin, note));
  std::size_t shown = 0;
  if (call.session != nullptr) {
    XCH_ASSIGN(shown, call.session->exchange_log().compare(folder, opened));
  }
  Json out = answer("log-check");
  set_checkpoint(out, opened);
  out.set("shown", Json::natural(shown));
  out.set("day_keys", Json::natural(day_keys));
  out.set("earlier", Json::natural(earlier.size()));
  return out;
}

/// The newest checkpoint of a log, whether it has only grown since an earlier one, and whether it is the log that notes
/// have shown here.
Result<Json> log_follow(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"log", "log_key", "witnesses", "quorum", "policy", "since"}));
  XCH_ASSIGN(const auto trust, trust_of(call, request));
  XCH_ASSIGN(const auto folder, folder_of(call, request));
  XCH_ASSIGN(const auto opened, checkpoint_of(folder, trust));
  XCH_ASSIGN(const std::string since, request.text_or("since", ""));
  Json out = answer("log-head");
  set_checkpoint(out, opened);
  if (!since.empty()) {
    XCH_ASSIGN(const auto alone, without_witnesses(trust));
    XCH_ASSIGN(const auto before, log::open_checkpoint(since, alone));
    if (before.checkpoint.origin != opened.checkpoint.origin) return fail(Code::log_origin);
    XCH_TRY(log::check_growth(LogFolder(folder), before.checkpoint, opened.checkpoint));
    out.set("grown", Json::natural(opened.checkpoint.size - before.checkpoint.size));
  }
  if (call.session == nullptr) return out;
  XCH_ASSIGN(const std::size_t shown, call.session->exchange_log().compare(folder, opened));
  out.set("shown", Json::natural(shown));
  return out;
}

/// What this home was shown of logs that have two histories, each as a text that exchange-verify reads.
Result<Json> log_alarms(const Call& call) {
  XCH_TRY(Request::parse(call.json, {}));
  XCH_ASSIGN(const auto alarms, call.session->exchange_log().alarms());
  XCH_ASSIGN(const auto roster, call.session->roster());
  Json rows = Json::array();
  for (const auto& alarm : alarms) {
    Json one = Json::object();
    const Party* party = roster ? roster->party(alarm.by) : nullptr;
    one.set("party", party != nullptr ? party->name : to_hex(alarm.by));
    one.set("size", Json::natural(alarm.size));
    one.set("evidence", alarm.evidence);
    rows.add(std::move(one));
  }
  Json out = answer("log-alarms");
  out.set("alarms", std::move(rows));
  return out;
}

/// Two checkpoints of which the log's newest does not contain the earlier one, with what proves it.
Result<Json> log_evidence(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"log", "log_key", "policy", "earlier"}));
  XCH_ASSIGN(const std::string earlier, request.text("earlier"));
  XCH_ASSIGN(const auto given, trust_of(call, request));
  XCH_ASSIGN(const auto trust, without_witnesses(given));
  XCH_ASSIGN(const auto folder, folder_of(call, request));
  XCH_ASSIGN(const auto opened, checkpoint_of(folder, trust));
  const std::string note = log::encode_note(opened.note);
  const LogFolder files(folder);
  log::TileSource tiles(files, opened.checkpoint.size);
  XCH_ASSIGN(const auto found, log::find_evidence(earlier, note, trust, &tiles));
  Json out = answer("log-evidence");
  out.set("origin", opened.checkpoint.origin);
  out.set("evidence", log::encode_evidence(found));
  return out;
}

/// Whether a text shows two histories of a log: by its key, by the identity key of the agency whose headers are in it.
Result<Json> log_check_evidence(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"evidence", "log_key", "policy", "party"}));
  XCH_ASSIGN(const std::string text, request.text("evidence"));
  XCH_ASSIGN(const auto evidence, log::parse_evidence(text));
  session::Believed believed;
  std::optional<LogTrust> logs;
  if (request.json().find("log_key") != nullptr || request.json().find("policy") != nullptr) {
    XCH_ASSIGN(const auto given, trust_of(call, request));
    XCH_ASSIGN(logs, without_witnesses(given));
    believed.logs = &*logs;
  }
  XCH_ASSIGN(const std::string party, request.text_or("party", ""));
  if (!party.empty()) believed.identity = from_hex_as<KeyId>(party);
  if (!party.empty() && !believed.identity) return fail(Code::json_range, "party");
  XCH_ASSIGN(const auto shown, session::check_evidence(evidence, believed));
  Json out = answer("log-evidence-check");
  if (!shown.origin.empty()) out.set("origin", shown.origin);
  out.set("first", Json::natural(shown.first.size));
  out.set("second", Json::natural(shown.second.size));
  return out;
}

Result<Json> log_prove(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"log", "log_key", "index", "seq"}));
  XCH_ASSIGN(const auto trust, trust_of(call, request));
  XCH_ASSIGN(const auto folder, folder_of(call, request));
  XCH_ASSIGN(const std::uint64_t seq, request.natural_or("seq", 0));
  XCH_ASSIGN(std::uint64_t index, request.natural_or("index", 0));
  if ((seq != 0) == (request.json().find("index") != nullptr)) return fail(Code::json_range, "index");
  if (seq != 0) {
    if (call.session == nullptr || request.json().find("log") != nullptr) return fail(Code::json_range, "seq");
    XCH_ASSIGN(index, call.session->exchange_log().place_of(seq));
  }
  XCH_ASSIGN(const auto opened, checkpoint_of(folder, trust));
  const std::uint64_t size = opened.checkpoint.size;
  if (index >= size) return fail(Code::log_not_yet);
  const LogFolder files(folder);
  log::TileSource tiles(files, size);
  log::Proof proof;
  proof.index = index;
  XCH_ASSIGN(proof.hashes, log::inclusion_proof(tiles, index, size));
  proof.checkpoint = log::encode_note(opened.note);
  const std::uint64_t bundle = index / log::kTileWidth;
  XCH_ASSIGN(const auto entries, files.bundle(bundle, log::tile_width(0, bundle, size)));
  const Bytes& entry = entries[index % log::kTileWidth];
  // What the folder gives is believed only once it proves itself.
  XCH_TRY(log::check_proof(proof, entry, trust));
  Json out = answer("log-proof");
  out.set("index", Json::natural(index));
  out.set("size", Json::natural(size));
  out.set("proof", log::encode_proof(proof));
  out.set("entry", to_base64(entry));
  return out;
}

Result<Json> log_check_proof(const Call& call) {
  XCH_ASSIGN(const Request request,
             Request::parse(call.json, {"proof", "entry", "log_key", "witnesses", "quorum", "policy"}));
  XCH_ASSIGN(const auto trust, trust_of(call, request));
  XCH_ASSIGN(const std::string text, request.text("proof"));
  XCH_ASSIGN(const Bytes entry, request.base64("entry"));
  XCH_ASSIGN(const auto proof, log::parse_proof(text));
  XCH_ASSIGN(const auto opened, log::check_proof(proof, entry, trust));
  Json out = answer("log-proof-check");
  set_checkpoint(out, opened);
  out.set("index", Json::natural(proof.index));
  return out;
}

}  // namespace

std::vector<VerbRow> log_verbs() {
  return {
      {"log.init", Needs::home, log_init},       {"log.status", Needs::home, log_status},
      {"log.flush", Needs::home, log_flush},     {"log.show", Needs::home, log_show},
      {"log.export", Needs::home, log_export},   {"log.verify", Needs::either, log_verify},
      {"log.prove", Needs::either, log_prove},   {"log.check_proof", Needs::either, log_check_proof},
      {"log.submit", Needs::home, log_submit},   {"log.collect", Needs::home, log_collect},
      {"log.evidence", Needs::either, log_evidence}, {"log.follow", Needs::either, log_follow},
      {"log.alarms", Needs::home, log_alarms},   {"log.check_evidence", Needs::either, log_check_evidence},
  };
}

}  // namespace xch::c_api
