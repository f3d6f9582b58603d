// The office at work, on what it may use of an open home. authority.cpp gives it a Session's; internal to
// consent/authority.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "consent/authority/files.hpp"

namespace xch::consent {

using AuthorityAccess = session::Session::AuthorityAccess;

/// Desk is what one call works with: the home's store and keys, the roster and pack in force, and the time.
struct Desk {
  AuthorityAccess* access = nullptr;
  std::shared_ptr<const party::VerifiedRoster> roster;
  const PolicyPack* pack = nullptr;  // that the roster pins
  PartyId self;
  Timestamp now;
  /// Puts a status list into a party's spool.
  std::function<Status(const std::string& party, ByteView list)> deliver_list;
};

/// signing_key is the home's key that may issue `basis`, in force by the roster: what another one signs nobody takes.
/// Errors: key_missing, seal_key_expired.
Result<AuthorityAccess::AuthorityKey> signing_key(const Desk& desk, Basis basis);

/// Shelf is every grant file of the office, by id and version. Each call reads it whole: an office looks after
/// hundreds or thousands of people, and every row is checked as it is read.
class Shelf {
 public:
  static Result<Shelf> read(const Desk& desk);
  GrantFile* newest(const GrantId& id);
  GrantFile* by_hash(const GrantHash& hash);
  std::vector<GrantFile*> newest_of_each();
  std::vector<GrantFile*> all();
  void add(GrantFile file);

 private:
  std::map<GrantId, std::map<std::uint32_t, GrantFile>> files_;
};

/// Round is what one call changes: all of it durable in one transaction, and only then sent.
class Round {
 public:
  Round() = default;
  ~Round();
  Round(const Round&) = delete;
  Round& operator=(const Round&) = delete;
  void put(const char* where, Bytes key, Bytes value);
  void put(const GrantFile& file);
  void event(EventKind kind, const Digest& object, std::string detail_json);
  void send(SealedObject object, const PartyId& to, bool grant_view);
  void publish(Bytes list);
  bool empty() const { return puts_.empty() && events_.empty(); }
  /// commit writes, then sends everything it can: the first error of sending is returned when all was tried.
  Status commit(const Desk& desk);

 private:
  struct Outgoing {
    SealedObject object;
    PartyId to;
    bool grant_view = false;
  };
  std::vector<AuthorityAccess::Put> puts_;
  std::vector<AuthorityAccess::EventDraft> events_;
  std::vector<Outgoing> objects_;
  std::vector<Bytes> lists_;
};

/// Lists are the office's status lists: one per authority key, since a grant's list is signed by the grant's own key.
class Lists {
 public:
  struct Entry {
    ListFile file;
    bool changed = false;  // a state turned, or it grew: it goes out in this round
  };
  static Result<Lists> read(const Desk& desk);
  bool empty() const { return lists_.empty(); }
  /// of makes the key's list when it has none: 1,024 indexes, so that a number says nothing about how many there are.
  Entry& of(const KeyId& authority_key, Basis basis, crypto::Random& random);
  Entry* with_id(const StatusListId& id);
  /// take_index draws a free index at random and marks it used for ever; the list doubles when half of it is used.
  static std::uint32_t take_index(Entry& list, crypto::Random& random);
  /// turn sets a grant's state in its list. Errors: store_damaged (a grant whose list is gone).
  Status turn(const GrantFile& file, GrantState state);
  /// close_gap: after a restored backup (authority.hpp).
  void close_gap(Round& round);
  /// publish signs the changed lists, those due within the hour and, with `all`, every one; gives the highest version.
  Result<std::uint32_t> publish(const Desk& desk, Round& round, bool all);

 private:
  std::map<KeyId, Entry> lists_;
};

/// kAdvanced is the reason of an end that a later version brought.
constexpr const char* kAdvanced = "advanced";

/// A list is good for a day: spool folders are slow, and a sealer refuses one that is stale.
constexpr std::uint64_t kListLife = grant::kMaxStatusLife;
constexpr std::uint64_t kListMargin = kHour;

/// end turns a grant's index and tells its holders; `state` revoked or suspended.
Status end(const Desk& desk, GrantFile& file, GrantState state, std::string reason, Lists& lists, Round& round);
/// end_due ends the grants whose pending revocation has reached its day (42 CFR 2.35(c)) or whose event has been stated,
/// and notes those that have expired.
Status end_due(const Desk& desk, Shelf& shelf, Lists& lists, Round& round);
/// await_events says in the store which agency may state which event of a grant; await_no_more takes it back. The inbox
/// judges statements by it (session/intake.cpp).
void await_events(const Desk& desk, const GrantFile& file, Round& round);
void await_no_more(const GrantFile& file, Round& round);
/// take_stated_events ends, or makes revocable, the grants whose event the inbox has taken a statement of.
Status take_stated_events(const Desk& desk, Shelf& shelf, Lists& lists, Round& round);
/// forget_views erases views kept for sending again, one retention window after their grant's end.
Status forget_views(const Desk& desk, Shelf& shelf, Round& round);

// What Authority does, on a desk (authority.hpp).
Result<IssuedGrant> issue(const Desk& desk, const ConsentDraft& draft);
Result<IssuedGrant> advance(const Desk& desk, const GrantId& id, const ConsentDraft& draft);
Result<IssuedGrant> renew(const Desk& desk, const GrantId& id, const Renewal& renewal);
Result<ConsentDraft> renewed(const Desk& desk, const GrantId& id, const Renewal& renewal);
Result<GrantStanding> standing(const Desk& desk, const GrantId& id);
Result<std::vector<HistoryLine>> history(const Desk& desk, const GrantId& id,
                                         const std::vector<session::JournalRow>& journal);
/// differs_in_days_only: the same sharing for other days, under a form signed anew.
bool differs_in_days_only(const ConsentDraft& a, const ConsentDraft& b);
Status note(const Desk& desk, const ConsentDraft& draft, DraftStep step);
/// number_of is what the journal calls a draft that was noted, with its zone and what is kept back in it.
Result<std::optional<Digest>> number_of(const Desk& desk, const ConsentDraft& draft);
Status keep_back(const Desk& desk, const std::string& subject, const std::vector<Restriction>& asked);
Result<KeptBack> kept_back(const Desk& desk, const std::string& subject);
Result<ConsentDraft> restricted(const Desk& desk, ConsentDraft draft);
GrantRow row_of(const GrantFile& file);
/// sent_outside is what external recipients were sent under a grant, in any version, as the holders that sent it have told.
Result<std::vector<SentOutside>> sent_outside(const Desk& desk, Shelf& shelf, const GrantId& id);
Result<std::size_t> send_again(const Desk& desk, const GrantId& id);
Result<std::vector<GrantRow>> list(const Desk& desk);
Result<std::vector<GrantFindings>> check(const Desk& desk);
Result<GrantRow> show(const Desk& desk, const GrantId& id);
Result<RevokeAnswer> revoke(const Desk& desk, const GrantId& id, const std::string& reason);
Result<RevokeAnswer> suspend(const Desk& desk, const GrantId& id);
Result<std::size_t> end_due(const Desk& desk);
Result<std::uint32_t> publish_status(const Desk& desk);
Result<std::size_t> close_gap(const Desk& desk, bool nothing_ended);
Status take_ack(const Desk& desk, const GrantHash& hash, const PartyId& reader);
/// take_arrived_acks notes the acknowledgements that the home's inbox took in (session/authority_access.hpp).
Status take_arrived_acks(const Desk& desk);

}  // namespace xch::consent
