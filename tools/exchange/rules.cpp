// The rules that the lint of a consent names, in plain words. What the law says in full stands at the citation.
#include "explain.hpp"

namespace cli {

const std::vector<RuleText>& rule_texts() {
  static const std::vector<RuleText> kRules = {
      {"P2-13-a", "42 CFR 2.13(a)", "No more is shared than the purpose needs. An agency that would get nothing is not named at all.",
       "Leave the agency out, or tick what it needs."},
      {"P2-13-c", "42 CFR 2.13(c)", "Nobody may learn from a refusal, or from being named, that the person is in treatment.",
       "Name the agency that referred the person among those who receive, or leave the referral out."},
      {"P2-31-1", "42 CFR 2.31(a)(1)", "A consent names the person. Here the office's own id stands for the name, and the name itself is sealed.",
       "Give the participant id; give the person's record where identity is ticked."},
      {"P2-31-2", "42 CFR 2.31(a)(2)", "A consent names who may share.", "Name each agency that shares, as the roster does."},
      {"P2-31-3", "42 CFR 2.31(a)(3)", "A consent describes what may be shared, so that the person understands it. \"All records\" is no description.",
       "Tick each class of information by itself."},
      {"P2-31-4i", "42 CFR 2.31(a)(4)(i)",
       "A consent names who receives. A class of people is enough for treatment, payment and operations only; police, prosecutors and housing are never part of such a class.",
       "Name each agency that receives, as the roster does."},
      {"P2-31-4iii", "42 CFR 2.31(a)(4)(iii)",
       "Where a covered entity receives, the form says that it may pass the information on under HIPAA, but not for proceedings against the person.",
       "Explain redisclosure on the form and confirm that it was."},
      {"P2-31-5", "42 CFR 2.31(a)(5)", "A consent states each purpose.", "Name the purposes, among those that the basis opens."},
      {"P2-31-6", "42 CFR 2.31(a)(6)", "The form says that the person may revoke in writing, how, and that what was done before cannot be undone.",
       "Explain it on the form and confirm that it was."},
      {"P2-31-7", "42 CFR 2.31(a)(7)", "A consent ends: on a day, or at an event. Here it is always a day.", "Give the last day; it counts in full."},
      {"P2-31-8", "42 CFR 2.31(a)(8)", "A consent is signed by the person, or by who may sign for the person.", "Give the signer and the signed form."},
      {"P2-31-9", "42 CFR 2.31(a)(9)", "A consent bears the day on which it was signed, and holds from then on, not before.",
       "Give the day; begin on it or later."},
      {"P2-31-10", "42 CFR 2.31(a)(10)", "A consent for treatment, payment and operations explains the risk that the information is passed on.",
       "Explain it on the form and confirm that it was."},
      {"P2-31-b", "42 CFR 2.31(b)", "Counselling notes need a consent of their own, for them alone.", "Make a second consent for the notes."},
      {"P2-31-d", "42 CFR 2.31(d)", "Consent to use in proceedings against the person is never combined with another consent.",
       "Have it on a form of its own."},
      {"P2-32", "42 CFR 2.32", "Each disclosure carries a notice that forbids passing it on; its wording changed in 2024.",
       "Use a policy pack with the notice in force."},
      {"P2-35-a1", "42 CFR 2.35(a)(1)",
       "Participation as a condition goes only to those in the justice system who made it a condition of a case, and who monitor it.",
       "Name the proceeding and those agencies; share with others under a named consent (2.31)."},
      {"P2-35-b", "42 CFR 2.35(b)", "Such a consent says how long it holds, as the treatment and the case make reasonable.", "Give the last day."},
      {"P2-35-c", "42 CFR 2.35(c)", "Such a consent says from which day it may be revoked, no later than the end of the case.", "Give that day."},
      {"P2-35-d", "42 CFR 2.35(d)", "Who receives it may use it for official duties in that case only.",
       "Use a policy pack whose basis carries that obligation."},
      {"CJ-exch", "FBI CJIS Security Policy, information exchange agreements", "Agencies exchange under a written agreement that is in force.",
       "Renew the agreement; the roster carries its days."},
      {"ORI-9", "FBI N-DEx policy, ninth character of the ORI",
       "The last character of an agency's identifier says what kind of agency it is: a digit for police, A for prosecutors, G for probation, J for courts.",
       "Correct role or ORI in the roster."},
      {"LX-originator", "docs/format.md, Keys, parties, roster",
       "Before any consent a justice agency may share facts of its own, and nobody else's.", "Name the issuing agency as the only one that shares."},
      {"LX-basis", "docs/format.md, Keys, parties, roster", "An office issues only the bases that its key in the roster names.",
       "Ask an office whose key names the basis."},
      {"LX-alone", "docs/format.md, Grant", "An evaluator or auditor knows the person by a pseudonym; beside others the pseudonym could be matched.",
       "Give that agency a consent of its own."},
      {"LX-key", "docs/format.md, Keys, parties, roster", "Nothing is sealed to an agency without an encryption key in force.",
       "Ask it to rotate its key, and import the next roster."},
      {"LX-size", "docs/format.md, Limits", "Every list and text has a limit, so that sizes tell nothing.", "Shorten it."},
  };
  return kRules;
}

}  // namespace cli
