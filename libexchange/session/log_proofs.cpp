#include "session/log_proofs.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "log/policy.hpp"
#include "log/tiles.hpp"
#include "session/codec.hpp"
#include "session/deliver.hpp"
#include "session/events.hpp"
#include "session/exchange_log.hpp"
#include "session/heard.hpp"
#include "session/intake.hpp"
#include "session/json_line.hpp"
#include "session/log_event.hpp"
#include "session/log_rows.hpp"
#include "session/sent.hpp"
#include "wire/records.hpp"

namespace xch::session {
namespace {

/// Unproven is one event that waits for its proof.
struct Unproven {
  HeaderHash header;
  ProofOf what = ProofOf::sealed;
  std::uint64_t seq = 0;
  PartyId to;
};

Bytes unproven_key(ProofOf what, const HeaderHash& header) {
  return ByteWriter().raw(header.view()).u8(static_cast<std::uint8_t>(what)).bytes();
}

Result<std::vector<Unproven>> all_unproven(const Rows& rows) {
  XCH_ASSIGN(const auto list, rows.list(space::kUnproven));
  std::vector<Unproven> out;
  for (const auto& row : list) {
    FieldReader names(row.key), in(row.value.expose());
    Unproven one;
    one.header = names.fixed<HeaderHash>();
    one.what = static_cast<ProofOf>(names.u8());
    one.seq = in.u64();
    one.to = in.fixed<PartyId>();
    XCH_TRY(names.done());
    XCH_TRY(in.done());
    out.push_back(one);
  }
  return out;
}

// ---- making --------------------------------------------------------------------------------------------------------

/// Prover gives proofs of this home's own log under one cosigned checkpoint.
struct Prover {
  LogKey key;
  log::LogFolder folder;
  std::string note;
  std::uint64_t size;
  log::LogTrust trust;

  /// Errors: log_quorum.
  static Result<Prover> make(const Session::State& state) {
    XCH_ASSIGN(LogKey key, read_log_key(*state.rows));
    XCH_ASSIGN(std::string note, read_witnessed_note(*state.rows));
    XCH_ASSIGN(auto trust, trust_of_log(*state.rows, key.origin()));
    const auto opened = note.empty() ? fail(Code::log_quorum) : log::open_checkpoint(note, trust);
    if (!opened || opened->cosigned.empty()) return fail(Code::log_quorum);
    return Prover{std::move(key), log::LogFolder(state.path / "log"), std::move(note), opened->checkpoint.size,
                  std::move(trust)};
  }

