#include "story.hpp"

#include <algorithm>
#include <chrono>
#include <set>
#include <thread>

#include "files.hpp"
#include "show.hpp"
#include "story_files.hpp"

namespace cli {
namespace {

/// note_of is a note of examples/, without the fields that its sender may not write in this step.
std::string note_of(const std::string& type, const std::vector<std::string>& without = {}) {
  auto note = Value::parse(story_file("notes/" + type + ".json"));
  if (!note) throw Unexpected{"the example note " + type + " is missing"};
  for (const auto& field : without) note->remove(field);
  return note->dump();
}

/// note_with keeps some fields only.
std::string note_with(const std::string& type, const std::vector<std::string>& fields) {
  const auto whole = Value::parse(story_file("notes/" + type + ".json"));
  if (!whole) throw Unexpected{"the example note " + type + " is missing"};
  Value note = Value::object();
  for (const auto& [name, value] : whole->members())
    if (std::find(fields.begin(), fields.end(), name) != fields.end()) note.set(name, value);
  return note.dump();
}

std::string name_with_form(const Value& field) {
  const std::string form = field.str("form");
  return field.str("field") + (form.empty() || form == "full" ? "" : ":" + form);
}

std::string listed(const std::set<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "" : " ") + name;
  return out.empty() ? "nothing" : out;
}

/// only_note is the one note of an opened envelope.
const Value& only_note(const Value& opened, const std::string& reader) {
  if (opened["notes"].items().size() != 1 || !opened["refused"].items().empty()) throw Unexpected{reader + " did not find exactly one note in the envelope"};
  return opened["notes"].items()[0];
}

}  // namespace

// ---- the moves of the story --------------------------------------------------------------------------------------------

Request Story::request_of(const Sending& sending) const {
  Request request;
  request.text("type", sending.type).text("grant", sending.grant).text("purpose", sending.purpose).texts("to", sending.to);
  if (sending.note.empty()) request.flag("nothing_to_share", true);
  else request.raw("note", sending.note);
  return request;
}

Value Story::send(const Sending& sending, const std::vector<Expected>& expected) {
  const Request request = request_of(sending);
  const Value preview = world_.must(sending.from, "seal.preview", request).answer;
  const Outcome sealed = world_.must(sending.from, "seal", request);
  teller_.sealed(sending.from, sending.type, sealed.answer, sealed.ms);
  world_.settle();
  for (const auto& reader : expected) reader_opens(sending, reader, preview);
  world_.settle();  // the receipts
  return sealed.answer;
}

void Story::reader_opens(const Sending& sending, const Expected& expected, const Value& preview) {
  const std::string& reader = expected.reader;
  const Value waiting = world_.must(reader, "inbox.list").answer;
  if (waiting["files"].items().size() != 1) throw Unexpected{reader + " should have exactly one note waiting"};
  const Outcome opened = world_.must(reader, "inbox.open", Request().text("file", waiting["files"].items()[0].as_text()));
  const Value& note = only_note(opened.answer, reader);

  const Value* decided = nullptr;
  for (const auto& row : preview["rows"].items())
    if (row.str("to") == reader) decided = &row;
  if (decided == nullptr) throw Unexpected{"the dry run did not name " + reader};

  std::set<std::string> found, wanted(expected.fields.begin(), expected.fields.end()), names;
  std::vector<Seen> seen, withheld;
  for (const auto& field : note["fields"].items()) {
    found.insert(name_with_form(field));
    names.insert(field.str("field"));
    std::string why, because;
    for (const auto& row : (*decided)["fields"].items()) {
      if (row.str("field") != field.str("field")) continue;
      why = row.str("why");
      because = row.str("because");
    }
    seen.push_back({field.str("field"), field.str("class"), with_form(field), why, because});
  }
  for (const auto& row : (*decided)["fields"].items())
    if (row["present"].is_true() && names.count(row.str("field")) == 0) withheld.push_back({row.str("field"), row.str("class"), "", row.str("why"), row.str("because")});
  teller_.saw(reader, sending.from, note, seen, withheld, world_.last_from(sending.from, reader).size(), opened.ms);

  if (found != wanted) throw Unexpected{reader + " saw " + listed(found) + "; expected " + listed(wanted)};
  if (note.str("freshness") != "pending") throw Unexpected{"a note claims a log proof, and no log was signed yet"};
  if (note["obligations"].items().empty()) throw Unexpected{reader + " was told no obligation"};
  if (note.str("notice").empty()) throw Unexpected{reader + " was shown no notice"};
  if (note.str("type") == "treatment.status") attendance_header_ = note.str("header");
  if (note.str("type") == "intake.status") intake_header_ = note.str("header");
}

