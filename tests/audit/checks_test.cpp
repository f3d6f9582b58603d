// Every check: a story in which it passes, one in which it fails, one of which it cannot be told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "audit/story.hpp"
#include "log/tiles.hpp"

namespace xch::audit_test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

/// Case is a story that was changed before its logs were written, and files or given things changed after.
struct Case {
  std::string check;
  Outcome outcome;
  std::string tells;  // part of a finding
  std::function<void(Story&)> before;
  std::function<void(Story&, Given&)> after;
};
const auto kNothing = [](Story&) {};
const auto kGivenAll = [](Story&, Given&) {};
const auto kWithoutPolice = [](Story&, Given& g) { g.logs.erase(g.logs.begin()); };
const auto kWithoutClinic = [](Story&, Given& g) { g.logs.pop_back(); };

void cosign(Story& s, Given& g, bool well) {
  g.witnesses = {{s.witness.verifier()}, 1};
  for (const auto* agency : {&s.police, &s.clinic}) {
    auto writer = *log::LogWriter::open(s.at(*agency), *log::SignerKey::parse(agency->key.text().expose()));
    auto line = *s.witness.cosign(log::parse_note(writer.note())->text, kNow);
    if (!well) line.bytes.back() = static_cast<std::uint8_t>(line.bytes.back() ^ 1);
    ASSERT_TRUE(writer.add_cosignatures({line}));
  }
}

/// A second copy of the police's log; another history where `other` is set.
void second_copy(Story& s, Given& g, bool other, bool with_key) {
  Agency twin{s.police.name, s.police.id, s.police.role, *log::SignerKey::parse(s.police.key.text().expose()),
              s.police.rows};
  if (other) twin.rows.back().object = digest(0x77);
  s.write(twin, s.folder.path() / "copy");
  g.logs.push_back({s.folder.path() / "copy", with_key ? std::optional(s.police.key.verifier()) : std::nullopt});
}

/// What a note has shown of the police's log: the root that it has, or another one.
void shown(Story& s, Given& g, bool well) {
  const auto now = *log::parse_checkpoint(log::parse_note(*log::LogFolder(s.at(s.police)).checkpoint())->text);
  LogReference seen{session::log_origin_hash(now.origin), now.size, now.root};
  if (!well) seen.root.bytes[0] ^= 1;
  g.shown.views.push_back({s.police.id, seen, "a header"});
}

/// What is disclosed is disclosed by order of a court, which the clinic has taken in where `order` says so.
void by_order(Story& s, const std::string& findings, Timestamp ordered, const std::string& basis = "order-2-65") {
  s.police.says(EventKind::disclosed, s.disclosed_under("order-2-65"));
  s.police.add(EventKind::grant, kNow, s.grant,
               JsonLine().hex("grant-id", digest(0x10)).hex("authority", s.clinic.id).text());
  if (findings.empty()) return;
  s.clinic.add(EventKind::courtOrder, kNow, s.grant,
               JsonLine()
                   .word("basis", basis)
                   .hex("paper", digest(0x11))
                   .number("ordered", ordered.seconds)
                   .word("findings", findings)
                   .text());
}
const std::string kFindings = "holder-heard extremely-serious-crime substantial-value no-other-way public-interest";

/// An encryption key of the clinic that was retired, and when the last batch came.
void retire(Story& s, Timestamp opens_until, bool erased, Timestamp until) {
  s.clinic.add(EventKind::keyRecord, kNow, digest(0x21),
               JsonLine().word("what", "retired").number("opens-until", opens_until.seconds).text());
  if (erased) s.clinic.add(EventKind::keyRecord, kNow, digest(0x21), JsonLine().word("what", "erased").text());
  s.until = until;
}

log::LogPolicy policy_of(const Story& s, const std::string& quorum) {
  return *log::LogPolicy::parse("witness w " + s.witness.verifier().text() + "\nquorum " + quorum + "\n");
}

void revoke(Story& s, Timestamp from) {
  s.clinic.add(EventKind::status, kNow + 300, s.grant,
               JsonLine().word("what", "state-changed").number("state", 1).number("from", from.seconds).text());
}

