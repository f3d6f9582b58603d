// consent new: a draft from options, from a TOML file, or from answers at the terminal. All three give the same draft.
#include <unistd.h>

#include <algorithm>
#include <array>

#include "consent.hpp"
#include "draft.hpp"
#include "failure.hpp"
#include "files.hpp"
#include "interview.hpp"
#include "preview.hpp"
#include "questions.hpp"
#include "run.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

enum class Kind : std::uint8_t { text, number, texts, yes };

/// Key is one member of a draft and the option that says it.
struct Key {
  const char* option;
  const char* key;
  Kind kind;
  const char* value;  // of the option
  const char* help;
};
constexpr std::array kKeys{
    Key{"--subject", "subject", Kind::text, "ID", "the office's own id of the person, never the name"},
    Key{"--basis", "basis", Kind::text, "BASIS", "the legal ground, as part2-consent"},
    Key{"--discloser", "disclosers", Kind::texts, "AGENCY", "an agency that may share; once for each"},
    Key{"--recipient", "recipients", Kind::texts, "AGENCY", "an agency that may receive; once for each"},
    Key{"--class", "classes", Kind::texts, "CLASS", "what may be shared, as ENG; once for each"},
    Key{"--purpose", "purposes", Kind::texts, "PURPOSE", "what for, as COORD; once for each"},
    Key{"--first-day", "first_day", Kind::text, "DAY", "first day, YYYY-MM-DD (the day it is signed)"},
    Key{"--last-day", "last_day", Kind::text, "DAY", "last day, inclusive"},
    Key{"--zone", "zone", Kind::text, "ZONE", "whose days they are, as America/Denver (the policy pack's)"},
    Key{"--signer", "signer", Kind::text, "WHO",
        "who signs: participant (default), parent, guardian, personal-representative, court-appointed-guardian"},
    Key{"--co-signer", "co_signers", Kind::texts, "WHO", "who signs beside; once for each"},
    Key{"--minor-age", "minor_age", Kind::number, "YEARS", "the person's age, where under 18"},
    Key{"--state", "jurisdiction", Kind::text, "STATE", "whose law says who signs for whom, as WA"},
    Key{"--proceeding", "proceeding", Kind::text, "TEXT", "42 CFR 2.35: the number of the case"},
    Key{"--revocable-day", "revocable_day", Kind::text, "DAY", "42 CFR 2.35(c): revocable from this day on"},
    Key{"--referred-by", "referred_by", Kind::text, "AGENCY", "the officers whose own referral the person is"},
    Key{"--statement", "statements", Kind::texts, "WORD",
        "what the form or the office says besides: exchange help drafts"},
    Key{"--revocation-explained", "revocation_explained", Kind::yes, "", "the form says how to take it back"},
    Key{"--redisclosure-explained", "redisclosure_explained", Kind::yes, "", "the form says what may be passed on"},
    Key{"--circumstances", "circumstances", Kind::text, "TEXT", "of a threat or a crime: what happened; stays here"},
};
constexpr std::array kEndsKeys{
    Key{"--ends-on", "event", Kind::text, "EVENT", "what ends it before its last day, in the form's words"},
    Key{"--ends-says", "asserter", Kind::text, "AGENCY", "the one agency that may say that this has happened"},
};
constexpr std::array kRevocableKeys{
    Key{"--revocable-on", "event", Kind::text, "EVENT", "42 CFR 2.35(c): what makes it revocable, in the form's words"},
    Key{"--revocable-says", "asserter", Kind::text, "AGENCY", "the one agency that may say that this has happened"},
};
constexpr std::array kOrderKeys{
    Key{"--court", "court", Kind::text, "TEXT", "of an order: the court"},
    Key{"--order-day", "day", Kind::text, "DAY", "of an order: its day"},
    Key{"--order-digest", "digest", Kind::text, "SHA256", "of an order: what sha256sum says of the paper"},
    Key{"--finding", "findings", Kind::texts, "WORD", "of an order: what the court found; once for each"},
};

// ---- options and file
// ------------------------------------------------------------------------------------------------

Value value_of(const Args& args, const Key& key) {
  switch (key.kind) {
    case Kind::texts:
      return list_of(args.all(key.option));
    case Kind::number:
      return Value::number(std::to_string(number_of(args, key.option, 0)));
    case Kind::yes:
      return Value::boolean(true);
    case Kind::text:
      break;
  }
  return Value::text(args.one(key.option));
}

void set_once(Value& into, const std::string& key, const char* option, Value value) {
  if (into.has(key)) throw usage(std::string(option) + " says what the file of --from says too", "keep one of the two");
  into.set(key, std::move(value));
}

