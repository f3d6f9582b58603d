#include <algorithm>

#include "consent/pack_compiler/toml.hpp"

namespace xch::consent {
namespace {

// toml++ bounds how deep values nest and not how many parts a key has: each part is a table within the last, and a
// table of some ten thousand levels ends the process when it is freed.
constexpr std::size_t kMostDots = 256;

/// end_of_string is where the string that begins at `at` ends, or its line where it does not.
std::size_t end_of_string(std::string_view text, std::size_t at) {
  const char quote = text[at];
  const bool long_string = text.substr(at, 3) == std::string(3, quote);
  const std::string end(long_string ? 3 : 1, quote);
  for (at += end.size(); at < text.size(); ++at) {
    if (text.substr(at, end.size()) == end) {
      at += end.size();
      // Three quotes end a long string, and up to two more before them are its own.
      while (long_string && at < text.size() && text[at] == quote) ++at;
      return at;
    }
    if (text[at] == '\n' && !long_string) return at;
    if (text[at] == '\\' && quote == '"') ++at;
  }
  return text.size();
}

/// deep_line is the line of the first statement with more dots outside its strings than kMostDots; 0 where there is none.
/// It reads strings and comments as TOML does up to the first mistake, where the parser stops.
std::size_t deep_line(std::string_view text) {
  std::size_t line = 1, dots = 0, open = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    switch (text[at]) {
      case '#': at = std::min(text.find('\n', at), text.size()) - 1; break;
      case '"':
      case '\'': {
        const std::size_t end = end_of_string(text, at);
        line += static_cast<std::size_t>(std::count(text.begin() + at, text.begin() + end, '\n'));
        at = end - 1;
        break;
      }
      case '[':
      case '{': ++open; break;
      case ']':
      case '}': open -= open > 0 ? 1 : 0; break;
      case '.':
        if (++dots > kMostDots) return line;
        break;
      case '\n':
        ++line;
        if (open == 0) dots = 0;
        break;
      default: break;
    }
  }
  return 0;
}

}  // namespace

tl::expected<toml::table, std::size_t> read_toml(std::string_view text) {
  if (const std::size_t line = deep_line(text); line != 0) return tl::unexpected(line);
  auto parsed = toml::parse(text);
  if (!parsed) return tl::unexpected<std::size_t>(parsed.error().source().begin.line);
  return std::move(parsed).table();
}

}  // namespace xch::consent
