// Session: one open home. It joins message/ with the store: record, then release.
// Any number of threads may call one Session; each call is one transaction toward the store.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "message/open.hpp"
#include "message/present.hpp"
#include "message/seal.hpp"
#include "policy/decide.hpp"
#include "policy/explain.hpp"
#include "session/home.hpp"

namespace xch::session {

class ExchangeLog;
class Emergencies;
class Duties;
class Packets;
class OneShots;

// ---- requests and answers: plain values --------------------------------------------------------------------------

/// NoteSource is one note to seal: JSON text (strict), or a canonical Cap'n Proto message, or nothing to share.
struct NoteSource {
  std::string type;     // "progress.engagement"
  std::string json;     // one of the three
  ByteView message;
  bool nothing_to_share = false;
};
struct SealRequest {
  std::vector<NoteSource> notes;
  /// The grant: by hash, or by subject pseudonym (hex) and basis: the newest version in force.
  std::optional<GrantHash> grant;
  std::string subject;
  Basis basis = Basis::none;
  Purpose purpose = Purpose::none;
  std::vector<std::string> to;   // party names; empty = every edge whose terms would not be empty
  std::string idempotency_key;   // empty: none
  std::optional<Timestamp> expires_at;  // default: the pack's note_days, at most the grant's end
  bool keep_archive_copy = true;        // one more recipient, when the sender may read anything
  bool deliver = true;                  // put the envelopes into spool/out
};
struct SealedNote {
  NoteId note_id;
  HeaderHash header;
  std::uint16_t part = 0;
  std::string type;
};
struct SealAnswer {
  std::vector<message::SealedEnvelope> envelopes;  // by recipient; `mailbox` names them
  std::vector<std::string> mailboxes;              // party name per envelope
  std::vector<SealedNote> notes;
  bool duplicate = false;  // the same idempotency key and content: the envelopes of the first call
};
/// Preview is a dry run: the very decisions seal would use, per note type and recipient; nothing is written.
struct Preview {
  struct Row {
    std::string note_type, recipient;
    policy::Decision decision;
    std::vector<policy::ExplainRow> explained;  // one per field, for the sender's staff
    std::vector<bool> filled;                   // likewise: the note has a value there
    std::vector<std::uint16_t> present;  // slots with a value, so that the table can leave out the rest
  };
  std::vector<Row> rows;
  std::optional<Error> would_refuse;
};

enum class OpenAs : std::uint8_t { usual, repeat };

/// OpenedNote is one opened view as handed to a caller, after its event is durable.
struct OpenedNote {
  message::Opened opened;
  std::string sender_name;
  std::string notice_text;     // 42 CFR 2.32 text of the terms' notice
  std::string scope_summary;   // plain words, made from the grant entries
  std::uint64_t journal_seq = 0;  // of the first open, also for a repeat
  Timestamp first_opened;
};
/// OpenAnswer owns the values it gives: its views point into the bundle's arena, which goes back to the session's pool
/// and is wiped. It has to go before its Session.
struct OpenAnswer {
  std::vector<OpenedNote> notes;
  std::vector<Error> refused;  // one per view that did not open
  message::OpenedBundle bundle;  // owns the arena; keep it as long as the notes, and no longer than the session
};

struct InboxItem {
  std::string file;      // name in the spool
  std::string what;      // "note", "grant view", "receipt", "status list", "roster", "policy pack", "presentation", ...
  std::optional<Error> error;  // set: quarantined (rejected) or left in the spool (cannot tell)
  bool waits = false;
};
struct InboxReport {
  std::vector<InboxItem> items;
};

/// QuarantinedFile is a file that was refused for good and lies in spool/in/quarantine.
struct QuarantinedFile {
  std::string file, what, error_id;  // the last two empty where somebody put it there by hand
  Timestamp since;
  std::uint64_t bytes = 0;
};

struct GrantSummary {
  GrantHash hash;
  GrantId id;
  std::uint32_t version = 0;
  Basis basis = Basis::none;
  std::vector<Purpose> purposes;
  Timestamp not_before, not_after;
  std::string authority_name;
  Pseudonym pseudonym;
  GrantState state = GrantState::active;  // by the newest held list
  bool superseded = false;
  bool keys_erased = false;
};

struct PresentAnswer {
  Bytes envelope;      // object envelope to the audience
  std::string mailbox;
};
struct VerifyAnswer {
  message::VerifiedPresentation presentation;
  std::string presenter_name, sender_name;
  std::string notice_text;  // of the presentation's notice, by the pack of the note (42 CFR 2.32)
  std::vector<Obligation> obligations;  // on what was presented, by the pack of the note
  std::uint64_t journal_seq = 0;
};

struct JournalRow {
  std::uint64_t seq = 0;
  EventKind kind = EventKind::none;
  Timestamp time;
  KeyId actor;
  Digest object;  // header hash, grant hash, envelope hash, ... by kind
  std::string detail_json;  // digests, codes, counts; never content
};

/// NewKey is what may be made anew in a home.
enum class NewKey : std::uint8_t { encryption, seat, authority, originator };

/// OwnKeyRow is one key of this agency as its operator sees it.
struct OwnKeyRow {
  CertifiedKey key;
  bool here = false;       // its private half is in this home
  bool in_roster = false;
  std::string state;       // "in force", "not in the roster", "not yet", "expired", "revoked", "retired", "erased", "elsewhere"
  std::optional<Timestamp> retired_at, erase_at;  // erase_at: of an encryption key that is here
};

struct DoctorFinding {
  std::string check;   // "key modes", "clock", "status lists", "libcrypto", ...
  bool ok = true;
  std::string text, fix;
};

// ---- the session ---------------------------------------------------------------------------------------------------

class Session {
 public:
  /// open unlocks the home (one Argon2id) and loads roster, pack, grants and keys. Errors: home_missing, key_*,
  /// store_*, roster_*. A store that is not the one this home last worked with is refused: store_older, store_copied,
  /// store_mark (session/mark.hpp).
  static Result<std::unique_ptr<Session>> open(const std::filesystem::path& home, Environment environment);
  /// open_restored opens such a home all the same, to look at it and to reconcile it: nothing else may be done with it.
  static Result<std::unique_ptr<Session>> open_restored(const std::filesystem::path& home, Environment environment);
  /// stands says whether this home's store is the one that its mark tells of. Errors: store_older, store_copied,
  /// store_mark, file_io.
  Status stands() const;
  /// reconcile takes the store as it is and closes the gap behind it, so that nothing that a lost one did happens
  /// twice: what was sealed up to the answered time opens only as a repeat, nonces given out are void, note ids are
  /// made under another secret, journal numbers go on above any that was used. The home is still refused after it: an
  /// office closes its own gap first (consent::Authority::close_gap), then new_mark ends it. Cut off, all of it can be
  /// done again.
  Result<Timestamp> reconcile();
  /// take_as_moved is for a home that was moved here whole, and is used nowhere else since: nothing is lost, so that
  /// there is no gap. new_mark ends it. Errors: store_older, store_mark (the mark says otherwise), usage (no copy).
  Status take_as_moved();
  /// new_mark makes this home one that opens, and this session one as any other.
  Status new_mark();
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  const HomeInfo& info() const;
  const std::filesystem::path& home() const;
  Result<Timestamp> now() const;