std::vector<Case> cases() {
  using K = EventKind;
  const auto pass = Outcome::pass, fails = Outcome::fail, unsure = Outcome::indeterminate;
  std::vector<Case> out;
  for (const auto& check : check_list()) {
    const std::string id(check.id);
    if (id == "one-history" || id == "cosigned" || id == "journal") continue;
    out.push_back({id, pass, "", kNothing, kGivenAll});
  }
  // Each log by itself.
  out.push_back(
      {"checkpoint", fails, "EX4102", kNothing, [](Story& s, Given&) { s.flip(s.at(s.police) / "checkpoint", 16); }});
  out.push_back(
      {"checkpoint", fails, "EX4105", kNothing, [](Story& s, Given& g) { g.logs[0].key = s.clinic.key.verifier(); }});
  out.push_back({"checkpoint", unsure, "Which key", kNothing, [](Story&, Given& g) { g.logs[0].key.reset(); }});
  out.push_back(
      {"checkpoint", unsure, "EX4112", kNothing, [](Story& s, Given&) { fs::remove(s.at(s.police) / "checkpoint"); }});
  out.push_back({"tree", fails, "EX4113", kNothing, [](Story& s, Given&) { s.flip(s.entries_of(s.police), 700); }});
  out.push_back({"tree", unsure, "EX4112", kNothing, [](Story& s, Given&) { fs::remove(s.entries_of(s.police)); }});
  out.push_back({"one-history", pass, "", kNothing, [](Story& s, Given& g) {
                   second_copy(s, g, false, true);
                   g.logs.back().folder = s.at(s.police);
                 }});
  out.push_back({"one-history", pass, "", kNothing, [](Story& s, Given& g) { shown(s, g, true); }});
  out.push_back({"one-history", fails, "EX4110", kNothing, [](Story& s, Given& g) { shown(s, g, false); }});
  out.push_back({"one-history", fails, "EX4110", kNothing, [](Story& s, Given& g) {
                   g.shown.alarms.push_back({s.police.id, Digest(), 64, "evidence"});
                 }});
  out.push_back({"one-history", fails, "EX4110", kNothing, [](Story& s, Given& g) { second_copy(s, g, true, true); }});
  out.push_back(
      {"one-history", unsure, "EX4110", kNothing, [](Story& s, Given& g) { second_copy(s, g, true, false); }});
  out.push_back({"cosigned", pass, "", kNothing, [](Story& s, Given& g) { cosign(s, g, true); }});
  out.push_back({"cosigned", fails, "EX4102", kNothing, [](Story& s, Given& g) { cosign(s, g, false); }});
  out.push_back({"cosigned", unsure, "EX4106", kNothing, [](Story& s, Given& g) {
                   g.witnesses = {{s.witness.verifier()}, 1};
                 }});
  out.push_back({"cosigned", pass, "", kNothing, [](Story& s, Given& g) {
                   cosign(s, g, true);
                   g.witnesses = {{}, 0, policy_of(s, "w")};
                 }});
  out.push_back({"cosigned", fails, "EX4102", kNothing, [](Story& s, Given& g) {
                   cosign(s, g, false);
                   g.witnesses = {{}, 0, policy_of(s, "w")};
                 }});
  out.push_back({"cosigned", unsure, "EX4125", kNothing, [](Story& s, Given& g) {
                   g.witnesses = {{}, 0, policy_of(s, "w")};
                 }});
  out.push_back(
      {"day-keys", fails, "EX4115", kNothing, [](Story& s, Given&) { s.flip(s.entries_of(s.police), 514 + 2 + 100); }});
  out.push_back({"day-keys", fails, "day-key file of 2026-11-26", [](Story&) {},
                 [](Story& s, Given&) { s.flip(s.at(s.police) / log::day_key_path(log::day_of(kNow)), 120); }});
  out.push_back(
      {"day-keys", unsure, "does not have (2026-11-26)", [](Story& s) { s.for_this_auditor = false; }, kGivenAll});
  // Notes.
  out.push_back({"open-has-seal", fails, "does not stand in the log of police",
                 [](Story& s) { s.police.drop(K::sealed); }, kGivenAll});
  out.push_back({"open-has-seal", fails, "opened before it was sealed",
                 [](Story& s) { s.police.last(K::sealed).time = kNow + 2 * kHour; }, kGivenAll});
  out.push_back({"open-has-seal", fails, "was sealed by clinic",
                 [](Story& s) {
                   s.police.drop(K::sealed);
                   s.clinic.add(K::sealed, kNow, s.header, JsonLine().hex("note", s.note).text());
                 },
                 kGivenAll});
  out.push_back({"open-has-seal", unsure, "the log of police was not given", kNothing, kWithoutPolice});
  out.push_back({"open-has-seal", unsure, "ends before",
                 [](Story& s) {
                   s.police.rows.clear();
                   s.until = kNow + 100;
                 },
                 kGivenAll});
  out.push_back({"open-has-seal", unsure, "could not be read whole", [](Story& s) { s.police.drop(K::sealed); },
                 [](Story& s, Given&) { s.flip(s.entries_of(s.police), 700); }});
  out.push_back(
      {"received", pass, "was not opened", [](Story& s) { s.clinic.add(K::received, kNow, digest(0x66)); }, kGivenAll});
  out.push_back({"disclosed", fails, "not that it was sealed", [](Story& s) { s.police.drop(K::sealed); }, kGivenAll});
  out.push_back({"disclosed", fails, "was not disclosed to that agency", [](Story& s) { s.police.drop(K::disclosed); },
                 kGivenAll});
  out.push_back({"disclosed", fails, "under other terms",
                 [](Story& s) { s.clinic.says(K::opened, s.opened_detail(digest(0x55))); }, kGivenAll});
  out.push_back({"disclosed", unsure, "could not be read whole", [](Story& s) { s.police.drop(K::disclosed); },
                 [](Story& s, Given&) { s.flip(s.at(s.police) / "checkpoint", 90); }});
  out.push_back({"one-header", fails, "One note id",
                 [](Story& s) { s.police.add(K::sealed, kNow, digest(0x44), JsonLine().hex("note", s.note).text()); },
                 kGivenAll});
  // Rights.
  out.push_back({"status-current", fails, "25 hours after",
                 [](Story& s) {
                   s.police.says(K::status,
                                 JsonLine().word("what", "list").number("issued", kNow.seconds - 25 * kHour).text());
                 },
                 kGivenAll});
  out.push_back({"status-current", fails, "before the status list",
                 [](Story& s) {
                   s.police.says(K::status,
                                 JsonLine().word("what", "list").number("issued", kNow.seconds + kHour).text());
                 },
                 kGivenAll});
  out.push_back({"status-current", fails, "by which status list", [](Story& s) { s.police.says(K::disclosed, "{}"); },
                 kGivenAll});
  out.push_back(
      {"status-current", unsure, "no given log says when", [](Story& s) { s.police.drop(K::status); }, kGivenAll});
  out.push_back(
      {"after-revocation", pass, "it had been sealed before", [](Story& s) { revoke(s, kNow + 100); }, kGivenAll});
  out.push_back({"after-revocation", fails, "does not say that it knew", [](Story& s) { revoke(s, kNow); }, kGivenAll});
  out.push_back({"after-revocation", fails, "had noted the revocation before",
                 [](Story& s) { s.police.add(K::status, kNow, s.grant, "{\"state\":1}"); }, kGivenAll});
  out.push_back({"after-revocation", unsure, "when it was sealed", [](Story& s) { revoke(s, kNow); }, kWithoutPolice});
  out.push_back({"decisions", fails, "more than the policy gives LEO",
                 [](Story& s) {
                   const std::string detail = s.disclosed_detail().text();
                   auto changed = detail;
                   changed.replace(changed.find("\"TXP\""), 5, "\"LEO\"");
                   s.police.says(K::disclosed, changed);
                 },
                 kGivenAll});
  out.push_back({"decisions", unsure, "policy pack was not given",
                 [](Story& s) {
                   auto changed = s.disclosed_detail().text();
                   changed.replace(changed.find("\"policy\":\"07"), 12, "\"policy\":\"17");
                   s.police.says(K::disclosed, changed);
                 },
                 kGivenAll});
  out.push_back({"decisions", unsure, "note type is not known", kNothing, [](Story&, Given& g) { g.schemas.clear(); }});
  // Duties.
  out.push_back({"court-order", pass, "", [](Story& s) { by_order(s, kFindings, ago(kDay)); }, kGivenAll});
  out.push_back({"court-order", fails, "lacks a finding of the court: public-interest",
                 [](Story& s) { by_order(s, kFindings.substr(0, kFindings.rfind(' ')), ago(kDay)); }, kGivenAll});
  out.push_back({"court-order", fails, "was made after that",
                 [](Story& s) { by_order(s, kFindings, kNow + kDay); }, kGivenAll});
  out.push_back({"court-order", fails, "does not say on which day",
                 [](Story& s) { by_order(s, kFindings, Timestamp{}); }, kGivenAll});
  out.push_back({"court-order", fails, "one by another paragraph",
                 [](Story& s) { by_order(s, kFindings, ago(kDay), "order-2-66"); }, kGivenAll});
  out.push_back({"court-order", fails, "which paper it is",
                 [](Story& s) {
                   by_order(s, kFindings, ago(kDay));
                   s.clinic.says(K::courtOrder, "{\"basis\":\"order-2-65\",\"ordered\":1}");
                 },
                 kGivenAll});
  out.push_back({"court-order", fails, "which the log of clinic does not have",
                 [](Story& s) { by_order(s, "", kNow); }, kGivenAll});
  out.push_back({"court-order", unsure, "took the order in was not given", [](Story& s) { by_order(s, "", kNow); },
                 kWithoutClinic});
  out.push_back({"retention", pass, "", [](Story& s) { retire(s, kNow, true, kNow + 8 * kDay); }, kGivenAll});
  out.push_back({"retention", pass, "", [](Story& s) { retire(s, kNow, false, kNow + 6 * kDay); }, kGivenAll});
  out.push_back({"retention", fails, "The encryption key 212121212121 had to be erased by 2026-11-26",
                 [](Story& s) { retire(s, kNow, false, kNow + 8 * kDay); }, kGivenAll});
  out.push_back({"retention", fails, "The keys of the consent 030303030303 had to be erased by 2026-12-26",
                 [](Story& s) {
                   revoke(s, kNow);
                   s.clinic.add(K::grant, kNow, s.grant, JsonLine().hex("grant-id", digest(0x10)).text());
                   s.until = kNow + 40 * kDay;
                 },
                 kGivenAll});
  out.push_back({"retention", pass, "",
                 [](Story& s) {
                   revoke(s, kNow);
                   s.clinic.add(K::grant, kNow, s.grant, JsonLine().hex("grant-id", digest(0x10)).text());
                   s.clinic.add(K::grant, kNow, s.grant, JsonLine().word("what", "keys-erased").text());
                   s.until = kNow + 40 * kDay;
                 },
                 kGivenAll});
  out.push_back({"retention", unsure, "could not be read whole",
                 [](Story& s) { retire(s, kNow, false, kNow + 8 * kDay); },
                 [](Story& s, Given&) { s.flip(s.entries_of(s.clinic), 514 + 2 + 100); }});
  out.push_back({"retention", fails, "The keys of the consent", kNothing, [](Story& s, Given& g) {
                   session::GrantSummary ended;
                   ended.not_after = ago(100 * kDay);
                   g.homes.push_back({s.police.key.verifier().text(), {ended}, {}});
                 }});
  out.push_back({"retention", fails, "lies in the home of county/police still", kNothing, [](Story& s, Given& g) {
                   session::OwnKeyRow old;
                   old.here = true;
                   old.erase_at = ago(10 * kDay);
                   g.homes.push_back({s.police.key.verifier().text(), {}, {old}});
                 }});
  out.push_back({"retention", pass, "", kNothing, [](Story& s, Given& g) {
                   session::GrantSummary ended;
                   ended.not_after = ago(100 * kDay);
                   ended.keys_erased = true;
                   g.homes.push_back({s.police.key.verifier().text(), {ended}, {}});
                 }});
  // Both sides.
  out.push_back({"receipts", fails, "does not stand in that agency's log", [](Story& s) { s.clinic.drop(K::opened); },
                 kGivenAll});
  out.push_back({"receipts", fails, "this log did not seal", [](Story& s) { s.police.drop(K::sealed); }, kGivenAll});
  out.push_back({"receipts", unsure, "log was not given", kNothing, kWithoutClinic});
  out.push_back({"receipts", unsure, "lost on its way",
                 [](Story& s) {
                   s.police.drop(K::receipt);
                   s.until = kNow + 8 * kDay;
                 },
                 kGivenAll});
  out.push_back({"receipts", pass, "no receipt of it stands", [](Story& s) { s.police.drop(K::receipt); }, kGivenAll});
  out.push_back(
      {"refers-to-note", fails, "neither sealed nor opened there",
       [](Story& s) { s.clinic.add(K::presentation, kNow, digest(0x33), JsonLine().word("what", "presented").text()); },
       kGivenAll});
  out.push_back(
      {"refers-to-note", unsure, "none of the logs given",
       [](Story& s) { s.clinic.add(K::presentation, kNow, digest(0x33), JsonLine().word("what", "verified").text()); },
       kGivenAll});
  // An emergency.
  const auto told = [](Story& s) {
    s.police.add(EventKind::breakGlass, kNow, digest(0x88),
                 JsonLine().word("what", "told").hex("with", s.clinic.id).number("at", kNow.seconds).text());
  };
  const auto read = [](Story& s) {
    s.clinic.add(EventKind::breakGlass, kNow + 9, digest(0x88),
                 JsonLine().word("what", "opened").hex("with", s.police.id).number("at", kNow.seconds).text());
  };
  out.push_back({"emergency", pass, "",
                 [=](Story& s) {
                   told(s);
                   read(s);
                 },
                 kGivenAll});
  out.push_back({"emergency", pass, "was not opened by clinic", told, kGivenAll});
  out.push_back({"emergency", fails, "does not stand in the log of police", read, kGivenAll});
  out.push_back({"emergency", unsure, "log was not given", read, kWithoutPolice});
  // The journal.
  out.push_back(
      {"journal", pass, "", kNothing, [](Story& s, Given& g) { g.journals.push_back(s.journal_of(s.police)); }});
  out.push_back({"journal", pass, "1 event waits", kNothing, [](Story& s, Given& g) {
                   g.journals.push_back(s.journal_of(s.police));
                   g.journals[0].rows.push_back({9, K::denied, kNow + kDay, {}, {}, "{}"});
                 }});
  out.push_back({"journal", fails, "Line 2 of the journal (sealed)", kNothing, [](Story& s, Given& g) {
                   auto whole = s.journal_of(s.police);
                   g.journals.push_back(whole);
                   g.journals[0].rows[1].object = digest(0x22);
                 }});
  out.push_back({"journal", fails, "does not stand in the journal", kNothing, [](Story& s, Given& g) {
                   g.journals.push_back(s.journal_of(s.police));
                   g.journals[0].rows.pop_back();
                 }});
  out.push_back({"journal", fails, "another order", kNothing, [](Story& s, Given& g) {
                   g.journals.push_back(s.journal_of(s.police));
                   std::swap(g.journals[0].rows[1], g.journals[0].rows[2]);
                 }});
  out.push_back({"journal", unsure, "could not be read whole", kNothing, [](Story& s, Given& g) {
                   g.journals.push_back(s.journal_of(s.police));
                   s.flip(s.entries_of(s.police), 2 * 514 + 2 + 100);
                 }});
  return out;
}

