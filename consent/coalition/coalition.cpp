#include "consent/coalition/coalition.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "consent/coalition/charter.hpp"
#include "consent/coalition/enrolment.hpp"
#include "consent/coalition/files.hpp"
#include "consent/pack_compiler/compile.hpp"
#include "crypto/digest.hpp"
#include "crypto/labels.hpp"
#include "party/chain.hpp"
#include "party/roster.hpp"
#include "session/catalogue.hpp"
#include "wire/json.hpp"
#include "wire/party_record.hpp"
#include "wire/records.hpp"

namespace xch::consent {
namespace {

namespace fs = std::filesystem;
using wire::Json;

constexpr std::size_t kMostRoots = 16;
constexpr std::uint64_t kLongestRoster = 366 * kDay;
constexpr std::string_view kParty = ".party", kRoster = ".lxr";

fs::path party_path(const fs::path& home, const PartyId& id) { return home / "parties" / (to_hex(id) + std::string(kParty)); }
fs::path roster_path(const fs::path& home, std::uint32_t version) {
  return home / "rosters" / ("roster-" + std::to_string(version) + std::string(kRoster));
}

// ---- making one -------------------------------------------------------------------------------------------------------

Status check_plan(const CoalitionPlan& plan) {
  if (!is_alias(plan.name)) return fail(Code::usage, "name");
  if (plan.suite == SuiteId::pq) return fail(Code::not_supported_yet, "suite");
  if (!is_enabled(plan.suite)) return fail(Code::usage, "suite");
  if (plan.roots == 0 || plan.roots > kMostRoots) return fail(Code::usage, "roots");
  if (plan.threshold == 0 || plan.threshold > plan.roots) return fail(Code::usage, "threshold");
  return Ok{};
}

Result<Bytes> compile_policy(const CoalitionPlan& plan) {
  XCH_ASSIGN(const auto catalogue, session::Catalogue::load());
  const auto toml = plan.pack_toml.empty() ? default_pack_toml() : std::string_view(plan.pack_toml);
  XCH_ASSIGN(const auto pack, compile_pack(toml, catalogue.schemas(), [](ByteView text) { return crypto::sha256(text); }));
  return wire::encode(pack);
}

/// fill makes everything inside `home`, an empty folder that nobody knows yet.
Result<Charter> fill(const fs::path& home, const CoalitionPlan& plan, const session::Environment& environment) {
  XCH_ASSIGN(auto policy, compile_policy(plan));
  for (const char* folder : {"keys", "policy", "parties", "rosters"}) XCH_TRY(make_folder(home / folder));

  auto& random = random_of(environment);
  Charter charter;
  charter.info.id = crypto::random_fixed<CoalitionId>(random);
  charter.info.name = plan.name;
  charter.info.suite = plan.suite;
  charter.info.threshold = plan.threshold;
  charter.info.policy = crypto::th_as<PolicyHash>(crypto::label::kPolicyHash, {policy});
  for (std::size_t i = 0; i < plan.roots; ++i) {
    XCH_ASSIGN(const auto root, crypto::SignPrivateKey::generate(plan.suite, random));
    charter.root_keys.push_back(root.public_key().bytes().copy());
    charter.info.roots.push_back(party::root_key_id(charter.root_keys.back()));
    XCH_TRY(write_root_key(home, i, root, plan, environment));
    if (i > 0) continue;
    // The roster pins the pack by its hash; the signature says whose it is before a roster is at hand.
    XCH_ASSIGN(const auto signed_pack, party::sign_object(Kind::policyPack, policy, charter.info.roots.front(), root));
    XCH_TRY(write_file(home / "policy" / "pack.lxp", wire::encode(signed_pack)));
  }
  XCH_TRY(write_charter(home, charter));
  return charter;
}

// ---- what stands in the home --------------------------------------------------------------------------------------------

std::uint32_t version_of(const std::string& file_name) {
  std::uint32_t version = 0;
  for (const char c : file_name)
    if (c >= '0' && c <= '9' && version < 100'000'000) version = version * 10 + static_cast<std::uint32_t>(c - '0');
  // Only the name that this version is written under counts: a half-written or copied file does not.
  return roster_path("", version).filename() == file_name ? version : 0;
}

std::uint32_t newest_roster(const fs::path& home) {
  std::uint32_t newest = 0;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(home / "rosters", ignored))
    newest = std::max(newest, version_of(entry.path().filename().string()));
  return newest;
}

Result<std::vector<Party>> read_parties(const fs::path& home) {
  std::vector<fs::path> paths;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(home / "parties", error))
    if (entry.path().extension() == kParty) paths.push_back(entry.path());
  if (error) return fail(Code::file_io);
  std::sort(paths.begin(), paths.end());
  std::vector<Party> out;
  for (const auto& path : paths) {
    XCH_ASSIGN(const auto bytes, read_file(path));
    XCH_ASSIGN(auto party, wire::decode_party(bytes));
    out.push_back(std::move(party));
  }
  return out;
}