std::string Story::day(int from_today) {
  // A consent's days are those of the policy pack's zone, and the calendar of UTC is ahead of it for a third of the day.
  if (today_.empty()) today_ = world_.must("program-office", "consent.check", Request()).answer.str("today");
  return day_after(today_, from_today);
}

Request Story::draft(const std::string& file, const std::string& last_day, const std::string& revocable_day) {
  Request request;
  request.members(story_file("consents/" + file)).text("first_day", day(0)).text("last_day", last_day);
  request.text_if("revocable_day", revocable_day);
  if (file != "referral-authority.json" && file != "court-authority.json")
    request.text("signed_day", day(0)).text("signed_form", to_base64(story_file("consents/signed-form.txt")));
  return request;
}

Value Story::issue(const std::string& office, const std::string& file, const std::string& last_day, const std::string& revocable_day) {
  const Outcome issued = world_.must(office, "consent.issue", draft(file, last_day, revocable_day));
  world_.settle();
  const Value row = world_.must(office, "consent.show", Request().text("id", issued.answer.str("id"))).answer;
  teller_.tell(office + " issues it until " + last_day + "; each agency gets its own view of it, with its own keys. Acknowledged by " +
               shown(row["acknowledged"]) + ".");
  if (row["acknowledged"].items().size() < row["given_to"].items().size()) throw Unexpected{"not every agency acknowledged its grant"};
  return issued.answer;
}

// ---- the steps ---------------------------------------------------------------------------------------------------------

void Story::coalition() {
  teller_.step("Seven agencies form a coalition");
  world_.found();
  teller_.tell("From here on each agency is a process of its own that sees its own home alone. A courier carries files from one "
               "spool folder to another; a copy of each stays in envelopes/.");
}

void Story::arrest() {
  teller_.step("An arrest, and a referral before any consent");
  teller_.tell("An officer offers diversion instead of booking. The person has signed nothing yet, so patrol shares on its own authority what it "
               "wrote itself, for this hand-off alone (purpose REFER). Nothing can come back on this basis.");
  referral_ = issue("patrol", "referral-authority.json", day(29), "");

  const std::string note = note_of("referral.arrest", {"officerInference", "victimPresent"});
  const std::vector<std::string> care = {"name", "aliases", "dateOfBirth", "language", "interpreterNeeded", "phone", "email", "whereToFind", "contactPlace",
                                         "incidentNumber", "offenceCode", "incidentDate", "eligibleCharges", "officerId", "handoffAt", "observedNeeds",
                                         "officerObservation", "hazards"};
  send({"patrol", "referral.arrest", note, referral_.str("grant"), "REFER", {"program-office", "case-management", "prosecutor"}},
       {{"case-management", care},
        {"program-office", care},
        {"prosecutor", {"incidentNumber", "offenceCode", "incidentDate", "eligibleCharges", "officerId", "handoffAt"}}});
  teller_.pause();
  world_.must_refuse("police-liaison", "open", {}, "EX3105", "is handed the case manager's envelope by mistake and tries to open it",
                     world_.last_from("patrol", "case-management"));
}

