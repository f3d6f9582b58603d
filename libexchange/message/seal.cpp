#include "message/seal.hpp"

#include <algorithm>
#include <cstring>
#include <map>

#include "crypto/hpke.hpp"
#include "crypto/labels.hpp"
#include "crypto/merkle.hpp"
#include "crypto/suite.hpp"
#include "message/cells.hpp"
#include "message/frame.hpp"
#include "message/plan.hpp"
#include "wire/records.hpp"

namespace xch::message {
namespace {

/// What is fixed for the whole batch, and the S_k and wraps used so far.
struct Batch {
  const Sender& sender;
  Timestamp now;
  SuiteId suite;
  crypto::Aead aead;
  crypto::Arena& arena;
  CompartmentKeys& keys;
  crypto::Random& random;
  MutableView salted;  // salt_i || plain_i of the cell being sealed
  std::map<std::pair<GrantHash, Compartment>, ByteView> secrets;            // S_k, in the arena
  std::map<std::pair<GrantHash, std::pair<Compartment, PartyId>>, Bytes> wraps;
};

/// EnvelopeRoom is where one envelope is made, and the next one after it: its views, then the body around them. So a
/// batch locks what its largest envelope needs, not the sum of all.
class EnvelopeRoom final : public Memory {
 public:
  static Result<EnvelopeRoom> make(std::size_t largest_body, crypto::Arena& arena) {
    XCH_ASSIGN(const MutableView both, arena.take(2 * largest_body));
    return EnvelopeRoom(both.sub(0, largest_body), both.sub(largest_body, largest_body));
  }
  /// take gives room for a view.
  Result<MutableView> take(std::size_t size) override {
    if (size > views_.size() - used_) return fail(Code::seal_batch_too_large);
    const MutableView out = views_.sub(used_, size);
    used_ += size;
    return out;
  }
  MutableView body(std::size_t size) {
    body_used_ = size;
    return body_.sub(0, size);
  }
  /// clear wipes what the envelope before has left; the arena does so after the last one.
  void clear() {
    crypto::wipe(views_.sub(0, used_));
    crypto::wipe(body_.sub(0, body_used_));
    used_ = body_used_ = 0;
  }

