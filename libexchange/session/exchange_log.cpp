#include "session/exchange_log.hpp"

#include <algorithm>
#include <new>

#include "base/file.hpp"
#include "base/file_lock.hpp"
#include "crypto/digest.hpp"
#include "crypto/merkle.hpp"
#include "log/evidence.hpp"
#include "log/tiles.hpp"
#include "log/witness.hpp"
#include "session/codec.hpp"
#include "session/json_line.hpp"
#include "session/log_event.hpp"
#include "session/log_proofs.hpp"
#include "session/log_rows.hpp"

namespace xch::session {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kPublished = 0644;  // as the tiles beside it

/// At work on the log: its key, how far it has come, and its writer.
struct Work {
  const Session::State& home;
  const Call& call;
  const LogKey& key;
  LogState state;
  log::LogWriter writer;

  Status note() {
    XCH_ASSIGN(auto change, home.rows->begin());
    XCH_TRY(note_batch(change, state, call.now));
    return change.commit();
  }
};

Result<log::LogWriter> open_writer(const fs::path& folder, const LogKey& key, const LogState& state) {
  XCH_ASSIGN(auto signer, log::SignerKey::parse(key.signer.text().expose()));
  if (is_there(folder / "checkpoint")) {
    XCH_TRY(make_folder(folder / ".writer"));  // a copy that was put back has none
    return log::LogWriter::open(folder, std::move(signer));
  }
  // A log that was signed is not begun again.
  if (state.begun || state.size != 0 || state.restored) return fail(Code::log_behind);
  return log::LogWriter::create(folder, std::move(signer));
}

// ---- a log that the store does not know ----------------------------------------------------------------------------

/// Finds what a lost store has logged: the lines of this journal among the new entries, in their order, and the days
/// whose keys stand there.
Result<Planned> find_lines(const Work& work) {
  const auto& checkpoint = work.writer.checkpoint();
  Planned out;
  out.entries = static_cast<std::uint32_t>(checkpoint.size - work.state.size);
  out.root = checkpoint.root;
  out.logged = work.state.logged;
  std::vector<store::JournalRow> lines;
  std::size_t next = 0;
  bool same = true;
  for (std::uint64_t index = work.state.size; index < checkpoint.size; ++index) {
    const std::uint64_t bundle = index / log::kTileWidth;
    const unsigned width = log::tile_width(0, bundle, checkpoint.size);
    XCH_ASSIGN(const auto entries, work.writer.folder().bundle(bundle, width));
    const Bytes& entry = entries[index % log::kTileWidth];
    XCH_ASSIGN(const auto head, log::parse_entry(entry));
    if (head.kind == log::EntryKind::day_key) {
      out.days.push_back(head.day);
      continue;
    }
    XCH_ASSIGN(const auto opened, log::open_entry(entry, work.key.day_key(head.day)));
    XCH_ASSIGN(const auto event, decode_event(opened.event));
    if (event.kind == EventKind::dummy || !same) continue;
    if (next == lines.size()) {
      XCH_ASSIGN(lines, work.home.rows->store().journal(out.logged + 1, kLogBatchEvents));
      next = 0;
    }
    // From the first line on that is not ours, the lost journal went another way.
    same = next < lines.size() && encode_event(lines[next]) == opened.event;
    if (!same) continue;
    out.logged = lines[next].seq;
    out.places.push_back({lines[next].seq, index});
    ++next;
  }
  return out;
}

Status adopt(Work& work) {
  const auto& checkpoint = work.writer.checkpoint();
  if (checkpoint.size - work.state.size > 0xffffffffu) return fail(Code::log_too_large);
  if (work.state.size != 0) {
    log::TileSource tiles(work.writer.folder(), checkpoint.size);
    XCH_ASSIGN(const auto proof, log::consistency_proof(tiles, work.state.size, checkpoint.size));
    XCH_TRY(log::check_consistency(work.state.size, checkpoint.size, work.state.root, checkpoint.root, proof));
  }
  XCH_ASSIGN(work.state.planned, find_lines(work));
  return work.note();
}

/// Brings store and log to one state, or refuses.
Status settle(Work& work) {
  const auto& checkpoint = work.writer.checkpoint();
  const LogState& state = work.state;
  if (checkpoint.size < state.size) return fail(Code::log_behind);
  if (checkpoint.size == state.size) {
    if (checkpoint.root != state.root) return fail(Code::log_fork);
    if (state.restored && !state.newest) return fail(Code::log_behind);
    work.state.planned = Planned();  // the batch that was planned never came to be
    return Ok{};
  }
  const bool planned = state.planned.entries != 0 && checkpoint.size == state.size + state.planned.entries;
  if (planned && checkpoint.root == state.planned.root) return work.note();
  if (!state.restored) return fail(planned ? Code::log_fork : Code::store_older);
  return adopt(work);
}

// ---- a batch -------------------------------------------------------------------------------------------------------

struct DayFile {
  log::Day day;
  Bytes bytes;
};
struct Batch {
  std::vector<Bytes> entries;
  Planned planned;
  std::vector<DayFile> files;
  bool is_new_day = false;  // nobody to wrap its key to yet
};

/// The log's auditors: the parties of that role in the roster, by their encryption keys in force.
Result<std::vector<log::Auditor>> auditors_of(const Call& call) {
  std::vector<log::Auditor> out;
  const auto roster = call.held->rosters->newest();
  if (!roster) return out;
  for (const auto& party : roster->roster().parties) {
    if (party.role != Role::aud || out.size() == log::kAuditorsMax) continue;
    const CertifiedKey* key = roster->encryption_key(party.id, call.now);
    if (key == nullptr) continue;
    XCH_ASSIGN(auto kem, crypto::KemPublicKey::parse(key->record.suite, key->record.public_key));
    out.push_back(log::Auditor{key->id, std::move(kem)});
  }
  return out;
}

/// Days that have entries and whose keys do not stand in the log, today's with them.
Result<std::vector<log::Day>> days_to_fix(const Work& work, log::Day today) {
  XCH_ASSIGN(const auto rows, work.home.rows->list(space::kLogDay));
  std::vector<log::Day> out;
  bool known = false;
  for (const auto& row : rows) {
    if (row.key.size() != 4 || row.value.size() != 1) return fail(Code::store_damaged);
    const log::Day day{load_u32(row.key.data())};
    known = known || day == today;
    if (row.value.expose()[0] == 0) out.push_back(day);
  }
  if (!known) out.push_back(today);
  return out;
}

Status add_day_keys(Work& work, log::Day today, Batch& batch) {
  XCH_ASSIGN(const auto days, days_to_fix(work, today));
  XCH_ASSIGN(const auto auditors, auditors_of(work.call));
  if (auditors.empty()) {
    batch.is_new_day = std::find(days.begin(), days.end(), today) != days.end();
    return Ok{};
  }
  for (const auto day : days) {
    if (batch.files.size() == kLogBatchEvents) break;
    auto readers = auditors;
    XCH_ASSIGN(const auto file, log::wrap_day_key(work.key.day_key(day), work.key.origin(), day, std::move(readers),
                                                  work.home.random));
    batch.files.push_back({day, log::encode_day_key_file(file)});
    batch.planned.days.push_back(day);
    batch.entries.push_back(log::day_key_entry(day, log::day_key_digest(batch.files.back().bytes)));
  }
  return Ok{};
}

Result<Batch> next_batch(Work& work) {
  Batch out;
  const log::Day today = log::day_of(work.call.now);
  const log::DayKey key = work.key.day_key(today);
  XCH_TRY(add_day_keys(work, today, out));
  XCH_ASSIGN(const auto lines, work.home.rows->store().journal(work.state.logged + 1, kLogBatchEvents));
  for (const auto& line : lines) {
    XCH_ASSIGN(auto entry, log::seal_entry(encode_event(line), today, key, work.home.random));
    out.planned.places.push_back({line.seq, work.state.size + out.entries.size()});
    out.planned.logged = line.seq;
    out.entries.push_back(std::move(entry));
  }
  std::size_t size = kLogBatch;
  while (size < out.entries.size()) size *= 2;
  store::JournalRow dummy;
  dummy.kind = EventKind::dummy;
  dummy.time = work.call.now;
  dummy.detail = ByteView(std::string_view("{}")).copy();
  const Bytes nothing = encode_event(dummy);
  while (out.entries.size() < size) {
    XCH_ASSIGN(auto entry, log::seal_entry(nothing, today, key, work.home.random));
    out.entries.push_back(std::move(entry));
  }
  log::TileSource tiles(work.writer.folder(), work.state.size);
  XCH_ASSIGN(auto edge, log::Frontier::load(tiles, work.state.size));
  for (const auto& entry : out.entries) edge.add(crypto::leaf_hash(entry));
  out.planned.root = edge.root();
  out.planned.entries = static_cast<std::uint32_t>(out.entries.size());
  return out;
}

Status write_batch(Work& work, Batch batch) {
  work.state.planned = std::move(batch.planned);
  work.state.begun = true;
  {
    XCH_ASSIGN(auto change, work.home.rows->begin());
    if (batch.is_new_day) XCH_TRY(change.put(space::kLogDay, day_row(log::day_of(work.call.now)), Bytes{0}));
    XCH_TRY(put_log_state(change, work.state));
    XCH_TRY(change.commit());
  }
  const fs::path folder = work.writer.folder().path();
  if (!batch.files.empty()) {
    XCH_TRY(make_folder(folder / "day-keys"));
    XCH_TRY(sync_folder(folder));
  }
  for (const auto& file : batch.files)
    XCH_TRY(write_file_atomically(folder / log::day_key_path(file.day), file.bytes, kPublished));
  XCH_TRY(work.writer.append(batch.entries));
  return work.note();
}

}  // namespace

