// seal: record, then release. The envelopes, the events that say who gets what, and the idempotency key are one
// transaction; only then anything leaves (docs/format.md, "Journal").
#include <algorithm>

#include "crypto/digest.hpp"
#include "crypto/labels.hpp"
#include "session/codec.hpp"
#include "session/deliver.hpp"
#include "session/events.hpp"
#include "session/json_line.hpp"
#include "session/log_proofs.hpp"
#include "session/received.hpp"
#include "session/seal_flow.hpp"
#include "session/sent.hpp"

namespace xch::session {

// ---- idempotency ---------------------------------------------------------------------------------------------------

// What was asked, by content: the same key for anything else is a conflict. A secret of this home keys the digest,
// since a field of few values could be found from a bare hash.
Digest content_digest(const Session::State& state, const SealRequest& request, const std::vector<ReadNote>& notes) {
  ByteWriter ask;
  ask.u8(request.grant ? 1 : 0);
  if (request.grant) ask.raw(request.grant->view());
  put_v32(ask, ByteView(std::string_view(request.subject)));
  ask.u16(static_cast<std::uint16_t>(request.basis)).u16(static_cast<std::uint16_t>(request.purpose));
  ask.u8(request.keep_archive_copy ? 1 : 0);
  ask.u64(request.expires_at ? request.expires_at->seconds : 0);
  auto to = request.to;
  std::sort(to.begin(), to.end());
  ask.u32(static_cast<std::uint32_t>(to.size()));
  for (const auto& name : to) put_v32(ask, ByteView(std::string_view(name)));
  Digest digest = crypto::hmac_sha256(state.agency_secret.expose(), {ByteView(std::string_view("asked")), ask});
  for (const auto& note : notes) {
    digest = crypto::hmac_sha256(state.agency_secret.expose(), {digest, note.type->schema().digest});
    for (const auto& slot : note.slots) {
      std::uint8_t head[5] = {static_cast<std::uint8_t>(slot.present ? 1 : 0)};
      store_u32(head + 1, static_cast<std::uint32_t>(slot.value.size()));
      digest = crypto::hmac_sha256(state.agency_secret.expose(), {digest, ByteView(head, sizeof head), slot.value});
    }
  }
  return digest;
}

// The row's key hides the caller's own: it may be a case number.
static Digest idempotency_row(const Session::State& state, const std::string& key) {
  return crypto::hmac_sha256(state.agency_secret.expose(),
                             {ByteView(std::string_view("idempotency key")), ByteView(std::string_view(key))});
}

NoteIdOf note_ids(const Session::State& state, const std::string& key) {
  if (key.empty())
    return [&state](const GrantHash&, std::size_t, std::uint16_t) { return crypto::random_fixed<NoteId>(state.random); };
  return [&state, key](const GrantHash& grant, std::size_t position, std::uint16_t part) {
    const ByteWriter place = std::move(ByteWriter().u32(static_cast<std::uint32_t>(position)).u16(part));
    const Digest th = crypto::th(crypto::label::kNoteIdKey, {grant, place, ByteView(std::string_view(key))});
    const Digest mac = crypto::hmac_sha256(state.note_secret.expose(), {th});
    NoteId id;
    std::copy_n(mac.bytes.begin(), NoteId::kSize, id.bytes.begin());
    return id;
  };
}

static Bytes encode_answer(const Digest& content, const SealAnswer& answer, const std::vector<Outgoing>& outgoing) {
  ByteWriter out;
  out.raw(content.view()).u32(static_cast<std::uint32_t>(answer.notes.size()));
  for (const auto& note : answer.notes) {
    out.raw(note.note_id.view()).raw(note.header.view()).u16(note.part);
    put_v32(out, ByteView(std::string_view(note.type)));
  }
  out.u32(static_cast<std::uint32_t>(outgoing.size()));
  for (std::size_t i = 0; i < outgoing.size(); ++i) {
    put_v32(out, outgoing[i].key.bytes());
    put_v32(out, ByteView(std::string_view(answer.mailboxes[i])));
  }
  return std::move(out).take();
}

Result<std::optional<SealAnswer>> find_earlier(const Session::State& state, const std::string& key, const Digest& content) {
  if (key.empty()) return std::optional<SealAnswer>();
  XCH_ASSIGN(const auto row, state.rows->get(space::kIdempotency, idempotency_row(state, key)));
  if (!row) return std::optional<SealAnswer>();
  FieldReader in(row->expose());
  if (!crypto::equal_ct(in.fixed<Digest>(), content)) return fail(Code::idempotency_conflict);
  SealAnswer answer;
  answer.duplicate = true;
  for (std::uint32_t n = in.u32(); n > 0 && !in.at_end(); --n) {
    SealedNote note;
    note.note_id = in.fixed<NoteId>();
    note.header = in.fixed<HeaderHash>();
    note.part = in.u16();
    note.type = in.text();
    answer.notes.push_back(std::move(note));
  }
  std::vector<Bytes> envelopes;
  for (std::uint32_t n = in.u32(); n > 0 && !in.at_end(); --n) {
    envelopes.push_back(in.v32().copy());
    answer.mailboxes.push_back(in.text());
  }
  XCH_TRY(in.done());
  for (const auto& name : envelopes) {
    XCH_ASSIGN(const auto kept, state.rows->get(space::kOutbox, name));
    if (!kept) return fail(Code::key_erased);
    XCH_ASSIGN(auto outgoing, decode_outgoing(name, kept->expose()));
    answer.envelopes.push_back({outgoing.key.to, std::move(outgoing.envelope)});
  }
  return std::optional<SealAnswer>(std::move(answer));
}

// ---- sealing -------------------------------------------------------------------------------------------------------

namespace {

struct SealedPart {
  const PartPlan* plan = nullptr;
  message::SealedBatch batch;
};

Result<std::vector<SealedPart>> seal_parts(Session::State& state, const SealPlan& plan, Timestamp now) {
  std::vector<SealedPart> out;
  for (const auto& part : plan.parts) {
    // Two tries: another process may make the first wrap for a reader at the same moment; its wrap is then ours too.
    for (int tries = 2;; --tries) {
      SealKeys keys(*state.rows, state.seal_secrets, state.random);
      auto batch = message::seal(plan.sender, part.notes, now, keys, state.arenas, state.random);
      if (batch) {
        out.push_back({&part, std::move(*batch)});
        break;
      }
      if (tries == 1 || batch.error().code != Code::store_busy) return fail(std::move(batch).error());
    }
  }
  return out;
}

struct Recorded {
  SealAnswer answer;
  std::vector<Outgoing> outgoing;
};

Recorded collect(const Session::State& state, const SealPlan& plan, const std::vector<SealedPart>& parts) {
  Recorded out;
  const auto batch_id = crypto::random_fixed<BatchId>(state.random);
  for (const auto& part : parts) {
    Timestamp keep_until;  // as long as the longest-lived of its grants, and the retention window
    for (const auto* row : part.plan->under) keep_until = std::max(keep_until, row->not_after);
    keep_until = keep_until + std::uint64_t{plan.sender.pack->retention_days} * kDay;
    for (std::size_t i = 0; i < part.batch.notes.size(); ++i) {
      const auto& receipt = part.batch.notes[i];
      const auto& schema = *part.plan->notes[i].schema;
      out.answer.notes.push_back({receipt.note_id, receipt.header, receipt.part, schema.name});
    }
    for (const auto& envelope : part.batch.envelopes) {
      Outgoing outgoing;
      outgoing.key = {batch_id, part.plan->part, envelope.to};
      outgoing.keep_until = keep_until;
      outgoing.envelope = envelope.envelope;
      for (const auto& receipt : part.batch.notes)
        for (const auto& to : receipt.to) {
          if (to.party != envelope.to) continue;
          outgoing.sealed_to = to.key;
          outgoing.headers.push_back(receipt.header);
        }
      out.outgoing.push_back(std::move(outgoing));
      out.answer.envelopes.push_back(envelope);
      const Party* party = plan.sender.roster->party(envelope.to);
      out.answer.mailboxes.push_back(party == nullptr ? std::string() : party->name);
    }
  }
  return out;
}

Status record_note(Change& change, const Session::State& state, const SealPlan& plan, const GrantId& grant,
                   const message::SealReceipt& receipt, const message::NoteInput& input, const Outgoing& first,
                   Timestamp now) {
  const KeyId actor = plan.sender.seat_key_id;
  XCH_ASSIGN(const std::uint64_t seq,
             change.append(sealed_event(receipt.header, receipt.note_id, state.info.party, actor, now)));
  XCH_TRY(await_proof(change, ProofOf::sealed, receipt.header, seq, PartyId()));
  SentNote sent;
  sent.header = receipt.header;
  sent.note_id = receipt.note_id;
  sent.grant = receipt.grant;
  sent.grant_id = grant;
  sent.schema = input.schema->digest;
  sent.batch = first.key.batch;
  sent.part = receipt.part;
  sent.purpose = input.purpose;
  sent.sealed_at = now;
  sent.expires_at = input.expires_at;
  for (const auto& to : receipt.to) {
    const Party* reader = plan.sender.roster->party(to.party);
    XCH_TRY(change.append(disclosed_event(receipt, to, input, reader == nullptr ? Role::none : reader->role,
                                          plan.sender.policy_hash, actor, now)));
    if (to.party != state.info.party) sent.to.push_back({to.party, Timestamp{}});
    // An isolated part is named by no other object, thread_prev included.
    if (receipt.part == 0)
      XCH_TRY(change.put(space::kThread, thread_key(grant, input.schema->digest, to.party), receipt.header));
  }
  return put_sent(change, sent);
}

/// One transaction: events, envelopes, deliveries, thread ends, the idempotency key. Inserted::already: another call
/// with the same key came first and nothing of this one stays.
Result<Inserted> record(Session::State& state, const SealRequest& request, const SealPlan& plan,
                        const std::vector<SealedPart>& parts, const Recorded& recorded, const Digest& content,
                        Timestamp now) {
  XCH_ASSIGN(auto change, state.rows->begin());
  if (!request.idempotency_key.empty()) {
    XCH_ASSIGN(const Inserted inserted,
               change.insert(space::kIdempotency, idempotency_row(state, request.idempotency_key),
                             encode_answer(content, recorded.answer, recorded.outgoing)));
    if (inserted == Inserted::already) return Inserted::already;
  }
  for (const auto& part : parts)
    for (std::size_t i = 0; i < part.batch.notes.size(); ++i)
      XCH_TRY(record_note(change, state, plan, part.plan->under[i]->id, part.batch.notes[i], part.plan->notes[i],
                          recorded.outgoing.front(), now));
  for (std::size_t i = 0; i < recorded.outgoing.size(); ++i) {
    const Outgoing& outgoing = recorded.outgoing[i];
    XCH_TRY(put_outgoing(change, outgoing));
    // The archive copy is in our hands from here on: a later revocation finds it received, not on its way.
    if (outgoing.key.to == state.info.party) {
      ReceivedEnvelope own;
      own.envelope = crypto::sha256(outgoing.envelope);
      own.received_at = now;
      XCH_TRY(put_received(change, own));
    }
    if (!request.deliver || outgoing.key.to == state.info.party) continue;
    XCH_TRY(queue_delivery(change, outgoing.key,
                           {recorded.answer.mailboxes[i], new_file_name(state.random, extension::kNote)}));
  }
  XCH_TRY(change.commit());
  return Inserted::now;
}

std::string sealed_line(const SealAnswer& answer) {
  return JsonLine()
      .word("event", "sealed")
      .number("notes", answer.notes.size())
      .number("envelopes", answer.envelopes.size())
      .text();
}

}  // namespace

Result<SealAnswer> seal_planned(Session::State& state, const SealRequest& request, const SealPlan& plan,
                                const Digest& content, Timestamp now) {
  // Every part's refusals first: no part is sealed when another one will be refused.
  for (const auto& part : plan.parts) XCH_TRY(message::check_seal(plan.sender, part.notes, now));
  XCH_ASSIGN(const auto parts, seal_parts(state, plan, now));
  Recorded recorded = collect(state, plan, parts);
  XCH_ASSIGN(const Inserted inserted, record(state, request, plan, parts, recorded, content, now));
  if (inserted == Inserted::already) {
    XCH_ASSIGN(auto first, find_earlier(state, request.idempotency_key, content));
    if (!first) return fail(Code::store_busy);
    return std::move(*first);
  }
  state.log.write(LogLevel::info, sealed_line(recorded.answer));
  // Durable from here on: what the spool does not take now it takes with the next call.
  deliver_queued(state);
  return std::move(recorded.answer);
}

Result<SealAnswer> Session::seal(const SealRequest& request) {
  XCH_ASSIGN(const Call call, state_->enter());
  XCH_ASSIGN(auto arena, state_->arenas.lease());
  XCH_ASSIGN(auto notes, read_notes(*state_, call, request, *arena));
  const Digest content = request.idempotency_key.empty() ? Digest() : content_digest(*state_, request, notes);
  XCH_ASSIGN(auto earlier, find_earlier(*state_, request.idempotency_key, content));
  if (earlier) return std::move(*earlier);

  XCH_ASSIGN(const SealPlan plan,
             plan_seal(*state_, call, request, std::move(notes), note_ids(*state_, request.idempotency_key)));
  return seal_planned(*state_, request, plan, content, call.now);
}

std::vector<Preview::Row> rows_of(const SealPlan& plan) {
  std::vector<Preview::Row> out;
  for (const auto& part : plan.parts)
    for (const auto& input : part.notes)
      for (const auto& to : input.to) {
        const Party* reader = plan.sender.roster->party(to.party);
        if (reader == nullptr) continue;
        Preview::Row row;
        row.note_type = input.schema->name;
        row.recipient = reader->name;
        const auto query = plan.query(*reader, input.part, input.purpose);
        row.decision = policy::decide(*plan.sender.pack, *input.schema, query);
        row.explained = policy::explain(*input.schema, query, row.decision);
        for (const auto& slot : input.schema->slots)
          if (slot.full_slot == slot.index) row.filled.push_back(input.slots[slot.index].present);
        for (std::uint16_t slot = 0; slot < input.slots.size(); ++slot)
          if (input.slots[slot].present) row.present.push_back(slot);
        out.push_back(std::move(row));
      }
  return out;
}

Result<Preview> Session::preview(const SealRequest& request) {
  XCH_ASSIGN(const Call call, state_->enter());
  XCH_ASSIGN(auto arena, state_->arenas.lease());
  XCH_ASSIGN(auto notes, read_notes(*state_, call, request, *arena));
  Preview out;
  auto plan = plan_seal(*state_, call, request, std::move(notes), note_ids(*state_, std::string()));
  if (!plan) {
    out.would_refuse = std::move(plan).error();
    return out;
  }
  for (const auto& part : plan->parts) {
    const auto checked = message::check_seal(plan->sender, part.notes, call.now);
    if (!checked && !out.would_refuse) out.would_refuse = checked.error();
  }
  out.rows = rows_of(*plan);
  return out;
}

}  // namespace xch::session
