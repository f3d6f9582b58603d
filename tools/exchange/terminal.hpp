// What people read: text on stdout, talk on stderr, tables in 80 columns, interruption.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cli {

constexpr std::size_t kWidth = 80;

bool is_terminal(int fd);

/// Manners is how this run behaves toward whoever started it: what the switches of the command line say.
struct Manners {
  bool quiet = false, verbose = false;
  bool colour = true;    // where there is a terminal for it
  bool home_colour = true;  // of the home's config.toml, which the environment goes before
  bool progress = true;  // likewise
  bool ask = true;       // --no-input
  bool yes = false;
};
Manners& manners();

/// say writes a line of data to stdout; talk a line of talk to stderr, unless --quiet; complain one that --quiet does
/// not silence; detail one for --verbose alone.
void say(std::string_view line);
void talk(std::string_view line);
void complain(std::string_view line);
void detail(std::string_view line);
/// strong is for headings: bold where stdout is a terminal that takes it (--no-color, NO_COLOR, CLICOLOR_FORCE).
/// Meaning never hangs on it.
std::string strong(std::string_view text);

/// confirmed asks about what cannot be undone, at the terminal; true for --yes. Throws EX1002 where nobody can be asked:
/// what cannot be undone is never done by accident of a script.
bool confirmed(const std::string& question, const std::string& help);

/// printable shows control characters as \xNN: a text that another agency wrote must not steer this terminal.
std::string printable(std::string_view text);
/// width_of counts the columns of a UTF-8 text, one for each code point.
std::size_t width_of(std::string_view text);
/// wrap breaks a text at spaces into lines of at most `width` columns; a longer word is cut.
std::vector<std::string> wrap(std::string_view text, std::size_t width);
/// say_wrapped says a text in 80 columns with `indent` spaces before each line.
void say_wrapped(std::string_view text, std::size_t indent = 0);

/// Table lays rows out in 80 columns: columns as wide as their longest cell, the last one with what is left, wrapped.
class Table {
 public:
  explicit Table(std::vector<std::string> headings) : headings_(std::move(headings)) {}
  void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  bool empty() const { return rows_.empty(); }
  void print(std::size_t indent = 0) const;

 private:
  std::vector<std::size_t> widths(std::size_t room) const;
  std::vector<std::string> headings_;
  std::vector<std::vector<std::string>> rows_;
};

/// end_cleanly makes SIGINT and SIGTERM remove our temporary file, give the terminal its echo back and end with 130 or
/// 143. The library's store is transactional: whatever it was doing is done whole or not at all.
void end_cleanly();
/// The file to remove on interruption; nullptr for none.
void remove_when_interrupted(const char* path);
/// The terminal whose echo is off while a passphrase is typed; -1 for none.
void restore_when_interrupted(int fd, const void* termios_before);

}  // namespace cli
