// The words of a form in one language, and which part of it answers which rule: data files, read when a form is made.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace xch::consent {

enum class Language : std::uint8_t { english, spanish };
/// parse_language takes "en" or "es".
std::optional<Language> parse_language(std::string_view code);

// The files as they were when the library was built.
std::string_view form_words_en();
std::string_view form_words_es();
std::string_view form_law();

/// Words are texts and lists of texts by their path in the file ("class.SUD.says").
class Words {
 public:
  /// Errors: policy_pack_malformed, with the path (a file that is not as the forms need it).
  static Result<Words> read(std::string_view toml);
  static Result<Words> in(Language language);

  /// text is empty where there is none.
  const std::string& text(const std::string& path) const;
  const std::string& text_or(const std::string& path, const std::string& otherwise) const;
  const std::vector<std::string>& list(const std::string& path) const;
  const std::map<std::string, std::string>& texts() const { return texts_; }
  const std::map<std::string, std::vector<std::string>>& lists() const { return lists_; }

 private:
  std::map<std::string, std::string> texts_;
  std::map<std::string, std::vector<std::string>> lists_;
};

}  // namespace xch::consent
