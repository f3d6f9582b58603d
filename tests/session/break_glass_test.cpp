// A medical emergency between homes: recorded, in the log, and only then told (42 CFR 2.51).
#include <algorithm>
#include <filesystem>

#include "crypto/digest.hpp"
#include "session/break_glass.hpp"
#include "session/exchange_log.hpp"
#include "session/world.hpp"

namespace xch::session_test {
namespace {

namespace fs = std::filesystem;

struct Emergency : ::testing::Test {
  std::unique_ptr<World> world = world_with_care();
  session::Session& harbor() { return (*world)["harbor"]; }
  session::Session& clinic() { return (*world)["clinic"]; }

  static session::EmergencyRequest asked(const std::string& to = "clinic") {
    session::EmergencyRequest out;
    out.note.type = "progress.engagement";
    out.note.json = R"({"medicationSupport": "yes", "narrative": "takes )" + std::string(kCanaryText) + R"("})";
    out.to = to;
    out.personnel = kCanaryName;
    out.facility = "County Hospital";
    out.discloser = "J. Ortiz";
    out.nature = "found unconscious";
    return out;
  }
  Result<session::EmergencyRecord> tell(const session::EmergencyRequest& request) {
    return harbor().emergencies().tell(request);
  }
  std::vector<fs::path> outgoing(const std::string& to) const {
    std::vector<fs::path> out;
    const auto folder = world->home("harbor") / "spool/out" / to / "new";
    if (!fs::exists(folder)) return out;
    for (const auto& entry : fs::directory_iterator(folder)) out.push_back(entry.path());
    return out;
  }
  /// What arrives at the clinic: the name of its file in the spool.
  std::string arrived() {
    world->deliver_all();
    for (const auto& item : must(clinic().process_inbox(), "inbox").items)
      if (item.what == "break-glass" && !item.error) return item.file;
    return "";
  }
  std::vector<std::string> told_events(session::Session& home) {
    std::vector<std::string> out;
    for (const auto& row : must(home.journal(1, 100000), "journal"))
      if (row.kind == EventKind::breakGlass) out.push_back(row.detail_json.substr(0, row.detail_json.find(',')));
    return out;
  }
};

TEST_F(Emergency, P2_51_AcceptsAndReachesTheRecipientAfterItStandsInTheLog) {
  const auto record = must(tell(asked()), "tell");
  EXPECT_EQ(record.sent, world->now());
  EXPECT_EQ(record.fields, (std::vector<std::string>{"medicationSupport", "narrative"}));
  EXPECT_TRUE(passes(harbor().exchange_log().place_of(record.journal_seq)));
  EXPECT_EQ(told_events(harbor()), std::vector<std::string>{R"({"what":"told")"});

  const std::string file = arrived();
  ASSERT_NE(file, "");
  EXPECT_TRUE(told_events(clinic()).empty());  // nothing is opened by arriving
  const Bytes envelope = must(clinic().read_spooled(file), "file");
  EXPECT_TRUE(refuses(clinic().open_envelope(envelope), Code::break_glass_reserved));
  {
    const auto opened = must(clinic().emergencies().open(envelope), "open");
    EXPECT_FALSE(opened.repeat);
    EXPECT_EQ(opened.record.party, "harbor");
    EXPECT_EQ(opened.record.personnel, kCanaryName);
    ASSERT_EQ(opened.opened.told.fields.size(), 2u);
    EXPECT_EQ(ByteView(opened.opened.told.fields[1].value).text(), "takes " + std::string(kCanaryText));
  }
  const auto again = must(clinic().emergencies().open(envelope), "open again");
  EXPECT_TRUE(again.repeat);
  EXPECT_EQ(told_events(clinic()), (std::vector<std::string>{R"({"what":"opened")", R"({"what":"opened-again")"}));
}

TEST_F(Emergency, BothSidesKeepTheFourFactsAndNotTheValues) {
  must(tell(asked()), "tell");
  must(clinic().emergencies().open(must(clinic().read_spooled(arrived()))), "open");
  for (auto* home : {&harbor(), &clinic()}) {
    const auto records = must(home->emergencies().records(), "records");
    ASSERT_EQ(records.size(), 1u);
    EXPECT_EQ(records[0].personnel, kCanaryName);
    EXPECT_EQ(records[0].facility, "County Hospital");
    EXPECT_EQ(records[0].discloser, "J. Ortiz");
    EXPECT_EQ(records[0].nature, "found unconscious");
    EXPECT_EQ(records[0].time, world->now());
    EXPECT_EQ(records[0].told, home == &harbor());
  }
  world->reopen("harbor");
  EXPECT_EQ(must(harbor().emergencies().records(), "records").size(), 1u);
  // Names are content: neither the journal nor what the log's sink is told has them.
  for (const auto& row : must(harbor().journal(1, 100000)))
    EXPECT_EQ(row.detail_json.find("Zephyrine"), std::string::npos);
  for (const auto& line : world->log_lines()) EXPECT_EQ(line.find("Zephyrine"), std::string::npos);
}

TEST_F(Emergency, P2_51_RefusesAFactThatIsMissingAndARecipientWhoIsNotMedical) {
  for (const auto fact : {&session::EmergencyRequest::personnel, &session::EmergencyRequest::facility,
                          &session::EmergencyRequest::discloser, &session::EmergencyRequest::nature}) {
    auto request = asked();
    (request.*fact).clear();
    EXPECT_TRUE(refuses(tell(request), Code::break_glass_facts));
    EXPECT_TRUE(refuses(harbor().emergencies().preview(request), Code::break_glass_facts));
  }
  for (const std::string name : {"patrol", "defender", "office"}) {
    EXPECT_TRUE(refuses(tell(asked(name)), Code::break_glass_recipient)) << name;
    EXPECT_TRUE(outgoing(name).empty()) << name;
  }
  EXPECT_TRUE(refuses(tell(asked("nobody")), Code::party_unknown));
  EXPECT_TRUE(refuses((*world)["patrol"].emergencies().tell(asked()), Code::present_not_allowed));
  auto nothing = asked();
  nothing.note.json = "{}";
  EXPECT_TRUE(refuses(tell(nothing), Code::verify_slot));
  EXPECT_TRUE(told_events(harbor()).empty());
  EXPECT_TRUE(must(harbor().emergencies().records()).empty());
}

TEST_F(Emergency, APreviewWritesNothing) {
  const auto record = must(harbor().emergencies().preview(asked()), "preview");
  EXPECT_EQ(record.party, "clinic");
  EXPECT_TRUE(told_events(harbor()).empty());
  EXPECT_TRUE(outgoing("clinic").empty());
}

TEST_F(Emergency, NothingIsSentWhereTheLogCannotBeWritten) {
  must(harbor().exchange_log().flush(), "flush");
  // A folder in place of the checkpoint: the batch cannot be finished.
  const auto log = world->home("harbor") / "log";
  fs::rename(log / "checkpoint", log / "checkpoint.kept");
  fs::create_directory(log / "checkpoint");
  EXPECT_FALSE(tell(asked()));
  EXPECT_TRUE(outgoing("clinic").empty());
  EXPECT_EQ(told_events(harbor()), (std::vector<std::string>{R"({"what":"told")", R"({"what":"not-sent")"}));
  const auto records = must(harbor().emergencies().records(), "records");
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].sent, Timestamp{});

  fs::remove(log / "checkpoint");
  fs::rename(log / "checkpoint.kept", log / "checkpoint");
  EXPECT_TRUE(passes(tell(asked())));
  EXPECT_EQ(outgoing("clinic").size(), 1u);
}

TEST_F(Emergency, AnEnvelopeThatIsNotOpenedLeavesALine) {
  must(tell(asked()), "tell");
  const Bytes envelope = must(clinic().read_spooled(arrived()));
  EXPECT_TRUE(refuses((*world)["defender"].emergencies().open(envelope), Code::object_outer));
  EXPECT_EQ(count_events((*world)["defender"], EventKind::denied), 1u);
  Bytes changed = envelope;
  changed.back() ^= 1;
  EXPECT_TRUE(refuses(clinic().emergencies().open(changed), Code::object_outer));
  EXPECT_TRUE(must(clinic().emergencies().records()).empty());
}

}  // namespace
}  // namespace xch::session_test
