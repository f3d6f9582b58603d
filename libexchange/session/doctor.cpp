// doctor: what an operator should know before it hurts. Every finding says what to do.
#include <sys/stat.h>

#include <algorithm>
#include <set>

#include "crypto/start.hpp"
#include "session/deliver.hpp"
#include "session/received.hpp"
#include "session/state.hpp"

namespace xch::session {
namespace {

constexpr std::uint64_t kRosterWarning = 7 * kDay, kSeatWarning = 30 * kDay, kEncryptionWarning = 2 * kDay;

DoctorFinding good(std::string check, std::string text) { return {std::move(check), true, std::move(text), ""}; }
DoctorFinding bad(std::string check, std::string text, std::string fix) {
  return {std::move(check), false, std::move(text), std::move(fix)};
}

std::string days_from(Timestamp now, Timestamp then) {
  return std::to_string((then.seconds - now.seconds) / kDay) + " days";
}

DoctorFinding check_libraries() {
  const auto libraries = crypto::libraries();
  return good("libcrypto", "runs on " + libraries.openssl + " and libsodium " + libraries.sodium);
}

// Modes: the key file and the store are nobody else's to read.
DoctorFinding check_modes(const Session::State& state) {
  for (const auto& name : {state.path / "keys" / "home.key", state.path / "store" / "exchange.db", state.path / "agency.json"}) {
    struct stat found {};
    if (::stat(name.c_str(), &found) != 0) return bad("key modes", "a file of the home is missing", "restore a backup");
    if ((found.st_mode & 077) != 0)
      return bad("key modes", "a file of the home may be read by others", "chmod -R go= on the home's folder");
  }
  return good("key modes", "keys, store and settings are readable by their owner only");
}

DoctorFinding check_store(const Session::State& state) {
  const auto checked = state.rows->store().check();
  if (!checked) return bad("store", std::string(info(checked.error().code).text), std::string(info(checked.error().code).fix));
  return good("store", "quick check passed");
}

// A clock that runs behind what this home has already seen would judge windows and lists wrongly.
DoctorFinding check_clock(const Held& held, const Result<Timestamp>& now) {
  if (!now) return bad("clock", "there is no clock", "give the library a working clock");
  Timestamp seen;
  if (const auto roster = held.rosters->newest()) seen = roster->roster().issued;
  for (const auto& [key, list] : held.status->all())
    if (list->whole()) seen = std::max(seen, list->whole()->body().issued_at);
  if (*now + kClockSkew < seen) return bad("clock", "the clock is behind what the coalition has signed", "set the clock");
  return good("clock", "the clock is not behind the newest roster and status lists");
}

std::vector<DoctorFinding> check_coalition(const Held& held, Timestamp now) {
  const auto roster = held.rosters->newest();
  if (!roster) return {bad("roster", "no roster here", "exchange roster import FILE")};
  std::vector<DoctorFinding> out;
  const Timestamp expires = roster->roster().expires;
  const std::string version = "version " + std::to_string(roster->roster().version);
  if (!roster->is_current(now)) out.push_back(bad("roster", version + " has expired", "import a current roster"));
  else if (expires < now + kRosterWarning) out.push_back(bad("roster", version + " expires in " + days_from(now, expires), "import a current roster"));
  else out.push_back(good("roster", version + ", expires in " + days_from(now, expires)));
  const bool pack = held.policies->find(roster->roster().policy_pack) != nullptr;
  out.push_back(pack ? good("policy pack", "the pack that the roster pins is here")
                     : bad("policy pack", "the pack that the roster pins is not here", "import the policy pack"));
  return out;
}

DoctorFinding check_key(const Held& held, Timestamp now, KeyKind kind, const char* check,
                        std::uint64_t warning, const char* fix) {
  const OwnKey* key = held.keys->newest(kind);
  if (key == nullptr) return bad(check, "there is none", fix);
  const Timestamp until = key->certified.record.not_after;
  if (until < now) return bad(check, "the newest one has expired", fix);
  const auto roster = held.rosters->newest();
  if (roster && roster->key(key->certified.id) == nullptr)
    return bad(check, "the newest one is not in the roster", "hand its record to the coalition");
  if (roster && !roster->in_force(*roster->key(key->certified.id), now)) return bad(check, "the newest one is not in force", fix);
  if (until < now + warning) return bad(check, "expires in " + days_from(now, until), fix);
  return good(check, "expires in " + days_from(now, until));
}

DoctorFinding check_status_lists(const Held& held, Timestamp now) {
  std::set<ListKey> wanted;
  for (const auto& [hash, row] : held.grants->all())
    if (!row.erased && row.not_after >= now) wanted.insert({row.authority, row.list});
  std::size_t stale = 0;
  for (const auto& key : wanted) {
    const ListHistory* list = held.status->find(key);
    if (list == nullptr || !list->whole() || now > list->whole()->body().next_update ||
        list->whole()->body().version < list->newest_version())
      ++stale;
  }
  const auto count = [&](std::size_t n) { return std::to_string(n) + " of " + std::to_string(wanted.size()); };
  if (stale != 0)
    return bad("status lists", count(stale) + " are stale or missing", "fetch the authorities' newest status lists");
  return good("status lists", wanted.empty() ? "no grant needs one" : count(wanted.size()) + " are fresh");
}

Result<std::vector<DoctorFinding>> check_spool(const Session::State& state) {
  XCH_ASSIGN(const auto fresh, state.spool.arrived());
  const std::size_t aside = state.spool.quarantined();
  XCH_ASSIGN(const auto received, all_received(*state.rows));
  XCH_ASSIGN(const std::size_t queued, queued_count(state));
  std::size_t waiting = 0;
  for (const auto& envelope : received) waiting += envelope.state == ReceivedState::waiting && !envelope.file.empty() ? 1 : 0;
  std::vector<DoctorFinding> out;
  out.push_back(good("inbox", std::to_string(fresh.size()) + " new, " + std::to_string(waiting) + " waiting to be opened"));
  out.push_back(queued == 0 ? good("outbox", "everything is delivered to the spool")
                            : bad("outbox", std::to_string(queued) + " envelopes are not in the spool yet",
                                  "exchange inbox process puts them there; if it does not, check the spool folders"));
  if (aside != 0)
    out.push_back(bad("quarantine", std::to_string(aside) + " files were rejected", "exchange inbox quarantine list says why; retry puts one back, drop throws it away"));
  return out;
}

}  // namespace

Result<std::vector<DoctorFinding>> Session::doctor() const {
  const State& state = *state_;
  XCH_ASSIGN(const auto held, state.picture());
  const auto now = state.clock();
  std::vector<DoctorFinding> out{check_libraries(), check_modes(state), check_clock(*held, now), check_store(state)};
  if (now) {
    for (auto& finding : check_coalition(*held, *now)) out.push_back(std::move(finding));
    out.push_back(check_key(*held, *now, KeyKind::agencyEncryption, "encryption key", kEncryptionWarning,
                            "exchange key rotate, then a new roster"));
    out.push_back(check_key(*held, *now, KeyKind::seat, "seat key", kSeatWarning, "enrol a new seat"));
    out.push_back(check_status_lists(*held, *now));
  }
  XCH_ASSIGN(auto spool, check_spool(state));
  for (auto& finding : spool) out.push_back(std::move(finding));
  return out;
}

}  // namespace xch::session
