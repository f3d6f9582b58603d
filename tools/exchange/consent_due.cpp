// consent due: which grants end soon, as a table or as a calendar.
#include <time.h>

#include <algorithm>
#include <ctime>
#include <tuple>

#include "consent.hpp"
#include "failure.hpp"
#include "run.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

constexpr std::int64_t kDay = 86400;
constexpr std::int64_t kMaxDays = 3660;

/// days_in reads "30" and "30d".
std::int64_t days_in(std::string text) {
  if (!text.empty() && text.back() == 'd') text.pop_back();
  const bool digits = !text.empty() && text.size() <= 4 && text.find_first_not_of("0123456789") == std::string::npos;
  if (!digits || std::stoll(text) > kMaxDays) throw usage("--within is a number of days", "30d");
  return std::stoll(text);
}

/// seconds_of reads a time as the library writes it.
std::int64_t seconds_of(const std::string& text) {
  std::tm parts{};
  if (::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts) == nullptr) return 0;
  return static_cast<std::int64_t>(::timegm(&parts));
}

struct Ending {
  std::string id, subject, basis, at;  // `at` as the library writes it
  std::string day, zone;               // the same by the clocks of the form
  std::int64_t days = 0;               // whole days from now
  bool outside = false;                          // it names somebody outside the coalition
};

/// endings are the grants in force that end within so many days, the first to end first. One that was taken back for a
/// later day ends on that day.
std::vector<Ending> endings(const Value& rows, std::int64_t now, std::int64_t within) {
  std::vector<Ending> out;
  for (const auto& row : rows.items()) {
    if (row.str("state") != "active") continue;
    Ending one{row.str("id"), row.str("subject"), row.str("basis"), row.str("not_after"), row.str("last_day"), row.str("zone"), 0,
               !row["externals"].items().empty()};
    if (row["pending"].is_true() && row.str("revocable_at") < one.at) {
      one.at = row.str("revocable_at");
      one.day = row.str("revocable_day");
    }
    const std::int64_t left = seconds_of(one.at) - now;
    one.days = left / kDay;
    if (left >= 0 && one.days <= within) out.push_back(std::move(one));
  }
  std::sort(out.begin(), out.end(),
            [](const Ending& a, const Ending& b) { return std::tie(a.at, a.id) < std::tie(b.at, b.id); });
  return out;
}

/// compact is a time as RFC 5545 has it: 20270223T075959Z.
std::string compact(std::string text) {
  text.erase(std::remove_if(text.begin(), text.end(), [](char c) { return c == '-' || c == ':'; }), text.end());
  return text;
}

/// A calendar is read on telephones and by those who share it: it says that a form ends, not whose or what for.
void print_calendar(const std::vector<Ending>& ending, std::int64_t now) {
  char stamp[24] = "";
  const std::time_t at = now;
  std::tm parts{};
  std::strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%SZ", ::gmtime_r(&at, &parts));
  std::string out = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//libexchange//consent due//EN\r\n";
  for (const auto& one : ending) {
    const std::string end = compact(one.at);
    out +=
        "BEGIN:VEVENT\r\nUID:" + one.id + "-" + end + "@exchange\r\nDTSTAMP:" + stamp + "\r\nDTSTART:" + end + "\r\n";
    out += "SUMMARY:A form ends\r\nDESCRIPTION:Form " + one.id.substr(0, 8) +
           " ends. Look it up in the office.\r\nEND:VEVENT\r\n";
  }
  std::fputs((out + "END:VCALENDAR\r\n").c_str(), stdout);
}

/// What went outside under a grant, and cannot be undone: an array.
std::string sent_outside(Run& run, const Ending& one) {
  if (!one.outside) return "[]";
  return run.call("consent.status", Request().text("id", one.id))["outside"].dump();
}

int due(Run& run) {
  const std::int64_t within = days_in(run.args().one("--within", "30d")), now = run.now();
  const auto found = endings(run.call("consent.list")["rows"], now, within);
  if (run.args().has("--ics")) {
    print_calendar(found, now);
    return 0;
  }
  if (run.json()) {
    std::string rows;
    for (const auto& one : found)
      rows += (rows.empty() ? "" : ",") + Request()
                                              .text("id", one.id)
                                              .text("subject", one.subject)
                                              .text("basis", one.basis)
                                              .text("ends", one.at)
                                              .text("last_day", one.day)
                                              .text_if("zone", one.zone)
                                              .natural("days", static_cast<std::uint64_t>(one.days))
                                              .raw("outside", sent_outside(run, one))
                                              .str();
    run.give(Request().natural("v", 1).text("kind", "consents-due").raw("rows", "[" + rows + "]").str());
    return 0;
  }
  if (found.empty()) {
    say("No grant ends within " + std::to_string(within) + " days.");
    return 0;
  }
  Table table({"grant", "person", "last day", "zone", "days left"});
  for (const auto& one : found)
    table.row({one.id, printable(one.subject), one.day, one.zone, std::to_string(one.days)});
  table.print();
  for (const auto& one : found)
    if (one.outside) show_outside(run.call("consent.status", Request().text("id", one.id)));
  talk("exchange consent form ID prints it; exchange consent advance makes the next version once it is signed.");
  return 0;
}

}  // namespace

std::vector<Command> consent_due_commands() {
  return {
      {"consent due",
       "the grants that end soon, and how many days are left",
       {"exchange consent due --within 30d", "exchange consent due --within 90d --ics > due.ics"},
       {{"--within", "DAYS", "ending within so many days (30d)"},
        {"--ics", "", "as a calendar (iCalendar) that names nobody"}},
       "",
       due,
       Effect::reads},
  };
}

}  // namespace cli
