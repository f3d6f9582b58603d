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
  std::uint8_t roots = 3, threshold = 2;  // 1 to 16, threshold at most roots
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

/// Coalition works on a coalition home. Every file is written by temporary name, fsync, rename:
///
///   HOME/coalition.json          name, id, suite, threshold, public root keys, policy hash: nothing secret
///   HOME/keys/root-N.key         one passphrase file each, N the root's index from 0
///   HOME/policy/pack.lxp         the signed policy pack in force
///   HOME/parties/PARTYID.party   who will stand in the next roster
///   HOME/revoked.json            keys revoked, with the time
///   HOME/rosters/roster-N.lxr    every published version
///
/// Passphrases are asked of environment.secret as "root-0", "root-1", ...
class Coalition {
 public:
  /// create makes the home, n root keys, compiles and signs the policy pack. Nothing stays when it fails.
  /// Errors: home_exists, usage (name, suite, roots, threshold), policy_*, key_*, file_io.
  static Result<CoalitionInfo> create(const std::filesystem::path& home, const CoalitionPlan& plan,
                                      const session::Environment& environment);
  /// Errors: home_missing, record_malformed.
  static Result<CoalitionInfo> info(const std::filesystem::path& home);
  /// admit puts a party's enrolment into the next roster, with its agreement's id and validity; it replaces the same
  /// party's earlier one, and a party without an agreement id is given one. Errors: usage (name: not [a-z0-9-]{1,32}, or
  /// another party's; kind, role; ori: not one of the role's kind, N-DEx ninth character; agreement; keys: none),
  /// key_record_malformed, key_record_parent, key_record_signature.
  static Status admit(const std::filesystem::path& home, const Party& enrolment, Timestamp agreement_from,
                      Timestamp agreement_until, const session::Environment& environment);
  /// remove leaves a party out of the next roster. Errors: party_unknown.
  static Status remove(const std::filesystem::path& home, const std::string& party, const session::Environment& environment);
  /// revoke_key revokes a key from now on, in every roster from the next one. An earlier time already given stays.
  static Status revoke_key(const std::filesystem::path& home, const KeyId& key, const session::Environment& environment);
  /// publish signs the next roster version with `threshold` roots and returns its file bytes (SignedRoster). Roots whose
  /// passphrase is not at hand are passed over while enough others are. Errors: usage (valid_seconds: 0, or more
  /// than 366 days), clock (set back), key_passphrase_missing (too few roots), key_*, roster_*, file_io.
  static Result<Bytes> publish(const std::filesystem::path& home, std::uint64_t valid_seconds,
                               const session::Environment& environment);
  /// policy_file is the signed pack (Signed, kind policyPack). Errors: home_missing, file_*, policy_pack_unknown (the one in
  /// force is not in this home: sign_policy it again).
  static Result<Bytes> policy_file(const std::filesystem::path& home);
  /// sign_policy makes `pack` the one that the next roster pins. Of one name, versions only go up; the pack in force
  /// again is no error, and is put back where it was lost. Grants were issued under the pack before: they are issued
  /// again. Errors: usage (version), key_passphrase_missing (no root is here), key_*, file_io.
  static Result<CoalitionInfo> sign_policy(const std::filesystem::path& home, const PolicyPack& pack,
                                           const session::Environment& environment);
  /// roster_file is the newest published version. Errors: home_missing, roster_missing (none yet), file_io.
  static Result<Bytes> roster_file(const std::filesystem::path& home);
  /// parties lists who will stand in the next roster, by name.
  static Result<std::vector<Party>> parties(const std::filesystem::path& home);
  /// adopt takes a roster of this coalition that was published after what this home knows: a home that was restored from
  /// a backup learns from any agency what it had published since, its parties and revocations with it, and does not
  /// publish a second version of the same number. The same one again is no error.
  /// Errors: roster_malformed (of another coalition), roster_signature (not by this home's roots), roster_rollback.
  static Status adopt(const std::filesystem::path& home, ByteView signed_roster);
};

/// hash_words gives 12 words for comparing a roster hash or key by phone: the first 132 bits, 11 a word, each word
/// four letters by a fixed rule (words.cpp). A shorter input counts as followed by zeros.
std::vector<std::string> hash_words(ByteView hash);

}  // namespace xch::consent
