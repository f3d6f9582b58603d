// The demo, and what the homes it leaves can still do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "program.hpp"

namespace xch::cli {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// envelope_of is the path of the envelope that went this way in a step of the demo.
fs::path envelope_of(const std::string& way) {
  for (const auto& name : names(demo().folder / "envelopes"))
    if (name.find(way) != std::string::npos) return demo().folder / "envelopes" / name;
  ADD_FAILURE() << "no envelope " << way;
  return {};
}

TEST(Demo, TellsTheWholeStoryAndEndsWithOk) {
  const auto& ran = demo().ran;
  ASSERT_EQ(ran.status, 0) << ran.out << ran.err;
  EXPECT_EQ(lines(ran.out).back(), "demo: ok");
  for (const char* text : {"1. Seven agencies form a coalition", "2. An arrest, and a referral before any consent", "3. Intake: the person signs", "4. Coordination",
                           "5. Nothing to share", "6. One field onward", "7. The consent changes", "8. The person revokes", "9. What the journals hold"})
    EXPECT_THAT(ran.out, HasSubstr(text));
  for (const char* id : {"EX3105", "EX2122", "EX2106", "EX2111", "EX2219"}) EXPECT_THAT(ran.out, HasSubstr(id));
  EXPECT_THAT(ran.out, HasSubstr("pending"));
  EXPECT_THAT(ran.out, HasSubstr("indeterminate"));
  EXPECT_THAT(ran.out, HasSubstr("log proof verified"));
  EXPECT_THAT(ran.err, IsEmpty());
}

TEST(Demo, LeavesLogsThatTheOtherAgenciesHaveSigned) {
  const auto& d = demo();
  for (const std::string who : {"patrol", "treatment"}) {
    const auto policy = d.folder / "files" / (who + ".policy");
    const auto checked = run({"log", "verify", "--log", d.home(who) / "log", "--policy", policy});
    EXPECT_THAT(checked.status, testing::AnyOf(0, 6)) << checked.err;  // 6: another test has flushed it since
    const auto by_other = std::system((XCH_BUILD_DIR "/bin/exchange-verify checkpoint --policy " + policy.string() + " " +
                                       (d.home(who) / "log/witnessed").string() + " > /dev/null").c_str());
    EXPECT_EQ(by_other, 0);
  }
}

TEST(Demo, FitsIn80Columns) {
  for (const auto& line : lines(demo().ran.out)) {
    // A folder's path is as long as it is.
    if (line.find(demo().folder.string()) != std::string::npos) continue;
    EXPECT_LE(line.size(), 80u) << line;
  }
}

TEST(Demo, PrintsOneJsonObjectALineForTheOtherSuite) {
  const Folder folder;
  const auto ran = run({"demo", "--json", "--suite", "x25519", "--dir", folder.path / "d"});
  ASSERT_EQ(ran.status, 0) << ran.out << ran.err;
  std::set<std::string> kinds;
  for (const auto& line : lines(ran.out)) {
    const auto object = json::parse(line);
    EXPECT_EQ(object["v"], 1);
    kinds.insert(object["kind"]);
  }
  for (const char* kind : {"step", "told", "row", "sealed", "saw", "refused", "preview", "home", "envelope", "demo"}) EXPECT_EQ(kinds.count(kind), 1u) << kind;
  const auto last = json::parse(lines(ran.out).back());
  EXPECT_EQ(last["kind"], "demo");
  EXPECT_EQ(last["ok"], true);
}

TEST(Demo, ReplacesAnEarlierDemoAndNothingElse) {
  const Folder folder;
  folder.write("thesis.txt", "years of work");
  const auto refused = run({"demo", "--dir", folder.path});
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.err, HasSubstr("EX1016"));
  EXPECT_EQ(read(folder.path / "thesis.txt"), "years of work");

  // An earlier demo with something of somebody else's in it is not touched beyond its own names.
  folder.write("exchange-demo.txt", "");
  EXPECT_EQ(run({"demo", "--dir", folder.path}).status, 2);
  EXPECT_EQ(read(folder.path / "thesis.txt"), "years of work");
}

