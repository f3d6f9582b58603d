// Policies (c2sp.org/tlog-policy): which logs count, which witnesses, and how many of them have to have signed.
//
//     log police.example/log+33d7b496+ASG5LmJ...
//
//     witness office      office.example+f3c1...+BKq...     http://127.0.0.1:8417
//     witness prosecutor  prosecutor.example+6b08...+BH3...
//     witness clinic      clinic.example+9e27...+BJt...
//     group   two-of-us   2 office prosecutor clinic
//     quorum  two-of-us
//
// A group is `any` or `all` of its members, or at least so many. Each name stands for a witness or a group defined on a
// line before, and in at most one group, so that no witness counts twice. `quorum none` asks for no witness.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "log/note.hpp"

namespace xch::log {

/// kPolicyMaxBytes and kPolicyMaxLines bound a policy; the specification asks for at least 32 of each kind.
constexpr std::size_t kPolicyMaxBytes = 256 << 10, kPolicyMaxLines = 128;

/// LogPolicy is a policy that was read.
class LogPolicy {
 public:
  struct Log {
    VerifierKey key;
    std::string url;  // empty where there is none, as below
  };
  struct Witness {
    std::string name;  // within the policy; the key has its own
    VerifierKey key;
    std::string url;
  };

  /// parse takes a whole policy. Errors: log_policy (also for a key that is none, or stands there twice).
  static Result<LogPolicy> parse(std::string_view text);

  const std::vector<Log>& logs() const { return logs_; }
  const std::vector<Witness>& witnesses() const { return witnesses_; }
  /// is_met says whether these witnesses (by their place in witnesses()) are enough.
  bool is_met(const std::vector<std::size_t>& signed_by) const;

 private:
  /// Name is a witness, or a group of names that stand before it.
  struct Name {
    std::string text;
    std::size_t witness = 0;           // of a name without members
    std::size_t needed = 0;            // of its members
    std::vector<std::size_t> members;  // their places in names_
    bool in_group = false;
  };
  Status read_line(const std::vector<std::string_view>& words);
  Status read_log(const std::vector<std::string_view>& words);
  Status read_witness(const std::vector<std::string_view>& words);
  Status read_group(const std::vector<std::string_view>& words);
  Status read_quorum(const std::vector<std::string_view>& words);
  std::optional<std::size_t> place_of(std::string_view name) const;
  Status add_name(Name name);
  bool has_key(const VerifierKey& key) const;

  std::vector<Log> logs_;
  std::vector<Witness> witnesses_;
  std::vector<Name> names_;
  bool has_quorum_ = false;
  std::optional<std::size_t> quorum_;  // nothing: none is asked for
};

}  // namespace xch::log
