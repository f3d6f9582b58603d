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

int open_inbox(Run& run) {
  Request request;
  request.text("file", run.args().one("FILE"));
  if (run.args().has("--as-repeat")) request.flag("as_repeat", true);
  return show_opened(run, run.call("inbox.open", request));
}

int read_inbox(Run& run) {
  Output copy(run.json() ? "-" : run.args().one("-o"));
  const auto& file = run.call("inbox.read", Request().text("file", run.args().one("FILE")));
  if (!run.answered()) copy.write(from_base64(file.str("bytes")));
  return 0;
}

int ack_inbox(Run& run) {
  run.call("inbox.ack", Request().text("file", run.args().one("NAME")));
  if (!run.answered()) talk("Its file is overwritten and gone; the journal keeps its digests.");
  return 0;
}

/// fetch_inbox goes on after a file that cannot be taken: the others are not to wait for it.
std::string not_carried(const std::string& name, const exchange::Exception& refused) {
  return "exchange: " + printable(name) + ": " + refused.error.text + " (" + refused.error.id + ")";
}

int fetch_inbox(Run& run) {
  const std::string home = run.home_path(), from = run.args().one("--from");
  incoming(home, "new");  // a home with a spool
  Value rows = Value::array();
  std::size_t taken = 0, left = 0;
  for (const auto& file : waiting_in(from)) {
    Value row = Value::object();
    row.set("file", Value::text(file.name));
    row.set("bytes", Value::number(std::to_string(file.bytes)));
    try {
      fetch(home, from, file);
      ++taken;
    } catch (const exchange::Exception& refused) {
      ++left;
      row.set("id", Value::text(refused.error.id));
      if (!run.json()) talk(not_carried(file.name, refused));
    }
    rows.add(std::move(row));
  }
  if (run.json()) run.give("{\"v\":1,\"kind\":\"fetched\",\"rows\":" + rows.dump() + "}");
  else say("fetched " + std::to_string(taken) + (left == 0 ? "" : ", left " + std::to_string(left)));
  if (taken > 0 && !run.json()) talk("exchange inbox process takes them in.");
  return left == 0 ? 0 : 8;
}

// ---- quarantine ------------------------------------------------------------------------------------------------------

int list_quarantine(Run& run) {
  const auto& answer = run.call("quarantine.list");
  if (run.answered()) return 0;
  Table table({"file", "what", "since", "why"});
  for (const auto& row : answer["rows"].items()) {
    const std::string why = row.str("id").empty() ? "put there by hand" : printable(row.str("text")) + " (" + row.str("id") + ")";
    table.row({printable(row.str("file")), printable(row.str("what")), row.str("since").substr(0, 16), why});
  }
  if (table.empty()) say("Nothing is in quarantine.");
  else table.print();
  return 0;
}

int retry_quarantine(Run& run) {
  run.call("quarantine.retry", Request().text("file", run.args().one("NAME")));
  if (!run.answered()) talk("It is back in the inbox: exchange inbox process judges it again.");
  return 0;
}

int drop_quarantine(Run& run) {
  run.call("quarantine.drop", Request().text("file", run.args().one("NAME")).flag("yes", true));
  if (!run.answered()) talk("The file is overwritten and gone; the journal says what it was refused for.");
  return 0;
}

// ---- outbox ----------------------------------------------------------------------------------------------------------

int list_outbox(Run& run) {
  Value rows = Value::array();
  Table table({"to", "file", "bytes", "state"});
  for (const char* folder : {"new", "cur"})
    for (const auto& file : outgoing(run.home_path(), folder)) {
      const char* state = std::string_view(folder) == "new" ? "waiting" : "sent";
      Value row = Value::object();
      row.set("to", Value::text(file.to));
      row.set("file", Value::text(file.name));
      row.set("bytes", Value::number(std::to_string(file.bytes)));
      row.set("state", Value::text(state));
      rows.add(std::move(row));
      table.row({printable(file.to), printable(file.name), std::to_string(file.bytes), state});
    }
  if (run.json()) {
    run.give("{\"v\":1,\"kind\":\"outbox\",\"rows\":" + rows.dump() + "}");
    return 0;
  }
  if (table.empty()) say("Nothing waits to be sent.");
  else table.print();
  return 0;
}

int send_outbox(Run& run) {
  const auto& args = run.args();
  const std::string home = run.home_path(), to = args.one("--to");
  if (args.has("--again"))
    for (const auto& file : outgoing(home, "cur"))
      if (file.to == to) resend(home, file);
  // One file that cannot be carried holds up none of the others.
  std::size_t count = 0;
  std::vector<std::pair<std::string, exchange::Exception>> left;
  for (const auto& file : outgoing(home)) {
    if (file.to != to) continue;
    try {
      carry(home, file, args.one("--into"));
      ++count;
    } catch (const exchange::Exception& refused) {
      left.emplace_back(file.name, refused);
    }
  }
  if (count == 0 && !left.empty()) throw left.front().second;
  if (!run.json())
    for (const auto& [name, refused] : left) talk(not_carried(name, refused));
  if (run.json()) run.give("{\"v\":1,\"kind\":\"sent\",\"count\":" + std::to_string(count) + ",\"left\":" + std::to_string(left.size()) + "}");
  else say("sent " + std::to_string(count) + (left.empty() ? "" : ", left " + std::to_string(left.size())));
  return left.empty() ? 0 : 8;
}

