// The life of this home's keys: made, named by a roster, retired, erased (docs/format.md, "Keys, parties, roster"). The
// erasing itself is erase.cpp's.
#include <algorithm>

#include "crypto/digest.hpp"
#include "party/chain.hpp"
#include "session/events.hpp"
#include "session/json_line.hpp"
#include "session/key_life.hpp"
#include "session/state.hpp"

namespace xch::session {
namespace {

constexpr std::uint64_t kSeatDays = 365, kAuthorityDays = 365;

std::uint64_t next_serial(const OwnKeys& keys) {
  std::uint64_t serial = 0;
  for (const auto& [id, key] : keys.all()) serial = std::max(serial, key.certified.record.serial);
  return serial + 1;
}

/// What a new key of a kind takes over from the one that it follows: who certifies it, and what it may issue.
struct Plan {
  KeyKind kind = KeyKind::none;
  std::uint64_t days = 0;
  const OwnKey* identity = nullptr;  // null: certified by standing in the roster, as its root-made forerunner
  KeyId parent;
  std::vector<Basis> bases;
};

bool is_originator(const OwnKey& key) {
  return key.certified.record.bases == std::vector<Basis>{Basis::originatorAuthority};
}

/// Errors: key_missing (no identity, or nothing of that kind to follow).
Result<Plan> plan_for(const OwnKeys& keys, NewKey what) {
  const OwnKey* identity = keys.newest(KeyKind::agencyIdentity);
  if (identity == nullptr) return fail(Code::key_missing);
  switch (what) {
    case NewKey::encryption: return Plan{KeyKind::agencyEncryption, kEncryptionDays, identity, identity->certified.id, {}};
    case NewKey::seat: return Plan{KeyKind::seat, kSeatDays, identity, identity->certified.id, {}};
    case NewKey::authority:
    case NewKey::originator: break;
  }
  const OwnKey* before = nullptr;
  for (const auto& [id, key] : keys.all()) {
    if (key.certified.record.kind != KeyKind::consentAuthority || is_originator(key) != (what == NewKey::originator)) continue;
    if (before == nullptr || before->certified.record.serial < key.certified.record.serial) before = &key;
  }
  if (before == nullptr) return fail(Code::key_missing);
  const auto& record = before->certified.record;
  const bool own = what == NewKey::originator;
  return Plan{KeyKind::consentAuthority, kAuthorityDays, own ? identity : nullptr, own ? identity->certified.id : record.parent, record.bases};
}

struct Made {
  CertifiedKey certified;
  crypto::SecretBytes secret;
};

Result<Made> make_key(const Session::State& state, const Plan& plan, std::uint64_t serial, Timestamp now) {
  KeyRecord record;
  record.kind = plan.kind;
  record.suite = state.info.suite;
  record.coalition = state.info.coalition;
  record.subject = state.info.party;
  record.serial = serial;
  record.not_before = Timestamp{now.seconds - std::min(now.seconds, kClockSkew)};
  record.not_after = record.not_before + plan.days * kDay;
  record.parent = plan.parent;
  record.bases = plan.bases;
  Made out;
  if (plan.kind == KeyKind::agencyEncryption) {
    XCH_ASSIGN(const auto kem, crypto::KemPrivateKey::generate(state.info.suite, state.random));
    record.public_key = kem.public_key().bytes().copy();
    out.secret = crypto::export_private_key(kem);
  } else {
    XCH_ASSIGN(const auto sign, crypto::SignPrivateKey::generate(state.info.suite, state.random));
    record.public_key = sign.public_key().bytes().copy();
    out.secret = crypto::export_private_key(sign);
  }
  const crypto::SignPrivateKey* parent = plan.identity == nullptr ? nullptr : plan.identity->sign.get();
  XCH_ASSIGN(out.certified, party::make_key_record(record, parent));
  return out;
}

}  // namespace

// ---- retired keys --------------------------------------------------------------------------------------------------

Result<std::map<KeyId, Timestamp>> retired_keys(const Rows& rows) {
  XCH_ASSIGN(const auto list, rows.list(space::kRetired));
  std::map<KeyId, Timestamp> out;
  for (const auto& row : list) {
    KeyId id;
    if (!id.copy_from(row.key) || row.value.size() != 8) return fail(Code::store_damaged);
    out[id] = Timestamp{load_u64(row.value.expose().data())};
  }
  return out;
}

Timestamp end_of_service(const KeyRecord& record, const std::map<KeyId, Timestamp>& retired, const KeyId& id) {
  const auto at = retired.find(id);
  return at == retired.end() ? record.not_after : std::min(record.not_after, at->second);
}

// ---- what the coalition takes in -----------------------------------------------------------------------------------

namespace {

/// The party as the coalition should have it next: as it stands in the roster, without what was retired or is over, with
/// what was made since. Errors: roster_missing, party_unknown.
Result<Party> enrolment_of(const Held& held, const PartyId& self, const std::map<KeyId, Timestamp>& retired, Timestamp now) {
  const auto roster = held.rosters->newest();
  if (!roster) return fail(Code::roster_missing);
  const Party* party = roster->party(self);
  if (party == nullptr) return fail(Code::party_unknown);
  Party out = *party;
  const auto gone = [&](const Signed& record) {
    const KeyId id = party::key_id(record.body);
    const CertifiedKey* key = roster->key(id);
    const bool over = key != nullptr && key->record.kind == KeyKind::agencyEncryption && key->record.not_after < now;
    return over || retired.count(id) != 0;
  };
  out.keys.erase(std::remove_if(out.keys.begin(), out.keys.end(), gone), out.keys.end());
  for (const auto& [id, key] : held.keys->all()) {
    const bool known = roster->key(id) != nullptr;
    if (known || key.is_erased() || retired.count(id) != 0 || key.certified.record.not_after < now) continue;
    out.keys.push_back(key.certified.signed_record);
  }
  return out;
}

}  // namespace

Result<Party> Session::enrolment() const {
  XCH_ASSIGN(const Call call, state_->enter());
  XCH_ASSIGN(const auto retired, retired_keys(*state_->rows));
  return enrolment_of(*call.held, state_->info.party, retired, call.now);
}

// ---- rotate and retire ---------------------------------------------------------------------------------------------

Result<Signed> Session::rotate_key(NewKey what) {
  State& state = *state_;
  XCH_ASSIGN(const Call call, state.enter());
  XCH_ASSIGN(const Plan plan, plan_for(*call.held->keys, what));
  XCH_ASSIGN(const Made made, make_key(state, plan, next_serial(*call.held->keys), call.now));
  XCH_ASSIGN(auto change, state.rows->begin());
  XCH_TRY(unchanged(change, call.held->generations, Part::keys));
  XCH_TRY(keep_key(change, made.certified, made.secret.expose()));
  XCH_TRY(touch(change, Part::keys));
  XCH_TRY(change.append(plain_event(EventKind::keyRecord, retag<Digest>(made.certified.id),
                                    JsonLine()
                                        .word("what", "made")
                                        .word("kind", code_of(plan.kind))
                                        .number("until", made.certified.record.not_after.seconds)
                                        .text(),
                                    state.actor(*call.held), call.now)));
  XCH_TRY(change.commit());
  return made.certified.signed_record;
}

namespace {

bool follows(const KeyRecord& newer, const KeyRecord& older) {
  return std::pair(newer.not_before.seconds, newer.serial) > std::pair(older.not_before.seconds, older.serial);
}

/// The keys to retire: the one named, or every encryption key that the one in force follows.
/// Errors: key_missing, key_retire_newest.
Result<std::vector<KeyId>> to_retire(const Held& held, const PartyId& self, const std::map<KeyId, Timestamp>& retired,
                                     const std::optional<KeyId>& named, Timestamp now) {
  const auto roster = held.rosters->newest();
  if (!roster) return fail(Code::roster_missing);
  const CertifiedKey* in_force = roster->encryption_key(self, now);
  const OwnKey* ours = in_force == nullptr ? nullptr : held.keys->find(in_force->id);
  std::vector<KeyId> out;
  for (const auto& [id, key] : held.keys->all()) {
    if (key.certified.record.kind != KeyKind::agencyEncryption || key.is_erased()) continue;
    if (named && id != *named) continue;
    // Senders must have a key to seal to, and this home must be able to open what they seal.
    const bool safe = ours != nullptr && ours->kem && follows(in_force->record, key.certified.record);
    if (named && !safe) return fail(Code::key_retire_newest);
    if (safe && (named || retired.count(id) == 0)) out.push_back(id);
  }
  if (named && out.empty()) return fail(Code::key_missing);
  if (out.empty()) return fail(Code::key_retire_newest);
  return out;
}

}  // namespace

Result<std::vector<KeyId>> Session::retire_keys(const std::optional<KeyId>& named) {
  State& state = *state_;
  XCH_ASSIGN(const Call call, state.enter());
  XCH_ASSIGN(const auto retired, retired_keys(*state.rows));
  XCH_ASSIGN(const auto ids, to_retire(*call.held, state.info.party, retired, named, call.now));
  XCH_ASSIGN(auto change, state.rows->begin());
  XCH_TRY(unchanged(change, call.held->generations, Part::keys));
  for (const auto& id : ids) {
    // The first time counts: retiring twice keeps nothing longer.
    XCH_ASSIGN(const Inserted inserted, change.insert(space::kRetired, id, ByteWriter().u64(call.now.seconds)));
    if (inserted == Inserted::already) continue;
    const Timestamp end = std::min(call.held->keys->find(id)->certified.record.not_after, call.now) + retention(*call.held);
    XCH_TRY(change.append(plain_event(EventKind::keyRecord, retag<Digest>(id),
                                      JsonLine().word("what", "retired").number("opens-until", end.seconds).text(),
                                      state.actor(*call.held), call.now)));
  }
  XCH_TRY(touch(change, Part::keys));
  XCH_TRY(change.commit());
  return ids;
}

// ---- what there is -------------------------------------------------------------------------------------------------

namespace {

struct Look {
  const Held& held;
  const std::map<KeyId, Timestamp>& retired;
  Timestamp now;
};

std::string state_of(const Look& look, const CertifiedKey& key, const OwnKey* own) {
  const auto roster = look.held.rosters->newest();
  const auto revoked = roster ? roster->revoked_at(key.id) : std::nullopt;
  if (own != nullptr && own->is_erased()) return "erased";
  if (revoked && *revoked <= look.now) return "revoked";
  if (look.retired.count(key.id) != 0) return "retired";
  if (key.record.not_after < look.now) return "expired";
  if (look.now < key.record.not_before) return "not yet";
  if (own == nullptr) return "elsewhere";  // of this agency, but in another home: a laptop's seat
  // A seat is certified by its agency; the others count once the roster names them.
  if (key.record.kind != KeyKind::seat && (!roster || roster->key(key.id) == nullptr)) return "not in the roster";
  return "in force";
}

OwnKeyRow row_of(const Look& look, const CertifiedKey& key, const OwnKey* own) {
  const auto roster = look.held.rosters->newest();
  OwnKeyRow row;
  row.key = key;
  row.here = own != nullptr && !own->is_erased();
  row.in_roster = roster && roster->key(key.id) != nullptr;
  row.state = state_of(look, key, own);
  const auto at = look.retired.find(key.id);
  if (at != look.retired.end()) row.retired_at = at->second;
  if (row.here && key.record.kind == KeyKind::agencyEncryption)
    row.erase_at = end_of_service(key.record, look.retired, key.id) + retention(look.held);
  return row;
}

}  // namespace

Result<std::vector<OwnKeyRow>> Session::keys() const {
  XCH_ASSIGN(const Call call, state_->enter());
  XCH_ASSIGN(const auto retired, retired_keys(*state_->rows));
  const Look look{*call.held, retired, call.now};
  std::vector<OwnKeyRow> out;
  for (const auto& [id, key] : call.held->keys->all()) out.push_back(row_of(look, key.certified, &key));
  const auto roster = call.held->rosters->newest();
  const Party* self = roster ? roster->party(state_->info.party) : nullptr;
  if (self != nullptr)
    for (const auto& record : self->keys) {
      const KeyId id = party::key_id(record.body);
      if (call.held->keys->find(id) == nullptr && roster->key(id) != nullptr) out.push_back(row_of(look, *roster->key(id), nullptr));
    }
  std::sort(out.begin(), out.end(), [](const OwnKeyRow& a, const OwnKeyRow& b) { return a.key.record.serial < b.key.record.serial; });
  return out;
}

}  // namespace xch::session
