#include "settings.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "failure.hpp"
#include "files.hpp"
#include "parse.hpp"

namespace cli {
namespace {

constexpr std::size_t kMaxSettings = 64u * 1024;
constexpr const char* kHelp = "exchange help config";

[[noreturn]] void refuse(std::size_t line, const std::string& what) {
  throw usage("config.toml, line " + std::to_string(line) + ": " + what, kHelp);
}

/// Line is one `name = value` of TOML: a true, a false or a text in quotes, and a comment after it.
struct Line {
  std::string name, text;
  std::optional<bool> flag;
};

std::string without_spaces(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r");
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t\r") + 1 - first);
}

/// text_in_quotes takes the text off the front of `rest`. In "..." only \" and \\ are escapes here; '...' has none.
std::string text_in_quotes(std::string& rest, std::size_t number) {
  const char quote = rest[0];
  std::string out;
  for (std::size_t i = 1; i < rest.size(); ++i) {
    if (rest[i] == quote) {
      rest.erase(0, i + 1);
      return out;
    }
    if (quote == '"' && rest[i] == '\\') {
      if (++i == rest.size() || (rest[i] != '"' && rest[i] != '\\'))
        refuse(number, "there is a \\ that is neither \\\" nor \\\\; '...' takes it as it is");
    }
    out += rest[i];
  }
  refuse(number, "a text does not end on its line");
}

Line line_of(const std::string& text, std::size_t number) {
  Line out;
  const auto equals = text.find('=');
  if (text[0] == '[') refuse(number, "there are no sections in this file");
  if (equals == std::string::npos) refuse(number, "a line is NAME = VALUE");
  out.name = without_spaces(text.substr(0, equals));
  std::string rest = without_spaces(text.substr(equals + 1));
  if (!rest.empty() && (rest[0] == '"' || rest[0] == '\'')) {
    out.text = text_in_quotes(rest, number);
  } else {
    const std::string word = without_spaces(rest.substr(0, rest.find('#')));
    if (word != "true" && word != "false") refuse(number, "a value is true, false or a text in quotes");
    out.flag = word == "true";
    rest.erase(0, rest.find('#') == std::string::npos ? rest.size() : rest.find('#'));
  }
  rest = without_spaces(rest);
  if (!rest.empty() && rest[0] != '#') refuse(number, "there is more after the value");
  return out;
}

void set(Settings& out, const Line& line, std::size_t number, const std::string& home) {
  struct Flag {
    const char* name;
    std::optional<bool> Settings::*where;
  };
  for (const Flag& flag : {Flag{"color", &Settings::colour}, Flag{"progress", &Settings::progress},
                           Flag{"quiet", &Settings::quiet}, Flag{"verbose", &Settings::verbose}}) {
    if (line.name != flag.name) continue;
    if (!line.flag) refuse(number, std::string(flag.name) + " is true or false");
    out.*flag.where = line.flag;
    return;
  }
  if (line.name == "passphrase_file") {
    if (line.flag || line.text.empty()) refuse(number, "passphrase_file is a path in quotes");
    out.passphrase_file = line.text[0] == '/' ? line.text : home + "/" + line.text;
    return;
  }
  const std::string near = nearest(line.name, setting_names());
  refuse(number,
         near.empty() ? "there is no such setting" : "there is no such setting; did you mean \"" + near + "\"?");
}

}  // namespace

std::vector<std::string> setting_names() { return {"color", "progress", "quiet", "verbose", "passphrase_file"}; }

Settings read_settings(const std::string& home) {
  const std::string path = home + "/config.toml";
  struct stat status {};
  Settings out;
  if (::stat(path.c_str(), &status) != 0) return out;
  if (!S_ISREG(status.st_mode)) throw usage("config.toml is no file", kHelp);
  // Whoever writes it says where the passphrase is looked for.
  if ((status.st_mode & 022) != 0)
    throw usage("config.toml may be written by others; nothing was done", "chmod 600 HOME/config.toml");
  const std::string text = read_input(path, kMaxSettings, "config.toml");
  std::istringstream in(text);
  std::set<std::string> seen;
  std::size_t number = 0;
  for (std::string whole; std::getline(in, whole);) {
    ++number;
    const bool control = std::any_of(whole.begin(), whole.end(), [](char c) {
      return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\r';
    });
    if (control) refuse(number, "there is a control character");
    const std::string line = without_spaces(whole);
    if (line.empty() || line[0] == '#') continue;
    const Line one = line_of(line, number);
    set(out, one, number, home);
    if (!seen.insert(one.name).second) refuse(number, "this setting stands there already");
  }
  if (out.quiet.value_or(false) && out.verbose.value_or(false))
    throw usage("config.toml: quiet and verbose cannot both be true", kHelp);
  return out;
}

}  // namespace cli
