// demo: a coalition lives through one arrest diversion; every agency in its own process, only files in between.
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "failure.hpp"
#include "files.hpp"
#include "preview.hpp"
#include "run.hpp"
#include "story.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

namespace fs = std::filesystem;

constexpr char kMarker[] = "exchange-demo.txt";
constexpr char kMarkerText[] = "Homes, passphrases and envelopes of exchange demo: invented people, real cryptography.\n"
                               "The next run in this folder replaces them.\n";

/// clear_earlier removes what an earlier demo left, by name: whatever else somebody put there is kept, and stops us.
void clear_earlier(const fs::path& folder) {
  std::error_code error;
  std::vector<std::string> names = {"coalition", "envelopes", "files", "report.html", "witnesses", "coalition.passphrase"};
  for (const auto& member : everybody())
    for (const char* ending : {"", ".passphrase"}) names.push_back(std::string(member.name) + ending);
  for (const auto& name : names) fs::remove_all(folder / name, error);
  fs::remove(folder / kMarker, error);
}

/// prepare gives an empty folder with the demo's marker in it. Throws EX1016 where there is something else.
void prepare(const std::string& folder) {
  std::error_code error;
  const bool there = fs::exists(folder, error);
  if (there && fs::exists(fs::path(folder) / kMarker, error)) {
    talk("exchange: replacing the earlier demo in that folder");
    clear_earlier(folder);
  }
  if (there && (!fs::is_directory(folder, error) || !fs::is_empty(folder, error))) {
    auto refused = failure("EX1016", "--dir");
    refused.error.text = "the folder is not empty, and no earlier demo made it so; nothing was changed";
    throw refused;
  }
  fs::create_directories(folder, error);
  if (error) throw failure("EX1013", "--dir");
  Output marker(folder + "/" + kMarker);
  marker.write(kMarkerText);
}

void look_around(const std::string& folder, bool json) {
  if (json) {
    for (const auto& member : everybody()) {
      const std::string home = folder + "/" + member.name;
      say(Request().natural("v", 1).text("kind", "home").text("agency", member.name).text("home", home).text("passphrase_file", home + ".passphrase").str());
    }
    std::vector<std::string> envelopes;
    for (const auto& file : fs::directory_iterator(folder + "/envelopes")) envelopes.push_back(file.path().filename());
    std::sort(envelopes.begin(), envelopes.end());
    for (const auto& name : envelopes)
      say(Request().natural("v", 1).text("kind", "envelope").text("file", folder + "/envelopes/" + name).natural("bytes", fs::file_size(folder + "/envelopes/" + name)).str());
    return;
  }
  std::size_t envelopes = 0;
  for (const auto& file : fs::directory_iterator(folder + "/envelopes")) envelopes += file.is_regular_file();
  say("");
  say(strong("Left to look at"));
  say("   " + folder + "/coalition");
  for (const auto& member : everybody()) say("   " + folder + "/" + member.name);
  say("   " + folder + "/patrol/log/checkpoint, and a log like it in every home");
  say("   " + folder + "/report.html: what the auditor found in the logs");
  say("   " + folder + "/envelopes: " + std::to_string(envelopes) + " files, all that ever passed between them");
  say("");
  say("   export EXCHANGE_HOME=" + folder + "/prosecutor");
  say("   export EXCHANGE_PASSPHRASE_FILE=" + folder + "/prosecutor.passphrase");
  say("   exchange journal; exchange grants; exchange doctor");
}

int demo(Run& run) {
  const std::string folder = run.args().one("--dir", "exchange-demo");
  prepare(folder);
  ::signal(SIGPIPE, SIG_IGN);  // an agency's process that ended is an answer that does not come, and told as such

  Teller teller(run.json());
  World world(folder, run.args().one("--suite", "p256"), teller);
  Story story(world, teller);
  std::string failed;
  try {
    for (const auto step : {&Story::coalition, &Story::arrest, &Story::consent, &Story::coordination, &Story::nothing_to_share, &Story::passing_on,
                            &Story::next_version, &Story::revocation, &Story::logs, &Story::audit})
      (story.*step)();
  } catch (const Unexpected& unexpected) {
    failed = unexpected.what;
  } catch (const exchange::Exception& error) {
    failed = error.error.text + " (" + error.error.id + ")";
  }
  world.stop();
  if (failed.empty()) look_around(folder, run.json());
  teller.end(failed.empty(), failed);
  return failed.empty() ? 0 : 1;
}

}  // namespace

std::vector<Command> demo_commands() {
  return {{"demo",
           "one arrest diversion among seven agencies, step by step",
           {"exchange demo", "exchange demo --dir demo --suite x25519", "exchange demo --json"},
           {{"--dir", "DIR", "where homes and envelopes are left (./exchange-demo)"}, {"--suite", "SUITE", "p256 (default) or x25519"}},
           "",
           demo,
           Effect::writes,
           preview_demo}};
}

}  // namespace cli
