#include "session/home.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "base/file.hpp"
#include "crypto/start.hpp"
#include "party/chain.hpp"
#include "session/exchange_log.hpp"
#include "session/home_files.hpp"
#include "session/own_keys.hpp"
#include "session/rows.hpp"
#include "wire/json.hpp"
#include "wire/records.hpp"

namespace xch::session {
namespace {

constexpr std::uint64_t kIdentityDays = 730, kSeatDays = 365, kAuthorityDays = 365;

// ---- what was asked ------------------------------------------------------------------------------------------------

bool is_home_name(std::string_view name) {
  return !name.empty() && name.size() <= 32 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

// An ORI has nine characters; the coalition checks the ninth against the role.
bool is_ori(std::string_view ori) {
  return ori.empty() || (ori.size() == 9 && std::all_of(ori.begin(), ori.end(), [](char c) {
                           return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
                         }));
}

Status check_plan(const AgencyPlan& plan, const KeyId& coalition_root) {
  if (!is_home_name(plan.name)) return fail(Code::usage, "name");
  if (plan.kind == PartyKind::none || !is_known(plan.kind)) return fail(Code::usage, "kind");
  if (!is_known(plan.role)) return fail(Code::usage, "role");
  if (!is_ori(plan.ori)) return fail(Code::usage, "ori");
  if (plan.coalition.is_zero() || coalition_root.is_zero()) return fail(Code::usage, "coalition");
  if (plan.suite == SuiteId::pq) return fail(Code::not_supported_yet, "suite");
  if (!is_enabled(plan.suite)) return fail(Code::usage, "suite");
  // Originator authority is certified by the agency itself, never by the roots.
  for (const auto basis : plan.authority_bases)
    if (!is_known(basis) || basis == Basis::none || basis == Basis::originatorAuthority)
      return fail(Code::usage, "authority_bases");
  return Ok{};
}

// ---- keys ----------------------------------------------------------------------------------------------------------

struct KeyMaker {
  const AgencyPlan& plan;
  PartyId party;
  Timestamp now;
  crypto::Random& random;
  std::uint64_t serial = 0;

  KeyRecord record(KeyKind kind, std::uint64_t days, const KeyId& parent, ByteView public_key) {
    KeyRecord out;
    out.kind = kind;
    out.suite = plan.suite;
    out.coalition = plan.coalition;
    out.subject = party;
    out.serial = ++serial;
    // A clock that is behind ours by no more than the tolerated skew still finds the key in force.
    out.not_before = Timestamp{now.seconds - std::min(now.seconds, kClockSkew)};
    out.not_after = Timestamp{out.not_before.seconds + days * kDay};
    out.parent = parent;
    out.public_key = public_key.copy();
    return out;
  }
};

struct MadeKey {
  CertifiedKey certified;
  crypto::SecretBytes secret;
  std::unique_ptr<crypto::SignPrivateKey> sign;
};

Result<MadeKey> make_sign_key(KeyMaker& maker, KeyKind kind, std::uint64_t days, const KeyId& parent,
                              const crypto::SignPrivateKey* parent_key, std::vector<Basis> bases = {}) {
  XCH_ASSIGN(auto key, crypto::SignPrivateKey::generate(maker.plan.suite, maker.random));
  KeyRecord record = maker.record(kind, days, parent, key.public_key().bytes());
  std::sort(bases.begin(), bases.end());
  bases.erase(std::unique(bases.begin(), bases.end()), bases.end());
  record.bases = std::move(bases);
  MadeKey out;
  XCH_ASSIGN(out.certified, party::make_key_record(record, parent_key));
  out.secret = crypto::export_private_key(key);
  out.sign = std::make_unique<crypto::SignPrivateKey>(std::move(key));
  return out;
}

Result<std::vector<MadeKey>> make_keys(KeyMaker& maker, const KeyId& root) {
  std::vector<MadeKey> out;
  XCH_ASSIGN(auto identity, make_sign_key(maker, KeyKind::agencyIdentity, kIdentityDays, root, nullptr));
  const KeyId parent = identity.certified.id;
  const crypto::SignPrivateKey* parent_key = identity.sign.get();
  out.push_back(std::move(identity));
  if (!maker.plan.authority_bases.empty()) {
    XCH_ASSIGN(auto authority, make_sign_key(maker, KeyKind::consentAuthority, kAuthorityDays, root, nullptr,
                                             maker.plan.authority_bases));
    out.push_back(std::move(authority));
  }
  XCH_ASSIGN(auto seat, make_sign_key(maker, KeyKind::seat, kSeatDays, parent, parent_key));
  out.push_back(std::move(seat));
  if (maker.plan.originates) {
    XCH_ASSIGN(auto originator, make_sign_key(maker, KeyKind::consentAuthority, kAuthorityDays, parent, parent_key,
                                              {Basis::originatorAuthority}));
    out.push_back(std::move(originator));
  }
  MadeKey encryption;
  XCH_ASSIGN(auto kem, crypto::KemPrivateKey::generate(maker.plan.suite, maker.random));
  KeyRecord record = maker.record(KeyKind::agencyEncryption, kEncryptionDays, parent, kem.public_key().bytes());
  XCH_ASSIGN(encryption.certified, party::make_key_record(record, parent_key));
  encryption.secret = crypto::export_private_key(kem);
  out.push_back(std::move(encryption));
  return out;
}

// ---- files ---------------------------------------------------------------------------------------------------------

std::string info_json(const HomeInfo& info) {
  wire::Json json = wire::Json::object();
  json.set("v", wire::Json::natural(1));
  json.set("kind", "agency");
  json.set("name", info.name);
  json.set("party", to_hex(info.party));
  json.set("coalition", to_hex(info.coalition));
  json.set("suite", info.suite == SuiteId::x25519 ? "x25519" : "p256");
  return wire::write_json(json, wire::JsonLayout::indented) + "\n";
}

Result<crypto::SecretBytes> passphrase(const Environment& environment) {
  if (!environment.secret) return fail(Code::key_passphrase_missing);
  return environment.secret("passphrase");
}

Status write_store_key(const std::filesystem::path& home, const StoreKey& key, const AgencyPlan& plan,
                       ByteView identity_key, Timestamp now, const Environment& environment, crypto::Random& random) {
  XCH_ASSIGN(const auto phrase, passphrase(environment));
  crypto::KeyFileHeader header;
  header.purpose = "home store";
  header.owner = plan.name;
  header.suite = plan.suite;
  header.created = now;
  header.not_after = now + kIdentityDays * kDay;
  header.public_key = identity_key.copy();  // whose home this is: the store key itself has no public half
  auto text = environment.key_cost_for_testing
                  ? crypto::seal_key_file_for_testing(header, key.expose(), phrase.expose(), random,
                                                      *environment.key_cost_for_testing)
                  : crypto::seal_key_file(header, key.expose(), phrase.expose(), random);
  if (!text) return fail(std::move(text).error());
  return write_file_atomically(home / "keys" / "home.key", ByteView(std::string_view(*text)));
}

Status fill_store(const std::filesystem::path& home, StoreKey key, const std::vector<MadeKey>& keys,
                  const HomeInfo& info, const KeyId& coalition_root, crypto::Random& random, Timestamp now) {
  XCH_ASSIGN(auto rows, open_rows(home, std::move(key), random, store::OpenMode::create));
  XCH_ASSIGN(auto change, rows->begin());
  std::uint64_t journal = 0;
  for (const auto& made : keys) {
    XCH_TRY(keep_key(change, made.certified, made.secret.expose()));
    const auto& id = made.certified.id;
    XCH_ASSIGN(journal, change.append(Event{EventKind::keyRecord, now, id, retag<Digest>(id), "{}"}));
  }
  const auto secret = crypto::random_secret<32, struct AgencySecretTag>(random);
  XCH_TRY(change.put(space::kMeta, ByteView(meta::kAgencySecret), secret.expose()));
  XCH_TRY(change.put(space::kMeta, ByteView(meta::kCoalitionRoot), coalition_root));
  const Progress first{crypto::random_fixed<LineId>(random), 1, journal, now};
  XCH_TRY(change.put_progress(first));
  XCH_TRY(make_log_key(change, info, random, now));
  XCH_TRY(change.commit());
  return Mark::make(home, rows->mark_key(), first);
}

}  // namespace

Result<Party> create_agency_home(const std::filesystem::path& home, const AgencyPlan& plan, const KeyId& coalition_root,
                                 const Environment& environment) {
  XCH_TRY(crypto::start());
  XCH_TRY(check_plan(plan, coalition_root));
  if (!environment.clock) return fail(Code::clock);
  XCH_ASSIGN(const Timestamp now, environment.clock());
  crypto::Random& random = environment.random == nullptr ? crypto::system_random() : *environment.random;

  HomeInfo info;
  info.name = plan.name;
  info.party = crypto::random_fixed<PartyId>(random);
  info.coalition = plan.coalition;
  info.suite = plan.suite;
  KeyMaker maker{plan, info.party, now, random};
  XCH_ASSIGN(const auto keys, make_keys(maker, coalition_root));

  XCH_ASSIGN(NewHome folder, NewHome::begin(home, random));
  StoreKey key = crypto::random_secret<32, StoreKeyTag>(random);
  XCH_TRY(write_store_key(folder.path(), key, plan, keys.front().certified.record.public_key, now, environment, random));
  XCH_TRY(fill_store(folder.path(), std::move(key), keys, info, coalition_root, random, now));
  XCH_TRY(write_file_atomically(folder.path() / "agency.json", ByteView(std::string_view(info_json(info)))));
  XCH_TRY(folder.finish());

  Party party;
  party.id = info.party;
  party.name = plan.name;
  party.kind = plan.kind;
  party.role = plan.role;
  party.ori = plan.ori;
  for (const auto& made : keys) party.keys.push_back(made.certified.signed_record);
  return party;
}

Result<HomeInfo> read_home_info(const std::filesystem::path& home) {
  XCH_ASSIGN(const auto text, read_home_file(home / "agency.json"));
  const auto json = wire::parse_json(text);
  if (!json || !json->is_object()) return fail(Code::record_malformed);
  HomeInfo info;
  info.kind = json->text_at("kind") == "coalition" ? HomeKind::coalition : HomeKind::agency;
  info.name = json->text_at("name");
  const auto party = from_hex_as<PartyId>(json->text_at("party"));
  const auto coalition = from_hex_as<CoalitionId>(json->text_at("coalition"));
  const std::string suite = json->text_at("suite");
  info.suite = suite == "p256" ? SuiteId::p256 : suite == "x25519" ? SuiteId::x25519 : SuiteId::none;
  if (!party || !coalition || !is_enabled(info.suite) || !is_home_name(info.name)) return fail(Code::record_malformed);
  info.party = *party;
  info.coalition = *coalition;
  return info;
}

}  // namespace xch::session
