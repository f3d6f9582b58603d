#include "policy/claim.hpp"

#include <algorithm>
#include <string>

#include "policy/explain.hpp"
#include "policy/find.hpp"
#include "policy/given.hpp"

namespace xch::policy {
namespace {

/// Words of a sentence in lower case, and as they were written; those that say nothing are left out.
struct Word {
  std::string lower, written;
};

bool says_nothing(const std::string& word) {
  for (const auto filler : {"and", "or", "the", "a", "class", "classes", "facts", "data", "any"})
    if (word == filler) return true;
  return false;
}

std::vector<Word> words_of(std::string_view sentence) {
  std::vector<Word> out;
  std::string word;
  const auto end = [&] {
    if (word.empty()) return;
    std::string lower = word;
    for (auto& c : lower)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (!says_nothing(lower)) out.push_back({std::move(lower), word});
    word.clear();
  };
  for (const char c : sentence) {
    if (c == ' ' || c == ',' || c == ';' || c == '\t' || c == '\n' || c == '\r') {
      end();
    } else {
      word += c;
    }
  }
  if (!word.empty() && word.back() == '.') word.pop_back();
  end();
  return out;
}

template <class T>
void add(std::vector<T>& to, T value) {
  const auto at = std::lower_bound(to.begin(), to.end(), value);
  if (at == to.end() || *at != value) to.insert(at, value);
}

bool is_health(FieldClass field_class) {
  switch (field_class) {
    case FieldClass::sud: case FieldClass::sudn: case FieldClass::mh: case FieldClass::psyn: case FieldClass::hiv:
    case FieldClass::std: case FieldClass::orgs:
      return true;
    default:
      return false;
  }
}

/// Reader takes the sentence apart from its first word to its last.
class Reader {
 public:
  Reader(std::vector<Word> words, const PolicyPack& pack) : words_(std::move(words)), pack_(pack) {}

  Result<Claim> read() {
    while (more() && take_class()) {
    }
    if (claim_.classes.empty()) return lost();
    if (eat("never")) {
      if (!eat("reach") && !eat("reaches")) return lost();
      while (more() && take_role()) {
      }
      if (claim_.roles.empty()) return lost();
      while (more()) XCH_TRY(exception());
      return finish();
    }
    if (!eat("always") || (!eat("carry") && !eat("carries"))) return lost();
    claim_.kind = Claim::Kind::always_carry;
    while (more() && (take(parse_obligation, claim_.obligations) || take(parse_notice, claim_.notices))) {
    }
    if (claim_.obligations.empty() && claim_.notices.empty()) return lost();
    while (more()) XCH_TRY(limit());
    return finish();
  }

 private:
  bool more() const { return at_ < words_.size(); }
  bool eat(std::string_view word) {
    if (!more() || words_[at_].lower != word) return false;
    ++at_;
    return true;
  }
  // The place and not the word: what somebody typed may be a name.
  tl::unexpected<Error> lost() const { return fail(Code::policy_claim, "word " + std::to_string(at_ + 1)); }

  template <class T>
  bool take(std::optional<T> (*parse)(std::string_view), std::vector<T>& to) {
    const auto code = parse(words_[at_].written);
    if (!code || *code == T{}) return false;
    add(to, *code);
    ++at_;
    return true;
  }
  bool take_form() {
    const auto form = parse_form(words_[at_].written);
    if (!form) return false;
    add(claim_.except_forms, *form);
    ++at_;
    return true;
  }
  template <class T>
  Status some(std::optional<T> (*parse)(std::string_view), std::vector<T>& to) {
    while (more() && take(parse, to)) {
    }
    return to.empty() ? Status(lost()) : Status(Ok{});
  }

  bool take_class() {
    const auto& word = words_[at_].lower;
    const bool all = word == "anything", treatment = word == "treatment", victim = word == "victim", health = word == "health";
    if (!all && !treatment && !victim && !health) return take(parse_field_class, claim_.classes);
    for (const auto& row : pack_.classes)
      if (all || (treatment && row.part2) || (victim && row.isolate) || (health && is_health(row.field_class)))
        add(claim_.classes, row.field_class);
    ++at_;
    return true;
  }
  bool take_role() {
    const bool all = eat("anybody"), justice = !all && eat("justice"), care = !all && !justice && eat("care");
    const bool law = !all && !justice && !care && eat("law");
    if (law && !eat("enforcement")) return false;
    if (!all && !justice && !care && !law) return take(parse_role, claim_.roles);
    for (const auto role : every<Role>(kRoleCount)) {
      const bool of_care = role == Role::pm || role == Role::cm || role == Role::txp || role == Role::mhp || role == Role::med;
      const bool of_law = role == Role::leo || role == Role::les;
      if (all || (justice && is_justice_role(role)) || (care && of_care) || (law && of_law)) add(claim_.roles, role);
    }
    return true;
  }

  Status exception() {
    if (eat("for")) return some(parse_purpose, claim_.purposes);
    if (eat("without")) {
      if (eat("tick")) {
        claim_.except_ticked = true;
        return Ok{};
      }
      if (!eat("basis")) return lost();
      return some(parse_basis, claim_.except_bases);
    }
    if (eat("under")) return some(parse_basis, claim_.bases);
    if (!eat("except")) return lost();
    if (eat("own")) {
      claim_.except_own = true;
      return Ok{};
    }
    if (!eat("as")) return lost();
    while (more() && take_form()) {
    }
    return claim_.except_forms.empty() ? Status(lost()) : Status(Ok{});
  }
  Status limit() {
    if (eat("for")) return some(parse_purpose, claim_.purposes);
    if (eat("under")) return some(parse_basis, claim_.bases);
    if (!eat("to")) return lost();
    while (more() && take_role()) {
    }
    return claim_.roles.empty() ? Status(lost()) : Status(Ok{});
  }

  Claim finish() {
    if (claim_.purposes.empty()) claim_.purposes = every<Purpose>(kPurposeCount);
    if (claim_.roles.empty()) claim_.roles = every<Role>(kRoleCount);
    if (claim_.bases.empty()) claim_.bases = every<Basis>(kBasisCount);
    return claim_;
  }

  std::vector<Word> words_;
  const PolicyPack& pack_;
  std::size_t at_ = 0;
  Claim claim_;
};

}  // namespace

Result<Claim> parse_claim(std::string_view sentence, const PolicyPack& pack) {
  constexpr std::size_t kMaxSentence = 1024;
  if (sentence.size() > kMaxSentence) return fail(Code::policy_claim, "length");
  return Reader(words_of(sentence), pack).read();
}

}  // namespace xch::policy
