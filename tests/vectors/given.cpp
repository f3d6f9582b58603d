#include "vectors/given.hpp"

#include <algorithm>
#include <stdexcept>

#include "crypto/digest.hpp"
#include "crypto/labels.hpp"
#include "session/heard.hpp"
#include "session/log_proofs.hpp"
#include "support/coalition.hpp"
#include "wire/records.hpp"

namespace xch::vectors {
namespace {

using testing::must;

const Json kNothing = Json::array();

const Json& list_at(const Json& given, const char* member) {
  return given.contains(member) ? given.at(member) : kNothing;
}

template <class F>
F fixed(const Json& hex) {
  F out;
  if (!out.copy_from(bytes_from_hex(hex))) throw std::invalid_argument("hex of another length");
  return out;
}

Timestamp time_at(const Json& object, const char* member) { return Timestamp{object.at(member).get<std::uint64_t>()}; }

/// The first of the rosters held by which a record that was taken earlier is good.
template <class Take>
auto taken_by_one_of(const std::vector<std::shared_ptr<const party::VerifiedRoster>>& rosters, const char* what,
                     Take take) {
  for (const auto& roster : rosters)
    if (auto taken = take(*roster)) return std::move(*taken);
  throw std::invalid_argument(what);
}

}  // namespace

Given::Given(SuiteId suite, const Json& given) : suite_(suite) {
  now = time_at(given, "now");
  if (given.contains("agency")) self_ = fixed<PartyId>(given.at("agency"));
  take_keys(given);
  take_records(given);
  take_arrivals(given);
}

void Given::take_keys(const Json& given) {
  for (const auto& key : list_at(given, "keys")) {
    Key out{fixed<KeyId>(key.at("id")),
            must(crypto::KemPrivateKey::from_bytes(suite_, bytes_from_hex(key.at("private")))),
            time_at(key, "not_before"), time_at(key, "not_after")};
    if (!equal(out.key->public_key().bytes(), bytes_from_hex(key.at("public")))) throw std::invalid_argument("public");
    keys_.push_back(std::move(out));
  }
  for (const auto& key : list_at(given, "former_keys"))
    former_.push_back({fixed<KeyId>(key.at("id")), {}, time_at(key, "not_before"), time_at(key, "not_after")});
}

void Given::take_records(const Json& given) {
  for (const auto& record : list_at(given, "rosters")) {
    const auto roster = must(wire::decode_signed_roster(bytes_from_base64(record)), "roster");
    rosters.push_back(must(party::verify_roster(roster, rosters.empty() ? nullptr : rosters.back().get()), "roster"));
  }
  if (given.contains("pack") && !given.at("pack").is_null()) {
    const auto object = must(wire::decode_signed(bytes_from_base64(given.at("pack"))), "pack");
    PolicyPack pack = must(wire::decode_policy_pack(object.body), "pack");
    grant_view_size = pack.grant_view_size;
    packs_.emplace(crypto::th_as<PolicyHash>(crypto::label::kPolicyHash, {object.body}), std::move(pack));
  }
  for (const auto& bundle : list_at(given, "schemas")) {
    const Bytes bytes = bytes_from_base64(bundle);
    wire::NoteType type = must(wire::NoteType::load(bytes), "schema");
    const auto digest = crypto::th_as<SchemaDigest>(crypto::label::kSchemaDigest, {bytes});
    type.set_digest(digest);
    types_.emplace(digest, std::move(type));
  }
  for (const auto& record : list_at(given, "grants")) {
    const auto object = must(wire::decode_sealed_object(bytes_from_base64(record)), "grant");
    const auto view = must(wire::decode_grant_view(object.object.body), "grant view");
    const auto core = must(wire::decode_grant_core(view.core.body), "grant core");
    const auto held = taken_by_one_of(rosters, "grant", [&](const party::VerifiedRoster& roster) {
      return grant::verify_view(object, roster, self_, view.encryption_key, core.effective_at, {});
    });
    grants_[held->hash()] = held;
  }
  for (const auto& record : list_at(given, "status_lists")) {
    const auto list = must(wire::decode_status_list(bytes_from_base64(record)), "status list");
    const auto body = must(wire::decode_status_body(list.signed_body.body), "status body");
    const auto held = taken_by_one_of(rosters, "status list", [&](const party::VerifiedRoster& roster) {
      return grant::verify_status_list(list, roster, body.issued_at);
    });
    session::ListHistory& history = lists_[{body.authority, body.list}];
    if (auto version = must(history.of_list(*held), "status list")) history.add(std::move(*version));
    history.set_whole(held);
  }
}

void Given::take_arrivals(const Json& given) {
  for (const auto& mark : list_at(given, "seen"))
    seen_[{fixed<PartyId>(mark.at("sender")), fixed<NoteId>(mark.at("note_id"))}] =
        fixed<HeaderHash>(mark.at("header_hash"));
  for (const auto& arrival : list_at(given, "received"))
    received_[fixed<Digest>(arrival.at("sha256"))] = time_at(arrival, "time");
  if (given.contains("log_policy")) log_policy_ = must(log::LogPolicy::parse(given.at("log_policy").get<std::string>()));
  for (const auto& proof : list_at(given, "log_proofs")) {
    const Bytes bytes = bytes_from_base64(proof);
    log_proofs_[must(wire::decode_log_proof(bytes), "log proof").header] = bytes;
  }
  for (const auto& nonce : list_at(given, "nonces")) nonces.insert(bytes_from_hex(nonce));
}

std::vector<message::GateKey> Given::gate_keys() const {
  std::vector<message::GateKey> out;
  for (const auto& key : keys_) out.push_back({key.id, &*key.key, key.not_before, key.not_after});
  return out;
}

std::shared_ptr<const party::VerifiedRoster> Given::newest_roster() const {
  return rosters.empty() ? nullptr : rosters.back();
}

// The newest roster issued at or before `at`, if it had not expired by then.
std::shared_ptr<const party::VerifiedRoster> Given::roster_at(Timestamp at) const {
  for (auto roster = rosters.rbegin(); roster != rosters.rend(); ++roster)
    if ((*roster)->roster().issued <= at) return (*roster)->is_current(at) ? *roster : nullptr;
  return nullptr;
}

const PolicyPack* Given::pack(const PolicyHash& hash) const {
  const auto found = packs_.find(hash);
  return found == packs_.end() ? nullptr : &found->second;
}

const wire::NoteType* Given::note_type(const SchemaDigest& digest) const {
  const auto found = types_.find(digest);
  return found == types_.end() ? nullptr : &found->second;
}

std::shared_ptr<const grant::HeldGrant> Given::held_grant(const GrantHash& hash) const {
  const auto found = grants_.find(hash);
  return found == grants_.end() ? nullptr : found->second;
}

grant::KnownGrant Given::known(const GrantId& id) const {
  grant::KnownGrant out;
  for (const auto& [hash, held] : grants_) {
    if (held->core().grant_id != id || held->core().version <= out.highest_version) continue;
    out.highest_version = held->core().version;
    out.pseudonym = held->pseudonym();
  }
  return out;
}

const session::ListHistory* Given::history(const session::ListKey& key) const {
  const auto found = lists_.find(key);
  return found == lists_.end() ? nullptr : &found->second;
}

message::StatusKnowledge Given::status_of(const grant::HeldGrant& grant) const {
  message::StatusKnowledge out;
  const GrantCore& core = grant.core();
  const GrantCore* next = nullptr;
  for (const auto& [hash, held] : grants_) {
    const GrantCore& other = held->core();
    if (other.grant_id != core.grant_id || other.version <= core.version) continue;
    if (next == nullptr || other.version < next->version) next = &other;
  }
  if (next != nullptr) out.next_version_from = next->effective_at;
  if (const auto* list = history({core.authority, core.status_list}))
    out.inactive_since = list->inactive_since(core.status_index);
  return out;
}

bool Given::inactive_between(const grant::HeldGrant& grant, Timestamp from, Timestamp to) const {
  const GrantCore& core = grant.core();
  const auto* list = history({core.authority, core.status_list});
  return list != nullptr && list->inactive_between(core.status_index, from, to);
}

std::optional<StatusHash> Given::status_version(const PartyId& authority, const StatusListId& list,
                                                std::uint32_t version) const {
  const auto* known = history({authority, list});
  const auto* held = known == nullptr ? nullptr : known->version(version);
  return held == nullptr ? std::nullopt : std::optional<StatusHash>(held->hash);
}

std::optional<message::ReplayMark> Given::replay_mark(const PartyId& sender, const NoteId& note) const {
  const auto found = seen_.find({sender, note});
  if (found == seen_.end()) return std::nullopt;
  return message::ReplayMark{found->second, now};
}

std::optional<Timestamp> Given::received_at(const Digest& envelope) const {
  const auto found = received_.find(envelope);
  return found == received_.end() ? std::nullopt : std::optional<Timestamp>(found->second);
}

message::LogCheck Given::log_check(ByteView proof, const HeaderHash& hash, const NoteHeader& header) const {
  const auto held = log_proofs_.find(hash);
  if (proof.empty() && held == log_proofs_.end()) return {};
  const auto roster = roster_at(header.sealed_at);
  const Party* sender = roster ? roster->party(header.sender) : nullptr;
  if (sender == nullptr) return {};
  const auto trust = session::trust_of_log(log_policy_, session::log_origin(header.coalition, sender->name));
  if (!proof.empty()) return session::check_log(trust, proof, session::ProofFrom::presenter, hash, header);
  return session::check_log(trust, held->second, session::ProofFrom::store, hash, header);
}

// A seat of this agency is one that stands in the newest roster.
const crypto::SignPublicKey* Given::own_seat(const KeyId& id) const {
  const auto roster = newest_roster();
  const CertifiedKey* key = roster == nullptr ? nullptr : roster->key(id);
  if (key == nullptr || key->record.kind != KeyKind::seat || key->record.subject != self_) return nullptr;
  return roster->sign_key(id);
}

std::optional<message::GateKey> Given::former_gate_key(const KeyId& id) const {
  for (const auto* keys : {&keys_, &former_})
    for (const auto& key : *keys)
      if (key.id == id) return message::GateKey{id, key.key ? &*key.key : nullptr, key.not_before, key.not_after};
  return std::nullopt;
}

}  // namespace xch::vectors
