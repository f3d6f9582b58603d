// The closed list of checks. A report, docs/audit.md and the tests are held against it.
#include "audit/audit.hpp"

namespace xch::audit {

const std::vector<CheckInfo>& check_list() {
  static const std::vector<CheckInfo> kList = {
      {"checkpoint", "Is every log signed by its own key?", "docs/log.md, Checkpoint",
       "The log was not written by who it says, or it was changed.",
       "Keep the files. Ask the agency for its log's key by another way than the log came."},
      {"tree", "Are the entries of every log those that were signed?",
       "RFC 6962 section 2.1; docs/log.md, The files of a log",
       "Entries were changed, removed or put in after they were signed, or files of the copy are damaged.",
       "Fetch the folder again. Where it stays so, keep both copies and ask the agency."},
      {"one-history", "Do copies of one log, and what notes showed of it, tell one history?", "RFC 6962 section 2.1.2",
       "The agency has shown two different logs under one name.",
       "Keep both copies with their checkpoints: together they prove it to anybody; exchange log export DIR --alarms writes "
       "what notes have shown."},
      {"cosigned", "Have the witnesses signed every log's checkpoint?", "docs/log.md, Checkpoint",
       "Nobody but the agency vouches that this is the log that everybody sees.",
       "Ask the agency to have its log witnessed, and the witnesses what they have seen."},
      {"day-keys", "Could every entry be opened?", "docs/log.md, Entries",
       "Something stands in the log that its auditor cannot read.",
       "Ask the agency to name this auditor in the roster, or to show the entries."},
      {"open-has-seal", "Was every note that was opened sealed by its sender?", "docs/audit.md, Notes",
       "A note was opened that its sender's log does not know.",
       "Ask the sender for its journal of that day, and the reader for the envelope."},
      {"received", "What became of every envelope that was received?", "docs/audit.md, Notes",
       "An envelope was taken in and its fate stands nowhere.", "Ask the receiver what lies in its inbox."},
      {"disclosed",
       "Did everybody who opened a note get it from its sender, with the rights that the sender wrote down?",
       "42 CFR 2.16, 2.31; 45 CFR 164.528",
       "Somebody has read more than, or something else than, the sender accounts for.",
       "Treat it as a disclosure that was not accounted for until sender and reader have explained it."},
      {"one-header", "Does every note id stand for one note?", "docs/format.md, Open",
       "Two different notes were sealed under one id: one of them may be hidden from who saw the other.",
       "Ask the sender for both envelopes."},
      {"status-current", "Was the consent's status known and fresh at every seal?",
       "42 CFR 2.31(c); docs/format.md, Status", "A note was sealed without knowing whether the consent still held.",
       "Find out whether the consent held at that time; if not, it was a disclosure without consent."},
      {"after-revocation", "Was nothing sealed after the consent was revoked?", "42 CFR 2.31(a)(6), 2.31(c)",
       "A note was sealed under a consent that had been taken back.",
       "Treat it as a disclosure without consent: 42 CFR 2.16(b), 45 CFR 164.404."},
      {"decisions", "Does the policy pack give again what was disclosed?", "docs/format.md, Open, 12",
       "A reader got classes that the policy does not give its role for this basis and purpose.",
       "Ask the sender which policy and program it used; treat the surplus as a disclosure that was not allowed."},
      {"court-order", "Does every disclosure by order of a court stand on an order with its facts?",
       "42 CFR 2.61 to 2.67",
       "Something was disclosed by an order of which the paper, its day or a finding of the court is missing.",
       "Ask the agency that took in the order for the paper, and compare its SHA-256 with the entry."},
      {"retention", "Was every key erased in time after its service or its consent had ended?",
       "42 CFR 2.16(a)(2)(ii); docs/operations.md",
       "What was to be unreadable by now can still be opened where the key lies.",
       "Run exchange key erase-due in that home, and from cron once a day."},
      {"receipts", "Does every receipt go with an open, and every open with a receipt?", "docs/audit.md, Notes",
       "The two agencies tell different things about who read what.", "Ask both for their journals of that day."},
      {"emergency", "Does both sides' log have every disclosure in a medical emergency?", "42 CFR 2.51(c)",
       "Something was told or read in an emergency that the other side does not account for.",
       "Ask both for their record of it: exchange break-glass list."},
      {"refers-to-note", "Is everything that was redacted or passed on a note that exists?",
       "docs/format.md, Presentation",
       "A field was passed on or a note was redacted that this agency neither sealed nor opened.",
       "Ask the agency for the envelope."},
      {"journal", "Do journal and log of the home hold the same events?", "docs/log.md, A home's log",
       "Something was done that the log does not tell, or the log tells what was not done.",
       "Run exchange doctor in that home and keep a copy of it."},
  };
  return kList;
}

std::string_view code_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::pass: return "pass";
    case Outcome::fail: return "fail";
    case Outcome::indeterminate: return "indeterminate";
    case Outcome::not_checked: break;
  }
  return "not-checked";
}

}  // namespace xch::audit
