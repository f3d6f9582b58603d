// The issuing side of a consent office: issue, list, show, advance, revoke, publish status (docs/format.md, "Grant").
// Works on an open Session whose home holds a consent-authority key.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "model/grant.hpp"
#include "session/session.hpp"

namespace xch::consent {

/// Restriction is what the person asked to have kept back and the office agreed to (42 CFR 2.22, 2.26): from one agency
/// or from all, one class or everything. It overrides what the same draft ticks.
struct Restriction {
  std::string party;                           // party name; empty: every recipient
  FieldClass field_class = FieldClass::none;   // none: everything
};

/// CourtOrder is the paper that a basis of 42 CFR 2.61 to 2.67 rests on.
struct CourtOrder {
  std::string kind;       // "order"; a "subpoena" alone is refused
  std::string court, day; // who ordered, and when: YYYY-MM-DD
  std::string digest;     // SHA-256 of the order, 64 hex digits
  std::vector<std::string> findings;  // what the court found, by name: docs/verbs.md, "Drafts"
};

/// EndingEvent is an event in the words of the form, and the one agency that may say that it has happened: the office
/// itself, or another one of the roster, whether or not it receives anything.
struct EndingEvent {
  std::string event, asserter;  // both empty: there is none
};

/// Intermediary is who passes on what it cannot read (42 CFR 2.11, 2.24, 2.31(a)(4)(ii)), with those it passes to: named
/// members, or whoever of the roster treats.
struct Intermediary {
  std::string party;
  std::vector<std::string> members;
  bool treating = false;  // the general designation: members with a treating provider relationship
};

/// External is somebody outside the coalition whom the consent names, by name and until a day: a business, an official.
struct External {
  std::string name, last_day;  // YYYY-MM-DD, inclusive
};

/// ConsentDraft is what an administrator fills in: one legal basis for one person.
struct ConsentDraft {
  std::string subject;        // the participant id of the office ("p-417"), never the name; [A-Za-z0-9-]{1,32}
  std::string subject_record; // JSON object with the name and date of birth, sealed to holders of (ID, full); may be empty
  Basis basis = Basis::none;
  std::vector<std::string> disclosers;  // party names that may write
  std::vector<std::string> recipients;  // party names that may read
  std::vector<FieldClass> classes;      // ticked, each one
  std::vector<Purpose> purposes;
  std::string first_day, last_day;      // YYYY-MM-DD, inclusive, by the clocks of `zone`
  std::string zone;                     // "America/Los_Angeles"; empty and no offset: the policy pack's
  std::int32_t zone_offset_minutes = 0; // in place of a zone: of local time against UTC, the same on every day
  EndingEvent ends_on;                  // 2.31(a)(7): what ends it before its last day
  // The elements of 42 CFR 2.31(a), by id of the pack ("P2-31-8"): who signed, when, evidence.
  std::string signer;          // "participant", "guardian", ...
  std::string signed_day;      // YYYY-MM-DD
  Bytes signed_form;           // scan or text; only its salted digest leaves this office
  bool revocation_explained = false;  // 2.31(a)(6)
  bool redisclosure_explained = false;
  std::string proceeding;      // 2.35: reference of the proceeding; required for justice-condition
  std::string revocable_day;   // 2.35(c): YYYY-MM-DD from which it may be revoked
  EndingEvent revocable_on;    // 2.35(c): what makes it revocable before that day
  /// Party name of the officers whose own referral the person is; what the pack opens to "own referral" alone opens
  /// to nobody else. May be empty.
  std::string referred_by;
  // Who signs for whom is state law (42 CFR 2.14, 2.15): the pack has a row for each state it knows.
  std::string jurisdiction;              // "WA"; may be empty for an adult
  std::uint32_t minor_age = 0;           // in years, where younger than 18; 0: an adult
  std::vector<std::string> co_signers;   // who signed beside `signer`: "parent", "guardian"
  std::vector<std::string> statements;   // further statements made on the form, by name: docs/verbs.md, "Drafts"
  std::vector<Restriction> restrictions;
  std::vector<Intermediary> intermediaries;
  std::vector<External> externals;
  CourtOrder order;
  std::string circumstances;             // of a threat or a crime, in the office's words; stays here
};

/// placed is a draft whose days are somebody's: the pack's zone where it names none.
ConsentDraft placed(ConsentDraft draft, const PolicyPack& pack);

/// draft_hash is SHA-256 over what the person is asked: person's id, basis, who, what, to whom, what for, how long. Not
/// over the name, the signature or anything that comes after it. It stands on the form.
Digest draft_hash(const ConsentDraft& draft);

/// DraftStep is what becomes of a draft before anybody has signed it: it was written down, or its form handed out.
enum class DraftStep : std::uint8_t { drafted, proposed };

/// Finding is one line of the lint: what is missing or not allowed, by rule id and citation.
struct Finding {
  bool is_error = true;
  std::string rule, citation, text, fix;  // "P2-31-5", "42 CFR 2.31(a)(5)", plain sentence, plain sentence
};
/// lint checks a draft against pack and roster; issuing refuses on any error. Errors first, then in the order of the
/// checks. Pure.
std::vector<Finding> lint(const ConsentDraft& draft, const PolicyPack& pack, const party::VerifiedRoster& roster,
                          const PartyId& authority, Timestamp now);

/// plan shows who would see what before anything is signed: the rights the grant would carry.
struct PlannedLine {
  std::string party;
  FieldClass field_class = FieldClass::none;
  Form form = Form::full;
  bool reads = false, writes = false;
};
std::vector<PlannedLine> plan(const ConsentDraft& draft, const PolicyPack& pack, const party::VerifiedRoster& roster);

struct IssuedGrant {
  GrantHash hash;
  GrantId id;
  std::uint32_t version = 0;
  Timestamp not_before, not_after;
  std::vector<std::string> given_to;
};

/// GrantFindings is what the lint says today of a grant in force: an agreement that ended, a key that was revoked, a pack
/// that asks for more.
struct GrantFindings {
  GrantId id;
  std::vector<Finding> findings;
};

struct GrantRow {
  GrantHash hash;
  GrantId id;
  std::uint32_t version = 0;
  std::string subject;
  Basis basis = Basis::none;
  GrantState state = GrantState::active;
  bool revocation_pending = false;      // 2.35: lodged, not yet in effect
  Timestamp revocable_at;               // where pending
  Timestamp not_before, not_after;
  std::string last_day, zone;           // as the form says them
  std::string revocable_day;            // where pending, likewise
  EndingEvent ends_on;
  bool ended_by_event = false;
  std::vector<std::string> given_to, acknowledged;
  std::vector<External> externals;
  std::vector<Intermediary> intermediaries;
};

/// SentOutside is a packet that went to an external recipient under a grant, as its sender has told: what cannot be undone.
struct SentOutside {
  std::string to, from;
  Timestamp time;
};

struct RevokeAnswer {
  bool pending = false;      // 42 CFR 2.35(c)
  Timestamp effective_at;
  std::vector<std::string> told;  // agencies that the grant was given to: each is sent a notice when it ends
  std::vector<SentOutside> outside;  // by time
};

/// Renewal is what a person signs anew so that a consent goes on: everything else stays as it was.
struct Renewal {
  std::string last_day;   // YYYY-MM-DD, inclusive
  std::string first_day;  // empty: the day it was signed, or today where nothing is signed
  std::string signed_day, signer;  // signer empty: as before
  std::string revocable_day;       // 2.35(c); empty: as before
  Bytes signed_form;
};

/// KeptBack is what a person asked to have kept back from every consent from then on, and the office agreed to.
struct KeptBack {
  std::string subject;
  Timestamp since;  // 0: nothing is kept back
  std::vector<Restriction> restrictions;
};

/// HistoryLine is one step in the life of a grant, as the office's own records tell it; none is ever changed.
struct HistoryLine {
  Timestamp time;
  std::string what;   // "drafted", "proposed", "signed", "issued", "renewed", "changed", "replaced", "suspended",
                      // "revoked", "ended-by-event", "event-stated", "revocation-lodged", "confirmed", "end-confirmed",
                      // "sent-again", "expired"
  std::uint32_t version = 0;
  std::string party;  // of a confirmation
  std::uint64_t journal_seq = 0;  // 0 where it follows from the grant itself: signed, expired
};

/// HolderStanding is what one agency has of a grant, by its signed receipts.
struct HolderStanding {
  std::string party;
  Timestamp acknowledged;   // of its part of the newest version; 0: not yet
  Timestamp end_confirmed;  // that the grant was revoked or suspended; 0: not yet
};
struct GrantStanding {
  GrantRow row;
  Timestamp ended_at;  // of a grant that is not active
  std::vector<HolderStanding> holders;
  std::vector<GrantHash> versions;  // ascending
  std::vector<SentOutside> outside;  // by time
};

class Authority {
 public:
  /// Errors: consent_authority when the home holds no consent-authority key.
  static Result<Authority> of(session::Session& session);

