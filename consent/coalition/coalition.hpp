// The coalition's own home: root keys, the roster's versions, the policy pack (docs/format.md, "Keys, parties, roster").
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "model/pack.hpp"
#include "model/party.hpp"
#include "session/home.hpp"

namespace xch::consent {

struct CoalitionPlan {
  std::string name;
  SuiteId suite = SuiteId::p256;
  std::uint8_t roots = 3, threshold = 2;
  std::string pack_toml;  // empty: the default pack of the library
};

struct CoalitionInfo {
  CoalitionId id;
  std::string name;
  SuiteId suite = SuiteId::p256;
  std::vector<KeyId> roots;   // root_ids, by index
  std::uint8_t threshold = 0;
  PolicyHash policy;
  std::uint32_t roster_version = 0;
};

/// Coalition works on a coalition home: HOME/coalition.json, keys/root-N.key (one passphrase file each), pending
/// enrolments and every published roster and pack as files (written by temporary name, fsync, rename).
class Coalition {
 public:
  /// create makes the home, n root keys, compiles and signs the policy pack. Errors: home_exists, policy_*, key_*.
  static Result<CoalitionInfo> create(const std::filesystem::path& home, const CoalitionPlan& plan,
                                      const session::Environment& environment);
  static Result<CoalitionInfo> info(const std::filesystem::path& home);
  /// admit puts a party's enrolment into the next roster, with its agreement's id and validity. Checks the records
  /// (parents, coalition, suite, ORI of the role's kind: N-DEx ninth character), replaces the same party's earlier one.
  static Status admit(const std::filesystem::path& home, const Party& enrolment, Timestamp agreement_from,
                      Timestamp agreement_until, const session::Environment& environment);
  static Status remove(const std::filesystem::path& home, const std::string& party, const session::Environment& environment);
  static Status revoke_key(const std::filesystem::path& home, const KeyId& key, const session::Environment& environment);
  /// publish signs the next roster version with `threshold` roots and returns its file bytes (SignedRoster).
  static Result<Bytes> publish(const std::filesystem::path& home, std::uint64_t valid_seconds,
                               const session::Environment& environment);
  /// policy_file is the signed pack (Signed, kind policyPack).
  static Result<Bytes> policy_file(const std::filesystem::path& home);
};

/// hash_words gives 12 words of a fixed list for comparing a roster hash or key by phone.
std::vector<std::string> hash_words(ByteView hash);

}  // namespace xch::consent