std::string all_findings(const CheckResult& result) {
  std::string out;
  for (const auto& finding : result.findings) out += finding.text + "\n";
  return out;
}

TEST(Checks, SayForEachStoryWhatItDeserves) {
  for (const auto& c : cases()) {
    SCOPED_TRACE(c.check + " " + std::string(code_of(c.outcome)) + " " + c.tells);
    Story story;
    c.before(story);
    story.write(story.police);
    story.write(story.clinic);
    Given given = story.given();
    c.after(story, given);
    const Audit audit = story.audit(given);
    const CheckResult* result = audit.check(c.check);
    ASSERT_NE(result, nullptr);
    EXPECT_EQ(code_of(result->outcome), code_of(c.outcome)) << all_findings(*result) << result->summary;
    EXPECT_THAT(all_findings(*result), HasSubstr(c.tells));
    EXPECT_EQ(audit.checks.size(), check_list().size()) << "no check ends the audit";
    EXPECT_GE(static_cast<int>(audit.verdict()), static_cast<int>(c.outcome));
    for (const auto& finding : result->findings) EXPECT_FALSE(finding.evidence.empty()) << finding.text;
  }
}

TEST(Checks, EachHasAStoryForEveryOutcomeThatItCanHave) {
  std::set<std::pair<std::string, Outcome>> told;
  for (const auto& c : cases()) told.emplace(c.check, c.outcome);
  for (const auto& check : check_list()) {
    const std::string id(check.id);
    EXPECT_EQ(told.count({id, Outcome::pass}), 1u) << id;
    // An envelope that nobody opened is neither a fault nor a doubt; two notes under one id are never in doubt.
    EXPECT_EQ(told.count({id, Outcome::fail}), id == "received" ? 0u : 1u) << id;
    EXPECT_EQ(told.count({id, Outcome::indeterminate}), id == "received" || id == "one-header" ? 0u : 1u) << id;
    EXPECT_FALSE(check.question.empty() || check.rule.empty() || check.meaning.empty() || check.advice.empty()) << id;
  }
}

