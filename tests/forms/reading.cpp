#include "forms/reading.hpp"

#include <algorithm>
#include <regex>
#include <sstream>
#include <vector>

namespace xch::testing {
namespace {

/// Letters as one byte each: accented Spanish vowels and the n with a tilde become capitals, which no other letter is.
std::string letters_of(std::string_view word) {
  static const std::vector<std::pair<std::string_view, char>> kAccented{
      {"á", 'A'}, {"é", 'E'}, {"í", 'I'}, {"ó", 'O'}, {"ú", 'U'}, {"ü", 'W'}, {"ñ", 'N'},
      {"Á", 'A'}, {"É", 'E'}, {"Í", 'I'}, {"Ó", 'O'}, {"Ú", 'U'}, {"Ü", 'W'}, {"Ñ", 'N'}};
  std::string out;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const auto c = static_cast<unsigned char>(word[i]);
    if (c < 0x80) {
      if (std::isalpha(c) != 0) out += static_cast<char>(std::tolower(c));
      continue;
    }
    for (const auto& [accented, letter] : kAccented)
      if (word.substr(i, accented.size()) == accented) out += letter;
  }
  return out;
}

bool is_vowel(char c) { return std::string_view("aeiouy").find(c) != std::string_view::npos; }

void erase_all(std::string& text, const char* pattern, const char* with) {
  text = std::regex_replace(text, std::regex(pattern), with);
}

}  // namespace

std::string shown_text(std::string_view html) {
  std::string text(html.substr(html.find("<main>")));
  erase_all(text, "<svg[^]*?</svg>", "");
  erase_all(text, "<(div|p) class=\"(verbatim|law)\"[^>]*>[^]*?</\\1>", "");
  erase_all(text, "<br>|</?(p|li|h1|h2|h3|td|th|tr|div|ul|section|table|main)[^>]*>", "\n");
  erase_all(text, "<[^>]*>", "");
  erase_all(text, "&nbsp;", " ");
  erase_all(text, "&#39;", "'");
  erase_all(text, "&[a-z]+;", " ");
  return text;
}

std::string prose(const std::string& shown) {
  std::istringstream lines(shown);
  std::string out;
  for (std::string line; std::getline(lines, line);) {
    while (!line.empty() && line.back() == ' ') line.pop_back();
    const bool sentence = !line.empty() && std::string_view(".?!").find(line.back()) != std::string_view::npos;
    if (sentence && line.find(' ') != std::string::npos) out += line + "\n";
  }
  return out;
}

int english_syllables(std::string_view word) {
  const auto w = letters_of(word);
  int count = 0;
  for (std::size_t i = 0; i < w.size(); ++i)
    if (is_vowel(w[i]) && (i == 0 || !is_vowel(w[i - 1]))) ++count;
  const auto before = [&](std::size_t from_end) { return w.size() >= from_end ? w[w.size() - from_end] : ' '; };
  const auto ends = [&](std::string_view end) {
    return w.size() > end.size() && w.substr(w.size() - end.size()) == end;
  };
  const bool is_le = ends("le") && !is_vowel(before(3));
  const bool silent_e = ends("e") && !is_vowel(before(2)) && !is_le;
  const bool silent_es = ends("es") && !is_vowel(before(3)) &&
                         std::string_view("sxzcgh").find(before(3)) == std::string_view::npos &&
                         !(before(3) == 'l' && !is_vowel(before(4)));
  const bool silent_ed = ends("ed") && !is_vowel(before(3)) && before(3) != 't' && before(3) != 'd';
  if (count > 1 && (silent_e || silent_es || silent_ed)) --count;
  return std::max(1, count);
}

int spanish_syllables(std::string_view word) {
  auto w = letters_of(word);
  // The u of que, qui, gue, gui is not spoken.
  for (std::size_t i = 0; i + 2 < w.size(); ++i)
    if ((w[i] == 'q' || w[i] == 'g') && w[i + 1] == 'u' &&
        std::string_view("eiEI").find(w[i + 2]) != std::string_view::npos)
      w.erase(i + 1, 1);
  int count = 0;
  char last = 0;
  for (std::size_t i = 0; i < w.size(); ++i) {
    const char c = w[i] == 'y' && i + 1 == w.size() ? 'i' : w[i];
    const bool vowel = std::string_view("aeiouAEIOUW").find(c) != std::string_view::npos;
    const auto weak = [](char v) { return v == 'i' || v == 'u' || v == 'W'; };
    // Two strong vowels, or an accented weak one beside another, are two syllables.
    if (vowel && (last == 0 || (!weak(c) && !weak(last)))) ++count;
    last = vowel ? c : 0;
  }
  return std::max(1, count);
}

Reading read(const std::string& text, int (*syllables)(std::string_view)) {
  Reading out;
  std::string word;
  bool open = false;  // a word since the last end of a sentence
  const auto end_word = [&] {
    if (!word.empty()) {
      out.words += 1;
      out.syllables += syllables(word);
      open = true;
    }
    word.clear();
  };
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : '\n';
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 || std::isalnum(byte) != 0 || c == '\'') {
      // The inverted marks of Spanish are no letters.
      if (text.compare(i, 2, "¿") == 0 || text.compare(i, 2, "¡") == 0) ++i;
      else word += c;
      continue;
    }
    end_word();
    const bool ends = c == '\n' || ((c == '.' || c == '?' || c == '!' || c == ':') &&
                                    (i + 1 == text.size() || text[i + 1] == ' ' || text[i + 1] == '\n'));
    if (ends && open) {
      out.sentences += 1;
      open = false;
    }
  }
  return out;
}

}  // namespace xch::testing
