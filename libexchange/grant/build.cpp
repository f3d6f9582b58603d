#include "grant/build.hpp"

#include <algorithm>
#include <numeric>
#include <set>

#include "crypto/merkle.hpp"
#include "grant/pairs.hpp"
#include "wire/records.hpp"

namespace xch::grant {
namespace {

constexpr std::uint16_t kLeastLeaves = 256;

// One entry of the grant with what only its views get: the proof and, for a reader, the consent key.
struct BuiltEntry {
  ProvenEntry proven;
  std::optional<crypto::KemPrivateKey> key;
};

Status check_plan(const GrantPlan& plan);
Result<std::vector<BuiltEntry>> make_entries(const GrantPlan& plan, crypto::Random& random);
Digest place_entries(std::vector<BuiltEntry>& entries, std::uint16_t leaf_count, crypto::Random& random);
GrantView make_view(const GrantPlan& plan, const PlannedReader& reader, const std::vector<BuiltEntry>& entries,
                    const Signed& core);

}  // namespace

Result<BuiltGrant> build_grant(const GrantPlan& plan, const KeyId& authority_key_id,
                               const crypto::SignPrivateKey& authority_key, crypto::Random& random) {
  XCH_TRY(check_plan(plan));
  XCH_ASSIGN(auto entries, make_entries(plan, random));

  BuiltGrant built;
  built.core = plan.core;
  built.core.entries_root = place_entries(entries, plan.core.leaf_count, random);
  built.core.subject_commit = subject_commit(plan.subject_salt, plan.subject_record);
  Bytes body = wire::encode(built.core);
  XCH_TRY(wire::decode_grant_core(body));  // what no reader would decode is not issued
  built.hash = grant_hash(body);
  XCH_ASSIGN(built.signed_core, party::sign_object(Kind::grant, std::move(body), authority_key_id, authority_key));
  for (const auto& reader : plan.readers)
    built.views.push_back(make_view(plan, reader, entries, built.signed_core));
  return built;
}

namespace {

bool has_right(const GrantPlan& plan, const PartyId& agency) {
  return std::any_of(plan.rights.begin(), plan.rights.end(), [&](const PlannedRight& r) { return r.agency == agency; });
}

bool is_external(const GrantPlan& plan, const PartyId& id) {
  return std::any_of(plan.externals.begin(), plan.externals.end(),
                     [&](const ExternalRecipient& e) { return e.id == id; });
}

/// is_whole: an external recipient has its own id, and something to read and nothing to write.
bool is_whole(const GrantPlan& plan, const ExternalRecipient& external) {
  const bool writes = std::any_of(plan.rights.begin(), plan.rights.end(), [&](const PlannedRight& r) {
    return r.agency == external.id && r.rights != Rights::read;
  });
  return external.id == external_id(plan.core.coalition, external.name, external.until) && !writes &&
         has_right(plan, external.id);
}

bool reads_identity(const GrantPlan& plan, const PartyId& agency) {
  return std::any_of(plan.rights.begin(), plan.rights.end(), [&](const PlannedRight& r) {
    return r.agency == agency && r.compartment == kIdentity && may_read(r.rights);
  });
}

Status check_plan(const GrantPlan& plan) {
  if (plan.core.release == Release::gated) return fail(Code::grant_gated);
  if (plan.rights.empty()) return fail(Code::consent_incomplete);
  if (plan.core.required_suite != SuiteId::none && plan.core.required_suite != plan.suite)
    return fail(Code::consent_incomplete);

  std::set<PartyId> agencies;
  for (const auto& reader : plan.readers) {
    if (!agencies.insert(reader.agency).second) return fail(Code::consent_incomplete);
    // A view without a right would tell of the person for nothing.
    if (!has_right(plan, reader.agency)) return fail(Code::consent_incomplete);
    if (reader.gets_subject_record && !reads_identity(plan, reader.agency)) return fail(Code::consent_incomplete);
  }
  for (const auto& external : plan.externals)
    if (!is_whole(plan, external) || !agencies.insert(external.id).second) return fail(Code::consent_incomplete);
  std::set<std::pair<PartyId, Compartment>> rights;
  for (const auto& right : plan.rights) {
    if (agencies.count(right.agency) == 0) return fail(Code::consent_incomplete);
    if (!rights.emplace(right.agency, right.compartment).second) return fail(Code::consent_incomplete);
  }
  for (const auto& edge : plan.edges)
    if (edge.a == edge.b || agencies.count(edge.a) == 0 || agencies.count(edge.b) == 0 ||
        (is_external(plan, edge.a) && is_external(plan, edge.b)))
      return fail(Code::consent_incomplete);

  if (plan.core.leaf_count < kLeastLeaves || plan.rights.size() > plan.core.leaf_count)
    return fail(Code::record_limit);
  return Ok{};
}

// A fresh key pair per (grant version, agency, compartment) with read right, never used for a second grant.
Result<std::vector<BuiltEntry>> make_entries(const GrantPlan& plan, crypto::Random& random) {
  std::vector<BuiltEntry> entries;
  for (const auto& right : plan.rights) {
    BuiltEntry built;
    GrantEntry& entry = built.proven.entry;
    entry.salt = crypto::random_fixed<Salt>(random);
    entry.agency = right.agency;
    entry.compartment = right.compartment;
    entry.rights = right.rights;
    if (may_read(right.rights)) {
      XCH_ASSIGN(built.key, crypto::KemPrivateKey::generate(plan.suite, random));
      entry.class_pk = built.key->public_key().bytes().copy();
    }
    entries.push_back(std::move(built));
  }
  return entries;
}

// Entries go to random positions among opaque leaves, so that a position tells nothing; gives entries_root.
Digest place_entries(std::vector<BuiltEntry>& entries, std::uint16_t leaf_count, crypto::Random& random) {
  std::vector<std::uint16_t> positions(leaf_count);
  std::iota(positions.begin(), positions.end(), std::uint16_t{0});
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto rest = static_cast<std::uint32_t>(positions.size() - i);
    std::swap(positions[i], positions[i + crypto::random_below(random, rest)]);
    entries[i].proven.entry.index = positions[i];
  }
  std::sort(entries.begin(), entries.end(), [](const BuiltEntry& a, const BuiltEntry& b) {
    return a.proven.entry.index < b.proven.entry.index;
  });