TEST(Checks, StandAllOnThePageForAuditors) {
  std::ifstream file(fs::path(XCH_SOURCE_DIR) / "docs" / "audit.md");
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  for (const auto& check : check_list()) EXPECT_THAT(page, HasSubstr("\n| `" + std::string(check.id) + "` |"));
}

TEST(Checks, WhatWasNotAskedForIsSaidAndNeverAPass) {
  Story story;
  story.write(story.police);
  story.write(story.clinic);
  Given given = story.given();
  given.packs.clear();
  const Audit audit = story.audit(given);
  for (const char* id : {"one-history", "cosigned", "journal", "decisions"}) {
    EXPECT_EQ(audit.check(id)->outcome, Outcome::not_checked) << id;
    EXPECT_FALSE(audit.check(id)->summary.empty()) << id;
  }
  EXPECT_EQ(audit.verdict(), Outcome::pass);
  EXPECT_THAT(audit.sentence(), HasSubstr("PASS"));
}

TEST(Checks, APolicyThatAsksForNobodyIsNoPass) {
  Story story;
  story.write(story.police);
  story.write(story.clinic);
  Given given = story.given();
  given.witnesses.policy = policy_of(story, "none");
  EXPECT_EQ(story.audit(given).check("cosigned")->outcome, Outcome::not_checked);
}

