#include "consent/forms/words.hpp"

#include "consent/pack_compiler/source.hpp"

namespace xch::consent {
namespace {

using Texts = std::map<std::string, std::string>;
using Lists = std::map<std::string, std::vector<std::string>>;

Status flatten(const SourceValue& value, const std::string& path, Texts& texts, Lists& lists) {
  for (const auto& [key, member] : value.members) {
    const std::string at = path.empty() ? key : path + "." + key;
    switch (member.shape) {
      case SourceValue::Shape::text: texts[at] = member.text; break;
      case SourceValue::Shape::list: lists[at] = member.list; break;
      case SourceValue::Shape::section: XCH_TRY(flatten(member, at, texts, lists)); break;
      default: return fail(Code::policy_pack_malformed, at);
    }
  }
  return Ok{};
}

}  // namespace

std::optional<Language> parse_language(std::string_view code) {
  if (code == "en") return Language::english;
  if (code == "es") return Language::spanish;
  return std::nullopt;
}

Result<Words> Words::read(std::string_view toml) {
  XCH_ASSIGN(const auto root, parse_source(toml));
  Words out;
  XCH_TRY(flatten(root, "", out.texts_, out.lists_));
  return out;
}

Result<Words> Words::in(Language language) {
  XCH_ASSIGN(auto out, read(language == Language::spanish ? form_words_es() : form_words_en()));
  if (out.list("form.months").size() != 12) return fail(Code::policy_pack_malformed, "form.months");
  return out;
}

const std::string& Words::text(const std::string& path) const {
  static const std::string kNone;
  return text_or(path, kNone);
}

const std::string& Words::text_or(const std::string& path, const std::string& otherwise) const {
  const auto at = texts_.find(path);
  return at == texts_.end() ? otherwise : at->second;
}

const std::vector<std::string>& Words::list(const std::string& path) const {
  static const std::vector<std::string> kNone;
  const auto at = lists_.find(path);
  return at == lists_.end() ? kNone : at->second;
}

}  // namespace xch::consent
