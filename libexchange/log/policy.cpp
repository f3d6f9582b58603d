#include "log/policy.hpp"

#include <algorithm>

#include "log/lines.hpp"

namespace xch::log {
namespace {

// "sequences of ASCII space and tab characters *only*"
std::vector<std::string_view> words_of(std::string_view line) {
  constexpr std::string_view kWhite = " \t";
  std::vector<std::string_view> out;
  for (auto begin = line.find_first_not_of(kWhite); begin != std::string_view::npos;) {
    const auto end = std::min(line.find_first_of(kWhite, begin), line.size());
    out.push_back(line.substr(begin, end - begin));
    begin = line.find_first_not_of(kWhite, end);
  }
  return out;
}

// "the allowed octet values are 0x09 (tab), 0x0A (newline), 0x20-0x7E, and 0x80-0xFF"
bool is_allowed(char c) {
  const auto octet = static_cast<unsigned char>(c);
  return octet == '\t' || octet == '\n' || (octet >= 0x20 && octet != 0x7f);
}

Result<VerifierKey> read_key(std::string_view text) {
  auto key = VerifierKey::parse(text);
  return key ? std::move(key) : fail(Code::log_policy);
}

std::string url_at(const std::vector<std::string_view>& words, std::size_t place) {
  return place < words.size() ? std::string(words[place]) : std::string();
}

}  // namespace

Result<LogPolicy> LogPolicy::parse(std::string_view text) {
  if (text.size() > kPolicyMaxBytes || !std::all_of(text.begin(), text.end(), is_allowed))
    return fail(Code::log_policy);
  LogPolicy out;
  while (const auto line = take_line(text)) {
    const auto words = words_of(*line);
    if (words.empty() || words[0][0] == '#') continue;
    XCH_TRY(out.read_line(words));
  }
  // "each line is terminated by ASCII newline"; "A policy file must include exactly one quorum line."
  if (!text.empty() || !out.has_quorum_) return fail(Code::log_policy);
  return out;
}

Status LogPolicy::read_line(const std::vector<std::string_view>& words) {
  if (words[0] == "log") return read_log(words);
  if (words[0] == "witness") return read_witness(words);
  if (words[0] == "group") return read_group(words);
  if (words[0] == "quorum") return read_quorum(words);
  return fail(Code::log_policy);
}

Status LogPolicy::read_log(const std::vector<std::string_view>& words) {
  if (words.size() < 2 || words.size() > 3 || logs_.size() == kPolicyMaxLines) return fail(Code::log_policy);
  XCH_ASSIGN(auto key, read_key(words[1]));
  if (key.type() != KeyType::ed25519 || has_key(key)) return fail(Code::log_policy);
  logs_.push_back({std::move(key), url_at(words, 2)});
  return Ok{};
}

Status LogPolicy::read_witness(const std::vector<std::string_view>& words) {
  if (words.size() < 3 || words.size() > 4) return fail(Code::log_policy);
  XCH_ASSIGN(auto key, read_key(words[2]));
  if (key.type() == KeyType::ed25519 || has_key(key)) return fail(Code::log_policy);
  XCH_TRY(add_name({std::string(words[1]), witnesses_.size(), 0, {}, false}));
  witnesses_.push_back({std::string(words[1]), std::move(key), url_at(words, 3)});
  return Ok{};
}

Status LogPolicy::read_group(const std::vector<std::string_view>& words) {
  if (words.size() < 4) return fail(Code::log_policy);
  Name group{std::string(words[1]), 0, 0, {}, false};
  for (std::size_t i = 3; i < words.size(); ++i) {
    const auto member = place_of(words[i]);
    // "Each defined name can be listed as a group member at most once."
    if (!member || names_[*member].in_group) return fail(Code::log_policy);
    names_[*member].in_group = true;
    group.members.push_back(*member);
  }
  const auto number = parse_decimal(words[2]);
  if (words[2] == "any") group.needed = 1;
  else if (words[2] == "all") group.needed = group.members.size();
  else if (number && *number >= 1 && *number <= group.members.size()) group.needed = static_cast<std::size_t>(*number);
  else return fail(Code::log_policy);
  return add_name(std::move(group));
}

Status LogPolicy::read_quorum(const std::vector<std::string_view>& words) {
  if (words.size() != 2 || has_quorum_) return fail(Code::log_policy);
  has_quorum_ = true;
  if (words[1] == "none") return Ok{};
  quorum_ = place_of(words[1]);
  return quorum_ ? Status(Ok{}) : fail(Code::log_policy);
}

std::optional<std::size_t> LogPolicy::place_of(std::string_view name) const {
  const auto found = std::find_if(names_.begin(), names_.end(), [&](const Name& n) { return n.text == name; });
  if (found == names_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names_.begin());
}

Status LogPolicy::add_name(Name name) {
  if (name.text == "none" || place_of(name.text) || names_.size() == 2 * kPolicyMaxLines)
    return fail(Code::log_policy);
  names_.push_back(std::move(name));
  return Ok{};
}

// Two keys are one where their public keys are: a cosignature does not cover the name.
bool LogPolicy::has_key(const VerifierKey& key) const {
  const auto same = [&](const auto& known) { return equal(known.key.public_key(), key.public_key()); };
  return std::any_of(logs_.begin(), logs_.end(), same) || std::any_of(witnesses_.begin(), witnesses_.end(), same);
}

bool LogPolicy::is_met(const std::vector<std::size_t>& signed_by) const {
  if (!quorum_) return true;
  // Members stand before their group, so one pass is enough.
  std::vector<bool> met;
  for (const auto& name : names_) {
    std::size_t have = 0;
    for (const auto member : name.members) have += met[member] ? 1 : 0;
    const bool signed_here = std::find(signed_by.begin(), signed_by.end(), name.witness) != signed_by.end();
    met.push_back(name.members.empty() ? signed_here : have >= name.needed);
  }
  return met[*quorum_];
}

}  // namespace xch::log
