// Previews of what moves or removes files of the spool.
#include <algorithm>

#include "courier.hpp"
#include "failure.hpp"
#include "preview.hpp"

namespace cli {
namespace {

/// check_quarantined refuses a name that is not there, as the doing would.
Value check_quarantined(Run& run) {
  const auto& answer = run.call("quarantine.list");
  for (const auto& row : answer["rows"].items())
    if (row.str("file") == run.args().one("NAME")) return row;
  throw failure("EX1017", "NAME");
}

}  // namespace

int preview_inbox_fetch(Run& run) {
  incoming(run.home_path(), "new");
  Preview preview(run);
  for (const auto& file : waiting_in(run.args().one("--from"))) preview.writes("spool/in/new/" + file.name + ", " + std::to_string(file.bytes) + " bytes");
  return preview.say();
}

int preview_inbox_ack(Run& run) {
  const std::string name = run.args().one("NAME");
  const auto files = incoming(run.home_path(), "cur");
  if (std::none_of(files.begin(), files.end(), [&](const SpoolFile& f) { return f.name == name; })) throw failure("EX1017", "NAME");
  return Preview(run).erases("spool/in/cur/" + name).records("that it was taken over").unless("that it was opened").say();
}

int preview_quarantine_retry(Run& run) {
  const Value row = check_quarantined(run);
  return Preview(run).writes("spool/in/new/" + row.str("file") + ", as it came").records("that it was put back").say();
}

int preview_quarantine_drop(Run& run) {
  const Value row = check_quarantined(run);
  return Preview(run).erases("spool/in/quarantine/" + row.str("file")).records("that it was thrown away").say();
}

int preview_outbox_ack(Run& run) {
  const std::string to = run.args().one("--to");
  const auto names = run.args().all("NAME");
  const auto is_there = [&](const char* folder, const std::string& name) {
    const auto files = outgoing(run.home_path(), folder);
    return std::any_of(files.begin(), files.end(), [&](const SpoolFile& f) { return f.to == to && f.name == name; });
  };
  for (const auto& name : names)
    if (!is_there("cur", name)) throw failure(is_there("new", name) ? "EX5114" : "EX1017", "FILE");
  Preview preview(run);
  for (const auto& file : outgoing(run.home_path(), "cur"))
    if (file.to == to && (names.empty() || std::find(names.begin(), names.end(), file.name) != names.end())) preview.erases("spool/out/" + to + "/cur/" + file.name);
  return preview.say();
}

}  // namespace cli
