// Lint of a draft: what 42 CFR 2.31 and 2.35, the pack and the roster ask for, one finding each, with its citation.
#include "consent/authority/lint.hpp"

#include <algorithm>

#include "consent/authority/externals.hpp"
#include "consent/authority/period.hpp"
#include "consent/coalition/ori.hpp"
#include "wire/json.hpp"

namespace xch::consent {
namespace {

constexpr Rule kDisclosers{"P2-31-2", "42 CFR 2.31(a)(2)"}, kDescription{"P2-31-3", "42 CFR 2.31(a)(3)"},
    kRecipients{"P2-31-4i", "42 CFR 2.31(a)(4)(i)"}, kPurpose{"P2-31-5", "42 CFR 2.31(a)(5)"},
    kIntermediary{"P2-31-4ii", "42 CFR 2.31(a)(4)(ii)"}, kExpiry{"P2-31-7", "42 CFR 2.31(a)(7)"},
    kProceedings{"P2-31-d", "42 CFR 2.31(d)"}, kNotice{"P2-32", "42 CFR 2.32"}, kMonitor{"P2-35-a1", "42 CFR 2.35(a)(1)"},
    kEffect{"P2-35-b", "42 CFR 2.35(b)"}, kNecessary{"P2-13-a", "42 CFR 2.13(a)"}, kQuiet{"P2-13-c", "42 CFR 2.13(c)"},
    kName{"P2-31-1", "42 CFR 2.31(a)(1)"};
constexpr Rule kOriginator{"LX-originator", "docs/format.md, Keys, parties, roster"},
    kBasis{"LX-basis", "docs/format.md, Keys, parties, roster"}, kAlone{"LX-alone", "docs/format.md, Grant"},
    kKey{"LX-key", "docs/format.md, Keys, parties, roster"}, kSize{"LX-size", "docs/format.md, Limits"},
    kAgreement{"CJ-exch", "FBI CJIS Security Policy, information exchange agreements"},
    kOri{"ORI-9", "FBI N-DEx policy, ninth character of the ORI"};

constexpr std::size_t kMaxRecord = 4096, kMaxForm = 4u * 1024 * 1024, kMaxText = 200, kMaxStory = 2000;

template <class T>
bool contains(const std::vector<T>& values, T value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

/// of: the same question has another source where no consent is given at all.
Rule of(const Case& c, Rule consent) { return c.is_originator() ? kOriginator : consent; }

std::string ordinal(const char* what, std::size_t i) { return std::string(what) + " " + std::to_string(i + 1); }

// ---- the person ------------------------------------------------------------------------------------------------------

void check_subject(Case& c) {
  const auto& record = c.draft.subject_record;
  if (!is_subject_id(c.draft.subject))
    c.refuse(of(c, kName), Code::consent_incomplete, "The person is not named by a participant id.",
             "Give the office's own id of the person: letters, digits and hyphens, at most 32.");
  const auto parsed = wire::parse_json(record);
  if (!record.empty() && (!parsed || !parsed->is_object() || record.size() > kMaxRecord))
    c.refuse(of(c, kName), Code::consent_incomplete, "The person's record is not a JSON object of at most 4,096 bytes.",
             "Give name and date of birth as one JSON object.");
  if (record.empty() && contains(c.draft.classes, FieldClass::id))
    c.refuse(of(c, kName), Code::consent_incomplete, "Identity is ticked and the person's name is missing.",
             "Give the person's record, or untick identity.");
}

// ---- who issues --------------------------------------------------------------------------------------------------------

bool holds_key_for(const Case& c, const Party& office) {
  return std::any_of(office.keys.begin(), office.keys.end(), [&](const Signed& record) {
    const auto* key = c.roster.key(party::key_id(record.body));
    return key != nullptr && key->record.kind == KeyKind::consentAuthority && contains(key->record.bases, c.draft.basis) &&
           c.roster.in_force(*key, c.now);
  });
}

void check_authority(Case& c) {
  const auto* office = c.roster.party(c.authority);
  // An agency certifies the key of its own authority itself: the roster need not name it.
  const auto& kinds = c.is_originator() ? c.pack.originator.kinds : c.basis.authorities;
  if (office == nullptr || !contains(kinds, office->kind) || !(c.is_originator() || holds_key_for(c, *office)))
    c.refuse(kBasis, Code::consent_authority, "This office may not issue that basis.",
             "Ask an office whose key in the roster names the basis.");
  if (office != nullptr && !party::VerifiedRoster::agreement_holds(*office, c.now))
    c.refuse(kAgreement, Code::consent_authority, "The agreement of the issuing office is not in force.",
             "Renew the agreement in the roster.");
}

// ---- who shares, with whom -----------------------------------------------------------------------------------------------

void check_names(Case& c, const std::vector<std::string>& names, const char* what, Rule rule) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (c.roster.party_named(names[i]) != nullptr) continue;
    // The text is not repeated: whoever mistypes may have typed a person's name.
    c.refuse(rule, Code::consent_recipient, ordinal(what, i) + " is no agency of the roster.",
             "Name each agency as the roster does; a class such as law enforcement or treating providers is not enough here, "
             "since police, prosecutors and housing are no treating providers.");
  }
}

void check_party(Case& c, const Party& party) {
  if (!party::VerifiedRoster::agreement_holds(party, c.now)) {
    c.refuse(kAgreement, Code::consent_recipient, "The agreement of " + party.name + " is not in force.",
             "Renew the agreement in the roster.");
  } else if (const auto end = end_of(c.draft, c.basis);
             end && !party::VerifiedRoster::agreement_holds(party, *end)) {
    c.warn(kAgreement, "The agreement of " + party.name + " ends before this consent does.",
           "Renew the agreement, or nothing is sent after it ends.");
  }
  if (c.roster.encryption_key(party.id, c.now) == nullptr)
    c.refuse(kKey, Code::seal_recipient_key, party.name + " has no encryption key in force.",
             "Ask that agency to rotate its key and import the next roster.");
  const auto ori = ori_mismatch(party);
  if (!ori.empty()) c.warn(kOri, party.name + ": " + ori, "Correct role or ORI in the roster.");
}

void check_disclosers(Case& c) {
  check_names(c, c.draft.disclosers, "Discloser", of(c, kDisclosers));
  if (c.draft.disclosers.empty())
    c.refuse(of(c, kDisclosers), Code::consent_incomplete, "Nobody is named who may share.",
             "Name at least one agency that may share.");
  if (!c.is_originator()) return;
  const bool alone = c.layout.disclosers.size() == 1 && c.layout.disclosers.front()->id == c.authority;
  if (!alone)
    c.refuse(kOriginator, Code::consent_recipient, "Only the issuing agency itself may write on its own authority.",
             "Name the issuing agency as the one that shares, and nobody else.");
}

void check_reads(Case& c, const Party& party) {
  if (!reads_anything(c.layout, party.id)) {
    c.refuse(of(c, kNecessary), Code::consent_recipient, party.name + " would get nothing that is ticked.",
             "Leave that agency out, or tick what it needs.");
    return;
  }
  if (c.basis.part2 && !reads_part2(c.layout, c.pack, party.id))
    c.refuse(kNecessary, Code::consent_recipient, party.name + " would get nothing that 42 CFR part 2 protects.",
             "Leave that agency out: being named here would tell it who takes part.");
  if (!has_edge(c.layout, party.id))
    c.warn(of(c, kRecipients), "No note type goes to " + party.name + " from those who may share.",
           "Leave that agency out, or name who sends to it.");
}

void check_recipient(Case& c, const Party& party) {
  if (party.role == Role::relay) {
    c.refuse(kIntermediary, Code::consent_recipient, party.name + " passes on what it gets and is not who receives it.",
             "Name it as an intermediary, with each agency that receives through it by name; a hub never stands for police "
             "or prosecutors.");
    return;
  }
  if (!contains(c.basis.readers, party.role)) {
    c.refuse(c.is_justice() ? kMonitor : of(c, kRecipients), Code::consent_recipient,
             "This basis does not allow " + party.name + " in the role " + std::string(code_of(party.role)) + ".",
             "Name an agency whose role the basis allows.");
    return;
  }
  // 42 CFR 2.35(a)(1): "those persons within the criminal justice system who have made participation [...] a condition".
  if (c.is_justice() && party.kind != PartyKind::justice) {
    c.refuse(kMonitor, Code::consent_recipient, party.name + " is not within the criminal justice system.",
             "Share with that agency under a named consent (2.31).");
    return;
  }
  if (contains(c.draft.purposes, Purpose::etreat) && party.kind != PartyKind::part2Program && party.kind != PartyKind::coveredEntity)
    c.refuse(kRecipients, Code::consent_recipient, party.name + " is no treating provider.",
             "Police, prosecutors and housing are never recipients for treatment.");
  if (c.is_originator() && party.id == c.authority) return;
  check_reads(c, party);
}

void check_recipients(Case& c) {
  check_names(c, c.draft.recipients, "Recipient", of(c, kRecipients));
  if (c.draft.recipients.empty() && c.draft.intermediaries.empty() && c.draft.externals.empty())
    c.refuse(of(c, kRecipients), Code::consent_incomplete, "Nobody is named who may receive.",
             "Name at least one agency that may receive.");
  for (const auto* party : c.layout.recipients) check_recipient(c, *party);
  for (const auto* party : c.layout.parties) check_party(c, *party);

  const auto& recipients = c.layout.recipients;
  const bool blind = std::any_of(recipients.begin(), recipients.end(),
                                 [](const Party* party) { return knows_by_pseudonym_only(party->role); });
  if (blind && recipients.size() > 1)
    c.refuse(kAlone, Code::consent_recipient, "An evaluator or auditor knows the person by pseudonym only and stands with others.",
             "Give that agency a consent of its own.");
  if (recipients.size() >= kMaxRecipients)
    c.refuse(kSize, Code::consent_recipient, "More agencies are named than one note can be sent to.", "Name at most 31 agencies.");

  const auto* referrer = c.roster.party_named(c.draft.referred_by);
  if (!c.draft.referred_by.empty() && !contains(recipients, referrer))
    c.refuse(kQuiet, Code::consent_recipient, "The agency whose own referral this is said to be is not a recipient.",
             "Name the referring agency among those who may receive, or leave the referral out.");
}

// ---- what, and what for -------------------------------------------------------------------------------------------------

void check_classes(Case& c) {
  const auto& classes = c.draft.classes;
  if (classes.empty())
    c.refuse(of(c, kDescription), Code::consent_incomplete, "It is not said what may be shared.",
             "Tick each class of information that may be shared.");
  for (const auto field_class : classes) {
    const auto* row = policy::class_row(c.pack, field_class);
    const bool own = !c.is_originator() || contains(c.pack.originator.own, field_class);
    if (row == nullptr || !own) {
      c.refuse(of(c, kDescription), Code::consent_class, "A ticked class of information is not one this basis covers.",
               "Tick the classes that the basis covers.");
      continue;
    }
    if (!reads_class(c.layout, field_class))
      c.warn(of(c, kDescription), "Nobody would see \"" + row->title + "\".", "Untick it, or name who needs it.");
  }
  check_alone(c);
}

bool is_originator_purpose(const Case& c, Purpose purpose) {
  const auto& rows = c.pack.originator.rows;
  return std::any_of(rows.begin(), rows.end(), [&](const PackOriginatorRow& row) { return row.purpose == purpose; });
}

void check_purposes(Case& c) {
  if (c.draft.purposes.empty())
    c.refuse(of(c, kPurpose), Code::consent_purpose, "No purpose is given.", "Name each purpose of the sharing.");
  for (const auto purpose : c.draft.purposes) {
    if (purpose == Purpose::proceeding && !policy::is_for_proceedings(c.draft.basis)) {
      c.refuse(kProceedings, Code::consent_purpose, "Use in proceedings against the person is combined with another consent.",
               "Consent for proceedings stands alone, on a form of its own.");
      continue;
    }
    const bool open = contains(c.basis.purposes, purpose) && (!c.is_originator() || is_originator_purpose(c, purpose));
    if (!open)
      c.refuse(policy::is_for_proceedings(c.draft.basis) ? kProceedings : of(c, kPurpose), Code::consent_purpose, "This basis does not open one of the purposes.",
               "Name purposes that the basis opens.");
  }
}

// ---- how long ---------------------------------------------------------------------------------------------------------------

void check_period(Case& c) {
  const auto rule = c.is_justice() ? kEffect : of(c, kExpiry);
  const auto from = start_of_day(c.draft.first_day, days_of(c.draft));
  const auto until = end_of(c.draft, c.basis);
  if (const auto* state = signing_of(c.draft, c.basis); c.draft.last_day.empty() && state != nullptr && until)
    c.warn({"V-WA", state->citation.c_str()},
           "No last day is given: this ends " + std::to_string(state->undated_days) + " days after it was signed.",
           "Give a last day, or leave it at that.");
  if (c.draft.last_day.empty() && !until) {
    c.refuse(rule, Code::consent_incomplete, "No last day is given.", "Give the day on which this ends.");
    return;
  }
  if (c.draft.first_day.empty()) {
    c.refuse(rule, Code::consent_incomplete, "No first day is given, and no day of a signature to begin with.",
             "Give the day on which this begins, or on which it was signed.");
    return;
  }
  if (!from || !until) {
    c.refuse(rule, Code::consent_period, "A day is not a date.", "Write first and last day as YYYY-MM-DD.");
    return;
  }
  if (*until < *from || *until < c.now)
    c.refuse(rule, Code::consent_period, "The last day lies before the first one, or is past.", "Give a later last day.");
  const auto days = c.is_originator() ? c.pack.originator.max_days : c.basis.max_days;
  // Days of the calendar: a period from summer into winter has an hour more.
  const auto last = parse_date(day_at(*until, days_of(c.draft))), first = parse_date(c.draft.first_day);
  if (*from <= *until && first && last && days_from_civil(*last) - days_from_civil(*first) >= std::int64_t{days})
    c.refuse(rule, Code::consent_period, "The period is longer than this basis allows.",
             "Give a last day within " + std::to_string(days) + " days.");
}

void check_texts(Case& c) {
  if (c.draft.signed_form.size() > kMaxForm)
    c.refuse(kSize, Code::consent_incomplete, "The signed form is larger than 4 MiB.", "Scan it at a lower resolution.");
  const auto longest = [](const std::vector<std::string>& texts) {
    return std::any_of(texts.begin(), texts.end(), [](const std::string& text) { return text.size() > kMaxText; });
  };
  if (longest({c.draft.signer, c.draft.proceeding, c.draft.order.court, c.draft.jurisdiction}) ||
      longest(c.draft.co_signers) || c.draft.circumstances.size() > kMaxStory)
    c.refuse(kSize, Code::consent_incomplete, "A text of the draft is too long.", "Use at most 200 characters.");
}

void check_notice(Case& c) {
  const auto* notice = policy::notice_row(c.pack, c.basis.notice);
  if (notice == nullptr || notice->superseded)
    c.refuse(kNotice, Code::notice_superseded, "The notice that goes with each disclosure is superseded or missing.",
             "Use a policy pack with the notice in force.");
}

}  // namespace