// ---- whether folder and store are of one time ----------------------------------------------------------------------

Status log_stands(const fs::path& home, const Rows& rows) {
  // The checkpoint first: a batch goes into the folder only after the store has said so.
  const auto text = log::LogFolder(home / "log").checkpoint();
  if (!text) return Ok{};  // none yet, or one that flush will judge
  const auto key = read_log_key(rows);
  if (!key) return key.error().code == Code::log_missing ? Status(Ok{}) : fail(key.error());
  XCH_ASSIGN(const LogState state, read_log_state(rows));
  if (state.restored) return Ok{};
  XCH_ASSIGN(const auto trust, log::LogTrust::make(key->signer.verifier()));
  const auto opened = log::open_checkpoint(*text, trust);
  if (!opened || opened->checkpoint.size <= state.size + state.planned.entries) return Ok{};
  return fail(Code::store_older);
}

// ---- ExchangeLog ---------------------------------------------------------------------------------------------------

ExchangeLog Session::exchange_log() { return ExchangeLog(*state_); }

Status ExchangeLog::init(Init how) {
  XCH_ASSIGN(const Call call, state_.enter());
  XCH_ASSIGN(const auto turn, FileLock::take(state_.path / ".log.lock"));
  XCH_ASSIGN(auto change, state_.rows->begin());
  auto state = read_log_state(change);
  if (!state && state.error().code != Code::log_missing) return fail(state.error());
  if (!state) {
    XCH_TRY(make_log_key(change, state_.info, state_.random, call.now));
    return change.commit();
  }
  if (how == Init::usual) return Ok{};
  if (!state->restored) return fail(Code::usage, "newest");
  state->newest = true;
  XCH_TRY(put_log_state(change, *state));
  return change.commit();
}