void Story::consent() {
  teller_.step("Intake: the person signs");
  const Value lint = world_.must("program-office", "consent.check", draft("named-consent.json", "", "")).answer;
  bool found = false;
  for (const auto& finding : lint["rows"].items()) {
    if (finding.str("severity") != "error") continue;
    found |= finding.str("rule") == "P2-31-7";
    teller_.tell("consent check: " + finding.str("text") + " (" + finding.str("citation") + ") " + finding.str("fix"));
  }
  if (!found) throw Unexpected{"the check did not miss the last day of the consent (P2-31-7)"};

  teller_.tell("The form names who shares what with whom (42 CFR 2.31). Police and prosecutor cannot stand on it: that the person is in treatment is "
               "itself protected.");
  consent_ = issue("program-office", "named-consent.json", day(89), "");
  teller_.tell("On the same form the person agrees that the prosecutor may be told whether the condition of the held charge is met (42 CFR 2.35). That "
               "part can be revoked only from " + day(120) + " on.");
  condition_ = issue("program-office", "justice-condition.json", day(179), day(120));

  send({"case-management", "intake.status", note_of("intake.status"), condition_.str("grant"), "FILING", {"prosecutor"}},
       {{"prosecutor", {"metByDueDate:level", "assessmentDone:level"}}});
  intake_envelope_ = world_.last_from("case-management", "prosecutor");
}

void Story::coordination() {
  teller_.step("Coordination");
  const Sending progress{"case-management", "progress.engagement", note_of("progress.engagement"), consent_.str("grant"), "COORD", {"public-defender", "treatment"}};
  Sending asked = progress;
  asked.to = {"public-defender"};
  teller_.preview("case-management", world_.must("case-management", "seal.preview", request_of(asked)).answer);
  const std::vector<std::string> all = {"engaged", "contacts", "goals", "barriers", "servicesConnected", "nextStep", "participation", "medicationSupport",
                                        "contactApproach", "wellbeing", "narrative"};
  const Value sealed = send(progress, {{"public-defender", all}, {"treatment", all}});
  for (const auto& envelope : sealed["envelopes"].items()) full_sizes_.emplace_back(envelope.str("to"), envelope["bytes"].as_natural());

  teller_.pause();
  send({"treatment", "treatment.status", note_of("treatment.status"), consent_.str("grant"), "COORD", {"case-management"}},
       {{"case-management", {"admission", "levelOfCare", "attendance", "medicationSupport", "diagnosesSud", "diagnosesMh", "senderOrganisation"}}});

  teller_.pause();
  teller_.tell("Shall the held charge be filed? The prosecutor asks, the case manager answers.");
  send({"prosecutor", "filing.coord", note_of("filing.coord", {"recommendation", "defenceNotes"}), condition_.str("grant"), "FILING", {"case-management"}},
       {{"case-management", {"caseNumber", "charge", "hearingAt", "posture", "deadline"}}});
  send({"case-management", "filing.coord", note_with("filing.coord", {"caseNumber", "recommendation"}), condition_.str("grant"), "FILING", {"prosecutor"}},
       {{"prosecutor", {"caseNumber", "recommendation:level"}}});

  teller_.pause();
  teller_.tell("What happens in court is public; the prosecutor shares it on its own authority (purpose COURT).");
  court_ = issue("prosecutor", "court-authority.json", day(29), "");
  const std::vector<std::string> facts = {"startsAt", "court", "type", "appearance"};
  std::vector<std::string> with_transport = facts;
  with_transport.push_back("transportNeed");
  send({"prosecutor", "court.event", note_of("court.event"), court_.str("grant"), "COURT", {"police-liaison", "case-management", "public-defender"}},
       {{"police-liaison", facts}, {"case-management", with_transport}, {"public-defender", facts}});
}

