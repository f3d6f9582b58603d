// doctor: what an operator should know before it hurts. Every finding says what to do.
#include "session/doctor.hpp"

#include <algorithm>
#include <set>

#include "session/deliver.hpp"
#include "session/duties.hpp"
#include "session/exchange_log.hpp"
#include "session/received.hpp"
#include "session/state.hpp"

namespace xch::session {
namespace {

using checks::bad;
using checks::good;
using checks::quoted;
using checks::span;
using checks::text_of;

const std::vector<std::string> kNeeded = {"keys/home.key", "store/exchange.db", "agency.json"};

// ---- the store -----------------------------------------------------------------------------------------------------

DoctorFinding damaged(const std::filesystem::path& home, const Error& error) {
  return bad(
      "store", text_of(error),
      "put the newest backup back (docs/operations.md), then: exchange doctor --reconcile --home " + quoted(home));
}

// Every page as SQLite checks it, then every value: a changed byte in one is no damage to SQLite.
DoctorFinding check_store(const Session::State& state) {
  auto checked = state.rows->store().check();
  if (checked) checked = state.rows->check();
  return checked ? good("store", "every page and every row is as it was written")
                 : damaged(state.path, checked.error());
}

DoctorFinding check_backup(const Session& session) {
  const auto stands = session.stands();
  if (stands) return good("backup", "the store is the one that this home last worked with");
  const std::string fix = stands.error().code == Code::store_copied
                              ? "exchange doctor --reconcile --home " + quoted(session.home()) +
                                    " where it was restored; with --moved where it was moved here"
                              : "exchange doctor --reconcile --home " + quoted(session.home());
  return bad("backup", text_of(stands.error()), fix);
}

// ---- the clock -----------------------------------------------------------------------------------------------------

// A clock that runs behind what this home has already seen would judge windows and lists wrongly.
DoctorFinding check_clock(const Session::State& state, const Held& held, Timestamp now) {
  const char* fix = "timedatectl set-ntp true";
  const auto last = state.rows->store().newest_event();
  const auto events = last && *last != 0 ? state.rows->store().journal(*last, 1)
                                         : Result<std::vector<store::JournalRow>>(std::vector<store::JournalRow>());
  if (!last || !events)
    return bad("clock", "the journal could not be read, so the clock could not be checked",
               "exchange doctor --home " + quoted(state.path));
  const Timestamp event = events->empty() ? Timestamp() : events->front().time;
  if (now + kClockSkew < event)
    return bad("clock", "the clock is " + span(event.seconds - now.seconds) + " behind the last event of the journal",
               fix);
  Timestamp seen;
  if (const auto roster = held.rosters->newest()) seen = roster->roster().issued;
  for (const auto& [key, list] : held.status->all())
    if (list->whole()) seen = std::max(seen, list->whole()->body().issued_at);
  if (now + kClockSkew < seen)
    return bad("clock", "the clock is " + span(seen.seconds - now.seconds) + " behind what the coalition has signed",
               fix);
  return good("clock", "the clock is not behind the journal, the newest roster and the status lists");
}

// ---- what the coalition and the consent offices give ---------------------------------------------------------------

std::vector<DoctorFinding> check_coalition(const std::filesystem::path& home, const Held& held, Timestamp now) {
  const auto roster = held.rosters->newest();
  const std::string import =
      "exchange roster import FILE --home " + quoted(home) + ", with the coalition's current roster";
  if (!roster) return {bad("roster", "no roster here", import + " and --trust HASH")};
  std::vector<DoctorFinding> out;
  out.push_back(checks::life("roster", "version " + std::to_string(roster->roster().version), now,
                             roster->roster().expires, checks::kRosterWarning, import));
  const bool pack = held.policies->find(roster->roster().policy_pack) != nullptr;
  out.push_back(pack ? good("policy pack", "the pack that the roster names is here")
                     : bad("policy pack", "the pack that the roster names is not here",
                           "exchange policy import FILE --home " + quoted(home)));
  return out;
}

DoctorFinding check_status_lists(const std::filesystem::path& home, const Held& held, Timestamp now) {
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
    return bad("status lists", count(stale) + " are stale or missing",
               "exchange inbox process --home " + quoted(home) +
                   "; where no newer one has come: exchange consent publish at the consent office");
  return good("status lists", wanted.empty() ? "no grant needs one" : count(wanted.size()) + " are fresh");
}

// ---- this agency's own keys ----------------------------------------------------------------------------------------

struct KeyCheck {
  const char* check;
  KeyKind kind;
  bool originator;
  std::uint64_t warning;
  const char* which;  // of exchange key rotate; null: no new one can be made in this home
};
constexpr KeyCheck kKeyChecks[] = {
    {"encryption key", KeyKind::agencyEncryption, false, checks::kEncryptionWarning, "encryption"},
    {"seat key", KeyKind::seat, false, checks::kKeyWarning, "seat"},
    {"authority key", KeyKind::consentAuthority, false, checks::kKeyWarning, "authority"},
    {"originator key", KeyKind::consentAuthority, true, checks::kKeyWarning, "originator"},
    {"identity key", KeyKind::agencyIdentity, false, checks::kKeyWarning, nullptr},
};

bool is_originator(const KeyRecord& record) { return record.bases == std::vector<Basis>{Basis::originatorAuthority}; }

const OwnKey* newest_of(const Held& held, const KeyCheck& wanted) {
  const OwnKey* out = nullptr;
  for (const auto& [id, key] : held.keys->all()) {
    const auto& record = key.certified.record;
    if (key.is_erased() || record.kind != wanted.kind || is_originator(record) != wanted.originator) continue;
    if (out == nullptr || out->certified.record.serial < record.serial) out = &key;
  }
  return out;
}

std::vector<DoctorFinding> check_keys(const std::filesystem::path& home, const std::string& name, const Held& held,
                                      Timestamp now) {
  std::vector<DoctorFinding> out;
  const std::string file = name + ".enrolment";
  const std::string then = ", then at the coalition: exchange roster add " + file +
                           " --from DAY --until DAY and exchange roster publish -o FILE";
  const auto roster = held.rosters->newest();
  for (const auto& wanted : kKeyChecks) {
    const OwnKey* key = newest_of(held, wanted);
    // Only consent offices and originators have these two.
    if (key == nullptr && wanted.kind == KeyKind::consentAuthority) continue;
    const std::string fix =
        wanted.which == nullptr
            ? "exchange init agency DIR makes a new home; the coalition admits it in the place of this one"
            : std::string("exchange key rotate --which ") + wanted.which + " -o " + file + " --home " + quoted(home) +
                  then;
    if (key == nullptr) {
      out.push_back(bad(wanted.check, "there is none", fix));
      continue;
    }
    const bool named = !roster || wanted.kind == KeyKind::seat || roster->key(key->certified.id) != nullptr;
    const bool in_force =
        !roster || !named || wanted.kind == KeyKind::seat || roster->in_force(*roster->key(key->certified.id), now);
    auto life = checks::life(wanted.check, "the newest one", now, key->certified.record.not_after, wanted.warning, fix);
    if (life.ok && !named)
      life = bad(wanted.check, "the newest one is not in the roster",
                 "exchange key export-public -o " + file + " --home " + quoted(home) + then);
    else if (life.ok && !in_force)
      life = bad(wanted.check, "the newest one is not in force", fix);
    out.push_back(std::move(life));
  }
  return out;
}

// ---- what waits ----------------------------------------------------------------------------------------------------

std::vector<DoctorFinding> check_waiting(const Session::State& state) {
  const auto fresh = state.spool.arrived();
  const auto received = all_in_files(*state.rows);
  const auto queued = queued_count(state);
  if (!fresh || !received || !queued) {
    const Error error = !fresh ? fresh.error() : !received ? received.error() : queued.error();
    return {bad("inbox", text_of(error), std::string(info(error.code).fix))};
  }
  std::size_t waiting = 0;
  for (const auto& envelope : *received)
    waiting += envelope.state == ReceivedState::waiting ? 1 : 0;
  return {good("inbox", std::to_string(fresh->size()) + " new, " + std::to_string(waiting) + " waiting to be opened"),
          *queued == 0 ? good("outbox", "everything that was sealed is in the spool")
                       : bad("outbox", std::to_string(*queued) + " envelopes are not in the spool yet",
                             "exchange inbox process --home " + quoted(state.path) + " puts them there; df -h " +
                                 quoted(state.path) + " says whether there is room")};
}

/// What had to be deleted by now; nothing is said where no note ever asked for that.
std::vector<DoctorFinding> check_deletions(const Session::State& state, Timestamp now) {
  const char* check = "delete after";
  const auto all = all_deletions(*state.rows);
  if (!all) return {bad(check, text_of(all.error()), std::string(info(all.error().code).fix))};
  if (all->empty()) return {};
  const auto late = std::count_if(all->begin(), all->end(), [&](const auto& duty) { return duty.is_overdue(now); });
  if (late == 0) return {good(check, "no note is kept past the day by which it has to be deleted")};
  return {bad(check, std::to_string(late) + (late == 1 ? " note" : " notes") + " had to be deleted by now",
              "exchange policy due --home " + quoted(state.path) +
                  " lists them; delete them from this agency's own system too, then: exchange policy deleted HEADER")};
}

/// The checks that need an open home.
Result<std::vector<DoctorFinding>> look_inside(const Session& session, const Session::State& state) {
  XCH_ASSIGN(const auto held, state.picture());
  std::vector<DoctorFinding> out{check_backup(session), check_store(state)};
  const auto add = [&](std::vector<DoctorFinding> more) {
    for (auto& finding : more) out.push_back(std::move(finding));
  };
  const auto now = state.clock();
  if (!now) out.push_back(bad("clock", "there is no clock", "timedatectl set-ntp true"));
  if (now) {
    out.push_back(check_clock(state, *held, *now));
    add(check_coalition(state.path, *held, *now));
    add(check_keys(state.path, state.info.name, *held, *now));
    out.push_back(check_status_lists(state.path, *held, *now));
    add(check_deletions(state, *now));
  }
  add(check_waiting(state));
  return out;
}

/// What a home that does not open is refused for.
DoctorFinding unopened(const std::filesystem::path& home, const Error& error) {
  const auto id = info(error.code).id;
  const std::string where = quoted(home);
  if (error.code == Code::store_version)
    return bad("store", text_of(error), "install the libexchange that last worked on this home, or a newer one");
  if (error.code == Code::store_busy)
    return bad("store", text_of(error), "exchange doctor --home " + where + " once the other program is done");
  if (id.substr(0, 4) == "EX51") return damaged(home, error);
  if (error.code == Code::key_mode) return bad("passphrase", text_of(error), "chmod -R go= " + where);
  if (error.code == Code::key_passphrase || error.code == Code::key_passphrase_missing)
    return bad("passphrase", text_of(error),
               "exchange doctor --passphrase-fd 3 3< FILE --home " + where +
                   ", with the right passphrase in FILE; nothing replaces it");
  return bad("home", text_of(error),
             "put the newest backup back (docs/operations.md), then: exchange doctor --reconcile --home " + where);
}

}  // namespace

Result<std::vector<DoctorFinding>> Session::doctor() const {
  std::vector<DoctorFinding> out{checks::libcrypto(), checks::modes(state_->path, kNeeded)};
  XCH_ASSIGN(auto inside, look_inside(*this, *state_));
  for (auto& finding : inside) out.push_back(std::move(finding));
  for (auto& finding : checks::log_and_witnesses(ExchangeLog(*state_), state_->path, state_->clock()))
    out.push_back(std::move(finding));
  for (auto& finding : checks::spool(state_->path, ClockOf::caller, state_->clock())) out.push_back(std::move(finding));
  return out;
}

std::vector<DoctorFinding> examine(const std::filesystem::path& home, const Environment& environment, ClockOf clock) {
  const auto now = environment.clock ? environment.clock() : Result<Timestamp>(fail(Code::clock));
  // Modes first: opening sets those of the store right.
  std::vector<DoctorFinding> out{checks::libcrypto(), checks::modes(home, kNeeded)};
  bool clock_told = false;
  if (clock == ClockOf::machine) {
    auto times = checks::file_times(home, now);
    clock_told = !times.ok;
    if (clock_told) out.push_back(std::move(times));
  }
  const auto session = Session::open_restored(home, environment);
  auto inside = session ? (*session)->doctor() : Result<std::vector<DoctorFinding>>(fail(session.error()));
  if (!inside) {
    out.push_back(unopened(home, inside.error()));
    for (auto& finding : checks::spool(home, clock, now)) out.push_back(std::move(finding));
    return out;
  }
  for (auto& finding : *inside) {
    const bool known = finding.check == "libcrypto" || finding.check == "key modes" || finding.check == "courier" ||
                       finding.check == "quarantine";
    if (!known && !(finding.check == "clock" && clock_told)) out.push_back(std::move(finding));
  }
  for (auto& finding : checks::spool(home, clock, now)) out.push_back(std::move(finding));
  return out;
}

}  // namespace xch::session
