#include "grant/view.hpp"

#include <algorithm>
#include <set>

#include "crypto/merkle.hpp"
#include "grant/build.hpp"
#include "grant/pairs.hpp"
#include "wire/records.hpp"

namespace xch::grant {
namespace {

// A decoded view: its consent keys and subject record are wiped however the check ends.
struct DecodedView {
  GrantView view;
  GrantCore core;
  DecodedView() = default;
  DecodedView(DecodedView&&) = default;
  ~DecodedView() { wipe_view(view); }
};

Result<DecodedView> decode_view(const Signed& object, const party::VerifiedChain& authority);
Status check_core(const GrantCore& core, SuiteId suite);
Result<party::VerifiedChain> check_authority(const std::vector<Signed>& chain, const party::VerifiedRoster& roster,
                                             Timestamp now);
bool may_issue(const party::VerifiedChain& authority, Basis basis);
Status check_entries(const GrantView& view);
Status check_proofs(const GrantView& view, const GrantCore& core);
Status check_externals(const GrantView& view, const GrantCore& core);
Status check_subject(const GrantView& view, const GrantCore& core);

SuiteId suite_of(const GrantCore& core, const party::VerifiedRoster& roster) {
  return core.required_suite == SuiteId::none ? roster.roster().suite : core.required_suite;
}

OwnRights own_rights(const GrantView& view) {
  OwnRights own;
  for (const auto& proven : view.own) own[proven.entry.compartment] = proven.entry.rights;
  return own;
}

}  // namespace

// ViewAccess fills a HeldGrant; nothing else can.
struct ViewAccess {
  static std::shared_ptr<HeldGrant> make() { return std::shared_ptr<HeldGrant>(new HeldGrant()); }
  static Status take_keys(HeldGrant& held, const GrantView& view, SuiteId suite);
  static void take_rights(HeldGrant& held, const GrantView& view);
  static void take_rest(HeldGrant& held, const DecodedView& decoded, party::VerifiedChain authority);
};

Result<std::shared_ptr<HeldGrant>> verify_view(const SealedObject& object, const party::VerifiedRoster& roster,
                                               const PartyId& self, const KeyId& opened_under, Timestamp now,
                                               const KnownGrant& known) {
  if (object.object.kind != Kind::grantView) return fail(Code::grant_malformed);
  XCH_ASSIGN(auto authority, check_authority(object.chain, roster, now));
  XCH_ASSIGN(const auto decoded, decode_view(object.object, authority));
  const GrantView& view = decoded.view;
  const GrantCore& core = decoded.core;
  XCH_TRY(check_core(core, suite_of(core, roster)));
  if (core.authority != authority.leaf().record.subject) return fail(Code::grant_authority);
  if (view.agency != self || view.encryption_key != opened_under) return fail(Code::grant_not_ours);
  if (core.coalition != roster.roster().coalition) return fail(Code::grant_basis);
  if (!may_issue(authority, core.basis)) return fail(Code::grant_basis);
  if (core.release == Release::gated) return fail(Code::grant_gated);
  if (core.policy_pack != roster.roster().policy_pack) return fail(Code::grant_policy_pack);
  XCH_TRY(check_entries(view));
  XCH_TRY(check_proofs(view, core));
  XCH_TRY(check_externals(view, core));

  auto held = ViewAccess::make();
  XCH_TRY(ViewAccess::take_keys(*held, view, suite_of(core, roster)));
  XCH_TRY(check_subject(view, core));
  if (known.highest_version != 0 && view.pseudonym != known.pseudonym) return fail(Code::grant_pseudonym);
  if (core.version < known.highest_version) return fail(Code::grant_rollback);
  ViewAccess::take_rights(*held, view);
  ViewAccess::take_rest(*held, decoded, std::move(authority));
  return held;
}

namespace {

Result<party::VerifiedChain> check_authority(const std::vector<Signed>& chain, const party::VerifiedRoster& roster,
                                             Timestamp now) {
  auto authority = party::verify_chain(chain, {KeyKind::consentAuthority}, roster);
  if (!authority || !party::valid_at(*authority, roster, now)) return fail(Code::grant_authority);
  const Party* party = roster.party(authority->leaf().record.subject);
  if (party == nullptr || !party::VerifiedRoster::agreement_holds(*party, now)) return fail(Code::grant_authority);
  return std::move(*authority);
}

// Signatures first: nothing is decoded into memory that the authority did not sign.
Result<DecodedView> decode_view(const Signed& object, const party::VerifiedChain& authority) {
  XCH_TRY(party::verify_object(object, Kind::grantView, authority, Code::grant_signature));
  auto view = wire::decode_grant_view(object.body);
  if (!view) return fail(Code::grant_malformed);
  DecodedView decoded;
  decoded.view = std::move(*view);
  if (decoded.view.core.kind != Kind::grant) return fail(Code::grant_malformed);
  XCH_TRY(party::verify_object(decoded.view.core, Kind::grant, authority, Code::grant_signature));
  auto core = wire::decode_grant_core(decoded.view.core.body);
  if (!core) return fail(Code::grant_malformed);
  decoded.core = std::move(*core);
  return decoded;
}

Status check_core(const GrantCore& core, SuiteId suite) {
  if (core.version == 0 || (core.version == 1) != core.previous.is_zero()) return fail(Code::grant_malformed);
  if (core.not_after < core.not_before || core.leaf_count < 256) return fail(Code::grant_malformed);
  if (core.purposes.empty() || !is_enabled(suite)) return fail(Code::grant_malformed);
  return Ok{};
}

bool may_issue(const party::VerifiedChain& authority, Basis basis) {
  const auto& bases = authority.leaf().record.bases;
  return std::find(bases.begin(), bases.end(), basis) != bases.end();
}

Status check_entries(const GrantView& view) {
  std::set<std::pair<PartyId, Compartment>> once;
  for (const auto* entries : {&view.own, &view.edges})
    for (const auto& proven : *entries)
      if (!once.emplace(proven.entry.agency, proven.entry.compartment).second) return fail(Code::grant_entry_order);
  // An authority that shows more than the pair tells one agency what another may know of the person. An edge to
  // itself is refused here or above: its compartment has an own entry, or no pair.
  const OwnRights own = own_rights(view);
  for (const auto& proven : view.edges)
    if (!is_shown(own, proven.entry)) return fail(Code::grant_entry_order);
  return Ok{};
}

Status check_proofs(const GrantView& view, const GrantCore& core) {
  for (const auto& proven : view.own)
    if (proven.entry.agency != view.agency) return fail(Code::grant_entry_proof);
  for (const auto* entries : {&view.own, &view.edges})
    for (const auto& proven : *entries)
      if (!crypto::merkle_includes(proven.entry.index, core.leaf_count, entry_leaf(wire::encode_entry(proven.entry)),
                                   proven.path, core.entries_root))
        return fail(Code::grant_entry_proof);
  return Ok{};
}

// Ids ascend: the decoder refuses any other order.
Status check_externals(const GrantView& view, const GrantCore& core) {
  for (const auto& external : view.externals) {
    if (external.id != external_id(core.coalition, external.name, external.until)) return fail(Code::grant_external);
    bool reads = false;
    for (const auto& proven : view.edges) {
      if (proven.entry.agency != external.id) continue;
      if (proven.entry.rights != Rights::read) return fail(Code::grant_external);
      reads = true;
    }
    if (!reads) return fail(Code::grant_external);
  }
  return Ok{};
}

Status check_subject(const GrantView& view, const GrantCore& core) {
  if (view.subject_record.empty()) return Ok{};
  const OwnRights own = own_rights(view);
  const auto identity = own.find(kIdentity);
  if (identity == own.end() || !may_read(identity->second)) return fail(Code::grant_subject);
  if (subject_commit(view.subject_salt, view.subject_record) != core.subject_commit) return fail(Code::grant_subject);
  return Ok{};
}

}  // namespace

Status ViewAccess::take_keys(HeldGrant& held, const GrantView& view, SuiteId suite) {
  const OwnRights own = own_rights(view);
  for (const auto* entries : {&view.own, &view.edges}) {
    for (const auto& proven : *entries) {
      const GrantEntry& entry = proven.entry;
      if (!may_read(entry.rights)) continue;
      auto key = crypto::KemPublicKey::parse(suite, entry.class_pk);
      if (!key) return fail(Code::grant_class_key);
      if (entry.agency == view.agency || may_send(own, entry))
        held.class_keys_.emplace(std::pair(entry.agency, entry.compartment), std::move(*key));
    }
  }

  const auto readable = static_cast<std::size_t>(
      std::count_if(own.begin(), own.end(), [](const auto& right) { return may_read(right.second); }));
  if (view.class_keys.size() != readable) return fail(Code::grant_class_key);
  for (const auto& class_key : view.class_keys) {  // once each: the decoder refuses any order but ascending
    const auto* certified = held.class_public_key(view.agency, class_key.compartment);
    if (certified == nullptr) return fail(Code::grant_class_key);
    auto key = crypto::KemPrivateKey::from_bytes(suite, class_key.secret);
    if (!key || !equal(key->public_key().bytes(), certified->bytes())) return fail(Code::grant_class_key);
    held.own_keys_.emplace(class_key.compartment, std::move(*key));
  }
  return Ok{};
}

void ViewAccess::take_rights(HeldGrant& held, const GrantView& view) {
  const OwnRights own = own_rights(view);
  for (const auto& [compartment, rights] : own) {
    if (may_read(rights)) held.read_[view.agency].push_back(compartment);
    if (may_write(rights)) held.write_[view.agency].push_back(compartment);
  }
  for (const auto& proven : view.edges) {
    const GrantEntry& entry = proven.entry;
    if (may_send(own, entry)) held.read_[entry.agency].push_back(entry.compartment);
    if (may_receive(own, entry)) held.write_[entry.agency].push_back(entry.compartment);
  }
  for (auto* rights : {&held.read_, &held.write_})
    for (auto& [party, compartments] : *rights) std::sort(compartments.begin(), compartments.end());
}

void ViewAccess::take_rest(HeldGrant& held, const DecodedView& decoded, party::VerifiedChain authority) {
  held.hash_ = grant_hash(decoded.view.core.body);
  held.core_ = decoded.core;
  held.authority_ = std::make_shared<const party::VerifiedChain>(std::move(authority));
  held.agency_ = decoded.view.agency;
  held.pseudonym_ = decoded.view.pseudonym;
  held.subject_record_ = decoded.view.subject_record;
  held.signed_core_ = decoded.view.core;
  held.externals_ = decoded.view.externals;
  const auto is_external = [&](const PartyId& id) {
    return std::any_of(held.externals_.begin(), held.externals_.end(), [&](const auto& e) { return e.id == id; });
  };
  for (const auto& proven : decoded.view.edges)
    if (is_external(proven.entry.agency)) held.external_entries_.push_back(proven);
}

}  // namespace xch::grant