  /// issue signs version 1 of a new grant and sends every agency its view; a status list goes out with it where none is
  /// in force. Everything is durable before anything is sent: after an error of sending (spool, file_io) the grant
  /// stands, and send_again repeats the sending. Errors: consent_*, notice_superseded, seal_recipient_key, each with
  /// the first finding's rule in Error.path; roster_missing, roster_expired, policy_pack_unknown, key_missing, store_*.
  Result<IssuedGrant> issue(const ConsentDraft& draft);
  /// advance makes the next version (other recipients or classes of the same grant id) with new keys for those that
  /// remain and a new index; the old index turns revoked in the list published with it. Errors: as issue; not_found,
  /// revoked (an ended grant has no next version), usage (a draft for another person or another basis).
  Result<IssuedGrant> advance(const GrantId& id, const ConsentDraft& draft);
  /// renew makes the next version of a grant with a later end, under a form signed anew: the old signature was for the
  /// old days. Keys are new, the old index turns, as for advance. Errors: as advance; consent_period (no later end),
  /// consent_not_signed (the form of the version before), consent_incomplete (an order of a court is not renewed here),
  /// revoked also where a revocation waits for its day.
  Result<IssuedGrant> renew(const GrantId& id, const Renewal& renewal);
  /// renewed is the draft that renew would issue, to be checked before. Errors: as renew, but those of the lint.
  Result<ConsentDraft> renewed(const GrantId& id, const Renewal& renewal) const;
  /// standing tells who has confirmed what of a grant. Errors: not_found.
  Result<GrantStanding> standing(const GrantId& id) const;
  /// history is the life of a grant, in order of time. Errors: not_found.
  Result<std::vector<HistoryLine>> history(const GrantId& id) const;
  Result<std::vector<GrantRow>> list() const;
  /// check lints every grant in force as it would be issued today; grants without a finding are left out.
  Result<std::vector<GrantFindings>> check() const;
  Result<GrantRow> show(const GrantId& id) const;
  /// note writes into the journal what became of a draft; history tells it of the grant that is issued on that very draft.
  Status note(const ConsentDraft& draft, DraftStep step);
  /// keep_back puts what the person asked for in place of what was asked before; an empty list ends it. Every draft of the
  /// person is held to it from then on, whatever it ticks: issued, advanced, renewed, printed or checked. Grants in force
  /// stay as they are, and check names those that give more. Errors: consent_incomplete (no participant id),
  /// not_found (an agency or a class that there is not; somebody outside whom no consent of the person has named), each
  /// with the rule.
  Status keep_back(const std::string& subject, const std::vector<Restriction>& asked);
  Result<KeptBack> kept_back(const std::string& subject) const;
  /// behind is, for each grant of this office that names the intermediary, who receives through it (42 CFR 2.24).
  Result<std::map<GrantHash, std::vector<std::string>>> behind(const std::string& intermediary) const;
  /// restricted is a draft with what the person asked to have kept back from every consent.
  Result<ConsentDraft> restricted(const ConsentDraft& draft) const;
  /// send_again seals the views that no acknowledgement has come for once more, to the agencies' newest keys; returns
  /// how many.
  Result<std::size_t> send_again(const GrantId& id);
  /// revoke turns the index of the newest version, or lodges a pending revocation where the basis says so (2.35) until
  /// revocable_at; the person's other grants given on the same form end with it, each by its own basis (42 CFR 2.35(c)
  /// holds back that one grant only). Then publishes a new status list, unless every end is pending: a list out of turn
  /// would tell. Revoking again changes nothing. `reason` stays in the office.
  Result<RevokeAnswer> revoke(const GrantId& id, const std::string& reason);
  Result<RevokeAnswer> suspend(const GrantId& id);
  /// end_due ends what a day or a stated event has ended since, and publishes where anything ended; every call that
  /// changes grants does so first. Gives how many ended. The statement itself: Session::state_event.
  Result<std::size_t> end_due();
  /// publish_status signs the list as of now (pending revocations whose day has come turn first) and sends it to every
  /// party of the roster; next_update 24 h later at most.
  Result<std::uint32_t> publish_status();
  /// close_gap is the office's part of reconciling a home that was restored from a backup. What the lost store had ended
  /// must not come to life again, and what it had issued is known to nobody here: every grant in force is suspended, to be
  /// issued anew, unless `nothing_ended` (a person says that nothing was revoked or suspended since the backup); indexes
  /// that no grant here has are revoked; versions of the lists go on above any that was published. Nothing is signed or
  /// sent: the next publication says it. Gives how many grants were suspended.
  Result<std::size_t> close_gap(bool nothing_ended);
  /// take_ack notes that an agency holds its view, and erases the consent keys kept for sending it again; every call
  /// here does so for the acknowledgements that the inbox took in. One that comes again says nothing new: it may be an
  /// answer to a view sent twice, and never confirms a revocation. Errors: not_found.
  Status take_ack(const GrantHash& grant, const PartyId& reader);

 private:
  explicit Authority(session::Session& session) : session_(&session) {}
  session::Session* session_;
};

}  // namespace xch::consent