Result<std::vector<RevokedKey>> read_revoked(const fs::path& home) {
  const auto bytes = read_file(home / "revoked.json", wire::kMaxJsonBytes);
  if (!bytes && bytes.error().code == Code::file_missing) return std::vector<RevokedKey>();
  if (!bytes) return fail(bytes.error());
  const auto json = wire::parse_json(ByteView(*bytes).text());
  if (!json || !json->is_array()) return fail(Code::record_malformed);
  std::vector<RevokedKey> out;
  for (const auto& row : json->items()) {
    const auto* key = row.find("key");
    const auto* at = row.find("at");
    if (key == nullptr || !key->is_text() || at == nullptr || !at->is_natural()) return fail(Code::record_malformed);
    const auto id = from_hex_as<KeyId>(key->as_text());
    if (!id) return fail(Code::record_malformed);
    out.push_back({*id, Timestamp{at->as_natural()}});
  }
  return out;
}

Status write_revoked(const fs::path& home, const std::vector<RevokedKey>& revoked) {
  auto json = Json::array();
  for (const auto& row : revoked) {
    auto object = Json::object();
    object.set("key", to_hex(row.key));
    object.set("at", Json::natural(row.revoked_at.seconds));
    json.add(std::move(object));
  }
  return write_file(home / "revoked.json", wire::write_json(json, wire::JsonLayout::indented) + "\n");
}

// ---- publishing -----------------------------------------------------------------------------------------------------------

using Verified = std::shared_ptr<const party::VerifiedRoster>;

/// previous_roster verifies the last published version; null before the first.
Result<Verified> previous_roster(const fs::path& home) {
  const auto version = newest_roster(home);
  if (version == 0) return Verified();
  XCH_ASSIGN(const auto bytes, read_file(roster_path(home, version)));
  XCH_ASSIGN(const auto signed_roster, wire::decode_signed_roster(bytes));
  XCH_ASSIGN(auto verified, party::verify_roster(signed_roster, nullptr));
  if (verified->roster().version != version) return fail(Code::roster_malformed);
  return verified;
}

Result<Roster> next_roster(const fs::path& home, const Charter& charter, const Verified& previous, Timestamp now,
                           std::uint64_t valid_seconds) {
  Roster roster;
  roster.coalition = charter.info.id;
  roster.version = previous == nullptr ? 1 : previous->roster().version + 1;
  if (previous != nullptr) roster.previous = previous->hash();
  roster.suite = charter.info.suite;
  roster.policy_pack = charter.info.policy;
  roster.issued = now;
  roster.expires = now + valid_seconds;
  roster.threshold = charter.info.threshold;
  for (const auto& key : charter.root_keys) roster.roots.push_back({key});
  XCH_ASSIGN(roster.revoked, read_revoked(home));
  XCH_ASSIGN(roster.parties, read_parties(home));
  return roster;
}

