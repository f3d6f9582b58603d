// roster: who takes part. The coalition adds, removes and publishes; agencies import, check and look.
#include <optional>

#include "failure.hpp"
#include "files.hpp"
#include "preview.hpp"
#include "run.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

std::string file_as_base64(const std::string& path, const std::string& what) {
  return to_base64(read_input(path, kMaxInRequest, what));
}

int add(Run& run) {
  const auto& args = run.args();
  const auto& done = run.call_bare("coalition.admit", Request()
                                                          .text("home", run.home_path())
                                                          .text("enrolment", file_as_base64(args.one("FILE"), "FILE"))
                                                          .text("agreement_from", args.one("--from"))
                                                          .text("agreement_until", args.one("--until")));
  if (run.answered()) return 0;
  say("added " + printable(done.str("name")) + "  " + done.str("party"));
  talk("The next roster names it: exchange roster publish");
  return 0;
}

int remove(Run& run) {
  run.call_bare("coalition.remove", Request().text("home", run.home_path()).text("party", run.args().one("PARTY")));
  if (!run.answered()) talk("The next roster leaves it out: exchange roster publish");
  return 0;
}

int revoke_key(Run& run) {
  run.call_bare("coalition.revoke_key", Request().text("home", run.home_path()).text("key", run.args().one("KEY")));
  if (!run.answered()) talk("The next roster names it as revoked: exchange roster publish");
  return 0;
}

/// words_of gives the words to compare by phone, six a line.
std::vector<std::string> words_of(const Value& roster) {
  const auto& words = roster["words"].items();
  std::vector<std::string> out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i % 6 == 0) out.emplace_back();
    out.back() += (i % 6 == 0 ? "" : " ") + words[i].as_text();
  }
  return out;
}

void say_words(const Value& roster) {
  const char* head = "words    ";
  for (const auto& line : words_of(roster)) {
    say(head + line);
    head = "         ";
  }
}

int publish(Run& run) {
  const auto& args = run.args();
  Output roster_file(run.json() && !args.has("-o") ? "-" : args.one("-o"));
  std::optional<Output> policy_file;
  if (args.has("--policy")) policy_file.emplace(args.one("--policy"));
  const auto& done =
      run.call_bare("coalition.publish", Request().text("home", run.home_path()).natural("days", number_of(args, "--days", 30)));
  if (policy_file) policy_file->write(from_base64(done.str("policy")));
  if (!run.json() || args.has("-o")) roster_file.write(from_base64(done.str("roster")));
  if (run.answered()) return 0;
  talk("roster version " + done.str("version"));
  talk("hash " + done.str("hash"));
  talk("words to compare by phone:");
  for (const auto& line : words_of(done)) talk("  " + line);
  return 0;
}

bool is_coalition(Run& run) {
  return static_cast<bool>(run.bare().call("coalition.info", Request().text("home", run.home_path()).str()));
}

/// exported is the roster to copy, with its policy pack: the coalition's newest, or the one that this agency has in force.
const Value& exported(Run& run) {
  return is_coalition(run) ? run.call_bare("coalition.export", Request().text("home", run.home_path())) : run.call("roster.export");
}

int preview_export(Run& run) {
  const auto& roster = exported(run);
  Preview preview(run);
  preview.writes("version " + roster.str("version") + " of the roster to " + output_named(run));
  if (run.args().has("--policy")) preview.writes("the signed policy pack to " + output_named(run, "--policy"));
  return preview.say();
}

int export_roster(Run& run) {
  const auto& args = run.args();
  Output roster_file(run.json() && !args.has("-o") ? "-" : args.one("-o"));
  std::optional<Output> policy_file;
  if (args.has("--policy")) policy_file.emplace(args.one("--policy"));
  const auto& done = exported(run);
  if (policy_file) policy_file->write(from_base64(done.str("policy")));
  if (!run.json() || args.has("-o")) roster_file.write(from_base64(done.str("roster")));
  if (run.answered()) return 0;
  talk("roster version " + done.str("version"));
  talk("hash " + done.str("hash"));
  return 0;
}

/// adopt_roster brings a coalition's home that was restored from a backup up to what it had published since.
int adopt_roster(Run& run) {
  const auto& done = run.call_bare("coalition.adopt", Request().text("home", run.home_path()).text("roster", file_as_base64(run.args().one("FILE"), "FILE")));
  if (run.answered()) return 0;
  say("version  " + done.str("version"));
  say("hash     " + done.str("hash"));
  talk("The next roster follows this one: exchange roster publish");
  return 0;
}

int import_roster(Run& run) {
  if (is_coalition(run)) return adopt_roster(run);
  const auto& args = run.args();
  const auto& done = run.call(
      "roster.import", Request().text("roster", file_as_base64(args.one("FILE"), "FILE")).text_if("trust", args.one("--trust")));
  if (run.answered()) return 0;
  say("version  " + done.str("version"));
  say("hash     " + done.str("hash"));
  say_words(done);
  return 0;
}

void say_parties(const Value& roster) {
  Table table({"name", "role", "kind", "ORI", "agreement until", "keys"});
  for (const auto& party : roster["parties"].items())
    table.row({printable(party.str("name")), party.str("role"), party.str("party_kind"), printable(party.str("ori")), party.str("agreement_until").substr(0, 10),
               std::to_string(party["keys"].items().size())});
  table.print();
}