TEST(Demo, LeavesHomesThatOpenWithAllOtherHomesMovedAway) {
  const auto& d = demo();
  const Folder elsewhere;
  std::vector<std::string> moved;
  for (const auto& name : names(d.folder))
    if (name != "prosecutor" && name != "prosecutor.passphrase" && name != "envelopes") moved.push_back(name);
  const auto envelope = envelope_of("step3-case-management-to-prosecutor.lxe");
  for (const auto& name : moved) fs::rename(d.folder / name, elsewhere.path / name);
  const auto opened = d.as("prosecutor", {"open", envelope, "--json"});
  const auto seen_by_people = d.as("prosecutor", {"open", envelope});
  for (const auto& name : moved) fs::rename(elsewhere.path / name, d.folder / name);

  ASSERT_EQ(opened.status, 0) << opened.out << opened.err;
  const auto note = json::parse(opened.out)["notes"][0];
  EXPECT_EQ(note["type"], "intake.status");
  EXPECT_EQ(note["sender"], "case-management");
  EXPECT_EQ(note["repeat"], true);
  EXPECT_EQ(note["freshness"], "verified");
  std::set<std::string> fields;
  for (const auto& field : note["fields"]) fields.insert(field["field"].get<std::string>() + ":" + field["form"].get<std::string>());
  EXPECT_EQ(fields, (std::set<std::string>{"metByDueDate:level", "assessmentDone:level"}));
  EXPECT_THAT(seen_by_people.out, HasSubstr("42 CFR part 2"));
}

TEST(Demo, LeavesEnvelopesThatOpenForNobodyElse) {
  const auto& d = demo();
  const auto envelope = envelope_of("step2-patrol-to-case-management.lxe");
  for (const char* who : {"police-liaison", "prosecutor", "program-office", "treatment"}) {
    const auto ran = d.as(who, {"open", envelope});
    EXPECT_EQ(ran.status, 5) << who;
    EXPECT_THAT(ran.err, HasSubstr("EX3105")) << who;
    EXPECT_THAT(ran.out, IsEmpty()) << who;
  }
}

TEST(Demo, LeavesADryRunThatSaysWhoGetsWhatAndWhyIn80Columns) {
  const auto& d = demo();
  const auto grants = json::parse(d.as("case-management", {"grants", "--json"}).out);
  std::string grant;
  for (const auto& row : grants["rows"])
    if (row["basis"] == "justice-condition") grant = row["grant"];
  With with;
  with.input = R"({"engaged": "active", "participation": "asRequired"})";
  const std::size_t before = names(d.home("case-management") / "spool/out/prosecutor/new").size();
  const auto ran = d.as("case-management", {"seal", "--dry-run", "--type", "progress.engagement", "--grant", grant, "--purpose", "FILING", "--to", "prosecutor"}, with);
  EXPECT_EQ(ran.status, 0) << ran.err;
  for (const auto& line : lines(ran.out)) EXPECT_LE(line.size(), 80u) << line;
  EXPECT_THAT(ran.out, HasSubstr("progress.engagement to prosecutor"));
  EXPECT_THAT(ran.out, HasSubstr("3-level value"));
  EXPECT_THAT(ran.err, HasSubstr("Nothing was sealed (dry run)."));
  EXPECT_EQ(names(d.home("case-management") / "spool/out/prosecutor/new").size(), before);
}