Status sign_with_roots(const fs::path& home, const Charter& charter, const session::Environment& environment,
                       SignedRoster& roster) {
  for (std::size_t i = 0; i < charter.root_keys.size() && roster.signatures.size() < charter.info.threshold; ++i) {
    const auto key = read_root_key(home, i, charter, environment);
    // A root may be kept elsewhere, by somebody who is not here today.
    if (!key && (key.error().code == Code::key_missing || key.error().code == Code::key_passphrase_missing)) continue;
    if (!key) return fail(key.error());
    XCH_ASSIGN(auto signature, party::sign_roster(roster.body, static_cast<std::uint8_t>(i), *key));
    roster.signatures.push_back(std::move(signature));
  }
  if (roster.signatures.size() < charter.info.threshold) return fail(Code::key_passphrase_missing);
  return Ok{};
}

}  // namespace

Result<CoalitionInfo> Coalition::create(const fs::path& home, const CoalitionPlan& plan,
                                        const session::Environment& environment) {
  XCH_TRY(check_plan(plan));
  std::error_code error;
  if (fs::exists(fs::symlink_status(home, error))) return fail(Code::home_exists);
  const auto mark = crypto::random_fixed<Fixed<8, struct FolderTag>>(random_of(environment));
  const fs::path half = home.string() + ".new-" + to_hex(mark);
  XCH_TRY(make_folder(half));
  auto charter = fill(half, plan, environment);
  if (!charter) {
    fs::remove_all(half, error);
    return fail(charter.error());
  }
  fs::rename(half, home, error);
  if (error) {
    std::error_code ignored;
    fs::remove_all(half, ignored);
    return fail(fs::exists(fs::symlink_status(home, ignored)) ? Code::home_exists : Code::file_io);
  }
  XCH_TRY(sync_folder(home.parent_path()));
  return charter->info;
}

Result<CoalitionInfo> Coalition::info(const fs::path& home) {
  XCH_ASSIGN(auto charter, read_charter(home));
  charter.info.roster_version = newest_roster(home);
  return charter.info;
}

Status Coalition::admit(const fs::path& home, const Party& enrolment, Timestamp agreement_from, Timestamp agreement_until,
                        const session::Environment& environment) {
  XCH_ASSIGN(const auto lock, lock_home(home));
  XCH_ASSIGN(const auto charter, read_charter(home));
  XCH_TRY(check_enrolment(enrolment, charter));
  if (agreement_until < agreement_from) return fail(Code::usage, "agreement");

  XCH_ASSIGN(const auto parties, read_parties(home));
  Party party = enrolment;
  for (const auto& other : parties) {
    // A sender picks a recipient by name.
    if (other.name == party.name && other.id != party.id) return fail(Code::usage, "name");
    if (other.id == party.id && party.agreement_id == decltype(party.agreement_id){}) party.agreement_id = other.agreement_id;
  }
  if (party.agreement_id == decltype(party.agreement_id){}) random_of(environment).fill(MutableView(party.agreement_id));
  party.agreement_not_before = agreement_from;
  party.agreement_not_after = agreement_until;
  return write_file(party_path(home, party.id), wire::encode(party));
}

Status Coalition::remove(const fs::path& home, const std::string& party, const session::Environment&) {
  XCH_ASSIGN(const auto lock, lock_home(home));
  XCH_TRY(read_charter(home));
  XCH_ASSIGN(const auto parties, read_parties(home));
  const auto at = std::find_if(parties.begin(), parties.end(), [&](const Party& p) { return p.name == party; });
  if (at == parties.end()) return fail(Code::party_unknown);
  return remove_file(party_path(home, at->id));
}

Status Coalition::revoke_key(const fs::path& home, const KeyId& key, const session::Environment& environment) {
  XCH_ASSIGN(const auto lock, lock_home(home));
  XCH_TRY(read_charter(home));
  XCH_ASSIGN(const auto now, time_of(environment));
  XCH_ASSIGN(auto revoked, read_revoked(home));
  const auto known = std::any_of(revoked.begin(), revoked.end(), [&](const RevokedKey& row) { return row.key == key; });
  if (known) return Ok{};
  revoked.push_back({key, now});
  return write_revoked(home, revoked);
}