/// The person's record, which goes sealed to those who may see who the person is.
void take_record(const Args& args, Value& draft) {
  Value record = Value::object();
  std::string name = args.one("--name");
  if (name == "-") {  // a name on a command line stands in the shell's history
    name = read_input("-", 1024, "--name");
    while (!name.empty() && (name.back() == '\n' || name.back() == '\r')) name.pop_back();
  }
  if (!name.empty()) record.set("name", Value::text(name));
  if (args.has("--born")) record.set("dateOfBirth", Value::text(args.one("--born")));
  if (!record.members().empty()) set_once(draft, "subject_record", "--name", std::move(record));
}

void take_event(const Args& args, Value& draft, const char* member, const std::array<Key, 2>& keys) {
  Value event = Value::object();
  for (const auto& key : keys)
    if (args.has(key.option)) event.set(key.key, value_of(args, key));
  if (!event.members().empty()) set_once(draft, member, keys.front().option, std::move(event));
}

/// intermediary_of reads "HUB: AGENCY, AGENCY" and "HUB: treating".
Value intermediary_of(const std::string& text) {
  const Hub hub = hub_of(text);
  Value out = Value::object();
  out.set("party", Value::text(hub.name));
  if (hub.members == std::vector<std::string>{"treating"}) out.set("treating", Value::boolean(true));
  else if (!hub.members.empty()) out.set("members", list_of(hub.members));
  return out;
}

/// external_of reads "NAME: DAY".
Value external_of(const std::string& text) {
  Value out = Value::object();
  const auto colon = text.rfind(':');
  out.set("name", Value::text(text.substr(0, colon)));
  const auto day = colon == std::string::npos ? colon : text.find_first_not_of(' ', colon + 1);
  if (day != std::string::npos) out.set("last_day", Value::text(text.substr(day)));
  return out;
}

Value given(Run& run) {
  const auto& args = run.args();
  Value draft = Value::object();
  if (args.has("--from")) draft = Value::parse(toml_input(run, args.one("--from"), "--from")).value_or(Value::object());
  for (const auto& key : kKeys)
    if (args.has(key.option)) set_once(draft, key.key, key.option, value_of(args, key));
  take_record(args, draft);
  Value order = Value::object();
  for (const auto& key : kOrderKeys)
    if (args.has(key.option)) order.set(key.key, value_of(args, key));
  if (!order.members().empty()) {
    order.set("kind", Value::text("order"));
    set_once(draft, "order", "--court", std::move(order));
  }
  take_event(args, draft, "ends_on", kEndsKeys);
  take_event(args, draft, "revocable_on", kRevocableKeys);
  if (args.has("--via")) {
    Value hubs = Value::array();
    for (const auto& text : args.all("--via")) hubs.add(intermediary_of(text));
    set_once(draft, "intermediaries", "--via", std::move(hubs));
  }
  if (args.has("--external")) {
    Value outside = Value::array();
    for (const auto& text : args.all("--external")) outside.add(external_of(text));
    set_once(draft, "externals", "--external", std::move(outside));
  }
  if (args.has("--keep-back")) {
    Value asked = Value::array();
    for (const auto& text : args.all("--keep-back")) asked.add(restriction_of(text));
    set_once(draft, "restrictions", "--keep-back", std::move(asked));
  }
  return draft;
}

// ---- the command
// -----------------------------------------------------------------------------------------------------

struct Made {
  Value draft, checked;
  std::string path;
  bool asked = false;
};

/// place is the file that the draft goes to; "" for none, since the answer itself is read by a program.
std::string place(Run& run, const Value& draft) {
  const auto& args = run.args();
  if (run.json() && !args.has("-o")) return "";
  const std::string subject = draft.str("subject");
  const bool plain =
      !subject.empty() &&
      subject.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == std::string::npos;
  const std::string path = args.one("-o", plain ? "draft-" + subject + ".json" : "draft.json");
  if (path != "-" && ::access(path.c_str(), F_OK) == 0 && !args.has("--force"))
    throw usage("there is such a file already", "-o FILE for another name, or --force to replace it");
  return path;
}

Made make(Run& run) {
  Made out;
  Value draft = given(run);
  const bool printed = run.args().has("--printed-form");
  if (printed) says_form_explains(draft);
  out.asked = may_ask() && !run.json() && lacks_answers(draft);
  if (out.asked) ask_what_it_lacks(run, draft);
  if (printed) says_form_explains(draft);  // the basis may be known only now
  if (is_signed_by_someone(draft) && !draft.has("signer")) draft.set("signer", Value::text("participant"));
  out.draft = run.call_bare("consent.draft", Request().raw("draft", draft.dump()))["draft"];
  out.path = place(run, out.draft);
  out.checked = run.call("consent.check", as_if_signed(out.draft));
  return out;
}