void Story::nothing_to_share() {
  teller_.step("Nothing to share");
  teller_.tell("The defender asks how it goes, and there is nothing helpful to say. The answer looks like any other to everyone outside.");
  const Value sealed = send({"case-management", "progress.engagement", "", consent_.str("grant"), "COORD", {"public-defender", "treatment"}},
                            {{"public-defender", {}}, {"treatment", {}}});
  std::vector<std::vector<std::string>> rows;
  for (const auto& envelope : sealed["envelopes"].items()) {
    if (envelope.str("to") == "case-management") continue;  // its own archive
    std::size_t full = 0;
    for (const auto& [reader, bytes] : full_sizes_)
      if (reader == envelope.str("to")) full = bytes;
    rows.push_back({envelope.str("to"), std::to_string(full), envelope.str("bytes")});
    if (full != envelope["bytes"].as_natural()) throw Unexpected{"the envelope for " + envelope.str("to") + " tells by its size that there is nothing in it"};
  }
  teller_.rows({"envelope to", "bytes with all fields", "bytes with nothing to share"}, rows);
}

void Story::passing_on() {
  teller_.step("One field onward");
  const std::string nonce = world_.must("public-defender", "nonce.new").answer.str("nonce");
  Request request;
  request.text("envelope", to_base64(world_.last_from("treatment", "case-management"))).text("header", attendance_header_);
  request.texts("fields", {"attendance"}).text("audience", "public-defender").text("nonce", nonce).text("purpose", "COORD");
  world_.must("case-management", "present", request.text("under", consent_.str("grant")));
  world_.settle();
  const std::string& object = world_.last_from("case-management", "public-defender", ".lxo");
  const Outcome verified = world_.must("public-defender", "verify", Request().text("object", to_base64(object)));
  const Value& fields = verified.answer["fields"];
  if (fields.items().size() != 1 || fields.items()[0].str("field") != "attendance") throw Unexpected{"the defender did not get exactly the one field"};
  if (verified.answer.str("verification") != "indeterminate") throw Unexpected{"a presentation passed without log evidence"};
  teller_.tell("case-management passes one field of treatment's note on to the defender, who gave a nonce for it: attendance = " + shown(fields.items()[0]["value"]) +
               ". It carries treatment's own signature. Verification: indeterminate, since no log proves yet that the note was recorded.");

  teller_.pause();
  const std::string other = world_.must("police-liaison", "nonce.new").answer.str("nonce");
  Request redisclosure;
  redisclosure.text("envelope", to_base64(intake_envelope_)).text("header", intake_header_);
  redisclosure.texts("fields", {"metByDueDate"}).text("audience", "police-liaison").text("nonce", other).text("purpose", "FILING");
  world_.must_refuse("prosecutor", "present", redisclosure.text("under", condition_.str("grant")), "EX2122",
                     "wants to pass on to the police liaison that intake was met (42 CFR 2.35(d): official duties in that case only)");
}

void Story::next_version() {
  teller_.step("The consent changes");
  teller_.tell("The person no longer wants the public defender on the form. The office makes the next version of the grant: new keys for those who remain.");
  const std::string old = consent_.str("grant");
  // The clock counts seconds: what was sealed in the very second of the change would have to be sealed again.
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));
  Request request = draft("named-consent-without-defender.json", day(89), "");
  consent_ = world_.must("program-office", "consent.advance", request.text("id", consent_.str("id"))).answer;
  const auto settled = world_.settle();
  teller_.tell("Version " + consent_.str("version") + " is with " + shown(consent_["given_to"]) + "; the old one is ended for everybody by the status list.");
  if (!settled.waits.empty()) throw Unexpected{"notes with a receipt are to be sealed again: " + std::to_string(settled.waits.size())};

  const std::string note = note_of("progress.engagement");
  world_.must_refuse("case-management", "seal", request_of({"case-management", "progress.engagement", note, old, "COORD", {"treatment"}}), "EX2106",
                     "seals under the old version");
  world_.must_refuse("case-management", "seal", request_of({"case-management", "progress.engagement", note, consent_.str("grant"), "COORD", {"public-defender"}}),
                     "EX2111", "seals to the defender under the new one");
}

