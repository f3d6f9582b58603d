// Grants, grant views, sealed objects and the status list.
#include <algorithm>

#include "wire/records.hpp"
#include "wire/records_fields.hpp"

namespace xch::wire {

// ---- GrantCore -----------------------------------------------------------------------------------------------------

Bytes encode(const GrantCore& value) {
  canonical::Builder message;
  auto root = message.initRoot<rec::GrantCore>();
  root.setVersion(kRecordVersion);
  root.setBasis(number(value.basis));
  root.setRequiredSuite(number(value.required_suite));
  root.setRelease(number(value.release));
  root.setGrantVersion(value.version);
  root.setStatusIndex(value.status_index);
  root.setCoalition(blob(value.coalition));
  root.setGrantId(blob(value.grant_id));
  root.setAuthority(blob(value.authority));
  root.setEffectiveAt(value.effective_at.seconds);
  root.setNotBefore(value.not_before.seconds);
  root.setNotAfter(value.not_after.seconds);
  put_codes(value.purposes, [&](unsigned n) { return root.initPurposes(n); });
  root.setStatusList(blob(value.status_list));
  root.setPolicyPack(blob(value.policy_pack));
  root.setSubjectCommit(blob(value.subject_commit));
  root.setEvidenceCommit(blob(value.evidence_commit));
  root.setPrevious(blob(value.previous));
  root.setLeafCount(value.leaf_count);
  root.setEntriesRoot(blob(value.entries_root));
  return canonical::to_bytes(message);
}

static Status get_grant_core(rec::GrantCore::Reader from, GrantCore& to) {
  XCH_TRY(is_this_version(from.getVersion()));
  XCH_TRY(read_code(from.getBasis(), to.basis));
  XCH_TRY(read_code_or_none(from.getRequiredSuite(), to.required_suite));
  XCH_TRY(read_code(from.getRelease(), to.release));
  to.version = from.getGrantVersion();
  to.status_index = from.getStatusIndex();
  XCH_TRY(read_fixed(from.getCoalition(), to.coalition));
  XCH_TRY(read_fixed(from.getGrantId(), to.grant_id));
  XCH_TRY(read_fixed(from.getAuthority(), to.authority));
  to.effective_at.seconds = from.getEffectiveAt();
  to.not_before.seconds = from.getNotBefore();
  to.not_after.seconds = from.getNotAfter();
  XCH_TRY(read_codes(from.getPurposes(), kMaxPurposes, to.purposes));
  XCH_TRY(read_fixed(from.getStatusList(), to.status_list));
  XCH_TRY(read_fixed(from.getPolicyPack(), to.policy_pack));
  XCH_TRY(read_fixed(from.getSubjectCommit(), to.subject_commit));
  XCH_TRY(read_fixed(from.getEvidenceCommit(), to.evidence_commit));
  XCH_TRY(read_fixed(from.getPrevious(), to.previous));
  to.leaf_count = from.getLeafCount();
  return read_fixed(from.getEntriesRoot(), to.entries_root);
}

Result<GrantCore> decode_grant_core(ByteView bytes) {
  return canonical::read<rec::GrantCore, GrantCore>(bytes, get_grant_core,
                                                    [](const GrantCore& v) { return encode(v); });
}

// ---- GrantEntry: u16 index || salt[32] || agency[16] || u16 compartment || u8 rights || v16(class_pk) ----------------

Bytes encode_entry(const GrantEntry& value) {
  ByteWriter out;
  out.u16(value.index).raw(value.salt.view()).raw(value.agency.view()).u16(value.compartment.value);
  out.u8(static_cast<std::uint8_t>(value.rights)).v16(value.class_pk);
  return std::move(out).take();
}

Result<GrantEntry> decode_entry(ByteView bytes) {
  constexpr std::size_t kSalt = 2, kAgency = kSalt + 32, kCompartment = kAgency + 16, kRights = kCompartment + 2,
                        kKeySize = kRights + 1, kKey = kKeySize + 2;
  if (bytes.size() < kKey) return fail(Code::record_malformed);
  GrantEntry value;
  value.index = load_u16(bytes.data());
  std::copy_n(bytes.begin() + kSalt, value.salt.bytes.size(), value.salt.bytes.begin());
  std::copy_n(bytes.begin() + kAgency, value.agency.bytes.size(), value.agency.bytes.begin());
  XCH_TRY(read_code(load_u16(bytes.data() + kCompartment), value.compartment));
  XCH_TRY(read_small(bytes[kRights], Rights::read, Rights::both, value.rights));
  const ByteView key = bytes.sub(kKey);
  if (key.size() != load_u16(bytes.data() + kKeySize)) return fail(Code::record_malformed);
  // "v16(class_pk, empty if no read right)"
  if (!may_read(value.rights)) {
    if (!key.empty()) return fail(Code::record_malformed);
    return value;
  }
  XCH_TRY(read_public_key(blob(key), value.class_pk));
  return value;
}

// ---- GrantView -----------------------------------------------------------------------------------------------------

namespace canonical {
/// A view holds consent keys and may hold the subject's record.
template <>
void forget<GrantView>(GrantView& value) {
  for (auto& key : value.class_keys) wipe_bytes(key.secret);
  wipe_bytes(value.subject_record);
}
}  // namespace canonical

void put_entries(const std::vector<ProvenEntry>& from, capnp::List<rec::ProvenEntry>::Builder to) {
  for (unsigned i = 0; i < to.size(); ++i) {
    to[i].setEntry(blob(encode_entry(from[i].entry)));
    if (!from[i].path.empty()) to[i].setPath(blob(join(from[i].path)));
  }
}

Bytes encode(const GrantView& value) {
  canonical::Builder message;
  auto root = message.initRoot<rec::GrantView>();
  root.setVersion(kRecordVersion);
  root.setAgency(blob(value.agency));
  root.setEncryptionKey(blob(value.encryption_key));
  put(root.initCore(), value.core);
  if (!value.own.empty()) put_entries(value.own, root.initOwn(static_cast<unsigned>(value.own.size())));
  if (!value.edges.empty()) put_entries(value.edges, root.initEdges(static_cast<unsigned>(value.edges.size())));
  put_list(value.class_keys, [&](unsigned n) { return root.initClassKeys(n); },
           [](rec::ClassKey::Builder b, const ClassKey& v) {
             b.setCompartment(v.compartment.value);
             b.setSecret(blob(v.secret));
           });
  root.setPseudonym(blob(value.pseudonym));
  if (!value.subject_record.empty()) {
    root.setSubjectRecord(blob(value.subject_record));
    root.setSubjectSalt(blob(value.subject_salt));
  }
  put_list(value.externals, [&](unsigned n) { return root.initExternals(n); }, put_external);
  return canonical::to_bytes(message);
}

static Status get_entry(rec::ProvenEntry::Reader from, ProvenEntry& to) {
  XCH_ASSIGN(to.entry, decode_entry(view(from.getEntry())));
  return read_digests(from.getPath(), kMaxEntryPath, to.path);
}

Status get_entries(capnp::List<rec::ProvenEntry>::Reader from, std::vector<ProvenEntry>& to) {
  XCH_TRY(read_list<rec::ProvenEntry>(from, kMaxGrantEntries, to, get_entry));
  if (!strictly_ascending(to, [](const ProvenEntry& e) { return e.entry.index; })) return fail(Code::record_malformed);
  return Ok{};
}

void put_external(rec::ExternalRecipient::Builder to, const ExternalRecipient& from) {
  to.setId(blob(from.id));
  to.setName(text(from.name));
  to.setUntil(from.until.seconds);
}

Status get_external(rec::ExternalRecipient::Reader from, ExternalRecipient& to) {
  XCH_TRY(read_fixed(from.getId(), to.id));
  XCH_TRY(read_text(from.getName(), kMaxExternalName, to.name));
  if (to.name.empty() || !is_one_line(to.name)) return fail(Code::record_malformed);
  to.until.seconds = from.getUntil();
  return Ok{};
}

static Status get_class_key(rec::ClassKey::Reader from, ClassKey& to) {
  XCH_TRY(read_code(from.getCompartment(), to.compartment));
  return read_bytes(from.getSecret(), 32, 32, to.secret);
}

static Status get_grant_view(rec::GrantView::Reader from, GrantView& to) {
  XCH_TRY(is_this_version(from.getVersion()));
  XCH_TRY(read_fixed(from.getAgency(), to.agency));
  XCH_TRY(read_fixed(from.getEncryptionKey(), to.encryption_key));
  XCH_TRY(get_inner(from.getCore(), to.core));
  XCH_TRY(get_entries(from.getOwn(), to.own));
  XCH_TRY(get_entries(from.getEdges(), to.edges));
  if (to.own.size() + to.edges.size() > kMaxGrantEntries) return fail(Code::record_limit);
  XCH_TRY(read_list<rec::ClassKey>(from.getClassKeys(), kMaxCompartments, to.class_keys, get_class_key));
  if (!strictly_ascending(to.class_keys, [](const ClassKey& k) { return k.compartment; }))
    return fail(Code::record_malformed);
  XCH_TRY(read_fixed(from.getPseudonym(), to.pseudonym));
  XCH_TRY(read_list<rec::ExternalRecipient>(from.getExternals(), kMaxExternals, to.externals, get_external));
  if (!strictly_ascending(to.externals, [](const ExternalRecipient& e) { return e.id; }))
    return fail(Code::record_malformed);
  XCH_TRY(read_bytes(from.getSubjectRecord(), 0, kMaxSubjectRecord, to.subject_record));
  // The salt stands beside the record and nowhere else.
  if (to.subject_record.empty()) return from.hasSubjectSalt() ? fail(Code::record_malformed) : Status(Ok{});
  return read_fixed(from.getSubjectSalt(), to.subject_salt);
}

Result<GrantView> decode_grant_view(ByteView bytes) {
  return canonical::read<rec::GrantView, GrantView>(bytes, get_grant_view,
                                                    [](const GrantView& v) { return encode(v); });
}

// ---- SealedObject --------------------------------------------------------------------------------------------------

namespace canonical {
/// The object inside may be a grant view or a presentation.
template <>
void forget<SealedObject>(SealedObject& value) {
  wipe_bytes(value.object.body);
}
}  // namespace canonical

Bytes encode(const SealedObject& value) {
  canonical::Builder message;
  auto root = message.initRoot<rec::SealedObject>();
  put_list(value.chain, [&](unsigned n) { return root.initChain(n); },
           [](rec::Signed::Builder b, const Signed& v) { put(b, v); });
  put(root.initObject(), value.object);
  return canonical::to_bytes(message);
}

static Status get_sealed_object(rec::SealedObject::Reader from, SealedObject& to) {
  XCH_TRY(get_chain(from.getChain(), to.chain));
  return get_inner(from.getObject(), to.object);
}

Result<SealedObject> decode_sealed_object(ByteView bytes) {
  return canonical::read<rec::SealedObject, SealedObject>(bytes, get_sealed_object,
                                                          [](const SealedObject& v) { return encode(v); });
}

// ---- status list ---------------------------------------------------------------------------------------------------

Bytes encode(const StatusBody& value) {
  canonical::Builder message;
  auto root = message.initRoot<rec::StatusBody>();
  root.setVersion(kRecordVersion);
  root.setListVersion(value.version);
  root.setAuthority(blob(value.authority));
  root.setList(blob(value.list));
  root.setIssuedAt(value.issued_at.seconds);
  root.setNextUpdate(value.next_update.seconds);
  root.setChunkCount(value.chunk_count);
  root.setRoot(blob(value.root));
  return canonical::to_bytes(message);
}

static Status get_status_body(rec::StatusBody::Reader from, StatusBody& to) {
  XCH_TRY(is_this_version(from.getVersion()));
  to.version = from.getListVersion();
  XCH_TRY(read_fixed(from.getAuthority(), to.authority));
  XCH_TRY(read_fixed(from.getList(), to.list));
  to.issued_at.seconds = from.getIssuedAt();
  to.next_update.seconds = from.getNextUpdate();
  to.chunk_count = from.getChunkCount();
  if (to.chunk_count > kMaxStatusChunks) return fail(Code::record_limit);
  return read_fixed(from.getRoot(), to.root);
}

Result<StatusBody> decode_status_body(ByteView bytes) {
  return canonical::read<rec::StatusBody, StatusBody>(bytes, get_status_body,
                                                      [](const StatusBody& v) { return encode(v); });
}

Bytes encode(const StatusList& value) {
  canonical::Builder message;
  auto root = message.initRoot<rec::StatusList>();
  put_list(value.chain, [&](unsigned n) { return root.initChain(n); },
           [](rec::Signed::Builder b, const Signed& v) { put(b, v); });
  put(root.initSignedBody(), value.signed_body);
  if (!value.chunks.empty()) root.setChunks(blob(value.chunks));
  return canonical::to_bytes(message);
}

static Status get_status_list(rec::StatusList::Reader from, StatusList& to) {
  XCH_TRY(get_chain(from.getChain(), to.chain));
  XCH_TRY(get_inner(from.getSignedBody(), to.signed_body));
  XCH_TRY(read_bytes(from.getChunks(), 0, kMaxStatusChunks * kStatusChunk, to.chunks));
  if (to.chunks.size() % kStatusChunk != 0) return fail(Code::record_malformed);
  return Ok{};
}

Result<StatusList> decode_status_list(ByteView bytes) {
  return canonical::read<rec::StatusList, StatusList>(bytes, get_status_list,
                                                      [](const StatusList& v) { return encode(v); });
}

Bytes encode(const Staple& value) {
  canonical::Builder message;
  auto root = message.initRoot<rec::Staple>();
  put(root.initSignedBody(), value.signed_body);
  root.setChunkIndex(value.chunk_index);
  root.setChunk(blob(value.chunk));
  if (!value.path.empty()) root.setPath(blob(join(value.path)));
  return canonical::to_bytes(message);
}

static Status get_staple(rec::Staple::Reader from, Staple& to) {
  XCH_TRY(get_inner(from.getSignedBody(), to.signed_body));
  to.chunk_index = from.getChunkIndex();
  if (to.chunk_index >= kMaxStatusChunks) return fail(Code::record_limit);
  XCH_TRY(read_bytes(from.getChunk(), kStatusChunk, kStatusChunk, to.chunk));
  return read_digests(from.getPath(), kMaxStaplePath, to.path);
}

Result<Staple> decode_staple(ByteView bytes) {
  return canonical::read<rec::Staple, Staple>(bytes, get_staple, [](const Staple& v) { return encode(v); });
}

}  // namespace xch::wire
