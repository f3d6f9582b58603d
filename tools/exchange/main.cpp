// exchange: the command-line program over libexchange's C ABI. It decides nothing: every answer is a verb's.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <new>

#include "failure.hpp"
#include "help.hpp"
#include "parse.hpp"
#include "run.hpp"
#include "suggest.hpp"
#include "terminal.hpp"

namespace cli {

namespace {

int run_command(Run& run) {
  const Command& command = run.command();
  if (run.args().has("--dry-run") && command.effect != Effect::reads) {
    if (!command.preview) throw usage("this command has no preview; nothing was done", "exchange help " + command.name);
    return command.preview(run);
  }
  if (!command.for_good.empty() && !confirmed("exchange " + command.name + ": " + command.for_good + ". Go on?", "exchange help " + command.name)) {
    talk("exchange: nothing was done");
    return 2;
  }
  return command.run(run);
}

/// unharmed is the second line of an error; known once the command is.
int run_words(std::vector<std::string> words, std::string& unharmed) {
  const bool help = asks_for_help(words);
  std::string group;
  const Command* command = take_command(words, group);
  if (command == nullptr && !help) {
    if (group.empty()) throw usage("no command was given", "exchange help");
    throw usage("\"" + group + "\" is a group of commands; which one?", "exchange help " + group);
  }
  if (help) {
    if (command != nullptr) help_command(*command);
    else if (!group.empty()) help_group(group);
    else help_overview();
    return 0;
  }
  unharmed = command->unharmed;
  Run run(*command, parse_options(*command, std::move(words)));
  try {
    return run_command(run);
  } catch (exchange::Exception& refused) {
    suggest(run, refused.error);
    throw;
  }
}

int finish(int status) {
  // A full disk behind a redirected stdout is found here, at the latest.
  const bool written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  return written ? status : show_error(failure("EX1013", "stdout").error, "", false);
}

}  // namespace
}  // namespace cli

int main(int argc, char** argv) {
  // With one of these closed, the store's file would take its number, and be printed into.
  int spare = 0;
  while (spare <= STDERR_FILENO && spare >= 0) spare = ::open("/dev/null", O_RDWR);
  ::close(spare);
  ::umask(077);
  cli::end_cleanly();
  std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() == 1 && words[0] == "--version") words[0] = "version";  // what everybody tries
  const bool json = cli::wants_json(words);
  cli::manners() = cli::manners_of(words);
  std::string unharmed;
  try {
    return cli::finish(cli::run_words(std::move(words), unharmed));
  } catch (const exchange::Exception& refused) {
    return cli::finish(cli::show_error(refused.error, unharmed, json));
  } catch (const std::bad_alloc&) {
    return cli::show_error({XCH_E_MEMORY, "EX1006", "out of memory; nothing was done", "", "free memory and repeat the call", 1}, "", json);
  } catch (...) {
    return cli::show_error({XCH_E_BUG, "EX1001", "an internal check failed", "", "report this id with the command you ran", 1}, unharmed, json);
  }
}
