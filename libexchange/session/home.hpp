// A home: one agency's (or the coalition's) folder with its keys, store and spool.
//
//   HOME/agency.json        name, party id, coalition id, suite: nothing secret (0600 all the same)
//   HOME/keys/home.key      passphrase file (crypto/key_file.hpp) of the home's store key; every other private key
//                           lies sealed under that key in the store
//   HOME/store/exchange.db  journal and state (store/)
//   HOME/mark/              how far the store has come, outside of it (session/mark.hpp)
//   HOME/spool/in/          tmp new cur quarantine: what arrives
//   HOME/spool/out/NAME/    tmp new cur: what leaves, by recipient
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "crypto/key_file.hpp"
#include "crypto/random.hpp"
#include "model/party.hpp"

namespace xch::session {

enum class HomeKind : std::uint8_t { coalition, agency };

struct HomeInfo {
  HomeKind kind = HomeKind::agency;
  std::string name;  // [a-z0-9-]{1,32}
  PartyId party;     // zeros for a coalition home
  CoalitionId coalition;
  SuiteId suite = SuiteId::p256;
};

/// Environment is what the host gives: clock, passphrase, sink for operational events, randomness (fixed below the
/// ABI to system_random; tests inject). clock: clock error when there is none. secret: key_passphrase_missing.
struct Environment {
  std::function<Result<Timestamp>()> clock;
  std::function<Result<crypto::SecretBytes>(std::string_view what)> secret;
  std::function<void(int level, std::string_view event_json)> log;
  crypto::Random* random = nullptr;
  /// Tests make hundreds of homes: a cheaper key file, refused by every other way in.
  std::optional<crypto::KeyFileCost> key_cost_for_testing;
};
/// default_environment: system clock, system randomness, no passphrase, no log.
Environment default_environment();

/// AgencyPlan is what `exchange init agency` asks.
struct AgencyPlan {
  std::string name;
  PartyKind kind = PartyKind::none;
  Role role = Role::none;
  std::string ori;
  CoalitionId coalition;
  SuiteId suite = SuiteId::p256;
  /// Bases of a consent-authority key certified by the roots; empty for none.
  std::vector<Basis> authority_bases;
  /// A consent-authority key of its own identity, restricted to originator authority.
  bool originates = false;
};

/// create_agency_home makes the folder (temporary name, then rename), keys and store, and returns the party's
/// enrolment: its Party record with key records (identity, consent authority [parents: roots], encryption, seat,
/// originator authority), for the coalition to put into the roster. Root-parented records carry parent = the root id
/// of `coalition_root`. Errors: home_exists, file_io, key_*, usage (name, ORI).
Result<Party> create_agency_home(const std::filesystem::path& home, const AgencyPlan& plan, const KeyId& coalition_root,
                                 const Environment& environment);
/// read_home_info reads agency.json. Errors: home_missing, record_malformed.
Result<HomeInfo> read_home_info(const std::filesystem::path& home);

}  // namespace xch::session
