// doctor, doctor.reconcile: whether a home is well, and how it goes on after a backup was put back.
#include <filesystem>

#include "c_api/answers.hpp"
#include "c_api/verbs.hpp"
#include "consent/authority/authority.hpp"
#include "consent/coalition/coalition.hpp"
#include "party/roster.hpp"
#include "session/doctor.hpp"
#include "session/home.hpp"
#include "wire/records.hpp"

namespace xch::c_api {
namespace {

namespace fs = std::filesystem;
namespace checks = session::checks;
using session::ClockOf;
using session::DoctorFinding;
using checks::text_of;

// ---- a coalition's home --------------------------------------------------------------------------------------------

/// What the next roster would say of a party's keys.
std::vector<DoctorFinding> check_party(const fs::path& home, const Party& party, Timestamp now) {
  std::vector<DoctorFinding> out;
  std::optional<KeyRecord> encryption;
  for (const auto& one : party.keys) {
    const auto record = wire::decode_key_record(one.body);
    if (!record) continue;  // verify_roster judges it when it is published
    if (record->kind == KeyKind::agencyEncryption) {
      if (!encryption || encryption->not_after < record->not_after) encryption = *record;
      continue;
    }
    auto life = checks::life("party " + party.name, std::string(code_of(record->kind)), now, record->not_after,
                             checks::kKeyWarning,
                             "exchange roster add " + party.name + ".enrolment --from DAY --until DAY --home " +
                                 checks::quoted(home) + ", with a new enrolment of that agency");
    if (!life.ok) out.push_back(std::move(life));
  }
  const std::string fix =
      "exchange roster add " + party.name + ".enrolment --from DAY --until DAY --home " + checks::quoted(home) +
      " and exchange roster publish -o FILE; the file comes from exchange key rotate at that agency";
  if (encryption) {
    auto life = checks::life("party " + party.name, "its encryption key", now, encryption->not_after,
                             checks::kEncryptionWarning, fix);
    if (!life.ok) out.push_back(std::move(life));
  } else {
    out.push_back(checks::bad("party " + party.name, "it has no encryption key", fix));
  }
  return out;
}

std::vector<DoctorFinding> check_roster(const fs::path& home, Timestamp now) {
  const std::string publish = "exchange roster publish -o FILE --home " + checks::quoted(home);
  const auto file = consent::Coalition::roster_file(home);
  if (!file) return {checks::bad("roster", text_of(file.error()), publish)};
  const auto given = wire::decode_signed_roster(*file);
  const auto roster = given ? party::verify_roster(*given, nullptr)
                            : Result<std::shared_ptr<const party::VerifiedRoster>>(fail(given.error()));
  const std::string restore =
      "exchange roster import FILE --home " + checks::quoted(home) + ", with the newest roster that an agency has";
  if (!roster) return {checks::bad("roster", text_of(roster.error()), restore)};
  std::vector<DoctorFinding> out;
  const auto& body = (*roster)->roster();
  out.push_back(checks::life("roster", "version " + std::to_string(body.version), now, body.expires,
                             checks::kRosterWarning, publish));
  if (now + kClockSkew < body.issued)
    out.push_back(checks::bad(
        "clock", "the clock is " + checks::span(body.issued.seconds - now.seconds) + " behind the newest roster",
        "timedatectl set-ntp true"));
  return out;
}

std::vector<DoctorFinding> examine_coalition(const fs::path& home, const session::Environment& environment,
                                             ClockOf clock) {
  const auto now = environment.clock ? environment.clock() : Result<Timestamp>(fail(Code::clock));
  std::vector<DoctorFinding> out{checks::libcrypto(), checks::modes(home, {"coalition.json"})};
  const auto add = [&](std::vector<DoctorFinding> more) {
    for (auto& finding : more) out.push_back(std::move(finding));
  };
  if (clock == ClockOf::machine) out.push_back(checks::file_times(home, now));
  const auto about = consent::Coalition::info(home);
  const std::string restore = "put the newest backup back (docs/operations.md)";
  if (!about) {
    out.push_back(checks::bad("coalition", text_of(about.error()), restore));
    return out;
  }
  std::size_t here = 0;
  std::error_code error;
  for (std::size_t i = 0; i < about->roots.size(); ++i)
    here += fs::exists(home / "keys" / ("root-" + std::to_string(i) + ".key"), error) ? 1 : 0;
  const std::string roots = std::to_string(here) + " of " + std::to_string(about->roots.size()) +
                            " root keys are here, " + std::to_string(about->threshold) + " sign a roster";
  out.push_back(here >= about->threshold
                    ? checks::good("root keys", roots)
                    : checks::bad("root keys", roots,
                                  "bring the missing keys/root-N.key files back to " + checks::quoted(home / "keys")));
  const auto pack = consent::Coalition::policy_file(home);
  out.push_back(pack && wire::decode_signed(*pack)
                    ? checks::good("policy pack", "the signed pack is here")
                    : checks::bad("policy pack", "the signed pack is missing or damaged", restore));
  if (!now) return out;
  add(check_roster(home, *now));
  const auto parties = consent::Coalition::parties(home);
  if (!parties) out.push_back(checks::bad("parties", text_of(parties.error()), restore));
  if (parties)
    for (const auto& party : *parties) add(check_party(home, party, *now));
  return out;
}

// ---- doctor --------------------------------------------------------------------------------------------------------

Result<std::vector<DoctorFinding>> findings_of(const Call& call, const Request& request) {
  if (call.session != nullptr && request.json().find("home") == nullptr) return call.session->doctor();
  if (request.json().find("home") == nullptr) return fail(Code::home_missing);
  XCH_ASSIGN(const std::string home, request.text("home"));
  const ClockOf clock = call.ctx.options.clock == nullptr ? ClockOf::machine : ClockOf::caller;
  std::error_code error;
  if (fs::exists(fs::path(home) / "coalition.json", error)) return examine_coalition(home, call.ctx.environment, clock);
  if (!fs::exists(fs::path(home) / "agency.json", error) && !fs::exists(fs::path(home) / "keys" / "home.key", error))
    return fail(Code::home_missing);
  return session::examine(home, call.ctx.environment, clock);
}

Result<Json> doctor(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"home"}));
  XCH_ASSIGN(const auto findings, findings_of(call, request));
  Json out = answer("doctor");
  Json list = Json::array();
  for (const auto& finding : findings) {
    Json row = Json::object();
    row.set("check", finding.check);
    row.set("ok", Json::boolean(finding.ok));
    row.set("text", finding.text);
    row.set("fix", finding.fix);
    list.add(std::move(row));
  }
  out.set("findings", std::move(list));
  return out;
}