  std::vector<Digest> leaves(leaf_count);
  std::vector<std::size_t> taken;
  for (auto& leaf : leaves) leaf = crypto::opaque_leaf(random);
  for (const auto& built : entries) {
    leaves[built.proven.entry.index] = entry_leaf(wire::encode_entry(built.proven.entry));
    taken.push_back(built.proven.entry.index);
  }
  auto paths = crypto::merkle_paths(taken, leaves);
  for (std::size_t i = 0; i < entries.size(); ++i) entries[i].proven.path = std::move(paths[i]);
  return crypto::merkle_root(leaves);
}

std::set<PartyId> partners(const GrantPlan& plan, const PartyId& agency) {
  std::set<PartyId> out;
  for (const auto& edge : plan.edges) {
    if (edge.a == agency) out.insert(edge.b);
    if (edge.b == agency) out.insert(edge.a);
  }
  return out;
}

// `entries` ascend by index, so every list made from them does.
GrantView make_view(const GrantPlan& plan, const PlannedReader& reader, const std::vector<BuiltEntry>& entries,
                    const Signed& core) {
  GrantView view;
  view.agency = reader.agency;
  view.encryption_key = reader.encryption_key;
  view.core = core;
  view.pseudonym = reader.pseudonym;

  OwnRights own;
  for (const auto& built : entries) {
    const GrantEntry& entry = built.proven.entry;
    if (entry.agency != reader.agency) continue;
    own[entry.compartment] = entry.rights;
    view.own.push_back(built.proven);
    if (built.key)
      view.class_keys.push_back(ClassKey{entry.compartment, crypto::export_private_key(*built.key).expose().copy()});
  }
  std::sort(view.class_keys.begin(), view.class_keys.end(),
            [](const ClassKey& a, const ClassKey& b) { return a.compartment < b.compartment; });

  const auto others = partners(plan, reader.agency);
  for (const auto& built : entries)
    if (others.count(built.proven.entry.agency) != 0 && is_shown(own, built.proven.entry))
      view.edges.push_back(built.proven);

  for (const auto& external : plan.externals)
    if (std::any_of(view.edges.begin(), view.edges.end(),
                    [&](const ProvenEntry& e) { return e.entry.agency == external.id; }))
      view.externals.push_back(external);
  std::sort(view.externals.begin(), view.externals.end(),
            [](const ExternalRecipient& a, const ExternalRecipient& b) { return a.id < b.id; });

  if (!reader.gets_subject_record || plan.subject_record.empty()) return view;
  view.subject_record = plan.subject_record;
  view.subject_salt = plan.subject_salt;
  return view;
}

}  // namespace

Result<SealedObject> sign_view(const GrantView& view, const std::vector<Signed>& authority_chain,
                               const KeyId& authority_key_id, const crypto::SignPrivateKey& authority_key) {
  SealedObject object;
  object.chain = authority_chain;
  XCH_ASSIGN(object.object,
             party::sign_object(Kind::grantView, wire::encode(view), authority_key_id, authority_key));
  return object;
}

void wipe_view(GrantView& view) {
  for (auto& key : view.class_keys) crypto::wipe(key.secret);
  crypto::wipe(view.subject_record);
  view.class_keys.clear();
  view.subject_record.clear();
}

}  // namespace xch::grant
