// Running the exchange program and looking at what came out.
#pragma once

#include <ctime>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace xch::cli {

namespace fs = std::filesystem;

struct Ran {
  int status = -1;  // exit status; 128 + n when ended by signal n
  std::string out, err;
};

/// How a run differs from a plain one.
struct With {
  std::string input = {};                     // stdin
  std::map<std::string, std::string> env = {};  // beside an environment that names no home and no passphrase
  fs::path folder = {};                       // working folder; empty: this one
  int interrupt_after_ms = -1;               // sends SIGINT then; -1: never
};

/// run runs the program without a terminal.
Ran run(const std::vector<std::string>& words, const With& with = {});

/// Terminal is somebody at the terminal: each time the next prompt appears, its text is typed.
struct Terminal {
  std::vector<std::pair<std::string, std::string>> typing;  // prompt, text
  std::map<std::string, std::string> env;
  int hesitate_ms = 0;      // before each text
  std::string program = {}; // another program than ours, by its name in PATH
  fs::path folder = {};     // working folder; empty: this one
};
/// run_on_terminal runs the program with a terminal as its stdin, stdout, stderr and /dev/tty; `out` is what the
/// terminal showed.
Ran run_on_terminal(const std::vector<std::string>& words, const Terminal& terminal = {});

/// Folder is a new folder, removed at the end.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  fs::path path;
  fs::path write(const std::string& name, const std::string& content) const;
};

/// court_grant is the prosecutor's own authority for court events, from what `grants --json` printed; "" if it is not there.
std::string court_grant(const std::string& grants_json);
/// day_at is the day of a second by UTC; day is so many days from that of today. By the clocks of the demo's consents a day of
/// UTC may not have begun yet: one that has begun for everybody is day(-1).
std::string day_at(std::time_t at);
std::string day(int from_today);
std::string read(const fs::path& file);
std::vector<std::string> lines(const std::string& text);
/// is_installed says whether a program of that name is in PATH. Where it is not, the test that needs it fails in CI (the
/// variable CI is set) and says elsewhere that it was not run.
bool is_installed(const std::string& program);
/// names lists what is in a folder.
std::vector<std::string> names(const fs::path& folder);

/// Demo is one run of the demo for all tests that need homes; removed when the program ends.
struct Demo {
  fs::path folder;
  Ran ran;
  fs::path home(const std::string& who) const { return folder / who; }
  /// as runs a command in an agency's home, unlocked.
  Ran as(const std::string& who, std::vector<std::string> words, With with = {}) const;
};
const Demo& demo();
/// cosigned lets the demo's witnesses sign an agency's newest checkpoint by files, as agencies without a server do, and says
/// how many have.
int cosigned(const Demo& demo, const std::string& who);
/// spare is another one, for tests that change keys, rosters or spools: they find it as the tests before left it.
const Demo& spare();

}  // namespace xch::cli