Result<LogStanding> ExchangeLog::standing() const {
  XCH_TRY(state_.enter());
  XCH_ASSIGN(const LogKey key, read_log_key(*state_.rows));
  XCH_ASSIGN(const LogState state, read_log_state(*state_.rows));
  LogStanding out;
  out.origin = key.origin();
  out.verifier_key = key.signer.verifier().text();
  out.size = state.size;
  out.last = state.last;
  out.doubtful = state.restored && !state.newest;
  // Numbers may leap, so they are counted.
  for (std::uint64_t from = state.logged + 1;;) {
    XCH_ASSIGN(const auto lines, state_.rows->store().journal(from, kLogBatchEvents));
    out.waiting += lines.size();
    if (lines.size() < kLogBatchEvents) return out;
    from = lines.back().seq + 1;
  }
}

Result<LogBatch> ExchangeLog::flush() {
  XCH_ASSIGN(const Call call, state_.enter());
  XCH_ASSIGN(const LogKey key, read_log_key(*state_.rows));
  XCH_ASSIGN(const auto turn, FileLock::take(state_.path / ".log.lock"));
  XCH_ASSIGN(LogState state, read_log_state(*state_.rows));
  XCH_ASSIGN(auto writer, open_writer(folder(), key, state));
  Work work{state_, call, key, std::move(state), std::move(writer)};
  XCH_TRY(settle(work));
  LogBatch out;
  for (bool more = true; more;) {
    XCH_ASSIGN(auto batch, next_batch(work));
    more = batch.planned.places.size() == kLogBatchEvents;
    out.events += batch.planned.places.size();
    out.entries += batch.entries.size();
    XCH_TRY(write_batch(work, std::move(batch)));
  }
  out.checkpoint = work.writer.note();
  state_.log.write(LogLevel::info, JsonLine().word("event", "log-batch").number("entries", out.entries).text());
  return out;
}

