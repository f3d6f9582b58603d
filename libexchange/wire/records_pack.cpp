// The policy pack.
#include "wire/records.hpp"
#include "wire/records_fields.hpp"

#include <tuple>

namespace xch::wire {
namespace {

// ---- writing -------------------------------------------------------------------------------------------------------

void put(rec::PackClass::Builder to, const PackClass& from) {
  to.setFieldClass(number(from.field_class));
  to.setCoarsest(number(from.coarsest));
  to.setPart2(from.part2);
  to.setIsolate(from.isolate);
  if (!from.title.empty()) to.setTitle(text(from.title));
  put_codes(from.obligations, [&](unsigned n) { return to.initObligations(n); });
}

void put(rec::PackCell::Builder to, const PackCell& from) {
  to.setBasis(number(from.basis));
  to.setPurpose(number(from.purpose));
  to.setRole(number(from.role));
  to.setFieldClass(number(from.field_class));
  to.setForm(number(from.form));
  to.setEffect(static_cast<std::uint8_t>(from.effect));
  to.setRelation(static_cast<std::uint8_t>(from.relation));
  to.setTick(from.tick);
  if (!from.reason.empty()) to.setReason(text(from.reason));
}

void put(rec::PackSigning::Builder to, const PackSigning& from) {
  to.setMinorAloneFrom(from.minor_alone_from);
  to.setUndatedDays(from.undated_days);
  if (!from.jurisdiction.empty()) to.setJurisdiction(text(from.jurisdiction));
  if (!from.citation.empty()) to.setCitation(text(from.citation));
}

void put(rec::PackBasis::Builder to, const PackBasis& from) {
  to.setBasis(number(from.basis));
  to.setNotice(number(from.notice));
  to.setMaxDays(from.max_days);
  to.setDefaultDays(from.default_days);
  to.setPart2(from.part2);
  to.setPendingRevocation(from.pending_revocation);
  if (!from.title.empty()) to.setTitle(text(from.title));
  if (!from.citation.empty()) to.setCitation(text(from.citation));
  put_codes(from.purposes, [&](unsigned n) { return to.initPurposes(n); });
  put_codes(from.authorities, [&](unsigned n) { return to.initAuthorities(n); });
  put_codes(from.readers, [&](unsigned n) { return to.initReaders(n); });
  put_codes(from.obligations, [&](unsigned n) { return to.initObligations(n); });
  put_codes(from.may_present, [&](unsigned n) { return to.initMayPresent(n); });
  put_codes(from.disclosers, [&](unsigned n) { return to.initDisclosers(n); });
  put_codes(from.reader_kinds, [&](unsigned n) { return to.initReaderKinds(n); });
  put_list(from.signing, [&](unsigned n) { return to.initSigning(n); },
           [](rec::PackSigning::Builder b, const PackSigning& v) { put(b, v); });
  if (from.elements.empty()) return;
  auto elements = to.initElements(static_cast<unsigned>(from.elements.size()));
  for (unsigned i = 0; i < elements.size(); ++i) elements.set(i, text(from.elements[i]));
}

void put(rec::PackOriginatorRow::Builder to, const PackOriginatorRow& from) {
  to.setPurpose(number(from.purpose));
  to.setFieldClass(number(from.field_class));
  put_codes(from.readers, [&](unsigned n) { return to.initReaders(n); });
}

void put(rec::PackOriginator::Builder to, const PackOriginator& from) {
  to.setMaxDays(from.max_days);
  put_codes(from.kinds, [&](unsigned n) { return to.initKinds(n); });
  put_codes(from.own, [&](unsigned n) { return to.initOwn(n); });
  put_list(from.rows, [&](unsigned n) { return to.initRows(n); },
           [](rec::PackOriginatorRow::Builder b, const PackOriginatorRow& v) { put(b, v); });
}

void put(rec::PackForm::Builder to, const PackForm& from) {
  to.setForm(number(from.form));
  to.setMinPreimages(from.min_preimages);
  if (!from.function.empty()) to.setFunction(text(from.function));
}

void put(rec::PackMap::Builder to, const PackMap& from) {
  to.setForm(number(from.form));
  if (!from.schema.empty()) to.setSchema(text(from.schema));
  if (!from.path.empty()) to.setPath(text(from.path));
  put_numbers(from.to, [&](unsigned n) { return to.initTo(n); });
}

void put(rec::PackNotice::Builder to, const PackNotice& from) {
  to.setNotice(number(from.notice));
  to.setSuperseded(from.superseded);
  to.setTextHash(blob(from.text_hash));
  if (!from.text.empty()) to.setText(text(from.text));
}

void put(rec::PackSchema::Builder to, const PackSchema& from) {
  to.setTypeId(from.type_id);
  if (!from.name.empty()) to.setName(text(from.name));
  to.setDigest(blob(from.digest));
  to.setMaxHours(from.max_hours);
}

void put(rec::PackEdge::Builder to, const PackEdge& from) {
  if (!from.schema.empty()) to.setSchema(text(from.schema));
  put_codes(from.from, [&](unsigned n) { return to.initFrom(n); });
  put_codes(from.to, [&](unsigned n) { return to.initTo(n); });
}

// ---- reading -------------------------------------------------------------------------------------------------------

Status get_class(rec::PackClass::Reader from, PackClass& to) {
  XCH_TRY(read_code(from.getFieldClass(), to.field_class));
  XCH_TRY(read_code(from.getCoarsest(), to.coarsest));
  to.part2 = from.getPart2();
  to.isolate = from.getIsolate();
  XCH_TRY(read_text(from.getTitle(), kMaxName, to.title));
  return read_codes(from.getObligations(), kMaxObligations, to.obligations);
}

Status get_cell(rec::PackCell::Reader from, PackCell& to) {
  XCH_TRY(read_code(from.getBasis(), to.basis));
  XCH_TRY(read_code(from.getPurpose(), to.purpose));
  XCH_TRY(read_code(from.getRole(), to.role));
  XCH_TRY(read_code(from.getFieldClass(), to.field_class));
  XCH_TRY(read_code(from.getForm(), to.form));
  XCH_TRY(read_small(from.getEffect(), Effect::deny, Effect::mask, to.effect));
  XCH_TRY(read_small(from.getRelation(), Relation::any, Relation::author, to.relation));
  to.tick = from.getTick();
  return read_text(from.getReason(), kMaxPackText, to.reason);
}

Status get_signing(rec::PackSigning::Reader from, PackSigning& to) {
  to.minor_alone_from = from.getMinorAloneFrom();
  to.undated_days = from.getUndatedDays();
  XCH_TRY(read_text(from.getJurisdiction(), kMaxName, to.jurisdiction));
  return read_text(from.getCitation(), kMaxName, to.citation);
}

Status get_basis(rec::PackBasis::Reader from, PackBasis& to) {
  XCH_TRY(read_code(from.getBasis(), to.basis));
  XCH_TRY(read_code_or_none(from.getNotice(), to.notice));
  to.max_days = from.getMaxDays();
  to.default_days = from.getDefaultDays();
  to.part2 = from.getPart2();
  to.pending_revocation = from.getPendingRevocation();
  XCH_TRY(read_text(from.getTitle(), kMaxName, to.title));
  XCH_TRY(read_text(from.getCitation(), kMaxName, to.citation));
  XCH_TRY(read_codes(from.getPurposes(), kMaxPurposes, to.purposes));
  XCH_TRY(read_codes(from.getAuthorities(), kMaxPackKinds, to.authorities));
  XCH_TRY(read_codes(from.getReaders(), kMaxPackRoles, to.readers));
  XCH_TRY(read_codes(from.getObligations(), kMaxObligations, to.obligations));
  XCH_TRY(read_codes(from.getMayPresent(), kMaxPackKinds, to.may_present));
  XCH_TRY(read_codes(from.getDisclosers(), kMaxPackKinds, to.disclosers));
  XCH_TRY(read_codes(from.getReaderKinds(), kMaxPackKinds, to.reader_kinds));
  XCH_TRY(read_list<rec::PackSigning>(from.getSigning(), kMaxPackSigning, to.signing, get_signing));
  if (!strictly_ascending(to.signing, [](const PackSigning& v) { return std::string_view(v.jurisdiction); }))
    return fail(Code::record_malformed);
  const auto elements = from.getElements();
  if (elements.size() > kMaxPackElements) return fail(Code::record_limit);
  to.elements.resize(elements.size());
  for (unsigned i = 0; i < elements.size(); ++i) XCH_TRY(read_text(elements[i], kMaxName, to.elements[i]));
  return Ok{};
}

Status get_originator_row(rec::PackOriginatorRow::Reader from, PackOriginatorRow& to) {
  XCH_TRY(read_code(from.getPurpose(), to.purpose));
  XCH_TRY(read_code(from.getFieldClass(), to.field_class));
  return read_codes(from.getReaders(), kMaxPackRoles, to.readers);
}

Status get_originator(rec::PackOriginator::Reader from, PackOriginator& to) {
  XCH_TRY(canonical::fits<rec::PackOriginator>(from));
  to.max_days = from.getMaxDays();
  XCH_TRY(read_codes(from.getKinds(), kMaxPackKinds, to.kinds));
  XCH_TRY(read_codes(from.getOwn(), kMaxPackClasses, to.own));
  return read_list<rec::PackOriginatorRow>(from.getRows(), kMaxPackOriginatorRows, to.rows, get_originator_row);
}

Status get_form(rec::PackForm::Reader from, PackForm& to) {
  XCH_TRY(read_code(from.getForm(), to.form));
  to.min_preimages = from.getMinPreimages();
  return read_text(from.getFunction(), kMaxName, to.function);
}

Status get_map(rec::PackMap::Reader from, PackMap& to) {
  XCH_TRY(read_code(from.getForm(), to.form));
  XCH_TRY(read_text(from.getSchema(), kMaxName, to.schema));
  XCH_TRY(read_text(from.getPath(), kMaxName, to.path));
  return read_numbers(from.getTo(), kMaxPackMapCodes, to.to);
}

Status get_notice(rec::PackNotice::Reader from, PackNotice& to) {
  XCH_TRY(read_code(from.getNotice(), to.notice));
  to.superseded = from.getSuperseded();
  XCH_TRY(read_fixed(from.getTextHash(), to.text_hash));
  return read_text(from.getText(), kMaxPackText, to.text);
}

Status get_schema(rec::PackSchema::Reader from, PackSchema& to) {
  to.type_id = from.getTypeId();
  to.max_hours = from.getMaxHours();
  XCH_TRY(read_text(from.getName(), kMaxName, to.name));
  return read_fixed(from.getDigest(), to.digest);
}

Status get_edge(rec::PackEdge::Reader from, PackEdge& to) {
  XCH_TRY(read_text(from.getSchema(), kMaxName, to.schema));
  XCH_TRY(read_codes(from.getFrom(), kMaxPackRoles, to.from));
  return read_codes(from.getTo(), kMaxPackRoles, to.to);
}

/// One row per key: two rows of one key could say two things, and which one counts would be the reader's choice.
bool rows_are_ordered(const PolicyPack& p) {
  return strictly_ascending(p.classes, [](const PackClass& v) { return v.field_class; }) &&
         strictly_ascending(p.cells,
                            [](const PackCell& v) { return std::tuple(v.basis, v.purpose, v.role, v.field_class); }) &&
         strictly_ascending(p.bases, [](const PackBasis& v) { return v.basis; }) &&
         strictly_ascending(p.forms, [](const PackForm& v) { return v.form; }) &&
         strictly_ascending(p.maps, [](const PackMap& v) { return std::tie(v.schema, v.path, v.form); }) &&
         strictly_ascending(p.notices, [](const PackNotice& v) { return v.notice; }) &&
         strictly_ascending(p.schemas, [](const PackSchema& v) { return std::string_view(v.name); });
}

Status get_pack(rec::PolicyPack::Reader from, PolicyPack& to) {
  XCH_TRY(is_this_version(from.getVersion()));
  to.grant_leaves = from.getGrantLeaves();
  to.pack_version = from.getPackVersion();
  to.grant_view_size = from.getGrantViewSize();
  to.intake_days = from.getIntakeDays();
  to.retention_days = from.getRetentionDays();
  to.note_days = from.getNoteDays();
  XCH_TRY(read_text(from.getName(), kMaxName, to.name));
  XCH_TRY(read_list<rec::PackClass>(from.getClasses(), kMaxPackClasses, to.classes, get_class));
  XCH_TRY(read_list<rec::PackCell>(from.getCells(), kMaxPackCells, to.cells, get_cell));
  XCH_TRY(read_list<rec::PackBasis>(from.getBases(), kMaxPackBases, to.bases, get_basis));
  XCH_TRY(get_originator(from.getOriginator(), to.originator));
  XCH_TRY(read_list<rec::PackForm>(from.getForms(), kMaxPackForms, to.forms, get_form));
  XCH_TRY(read_list<rec::PackMap>(from.getMaps(), kMaxPackMaps, to.maps, get_map));
  XCH_TRY(read_list<rec::PackNotice>(from.getNotices(), kMaxPackNotices, to.notices, get_notice));
  XCH_TRY(read_list<rec::PackSchema>(from.getSchemas(), kMaxPackSchemas, to.schemas, get_schema));
  XCH_TRY(read_list<rec::PackEdge>(from.getEdges(), kMaxPackEdges, to.edges, get_edge));
  XCH_TRY(read_codes(from.getExecutable(), kMaxObligations, to.executable));
  XCH_TRY(read_text(from.getZone(), kMaxName, to.zone));
  return rows_are_ordered(to) ? Status(Ok{}) : fail(Code::record_malformed);
}

}  // namespace

Bytes encode(const PolicyPack& value) {
  canonical::Builder message;
  auto root = message.initRoot<rec::PolicyPack>();
  root.setVersion(kRecordVersion);
  root.setGrantLeaves(value.grant_leaves);
  root.setPackVersion(value.pack_version);
  root.setGrantViewSize(value.grant_view_size);
  root.setIntakeDays(value.intake_days);
  root.setRetentionDays(value.retention_days);
  root.setNoteDays(value.note_days);
  if (!value.name.empty()) root.setName(text(value.name));
  const auto put_one = [](auto builder, const auto& v) { put(builder, v); };
  put_list(value.classes, [&](unsigned n) { return root.initClasses(n); }, put_one);
  put_list(value.cells, [&](unsigned n) { return root.initCells(n); }, put_one);
  put_list(value.bases, [&](unsigned n) { return root.initBases(n); }, put_one);
  put(root.initOriginator(), value.originator);
  put_list(value.forms, [&](unsigned n) { return root.initForms(n); }, put_one);
  put_list(value.maps, [&](unsigned n) { return root.initMaps(n); }, put_one);
  put_list(value.notices, [&](unsigned n) { return root.initNotices(n); }, put_one);
  put_list(value.schemas, [&](unsigned n) { return root.initSchemas(n); }, put_one);
  put_list(value.edges, [&](unsigned n) { return root.initEdges(n); }, put_one);
  put_codes(value.executable, [&](unsigned n) { return root.initExecutable(n); });
  if (!value.zone.empty()) root.setZone(text(value.zone));
  return canonical::to_bytes(message);
}

Result<PolicyPack> decode_policy_pack(ByteView bytes) {
  return canonical::read<rec::PolicyPack, PolicyPack>(bytes, get_pack, [](const PolicyPack& v) { return encode(v); });
}

}  // namespace xch::wire