TEST(Checks, OfNothingAtAllNothingIsProven) {
  Story story;
  Given given = story.given();
  given.logs.clear();
  EXPECT_EQ(story.audit(given).verdict(), Outcome::indeterminate);
  given.logs = {{story.folder.path() / "nowhere", std::nullopt}};
  EXPECT_EQ(story.audit(given).verdict(), Outcome::indeterminate);
}

TEST(Checks, GoOnBehindADamagedEntryAndReadWhatIsLeft) {
  Story story;
  story.write(story.police);
  story.write(story.clinic);
  story.flip(story.entries_of(story.police), 514 + 2 + 100);  // the status event: the entry behind the day key
  const Audit audit = story.audit(story.given());
  EXPECT_EQ(audit.logs[0].entries.size(), story.police.rows.size() - 1);
  EXPECT_EQ(audit.logs[1].entries.size(), story.clinic.rows.size());
  EXPECT_EQ(audit.check("tree")->outcome, Outcome::fail);
  EXPECT_EQ(audit.check("day-keys")->outcome, Outcome::fail);
  const auto* seals = audit.check("open-has-seal");
  EXPECT_EQ(seals->looked_at, 1u);
  EXPECT_EQ(seals->failed + seals->undecided, 0u) << "the seal was read all the same";
  EXPECT_EQ(seals->outcome, Outcome::indeterminate) << "what the damaged entry said is not known";
  EXPECT_THAT(seals->summary, HasSubstr("as far as the entries could be read"));
}