TEST(Demo, SealsOnceForOneIdempotencyKey) {
  const auto& d = demo();
  const std::string grant = court_grant(d.as("prosecutor", {"grants", "--json"}).out);
  const std::vector<std::string> words = {"seal", "--type", "court.event", "--grant", grant, "--purpose", "COURT", "--to", "police-liaison", "--key", "case-17", "--json"};
  With with;
  with.input = R"({"court": "Municipal Court"})";
  const auto first = d.as("prosecutor", words, with), again = d.as("prosecutor", words, with);
  ASSERT_EQ(first.status, 0) << first.out;
  ASSERT_EQ(again.status, 0) << again.out;
  EXPECT_EQ(json::parse(first.out)["duplicate"], false);
  EXPECT_EQ(json::parse(again.out)["duplicate"], true);
  EXPECT_EQ(json::parse(first.out)["notes"], json::parse(again.out)["notes"]);
  with.input = R"({"court": "Another Court"})";
  const auto other = d.as("prosecutor", words, with);
  EXPECT_EQ(other.status, 2);
  EXPECT_THAT(other.out, HasSubstr("EX1401"));

  // outbox: listed, and carried by a courier that needs no key.
  EXPECT_THAT(d.as("prosecutor", {"outbox", "list"}).out, HasSubstr("police-liaison"));
  const auto sent = run({"outbox", "send", "--to", "police-liaison", "--into", d.home("police-liaison") / "spool/in", "--home", d.home("prosecutor")});
  EXPECT_EQ(sent.out, "sent 1\n");
  const auto kept = run({"outbox", "list", "--home", d.home("prosecutor")}).out;
  EXPECT_THAT(kept, HasSubstr("sent"));
  EXPECT_THAT(kept, Not(HasSubstr("waiting")));
  EXPECT_EQ(d.as("police-liaison", {"inbox", "process"}).status, 0);
  const auto waiting = d.as("police-liaison", {"inbox", "list"});
  ASSERT_EQ(lines(waiting.out).size(), 1u) << waiting.out;
  EXPECT_THAT(d.as("police-liaison", {"inbox", "open", lines(waiting.out)[0]}).out, HasSubstr("Municipal Court"));
}

/// The sender's own copy of a court note that the prosecutor has sealed, and its header.
struct CourtNote {
  fs::path own;
  std::string header;
};
CourtNote sealed_court_note(const std::string& grant, const fs::path& into, const std::string& appearance) {
  With with;
  with.input = R"({"court": "Municipal Court", "appearance": ")" + appearance + "\"}";
  const auto sealed = demo().as("prosecutor", {"seal", "--type", "court.event", "--grant", grant, "--purpose", "COURT", "--to", "police-liaison", "--no-deliver", "--out",
                                               into, "--json"}, with);
  EXPECT_EQ(sealed.status, 0) << sealed.out;
  CourtNote out;
  out.header = json::parse(sealed.out)["notes"][0]["header"];
  for (const auto& name : names(into))
    if (name.find("-prosecutor.note") != std::string::npos) out.own = into / name;
  return out;
}

void present_to_defender(const fs::path& own, const std::string& header, const std::string& grant) {
  const auto nonce = lines(demo().as("public-defender", {"nonce"}).out);
  ASSERT_EQ(nonce.size(), 1u);
  const auto presented = demo().as("prosecutor", {"present", own, "--header", header, "--field", "appearance", "--to", "public-defender", "--nonce", nonce[0], "--purpose", "COURT",
                                                  "--under", grant});
  ASSERT_EQ(presented.status, 0) << presented.err;
}