void Story::revocation() {
  teller_.step("The person revokes");
  Request request;
  request.text("id", consent_.str("id")).text("reason", "asked in writing");
  const Value done = world_.must("program-office", "consent.revoke", request).answer;
  world_.settle();
  if (done["pending"].is_true()) throw Unexpected{"the revocation of the 2.31 consent is pending"};
  const Value row = world_.must("program-office", "consent.show", Request().text("id", condition_.str("id"))).answer;
  if (!row["pending"].is_true() || row.str("state") != "active") throw Unexpected{"the revocation of the 2.35 condition is not pending"};
  teller_.rows({"basis", "revocation"}, {{"named consent (2.31)", "in force since " + done.str("effective_at")},
                                         {"condition of the case (2.35)", "pending until " + row.str("revocable_at")}});

  world_.must_refuse("case-management", "seal",
                     request_of({"case-management", "progress.engagement", note_of("progress.engagement"), consent_.str("grant"), "COORD", {"treatment"}}), "EX2219",
                     "seals under the revoked consent");
  teller_.tell("Under the condition of the case the prosecutor is still told what the law lets it know:");
  const Sending progress{"case-management", "progress.engagement", note_with("progress.engagement", {"engaged", "contacts", "participation"}),
                         condition_.str("grant"), "FILING", {"prosecutor"}};
  teller_.preview("case-management", world_.must("case-management", "seal.preview", request_of(progress)).answer);
  send(progress, {{"prosecutor", {"engaged:level", "contacts:level", "participation:yes-no"}}});
  teller_.tell("What was opened before stays with those who opened it; nobody can take it back, and no tool here says otherwise.");
}

void Story::logs() {
  teller_.step("What the journals hold, and who has seen the logs");
  std::vector<std::vector<std::string>> rows;
  const auto witnessed = world_.witness_each_other();
  for (const auto& log : witnessed) {
    const Value journal = world_.must(log.agency, "journal.list", Request().natural("from", 1).natural("limit", 1000)).answer;
    std::size_t opened = 0, sealed = 0;
    for (const auto& row : journal["rows"].items()) {
      opened += row.str("event") == "opened";
      sealed += row.str("event") == "sealed";
    }
    if (!log.is_enough) throw Unexpected{"too few witnesses have signed the log of " + log.agency};
    rows.push_back({log.agency, std::to_string(journal["rows"].items().size()), std::to_string(sealed), std::to_string(opened), std::to_string(log.entries)});
  }
  teller_.rows({"journal of", "events", "sealed", "opened", "log entries"}, rows);
  teller_.tell("Every event was written before its result was handed out, as digests, codes and times. Each journal goes into its agency's log, filled up so that nobody "
               "sees how much happened. The six other agencies have each compared and signed it, by files: a log that shows two of them different histories is found out.");
  world_.settle();  // with the witnesses' signatures each sender has sent the log proofs of its notes
  const Outcome again = world_.must("prosecutor", "open", Request(), intake_envelope_);
  if (only_note(again.answer, "prosecutor").str("freshness") != "verified") throw Unexpected{"a note that its sender's log proves is not verified"};
  teller_.tell("Until then every opened note said log proof pending, and the presentation was indeterminate: neither claims more than is proven. Now that the witnesses have "
               "signed, each sender has sent its readers the proof that its notes stand in its log. The prosecutor opens the intake note again: log proof verified. The next "
               "note of each agency names what was signed, so whoever is shown two histories sees it.");
}

void Story::audit() {
  teller_.step("The auditor");
  teller_.tell("An auditor, whom the roster names, gets the seven logs and their keys. It can open their entries, and no note.");
  const Value audit = world_.audit();
  std::vector<std::vector<std::string>> rows;
  for (const auto& check : audit["checks"].items()) rows.push_back({check.str("id"), check.str("outcome"), check.str("summary")});
  teller_.rows({"check", "outcome", "in short"}, rows);
  if (audit.str("verdict") != "pass") throw Unexpected{"the audit of the demo's logs does not pass: " + audit.str("sentence")};
  teller_.tell(audit.str("sentence") + " The whole report is report.html, for any browser.");
}

}  // namespace cli