void ExchangeLog::tend() {
  try {
    const auto now = state_.clock();
    const auto state = read_log_state(*state_.rows);
    if (!now || !state || now->seconds < state->last.seconds + kLogInterval) return;
    const auto done = flush();
    if (done) return;
    state_.log.write(LogLevel::warning,
                     JsonLine().word("event", "log-waits").word("id", info(done.error().code).id).text());
  } catch (const std::bad_alloc&) {  // what it is called after is done all the same
  }
}

void ExchangeLog::tend_if_used() {
  if (state_.rows->appended()) tend();
}

Result<std::uint64_t> ExchangeLog::place_of(std::uint64_t seq) const {
  XCH_TRY(state_.enter());
  XCH_ASSIGN(const auto line, state_.rows->store().journal(seq, 1));
  if (line.empty() || line.front().seq != seq) return fail(Code::not_found);
  return place_in_log(*state_.rows, seq);
}

Result<std::size_t> ExchangeLog::unproven() const { return session::unproven(*state_.rows); }

Result<LogProof> ExchangeLog::prove_event(const HeaderHash& header, std::uint64_t index) const {
  return session::prove_event(state_, header, index);
}

Result<Bytes> ExchangeLog::held_proof(const HeaderHash& header, const PartyId& log) const {
  return held_log_proof(*state_.rows, header, log);
}

Result<std::vector<HeardView>> ExchangeLog::heard() const { return all_heard(*state_.rows); }

Result<std::vector<LogAlarm>> ExchangeLog::alarms() const { return log_alarms(*state_.rows); }

Result<std::string> ExchangeLog::own_witness() const { return read_own_witness(*state_.rows); }

Status ExchangeLog::set_own_witness(const fs::path& folder) {
  XCH_TRY(state_.enter());
  std::string text;
  if (!folder.empty()) {
    std::error_code error;
    text = fs::absolute(folder, error).lexically_normal().string();
    if (error) return fail(Code::file_io);
    XCH_ASSIGN(const auto witness, log::Witness::open(text));
    XCH_ASSIGN(const auto logs, witness.logs());  // it can be read
  }
  XCH_ASSIGN(auto change, state_.rows->begin());
  XCH_TRY(put_own_witness(change, text));
  return change.commit();
}

namespace {

/// The root of a log's beginning, and the proof that it is that: a damaged copy raises no alarm.
struct Beginning {
  Digest root;
  log::Hashes proof;
};
Result<Beginning> beginning_of(log::TileSource& tiles, std::uint64_t size, const log::Checkpoint& now) {
  if (size == now.size) return Beginning{now.root, {}};
  Beginning out;
  XCH_ASSIGN(out.root, log::tree_root(tiles, size));
  XCH_ASSIGN(out.proof, log::consistency_proof(tiles, size, now.size));
  const auto leads = log::check_consistency(size, now.size, out.root, now.root, out.proof);
  return leads ? Result<Beginning>(std::move(out)) : fail(Code::log_root);
}

}  // namespace

Result<std::size_t> ExchangeLog::compare(const fs::path& folder, const log::OpenedCheckpoint& signed_now) {
  XCH_ASSIGN(const auto heard, all_heard(*state_.rows));
  const log::Checkpoint& now = signed_now.checkpoint;
  const Digest origin = log_origin_hash(now.origin);
  const log::LogFolder files(folder);
  log::TileSource tiles(files, now.size);
  std::vector<HeardView> proven;
  std::vector<LogAlarm> alarms;
  for (const auto& view : heard) {
    if (view.log.origin != origin || view.log.size > now.size) continue;  // this copy does not have it yet
    XCH_ASSIGN(auto beginning, beginning_of(tiles, view.log.size, now));
    if (beginning.root == view.log.root) {
      proven.push_back(view);
      continue;
    }
    log::Evidence evidence{view.statement, log::encode_note(signed_now.note), {}, {}};
    if (view.log.size != now.size) {
      evidence.begins = beginning.root;
      evidence.proof = std::move(beginning.proof);
    }
    alarms.push_back({view.by, origin, view.log.size, log::encode_evidence(evidence)});
  }
  XCH_ASSIGN(auto change, state_.rows->begin());
  for (const auto& alarm : alarms) XCH_TRY(put_alarm(change, alarm));
  XCH_TRY(forget_superseded(change, proven));
  if (!alarms.empty() || proven.size() > 1) XCH_TRY(change.commit());
  if (!alarms.empty()) return fail(Code::log_fork);
  return proven.size();
}

}  // namespace xch::session
