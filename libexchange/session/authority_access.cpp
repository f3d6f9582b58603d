#include "session/authority_access.hpp"

#include "crypto/digest.hpp"
#include "session/deliver.hpp"
#include "session/events.hpp"
#include "session/json_line.hpp"
#include "session/objects.hpp"
#include "session/state.hpp"

namespace xch::session {
namespace {

class Access final : public Session::AuthorityAccess {
 public:
  explicit Access(Session::State& state) : state_(state) {}

  Result<AuthorityKey> authority_key(Basis basis) override {
    XCH_ASSIGN(const auto held, state_.picture());
    const OwnKey* key = key_for(*held, basis);
    if (key == nullptr) return fail(Code::key_missing);
    return answer(*held, *key);
  }

  Result<AuthorityKey> authority_key_of(const KeyId& id) override {
    XCH_ASSIGN(const auto held, state_.picture());
    const OwnKey* key = held->keys->find(id);
    if (key == nullptr || !key->sign || key->certified.record.kind != KeyKind::consentAuthority) return fail(Code::key_missing);
    return answer(*held, *key);
  }

  Result<std::optional<Bytes>> get(const std::string& space, ByteView key) override {
    XCH_ASSIGN(const auto row, state_.rows->get(authority_space(space), key));
    if (!row) return std::optional<Bytes>();
    return std::optional<Bytes>(row->expose().copy());
  }

  Result<std::vector<std::pair<Bytes, Bytes>>> list(const std::string& space) override {
    XCH_ASSIGN(const auto rows, state_.rows->list(authority_space(space)));
    std::vector<std::pair<Bytes, Bytes>> out;
    for (const auto& row : rows) out.emplace_back(row.key, row.value.expose().copy());
    return out;
  }

  Status put_all(const std::vector<Put>& puts, const std::vector<EventDraft>& events) override {
    XCH_ASSIGN(const Call call, state_.enter());
    const KeyId actor = state_.actor(*call.held);
    bool erased = false;
    {
      XCH_ASSIGN(auto change, state_.rows->begin());
      for (const auto& put : puts) {
        const std::string space = authority_space(put.space);
        if (put.value.empty()) XCH_TRY(change.erase(space, put.key));
        if (!put.value.empty()) XCH_TRY(change.put(space, put.key, put.value));
        erased = erased || put.value.empty();
      }
      for (const auto& event : events)
        XCH_TRY(change.append(plain_event(event.kind, event.object, event.detail_json, actor, call.now)));
      XCH_TRY(change.commit());
    }
    return erased ? state_.rows->scrub() : Status(Ok{});
  }

  Status send_object(const SealedObject& object, const PartyId& to, bool grant_view) override {
    XCH_ASSIGN(const Call call, state_.enter());
    std::uint32_t least = message::kObjectBody;
    if (grant_view) {
      const auto roster = call.held->rosters->newest();
      const PolicyPack* pack = roster ? call.held->policies->find(roster->roster().policy_pack) : nullptr;
      if (pack == nullptr) return fail(Code::policy_pack_unknown);
      least = pack->grant_view_size;
    }
    XCH_ASSIGN(const auto queued, seal_to(state_, call, object, to, least));
    {
      XCH_ASSIGN(auto change, state_.rows->begin());
      XCH_TRY(queue(change, queued));
      XCH_TRY(change.append(plain_event(grant_view ? EventKind::grant : EventKind::status,
                                        crypto::sha256(queued.outgoing.envelope),
                                        JsonLine().word("what", "object-sent").hex("to", to).text(),
                                        state_.actor(*call.held), call.now)));
      XCH_TRY(change.commit());
    }
    deliver_queued(state_);
    return Ok{};
  }

  crypto::Random& random() override { return state_.random; }

 private:
  /// The newest key that the roster vouches for: a new one that it does not name yet would be refused by everybody.
  const OwnKey* key_for(const Held& held, Basis basis) const {
    const auto roster = held.rosters->newest();
    const auto keys = held.keys->authorities(basis);
    for (const auto* key : keys)
      if (roster && state_.chains.verify(held.keys->chain_of(*key), {KeyKind::consentAuthority}, *roster)) return key;
    return keys.empty() ? nullptr : keys.front();
  }
  /// The answer outlives the picture it came from: this one key is kept as long as the home is open.
  AuthorityKey answer(const Held& held, const OwnKey& key) {
    const OwnKey& kept = keep(key);
    return AuthorityKey{&kept.certified, kept.sign.get(), held.keys->chain_of(kept)};
  }
  const OwnKey& keep(const OwnKey& key) {
    const std::lock_guard<std::mutex> lock(mutex_);
    return kept_.try_emplace(key.certified.id, key).first->second;
  }
  Session::State& state_;
  std::mutex mutex_;
  std::map<KeyId, OwnKey> kept_;
};

}  // namespace

std::string authority_space(std::string_view space) { return "authority/" + std::string(space); }

std::unique_ptr<Session::AuthorityAccess> make_authority_access(Session::State& state) {
  return std::make_unique<Access>(state);
}

}  // namespace xch::session