int ack_outbox(Run& run) {
  const std::string home = run.home_path(), to = run.args().one("--to");
  std::vector<std::string> names = run.args().all("NAME");
  if (names.empty())
    for (const auto& file : outgoing(home, "cur"))
      if (file.to == to) names.push_back(file.name);
  for (const auto& name : names) acknowledge(home, to, name);
  if (run.json()) run.give("{\"v\":1,\"kind\":\"acknowledged\",\"count\":" + std::to_string(names.size()) + "}");
  else say("acknowledged " + std::to_string(names.size()));
  return 0;
}

}  // namespace

std::vector<Command> spool_commands() {
  using Need = Option::Need;
  const Option file{"FILE", "", "its name in the spool, as in exchange inbox list", Need::must};
  return {
      {"inbox process", "take in what has arrived", {"exchange inbox process", "exchange inbox process --json"}, {}, "the files stay in the spool", process, Effect::writes, preview_inbox_process},
      {"inbox list", "the notes that wait to be opened", {"exchange inbox list"}, {}, "", list_inbox, Effect::reads},
      {"inbox open",
       "open a note that has arrived",
       {"exchange inbox open NAME", "exchange inbox open NAME --json"},
       {file, {"--as-repeat", "", "open what may have been opened before this home was restored"}},
       "nothing was opened; the file stays in the spool",
       open_inbox,
       Effect::writes,
       preview_inbox_open},
      {"inbox read",
       "copy a received file out of the spool, as it came",
       {"exchange inbox read NAME -o copy.note"},
       {file, {"-o", "FILE", "where the copy goes; - is stdout"}},
       "",
       read_inbox,
       Effect::writes,
       preview_inbox_read},
      {"inbox fetch",
       "bring the files of a share or of another agency's outbox into this spool",
       {"exchange inbox fetch --from /mnt/county/prosecutor", "exchange inbox fetch --from patrol/spool/out/prosecutor"},
       {{"--from", "DIR", "a spool folder with new; what was fetched goes to its cur", Need::must}},
       "what was not fetched stays where it is",
       fetch_inbox,
       Effect::writes,
       preview_inbox_fetch},
      {"inbox ack",
       "say that an opened note is in this agency's own system now",
       {"exchange inbox ack NAME --yes"},
       {{"NAME", "", "its name in the spool, as exchange inbox process told it", Need::must}},
       "the file stays in the spool",
       ack_inbox,
       Effect::writes,
       preview_inbox_ack,
       "the received file is overwritten; it cannot be opened here again"},
      {"quarantine list",
       "the files that were refused for good, each with the id of what was wrong",
       {"exchange quarantine list", "exchange inbox quarantine list --json"},
       {},
       "",
       list_quarantine,
       Effect::reads},
      {"quarantine retry",
       "put a file back into the inbox, to be judged again",
       {"exchange quarantine retry NAME", "exchange inbox quarantine retry NAME"},
       {{"NAME", "", "its name, as in exchange quarantine list", Need::must}},
       "the file stays in quarantine",
       retry_quarantine,
       Effect::writes,
       preview_quarantine_retry},
      {"quarantine drop",
       "throw a file away; the journal keeps what it was refused for",
       {"exchange quarantine drop NAME --yes", "exchange inbox quarantine drop NAME --yes"},
       {{"NAME", "", "its name, as in exchange quarantine list", Need::must}},
       "the file stays in quarantine",
       drop_quarantine,
       Effect::writes,
       preview_quarantine_drop,
       "the file is overwritten and gone"},
      {"outbox list", "the files that wait to be sent, and those that were sent", {"exchange outbox list"}, {}, "", list_outbox, Effect::reads},
      {"outbox send",
       "move an agency's waiting files into its spool, or into a share",
       {"exchange outbox send --to prosecutor --into /mnt/prosecutor/spool/in"},
       {{"--to", "PARTY", "whose files", Need::must},
        {"--into", "DIR", "a spool folder with tmp and new", Need::must},
        {"--again", "", "also what was sent before and not acknowledged"}},
       "what was not sent still waits",
       send_outbox,
       Effect::writes,
       preview_outbox_send},
      {"outbox ack",
       "say that files have reached their agency, so that they need not be kept",
       {"exchange outbox ack --to prosecutor", "exchange outbox ack NAME --to prosecutor"},
       {{"NAME", "", "a sent file, as in exchange outbox list; all that were sent to it if none is named", Need::many},
        {"--to", "PARTY", "whose files", Need::must}},
       "the files stay in the spool",
       ack_outbox,
       Effect::writes,
       preview_outbox_ack},
  };
}

}  // namespace cli
