// consent form: the page that a person reads and signs, or the copy of one that was signed.
#include <unistd.h>

#include "draft.hpp"
#include "failure.hpp"
#include "files.hpp"
#include "pdf.hpp"
#include "preview.hpp"
#include "run.hpp"
#include "terminal.hpp"
#include "values.hpp"

namespace cli {
namespace {

constexpr std::size_t kMaxName = 1024;

/// A name on a command line stands in the shell's history; "-" reads it from stdin instead.
std::string name_in(const Args& args) {
  std::string name = args.one("--name");
  if (name != "-") return name;
  name = read_input("-", kMaxName, "--name");
  while (!name.empty() && (name.back() == '\n' || name.back() == '\r')) name.pop_back();
  return name;
}

/// Asked is the request for a form, and the draft that it is of; "" where it is of a grant.
struct Asked {
  Request request;
  std::string draft;
};

Asked form_request(Run& run) {
  const auto& args = run.args();
  const std::string of = args.one("DRAFT");
  Asked out;
  Request& request = out.request;
  if (is_hash(of, 32)) {
    for (const char* day : {"--first-day", "--last-day", "--revocable-day"})
      if (args.has(day)) throw usage(std::string(day) + " does not go with a grant, whose days stand", "leave it out");
    request.text("id", of);
  } else {
    if (of == "-" && args.one("--name") == "-") throw usage("DRAFT and --name cannot both be stdin", "name a file");
    Request inside;
    inside.members(draft_input(run, of, "DRAFT")).text_if("first_day", args.one("--first-day")).text_if("last_day", args.one("--last-day"));
    out.draft = inside.text_if("revocable_day", args.one("--revocable-day")).str();
    request.raw("draft", out.draft);
  }
  request.text_if("lang", args.one("--lang")).text_if("paper", args.one("--paper")).text_if("day", args.one("--day"));
  request.text_if("name", name_in(args)).text_if("contact", args.one("--contact"));
  if (args.has("--large-print")) request.raw("large_print", "true");
  return out;
}

std::string file_for(const Args& args, const Value& form) {
  const std::string ending = args.has("--pdf") ? ".pdf" : ".html";
  const std::string path = args.one("-o", "consent-" + form.str("id") + ending);
  const bool is_there = path != "-" && ::access(path.c_str(), F_OK) == 0;
  if (is_there && !args.has("--force"))
    throw usage("there is such a file already; nothing was written",
                "-o FILE for another name, or --force to replace it");
  return path;
}

int form(Run& run) {
  const auto& args = run.args();
  const std::string maker = args.has("--pdf") ? pdf_maker() : "";
  const Asked asked = form_request(run);
  const Value made = run.call("consent.form", asked.request);
  const std::string answer = run.answer_json();
  const bool as_answer = run.json() && !args.has("-o");
  const std::string path = as_answer ? "" : file_for(args, made);
  if (!asked.draft.empty()) note_draft(run, asked.draft, "proposed");  // before it is out of the house
  if (as_answer) {
    run.give(answer);
    return 0;
  }
  Output file(path);
  file.write(args.has("--pdf") ? to_pdf(maker, made.str("html")) : made.str("html"));
  if (run.json()) run.give(answer);
  if (run.json() || path == "-") return 0;
  say("form   " + printable(path));
  say((made["signed"].is_true() ? "grant  " : "draft  ") + made.str("id"));
  say("hash   " + made.str("hash"));
  say_wrapped("rules  " + join(made["rules"].items(), " "), 0);
  if (!made["signed"].is_true()) talk("exchange consent check tells whether it can be issued once it is signed.");
  return 0;
}

int preview_form(Run& run) {
  if (run.args().has("--pdf")) pdf_maker();
  const auto& made = run.call("consent.form", form_request(run).request);
  return Preview(run).writes("the form to " + file_for(run.args(), made)).say();
}

}  // namespace

std::vector<Command> consent_form_commands() {
  return {
      {"consent form",
       "the form to read and sign, or a copy of one that was signed",
       {"exchange consent form draft.json --last-day 2027-02-23 --lang es",
        "exchange consent form ID --large-print --paper a4", "exchange consent form draft.json --pdf -o form.pdf"},
       {{"DRAFT", "", "the draft, JSON or .toml, - is stdin; or the id of an issued grant", Option::Need::must},
        {"--lang", "LANGUAGE", "en (default) or es"},
        {"--paper", "PAPER", "letter (default) or a4"},
        {"--large-print", "", "large letters"},
        {"--name", "NAME", "the person's name, on the form alone; - is stdin; else a line"},
        {"--contact", "TEXT", "where one writes to take the consent back; else a line"},
        {"--first-day", "DAY", "first day, YYYY-MM-DD"},
        {"--last-day", "DAY", "last day, inclusive"},
        {"--revocable-day", "DAY", "42 CFR 2.35(c): revocable from this day on"},
        {"--day", "DAY", "the day printed on it (today)"},
        {"--pdf", "", "as PDF, where WeasyPrint is installed"},
        {"-o", "FILE", "where it goes (consent-ID.html); - is stdout"},
        {"--force", "", "replace a file of that name"}},
       "nothing was written",
       form,
       Effect::writes,
       preview_form},
  };
}

}  // namespace cli
