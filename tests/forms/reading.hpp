// How easy a form is to read: the words that a person sees, counted.
#pragma once

#include <string>
#include <string_view>

namespace xch::testing {

/// Shown is the text of a form without the words of the law and the citations for counsel. Every block ends a line.
std::string shown_text(std::string_view html);
/// prose keeps the lines that are sentences: labels, names and headings would make any text look easy.
std::string prose(const std::string& shown);

/// Syllables of one word.
int english_syllables(std::string_view word);
int spanish_syllables(std::string_view word);

struct Reading {
  double words = 0, sentences = 0, syllables = 0;
  /// Flesch-Kincaid grade: 0.39 words a sentence + 11.8 syllables a word - 15.59.
  double grade() const { return 0.39 * words / sentences + 11.8 * syllables / words - 15.59; }
  /// Fernandez-Huerta: 206.84 - 0.60 syllables in 100 words - 1.02 words a sentence; 70 and more is easy.
  double ease() const { return 206.84 - 60.0 * syllables / words - 1.02 * words / sentences; }
};
Reading read(const std::string& text, int (*syllables)(std::string_view));

}  // namespace xch::testing
