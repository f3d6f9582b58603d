#include "consent/coalition/enrolment.hpp"

#include <algorithm>
#include <map>

#include "consent/coalition/ori.hpp"
#include "party/records.hpp"
#include "party/roster.hpp"

namespace xch::consent {
namespace {

using Records = std::map<KeyId, CertifiedKey>;

Result<Records> read_records(const Party& party, const Charter& charter) {
  Records out;
  for (const auto& signed_record : party.keys) {
    XCH_ASSIGN(auto certified, party::read_record(signed_record, Code::key_record_malformed));
    const auto& record = certified.record;
    if (record.coalition != charter.info.id || record.subject != party.id) return fail(Code::key_record_malformed);
    if (record.suite != party::key_suite(record.kind, charter.info.suite)) return fail(Code::key_record_malformed);
    XCH_TRY(party::parse_public_key(record, Code::key_record_malformed));
    const auto id = certified.id;
    if (!out.emplace(id, std::move(certified)).second) return fail(Code::key_record_malformed);
  }
  return out;
}

Status check_parent(const CertifiedKey& key, const Records& records, const Charter& charter) {
  const auto& record = key.record;
  const auto& roots = charter.info.roots;
  if (std::find(roots.begin(), roots.end(), record.parent) != roots.end()) {
    if (!party::parent_allowed(KeyKind::root, record.kind, record.bases)) return fail(Code::key_record_parent);
    // The roster vouches for it: a signature of one root would certify nothing.
    if (!party::is_unsigned(key.signed_record)) return fail(Code::key_record_signature);
    return Ok{};
  }
  const auto parent = records.find(record.parent);
  if (parent == records.end()) return fail(Code::key_record_parent);
  if (!party::parent_allowed(parent->second.record.kind, record.kind, record.bases)) return fail(Code::key_record_parent);
  XCH_ASSIGN(const auto parent_key,
             crypto::SignPublicKey::parse(parent->second.record.suite, parent->second.record.public_key));
  return party::check_certified(key, parent_key, Code::key_record_signature);
}

}  // namespace

Status check_enrolment(const Party& party, const Charter& charter) {
  if (!is_alias(party.name)) return fail(Code::usage, "name");
  if (party.id.is_zero()) return fail(Code::usage, "id");
  if (!is_known(party.kind)) return fail(Code::usage, "kind");
  if (!is_known(party.role)) return fail(Code::usage, "role");
  if (!ori_mismatch(party).empty()) return fail(Code::usage, "ori");
  if (party.keys.empty()) return fail(Code::usage, "keys");
  XCH_ASSIGN(const auto records, read_records(party, charter));
  for (const auto& [id, key] : records) XCH_TRY(check_parent(key, records, charter));
  return Ok{};
}

}  // namespace xch::consent
