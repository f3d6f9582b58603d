// The witnesses of a home's log: what they are asked, and what becomes of their answers.
#include <algorithm>

#include "base/file.hpp"
#include "base/file_lock.hpp"
#include "log/policy.hpp"
#include "log/tiles.hpp"
#include "log/witness.hpp"
#include "session/exchange_log.hpp"
#include "session/heard.hpp"
#include "session/json_line.hpp"
#include "session/log_proofs.hpp"
#include "session/log_rows.hpp"

namespace xch::session {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kPublished = 0644;
constexpr const char* kWitnessedFile = "witnessed";

/// What headers carry of a cosigned checkpoint: nothing where too few have signed it.
LogReference reference_of(const std::string& note, const log::LogPolicy& policy, const log::VerifierKey& key) {
  const auto trust = log::LogTrust::by_policy(policy, {key});
  const auto opened = trust && !note.empty() ? log::open_checkpoint(note, *trust) : fail(Code::log_quorum);
  if (!opened) return no_log();
  return {log_origin_hash(opened->checkpoint.origin), opened->checkpoint.size, opened->checkpoint.root};
}

/// A checkpoint of this log; `trust` may ask for witnesses.
struct Newest {
  log::OpenedCheckpoint opened;
  std::string note;
};
Result<Newest> newest_of(const fs::path& folder, const log::VerifierKey& key) {
  auto note = log::LogFolder(folder).checkpoint();
  if (!note && note.error().code == Code::file_missing) return fail(Code::log_behind);
  if (!note) return fail(std::move(note).error());
  XCH_ASSIGN(const auto trust, log::LogTrust::make(key));
  XCH_ASSIGN(auto opened, log::open_checkpoint(*note, trust));
  return Newest{std::move(opened), std::move(*note)};
}

bool has_signed(const log::SignedNote& note, const log::VerifierKey& key) {
  return std::any_of(note.signatures.begin(), note.signatures.end(), [&](const log::NoteSignature& one) {
    return one.name == key.name() && one.id == key.id();
  });
}

/// The checkpoint alone, as its log has signed it: what a witness needs.
std::string without_witnesses(log::SignedNote note, const log::VerifierKey& key) {
  auto& all = note.signatures;
  all.erase(std::remove_if(all.begin(), all.end(),
                           [&](const auto& one) { return one.name != key.name() || one.id != key.id(); }),
            all.end());
  return log::encode_note(note);
}

/// The witness's own signature of what it was asked for, which holds.
struct Cosignature {
  log::OpenedCheckpoint asked;
  log::NoteSignature signature;
  Timestamp time;
};
Result<Cosignature> cosignature_of(const std::string& asked, const std::string& body, const log::VerifierKey& log_key,
                                   const log::VerifierKey& witness) {
  const auto trust = log::LogTrust::make(log_key, {witness}, 1);
  const auto opened = trust ? log::open_checkpoint(asked + body, *trust) : fail(trust.error());
  if (!opened) return fail(Code::witness_answer);
  for (const auto& signature : opened->note.signatures)
    if (signature.name == witness.name() && signature.id == witness.id())
      return Cosignature{*opened, signature, opened->cosigned.front().time};
  return fail(Code::witness_answer);
}

void add_signature(log::SignedNote& note, const log::VerifierKey& key, const log::NoteSignature& signature) {
  if (!has_signed(note, key)) note.signatures.push_back(signature);
}

}  // namespace

Status ExchangeLog::set_policy(std::string_view text) {
  XCH_TRY(state_.enter());
  XCH_ASSIGN(const LogKey key, read_log_key(*state_.rows));
  XCH_ASSIGN(const auto policy, log::LogPolicy::parse(text));
  const auto& logs = policy.logs();
  const auto is_ours = [&](const auto& log) { return log.key.text() == key.signer.verifier().text(); };
  if (!logs.empty() && std::none_of(logs.begin(), logs.end(), is_ours)) return fail(Code::log_origin);
  XCH_ASSIGN(const std::string witnessed, read_witnessed_note(*state_.rows));
  XCH_ASSIGN(auto change, state_.rows->begin());
  XCH_TRY(put_log_policy(change, text));
  XCH_TRY(put_log_reference(change, reference_of(witnessed, policy, key.signer.verifier())));
  return change.commit();
}

Result<LogWitnessed> ExchangeLog::witnessed() const {
  XCH_TRY(state_.enter());
  XCH_ASSIGN(const LogKey key, read_log_key(*state_.rows));
  XCH_ASSIGN(const std::string text, read_log_policy(*state_.rows));
  XCH_ASSIGN(const auto policy, policy_of_log(text));
  LogWitnessed out;
  out.has_policy = !text.empty();
  for (const auto& witness : policy.witnesses()) {
    XCH_ASSIGN(const auto row, read_witness_row(*state_.rows, witness.key.text()));
    out.witnesses.push_back({witness.key.name(), witness.url, row.size, row.signed_at});
  }
  XCH_ASSIGN(out.note, read_witnessed_note(*state_.rows));
  out.is_enough = policy.is_met({});
  if (out.note.empty()) return out;
  XCH_ASSIGN(const auto trust, log::LogTrust::by_policy(policy, {key.signer.verifier()}));
  XCH_ASSIGN(const auto alone, log::LogTrust::make(key.signer.verifier()));
  XCH_ASSIGN(const auto known, log::open_checkpoint(out.note, alone));
  out.size = known.checkpoint.size;
  out.is_enough = log::open_checkpoint(out.note, trust).has_value();
  return out;
}