  // Roster and policy. A first roster is pinned by its hash (the administrator compares it as words).
  Status import_roster(ByteView signed_roster, std::optional<RosterHash> pinned_first);
  /// A signed policy pack (Signed, kind policyPack, signer a root of the roster in force).
  Status import_policy(ByteView signed_pack);
  /// roster_file and policy_file are the newest roster and the pack that it pins, as they came.
  /// Errors: roster_missing, policy_pack_unknown.
  Result<Bytes> roster_file() const;
  Result<Bytes> policy_file() const;
  /// roster is the newest, pack what it pins; null where there is none. Errors: forked, store_*.
  Result<std::shared_ptr<const party::VerifiedRoster>> roster() const;
  Result<const PolicyPack*> pack() const;
  /// pack_with is a pack that this home has held, by its hash; null where it has none such.
  Result<const PolicyPack*> pack_with(const PolicyHash& hash) const;

  // Data path.
  Result<SealAnswer> seal(const SealRequest& request);
  Result<Preview> preview(const SealRequest& request);
  /// A note that a lost store may have opened before (reconcile) is refused as open_before_restore, unless it is asked
  /// for as a repeat: then it is recorded and marked as one.
  Result<OpenAnswer> open_envelope(ByteView envelope, OpenAs as = OpenAs::usual);

  /// type_name is the name of the note type with this id and schema digest. Errors: schema_unknown.
  Result<std::string> type_name(std::uint64_t type_id, const SchemaDigest& digest) const;

  // What arrives and leaves.
  /// process_inbox takes every file of spool/in/new: notes are recorded as received and stay in cur for open; objects
  /// are verified and taken in (views acknowledged, receipts matched); rejected files go to quarantine, files that
  /// cannot be judged yet stay.
  Result<InboxReport> process_inbox();
  /// notes_waiting lists envelopes in spool/in/cur that were received and not opened.
  Result<std::vector<std::string>> notes_waiting() const;
  Result<Bytes> read_spooled(const std::string& file) const;
  Status deliver(const std::string& party_name, ByteView bytes, std::string_view extension);
  /// take_over says that a received note is in the agency's own system now: its file is overwritten and removed, its row
  /// of digests stays. Errors: not_found (no such file in spool/in/cur), spool_unopened.
  Status take_over(const std::string& file);

  // Quarantine: what was refused for good. Errors: not_found, store_busy.
  Result<std::vector<QuarantinedFile>> quarantined() const;
  /// retry_quarantined puts a file back into spool/in/new, to be judged again by process_inbox.
  Status retry_quarantined(const std::string& file);
  /// drop_quarantined overwrites and removes it; the journal says what was thrown away.
  Status drop_quarantined(const std::string& file);

