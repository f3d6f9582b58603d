#include "terminal.hpp"

#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "failure.hpp"

namespace cli {

bool is_terminal(int fd) { return ::isatty(fd) == 1; }

Manners& manners() {
  static Manners own;
  return own;
}

void say(std::string_view line) {
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fputc('\n', stdout);
}

void complain(std::string_view line) {
  std::fflush(stdout);
  std::fwrite(line.data(), 1, line.size(), stderr);
  std::fputc('\n', stderr);
}

void talk(std::string_view line) {
  if (!manners().quiet) complain(line);
}

void detail(std::string_view line) {
  if (manners().verbose) complain(line);
}

bool confirmed(const std::string& question, const std::string& help) {
  if (manners().yes) return true;
  if (!manners().ask || !is_terminal(STDIN_FILENO)) throw usage("this cannot be undone, and nobody can be asked; nothing was done", "--yes says that it is meant (" + help + ")");
  std::fflush(stdout);
  std::fputs((question + " [y/N] ").c_str(), stderr);
  char answer[16] = "";
  if (std::fgets(answer, sizeof answer, stdin) == nullptr) return false;
  return answer[0] == 'y' || answer[0] == 'Y';
}

namespace {

bool is_set(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != 0;
}

bool colours() {
  if (!manners().colour || is_set("NO_COLOR")) return false;
  const char* force = std::getenv("CLICOLOR_FORCE");
  if (force != nullptr && *force != 0 && std::strcmp(force, "0") != 0) return true;
  return manners().home_colour && is_terminal(STDOUT_FILENO);
}

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

}  // namespace

std::string strong(std::string_view text) {
  static const bool kOn = colours();
  return kOn ? "\x1b[1m" + std::string(text) + "\x1b[0m" : std::string(text);
}

std::string printable(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto u = static_cast<unsigned char>(text[i]);
    // U+0080 to U+009F (C2 80 to C2 9F) are control characters too.
    const bool c1 = u == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0;
    if (u >= 0x20 && u != 0x7f && !c1) {
      out += text[i];
      continue;
    }
    char buffer[8];
    std::snprintf(buffer, sizeof buffer, "\\x%02x", c1 ? static_cast<unsigned char>(text[++i]) : u);
    out += buffer;
  }
  return out;
}

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return !continues(c); }));
}

namespace {

/// head_of is the length in bytes of the first `columns` columns.
std::size_t head_of(std::string_view text, std::size_t columns) {
  std::size_t seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (!continues(text[i]) && seen++ == columns) return i;
  return text.size();
}

}  // namespace

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> out;
  width = std::max<std::size_t>(width, 1);
  while (width_of(text) > width) {
    const std::size_t head = head_of(text, width);
    std::size_t cut = text.substr(0, head + 1).rfind(' ');
    if (cut == std::string_view::npos || cut == 0) cut = head;
    out.emplace_back(text.substr(0, cut));
    text.remove_prefix(cut);
    while (!text.empty() && text[0] == ' ') text.remove_prefix(1);
  }
  if (!text.empty() || out.empty()) out.emplace_back(text);
  return out;
}

void say_wrapped(std::string_view text, std::size_t indent) {
  for (const auto& line : wrap(text, kWidth - indent)) say(std::string(indent, ' ') + line);
}

// ---- tables ----------------------------------------------------------------------------------------------------------

std::vector<std::size_t> Table::widths(std::size_t room) const {
  std::vector<std::size_t> out;
  for (const auto& heading : headings_) out.push_back(width_of(heading));
  for (const auto& row : rows_)
    for (std::size_t i = 0; i < row.size(); ++i) out[i] = std::max(out[i], width_of(row[i]));
  // Two columns between columns. What does not fit is taken from the widest one, again and again.
  const auto total = [&] {
    std::size_t sum = 2 * (out.size() - 1);
    for (const auto w : out) sum += w;
    return sum;
  };
  while (total() > room) {
    const auto widest = std::max_element(out.begin(), out.end());
    if (*widest <= 8) break;
    --*widest;
  }
  return out;
}

void Table::print(std::size_t indent) const {
  const auto columns = widths(kWidth - indent);
  const auto print_row = [&](const std::vector<std::string>& cells, bool heading) {
    std::vector<std::vector<std::string>> wrapped;
    std::size_t height = 1;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      wrapped.push_back(wrap(i < cells.size() ? std::string_view(cells[i]) : std::string_view(), columns[i]));
      height = std::max(height, wrapped.back().size());
    }
    for (std::size_t line = 0; line < height; ++line) {
      std::string text(indent, ' ');
      for (std::size_t i = 0; i < columns.size(); ++i) {
        const std::string cell = line < wrapped[i].size() ? wrapped[i][line] : "";
        text += cell;
        if (i + 1 < columns.size()) text.append(columns[i] + 2 - width_of(cell), ' ');
      }
      while (!text.empty() && text.back() == ' ') text.pop_back();
      say(heading ? strong(text) : text);
    }
  };
  print_row(headings_, true);
  for (const auto& row : rows_) print_row(row, false);
}

// ---- interruption ------------------------------------------------------------------------------------------------------

namespace {

// Read by the signal handler, so plain memory that is written before the flag that says it counts.
char g_temporary[4096];
volatile sig_atomic_t g_has_temporary = 0;
struct termios g_termios;
volatile sig_atomic_t g_terminal = -1;

void on_signal(int number) {
  if (g_has_temporary != 0) ::unlink(g_temporary);
  if (g_terminal >= 0) ::tcsetattr(g_terminal, TCSANOW, &g_termios);
  static const char kText[] = "\nexchange: interrupted; nothing was half-done (EX1018)\n";
  if (::write(STDERR_FILENO, kText, sizeof kText - 1) < 0) ::_exit(128 + number);
  ::_exit(128 + number);
}

}  // namespace

void end_cleanly() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  for (const int number : {SIGINT, SIGTERM}) ::sigaction(number, &action, nullptr);
}

void remove_when_interrupted(const char* path) {
  g_has_temporary = 0;
  if (path == nullptr || std::strlen(path) >= sizeof g_temporary) return;
  std::strcpy(g_temporary, path);
  g_has_temporary = 1;
}

void restore_when_interrupted(int fd, const void* termios_before) {
  g_terminal = -1;
  if (fd < 0) return;
  std::memcpy(&g_termios, termios_before, sizeof g_termios);
  g_terminal = fd;
}

}  // namespace cli