 private:
  EnvelopeRoom(MutableView views, MutableView body) : views_(views), body_(body) {}
  MutableView views_, body_;
  std::size_t used_ = 0, body_used_ = 0;
};

/// One note on its way. Secret bytes lie in the arena.
struct NoteInWork {
  const PlannedNote* plan = nullptr;
  std::vector<Bytes> terms;  // canonical, by recipient
  std::vector<Salt> terms_salts, recipient_salts;
  std::vector<Digest> terms_digests;
  crypto::SparseTree recipients;
  Bytes core;
  NoteCtx ctx;
  MutableView note_secret;
  std::vector<ByteView> cells;  // full cells by slot; empty where nobody's terms hold it
  std::vector<Digest> leaves;   // of all slots, padding slots included
  Digest slots_root;
  HeaderHash header;
};

// recipients_root: a leaf for each reader at a random free position of a tree of depth 5.
void make_recipients(Batch& batch, NoteInWork& work) {
  const auto& readers = work.plan->to;
  std::vector<Digest> leaves;
  leaves.reserve(readers.size());
  work.terms_salts.resize(readers.size());
  work.recipient_salts.resize(readers.size());
  std::vector<Salt> salts(2 * readers.size());
  batch.random.fill(MutableView(salts.front().bytes.data(), kSaltSize * salts.size()));
  for (std::size_t i = 0; i < readers.size(); ++i) {
    const PlannedTo& to = readers[i];
    work.terms_salts[i] = salts[2 * i];
    work.recipient_salts[i] = salts[2 * i + 1];
    work.terms.push_back(wire::encode(to.terms));
    work.terms_digests.push_back(terms_digest(work.terms_salts[i], work.terms[i]));
    leaves.push_back(recipient_leaf(work.recipient_salts[i], to.party, to.key_id, work.terms_digests[i]));
  }
  work.recipients = crypto::sparse_tree(kRecipientDepth, leaves, batch.random);
}

void make_core(const Batch& batch, NoteInWork& work) {
  const NoteInput& note = *work.plan->note;
  const Sender& sender = batch.sender;
  NoteHeader header;
  header.suite = batch.suite;
  header.coalition = sender.roster->roster().coalition;
  header.note_id = note.note_id;
  header.schema_id = note.schema->type_id;
  header.schema_digest = note.schema->digest;
  header.part = note.part;
  header.policy_pack = sender.policy_hash;
  header.sender = sender.party;
  header.sender_key = sender.seat_key_id;
  header.grant = note.grant->hash();
  header.status = note.status->hash();
  header.basis = note.grant->core().basis;
  header.purpose = note.purpose;
  header.sealed_at = batch.now;
  header.expires_at = note.expires_at;
  header.recipients_root = work.recipients.root;
  header.checkpoint = sender.checkpoint;
  header.slot_count = note.schema->slot_count;
  work.core = wire::encode(header);
  work.ctx = note_ctx(work.core);
}

Result<ByteView> compartment_secret(Batch& batch, const GrantHash& grant, Compartment k) {
  const auto at = batch.secrets.find({grant, k});
  if (at != batch.secrets.end()) return at->second;
  XCH_ASSIGN(MutableView secret, batch.arena.take(32));
  XCH_TRY(batch.keys.secret(grant, k, secret));
  batch.secrets[{grant, k}] = secret;
  return ByteView(secret);
}

// Every slot of the schema, then the padding slots: a full cell where somebody's terms hold the slot, else a leaf
// that says nothing. One draw of randomness serves M, all salts and the opaque leaves.
Status make_cells(Batch& batch, NoteInWork& work) {
  const NoteInput& note = *work.plan->note;
  const auto& slots = note.schema->slots;
  const std::size_t salt_bytes = std::size_t{note.schema->slot_count} * kSaltSize;
  XCH_ASSIGN(const MutableView drawn, batch.arena.take(32 + salt_bytes));
  batch.random.fill(drawn);
  work.note_secret = drawn.sub(0, 32);
  const ByteView salts = ByteView(drawn).sub(32);

  std::map<Compartment, crypto::Expander> prks;
  for (const auto k : work.plan->compartments) {
    XCH_ASSIGN(const ByteView secret, compartment_secret(batch, note.grant->hash(), k));
    prks.emplace(k, crypto::Expander(compartment_prk(work.ctx, work.note_secret, secret, k)));
  }
  std::uint32_t largest = 0;
  for (const auto& slot : slots)
    if (work.plan->in_terms[slot.index]) largest = std::max(largest, slot.size);
  if (batch.salted.size() < kSaltSize + largest) {
    XCH_ASSIGN(batch.salted, batch.arena.take(kSaltSize + largest));
  }

  work.cells.assign(note.schema->slot_count, ByteView());
  work.leaves.reserve(note.schema->slot_count);
  for (std::uint16_t i = 0; i < note.schema->slot_count; ++i) {
    const ByteView salt = salts.sub(i * kSaltSize, kSaltSize);
    if (i >= slots.size() || !work.plan->in_terms[i]) {
      work.leaves.push_back(crypto::leaf_hash(salt));
      continue;
    }
    const SlotSpec& slot = slots[i];
    const MutableView salted = batch.salted.sub(0, kSaltSize + slot.size);
    std::memcpy(salted.data(), salt.data(), kSaltSize);
    XCH_TRY(write_plain(note.slots[i].present, note.slots[i].value, salted.sub(kSaltSize)));
    XCH_ASSIGN(MutableView cell, batch.arena.take(cell_size(slot.size)));
    XCH_ASSIGN(const Digest leaf, seal_cell(batch.aead, work.ctx, prks.at(slot.compartment), i, salted, cell));
    work.leaves.push_back(leaf);
    work.cells[i] = cell;
  }
  work.slots_root = crypto::merkle_root(work.leaves);
  work.header = header_hash(work.core, work.slots_root);
  return Ok{};
}

// wrap_k, made once per (grant, compartment, reader) and sent again byte for byte.
Result<ByteView> wrap_for(Batch& batch, const grant::HeldGrant& grant, Compartment k, const PartyId& reader) {
  const auto name = std::make_pair(grant.hash(), std::make_pair(k, reader));
  const auto at = batch.wraps.find(name);
  if (at != batch.wraps.end()) return ByteView(at->second);
  XCH_ASSIGN(Bytes sealed, batch.keys.wrap(grant.hash(), k, reader));
  if (sealed.empty()) {
    const crypto::KemPublicKey* class_pk = grant.class_public_key(reader, k);
    if (class_pk == nullptr) return fail(Code::seal_recipient_not_named);
    XCH_ASSIGN(const ByteView secret, compartment_secret(batch, grant.hash(), k));
    const Digest bound = class_wrap_info(grant.hash(), batch.sender.party, reader, k, class_pk->bytes());
    sealed.resize(secret.size() + crypto::hpke_overhead(batch.suite));
    XCH_TRY(crypto::hpke_seal(*class_pk, class_wrap_hpke_info(bound), ByteView(), secret, batch.random, sealed));
    XCH_TRY(batch.keys.keep_wrap(grant.hash(), k, reader, sealed));
  }
  return ByteView(batch.wraps.emplace(name, std::move(sealed)).first->second);
}

// The view of one recipient: full cells exactly where its terms are, leaves elsewhere.
Result<ByteView> make_view(Batch& batch, const NoteInWork& work, std::size_t reader, const crypto::SparseTree& tree,
                           std::size_t note_index, EnvelopeRoom& room) {
  const NoteInput& note = *work.plan->note;
  const PlannedTo& to = work.plan->to[reader];
  ViewBorrowed view;
  view.core = work.core;
  view.slots_root = work.slots_root;
  view.batch_position = tree.positions[note_index];
  std::copy(tree.paths[note_index].begin(), tree.paths[note_index].end(), view.batch_path.begin());
  view.terms = work.terms[reader];
  view.terms_salt = work.terms_salts[reader];
  view.recipient_position = static_cast<std::uint8_t>(work.recipients.positions[reader]);
  view.recipient_salt = work.recipient_salts[reader];
  const auto& path = work.recipients.paths[reader];
  std::copy(path.begin(), path.end(), view.recipient_path.begin());
  view.note_secret = work.note_secret;
  for (const auto k : to.terms.compartments) {
    XCH_ASSIGN(const ByteView wrap, wrap_for(batch, *note.grant, k, to.party));
    view.wraps.emplace_back(k, wrap);
  }
  view.slots.reserve(work.leaves.size());
  for (std::uint16_t i = 0; i < work.leaves.size(); ++i) {
    const bool full = i < note.schema->slots.size() && !work.cells[i].empty() &&
                      std::binary_search(to.terms.compartments.begin(), to.terms.compartments.end(),
                                         note.schema->slots[i].compartment);
    view.slots.push_back(full ? work.cells[i] : work.leaves[i].view());
  }
  XCH_ASSIGN(const MutableView encoded, wire::encode_view(view, room));
  return ByteView(encoded);
}

// Envelope = "LXE1" || u16 suite || HPKE(u32 len || bundle || zeros). The body's length depends on the schemas alone.
Result<SealedEnvelope> make_envelope(Batch& batch, const PlannedTo& to, const BundleBorrowed& bundle, std::uint64_t bound,
                                     EnvelopeRoom& room) {
  const std::size_t length = wire::encoded_bundle_size(bundle);
  if (length > bound) return fail(Code::seal_batch_too_large);
  const MutableView body = room.body(padded_body(bound));
  store_u32(body.data(), static_cast<std::uint32_t>(length));
  XCH_TRY(wire::encode_bundle_into(bundle, body.sub(4, length)));

  SealedEnvelope out;
  out.to = to.party;
  XCH_ASSIGN(out.envelope, seal_frame(kNoteMagic, *to.key, envelope_hpke_info(to.party, to.key_id), body, batch.random));
  return out;
}

struct Stapled {
  StatusHash hash;
  std::uint32_t chunk = 0;
  Bytes bytes;
};

// One staple per status hash and chunk, ascending, each used by a view of the bundle.
Result<std::vector<Stapled>> make_staples(const BatchPlan& plan, const PartyId& recipient) {
  std::map<std::pair<StatusHash, std::uint32_t>, Bytes> staples;
  for (const auto& note : plan.notes) {
    const bool here = std::any_of(note.to.begin(), note.to.end(), [&](const auto& to) { return to.party == recipient; });
    if (!here) continue;
    const std::uint32_t index = note.note->grant->core().status_index;
    const auto name = std::make_pair(note.note->status->hash(), status_chunk_of(index));
    if (staples.count(name) != 0) continue;
    XCH_ASSIGN(const Staple staple, note.note->status->staple(index));
    staples[name] = wire::encode(staple);
  }
  std::vector<Stapled> out;
  for (auto& [name, bytes] : staples) out.push_back({name.first, name.second, std::move(bytes)});
  return out;
}

SealReceipt make_receipt(const NoteInWork& work) {
  const NoteInput& note = *work.plan->note;
  SealReceipt out;
  out.note_id = note.note_id;
  out.header = work.header;
  out.grant = note.grant->hash();
  out.status = note.status->hash();
  out.part = note.part;
  for (std::size_t i = 0; i < work.plan->to.size(); ++i)
    out.to.push_back({work.plan->to[i].party, work.plan->to[i].key_id, work.terms_digests[i], work.plan->to[i].terms});
  return out;
}

}  // namespace

Result<SealedBatch> seal(const Sender& sender, const std::vector<NoteInput>& notes, Timestamp now, CompartmentKeys& keys,
                         crypto::ArenaPool& arenas, crypto::Random& random) {
  XCH_ASSIGN(const BatchPlan plan, plan_batch(sender, notes, now));
  XCH_ASSIGN(const auto arena, arenas.lease());
  const SuiteId suite = sender.roster->roster().suite;
  Batch batch{sender, now, suite, crypto::suite_info(suite).aead, *arena, keys, random, {}, {}, {}};

  SealedBatch out;
  std::vector<NoteInWork> works(plan.notes.size());
  std::vector<Digest> leaves;
  for (std::size_t i = 0; i < works.size(); ++i) {
    works[i].plan = &plan.notes[i];
    make_recipients(batch, works[i]);
    make_core(batch, works[i]);
    XCH_TRY(make_cells(batch, works[i]));
    leaves.push_back(batch_leaf(works[i].header));
    out.notes.push_back(make_receipt(works[i]));
  }

  const crypto::SparseTree tree = crypto::sparse_tree(kBatchDepth, leaves, random);
  XCH_ASSIGN(const crypto::Signature signature,
             crypto::sign(*sender.seat_key, sender.seat_key_id, crypto::sign_label(Kind::note), tree.root));
  std::vector<Bytes> chain;
  for (const auto& record : sender.chain) chain.push_back(wire::encode(record));

  std::uint64_t largest = 0;
  for (const auto bound : plan.bounds) largest = std::max(largest, bound);
  XCH_ASSIGN(EnvelopeRoom room, EnvelopeRoom::make(padded_body(largest), *arena));
  for (std::size_t e = 0; e < plan.recipients.size(); ++e) {
    const PartyId& recipient = plan.recipients[e];
    room.clear();
    XCH_ASSIGN(const std::vector<Stapled> staples, make_staples(plan, recipient));
    BundleBorrowed bundle;
    bundle.batch_root = tree.root;
    bundle.signature = signature;
    for (const auto& record : chain) bundle.chain.emplace_back(record);
    for (const auto& staple : staples) bundle.staples.emplace_back(staple.bytes);
    const PlannedTo* to = nullptr;
    for (std::size_t i = 0; i < works.size(); ++i)
      for (std::size_t r = 0; r < works[i].plan->to.size(); ++r) {
        if (works[i].plan->to[r].party != recipient) continue;
        to = &works[i].plan->to[r];
        XCH_ASSIGN(const ByteView view, make_view(batch, works[i], r, tree, i, room));
        bundle.views.push_back(view);
      }
    XCH_ASSIGN(SealedEnvelope envelope, make_envelope(batch, *to, bundle, plan.bounds[e], room));
    out.envelopes.push_back(std::move(envelope));
  }
  XCH_TRY(keys.flush());
  return out;
}

}  // namespace xch::message
