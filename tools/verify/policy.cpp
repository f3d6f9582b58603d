// Policies (c2sp.org/tlog-policy): logs, witnesses, groups of them, and whose signatures are enough.
#include <algorithm>

#include "verify.hpp"

namespace verify {
namespace {

constexpr std::size_t kEachMax = 128;  // logs, and half of the names

[[noreturn]] void bad(const std::string& sentence) { throw Refusal{kUsage, "the policy: " + sentence}; }

std::vector<std::string> split(std::string_view line) {
  std::vector<std::string> out;
  bool between = true;
  for (const char c : line) {
    const bool white = c == ' ' || c == '\t';
    if (!white && between) out.emplace_back();
    if (!white) out.back() += c;
    between = white;
  }
  return out;
}

class Reader {
 public:
  Policy policy;

  void line(const std::vector<std::string>& words) {
    const std::size_t count = words.size();
    if (words[0] == "log" && (count == 2 || count == 3)) log(words[1]);
    else if (words[0] == "witness" && (count == 3 || count == 4)) witness(words[1], words[2]);
    else if (words[0] == "group" && count >= 4) group(words);
    else if (words[0] == "quorum" && count == 2) quorum(words[1]);
    else bad("a line is none of log, witness, group and quorum");
  }

 private:
  Key key(const std::string& text, bool of_log) {
    const Key out = read_key(text);
    if ((out.type == 1) != of_log) bad("a key is of another type");
    const auto same = [&](const Key& known) { return known.public_key == out.public_key; };
    if (std::any_of(policy.logs.begin(), policy.logs.end(), same) ||
        std::any_of(policy.witnesses.begin(), policy.witnesses.end(), same))
      bad("a key stands there twice");
    return out;
  }
  void log(const std::string& text) {
    policy.logs.push_back(key(text, true));
    if (policy.logs.size() > kEachMax) bad("it has too many logs");
  }
  void name(const std::string& name, Group group) {
    if (name == "none" || !policy.groups.emplace(name, std::move(group)).second) bad("a name stands for two");
    if (policy.groups.size() > 2 * kEachMax) bad("it has too many names");
  }
  void witness(const std::string& called, const std::string& text) {
    Group one;
    one.witness = policy.witnesses.size();
    policy.witnesses.push_back(key(text, false));
    name(called, one);
  }
  void group(const std::vector<std::string>& words) {
    Group group;
    group.members.assign(words.begin() + 3, words.end());
    for (const auto& member : group.members) {
      const auto found = policy.groups.find(member);
      if (found == policy.groups.end()) bad("a group has a member that is not defined before it");
      if (found->second.taken) bad("a name is in a group twice");
      found->second.taken = true;
    }
    const auto number = decode_number(words[2]);
    if (words[2] == "any") group.needed = 1;
    else if (words[2] == "all") group.needed = group.members.size();
    else if (number && *number >= 1 && *number <= group.members.size()) group.needed = *number;
    else bad("a group does not say how many of its members are enough");
    name(words[1], std::move(group));
  }
  void quorum(const std::string& called) {
    if (!policy.quorum.empty()) bad("it has more than one quorum");
    if (called != "none" && policy.groups.count(called) == 0) bad("its quorum is not defined before it");
    policy.quorum = called;
  }
};

bool has_signed(const Policy& policy, const std::string& name, const std::vector<bool>& by_witness) {
  const Group& group = policy.groups.at(name);
  if (group.members.empty()) return by_witness[group.witness];
  std::size_t have = 0;
  for (const auto& member : group.members) have += has_signed(policy, member, by_witness) ? 1 : 0;
  return have >= group.needed;
}

}  // namespace

Policy read_policy(std::string_view text) {
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if ((octet < 0x20 && c != '\t' && c != '\n') || octet == 0x7f) bad("it has a control character");
  }
  Reader reader;
  while (const auto line = next_line(text)) {
    const auto words = split(*line);
    if (!words.empty() && words[0][0] != '#') reader.line(words);
  }
  if (!text.empty()) bad("its last line has no end");
  if (reader.policy.quorum.empty()) bad("it has no quorum");
  return std::move(reader.policy);
}

bool is_enough(const Policy& policy, const std::vector<bool>& by_witness) {
  return policy.quorum == "none" || has_signed(policy, policy.quorum, by_witness);
}

}  // namespace verify
