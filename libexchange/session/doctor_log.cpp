// doctor: the home's log and its witnesses.
#include "log/witness.hpp"
#include "session/doctor.hpp"
#include "session/exchange_log.hpp"

namespace xch::session::checks {
namespace {

DoctorFinding check_log(const LogStanding& log, const std::string& where, Timestamp now) {
  const std::string waiting = std::to_string(log.waiting) + (log.waiting == 1 ? " event waits" : " events wait");
  if (log.doubtful)
    return bad("log", "this home was restored, and its log may be an older copy",
               "put the newest copy of " + where + "/log back, or exchange log init --newest --home " + where);
  const bool overdue = log.waiting != 0 && log.last + kLogOverdue < now;
  if (overdue)
    return bad("log", waiting + ", and the last batch was " + span(now.seconds - log.last.seconds) + " ago",
               "exchange log flush --home " + where + ", and once an hour from cron");
  return good("log", std::to_string(log.size) + " entries, " + waiting);
}

DoctorFinding check_witnesses(const LogStanding& log, const LogWitnessed& witnessed, const std::string& where,
                              Timestamp now) {
  for (const auto& witness : witnessed.witnesses) {
    // One policy may serve all agencies: it names witnesses that do not follow this log, this home's own among them.
    if (witness.size == 0 && witnessed.is_enough) continue;
    if (witness.size >= log.size || now < witness.signed_at + kWitnessOverdue) continue;
    return bad("witnesses",
               witness.name + " has signed " + std::to_string(witness.size) + " of " + std::to_string(log.size) +
                   " entries" + (witness.signed_at.seconds == 0 ? "" : ", and nothing for " +
                   span(now.seconds - witness.signed_at.seconds)),
               "exchange log submit --witness " + witness.name + (witness.url.empty() ? " -o requests" : "") +
                   " --home " + where);
  }
  if (!witnessed.is_enough)
    return bad("witnesses", "too few of them have signed a checkpoint for the policy",
               "exchange log submit --home " + where + "; those without a URL get files: -o requests");
  return good("witnesses", std::to_string(witnessed.size) + " of " + std::to_string(log.size) +
                               " entries are cosigned by enough of them");
}

DoctorFinding check_alarms(const ExchangeLog& log, const std::string& where) {
  const auto own = log.own_witness();
  const auto witness = own && !own->empty() ? log::Witness::open(*own) : fail(Code::witness_missing);
  const auto held = witness ? witness->logs() : fail(witness.error());
  if (own && !own->empty() && !held)
    return bad("others' logs", "this home's own witness: " + text_of(held.error()),
               "put it right, or name another: exchange log init --own-witness DIR --home " + where);
  const auto alarms = log.alarms();
  if (!alarms) return bad("others' logs", text_of(alarms.error()), std::string(info(alarms.error().code).fix));
  if (alarms->empty()) return good("others' logs", "no log has shown two histories here");
  return bad("others' logs", std::to_string(alarms->size()) + (alarms->size() == 1 ? " log has" : " times a log has") +
                                 " shown two histories here",
             "exchange log export DIR --alarms --home " + where + ", and show the files to the coalition");
}

}  // namespace

std::vector<DoctorFinding> log_and_witnesses(const ExchangeLog& log, const std::filesystem::path& home,
                                             const Result<Timestamp>& now) {
  const std::string where = quoted(home);
  const auto standing = log.standing();
  if (!standing && standing.error().code == Code::log_missing)
    return {bad("log", text_of(standing.error()), "exchange log init --home " + where)};
  if (!standing) return {bad("log", text_of(standing.error()), std::string(info(standing.error().code).fix))};
  if (!now) return {};  // said already
  std::vector<DoctorFinding> out{check_log(*standing, where, *now), check_alarms(log, where)};
  const auto witnessed = log.witnessed();
  if (!witnessed) {
    out.push_back(bad("witnesses", text_of(witnessed.error()), std::string(info(witnessed.error().code).fix)));
    return out;
  }
  // Where nothing was written yet, there is nothing to sign.
  if (witnessed->has_policy && standing->size != 0)
    out.push_back(check_witnesses(*standing, *witnessed, where, *now));
  return out;
}

}  // namespace xch::session::checks
