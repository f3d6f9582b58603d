// The members of every record that travels, so that an edit can choose one. A member that is not here is only never
// edited.
#pragma once

#include <utility>

#include "model/grant.hpp"
#include "model/note.hpp"
#include "model/object.hpp"
#include "model/pack.hpp"
#include "model/party.hpp"

namespace xch::fuzz {

template <class F, class... Member>
void each(F& f, Member&... member) {
  (f(member), ...);
}

#define XCH_MEMBERS(Record, ...)     \
  template <class F>                 \
  void members(Record& v, F f) {     \
    each(f, __VA_ARGS__);            \
  }

XCH_MEMBERS(Timestamp, v.seconds)
XCH_MEMBERS(Compartment, v.value)
using NamedWrap = std::pair<Compartment, Bytes>;
XCH_MEMBERS(NamedWrap, v.first, v.second)

// Parties.
XCH_MEMBERS(Signed, v.kind, v.body, v.signer, v.signature)
XCH_MEMBERS(KeyRecord, v.kind, v.suite, v.coalition, v.subject, v.serial, v.not_before, v.not_after, v.parent, v.public_key, v.bases)
XCH_MEMBERS(RevokedKey, v.key, v.revoked_at)
XCH_MEMBERS(Party, v.id, v.name, v.kind, v.role, v.ori, v.agreement_id, v.agreement_not_before, v.agreement_not_after, v.keys)
XCH_MEMBERS(RootKey, v.public_key)
XCH_MEMBERS(Roster, v.coalition, v.version, v.previous, v.suite, v.policy_pack, v.issued, v.expires, v.threshold, v.roots, v.revoked, v.parties)
XCH_MEMBERS(RootSignature, v.root_index, v.signature)
XCH_MEMBERS(SignedRoster, v.body, v.signatures)

// Grants.
XCH_MEMBERS(GrantCore, v.coalition, v.grant_id, v.authority, v.version, v.effective_at, v.required_suite, v.basis, v.purposes,
            v.not_before, v.not_after, v.release, v.status_list, v.status_index, v.policy_pack, v.subject_commit,
            v.evidence_commit, v.previous, v.leaf_count, v.entries_root)
XCH_MEMBERS(GrantEntry, v.index, v.salt, v.agency, v.compartment, v.rights, v.class_pk)
XCH_MEMBERS(ProvenEntry, v.entry, v.path)
XCH_MEMBERS(ClassKey, v.compartment, v.secret)
XCH_MEMBERS(ExternalRecipient, v.id, v.name, v.until)
XCH_MEMBERS(GrantView, v.agency, v.encryption_key, v.core, v.own, v.edges, v.class_keys, v.pseudonym, v.subject_record, v.subject_salt,
            v.externals)
XCH_MEMBERS(SealedObject, v.chain, v.object)
XCH_MEMBERS(StatusBody, v.authority, v.list, v.version, v.issued_at, v.next_update, v.chunk_count, v.root)
XCH_MEMBERS(StatusList, v.chain, v.signed_body, v.chunks)
XCH_MEMBERS(Staple, v.signed_body, v.chunk_index, v.chunk, v.path)

// Notes and what is made of them.
XCH_MEMBERS(RecipientTerms, v.compartments, v.notice, v.obligations, v.thread_prev)
XCH_MEMBERS(LogReference, v.origin, v.size, v.root)
XCH_MEMBERS(NoteHeader, v.suite, v.coalition, v.note_id, v.schema_id, v.schema_digest, v.part, v.policy_pack, v.sender,
            v.sender_key, v.grant, v.status, v.basis, v.purpose, v.sealed_at, v.expires_at, v.recipients_root,
            v.checkpoint, v.slot_count)
XCH_MEMBERS(Redaction, v.header, v.slots, v.reason, v.time, v.redactor, v.opened_under)
XCH_MEMBERS(DisclosedSlot, v.index, v.salt, v.plain, v.ct_hash, v.path)
XCH_MEMBERS(Presentation, v.core, v.slots_root, v.batch_root, v.batch_signature, v.batch_position, v.batch_path,
            v.sender_chain, v.slots, v.role, v.recipient_salt, v.terms_digest, v.recipient_key, v.recipient_position,
            v.recipient_path, v.redisclosing_grant, v.audience, v.audience_key, v.nonce, v.time, v.purpose, v.notice,
            v.presenter_key)
XCH_MEMBERS(DisclosedField, v.slot, v.value)
XCH_MEMBERS(OneShot, v.id, v.coalition, v.sender, v.to, v.key, v.sealed_at, v.expires_at, v.basis, v.purpose, v.status, v.grant,
            v.authority, v.entries, v.notice, v.notice_text, v.obligations, v.schema_id, v.schema_digest, v.fields)

// The policy pack.
XCH_MEMBERS(PackClass, v.field_class, v.title, v.part2, v.isolate, v.coarsest, v.obligations)
XCH_MEMBERS(PackCell, v.basis, v.purpose, v.role, v.field_class, v.effect, v.form, v.tick, v.relation, v.reason)
XCH_MEMBERS(PackSigning, v.jurisdiction, v.minor_alone_from, v.undated_days, v.citation)
XCH_MEMBERS(PackBasis, v.basis, v.title, v.citation, v.part2, v.purposes, v.authorities, v.readers, v.pending_revocation,
            v.max_days, v.default_days, v.notice, v.obligations, v.may_present, v.elements, v.disclosers,
            v.reader_kinds, v.signing)
XCH_MEMBERS(PackOriginatorRow, v.purpose, v.field_class, v.readers)
XCH_MEMBERS(PackOriginator, v.kinds, v.own, v.rows, v.max_days)
XCH_MEMBERS(PackMap, v.schema, v.path, v.form, v.to)
XCH_MEMBERS(PackForm, v.form, v.function, v.min_preimages)
XCH_MEMBERS(PackNotice, v.notice, v.superseded, v.text_hash, v.text)
XCH_MEMBERS(PackSchema, v.name, v.type_id, v.digest, v.max_hours)
XCH_MEMBERS(PackEdge, v.schema, v.from, v.to)
XCH_MEMBERS(PolicyPack, v.name, v.pack_version, v.classes, v.cells, v.bases, v.originator, v.forms, v.maps, v.notices,
            v.schemas, v.edges, v.executable, v.grant_leaves, v.grant_view_size, v.intake_days, v.retention_days,
            v.note_days, v.zone)

#undef XCH_MEMBERS

}  // namespace xch::fuzz