Result<std::vector<LogAsk>> ExchangeLog::ask(std::string_view only) {
  XCH_TRY(state_.enter());
  XCH_ASSIGN(const LogKey key, read_log_key(*state_.rows));
  const auto& own = key.signer.verifier();
  XCH_ASSIGN(const auto policy, read_policy_of_log(*state_.rows));
  XCH_ASSIGN(const auto newest, newest_of(folder(), own));
  const std::uint64_t size = newest.opened.checkpoint.size;
  const std::string checkpoint = without_witnesses(newest.opened.note, own);
  const log::LogFolder files(folder());
  log::TileSource tiles(files, size);

  std::vector<LogAsk> out;
  bool known = only.empty();
  XCH_ASSIGN(auto change, state_.rows->begin());
  for (const auto& witness : policy.witnesses()) {
    if (!only.empty() && witness.key.name() != only) continue;
    known = true;
    if (!witness.key.is_checked() || has_signed(newest.opened.note, witness.key)) continue;
    XCH_ASSIGN(auto row, read_witness_row(*state_.rows, witness.key.text()));
    // One that has seen more than there is says so again, and is believed once it has signed for it.
    log::WitnessRequest request{row.size <= size ? row.size : 0, {}, checkpoint};
    if (request.old_size != 0) {
      XCH_ASSIGN(request.proof, log::consistency_proof(tiles, request.old_size, size));
    }
    row.asked = checkpoint;
    XCH_TRY(put_witness_row(change, witness.key.text(), row));
    out.push_back({witness.key.name(), witness.url, log::encode_witness_request(request)});
  }
  if (!known) return fail(Code::not_found);
  if (!out.empty()) XCH_TRY(change.commit());
  return out;
}

Result<LogAnswered> ExchangeLog::collect(std::string_view text) {
  XCH_ASSIGN(auto out, take_answer(text));
  const auto sent = out.is_signed ? send_proofs(state_) : Result<std::size_t>(std::size_t{0});
  if (!sent)  // what they sign is taken; the proofs wait for the next one
    state_.log.write(LogLevel::warning,
                     JsonLine().word("event", "log-proofs-wait").word("id", info(sent.error().code).id).text());
  return out;
}

Result<LogAnswered> ExchangeLog::take_answer(std::string_view text) {
  XCH_TRY(state_.enter());
  XCH_ASSIGN(const LogKey key, read_log_key(*state_.rows));
  const auto& own = key.signer.verifier();
  XCH_ASSIGN(const auto policy, read_policy_of_log(*state_.rows));
  XCH_ASSIGN(const auto given, log::parse_witness_answer(text));
  const auto& all = policy.witnesses();
  const auto witness =
      std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.key.name() == given.witness; });
  if (witness == all.end()) return fail(Code::witness_answer);
  XCH_ASSIGN(const auto turn, FileLock::take(state_.path / ".log.lock"));
  XCH_ASSIGN(auto row, read_witness_row(*state_.rows, witness->key.text()));
  if (row.asked.empty()) return fail(Code::witness_answer);

  LogAnswered out;
  out.witness = given.witness;
  if (given.answer.status == 409) {
    XCH_ASSIGN(row.size, log::size_of(given.answer));
    out.size = row.size;
    XCH_ASSIGN(auto change, state_.rows->begin());
    XCH_TRY(put_witness_row(change, witness->key.text(), row));
    XCH_TRY(change.commit());
    return out;
  }
  if (given.answer.status != 200) return fail(log::error_of(given.answer));

  XCH_ASSIGN(const auto cosigned, cosignature_of(row.asked, given.answer.body, own, witness->key));
  row.size = cosigned.asked.checkpoint.size;
  row.signed_at = cosigned.time;
  out.is_signed = true;
  out.size = row.size;

  // The newest checkpoint that somebody has cosigned, with all who have.
  XCH_ASSIGN(std::string kept, read_witnessed_note(*state_.rows));
  log::SignedNote note{cosigned.asked.note.text, {}};
  bool is_newest = true;
  if (!kept.empty()) {
    XCH_ASSIGN(auto before, log::parse_note(kept));
    XCH_ASSIGN(const auto checkpoint, log::parse_checkpoint(before.text));
    is_newest = checkpoint.size <= out.size;
    if (before.text == note.text) note = std::move(before);
  }
  if (note.signatures.empty()) {
    XCH_ASSIGN(note, log::parse_note(row.asked));
  }
  add_signature(note, witness->key, cosigned.signature);
  if (is_newest) kept = log::encode_note(note);
  XCH_ASSIGN(auto change, state_.rows->begin());
  XCH_TRY(put_witness_row(change, witness->key.text(), row));
  XCH_TRY(put_witnessed_note(change, kept));
  // One that only some have signed yet leaves the one before in force.
  const LogReference reference = reference_of(kept, policy, own);
  if (reference.size != 0) XCH_TRY(put_log_reference(change, reference));
  XCH_TRY(change.commit());

  XCH_TRY(write_file_atomically(folder() / kWitnessedFile, ByteView(kept), kPublished));
  XCH_ASSIGN(const auto newest, newest_of(folder(), own));
  if (newest.opened.note.text != note.text || has_signed(newest.opened.note, witness->key)) return out;
  XCH_ASSIGN(auto signer, log::SignerKey::parse(key.signer.text().expose()));
  XCH_ASSIGN(auto writer, log::LogWriter::open(folder(), std::move(signer)));
  if (writer.note() == newest.note) XCH_TRY(writer.add_cosignatures({cosigned.signature}));
  return out;
}

}  // namespace xch::session
