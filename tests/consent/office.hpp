// An office at work without a home: a fake of what a session lends it, over the test coalition and the default pack.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "consent/authority/lint.hpp"
#include "consent/authority/office.hpp"
#include "consent/pack_compiler/compile.hpp"
#include "crypto/digest.hpp"
#include "crypto/labels.hpp"
#include "support/coalition.hpp"
#include "support/expect.hpp"
#include "wire/records.hpp"
#include "wire/schema_bundle.hpp"

namespace xch::testing {

using consent::ConsentDraft;

inline std::vector<NoteSchema> builtin_schemas() {
  std::vector<NoteSchema> out;
  for (const auto& bundle : wire::builtin_bundles()) {
    out.push_back(must(wire::NoteType::load(bundle.bytes), "schema").schema());
    out.back().digest = crypto::th_as<SchemaDigest>(crypto::label::kSchemaDigest, {bundle.bytes});
  }
  return out;
}

inline const PolicyPack& default_pack() {
  static const PolicyPack pack = must(
      consent::compile_pack(consent::default_pack_toml(), builtin_schemas(), [](ByteView text) { return crypto::sha256(text); }),
      "pack");
  return pack;
}

inline Bytes bytes_of(std::string_view text) { return ByteView(text).copy(); }

/// A named consent: harbor (CM) may share with clinic (TXP) and defender (PD).
inline ConsentDraft care_draft() {
  ConsentDraft draft;
  draft.subject = "p-417";
  draft.subject_record = R"({"name":"Maria Reyes","born":"1990-02-03"})";
  draft.basis = Basis::part2Consent;
  draft.disclosers = {"harbor"};
  draft.recipients = {"clinic", "defender"};
  draft.classes = {FieldClass::id, FieldClass::eng, FieldClass::need, FieldClass::sud};
  draft.purposes = {Purpose::coord};
  draft.first_day = "2026-11-26";
  draft.last_day = "2027-02-21";
  draft.zone_offset_minutes = -480;
  draft.signer = "participant";
  draft.signed_day = "2026-11-26";
  draft.signed_form = bytes_of("form of p-417, signed");
  draft.revocation_explained = true;
  return draft;
}

/// A justice condition on the same form: harbor tells the prosecutor whether the person takes part as required.
inline ConsentDraft justice_draft() {
  ConsentDraft draft = care_draft();
  draft.basis = Basis::justiceCondition;
  draft.recipients = {"prosecutor"};
  draft.classes = {FieldClass::eng, FieldClass::leg, FieldClass::sud};
  draft.purposes = {Purpose::filing};
  draft.revocation_explained = false;
  draft.proceeding = "26-1-00417-1";
  draft.revocable_day = "2027-01-15";
  return draft;
}

/// The patrol's own referral, before any consent.
inline ConsentDraft referral_draft() {
  ConsentDraft draft;
  draft.subject = "r-0031";
  draft.subject_record = R"({"name":"Maria Reyes"})";
  draft.basis = Basis::originatorAuthority;
  draft.disclosers = {"patrol"};
  draft.recipients = {"office", "harbor"};
  draft.classes = {FieldClass::id, FieldClass::con, FieldClass::need, FieldClass::leg, FieldClass::txt};
  draft.purposes = {Purpose::refer};
  draft.first_day = "2026-11-26";
  draft.last_day = "2026-12-20";
  draft.zone_offset_minutes = -480;
  return draft;
}

/// FakeHome is what a session would lend the office; `log` says in which order things happened.
class FakeHome final : public consent::AuthorityAccess {
 public:
  FakeHome(const Coalition& coalition, std::string owner, std::string_view seed)
      : coalition_(coalition), owner_(std::move(owner)), random_(ByteView(seed)) {}

  struct Sent {
    SealedObject object;
    PartyId to;
    bool grant_view = false;
  };
  std::vector<Sent> sent;
  std::vector<EventDraft> events;
  std::vector<std::string> log;
  std::map<std::string, std::map<Bytes, Bytes>> rows;
  bool disk_full = false;
  bool spool_full = false;

