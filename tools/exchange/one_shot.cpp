// packet one-shot, list, roots, open: packets to recipients outside the coalition.
#include <cctype>

#include "failure.hpp"
#include "files.hpp"
#include "preview.hpp"
#include "questions.hpp"
#include "run.hpp"
#include "show.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

Request one_shot_request(Run& run) {
  const auto& args = run.args();
  const std::string note = json_input(run, args.one("NOTE"), "NOTE");
  Request request;
  request.text("type", args.one("--type")).raw("note", note).text("to", args.one("--to"));
  request.text_if("grant", args.one("--grant")).text_if("subject", args.one("--subject")).text_if("basis", args.one("--basis"));
  return request.text_if("purpose", args.one("--purpose")).text_if("expires", args.one("--expires"));
}

void show_packet(const Value& record) {
  say("for      " + printable(record.str("to")));
  say_wrapped("says     " + record.str("type") + ": " + printable(join(record["fields"].items())), 0);
  say("opens    until " + record.str("expires"));
}

int seal(Run& run) {
  Output file(run.args().one("-o"));
  const auto& sealed = run.call("packet.one_shot", one_shot_request(run));
  file.write(from_base64(sealed.str("packet")));
  if (run.answered()) return 0;
  show_packet(sealed);
  say("code     " + sealed.str("code"));
  say_wrapped("roots    " + join(sealed["words"].items(), " "));
  talk("The code is shown this once, and kept nowhere.");
  talk("Give code and roots by another way than the packet: hand them over, or call a number you know.");
  return 0;
}

int preview_seal(Run& run) {
  const auto& record = run.call("packet.one_shot_preview", one_shot_request(run));
  if (!run.json()) show_packet(record);
  return Preview(run)
      .records("that this was disclosed to " + record.str("to") + ", in the journal and the log")
      .writes("the packet to " + output_named(run))
      .shows("a code that opens it")
      .say();
}

int list(Run& run) {
  const auto& answer = run.call("packet.list");
  if (run.answered()) return 0;
  Table table({"sealed", "for", "opens until", "says"});
  for (const auto& row : answer["rows"].items())
    table.row({row.str("sealed_at").substr(0, 10), printable(row.str("to")), row.str("expires").substr(0, 10),
               row.str("type") + ": " + printable(join(row["fields"].items()))});
  if (table.empty()) say("No packet went outside the coalition from here.");
  else table.print();
  return 0;
}

int roots(Run& run) {
  const auto& answer = run.call("packet.roots");
  if (run.answered()) return 0;
  say_wrapped(join(answer["words"].items(), " "));
  say(answer.str("roots"));
  return 0;
}

/// typed is a value of the command line, a line of stdin for "-", or what somebody types at the terminal.
std::string typed(Run& run, const char* option, const char* question) {
  std::string text = run.args().one(option);
  if (text == "-") text = read_input("-", 1024, option);
  if (!text.empty()) return text;
  if (!may_ask()) throw usage(std::string(option) + " is missing", "exchange help packet open");
  return ask(question, "", [](const std::string& line) { return line.empty() ? "It does not open without." : ""; });
}

/// roots_of looks at what was typed before anything is opened: twelve words, or 64 digits however they are parted.
std::string roots_of(const std::string& text) {
  std::size_t words = 0, letters = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto is_letter = [&](std::size_t i) { return std::isalnum(static_cast<unsigned char>(text[i])) != 0; };
    if (!is_letter(at)) continue;
    ++letters;
    words += at == 0 || !is_letter(at - 1);
  }
  if (words != 12 && letters != 64) throw usage("--roots is twelve words, or 64 digits", "ask for them again, one by one");
  return text;
}

void show_opened(const Value& opened) {
  say("from     " + printable(opened.str("from")));
  say("for      " + printable(opened.str("to")));
  say("purpose  " + opened.str("purpose") + ", by " + opened.str("basis"));
  say("sealed   " + opened.str("sealed_at") + ", opens until " + opened.str("expires"));
  say("consent  " + opened.str("grant"));
  say_wrapped("         issued by " + printable(opened.str("authority")) + "; it names you until " +
              opened.str("named_until"));
  say("");
  show_fields(opened["fields"]);
  say("");
  for (const auto& duty : opened["duties"].items()) say_wrapped("- " + printable(duty.str("says")), 2);
  say("");
  say_wrapped(printable(opened.str("notice")));
}

int open(Run& run) {
  const std::string page = run.args().one("--page");
  const std::string packet = read_input(run.args().one("FILE"), kMaxInRequest, "FILE");
  Request request;
  request.text("packet", to_base64(packet)).text("code", typed(run, "--code", "The code, as it was read to you"));
  request.text("roots", roots_of(typed(run, "--roots", "The twelve words of the coalition")));
  if (!page.empty()) request.flag("page", true);
  const auto& opened = run.call_bare("packet.open", request);
  if (!page.empty()) Output(page).write(opened.str("html"));
  if (run.answered()) return 0;
  show_opened(opened);
  return 0;
}

int preview_open_packet(Run& run) {
  Preview preview(run);
  preview.shows("what the packet says, on this terminal");
  if (run.args().has("--page")) preview.writes("a page of it to " + output_named(run, "--page"));
  return preview.unless("the code is another one, the packet has expired, or it comes from another coalition").say();
}

}  // namespace

std::vector<Command> one_shot_commands() {
  using Need = Option::Need;
  return {
      {"packet one-shot",
       "seal a note for somebody outside the coalition whom the consent names",
       {"exchange packet one-shot note.json --type progress.engagement \\\n    --to \"Corner Bakery\" --subject PSEUDONYM"
        " --purpose COORD --dry-run",
        "exchange packet one-shot note.json --type progress.engagement \\\n    --to \"Corner Bakery\" --subject PSEUDONYM"
        " --purpose COORD -o bakery.packet"},
       {{"NOTE", "", "the note, a JSON file with nothing in it that may not go; - is stdin", Need::must},
        {"--type", "TYPE", "the note type, as progress.engagement", Need::must},
        {"--to", "NAME", "the recipient, as the consent names it", Need::must},
        {"--grant", "HASH", "the grant; or --subject and --basis for the newest in force"},
        {"--subject", "PSEUDONYM", "the person, as this agency knows them (exchange grants)"},
        {"--basis", "BASIS", "as plain-release"},
        {"--purpose", "PURPOSE", "COORD HOUSING ..."},
        {"--expires", "TIME", "when it opens no longer (in 7 days, or when the consent ends)"},
        {"-o", "FILE", "where the packet goes", Need::must},
        {"--dry-run", "", "show what would go; write nothing"}},
       "nothing was sealed",
       seal,
       Effect::writes,
       preview_seal},
      {"packet open",
       "open a packet from a coalition, without a home of one's own",
       {"exchange packet open bakery.packet", "exchange packet open bakery.packet --code - --roots \"baba ...\" < code"},
       {{"FILE", "", "the packet; - is stdin", Need::must},
        {"--code", "CODE", "the seven groups that were read or handed to you; - is stdin; else it asks"},
        {"--roots", "WORDS", "the twelve words that came with the code; else it asks"},
        {"--page", "FILE", "also a page to print"}},
       "nothing was opened",
       open,
       Effect::writes,
       preview_open_packet},
      {"packet list",
       "the packets that went outside the coalition from here",
       {"exchange packet list", "exchange packet list --json"},
       {},
       "",
       list,
       Effect::reads},
      {"packet roots",
       "the twelve words by which somebody outside knows this coalition",
       {"exchange packet roots"},
       {},
       "",
       roots,
       Effect::reads},
  };
}

}  // namespace cli