// ---- doctor.reconcile ----------------------------------------------------------------------------------------------

/// What follows once the home opens again. Neither is a reason to say that it was not reconciled: both can be done
/// later.
void settle(session::Session& session, const Result<consent::Authority>& authority, Json& out) {
  const auto erased = session.erase_due();
  out.set("erased", erased ? Json::natural(*erased) : Json());
  if (!authority) return;
  auto office = *authority;
  const auto published = office.publish_status();
  out.set("published", published ? Json::natural(*published) : Json());
}

Result<Json> reconcile(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"home", "moved", "nothing_ended", "anyway"}));
  XCH_ASSIGN(const std::string home, request.text("home"));
  XCH_ASSIGN(const bool moved, request.flag_or("moved", false));
  XCH_ASSIGN(const bool nothing_ended, request.flag_or("nothing_ended", false));
  XCH_ASSIGN(const bool anyway, request.flag_or("anyway", false));
  XCH_ASSIGN(const auto session, session::Session::open_restored(home, call.ctx.environment));
  const auto standing = session->stands();
  Json out = answer("reconciled");
  out.set("done", Json::boolean(!standing || anyway));
  out.set("moved", Json::boolean(moved));
  if (standing && !anyway) return out;
  if (moved) {
    XCH_TRY(session->take_as_moved());
    XCH_TRY(session->new_mark());
    return out;
  }
  XCH_ASSIGN(const Timestamp until, session->reconcile());
  out.set("until", time_text(until));
  const auto authority = consent::Authority::of(*session);
  if (authority) {
    auto office = *authority;
    XCH_ASSIGN(const std::size_t suspended, office.close_gap(nothing_ended));
    out.set("suspended", Json::natural(suspended));
  }
  XCH_TRY(session->new_mark());
  settle(*session, authority, out);
  return out;
}

}  // namespace

std::vector<VerbRow> doctor_verbs() {
  return {
      {"doctor", Needs::either, doctor},
      {"doctor.reconcile", Needs::nothing, reconcile},
  };
}

}  // namespace xch::c_api