  // Passing on.
  Result<std::array<std::uint8_t, 32>> new_nonce();
  Result<PresentAnswer> present(ByteView envelope, const HeaderHash& note, const std::vector<std::string>& paths,
                                const std::string& audience, const std::array<std::uint8_t, 32>& nonce, Purpose purpose,
                                std::optional<GrantHash> under);
  Result<VerifyAnswer> verify(ByteView object_envelope);
  Result<Bytes> redact(ByteView envelope, const HeaderHash& note, const std::vector<std::string>& paths,
                       const std::string& reason);
  /// erase_note overwrites every stored copy of a note here; its row of digests stays.
  Status erase_note(const HeaderHash& note);

  /// state_event says to a consent office, by this home's seat, that an event has happened that a grant ends with or
  /// becomes revocable by; in the office's own home it is taken at once. Errors: party_unknown, seal_recipient_key; of
  /// the own office also event_*.
  Status state_event(const GrantId& grant, std::string_view event, const std::string& office);

  // Grants.
  Result<std::vector<GrantSummary>> grants() const;
  std::shared_ptr<const grant::HeldGrant> grant(const GrantHash& hash) const;

  // Keys.
  /// rotate_key makes a new key of a kind and gives its record; enrolment is what the coalition takes in, so that the
  /// next roster names it. An encryption key is a target for at most 7 days. Errors: key_missing (nothing to follow).
  Result<Signed> rotate_key(NewKey what);
  /// retire_keys says that an encryption key is to be no target any more: enrolment leaves it out, the next roster with
  /// it. It opens what was sealed to it until the retention window after now is over; then erase_due erases it.
  /// Without a name: every key older than the one that the roster has in force. Errors: key_missing, key_retire_newest.
  Result<std::vector<KeyId>> retire_keys(const std::optional<KeyId>& named);
  /// enrolment is this party as the coalition should have it next. Errors: roster_missing, party_unknown.
  Result<Party> enrolment() const;
  /// keys lists what there is, by serial, also what stands in the roster and lies in another home.
  Result<std::vector<OwnKeyRow>> keys() const;
  /// erase_due erases agency keys past the retention window, and consent keys and S_k past their grant's end, with
  /// what they could open; returns how many.
  Result<std::size_t> erase_due();

  // Journal and health.
  Result<std::vector<JournalRow>> journal(std::uint64_t from_seq, std::size_t limit) const;
  Result<std::vector<DoctorFinding>> doctor() const;
  /// exchange_log is the log that this home writes from its journal (session/exchange_log.hpp); it goes before the
  /// session.
  ExchangeLog exchange_log();
  /// emergencies is what this home tells, and is told, without a consent in a medical emergency (session/break_glass.hpp).
  Emergencies emergencies();
  /// duties is what opened notes ask of this home: to be deleted by a day, to be approved first (session/duties.hpp).
  Duties duties();
  /// packets are notes about several persons sealed at once, each under its own grant (session/packet.hpp).
  Packets packets();

  /// one_shots are packets to recipients outside the coalition (session/one_shot.hpp).
  OneShots one_shots();

  // For consent/ (the issuing side): this home's authority key, store space and object sending.
  struct AuthorityAccess;
  AuthorityAccess& authority_access();

  struct State;  // the inside: session/state.hpp

 private:
  enum class As : std::uint8_t { usual, restored };
  static Result<std::unique_ptr<Session>> open_home(const std::filesystem::path& home, Environment environment, As as);
  explicit Session(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// AuthorityAccess is what the issuing side may use of a home.
struct Session::AuthorityAccess {
  virtual ~AuthorityAccess() = default;
  /// The consent-authority key that may issue `basis`, with its chain; key_missing when this home has none.
  struct AuthorityKey {
    const CertifiedKey* record = nullptr;
    const crypto::SignPrivateKey* key = nullptr;
    std::vector<Signed> chain;
  };
  virtual Result<AuthorityKey> authority_key(Basis basis) = 0;
  /// The key of that id, whatever it may issue: a grant's status list is signed by the grant's own key.
  virtual Result<AuthorityKey> authority_key_of(const KeyId& id) = 0;
  /// A durable key-value space of the authority, encrypted under the home's store key: drafts, grant files, status
  /// chunks, pseudonyms. put_all is one transaction together with `events`.
  struct Put {
    std::string space;
    Bytes key;
    Bytes value;  // empty: erase securely
  };
  struct EventDraft {
    EventKind kind = EventKind::none;
    Digest object;
    std::string detail_json;
  };
  virtual Result<std::optional<Bytes>> get(const std::string& space, ByteView key) = 0;
  virtual Result<std::vector<std::pair<Bytes, Bytes>>> list(const std::string& space) = 0;
  virtual Status put_all(const std::vector<Put>& puts, const std::vector<EventDraft>& events) = 0;
  /// Seals an object to a party's newest encryption key and puts it into spool/out, recorded.
  virtual Status send_object(const SealedObject& object, const PartyId& to, bool grant_view) = 0;
  virtual crypto::Random& random() = 0;
};

}  // namespace xch::session