ConsentDraft placed(ConsentDraft draft, const PolicyPack& pack) {
  if (draft.zone.empty() && draft.zone_offset_minutes == 0) draft.zone = pack.zone;
  return draft;
}

bool is_subject_id(const std::string& text) {
  return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

std::vector<Judged> judge(const ConsentDraft& draft, const PolicyPack& pack, const party::VerifiedRoster& roster,
                          const PartyId& authority, Timestamp now) {
  if (draft.basis == Basis::medicalEmergency) {
    Finding finding{true, "P2-51", "42 CFR 2.51", "A medical emergency is no consent, and no grant is issued for it.",
                    "Give medical personnel what they need with break-glass, and write down its four facts."};
    return {{std::move(finding), Code::consent_authority}};
  }
  if (draft.basis == Basis::none) {
    Finding finding{true, kBasis.id, kBasis.citation, "No legal ground is given.", "Choose a basis: exchange policy show."};
    return {{std::move(finding), Code::consent_authority}};
  }
  const auto* basis = policy::basis_row(pack, draft.basis);
  if (basis == nullptr) {
    Finding finding{true, kBasis.id, kBasis.citation, "The policy pack does not know this basis.", "Choose a basis of the pack."};
    return {{std::move(finding), Code::consent_authority}};
  }
  auto days = placed(draft, pack);
  const bool known_zone = is_known(days_of(days));
  if (!known_zone) days.zone.clear(), days.zone_offset_minutes = 0;  // the days themselves are looked at all the same
  Case c{days, pack, roster, authority, now, *basis, lay_out(days, pack, roster), {}};
  if (!known_zone)
    c.refuse(of(c, kExpiry), Code::consent_zone, "It is not said whose days they are, or in two ways.",
             "Name one zone, as America/Los_Angeles, or none: the policy pack's holds then.");
  check_authority(c);
  check_subject(c);
  check_disclosers(c);
  check_kinds(c);
  check_classes(c);
  check_recipients(c);
  check_intermediaries(c);
  check_externals(c);
  check_restrictions(c);
  check_purposes(c);
  check_period(c);
  check_events(c);
  check_texts(c);
  check_notice(c);
  for (const auto& id : basis->elements) check_element(c, id);
  return std::move(c.found);
}

std::vector<Finding> lint(const ConsentDraft& draft, const PolicyPack& pack, const party::VerifiedRoster& roster,
                          const PartyId& authority, Timestamp now) {
  auto judged = judge(draft, pack, roster, authority, now);
  std::vector<Finding> out;
  for (const bool errors : {true, false})
    for (auto& one : judged)
      if (one.finding.is_error == errors) out.push_back(one.finding);
  return out;
}

}  // namespace xch::consent
