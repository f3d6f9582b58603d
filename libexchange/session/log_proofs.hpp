// Log proofs: that a note was sealed, or opened, when its event says, shown to the other side of the exchange
// (docs/format.md, "Log proof").
//
//   an event    waits in `unproven` from the transaction that records it
//   a proof     is made once enough witnesses have signed a checkpoint that has its entry, and sent: of a sealed event
//               to each recipient, of an opened one to the sender
//   judged      by this home's policy of logs and witnesses, each time that it is asked for
#pragma once

#include <optional>

#include "log/checkpoint.hpp"
#include "message/knowledge.hpp"
#include "model/log_proof.hpp"
#include "session/objects.hpp"

namespace xch::session {

/// kMergeDelay is how long after an event its log's witnesses may sign for the proof to count: as long as a status list
/// may be used, so that a proof reaches no further back than a stale list.
constexpr std::uint64_t kMergeDelay = kDay;

enum class ProofOf : std::uint8_t { sealed = 1, opened = 2 };
/// await_proof says that an event, by its line of the journal, has to be proven to others once the log has it. `to` is
/// the sender of an opened note; who a note was sealed to stands with it (session/sent.hpp).
Status await_proof(Change& change, ProofOf what, const HeaderHash& header, std::uint64_t seq, const PartyId& to);
/// unproven is how many events wait for that.
Result<std::size_t> unproven(const Rows& rows);
/// send_proofs makes and sends what can be proven by now; returns how many.
Result<std::size_t> send_proofs(const Session::State& state);

/// prove_event is ExchangeLog::prove_event.
Result<LogProof> prove_event(const Session::State& state, const HeaderHash& header, std::uint64_t index);

/// sealed_event_bytes is the event that a note's sender has to have in its log, as the header says it.
Bytes sealed_event_bytes(const HeaderHash& hash, const NoteHeader& header);

/// trust_of_log is what a policy says of one log: its key, the witnesses, the quorum; a home knows its own log without
/// that. Errors: log_unknown.
Result<log::LogTrust> trust_of_log(const log::LogPolicy& policy, const std::string& origin);
Result<log::LogTrust> trust_of_log(const Rows& rows, const std::string& origin);

/// JudgedProof is a proof whose entry, place and signatures hold, and when enough witnesses had signed: log_late if that
/// is more than kMergeDelay after the event.
struct JudgedProof {
  log::OpenedCheckpoint checkpoint;
  Result<Timestamp> logged_by;
};
/// judge checks that `event`, of the time `at`, is what the proof shows. Errors: log_entry, log_event (another event,
/// or witnesses that signed before it happened), log_proof, log_sender (of another log), log_note_signature,
/// log_inclusion, log_quorum (no witness, or too few), log_unknown.
Result<JudgedProof> judge(const LogProof& proof, ByteView event, Timestamp at, const log::LogTrust& trust);

/// take_log_proof takes one that arrived. One that cannot be judged yet is kept for when it can. Errors:
/// object_malformed, object_signature, receipt_unknown, log_fork (its checkpoint contradicts another one of this log;
/// both are kept), those of judge.
Status take_log_proof(const Session::State& state, const Call& call, const SealedObject& object);
/// log_proof_key is the key of its row (space::kLogProof).
Bytes log_proof_key(const HeaderHash& header, const PartyId& log);
/// held_log_proof is the proof of a note's sealed event that its sender sent, canonical; empty where there is none.
Result<Bytes> held_log_proof(const Rows& rows, const HeaderHash& hash, const PartyId& sender);
/// check_log says what a proof says of a note, for Knowledge::log_check. One from the store held when it came, so that
/// only what it says of the event can count against the note.
enum class ProofFrom : std::uint8_t { store, presenter };
message::LogCheck check_log(const Result<log::LogTrust>& trust, ByteView proof, ProofFrom from, const HeaderHash& hash,
                            const NoteHeader& header);
Result<message::LogCheck> check_log(const Rows& rows, const Party* sender, ByteView proof, const HeaderHash& hash,
                                    const NoteHeader& header);

}  // namespace xch::session
