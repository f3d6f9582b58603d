// Manual pages in the language of man(7), made from the command table and the topics of help: no page is kept in the
// tree, so none can be out of date.
#include <algorithm>
#include <cctype>

#include "failure.hpp"
#include "help.hpp"
#include "parse.hpp"
#include "run.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

/// roff writes a text so that it is read as it stands: a backslash and a hyphen are escaped, and a line that begins
/// with a dot or a quote is no request.
std::string roff(const std::string& text) {
  std::string out;
  bool begins = true;
  for (const char c : text) {
    if (begins && (c == '.' || c == '\'')) out += "\\&";
    begins = c == '\n';
    if (c == '\\') out += "\\e";
    else if (c == '-') out += "\\-";
    else out += c;
  }
  return out;
}

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

std::string section(const char* title) { return std::string(".SH ") + title + "\n"; }

std::string sentence(std::string text) {
  text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return roff(text) + ".\n";
}

std::string as_it_stands(const std::string& text) { return ".PP\n.nf\n" + roff(text) + "\n.fi\n"; }

/// tagged is a term and what is said of it.
std::string tagged(const std::string& head, const std::string& text) { return ".TP\n.B " + roff(head) + "\n" + roff(text) + "\n"; }

std::string options_in_roff(const std::vector<Option>& options) {
  std::string out;
  for (const auto& option : options) out += tagged(option_head(option), option_text(option));
  return out;
}

std::string title(const std::string& page, Run& run) {
  return ".TH " + upper(roff(page)) + " 1 \"\" \"exchange " + run.call_bare("version").str("library") + "\" \"User Commands\"\n";
}

std::string examples_in_roff(const Command& command) {
  std::string out;
  for (const auto& example : command.examples) out += (out.empty() ? "" : "\n") + example;
  return as_it_stands(out);
}

std::string body_of(const Command& command) {
  std::string out = sentence(command.summary);
  if (!command.for_good.empty()) out += sentence("it cannot be undone: " + command.for_good + "; so it asks first, unless --yes is given");
  return out + options_in_roff(command.options);
}

const char* const kMore =
    "Every command takes the options that\n.BR exchange (1)\nlists.\n"
    ".SH EXIT STATUS\nAs\n.BR exchange (1)\nlists it.\n";

std::string group_page(const std::string& group, Run& run) {
  std::string out = title("exchange-" + group, run) + section("NAME") + "exchange\\-" + roff(group) + " \\- ";
  if (const auto* command = command_named(group)) {
    return out + roff(command->summary) + "\n" + section("SYNOPSIS") + ".B " + roff(synopsis_of(*command)) + "\n" + section("DESCRIPTION") + body_of(*command) + section("EXAMPLES") +
           examples_in_roff(*command) + section("OPTIONS OF EVERY COMMAND") + kMore + section("SEE ALSO") + ".BR exchange (1)\n";
  }
  out += roff(group_summary(group)) + "\n" + section("SYNOPSIS");
  std::string commands;
  bool first = true;
  for (const auto& command : all_commands()) {
    if (command.group() != group) continue;
    out += (first ? "" : ".br\n") + std::string(".B ") + roff(synopsis_of(command)) + "\n";
    commands += ".SS " + roff("exchange " + command.name) + "\n" + body_of(command) + examples_in_roff(command);
    first = false;
  }
  return out + section("COMMANDS") + commands + section("OPTIONS OF EVERY COMMAND") + kMore + section("SEE ALSO") + ".BR exchange (1)\n";
}

std::string topic_section(const char* heading, const char* name) { return section(heading) + as_it_stands(topic_named(name)->text); }

std::string overview_page(Run& run) {
  std::string out = title("exchange", run) + section("NAME") + "exchange \\- seal notes so that each agency gets what consent and policy allow it\n" + section("SYNOPSIS") +
                    ".B exchange\n.I COMMAND\n[\\fIoptions\\fR]\n" + section("DESCRIPTION") +
                    "A note goes in with the person's consent; each agency gets exactly the fields that consent and policy allow it; nobody in between can read.\n" + section("COMMANDS");
  for (const auto& word : command_words("")) out += ".TP\n.BR exchange\\-" + roff(word) + " (1)\n" + roff(group_summary(word)) + "\n";
  out += section("OPTIONS") + roff(topic_named("options")->text) + options_in_roff(global_options());
  out += topic_section("FIRST STEPS", "start") + topic_section("PASSPHRASE", "passphrase") + topic_section("MACHINE READABLE OUTPUT", "json");
  out += topic_section("ENVIRONMENT AND FILES", "environment") + topic_section("EXIT STATUS", "exit-codes") + section("SEE ALSO");
  std::string see;
  for (const auto& word : command_words("")) see += (see.empty() ? "" : " ,\n") + std::string(".BR exchange\\-") + roff(word) + " (1)";
  return out + see + "\n";
}

std::string page_of(const std::string& name, Run& run) { return name == "exchange" ? overview_page(run) : group_page(name.substr(std::string("exchange-").size()), run); }

int manual(Run& run) {
  const auto known = manual_pages();
  const std::string name = run.args().one("PAGE");
  if (name.empty()) {
    if (run.json()) run.give(Request().natural("v", 1).text("kind", "manual").texts("pages", known).str());
    else for (const auto& page : known) say(page);
    return 0;
  }
  if (std::find(known.begin(), known.end(), name) == known.end()) {
    auto unknown = failure("EX1017", "PAGE");
    const std::string near = nearest(name, known);
    unknown.error.fix = near.empty() ? "exchange manual lists the pages" : "did you mean \"" + near + "\"?";
    throw unknown;
  }
  std::string page = page_of(name, run);
  if (run.json()) {
    run.give(Request().natural("v", 1).text("kind", "manual").text("page", name).text("roff", page).str());
    return 0;
  }
  page.pop_back();  // say ends the line
  say(page);
  return 0;
}

}  // namespace

std::vector<std::string> manual_pages() {
  std::vector<std::string> out = {"exchange"};
  for (const auto& word : command_words("")) out.push_back("exchange-" + word);
  return out;
}

std::vector<Command> manual_commands() {
  return {{"manual",
           "the manual pages, as man reads them",
           {"exchange manual exchange-consent | man -l -", "exchange manual   # the names of the pages"},
           {{"PAGE", "", "a page's name; none lists them"}},
           "",
           manual,
           Effect::reads}};
}

}  // namespace cli
