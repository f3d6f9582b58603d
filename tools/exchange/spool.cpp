// inbox, outbox: what came and what leaves, as files in the spool.
#include "courier.hpp"
#include "failure.hpp"
#include "files.hpp"
#include "preview.hpp"
#include "run.hpp"
#include "terminal.hpp"

namespace cli {

int show_opened(Run& run, const Value& answer);  // note.cpp

namespace {

int process(Run& run) {
  const auto& report = run.call("inbox.process");
  bool bad = false, waits = false;
  for (const auto& item : report["items"].items()) {
    waits |= item["waits"].is_true();
    bad |= !item["error"].is_null() && !item["waits"].is_true();
  }
  const int exit = bad ? 8 : waits ? 6 : 0;
  if (run.answered()) return exit;
  Table table({"file", "what", "outcome"});
  for (const auto& item : report["items"].items()) {
    const auto& error = item["error"];
    const std::string why = error.is_null() ? "taken in" : printable(error.str("text")) + " (" + error.str("id") + ")";
    table.row({printable(item.str("file")), printable(item.str("what")), (item["waits"].is_true() ? "waits: " : "") + why});
  }
  if (table.empty()) say("Nothing has arrived.");
  else table.print();
  return exit;
}

int list_inbox(Run& run) {
  const auto& waiting = run.call("inbox.list");
  if (run.answered()) return 0;
  for (const auto& file : waiting["files"].items()) say(printable(file.as_text()));
  if (waiting["files"].items().empty()) talk("No note waits to be opened.");
  return 0;
}

int open_inbox(Run& run) { return show_opened(run, run.call("inbox.open", Request().text("file", run.args().one("FILE")))); }

int read_inbox(Run& run) {
  Output copy(run.json() ? "-" : run.args().one("-o"));
  const auto& file = run.call("inbox.read", Request().text("file", run.args().one("FILE")));
  if (!run.answered()) copy.write(from_base64(file.str("bytes")));
  return 0;
}

int list_outbox(Run& run) {
  const auto files = outgoing(run.home_path());
  if (run.json()) {
    Value rows = Value::array();
    for (const auto& file : files) {
      Value row = Value::object();
      row.set("to", Value::text(file.to));
      row.set("file", Value::text(file.name));
      row.set("bytes", Value::number(std::to_string(file.bytes)));
      rows.add(std::move(row));
    }
    run.give("{\"v\":1,\"kind\":\"outbox\",\"rows\":" + rows.dump() + "}");
    return 0;
  }
  Table table({"to", "file", "bytes"});
  for (const auto& file : files) table.row({printable(file.to), printable(file.name), std::to_string(file.bytes)});
  if (table.empty()) say("Nothing waits to be sent.");
  else table.print();
  return 0;
}

int send_outbox(Run& run) {
  const auto& args = run.args();
  const std::string home = run.home_path();
  std::size_t count = 0;
  for (const auto& file : outgoing(home)) {
    if (file.to != args.one("--to")) continue;
    carry(home, file, args.one("--into"));
    ++count;
  }
  if (run.json()) run.give("{\"v\":1,\"kind\":\"sent\",\"count\":" + std::to_string(count) + "}");
  else say("sent " + std::to_string(count));
  return 0;
}

}  // namespace

std::vector<Command> spool_commands() {
  using Need = Option::Need;
  const Option file{"FILE", "", "its name in the spool, as in exchange inbox list", Need::must};
  return {
      {"inbox process", "take in what has arrived", {"exchange inbox process", "exchange inbox process --json"}, {}, "the files stay in the spool", process, Effect::writes, preview_inbox_process},
      {"inbox list", "the notes that wait to be opened", {"exchange inbox list"}, {}, "", list_inbox, Effect::reads},
      {"inbox open", "open a note that has arrived", {"exchange inbox open NAME", "exchange inbox open NAME --json"}, {file}, "nothing was opened; the file stays in the spool", open_inbox, Effect::writes, preview_inbox_open},
      {"inbox read",
       "copy a received file out of the spool, as it came",
       {"exchange inbox read NAME -o copy.note"},
       {file, {"-o", "FILE", "where the copy goes; - is stdout"}},
       "",
       read_inbox,
       Effect::writes,
       preview_inbox_read},
      {"outbox list", "the files that wait to be sent", {"exchange outbox list"}, {}, "", list_outbox, Effect::reads},
      {"outbox send",
       "move an agency's waiting files into its spool, or into a share",
       {"exchange outbox send --to prosecutor --into /mnt/prosecutor/spool/in"},
       {{"--to", "PARTY", "whose files", Need::must}, {"--into", "DIR", "a spool folder with tmp and new", Need::must}},
       "what was not sent still waits",
       send_outbox,
       Effect::writes,
       preview_outbox_send},
  };
}

}  // namespace cli