  Result<LogProof> prove(const HeaderHash& header, std::uint64_t index) const {
    if (index >= size) return fail(Code::log_not_yet);
    const std::uint64_t bundle = index / log::kTileWidth;
    XCH_ASSIGN(const auto entries, folder.bundle(bundle, log::tile_width(0, bundle, size)));
    LogProof out;
    out.header = header;
    out.entry = entries[index % log::kTileWidth];
    XCH_ASSIGN(const auto head, log::parse_entry(out.entry));
    XCH_ASSIGN(const auto opened, log::open_entry(out.entry, key.day_key(head.day)));
    if (!out.blind.copy_from(opened.blind.expose())) return fail(Code::bug);
    out.event = opened.event;
    log::TileSource tiles(folder, size);
    log::Proof proof;
    proof.index = index;
    XCH_ASSIGN(proof.hashes, log::inclusion_proof(tiles, index, size));
    proof.checkpoint = note;
    out.proof = log::encode_proof(proof);
    return out;
  }
};

Result<std::vector<PartyId>> recipients_of(const Session::State& state, const Unproven& event) {
  if (event.what == ProofOf::opened) return std::vector<PartyId>{event.to};
  XCH_ASSIGN(const auto sent, find_sent(*state.rows, event.header));
  std::vector<PartyId> out;
  if (sent)
    for (const auto& to : sent->to) out.push_back(to.party);
  return out;
}

Status send_one(const Session::State& state, const Call& call, const Unproven& event, const LogProof& proof) {
  Bytes body = wire::encode(proof);
  XCH_ASSIGN(const auto recipients, recipients_of(state, event));
  std::vector<QueuedObject> queued;
  if (!recipients.empty()) {
    XCH_ASSIGN(const auto object, sign_by_seat(state, call, Kind::logProof, body));
    for (const auto& to : recipients) {
      XCH_ASSIGN(auto sealed, seal_if_reachable(state, call, object, to));
      if (sealed) queued.push_back(std::move(*sealed));
    }
  }
  XCH_ASSIGN(auto change, state.rows->begin());
  for (const auto& object : queued) XCH_TRY(queue(change, object));
  // Our own copy of it: we present our own notes too.
  if (event.what == ProofOf::sealed)
    XCH_TRY(change.put(space::kLogProof, log_proof_key(event.header, state.info.party), body));
  XCH_TRY(change.erase(space::kUnproven, unproven_key(event.what, event.header)));
  return change.commit();
}

Status give_up(const Session::State& state, const Unproven& event) {
  XCH_ASSIGN(auto change, state.rows->begin());
  XCH_TRY(change.erase(space::kUnproven, unproven_key(event.what, event.header)));
  XCH_TRY(change.commit());
  state.log.write(LogLevel::warning, JsonLine().word("event", "log-proof-late").text());
  return Ok{};
}

}  // namespace

Status await_proof(Change& change, ProofOf what, const HeaderHash& header, std::uint64_t seq, const PartyId& to) {
  return change.put(space::kUnproven, unproven_key(what, header), ByteWriter().u64(seq).raw(to.view()));
}

Result<std::size_t> unproven(const Rows& rows) {
  XCH_ASSIGN(const auto keys, rows.keys(space::kUnproven));
  return keys.size();
}

Result<std::size_t> send_proofs(const Session::State& state) {
  XCH_ASSIGN(const Call call, state.enter());
  XCH_ASSIGN(const auto waiting, all_unproven(*state.rows));
  if (waiting.empty()) return std::size_t{0};
  const auto prover = Prover::make(state);
  if (!prover && prover.error().code == Code::log_quorum) return std::size_t{0};  // not yet
  if (!prover) return fail(prover.error());
  std::size_t sent = 0;
  for (const auto& event : waiting) {
    const auto index = place_in_log(*state.rows, event.seq);
    const auto proof = index ? prover->prove(event.header, *index) : fail(index.error());
    if (!proof && proof.error().code == Code::log_not_yet) continue;
    if (!proof) return fail(proof.error());
    XCH_ASSIGN(const Event what, decode_event(proof->event));
    // What its own witnesses do not bear out is sent to nobody.
    const auto judged = judge(*proof, proof->event, what.time, prover->trust);
    const bool late = judged && !judged->logged_by && event.what == ProofOf::sealed;
    if (!judged || late) {
      XCH_TRY(give_up(state, event));
      continue;
    }
    XCH_TRY(send_one(state, call, event, *proof));
    ++sent;
  }
  if (sent != 0) {
    deliver_queued(state);
    state.log.write(LogLevel::info, JsonLine().word("event", "log-proofs").number("notes", sent).text());
  }
  return sent;
}

Result<LogProof> prove_event(const Session::State& state, const HeaderHash& header, std::uint64_t index) {
  XCH_ASSIGN(const Prover prover, Prover::make(state));
  return prover.prove(header, index);
}

// ---- judging -------------------------------------------------------------------------------------------------------

Bytes sealed_event_bytes(const HeaderHash& hash, const NoteHeader& header) {
  const Event event = sealed_event(hash, header.note_id, header.sender, header.sender_key, header.sealed_at);
  return encode_event({0, event.kind, event.time, event.actor, event.object, ByteView(event.detail_json).copy()});
}

Result<log::LogTrust> trust_of_log(const log::LogPolicy& policy, const std::string& origin) {
  for (const auto& log : policy.logs())
    if (log.key.name() == origin) return log::LogTrust::by_policy(policy, {log.key});
  return fail(Code::log_unknown);
}

Result<log::LogTrust> trust_of_log(const Rows& rows, const std::string& origin) {
  XCH_ASSIGN(const auto policy, read_policy_of_log(rows));
  auto named = trust_of_log(policy, origin);
  if (named || named.error().code != Code::log_unknown) return named;
  const auto own = read_log_key(rows);
  if (!own || own->origin() != origin) return fail(Code::log_unknown);
  return log::LogTrust::by_policy(policy, {own->signer.verifier()});
}

namespace {

/// When the last of those had signed whom the quorum needs.
Result<Timestamp> signed_by(const log::OpenedCheckpoint& opened, const log::LogTrust& trust) {
  auto in_order = opened.cosigned;
  std::sort(in_order.begin(), in_order.end(), [](const auto& a, const auto& b) { return a.time < b.time; });
  std::vector<log::Cosigned> so_far;
  for (const auto& one : in_order) {
    so_far.push_back(one);
    if (trust.check_quorum(so_far)) return one.time;
  }
  return fail(Code::log_quorum);
}

}  // namespace

Result<JudgedProof> judge(const LogProof& proof, ByteView event, Timestamp at, const log::LogTrust& trust) {
  if (!equal(proof.event, event)) return fail(Code::log_event);
  XCH_ASSIGN(const auto head, log::parse_entry(proof.entry));
  XCH_ASSIGN(const auto blind, log::EventBlind::from(proof.blind));
  if (head.kind != log::EntryKind::event || log::event_commit(blind, event) != head.digest) return fail(Code::log_event);
  XCH_ASSIGN(const auto parsed, log::parse_proof(proof.proof));
  auto opened = log::check_proof(parsed, proof.entry, trust);
  if (!opened) return fail(opened.error().code == Code::log_origin ? Code::log_sender : opened.error().code);
  XCH_ASSIGN(const Timestamp by, signed_by(*opened, trust));
  // The note says that it was sealed after its log had it.
  if (by + kClockSkew < at) return fail(Code::log_event);
  if (by > at + kMergeDelay) return JudgedProof{std::move(*opened), fail(Code::log_late)};
  return JudgedProof{std::move(*opened), by};
}

message::LogCheck check_log(const Result<log::LogTrust>& trust, ByteView proof, ProofFrom from, const HeaderHash& hash,
                            const NoteHeader& header) {
  const message::LogCheck pending, contradicted{message::Freshness::contradicted, {}};
  const auto decoded = wire::decode_log_proof(proof);
  if (!decoded || decoded->header != hash) return contradicted;
  if (!trust) return pending;
  const auto judged = judge(*decoded, sealed_event_bytes(hash, header), header.sealed_at, *trust);
  if (judged && judged->logged_by) return {message::Freshness::verified, *judged->logged_by};
  if (judged) return pending;
  // A proof that was good when it came may be one that a changed policy does not bear out any more; what the log has
  // said of the event stays said.
  const Code code = judged.error().code;
  const bool refuted = from == ProofFrom::store ? code == Code::log_event : info(code).errc != Errc::unsure;
  return refuted ? contradicted : pending;
}

Result<message::LogCheck> check_log(const Rows& rows, const Party* sender, ByteView given, const HeaderHash& hash,
                                    const NoteHeader& header) {
  Bytes held;
  if (given.empty()) {
    XCH_ASSIGN(held, held_log_proof(rows, hash, header.sender));
    if (held.empty()) return message::LogCheck();
  }
  auto trust = sender == nullptr ? Result<log::LogTrust>(fail(Code::log_unknown))
                                 : trust_of_log(rows, log_origin(header.coalition, sender->name));
  if (!trust && trust.error().code != Code::log_unknown) return fail(std::move(trust).error());
  return check_log(trust, given.empty() ? ByteView(held) : given, given.empty() ? ProofFrom::store : ProofFrom::presenter,
                   hash, header);
}

Bytes log_proof_key(const HeaderHash& header, const PartyId& log) {
  return ByteWriter().raw(header.view()).raw(log.view()).bytes();
}

Result<Bytes> held_log_proof(const Rows& rows, const HeaderHash& hash, const PartyId& sender) {
  XCH_ASSIGN(const auto row, rows.get(space::kLogProof, log_proof_key(hash, sender)));
  return row ? row->expose().copy() : Bytes();
}

// ---- taking --------------------------------------------------------------------------------------------------------

namespace {

/// The event is of this note, and it concerns us: the sender's own sealing, or that a reader of our note has opened it.
Status concerns_us(Change& change, const LogProof& proof, const Event& event, const PartyId& from) {
  if (event.object != retag<Digest>(proof.header)) return fail(Code::log_event);
  if (event.kind == EventKind::sealed) return Ok{};
  if (event.kind != EventKind::opened) return fail(Code::log_event);
  XCH_ASSIGN(const auto sent, find_sent(change, proof.header));
  if (!sent) return fail(Code::receipt_unknown);
  const bool reader = std::any_of(sent->to.begin(), sent->to.end(), [&](const auto& to) { return to.party == from; });
  return reader ? Status(Ok{}) : fail(Code::receipt_unknown);
}

}  // namespace

Status take_log_proof(const Session::State& state, const Call& call, const SealedObject& object) {
  XCH_ASSIGN(const PartyId from, sender_of(state, call, object, Kind::logProof));
  const auto proof = wire::decode_log_proof(object.object.body);
  if (!proof) return fail(Code::object_malformed);
  const auto event = decode_event(proof->event);
  if (!event) return fail(Code::log_event);
  const Party* party = call.held->rosters->newest()->party(from);
  if (party == nullptr) return fail(Code::party_unknown);
  const auto trust = trust_of_log(*state.rows, log_origin(state.info.coalition, party->name));
  const auto judged = trust ? judge(*proof, proof->event, event->time, *trust) : Result<JudgedProof>(fail(trust.error()));
  if (!judged && info(judged.error().code).errc != Errc::unsure) return fail(judged.error());

  XCH_ASSIGN(auto change, state.rows->begin());
  XCH_TRY(concerns_us(change, *proof, *event, from));
  if (judged) {
    XCH_ASSIGN(const Heard heard, hear(state, change, shown_in(from, judged->checkpoint)));
    if (heard == Heard::contradicts) {
      XCH_TRY(change.commit());
      return fail(Code::log_fork);
    }
  }
  // One that holds takes the place of one that does not yet; never the other way round.
  const Bytes key = log_proof_key(proof->header, from);
  if (judged && judged->logged_by) {
    XCH_TRY(change.put(space::kLogProof, key, object.object.body));
  } else {
    XCH_ASSIGN(const Inserted inserted, change.insert(space::kLogProof, key, object.object.body));
    (void)inserted;
  }
  return change.commit();
}

}  // namespace xch::session