  Result<AuthorityKey> authority_key(Basis basis) override {
    const auto& party = coalition_[owner_];
    if (!party.authority) return fail(Code::key_missing);
    const auto& bases = party.authority->record.bases;
    if (std::find(bases.begin(), bases.end(), basis) == bases.end()) return fail(Code::key_missing);
    return AuthorityKey{&*party.authority, &*party.authority_key, party.authority_chain()};
  }
  Result<AuthorityKey> authority_key_of(const KeyId& id) override {
    const auto& party = coalition_[owner_];
    if (!party.authority || party.authority->id != id) return fail(Code::key_missing);
    return AuthorityKey{&*party.authority, &*party.authority_key, party.authority_chain()};
  }
  Result<std::optional<Bytes>> get(const std::string& space, ByteView key) override {
    const auto at = rows[space].find(key.copy());
    if (at == rows[space].end()) return std::optional<Bytes>();
    return std::optional<Bytes>(at->second);
  }
  Result<std::vector<std::pair<Bytes, Bytes>>> list(const std::string& space) override {
    return std::vector<std::pair<Bytes, Bytes>>(rows[space].begin(), rows[space].end());
  }
  Status put_all(const std::vector<Put>& puts, const std::vector<EventDraft>& drafts) override {
    if (disk_full) return fail(Code::store_full);
    for (const auto& put : puts) {
      if (put.value.empty()) rows[put.space].erase(put.key);
      if (!put.value.empty()) rows[put.space][put.key] = put.value;
    }
    events.insert(events.end(), drafts.begin(), drafts.end());
    log.push_back("durable");
    return Ok{};
  }
  Status send_object(const SealedObject& object, const PartyId& to, bool grant_view) override {
    if (spool_full) return fail(Code::spool);
    sent.push_back({object, to, grant_view});
    log.push_back("sent");
    return Ok{};
  }
  crypto::Random& random() override { return random_; }

 private:
  const Coalition& coalition_;
  std::string owner_;
  crypto::SeededRandom_for_testing random_;
};

inline PolicyHash default_policy_hash() {
  return crypto::th_as<PolicyHash>(crypto::label::kPolicyHash, {wire::encode(default_pack())});
}

/// Bench is one office with its fake home, at a time of the test's own.
class Bench {
 public:
  explicit Bench(SuiteId suite = SuiteId::x25519, std::string owner = "office", std::string_view seed = "an office")
      : coalition(suite, default_policy_hash()), home(coalition, owner, seed), owner_(std::move(owner)) {}

  Coalition coalition;
  PolicyPack pack = default_pack();
  FakeHome home;
  Timestamp now = kNow;
  std::vector<std::pair<std::string, Bytes>> lists;  // delivered, by party

  consent::Desk desk() {
    consent::Desk out;
    out.access = &home;
    out.roster = coalition.roster();
    out.pack = &pack;
    out.self = coalition[owner_].id();
    out.now = now;
    out.deliver_list = [this](const std::string& party, ByteView list) -> Status {
      lists.emplace_back(party, list.copy());
      home.log.push_back("list");
      return Ok{};
    };
    return out;
  }
  std::vector<consent::Judged> judge(const ConsentDraft& draft) {
    return consent::judge(draft, pack, *coalition.roster(), coalition[owner_].id(), now);
  }
  const PartyId& id(std::string_view name) const { return coalition[name].id(); }

  /// The views sent to a party, oldest first.
  std::vector<SealedObject> views_to(std::string_view name) const {
    std::vector<SealedObject> out;
    for (const auto& object : home.sent)
      if (object.grant_view && object.to == id(name)) out.push_back(object.object);
    return out;
  }
  /// The newest view sent to a party, verified as that party verifies it.
  Result<std::shared_ptr<grant::HeldGrant>> held_by(std::string_view name, const grant::KnownGrant& known = {}) {
    const auto views = views_to(name);
    if (views.empty()) return fail(Code::not_found);
    return grant::verify_view(views.back(), *coalition.roster(), id(name), coalition[name].encryption.id, now, known);
  }
  /// The newest published list, verified.
  std::shared_ptr<const grant::HeldStatus> newest_list() {
    const auto list = must(wire::decode_status_list(lists.back().second), "list");
    return must(grant::verify_status_list(list, *coalition.roster(), now), "list");
  }
  GrantState published_state(const GrantHash& hash) {
    for (const auto& [key, value] : home.rows["authority.grants"]) {
      const auto file = must(consent::decode_grant_file(value), "grant file");
      if (file.hash == hash) return must(newest_list()->state_of(file.core.status_index), "state");
    }
    give_up(Code::not_found, "published_state");
  }

 private:
  std::string owner_;
};

/// Findings that stop an issue, as "rule code".
inline std::vector<std::string> errors_of(const std::vector<consent::Judged>& judged) {
  std::vector<std::string> out;
  for (const auto& j : judged)
    if (j.finding.is_error) out.push_back(j.finding.rule + " " + std::string(info(j.code).name));
  return out;
}
inline std::vector<std::string> warnings_of(const std::vector<consent::Judged>& judged) {
  std::vector<std::string> out;
  for (const auto& j : judged)
    if (!j.finding.is_error) out.push_back(j.finding.rule);
  return out;
}

}  // namespace xch::testing
