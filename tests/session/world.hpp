// Homes in a temporary folder and the coalition they are in: roots, roster, the default policy pack, a consent office
// that issues grants with its own home's key. Files move between homes as a courier would move them. For tests only.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "grant/build.hpp"
#include "grant/status.hpp"
#include "model/pack.hpp"
#include "session/session.hpp"
#include "support/coalition.hpp"
#include "support/expect.hpp"

namespace xch::session_test {

using testing::passes;
using testing::refuses;
using testing::must;

/// 2026-11-26T12:00:00Z
constexpr Timestamp kNow{1795694400};

/// A note of every class of progress.engagement, with texts that no other byte of a home may repeat.
constexpr const char* kCanaryName = "Zephyrine Quillfeather";
constexpr const char* kCanaryText = "moonlit-harbour-meeting-at-dawn";
std::string progress_note(const std::string& next_step = kCanaryText);

struct Right {
  std::string party;
  Compartment compartment;
  Rights rights = Rights::read;
};

/// OutsideAsked is an external recipient that reads these compartments, by what `from` sends.
struct OutsideAsked {
  std::string name;
  Timestamp until;
  std::vector<Compartment> reads;
  std::vector<std::string> from;
};

struct GrantAsked {
  std::string authority = "office";
  std::string subject = "p";  // another person: other pseudonyms
  Basis basis = Basis::part2Consent;
  std::vector<Purpose> purposes{Purpose::coord};
  std::vector<Right> rights;
  std::vector<std::pair<std::string, std::string>> edges;
  std::vector<OutsideAsked> externals;
  Timestamp not_before{kNow.seconds - 10 * kDay}, not_after{kNow.seconds + 90 * kDay - 1};
  Timestamp effective_at{kNow.seconds - 10 * kDay};
  std::uint32_t version = 1;
  GrantHash previous;
  GrantId id;
  std::uint32_t index = 7;
};

class World {
 public:
  explicit World(SuiteId suite = SuiteId::p256);
  /// A world of the homes that another world left in an archive of its folder (tests/compat).
  explicit World(const std::filesystem::path& archive);
  ~World();

  /// The homes: office (PM), harbor (CM), clinic (TXP), defender (PD), patrol (LEO, originates).
  session::Session& operator[](const std::string& name);
  std::filesystem::path home(const std::string& name) const { return folder_ / name; }
  const std::filesystem::path& folder() const { return folder_; }
  const Party& party(const std::string& name) const { return parties_.at(name); }
  /// environment is what every session here is opened with; its clock is this world's.
  session::Environment environment();
  /// reopen closes a session and opens its home again.
  void reopen(const std::string& name);
  void close(const std::string& name) { sessions_.erase(name); }

  Timestamp now() const { return Timestamp{now_}; }
  void set_now(Timestamp t) { now_ = t.seconds; }
  void advance(std::uint64_t seconds) { now_ += seconds; }

  /// The pack before it is signed: change it, then found.
  PolicyPack& pack() { return pack_; }
  /// found signs pack and first roster and gives them to every home.
  void found();
  /// change_pack signs the pack as it is now and gives it to every home; the next roster pins it.
  void change_pack();
  /// publish_roster signs the next version (with changed party keys, revocations) and gives it to every home.
  void publish_roster();
  /// next_roster signs the next version and gives its file.
  Bytes next_roster();
  Roster& roster() { return roster_; }
  const Bytes& first_roster() const { return first_roster_; }
  KeyId root() const { return party::root_key_id(roots_[0].public_key().bytes()); }
  void replace_keys(const std::string& name, const Signed& added);

  /// issue builds a grant and sends every party its view; courier and process bring it in.
  GrantHash issue(const GrantAsked& asked);
  /// publish_status signs the office's next list and puts it into everybody's spool.
  void publish_status(const std::map<std::uint32_t, GrantState>& states = {});
  Bytes make_status(const std::string& authority, std::uint32_t version, Timestamp issued,
                    const std::map<std::uint32_t, GrantState>& states);
  /// deliver_all carries every file of every out spool to its mailbox's in spool; returns how many.
  std::size_t deliver_all();
  /// settle delivers and processes until nothing moves any more.
  void settle();

  /// What a home's log sink was told, over all sessions of it.
  std::vector<std::string> log_lines() const;
  std::function<void(const std::string& line)> on_log;  // runs inside the call that logs

 private:
  void make_folder();
  void make_home(const std::string& name, PartyKind kind, Role role, std::vector<Basis> bases, bool originates,
                 const std::string& ori);
  SignedRoster sign_roster() const;
  Bytes sign_pack();

  std::filesystem::path folder_;
  SuiteId suite_;
  std::atomic<std::uint64_t> now_{kNow.seconds};
  CoalitionId coalition_;
  std::vector<crypto::SignPrivateKey> roots_;
  PolicyPack pack_;
  PolicyHash pack_hash_;
  Roster roster_;
  Bytes first_roster_;
  RosterHash last_roster_;  // hash of the newest signed body
  std::uint32_t status_version_ = 0;
  std::map<std::string, Party> parties_;
  std::map<std::string, std::unique_ptr<session::Session>> sessions_;
  mutable std::mutex log_mutex_;
  std::vector<std::string> log_;
};

/// care is the grant most tests use: harbor writes ENG, NEED, SUD, MH and TXT and reads them back; clinic reads all of
/// ENG, NEED and SUD, defender ENG in levels and NEED.
GrantAsked care();
/// world_with_care is a founded world where that grant and a fresh status list are in everybody's hands.
std::unique_ptr<World> world_with_care(SuiteId suite = SuiteId::p256, GrantHash* hash = nullptr);

session::SealRequest request(const GrantHash& grant, const std::string& json = progress_note());
/// one_note opens the single envelope waiting in a home's spool.
Result<session::OpenAnswer> open_waiting(session::Session& session);
/// value_of is the JSON-free bytes of a field of an opened note; empty when it is not there.
std::string value_of(const session::OpenedNote& note, const std::string& path, Form form = Form::full);

std::size_t count_events(session::Session& session, EventKind kind);

}  // namespace xch::session_test