TEST(PassingOn, ByCommandsFromNonceToVerifiedValue) {
  const auto& d = demo();
  const std::string grant = court_grant(d.as("prosecutor", {"grants", "--json"}).out);
  const Folder folder;
  const auto [own, header] = sealed_court_note(grant, folder.path / "envelopes", "missed");
  ASSERT_FALSE(own.empty());

  present_to_defender(own, header, grant);
  ASSERT_EQ(run({"outbox", "send", "--to", "public-defender", "--into", d.home("public-defender") / "spool/in", "--home", d.home("prosecutor")}).out, "sent 1\n");
  const auto taken = json::parse(d.as("public-defender", {"inbox", "process", "--json"}).out);
  ASSERT_EQ(taken["items"].size(), 1u) << taken;
  EXPECT_EQ(taken["items"][0]["what"], "presentation");
  const std::string file = taken["items"][0]["file"];

  // No witness has signed for this note yet: without a log proof a presentation is indeterminate, and the exit says so.
  const auto verified = d.as("public-defender", {"verify", "--spooled", file, "--json"});
  EXPECT_EQ(verified.status, 6) << verified.err;
  const auto answer = json::parse(verified.out);
  EXPECT_EQ(answer["verification"], "indeterminate");
  ASSERT_EQ(answer["fields"].size(), 1u);
  EXPECT_EQ(answer["fields"][0]["field"], "appearance");
  EXPECT_EQ(answer["fields"][0]["value"], "missed");
  const auto again = d.as("public-defender", {"verify", "--spooled", file});
  EXPECT_EQ(again.status, 5);
  EXPECT_THAT(again.err, HasSubstr("EX3511"));
  EXPECT_THAT(again.out, IsEmpty());

  const auto redacted = d.as("prosecutor", {"redact", own, "--header", header, "--field", "appearance", "--reason", "court-copy", "-o", folder.path / "redacted.note"});
  EXPECT_EQ(redacted.status, 0) << redacted.err;
  const auto opened = json::parse(d.as("prosecutor", {"open", folder.path / "redacted.note", "--json"}).out);
  EXPECT_EQ(opened["notes"][0]["fields"].size(), 0u);
  EXPECT_THAT(opened["notes"][0]["redacted"].dump(), HasSubstr("appearance"));
  EXPECT_EQ(d.as("prosecutor", {"erase", header, "--yes"}).status, 0);
}

TEST(PassingOn, IsVerifiedOnceTheWitnessesHaveSignedForTheNote) {
  const auto& d = demo();
  const std::string grant = court_grant(d.as("prosecutor", {"grants", "--json"}).out);
  const Folder folder;
  const auto [own, header] = sealed_court_note(grant, folder.path / "envelopes", "appeared");
  ASSERT_FALSE(own.empty());

  ASSERT_EQ(d.as("prosecutor", {"log", "flush"}).status, 0);
  EXPECT_EQ(cosigned(d, "prosecutor"), 6);

  present_to_defender(own, header, grant);
  ASSERT_EQ(run({"outbox", "send", "--to", "public-defender", "--into", d.home("public-defender") / "spool/in", "--home", d.home("prosecutor")}).status, 0);
  std::string file;
  const auto items = json::parse(d.as("public-defender", {"inbox", "process", "--json"}).out)["items"];
  for (const auto& item : items)
    if (item["what"] == "presentation") file = item["file"];
  ASSERT_FALSE(file.empty()) << items;
  // The auditor of the note is the one it is presented to: it has the log's key and the witnesses' by its policy alone.
  const auto verified = d.as("public-defender", {"verify", "--spooled", file, "--json"});
  EXPECT_EQ(verified.status, 0) << verified.err;
  const auto answer = json::parse(verified.out);
  EXPECT_EQ(answer["verification"], "pass") << answer;
  ASSERT_EQ(answer["fields"].size(), 1u);
  EXPECT_EQ(answer["fields"][0]["value"], "appeared");
  const auto opened = json::parse(d.as("prosecutor", {"open", own, "--json"}).out);
  EXPECT_EQ(opened["notes"][0]["freshness"], "verified");
  EXPECT_EQ(d.as("prosecutor", {"erase", header, "--yes"}).status, 0);
}