/// lines_of writes a draft with a line for each member, to be read and mended by hand.
std::string lines_of(const Value& draft) {
  std::string out;
  for (const auto& [name, value] : draft.members())
    out += (out.empty() ? "{\n  \"" : ",\n  \"") + name + "\": " + value.dump();
  return out + "\n}\n";
}

void give(Run& run, const Made& made) {
  run.give(Request()
               .natural("v", 1)
               .text("kind", "consent-draft")
               .raw("draft", made.draft.dump())
               .raw("rows", made.checked["rows"].dump())
               .raw("plan", made.checked["plan"].dump())
               .str());
}

/// is_wanted asks whether to write, where somebody was asked before; errors are kept only by who wants to mend them.
bool is_wanted(const Made& made) {
  const bool refused = is_refused(made.checked);
  if (!made.asked) return !refused;
  const std::string file = made.path == "-" ? "the terminal" : printable(made.path);
  if (refused)
    return ask_yes("It cannot be issued like this. Keep the answers in " + file + ", to be mended there?", true);
  return manners().yes || ask_yes("Write it to " + file + "?", true);
}

/// next_step is what to do with a draft that was written.
std::string next_step(const Made& made) {
  const std::string file = printable(made.path);
  if (is_refused(made.checked))
    return "What is named error is to be put right first: exchange consent check " + file + " tells.";
  if (is_signed_by_someone(made.draft)) return "exchange consent form " + file + " prints the page to sign.";
  return "exchange consent issue " + file + " issues it.";
}

int consent_new(Run& run) {
  const Made made = make(run);
  const bool refused = is_refused(made.checked), to_stdout = made.path == "-";
  if (run.json()) {
    give(run, made);
  } else if (refused || !to_stdout) {
    show_findings(made.checked);
  }
  const bool wanted = !made.path.empty() && is_wanted(made);
  if (wanted) {
    note_draft(run, made.draft.dump(), "drafted");
    Output(made.path).write(lines_of(made.draft));
    if (!run.json() && !to_stdout) {
      say("");
      say("draft  " + printable(made.path));
      talk(next_step(made));
    }
  } else if (!run.json()) {
    talk(refused ? "It cannot be issued like this; nothing was written. exchange explain RULE tells more of a rule."
                 : "Nothing was written.");
  }
  return refused ? 3 : 0;
}

int preview_new(Run& run) {
  const Made made = make(run);
  if (!run.json()) show_findings(made.checked);
  Preview preview(run);
  if (!is_refused(made.checked))
    preview.writes("the draft to " + (made.path.empty() || made.path == "-" ? "standard output" : made.path));
  preview.say();
  return is_refused(made.checked) ? 3 : 0;
}

std::vector<Option> options() {
  std::vector<Option> out = {{"--from", "FILE", "a draft as TOML; exchange help drafts shows one"}};
  const auto add = [&](const Key& key) {
    out.push_back({key.option, key.value, key.help, key.kind == Kind::texts ? Option::Need::many : Option::Need::may});
    if (std::string_view(key.option) != "--subject") return;
    out.push_back({"--name", "NAME", "the person's name, for those who may see who it is; - is stdin"});
    out.push_back({"--born", "DAY", "the date of birth, likewise"});
  };
  for (const auto& key : kKeys) add(key);
  out.push_back({"--printed-form", "",
                 "the page of exchange consent form is signed, which explains both and says what the basis asks for"});
  out.push_back({"--keep-back", "RESTRICTION",
                 "\"AGENCY CLASS\" that the person wants kept back, all for either; once for each",
                 Option::Need::many});
  out.push_back({"--via", "HUB: AGENCY, ...",
                 "an intermediary and those it passes to, by name, or \"HUB: treating\"; once for each",
                 Option::Need::many});
  out.push_back({"--external", "NAME: DAY",
                 "somebody outside the coalition, as a business, and the last day for it; once for each",
                 Option::Need::many});
  for (const auto& key : kEndsKeys) add(key);
  for (const auto& key : kRevocableKeys) add(key);
  for (const auto& key : kOrderKeys) add(key);
  out.push_back({"-o", "FILE", "where it goes (draft-ID.json); - is stdout"});
  out.push_back({"--force", "", "replace a file of that name"});
  return out;
}

}  // namespace

std::vector<Command> consent_new_commands() {
  return {
      {"consent new",
       "write a draft: answer questions, or give a file or options",
       {"exchange consent new", "exchange consent new --from draft.toml -o draft.json",
        "exchange consent new --subject p-417 --basis part2-consent \\\n    --discloser treatment --recipient "
        "case-management --class SUD \\\n    --purpose COORD --last-day 2027-02-23 --printed-form"},
       options(),
       "nothing was written",
       consent_new,
       Effect::writes,
       preview_new},
  };
}

}  // namespace cli