TEST(Checks, TellHowFarTheLogsHaveBeenRead) {
  Story story;
  story.write(story.police);
  story.write(story.clinic);
  Given given = story.given();
  std::vector<std::pair<std::uint64_t, std::uint64_t>> told;
  given.tell = [&](std::uint64_t done, std::uint64_t total) { told.emplace_back(done, total); };
  const Audit audit = story.audit(given);
  std::vector<std::uint64_t> whole;  // the logs that were read to their end
  for (const auto& [done, total] : told)
    if (done == total) whole.push_back(total);
  for (const auto& log : audit.logs)
    EXPECT_THAT(whole, ::testing::Contains(log.checkpoint->size)) << log.origin;
}

TEST(Checks, PassNothingThatAClosedDayMayHide) {
  Story story;
  story.write(story.police);
  story.for_this_auditor = false;
  story.write(story.clinic);
  Given given = story.given();
  const Audit audit = story.audit(given);
  for (const char* id : {"open-has-seal", "one-header", "refers-to-note", "status-current"})
    EXPECT_EQ(audit.check(id)->outcome, Outcome::indeterminate) << id;
  EXPECT_THAT(audit.check("open-has-seal")->summary, HasSubstr("there were no opens, as far as"));
  // A day that lies outside of what is asked about hides nothing of it.
  given.period = {kNow + 2 * kDay, {}};
  EXPECT_EQ(story.audit(given).check("one-header")->outcome, Outcome::pass);
  given.period = {{}, Timestamp{kNow.seconds - 2 * kDay}};
  EXPECT_EQ(story.audit(given).check("one-header")->outcome, Outcome::pass);
}