TEST(Interruption, LeavesAHomeThatIsWholeAndWorksOn) {
  const auto& d = demo();
  const std::string grant = court_grant(d.as("prosecutor", {"grants", "--json"}).out);
  const std::vector<std::string> seal = {"seal", "--type", "court.event", "--grant", grant, "--purpose", "COURT", "--to", "police-liaison", "--no-deliver", "--json"};
  With with;
  with.input = R"({"court": "Municipal Court"})";
  // Unlocking takes most of the time, and here it is done every time (support/preload/derive_once.cpp): these fall before, into
  // and after the sealing itself.
  with.env["LD_PRELOAD"] = "";
  int interrupted = 0;
  for (const int ms : {50, 200, 350, 400, 450, 500, 600}) {
    with.interrupt_after_ms = ms;
    const auto ran = d.as("prosecutor", seal, with);
    if (ran.status == 0) continue;
    ++interrupted;
    EXPECT_EQ(ran.status, 130) << ran.out << ran.err;
    EXPECT_THAT(ran.err, HasSubstr("interrupted; nothing was half-done (EX1018)"));
  }
  EXPECT_GT(interrupted, 0);
  with.interrupt_after_ms = -1;
  EXPECT_EQ(d.as("prosecutor", {"doctor"}).status, 0) << d.as("prosecutor", {"doctor"}).out;
  EXPECT_EQ(d.as("prosecutor", seal, with).status, 0);

  // An output file is the old one or the whole new one, and no temporary file stays.
  const Folder folder;
  const auto file = folder.write("county.roster", "the roster before");
  with.interrupt_after_ms = 300;
  const auto ran = d.as("coalition", {"roster", "publish", "-o", file}, with);
  EXPECT_TRUE(ran.status == 130 || ran.status == 0) << ran.err;
  if (ran.status == 130) {
    EXPECT_EQ(read(file), "the roster before");
  }
  EXPECT_EQ(names(folder.path), std::vector<std::string>{"county.roster"});
}

TEST(Interruption, OfAnIssueLeavesTheOfficeWholeAndTheGrantSentOrUnsaid) {
  const auto& d = demo();
  const auto listed = [&] { return json::parse(d.as("program-office", {"consent", "list", "--json"}).out)["rows"]; };
  const auto before = listed().size();
  const std::vector<std::string> issue = {"consent", "issue", XCH_SOURCE_DIR "/examples/consents/named-consent.json",
                                          "--signed-form", XCH_SOURCE_DIR "/examples/consents/signed-form.txt",
                                          "--signed-day", day(-1), "--first-day", day(-1), "--last-day", day(60)};
  With with;
  with.env["LD_PRELOAD"] = "";  // as above
  int interrupted = 0;
  for (const int ms : {50, 350, 400, 450, 500, 550, 600}) {
    with.interrupt_after_ms = ms;
    const auto ran = d.as("program-office", issue, with);
    if (ran.status == 130) {
      ++interrupted;
    } else if (ran.status != 0) {
      EXPECT_THAT(ran.err, HasSubstr("there is such a grant already (EX2014)"));
    }
  }
  EXPECT_GT(interrupted, 0);
  // Recorded before the signal: it stands, is sent at the next occasion, and is not issued twice. Not recorded: not there.
  EXPECT_EQ(d.as("program-office", {"inbox", "process"}).status, 0);
  const auto checked = d.as("program-office", {"doctor"});
  EXPECT_EQ(checked.status, 0) << checked.out;
  const auto after = listed();
  const auto again = d.as("program-office", issue);
  if (after.size() == before) {
    EXPECT_EQ(again.status, 0) << again.err;
  } else {
    EXPECT_EQ(after.size(), before + 1);
    EXPECT_THAT(again.err, HasSubstr("(EX2014)"));
  }
  EXPECT_EQ(listed().size(), before + 1);
}

// ---- canaries ------------------------------------------------------------------------------------------------------------

/// What must not be found outside the opened notes: names and values of the story, plain, in base64 and in hex.
std::vector<std::string> canaries() {
  const std::vector<std::string> plain = {"Maria Reyes", "Reyes", "Mari Ortega", "1991-07-14", "206 555 0142", "m.reyes@example.org", "Alaskan Way", "3rd Avenue and Pike",
                                          "26-081442", "SPD-7741", "slept outside", "Harbor House", "F11.20", "F43.10", "Birth certificate", "asked for a counsellor",
                                          "found a bed", "courtroom 1001", "p-417", "asked in writing"};
  std::vector<std::string> out = plain;
  static constexpr char kHex[] = "0123456789abcdef";
  for (const auto& text : plain) {
    std::string hex;
    for (const char c : text) {
      hex += kHex[static_cast<unsigned char>(c) >> 4];
      hex += kHex[static_cast<unsigned char>(c) & 15];
    }
    out.push_back(hex);
  }
  // Base64 depends on the place in its group of three: the middle of each of the three ways.
  static constexpr char kBase64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (const auto& text : plain) {
    for (std::size_t shift = 0; shift < 3 && text.size() > 8; ++shift) {
      std::string encoded;
      for (std::size_t i = (3 - shift) % 3; i + 3 <= text.size(); i += 3) {
        const unsigned group = static_cast<unsigned char>(text[i]) << 16 | static_cast<unsigned char>(text[i + 1]) << 8 | static_cast<unsigned char>(text[i + 2]);
        for (int part = 18; part >= 0; part -= 6) encoded += kBase64[group >> part & 63];
      }
      if (encoded.size() >= 8) out.push_back(encoded);
    }
  }
  return out;
}

