// A coalition's policy pack in force, and the next version of it.
#include "consent/coalition/charter.hpp"
#include "consent/coalition/coalition.hpp"
#include "consent/coalition/files.hpp"
#include "crypto/digest.hpp"
#include "crypto/labels.hpp"
#include "party/chain.hpp"
#include "wire/records.hpp"

namespace xch::consent {
namespace {

namespace fs = std::filesystem;

fs::path pack_path(const fs::path& home) { return home / "policy" / "pack.lxp"; }
PolicyHash hash_of(ByteView body) { return crypto::th_as<PolicyHash>(crypto::label::kPolicyHash, {body}); }

Result<Signed> read_pack(const fs::path& home) {
  XCH_ASSIGN(const auto bytes, read_file(pack_path(home)));
  return wire::decode_signed(bytes);
}

/// Any root may sign a pack: the roster that pins its hash is what enough of them sign.
Result<Signed> sign_by_a_root(const fs::path& home, const Charter& charter, const Bytes& body,
                              const session::Environment& environment) {
  for (std::size_t i = 0; i < charter.root_keys.size(); ++i) {
    const auto key = read_root_key(home, i, charter, environment);
    if (!key && (key.error().code == Code::key_missing || key.error().code == Code::key_passphrase_missing)) continue;
    if (!key) return fail(key.error());
    return party::sign_object(Kind::policyPack, body, charter.info.roots[i], *key);
  }
  return fail(Code::key_passphrase_missing);
}

/// A later version of the same pack has a higher number, so that two of them are never mistaken for each other.
Status check_follows(const PolicyPack& next, const PolicyPack& now) {
  if (next.name == now.name && next.pack_version <= now.pack_version) return fail(Code::usage, "version");
  return Ok{};
}

}  // namespace

Result<Bytes> Coalition::policy_file(const fs::path& home) {
  XCH_ASSIGN(const auto charter, read_charter(home));
  XCH_ASSIGN(auto bytes, read_file(pack_path(home)));
  const auto signed_pack = wire::decode_signed(bytes);
  // Cut off between pack and charter, or restored from before the pack was changed.
  if (!signed_pack || hash_of(signed_pack->body) != charter.info.policy) return fail(Code::policy_pack_unknown);
  return bytes;
}

Result<CoalitionInfo> Coalition::sign_policy(const fs::path& home, const PolicyPack& pack,
                                             const session::Environment& environment) {
  XCH_ASSIGN(const auto lock, lock_home(home));
  XCH_ASSIGN(auto charter, read_charter(home));
  const Bytes body = wire::encode(pack);
  const PolicyHash hash = hash_of(body);
  const auto held = read_pack(home);
  const bool whole = held && hash_of(held->body) == charter.info.policy;
  if (whole && hash == charter.info.policy) return charter.info;
  if (whole) {
    XCH_ASSIGN(const auto now, wire::decode_policy_pack(held->body));
    XCH_TRY(check_follows(pack, now));
  }
  XCH_ASSIGN(const auto signed_pack, sign_by_a_root(home, charter, body, environment));
  // The pack first: a charter whose pack is not there would publish rosters that nobody can work under.
  XCH_TRY(write_file(pack_path(home), wire::encode(signed_pack)));
  charter.info.policy = hash;
  XCH_TRY(write_charter(home, charter));
  return charter.info;
}

}  // namespace xch::consent
