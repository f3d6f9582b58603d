// Previews of what changes a home, its keys, its roster or its policy.
#include <filesystem>

#include "failure.hpp"
#include "files.hpp"
#include "preview.hpp"
#include "story.hpp"
#include "values.hpp"

namespace cli {
namespace {

namespace fs = std::filesystem;

/// check_words refuses a value that is none of the few that its option takes, as the library would.
void check_words(const Run& run) {
  for (const auto& option : run.command().options) {
    if (fill_of(option) != Fill::words || !run.args().has(option.name)) continue;
    const auto known = words_for(option);
    for (const auto& given : run.args().all(option.name))
      if (std::find(known.begin(), known.end(), given) == known.end()) throw failure("EX1308", option.name);
  }
}

void check_free(const std::string& folder) {
  std::error_code error;
  if (fs::exists(folder, error) && !fs::is_empty(folder, error)) throw failure("EX1016", "DIR");
}

Value coalition(Run& run) { return run.call_bare("coalition.info", Request().text("home", run.home_path())); }

std::string next_roster(Run& run) {
  return "version " + std::to_string(coalition(run)["roster_version"].as_natural() + 1) + " of the roster, not yet published";
}

std::string held_roster(Run& run) {
  const auto answer = run.home().call("roster.show");
  if (!answer && answer.error().id == "EX6207") return "the first roster of this home";
  return "the roster in force, version " + run.call("roster.show").str("version");
}

}  // namespace

int preview_init_coalition(Run& run) {
  const std::string folder = run.args().one("DIR");
  check_words(run);
  check_free(folder);
  return Preview(run)
      .writes("the folder " + folder + ": " + std::to_string(number_of(run.args(), "--roots", 3)) + " root keys, each under the passphrase, and the signed policy pack")
      .say();
}

int preview_init_agency(Run& run) {
  const std::string folder = run.args().one("DIR");
  check_words(run);
  check_free(folder);
  return Preview(run)
      .writes("the folder " + folder + ": new keys under the passphrase, an empty store and a spool")
      .writes("the enrolment, for the coalition, to " + output_named(run))
      .say();
}

int preview_admit(Run& run) {
  const std::string next = next_roster(run);
  read_input(run.args().one("FILE"), kMaxInRequest, "FILE");
  return Preview(run)
      .writes("the agency of that enrolment into " + next)
      .unless("that the enrolment is well-formed and its keys are certified")
      .say();
}

int preview_remove(Run& run) { return Preview(run).writes("the agency out of " + next_roster(run)).unless("that there is such an agency").say(); }

int preview_revoke_key(Run& run) {
  return Preview(run).writes("the key as revoked from now on into " + next_roster(run)).unless("that the key is one of the roster").say();
}

int preview_publish(Run& run) {
  const auto version = coalition(run)["roster_version"].as_natural() + 1;
  Preview preview(run);
  preview.writes("version " + std::to_string(version) + " of the roster, signed by the root keys, to " + output_named(run));
  if (run.args().has("--policy")) preview.writes("the signed policy pack to " + output_named(run, "--policy"));
  return preview.say();
}

int preview_import_roster(Run& run) {
  const std::string file = read_input(run.args().one("FILE"), kMaxInRequest, "FILE");
  const auto& what = run.call_bare("inspect", Request().text("object", to_base64(file)));
  if (what.str("what") != "roster") throw failure("EX6201", "FILE");
  return Preview(run).writes("this roster in place of " + held_roster(run)).unless("its signatures, and that it follows the one held").say();
}

int preview_import_policy(Run& run) {
  const std::string file = read_input(run.args().one("FILE"), kMaxInRequest, "FILE");
  const auto& what = run.call_bare("inspect", Request().text("object", to_base64(file)));
  if (what.str("what") != "policy pack") throw failure("EX2002", "FILE");
  return Preview(run).writes("this policy pack as the one that the roster names").unless("its signature, and that the roster names it").say();
}

int preview_key_rotate(Run& run) {
  run.call("key.list");
  return Preview(run)
      .writes("a new encryption key into the store; the present ones stay")
      .writes("the enrolment with the new key, for the coalition, to " + output_named(run))
      .say();
}

int preview_key_erase(Run& run) {
  run.call("key.list");
  return Preview(run)
      .erases("encryption keys that ended longer ago than the policy pack keeps them, and envelopes that only they open")
      .erases("consent keys of grants that ended as long ago, and what is kept of ended grants for sealing")
      .erases("received notes that had to be deleted by now (exchange policy due)")
      .records("each erasure, in the journal")
      .say();
}

int preview_demo(Run& run) {
  const std::string folder = run.args().one("--dir", "exchange-demo");
  check_words(run);
  std::error_code error;
  const bool earlier = fs::exists(fs::path(folder) / "exchange-demo.txt", error);
  if (!earlier) {
    if (fs::exists(folder, error) && !fs::is_empty(folder, error)) throw failure("EX1016", "--dir");
  }
  Preview preview(run);
  if (earlier) preview.erases("the earlier demo in " + folder);
  std::size_t agencies = members().size();
  return preview.writes("the folder " + folder + ": the homes of a coalition and of " + std::to_string(agencies) + " agencies, every envelope that passes, and an auditor's report").say();
}

}  // namespace cli