void expect_no_canary(const std::string& bytes, const std::string& where) {
  for (const auto& canary : canaries()) EXPECT_EQ(bytes.find(canary), std::string::npos) << canary << " in " << where;
}

TEST(Canary, TheScanFindsWhatIsPlanted) {
  const std::string planted = "x" "TWFyaWEgUmV5ZXM";  // base64 of "Maria Reyes"
  bool found = false;
  for (const auto& canary : canaries()) found |= planted.find(canary) != std::string::npos;
  EXPECT_TRUE(found);
}

TEST(Canary, NoValueStandsInAnyFileThatPassedOrStayed) {
  std::size_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(demo().folder)) {
    if (!entry.is_regular_file()) continue;
    ++files;
    expect_no_canary(read(entry.path()), fs::relative(entry.path(), demo().folder).string());
  }
  EXPECT_GT(files, 100u);
}

TEST(Canary, NoValueStandsInAJournalOrOnStderr) {
  const auto& d = demo();
  for (const char* who : {"patrol", "police-liaison", "prosecutor", "program-office", "case-management", "treatment", "public-defender"}) {
    const auto journal = d.as(who, {"journal", "--limit", "10000", "--json"});
    ASSERT_EQ(journal.status, 0) << journal.err;
    EXPECT_THAT(journal.out, HasSubstr("\"seq\":1"));
    expect_no_canary(journal.out + journal.err, std::string("the journal of ") + who);
    const auto doctor = d.as(who, {"doctor"});
    expect_no_canary(doctor.out + doctor.err, std::string("the doctor of ") + who);
  }
  expect_no_canary(d.ran.err, "stderr of the demo");
}

TEST(Canary, InspectTellsNothingButSuiteAndSize) {
  for (const auto& name : names(demo().folder / "envelopes")) {
    const auto ran = run({"inspect", demo().folder / "envelopes" / name, "--json"});
    ASSERT_EQ(ran.status, 0) << name << ran.out;
    expect_no_canary(ran.out, name);
    for (const char* agency : {"patrol", "prosecutor", "treatment", "case-management", "public-defender"}) EXPECT_THAT(ran.out, Not(HasSubstr(agency))) << name;
  }
}

TEST(Canary, APassphraseStandsNowhereButInItsOwnFile) {
  const auto& d = demo();
  for (const auto& entry : fs::recursive_directory_iterator(d.folder)) {
    if (!entry.is_regular_file() || entry.path().extension() == ".passphrase") continue;
    const std::string bytes = read(entry.path());
    for (const char* who : {"patrol", "treatment", "coalition"})
      EXPECT_EQ(bytes.find(read(d.folder / (std::string(who) + ".passphrase")).substr(0, 20)), std::string::npos) << entry.path();
  }
}

TEST(Demo, LeavesFilesThatOthersCannotRead) {
  for (const auto& entry : fs::recursive_directory_iterator(demo().folder)) {
    const bool is_home = entry.is_directory() && fs::exists(entry.path() / "agency.json");
    // A log's files are there to be handed on; as long as they lie in a home, the home keeps others out.
    const bool is_of_log = entry.path().string().find("/log/") != std::string::npos;
    if (!is_home && (is_of_log || !entry.is_regular_file())) continue;
    const auto others = entry.status().permissions() & (fs::perms::group_all | fs::perms::others_all);
    EXPECT_EQ(others, fs::perms::none) << entry.path();
  }
}

}  // namespace
}  // namespace xch::cli