/// verify answers 0 where the roster is proved to be the coalition's, 6 where nothing here can tell.
int verify_roster(Run& run) {
  const auto& args = run.args();
  const Request request = Request().text("roster", file_as_base64(args.one("FILE"), "FILE")).text_if("trust", args.one("--trust"));
  // With a home the one that it holds decides; a coalition's own home holds none that is open.
  const bool with_home = run.has_home() && !is_coalition(run);
  const auto& done = with_home ? run.call("roster.verify", request) : run.call_bare("roster.verify", request);
  const int exit = done.str("verification") == "pass" ? 0 : 6;
  if (run.answered()) return exit;
  say("version  " + done.str("version") + ", suite " + done.str("suite") + ", " + done.str("parties") + " agencies");
  say("issued   " + done.str("issued") + "  expires  " + done.str("expires") + (done["current"].is_true() ? "" : "  EXPIRED"));
  say("signed   by " + done.str("signed_by") + " roots, " + done.str("threshold") + " needed");
  say("hash     " + done.str("hash"));
  say_words(done);
  if (done.str("place") == "held") say("It is the roster that this home has in force.");
  if (done.str("place") == "next") say("It follows the roster that this home has in force.");
  if (exit != 0) talk("Its own roots signed it; whose they are cannot be told here: compare the words by phone, or give --trust HASH or --home DIR.");
  return exit;
}

int show(Run& run) {
  if (is_coalition(run)) {
    const auto& coalition = run.call_bare("coalition.info", Request().text("home", run.home_path()));
    if (run.answered()) return 0;
    say("coalition  " + printable(coalition.str("name")) + ", suite " + coalition.str("suite"));
    say("id         " + coalition.str("id"));
    for (const auto& root : coalition["roots"].items()) say("root       " + root.as_text());
    say("policy     " + coalition.str("policy"));
    say("published  " + (coalition.str("roster_version") == "0" ? "no roster yet" : "version " + coalition.str("roster_version")));
    return 0;
  }
  const auto& roster = run.call("roster.show");
  if (run.answered()) return 0;
  say("version  " + roster.str("version") + ", suite " + roster.str("suite"));
  say("issued   " + roster.str("issued") + "  expires  " + roster.str("expires"));
  say("hash     " + roster.str("hash"));
  say_words(roster);
  say("");
  say_parties(roster);
  return 0;
}

int list(Run& run) {
  const bool coalition = is_coalition(run);
  const auto& roster = coalition ? run.call_bare("coalition.parties", Request().text("home", run.home_path())) : run.call("roster.show");
  if (run.answered()) return 0;
  if (coalition && roster["parties"].items().empty()) say("No agency was added yet.");
  else say_parties(roster);
  if (coalition) talk("So they will stand in the next roster: exchange roster publish");
  return 0;
}

}  // namespace

std::vector<Command> roster_commands() {
  using Need = Option::Need;
  return {
      {"roster add",
       "take an agency's enrolment into the next roster",
       {"exchange roster add patrol.enrolment --home county --from 2026-11-01 \\\n    --until 2027-10-31"},
       {{"FILE", "", "the enrolment file; - is stdin", Need::must},
        {"--from", "DAY", "first day of the agency's agreement", Need::must},
        {"--until", "DAY", "its last day", Need::must}},
       "the roster is unchanged",
       add,
       Effect::writes,
       preview_admit},
      {"roster remove",
       "leave an agency out of the next roster",
       {"exchange roster remove patrol --home county"},
       {{"PARTY", "", "the agency's name", Need::must}},
       "the roster is unchanged",
       remove,
       Effect::writes,
       preview_remove},
      {"roster revoke-key",
       "revoke a key in the next roster",
       {"exchange roster revoke-key KEY --home county"},
       {{"KEY", "", "the key's id", Need::must}},
       "the roster is unchanged",
       revoke_key,
       Effect::writes,
       preview_revoke_key},
      {"roster publish",
       "sign the next version of the roster",
       {"exchange roster publish --home county -o county.roster", "exchange roster publish --home county --days 7 -o county.roster \\\n    --policy county.policy"},
       {{"--days", "N", "how long it is valid (30)"}, {"-o", "FILE", "where the roster goes; - is stdout"}, {"--policy", "FILE", "where the signed policy pack goes"}},
       "nothing was published",
       publish,
       Effect::writes,
       preview_publish},
      {"roster import",
       "take a roster into this home; the first one by its hash",
       {"exchange roster import county.roster --trust HASH", "exchange roster import county.roster",
        "exchange roster import county.roster --home county"},
       {{"FILE", "", "the roster; - is stdin", Need::must}, {"--trust", "HASH", "of a first roster, compared by phone"}},
       "the roster in force is unchanged",
       import_roster,
       Effect::writes,
       preview_import_roster},
      {"roster export",
       "copy the roster in force to a file, to hand it on",
       {"exchange roster export -o county.roster --policy county.policy", "exchange roster export --home county -o county.roster"},
       {{"-o", "FILE", "where the roster goes; - is stdout"}, {"--policy", "FILE", "where the signed policy pack goes"}},
       "nothing was written",
       export_roster,
       Effect::writes,
       preview_export},
      {"roster verify",
       "check a roster file, and take nothing in",
       {"exchange roster verify county.roster", "exchange roster verify county.roster --trust HASH"},
       {{"FILE", "", "the roster; - is stdin", Need::must}, {"--trust", "HASH", "of the roster, compared by phone"}},
       "",
       verify_roster,
       Effect::reads},
      {"roster show", "the roster in force, its hash and words", {"exchange roster show", "exchange roster show --home county"}, {}, "", show, Effect::reads},
      {"roster list", "the agencies of the roster in force; at the coalition, of the next one", {"exchange roster list", "exchange roster list --home county"}, {}, "", list, Effect::reads},
  };
}

}  // namespace cli
