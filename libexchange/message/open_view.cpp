#include "message/open_view.hpp"

#include <algorithm>
#include <cstring>

#include "crypto/hpke.hpp"
#include "crypto/labels.hpp"
#include "crypto/merkle.hpp"
#include "crypto/suite.hpp"
#include "message/cells.hpp"
#include "message/originator.hpp"
#include "message/values.hpp"
#include "policy/decide.hpp"
#include "wire/records.hpp"
#include "wire/value.hpp"

namespace xch::message {
namespace {

bool contains(const std::vector<Compartment>& sorted, Compartment k) {
  return std::binary_search(sorted.begin(), sorted.end(), k);
}

// ---- 7: the header ---------------------------------------------------------------------------------------------------

struct KnownType {
  const wire::NoteType* type;
  const PackSchema* row;  // of the pack
};

// "none yet: 32 zero bytes, 0, SHA-256 of nothing".
Status check_log_reference(const LogReference& seen) {
  if (seen.size != 0) return seen.origin.is_zero() ? fail(Code::open_log_reference) : Status(Ok{});
  static const Digest kNothing = crypto::sha256(ByteView());
  if (!seen.origin.is_zero() || seen.root != kNothing) return fail(Code::open_log_reference);
  return Ok{};
}

Result<KnownType> check_header(const ProvenBundle& bundle, const ParsedView& parsed) {
  const NoteHeader& header = parsed.header;
  if (header.suite != bundle.suite) return fail(Code::open_header_suite);
  if (header.coalition != bundle.roster->roster().coalition) return fail(Code::open_header_coalition);
  if (header.sender != bundle.chain->leaf().record.subject) return fail(Code::open_header_sender);
  const wire::NoteType* type = bundle.knowledge.note_type(header.schema_digest);
  if (type == nullptr || type->schema().type_id != header.schema_id) return fail(Code::open_schema_unknown);
  const NoteSchema* schema = &type->schema();
  const PackSchema* allowed = policy::schema_row(*bundle.pack, header.schema_digest);
  if (allowed == nullptr || allowed->type_id != header.schema_id) return fail(Code::open_schema_not_allowed);
  if (header.slot_count != schema->slot_count || parsed.view.slots.size() != schema->slot_count)
    return fail(Code::open_slot_count);
  const auto parts = parts_of(*schema);
  if (std::find(parts.begin(), parts.end(), header.part) == parts.end()) return fail(Code::open_part);
  if (parsed.view.batch_position >= 1u << kBatchDepth) return fail(Code::open_batch_path);
  const std::vector<Digest> path(parsed.view.batch_path.begin(), parsed.view.batch_path.end());
  if (crypto::sparse_root(parsed.view.batch_position, batch_leaf(parsed.hash), path) != bundle.batch_root)
    return fail(Code::open_batch_path);
  XCH_TRY(check_log_reference(header.checkpoint));
  return KnownType{type, allowed};
}

// Replay look-up, read-only; session/ inserts the mark in one transaction with the event (17).
Result<bool> look_up_replay(const ProvenBundle& bundle, const ParsedView& parsed) {
  const auto mark = bundle.knowledge.replay_mark(parsed.header.sender, parsed.header.note_id);
  if (!mark) return false;
  if (mark->header != parsed.hash) return fail(Code::open_replay_alarm);
  return true;
}

// ---- 8: the recipient --------------------------------------------------------------------------------------------------

struct Recipient {
  GateKey key;  // that the leaf names
  Digest terms;
};

Result<std::vector<Redaction>> own_redactions(const ProvenBundle& bundle, const ParsedView& parsed);

Digest recipients_root_for(const ProvenBundle& bundle, const ParsedView& parsed, const KeyId& key, const Digest& terms) {
  const std::vector<Digest> path(parsed.view.recipient_path.begin(), parsed.view.recipient_path.end());
  const Digest leaf = recipient_leaf(parsed.view.recipient_salt, bundle.knowledge.self(), key, terms);
  return crypto::sparse_root(parsed.view.recipient_position, leaf, path);
}

Result<Recipient> check_recipient(const ProvenBundle& bundle, const ParsedView& parsed,
                                  const std::vector<Redaction>& redactions) {
  Recipient out;
  out.key = bundle.opened_with;
  // A redacted copy is sealed to a newer key; its record names the key the note first opened under.
  if (!redactions.empty() && redactions.front().opened_under != out.key.id) {
    const auto former = bundle.knowledge.former_gate_key(redactions.front().opened_under);
    if (!former) return fail(Code::open_recipient_key);
    out.key = *former;
  }
  out.terms = terms_digest(parsed.view.terms_salt, parsed.view.terms);
  if (parsed.view.recipient_position >= 1u << kRecipientDepth) return fail(Code::open_recipient_path);
  if (recipients_root_for(bundle, parsed, out.key.id, out.terms) != parsed.header.recipients_root) {
    for (const auto& other : bundle.knowledge.gate_keys())
      if (recipients_root_for(bundle, parsed, other.id, out.terms) == parsed.header.recipients_root)
        return fail(Code::open_recipient_key);
    return fail(Code::open_recipient_path);
  }
  if (parsed.header.sealed_at < out.key.not_before || parsed.header.sealed_at > out.key.not_after)
    return fail(Code::open_recipient_window);
  if (parsed.terms.compartments.empty()) return fail(Code::open_terms_empty);
  return out;
}

// ---- 9: the grant ------------------------------------------------------------------------------------------------------

Status check_originator(const ProvenBundle& bundle, const grant::HeldGrant& grant, const NoteHeader& header) {
  const bool by_identity = grant.authority().keys.size() > 1;  // its parent is an agency identity, not a root
  if (by_identity && grant.core().basis != Basis::originatorAuthority) return fail(Code::open_originator);
  if (!keeps_originator_rules(grant, bundle.knowledge.self(), header.sender, *bundle.roster, *bundle.pack))
    return fail(Code::open_originator);
  return Ok{};
}

Status check_grant(const ProvenBundle& bundle, const grant::HeldGrant& grant, const NoteHeader& header) {
  const GrantCore& core = grant.core();
  if (!party::valid_at(grant.authority(), *bundle.roster, header.sealed_at)) return fail(Code::open_grant_authority);
  const auto& bases = grant.authority().leaf().record.bases;
  if (!std::binary_search(bases.begin(), bases.end(), core.basis)) return fail(Code::open_grant_authority);
  if (core.required_suite != SuiteId::none && core.required_suite != header.suite) return fail(Code::open_grant_suite);
  if (header.basis != core.basis) return fail(Code::open_grant_basis);
  if (header.purpose == Purpose::none || !std::binary_search(core.purposes.begin(), core.purposes.end(), header.purpose))
    return fail(Code::open_purpose);
  const Party* sender = bundle.roster->party(header.sender);
  const Party* self = bundle.roster->party(bundle.knowledge.self());
  const Timestamp at = header.sealed_at;
  if (sender == nullptr || self == nullptr || !party::VerifiedRoster::agreement_holds(*sender, at) ||
      !party::VerifiedRoster::agreement_holds(*self, at))
    return fail(Code::open_agreement);
  return check_originator(bundle, grant, header);
}

// ---- 10: times, in this order, each its own code ----------------------------------------------------------------------

Status check_times(const GrantCore& core, const PackSchema& type, const NoteHeader& header, Timestamp now) {
  if (header.sealed_at < core.not_before || header.sealed_at < core.effective_at) return fail(Code::open_before_grant);
  if (header.sealed_at > core.not_after) return fail(Code::open_after_grant);
  if (header.expires_at > core.not_after) return fail(Code::open_expiry_beyond_grant);
  if (header.sealed_at > header.expires_at) return fail(Code::open_sealed_after_expiry);
  if (policy::outlives(type, header.sealed_at, header.expires_at)) return fail(Code::open_outlives_type);
  if (now > header.expires_at) return fail(Code::open_expired);
  return Ok{};
}

// ---- 11: status --------------------------------------------------------------------------------------------------------

Result<const ParsedStaple*> find_staple(const ProvenBundle& bundle, const GrantCore& core, const StatusHash& status) {
  bool damaged = false;
  for (const auto& staple : bundle.staples) {
    if (!staple.decoded) damaged = true;
    if (staple.decoded && staple.hash == status && staple.chunk == status_chunk_of(core.status_index)) return &staple;
  }
  // A staple of this list for another chunk proves nothing of this grant.
  for (const auto& staple : bundle.staples)
    if (staple.decoded && staple.hash == status) return fail(Code::open_staple_path);
  return fail(damaged ? Code::open_staple_malformed : Code::open_staple_missing);
}

Status check_state(const ParsedStaple& staple, const GrantCore& core, const StatusBody& body, Timestamp sealed_at) {
  const GrantState state = state_in_chunk(staple.staple.chunk, core.status_index);
  if (state == GrantState::revoked) return fail(Code::open_staple_revoked);
  if (state == GrantState::suspended) return fail(Code::open_staple_suspended);
  if (state != GrantState::active) return fail(Code::open_staple_reserved);
  if (body.issued_at > sealed_at + kClockSkew) return fail(Code::open_staple_future);
  if (sealed_at > body.next_update) return fail(Code::open_staple_expired);
  // Not written out here: g++ 12.2 folds this comparison, inlined behind the two above, to "always" (-O1 and up).
  if (grant::lives_too_long(body)) return fail(Code::open_staple_lifetime);
  return Ok{};
}

// The cut-offs this agency knows itself: a later version, its own newer lists, revoked keys of the sender's chain. The
// sender's log shows that a note is older than a cut-off. Who has a revoked key may still write into that log: then the
// witnesses must have signed before it was revoked.
Status check_cut_offs(const ProvenBundle& bundle, const grant::HeldGrant& grant, const NoteHeader& header,
                      const StatusBody& body, const LogCheck& log) {
  const Knowledge& knowledge = bundle.knowledge;
  if (knowledge.inactive_between(grant, body.issued_at, header.sealed_at)) return fail(Code::open_cut_off);
  const StatusKnowledge known = knowledge.status_of(grant);
  std::optional<Timestamp> cut;
  const auto consider = [&](const std::optional<Timestamp>& at) {
    if (at && *at <= bundle.now && (!cut || *at < *cut)) cut = at;
  };
  consider(known.next_version_from);
  consider(known.inactive_since);
  const auto newest = knowledge.newest_roster();
  std::optional<Timestamp> key_revoked;
  if (newest) key_revoked = party::revoked_from(*bundle.chain, *newest);
  consider(key_revoked);
  if (!cut) return Ok{};
  if (header.sealed_at >= *cut) return fail(Code::open_cut_off);
  const auto received = knowledge.received_at(bundle.envelope_hash);
  if (received && *received < *cut) return Ok{};
  const bool too_late = key_revoked && *key_revoked <= bundle.now && log.logged_by >= *key_revoked;
  return log.freshness == Freshness::verified && !too_late ? Status(Ok{}) : fail(Code::open_held);
}

Result<ByteView> check_status(ProvenBundle& bundle, const grant::HeldGrant& grant, const NoteHeader& header,
                              const LogCheck& log) {
  const GrantCore& core = grant.core();
  XCH_ASSIGN(const ParsedStaple* staple, find_staple(bundle, core, header.status));
  XCH_ASSIGN(const grant::VerifiedStaple proven,
             grant::verify_staple(staple->staple, core, grant.authority(), bundle.knowledge.staples()));
  XCH_TRY(check_state(*staple, core, proven.body, header.sealed_at));
  const auto held = bundle.knowledge.status_version(core.authority, core.status_list, proven.body.version);
  if (held && *held != proven.hash) return fail(Code::open_status_alarm);
  if (!held) bundle.learned.push_back(staple->bytes.copy());
  XCH_TRY(check_cut_offs(bundle, grant, header, proven.body, log));
  return staple->bytes;
}

// ---- 12: terms ---------------------------------------------------------------------------------------------------------

Status check_terms(const ProvenBundle& bundle, const ParsedView& parsed, const NoteSchema& schema,
                   const grant::HeldGrant& grant) {
  const PartyId self = bundle.knowledge.self();
  const Party* reader = bundle.roster->party(self);
  policy::Query query;
  query.basis = parsed.header.basis;
  query.purpose = parsed.header.purpose;
  query.reader_role = reader->role;
  query.reader_may_read = grant.may_read(self);
  query.sender_may_write = grant.may_write(parsed.header.sender);
  query.reader_is_sender = parsed.header.sender == self;
  query.part = parsed.header.part;
  const auto terms = policy::terms_of(*bundle.pack, schema, query);
  if (terms != parsed.terms.compartments) return fail(Code::open_terms);
  if (parsed.terms.notice != policy::notice_of(*bundle.pack, query.basis, terms)) return fail(Code::open_notice);
  const PackNotice* notice = policy::notice_row(*bundle.pack, parsed.terms.notice);
  if (notice == nullptr || notice->superseded) return fail(Code::open_notice);
  for (const auto obligation : parsed.terms.obligations)
    if (!policy::is_executable(*bundle.pack, obligation)) return fail(Code::open_obligation_unknown);
  if (parsed.terms.obligations != policy::obligations_of(*bundle.pack, query.basis, terms))
    return fail(Code::open_obligations);
  return Ok{};
}

// ---- 13: slots ---------------------------------------------------------------------------------------------------------

// A record's redactor is a seat of the sender or of our own agency; it names this header.
Result<std::vector<Redaction>> own_redactions(const ProvenBundle& bundle, const ParsedView& parsed) {
  std::vector<Redaction> out;
  for (const auto& bytes : parsed.view.redactions) {
    const auto record = wire::decode_signed(bytes);
    if (!record || record->kind != Kind::redaction) return fail(Code::open_redaction);
    auto body = wire::decode_redaction(record->body);
    if (!body || body->header != parsed.hash || body->redactor != record->signer) return fail(Code::open_redaction);
    const crypto::SignPublicKey* seat = bundle.knowledge.own_seat(record->signer);
    if (record->signer == bundle.chain->leaf().id) seat = &bundle.chain->leaf_key;
    if (seat == nullptr) return fail(Code::open_redaction);
    XCH_TRY(crypto::verify(*seat, record->signer, crypto::sign_label(Kind::redaction), record->body, record->signature,
                           Code::open_redaction));
    // Step 8 takes one key; records of one view that name two cannot both be true.
    if (!out.empty() && out.front().opened_under != body->opened_under) return fail(Code::open_redaction);
    out.push_back(std::move(*body));
  }
  return out;
}

struct Layout {
  std::vector<std::uint16_t> full;      // slots whose cell is here
  std::vector<Digest> ct_hashes;        // theirs
  std::vector<std::uint16_t> redacted;  // slots of the terms whose leaf stands instead
  std::vector<Digest> leaves;
};

Result<Layout> check_slots(const ParsedView& parsed, const NoteSchema& schema, const std::vector<Redaction>& redactions) {
  Layout out;
  std::vector<char> in_terms(parsed.view.slots.size(), false), redacted(parsed.view.slots.size(), false);
  for (const auto slot : slots_of_part(schema, parsed.header.part))
    in_terms[slot] = contains(parsed.terms.compartments, schema.slots[slot].compartment);
  for (const auto& record : redactions)
    for (const auto slot : record.slots) {
      if (slot >= redacted.size() || !in_terms[slot]) return fail(Code::open_redaction);
      redacted[slot] = true;
    }
  out.full.reserve(parsed.view.slots.size());
  out.ct_hashes.reserve(parsed.view.slots.size());
  out.leaves.reserve(parsed.view.slots.size());
  for (std::uint16_t i = 0; i < parsed.view.slots.size(); ++i) {
    const ByteView slot = parsed.view.slots[i];
    const bool is_leaf = slot.size() == kLeafSize;
    if (!is_leaf && !in_terms[i]) return fail(Code::open_cell_outside);
    if (is_leaf && in_terms[i] && !redacted[i]) return fail(Code::open_cell_withheld);
    if (!is_leaf && redacted[i]) return fail(Code::open_redaction);
    if (is_leaf) {
      Digest leaf;
      if (!leaf.copy_from(slot)) return fail(Code::open_slots_root);
      out.leaves.push_back(leaf);
      if (in_terms[i]) out.redacted.push_back(i);
      continue;
    }
    Digest commit;
    if (!commit.copy_from(slot.sub(0, kCommitSize))) return fail(Code::open_cell_length);
    out.full.push_back(i);
    out.ct_hashes.push_back(cell_ct_hash(slot.sub(kCommitSize)));
    out.leaves.push_back(cell_leaf(i, commit, out.ct_hashes.back()));
  }
  if (crypto::merkle_root(out.leaves) != parsed.view.slots_root) return fail(Code::open_slots_root);
  return out;
}

// ---- 14: wraps ---------------------------------------------------------------------------------------------------------

Result<std::map<Compartment, ByteView>> unwrap(ProvenBundle& bundle, const ParsedView& parsed,
                                               const grant::HeldGrant& grant, Derived& memory) {
  const auto& wraps = parsed.view.wraps;
  if (wraps.size() != parsed.terms.compartments.size()) return fail(Code::open_wraps);
  std::map<Compartment, ByteView> out;
  for (std::size_t i = 0; i < wraps.size(); ++i) {
    const auto& [k, sealed] = wraps[i];
    if (k != parsed.terms.compartments[i]) return fail(Code::open_wraps);
    if (sealed.size() != 32 + crypto::hpke_overhead(bundle.suite)) return fail(Code::open_wraps);
    const crypto::KemPrivateKey* key = grant.class_private_key(k);
    if (key == nullptr) return fail(Code::open_wrap);
    XCH_ASSIGN(MutableView secret, memory.take(32));
    const Digest bound = class_wrap_info(grant.hash(), parsed.header.sender, bundle.knowledge.self(), k,
                                         key->public_key().bytes());
    const Digest wrap_hash = crypto::sha256(sealed);
    if (!bundle.cache.find(bound, wrap_hash, secret)) {
      XCH_TRY(crypto::hpke_open(*key, class_wrap_hpke_info(bound), ByteView(), sealed, secret, Code::open_wrap));
      bundle.cache.keep(grant.hash(), k, bound, wrap_hash, secret);
    }
    out[k] = secret;
  }
  return out;
}

// ---- 15 and 16: cells and values -----------------------------------------------------------------------------------------

Result<OpenedCell> open_one(const ProvenBundle& bundle, const NoteCtx& ctx, const crypto::Expander& prk,
                            const SlotSpec& slot, ByteView cell, const Digest& ct_hash, Derived& memory) {
  if (cell.size() != cell_size(slot.size)) return fail(Code::open_cell_length);
  XCH_ASSIGN(MutableView salted, memory.take(kSaltSize + slot.size));
  XCH_TRY(open_cell(crypto::suite_info(bundle.suite).aead, ctx, prk, slot.index, cell, salted));
  const ByteView salt = ByteView(salted).sub(0, kSaltSize), plain = ByteView(salted).sub(kSaltSize);
  XCH_ASSIGN(const PlainValue value, read_plain(plain));
  // The cell key comes from the commitment as received; that the plaintext opens it is what makes two honest readers
  // see one value (S10).
  if (!crypto::equal_ct(cell_commit(ctx, slot.index, salt, plain), cell.sub(0, kCommitSize)))
    return fail(Code::open_cell_commitment);
  OpenedCell out;
  out.slot = slot.index;
  out.present = value.present;
  out.value = value.value;
  out.salt = salt;
  out.plain = plain;
  out.ct_hash = ct_hash;
  return out;
}

Status check_values(const ProvenBundle& bundle, const wire::NoteType& type, const std::vector<OpenedCell>& cells,
                    Derived& memory) {
  const NoteSchema& schema = type.schema();
  std::vector<HeldSlot> held;
  held.reserve(cells.size());
  std::map<std::uint16_t, unsigned> members;
  for (const auto& cell : cells) {
    const SlotSpec& slot = schema.slots[cell.slot];
    if (cell.present) XCH_TRY(wire::check_value(type, slot, cell.value, memory));
    if (cell.present && slot.union_id != 0 && slot.full_slot == slot.index && ++members[slot.union_id] > 1)
      return fail(Code::open_value_type);
    held.push_back({cell.slot, cell.present, cell.value});
  }
  return check_forms(*bundle.pack, schema, held, memory);
}

Result<std::vector<OpenedCell>> open_cells(const ProvenBundle& bundle, const ParsedView& parsed, const NoteSchema& schema,
                                           const Layout& layout, const std::map<Compartment, ByteView>& secrets,
                                           Derived& memory) {
  const NoteCtx ctx = note_ctx(parsed.view.core);
  std::map<Compartment, crypto::Expander> prks;
  for (const auto& [k, secret] : secrets)
    prks.emplace(k, crypto::Expander(compartment_prk(ctx, parsed.view.note_secret, secret, k)));
  std::vector<OpenedCell> out;
  out.reserve(layout.full.size());
  for (std::size_t n = 0; n < layout.full.size(); ++n) {
    const auto i = layout.full[n];
    const SlotSpec& slot = schema.slots[i];
    XCH_ASSIGN(OpenedCell cell, open_one(bundle, ctx, prks.at(slot.compartment), slot, parsed.view.slots[i],
                                         layout.ct_hashes[n], memory));
    out.push_back(std::move(cell));
  }
  return out;
}

}  // namespace

Result<Opened> open_view(ProvenBundle& bundle, const ParsedView& parsed, Derived& memory) {
  XCH_ASSIGN(const KnownType known, check_header(bundle, parsed));                              // 7
  const wire::NoteType* type = known.type;
  const NoteSchema* schema = &type->schema();
  XCH_ASSIGN(const bool repeat, look_up_replay(bundle, parsed));
  XCH_ASSIGN(const std::vector<Redaction> redactions, own_redactions(bundle, parsed));
  XCH_ASSIGN(const Recipient recipient, check_recipient(bundle, parsed, redactions));           // 8
  const auto grant = bundle.knowledge.held_grant(parsed.header.grant);                          // 9
  if (!grant) return fail(Code::open_grant_unknown);
  XCH_TRY(check_grant(bundle, *grant, parsed.header));
  XCH_TRY(check_times(grant->core(), *known.row, parsed.header, bundle.now));                   // 10
  const LogCheck log = bundle.knowledge.log_check(ByteView(), parsed.hash, parsed.header);      // 11
  if (log.freshness == Freshness::contradicted) return fail(Code::open_contradicted);
  XCH_ASSIGN(const ByteView staple, check_status(bundle, *grant, parsed.header, log));
  XCH_TRY(check_terms(bundle, parsed, *schema, *grant));                                        // 12
  XCH_ASSIGN(const Layout layout, check_slots(parsed, *schema, redactions));                    // 13
  XCH_ASSIGN(const auto secrets, unwrap(bundle, parsed, *grant, memory));                       // 14
  XCH_ASSIGN(std::vector<OpenedCell> cells, open_cells(bundle, parsed, *schema, layout, secrets, memory));  // 15
  XCH_TRY(check_values(bundle, *type, cells, memory));                                          // 16

  Opened out;
  out.header_hash = parsed.hash;
  out.header = parsed.header;
  out.core = parsed.view.core.copy();
  out.type = type;
  out.schema = schema;
  out.terms = parsed.terms;
  out.grant = grant;
  out.cells = std::move(cells);
  out.redacted = layout.redacted;
  out.repeat = repeat;
  out.freshness = log.freshness;
  out.opened_under = recipient.key.id;
  out.terms_digest = recipient.terms;
  out.slots_root = parsed.view.slots_root;
  out.batch_root = bundle.batch_root;
  out.batch_signature = bundle.signature.copy();
  out.batch_position = parsed.view.batch_position;
  out.batch_path.assign(parsed.view.batch_path.begin(), parsed.view.batch_path.end());
  for (const auto& key : bundle.chain->keys) out.sender_chain.push_back(key.signed_record);
  out.recipient_salt = parsed.view.recipient_salt;
  out.terms_salt = parsed.view.terms_salt;
  out.recipient_position = parsed.view.recipient_position;
  out.recipient_path.assign(parsed.view.recipient_path.begin(), parsed.view.recipient_path.end());
  out.leaves = layout.leaves;
  out.staple = staple.copy();
  return out;
}

}  // namespace xch::message