TEST(Checks, ASizeThatNobodySignedDoesNotKeepTheReaderBusy) {
  Story story;
  story.write(story.police);
  story.write(story.clinic);
  const std::string text = "county/police\n9000000000000000000\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=\n";
  const log::SignedNote note{text, {*story.clinic.key.sign(text)}};
  std::ofstream(story.at(story.police) / "checkpoint", std::ios::binary | std::ios::trunc) << log::encode_note(note);
  const Audit audit = story.audit(story.given());
  EXPECT_EQ(audit.check("checkpoint")->outcome, Outcome::fail);
  EXPECT_NE(audit.check("tree")->outcome, Outcome::pass);
}

TEST(Checks, AskOnlyAboutThePeriodAndLookForAnswersOutsideIt) {
  Story story;
  story.write(story.police);
  story.write(story.clinic);
  Given given = story.given();
  given.period = {kNow + 100, kNow + 190};  // the open, and not its seal
  const Audit inside = story.audit(given);
  EXPECT_EQ(inside.check("open-has-seal")->looked_at, 1u);
  EXPECT_EQ(inside.check("open-has-seal")->outcome, Outcome::pass);
  EXPECT_EQ(inside.check("status-current")->looked_at, 0u);
  given.period = {kNow + kDay, {}};
  EXPECT_EQ(story.audit(given).check("open-has-seal")->looked_at, 0u);
}

TEST(Checks, KnowWhoseALogIsFromWhatOthersOpenedOfIt) {
  Story story;
  story.write(story.police);
  story.write(story.clinic);
  Given given = story.given();
  given.parties.clear();
  const Audit audit = story.audit(given);
  EXPECT_EQ(audit.owners[0], story.police.id);
  EXPECT_FALSE(audit.owners[1]);
  EXPECT_EQ(audit.check("open-has-seal")->outcome, Outcome::pass);
}

TEST(Checks, KeepADaysKeyOnlyOfALogThatHolds) {
  Story story;
  story.write(story.police);
  story.write(story.clinic);
  story.audit(story.given());
  EXPECT_EQ(story.kept(), 2u);
  story.flip(story.entries_of(story.police), 700);
  story.audit(story.given());
  EXPECT_EQ(story.kept(), 3u);
}

}  // namespace
}  // namespace xch::audit_test
