#include "values.hpp"

#include <algorithm>
#include <array>

#include "exchange/exchange.hpp"
#include "explain.hpp"
#include "help.hpp"
#include "json.hpp"

namespace cli {
namespace {

struct Placeholder {
  std::string_view name;
  Fill fill;
  std::vector<std::string> (*words)();
};

std::vector<std::string> none() { return {}; }
std::vector<std::string> suites() { return {"p256", "x25519"}; }
std::vector<std::string> shells() { return {"bash", "zsh", "fish"}; }
std::vector<std::string> new_keys() { return {"encryption", "seat", "authority", "originator"}; }
std::vector<std::string> languages() { return {"en", "es"}; }
std::vector<std::string> papers() { return {"letter", "a4"}; }
std::vector<std::string> roles() { return codes_of("Role"); }
std::vector<std::string> kinds() { return codes_of("PartyKind"); }
std::vector<std::string> bases() { return codes_of("Basis"); }
std::vector<std::string> classes() { return codes_of("FieldClass"); }
std::vector<std::string> purposes() { return codes_of("Purpose"); }

constexpr std::array kPlaceholders = {
    Placeholder{"FILE", Fill::files, none},
    Placeholder{"NOTE", Fill::files, none},
    Placeholder{"AGENDA", Fill::files, none},
    Placeholder{"DRAFT", Fill::files, none},
    Placeholder{"RECORD", Fill::files, none},
    Placeholder{"OLD", Fill::files, none},
    Placeholder{"NEW", Fill::files, none},
    Placeholder{"DIR", Fill::folders, none},
    Placeholder{"SUITE", Fill::words, suites},
    Placeholder{"WHICH", Fill::words, new_keys},
    Placeholder{"SHELL", Fill::words, shells},
    Placeholder{"LANGUAGE", Fill::words, languages},
    Placeholder{"PAPER", Fill::words, papers},
    Placeholder{"ROLE", Fill::words, roles},
    Placeholder{"KIND", Fill::words, kinds},
    Placeholder{"BASIS", Fill::words, bases},
    Placeholder{"CLASS", Fill::words, classes},
    Placeholder{"PURPOSE", Fill::words, purposes},
    Placeholder{"TYPE", Fill::words, note_types},
    Placeholder{"PATH", Fill::words, note_fields},
    Placeholder{"TOPIC", Fill::words, help_names},
    Placeholder{"PAGE", Fill::words, manual_pages},
    Placeholder{"WHAT", Fill::words, explained_names},
};

const Placeholder* placeholder_of(const Option& option) {
  const auto at = std::find_if(kPlaceholders.begin(), kPlaceholders.end(), [&](const Placeholder& p) { return p.name == option.placeholder(); });
  return at == kPlaceholders.end() ? nullptr : &*at;
}

Value ask(const exchange::Context& library, const Request& request) {
  auto answer = library.call("schema.classes", request.str());
  return answer ? Value::parse(answer->view()).value_or(Value()) : Value();
}

}  // namespace

const std::vector<std::string>& codes_of(std::string_view list) {
  static const std::vector<std::string> kNone;
  for (const auto& one : registry())
    if (one.name == list) return one.codes;
  return kNone;
}

Fill fill_of(const Option& option) {
  const auto* placeholder = placeholder_of(option);
  return option.is_switch() || placeholder == nullptr ? Fill::anything : placeholder->fill;
}

std::vector<std::string> words_for(const Option& option) {
  const auto* placeholder = placeholder_of(option);
  return option.is_switch() || placeholder == nullptr ? std::vector<std::string>() : placeholder->words();
}

std::size_t hash_length(const Option& option) {
  static const std::vector<std::pair<std::string_view, std::size_t>> kLengths = {
      {"HASH", 64}, {"HEADER", 64}, {"NONCE", 64}, {"GRANT", 64}, {"KEYID", 64}, {"PSEUDONYM", 32}, {"COALITION", 32}};
  for (const auto& [placeholder, length] : kLengths)
    if (option.placeholder() == placeholder) return length;
  // As a value, ID and KEY are names that somebody chose; as arguments they are a grant's and a key's.
  if (option.name == "ID") return 32;
  return option.name == "KEY" ? 64 : 0;
}

bool is_hash(std::string_view text, std::size_t length) {
  return text.size() == length && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::vector<std::string> note_types() {
  const auto library = exchange::Context::open("").value();
  const Value answer = ask(library, {});
  return texts_of(answer["types"]);
}

std::vector<std::string> note_fields() {
  const auto library = exchange::Context::open("").value();
  std::vector<std::string> out;
  for (const auto& type : note_types()) {
    const Value answer = ask(library, Request().text("type", type));
    for (const auto& row : answer["fields"].items()) out.push_back(row.str("field"));
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace cli
