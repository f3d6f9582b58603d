// init: a home for a coalition or an agency, and a witness.
#include "failure.hpp"
#include "files.hpp"
#include "preview.hpp"
#include "run.hpp"
#include "terminal.hpp"
#include "witness.hpp"

namespace cli {
namespace {

int init_coalition(Run& run) {
  run.ask_twice();
  const auto& args = run.args();
  Request request;
  request.text("home", args.one("DIR")).text("name", args.one("--name")).text("suite", args.one("--suite", "p256"));
  request.natural("roots", number_of(args, "--roots", 3)).natural("threshold", number_of(args, "--threshold", 2));
  if (args.has("--policy")) request.text("pack", read_input(args.one("--policy"), kMaxInRequest, "--policy"));
  const auto& made = run.call_bare("coalition.init", request);
  if (run.answered()) return 0;
  say("coalition  " + printable(made.str("name")) + ", suite " + made.str("suite"));
  say("id         " + made.str("id"));
  for (const auto& root : made["roots"].items()) say("root       " + root.as_text());
  say("signs      " + made.str("threshold") + " of " + std::to_string(made["roots"].items().size()) + " roots");
  talk("Give each agency the id and the first root: exchange init agency needs them.");
  return 0;
}

int init_agency(Run& run) {
  run.ask_twice();
  const auto& args = run.args();
  Output enrolment(run.json() && !args.has("-o") ? "-" : args.one("-o"));
  Request request;
  request.text("home", args.one("DIR")).text("name", args.one("--name")).text("role", args.one("--role"));
  request.text("party_kind", args.one("--kind")).text_if("ori", args.one("--ori"));
  request.text("coalition", args.one("--coalition")).text("suite", args.one("--suite", "p256"));
  request.text("root", args.one("--root")).texts("authority_bases", args.all("--authority"));
  if (args.has("--originates")) request.flag("originates", true);

  const auto& made = run.call_bare("agency.init", request);
  if (!run.json() || args.has("-o")) enrolment.write(from_base64(made.str("enrolment")));
  if (run.answered()) return 0;
  talk("The home of " + printable(made.str("name")) + " is ready. Party id: " + made.str("party"));
  talk("The coalition takes the enrolment file in with: exchange roster add FILE");
  return 0;
}

}  // namespace

std::vector<Command> init_commands() {
  using Need = Option::Need;
  return {
      {"init coalition",
       "make a coalition's home: root keys and policy pack",
       {"exchange init coalition county --name county", "exchange init coalition county --name county --suite x25519 \\\n    --roots 5 --threshold 3"},
       {{"DIR", "", "the folder to make", Need::must},
        {"--name", "NAME", "the coalition's name: a to z, 0 to 9 and -", Need::must},
        {"--suite", "SUITE", "p256 (default, FIPS algorithms) or x25519"},
        {"--roots", "N", "how many root keys (3)"},
        {"--threshold", "N", "how many of them sign a roster (2)"},
        {"--policy", "FILE", "the policy pack's TOML; else the default pack"}},
       "nothing was made",
       init_coalition,
       Effect::writes,
       preview_init_coalition},
      {"init agency",
       "make an agency's home and its enrolment file",
       {"exchange init agency patrol --name patrol --role LEO --kind justice-agency \\\n    --ori WA0170000 --coalition COALITION --root KEYID --originates \\\n    -o patrol.enrolment",
        "exchange init agency office --name program-office --role PM \\\n    --kind programme-office --authority part2-consent \\\n    --authority justice-condition --coalition COALITION --root KEYID \\\n    -o office.enrolment"},
       {{"DIR", "", "the folder to make", Need::must},
        {"--name", "NAME", "the agency's name: a to z, 0 to 9 and -", Need::must},
        {"--role", "ROLE", "LEO LES PROS PM CM TXP MHP HSP PD COURT PROB ...", Need::must},
        {"--kind", "KIND", "justice-agency, defence, part2-program, covered-entity, victim-service, community-provider, programme-office or oversight", Need::must},
        {"--ori", "ORI", "the ORI of a criminal-justice agency"},
        {"--coalition", "COALITION", "the coalition's id", Need::must},
        {"--root", "KEYID", "the id of one of its root keys", Need::must},
        {"--suite", "SUITE", "the coalition's suite: p256 (default) or x25519"},
        {"--authority", "BASIS", "this office may issue this basis; may be repeated", Need::many},
        {"--originates", "", "may share its own facts before any consent"},
        {"-o", "FILE", "where the enrolment file goes; - is stdout"}},
       "nothing was made",
       init_agency,
       Effect::writes,
       preview_init_agency},
      init_witness_command(),
  };
}

}  // namespace cli