Result<Bytes> Coalition::publish(const fs::path& home, std::uint64_t valid_seconds, const session::Environment& environment) {
  if (valid_seconds == 0 || valid_seconds > kLongestRoster) return fail(Code::usage, "valid_seconds");
  XCH_ASSIGN(const auto lock, lock_home(home));
  XCH_ASSIGN(const auto charter, read_charter(home));
  XCH_ASSIGN(const auto now, time_of(environment));
  XCH_ASSIGN(const auto previous, previous_roster(home));
  if (previous != nullptr && now < previous->roster().issued) return fail(Code::clock);

  XCH_ASSIGN(const auto roster, next_roster(home, charter, previous, now, valid_seconds));
  SignedRoster signed_roster;
  signed_roster.body = wire::encode(roster);
  XCH_TRY(sign_with_roots(home, charter, environment, signed_roster));
  // What no home would accept is not published.
  XCH_TRY(party::verify_roster(signed_roster, previous.get()));
  auto bytes = wire::encode(signed_roster);
  XCH_TRY(write_file(roster_path(home, roster.version), bytes));
  return bytes;
}

Result<Bytes> Coalition::roster_file(const fs::path& home) {
  XCH_TRY(read_charter(home));
  const auto version = newest_roster(home);
  if (version == 0) return fail(Code::roster_missing);
  return read_file(roster_path(home, version));
}

Result<std::vector<Party>> Coalition::parties(const fs::path& home) {
  XCH_TRY(read_charter(home));
  XCH_ASSIGN(auto parties, read_parties(home));
  std::sort(parties.begin(), parties.end(), [](const Party& a, const Party& b) { return a.name < b.name; });
  return parties;
}

Status Coalition::adopt(const fs::path& home, ByteView signed_roster) {
  XCH_ASSIGN(const auto lock, lock_home(home));
  XCH_ASSIGN(auto charter, read_charter(home));
  const auto decoded = wire::decode_signed_roster(signed_roster);
  if (!decoded) return fail(Code::roster_malformed);
  XCH_ASSIGN(const auto roster, party::verify_roster(*decoded, nullptr));
  if (roster->roster().coalition != charter.info.id) return fail(Code::roster_malformed);
  if (roster->root_ids() != charter.info.roots) return fail(Code::roster_signature);
  XCH_ASSIGN(const auto previous, previous_roster(home));
  if (previous != nullptr && previous->hash() == roster->hash()) return Ok{};
  if (previous != nullptr && roster->roster().version <= previous->roster().version) return fail(Code::roster_rollback);

  // The parties first: were the version there and they were not, the next roster would leave them out. What is not in it
  // was removed since, or was never published: it is added again by hand.
  for (const auto& party : roster->roster().parties) XCH_TRY(write_file(party_path(home, party.id), wire::encode(party)));
  XCH_ASSIGN(const auto parties, read_parties(home));
  for (const auto& party : parties)
    if (roster->party(party.id) == nullptr) XCH_TRY(remove_file(party_path(home, party.id)));
  XCH_ASSIGN(auto revoked, read_revoked(home));
  for (const auto& row : roster->roster().revoked) {
    const auto known = std::any_of(revoked.begin(), revoked.end(), [&](const RevokedKey& r) { return r.key == row.key; });
    if (!known) revoked.push_back(row);
  }
  if (!revoked.empty()) XCH_TRY(write_revoked(home, revoked));
  // A pack that was signed since: the next roster pins it too, and not the one before it. sign_policy puts it here.
  if (roster->roster().policy_pack != charter.info.policy) {
    charter.info.policy = roster->roster().policy_pack;
    XCH_TRY(write_charter(home, charter));
  }
  return write_file(roster_path(home, roster->roster().version), signed_roster);
}

}  // namespace xch::consent
