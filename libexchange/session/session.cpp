#include "session/session.hpp"

#include <unistd.h>

#include "crypto/start.hpp"
#include "session/authority_access.hpp"
#include "session/exchange_log.hpp"
#include "session/home_files.hpp"
#include "session/state.hpp"

namespace xch::session {
namespace {

Result<StoreKey> unlock(const std::filesystem::path& home, const Environment& environment) {
  XCH_ASSIGN(const auto text, read_key_text(home / "keys" / "home.key"));
  if (!environment.secret) return fail(Code::key_passphrase_missing);
  XCH_ASSIGN(const auto phrase, environment.secret("passphrase"));
  auto secret = environment.key_cost_for_testing
                    ? crypto::open_key_file_for_testing(text, phrase.expose(), nullptr)
                    : crypto::open_key_file(text, phrase.expose(), nullptr);
  if (!secret) return fail(std::move(secret).error());
  auto key = StoreKey::from(secret->expose());
  if (!key) return fail(Code::key_format);
  return std::move(*key);
}

}  // namespace

Session::State::State(std::filesystem::path home, Environment given)
    : path(std::move(home)),
      environment(std::move(given)),
      random(environment.random == nullptr ? crypto::system_random() : *environment.random),
      pid(::getpid()),
      log(environment.log),
      spool(path / "spool") {}

Session::Session(std::unique_ptr<State> state) : state_(std::move(state)) {}
Session::~Session() = default;

namespace {

/// Secrets of the home, and the time by which a lost store may have opened things.
Status load_meta(Session::State& state) {
  XCH_ASSIGN(auto secret, state.rows->get(space::kMeta, ByteView(meta::kAgencySecret)));
  if (!secret || secret->size() != 32) return fail(Code::store_damaged);
  XCH_ASSIGN(auto notes, state.rows->get(space::kMeta, ByteView(meta::kNoteSecret)));
  if (notes && notes->size() != 32) return fail(Code::store_damaged);
  state.note_secret = notes ? std::move(*notes) : crypto::SecretBytes(secret->expose());
  state.agency_secret = std::move(*secret);
  XCH_ASSIGN(const auto until, state.rows->get(space::kMeta, ByteView(meta::kRestored)));
  if (until && until->size() != 8) return fail(Code::store_damaged);
  if (until) state.restored_until = Timestamp{load_u64(until->expose().data())};
  return Ok{};
}

}  // namespace

Result<std::unique_ptr<Session>> Session::open(const std::filesystem::path& home, Environment environment) {
  return open_home(home, std::move(environment), As::usual);
}

Result<std::unique_ptr<Session>> Session::open_restored(const std::filesystem::path& home, Environment environment) {
  return open_home(home, std::move(environment), As::restored);
}

Result<std::unique_ptr<Session>> Session::open_home(const std::filesystem::path& home, Environment environment, As as) {
  XCH_TRY(crypto::start());
  XCH_ASSIGN(HomeInfo info, read_home_info(home));
  auto state = std::make_unique<State>(home, std::move(environment));
  state->info = std::move(info);
  XCH_ASSIGN(state->catalogue, Catalogue::load());
  XCH_ASSIGN(StoreKey key, unlock(home, state->environment));
  XCH_ASSIGN(state->rows, open_rows(home, std::move(key), state->random, store::OpenMode::existing));
  if (as == As::usual) {
    XCH_TRY(follow_mark(home, *state->rows, state->random));
    XCH_TRY(log_stands(home, *state->rows));
  }
  XCH_TRY(load_meta(*state));
  XCH_TRY(state->picture());
  state->authority = make_authority_access(*state);
  return std::unique_ptr<Session>(new Session(std::move(state)));
}

Result<Timestamp> Session::State::clock() const {
  if (!environment.clock) return fail(Code::clock);
  return environment.clock();
}

Result<std::shared_ptr<const Held>> Session::State::picture() const {
  // A child shares the parent's locks, store connection and random state: it opens a session of its own.
  if (::getpid() != pid) return fail(Code::forked);
  const std::lock_guard<std::mutex> lock(held_mutex);
  XCH_ASSIGN(held, Held::refresh(*rows, held));
  return held;
}

Result<Call> Session::State::enter() const {
  if (::getpid() != pid) return fail(Code::forked);
  Call call;
  // Before the picture: a key that it names is not erased until the call is over.
  call.keys_stay = std::shared_lock<std::shared_mutex>(keys_mutex);
  XCH_ASSIGN(call.now, clock());
  XCH_ASSIGN(call.held, picture());
  return call;
}

Result<Session::State::Seat> Session::State::seat(const Held& in, Timestamp now) const {
  const OwnKey* key = in.keys->newest(KeyKind::seat);
  if (key == nullptr) return fail(Code::key_missing);
  const auto roster = in.rosters->newest();
  if (!roster) return fail(Code::roster_missing);
  Seat seat{key, in.keys->chain_of(*key)};
  const auto chain = chains.verify(seat.chain, {KeyKind::seat}, *roster);
  // Our own chain is certified by whoever made the roster: one that fails means that we are not in it.
  if (!chain) return fail(Code::party_unknown);
  if (!party::valid_at(**chain, *roster, now)) return fail(Code::seal_key_expired);
  return seat;
}

KeyId Session::State::actor(const Held& in) const {
  const OwnKey* key = in.keys->newest(KeyKind::seat);
  return key == nullptr ? KeyId() : key->certified.id;
}

const HomeInfo& Session::info() const { return state_->info; }
const std::filesystem::path& Session::home() const { return state_->path; }
Result<Timestamp> Session::now() const { return state_->clock(); }

Result<std::shared_ptr<const party::VerifiedRoster>> Session::roster() const {
  XCH_ASSIGN(const auto held, state_->picture());
  return held->rosters->newest();
}

// A pack loaded once stays the same object in every later picture, so the pointer lives as long as the session.
Result<const PolicyPack*> Session::pack() const {
  XCH_ASSIGN(const auto held, state_->picture());
  const auto newest = held->rosters->newest();
  return newest ? held->policies->find(newest->roster().policy_pack) : nullptr;
}

Result<const PolicyPack*> Session::pack_with(const PolicyHash& hash) const {
  XCH_ASSIGN(const auto held, state_->picture());
  return held->policies->find(hash);
}

Session::AuthorityAccess& Session::authority_access() { return *state_->authority; }

Result<std::string> Session::type_name(std::uint64_t type_id, const SchemaDigest& digest) const {
  const wire::NoteType* type = state_->catalogue.with_digest(digest);
  if (type == nullptr || type->schema().type_id != type_id) return fail(Code::schema_unknown);
  return type->schema().name;
}

}  // namespace xch::session
