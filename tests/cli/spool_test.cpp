// What leaves and what arrives, as files: fetched, acknowledged, sent again, set aside; and two processes on one home.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "program.hpp"
#include "table.hpp"

namespace xch::cli {
namespace {

using nlohmann::json;
using testing::AnyOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class Spools : public testing::Test {
 protected:
  Spools() : grant_(court_grant(demo_.as("prosecutor", {"grants", "--json"}).out)) {}

  /// seal leaves one note of the prosecutor for the police liaison in its outbox and gives the file's name.
  std::string seal() const {
    With with;
    with.input = R"({"court": "Municipal Court"})";
    const auto before = names(out("new"));
    const auto ran = demo_.as(
        "prosecutor",
        {"seal", "--type", "court.event", "--grant", grant_, "--purpose", "COURT", "--to", "police-liaison"}, with);
    EXPECT_EQ(ran.status, 0) << ran.err;
    for (const auto& name : names(out("new")))
      if (std::find(before.begin(), before.end(), name) == before.end()) return name;
    ADD_FAILURE() << "nothing was sealed";
    return "";
  }
  fs::path out(const std::string& folder) const {
    const auto path = demo_.home("prosecutor") / "spool/out/police-liaison" / folder;
    fs::create_directories(path);
    return path;
  }
  fs::path in(const std::string& folder) const { return demo_.home("police-liaison") / "spool/in" / folder; }
  std::string into() const { return demo_.home("police-liaison") / "spool/in"; }
  Ran send(bool again = false) const {
    std::vector<std::string> words = {"outbox", "send", "--to", "police-liaison", "--into", into()};
    if (again) words.push_back("--again");
    return demo_.as("prosecutor", words);
  }

  Folder folder_;
  const Demo& demo_ = spare();
  const std::string grant_;
};

bool has(const fs::path& folder, const std::string& name) {
  const auto all = names(folder);
  return std::find(all.begin(), all.end(), name) != all.end();
}

TEST_F(Spools, KeepWhatWasSentUntilItIsAcknowledged) {
  const auto name = seal();
  const auto early = demo_.as("prosecutor", {"outbox", "ack", name, "--to", "police-liaison"});
  EXPECT_NE(early.status, 0);
  EXPECT_THAT(early.err, HasSubstr("(EX5114)")) << "it was not sent yet";
  EXPECT_TRUE(has(out("new"), name));

  EXPECT_EQ(send().status, 0);
  EXPECT_TRUE(has(in("new"), name));
  EXPECT_TRUE(has(out("cur"), name));
  EXPECT_EQ(read(in("new") / name), read(out("cur") / name));
  EXPECT_THAT(demo_.as("prosecutor", {"outbox", "list"}).out, HasSubstr("sent"));

  const auto acknowledged = demo_.as("prosecutor", {"outbox", "ack", name, "--to", "police-liaison"});
  EXPECT_EQ(acknowledged.status, 0) << acknowledged.err;
  EXPECT_EQ(acknowledged.out, "acknowledged 1\n");
  EXPECT_FALSE(has(out("cur"), name));
  EXPECT_EQ(demo_.as("prosecutor", {"outbox", "ack", name, "--to", "police-liaison"}).status, 4)
      << "there is none any more";
  EXPECT_EQ(demo_.as("prosecutor", {"outbox", "ack", "../../../agency.json", "--to", "police-liaison"}).status, 4);
  EXPECT_TRUE(fs::exists(demo_.home("prosecutor") / "agency.json"));
}

TEST_F(Spools, SendAgainWhatWasLostAndNothingThatWasAcknowledged) {
  const auto lost = seal(), acknowledged = seal();
  EXPECT_EQ(send().status, 0);
  EXPECT_EQ(demo_.as("prosecutor", {"outbox", "ack", acknowledged, "--to", "police-liaison"}).status, 0);
  fs::remove(in("new") / lost);
  fs::remove(in("new") / acknowledged);
  EXPECT_EQ(send().out, "sent 0\n") << "without --again nothing goes twice";
  EXPECT_EQ(send(true).status, 0);
  EXPECT_TRUE(has(in("new"), lost));
  EXPECT_FALSE(has(in("new"), acknowledged));
  EXPECT_EQ(send(true).status, 0) << "the same file again is no error";
  EXPECT_TRUE(has(in("new"), lost));
  std::ofstream(in("new") / lost, std::ios::app) << "x";
  const auto other = send(true);
  EXPECT_THAT(other.err, HasSubstr("(EX5115)")) << "another file of that name is not overwritten";
  EXPECT_TRUE(has(out("new"), lost)) << "and it still waits to be sent";
  const auto behind = seal();
  const auto some = send();
  EXPECT_EQ(some.status, 8) << "one file that cannot be carried holds up none of the others";
  EXPECT_EQ(some.out, "sent 1, left 1\n");
  EXPECT_THAT(some.err, HasSubstr("exchange: " + lost + ": "));
  EXPECT_TRUE(has(in("new"), behind));
  fs::remove(in("new") / lost);
  EXPECT_EQ(send().status, 0);
  EXPECT_TRUE(has(in("new"), lost));
}

TEST_F(Spools, FetchFromAnotherOutboxAndOpenAndAcknowledge) {
  const auto name = seal();
  const auto fetched = demo_.as("police-liaison", {"inbox", "fetch", "--from", out("new").parent_path()});
  EXPECT_EQ(fetched.status, 0) << fetched.err;
  EXPECT_TRUE(has(in("new"), name));
  EXPECT_TRUE(has(out("cur"), name));
  EXPECT_EQ(demo_.as("police-liaison", {"inbox", "process"}).status, 0);
  EXPECT_THAT(demo_.as("police-liaison", {"inbox", "list"}).out, HasSubstr(name));
  const auto unopened = demo_.as("police-liaison", {"inbox", "ack", name, "--yes"});
  EXPECT_NE(unopened.status, 0) << "it was not opened yet";
  EXPECT_TRUE(has(in("cur"), name));
  const auto opened = demo_.as("police-liaison", {"inbox", "open", name});
  EXPECT_EQ(opened.status, 0) << opened.err;
  EXPECT_THAT(opened.out, HasSubstr("Municipal Court"));
  EXPECT_EQ(demo_.as("police-liaison", {"inbox", "ack", name}).status, 2) << "nobody can be asked";
  EXPECT_EQ(demo_.as("police-liaison", {"inbox", "ack", name, "--yes"}).status, 0);
  EXPECT_FALSE(has(in("cur"), name));
  EXPECT_EQ(demo_.as("police-liaison", {"inbox", "ack", name, "--yes"}).status, 4);
}

TEST_F(Spools, FetchWhatCanBeTakenAndLeaveTheRestWhereItIs) {
  const auto share = folder_.path / "share";
  fs::create_directories(share / "new");
  const auto first = seal(), second = seal();
  fs::copy_file(out("new") / first, share / "new" / first);
  std::ofstream(share / "new" / second) << "other bytes";
  std::ofstream(in("new") / second) << "what has arrived under that name";
  fs::create_symlink(demo_.home("prosecutor") / "agency.json", share / "new/link.lxe");
  std::ofstream(share / "new/big.lxe");
  fs::resize_file(share / "new/big.lxe", (32u << 20) + 1);
  const auto ran = demo_.as("police-liaison", {"inbox", "fetch", "--from", share, "--json"});
  EXPECT_EQ(ran.status, 8) << ran.out << ran.err;
  const auto answer = json::parse(ran.out);
  std::map<std::string, std::string> ids;
  for (const auto& row : answer["rows"]) ids[row["file"]] = row.value("id", "");
  EXPECT_EQ(ids, (std::map<std::string, std::string>{{first, ""}, {second, "EX5115"}, {"big.lxe", "EX1014"}}));
  EXPECT_EQ(read(in("new") / second), "what has arrived under that name");
  EXPECT_TRUE(has(share / "new", second));
  EXPECT_TRUE(has(share / "new", "link.lxe")) << "a link may lead anywhere";
  const auto none = demo_.as("police-liaison", {"inbox", "fetch", "--from", folder_.path / "nowhere"});
  EXPECT_EQ(none.status, 1);
  EXPECT_THAT(none.err, HasSubstr("(EX5109)"));
}

TEST_F(Spools, SetARefusedFileAsideWithItsReasonAndLetItBackOrGo) {
  const auto name = seal();
  auto altered = read(out("new") / name);
  altered[altered.size() / 2] = static_cast<char>(altered[altered.size() / 2] ^ 1);
  std::ofstream(in("new") / "altered.lxe", std::ios::binary) << altered;
  std::ofstream(in("new") / "noise.lxe", std::ios::binary) << "no envelope";
  EXPECT_EQ(demo_.as("police-liaison", {"inbox", "process"}).status, 8);
  EXPECT_TRUE(has(in("quarantine"), "noise.lxe"));
  const auto listed = json::parse(demo_.as("police-liaison", {"quarantine", "list", "--json"}).out)["rows"];
  std::map<std::string, std::string> ids;
  for (const auto& row : listed) ids[row["file"]] = row["id"];
  ASSERT_EQ(ids.count("noise.lxe"), 1u);
  EXPECT_THAT(ids["noise.lxe"], HasSubstr("EX"));
  const auto people = demo_.as("police-liaison", {"inbox", "quarantine", "list"});
  EXPECT_THAT(people.out, HasSubstr("noise.lxe"));
  EXPECT_TRUE(fits(people.out)) << people.out;

  EXPECT_EQ(demo_.as("police-liaison", {"quarantine", "retry", "noise.lxe"}).status, 0);
  EXPECT_TRUE(has(in("new"), "noise.lxe"));
  EXPECT_EQ(demo_.as("police-liaison", {"inbox", "process"}).status, 8) << "it is judged again, and refused again";
  EXPECT_TRUE(has(in("quarantine"), "noise.lxe"));
  EXPECT_EQ(demo_.as("police-liaison", {"quarantine", "drop", "noise.lxe"}).status, 2) << "nobody can be asked";
  EXPECT_TRUE(has(in("quarantine"), "noise.lxe"));
  EXPECT_EQ(demo_.as("police-liaison", {"quarantine", "drop", "noise.lxe", "--yes"}).status, 0);
  EXPECT_FALSE(has(in("quarantine"), "noise.lxe"));
  for (const char* what : {"retry", "drop"}) {
    const auto gone = demo_.as("police-liaison", {"quarantine", what, "noise.lxe", "--yes"});
    EXPECT_EQ(gone.status, 4) << what << gone.err;
  }
  EXPECT_THAT(demo_.as("police-liaison", {"journal", "--limit", "1000"}).out, HasSubstr("thrown-away"))
      << "the journal keeps what was done";
}

// ---- two processes on one home -----------------------------------------------------------------------------------------

/// side_by_side starts all at once and gives how each ended.
std::vector<Ran> side_by_side(const std::vector<std::function<Ran()>>& calls) {
  std::vector<Ran> out(calls.size());
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < calls.size(); ++i) threads.emplace_back([&, i] { out[i] = calls[i](); });
  for (auto& thread : threads) thread.join();
  return out;
}

TEST_F(Spools, OfOneOfficeServeSeveralProcessesAtOnceAndLoseNothing) {
  const auto listed = [&] {
    std::set<std::string> grants;
    const auto answer = json::parse(demo_.as("program-office", {"consent", "list", "--json"}).out);
    for (const auto& row : answer["rows"]) grants.insert(row["grant"]);
    EXPECT_FALSE(grants.empty());
    return grants;
  };
  const auto issue = [&](int last_day) {
    return demo_.as("program-office",
                    {"consent", "issue", XCH_SOURCE_DIR "/examples/consents/named-consent.json", "--signed-form",
                     XCH_SOURCE_DIR "/examples/consents/signed-form.txt", "--signed-day", day(-1), "--first-day",
                     day(-1), "--last-day", day(last_day), "--json"});
  };
  auto expected = listed();
  // Three consents of their own, and one that two people enter at once.
  std::size_t twice = 0;
  const std::vector<std::function<Ran()>> calls = {[&] { return issue(50); }, [&] { return issue(51); },
                                                   [&] { return issue(52); }, [&] { return issue(53); },
                                                   [&] { return issue(53); }};
  const auto ran = side_by_side(calls);
  for (std::size_t i = 0; i < ran.size(); ++i) {
    const auto answer = json::parse(ran[i].out);
    if (ran[i].status == 0) { EXPECT_TRUE(expected.insert(answer["grant"]).second) << i; }
    else if (ran[i].status == 75) { EXPECT_EQ(answer["id"], "EX5107") << "it waited, and says so"; }
    else { EXPECT_EQ(answer["id"], "EX2014") << ran[i].out; ++twice; EXPECT_GE(i, 3u) << "only of the same consent"; }
  }
  EXPECT_LE(twice, 1u);
  EXPECT_EQ(listed(), expected) << "what was answered as issued is there, and nothing else";
  const auto checked = demo_.as("program-office", {"doctor"});
  EXPECT_EQ(checked.status, 0) << checked.out << demo_.as("program-office", {"quarantine", "list"}).out;
}

TEST_F(Spools, OfOneAgencyTakeNotesOfSeveralProcessesAtOnce) {
  constexpr std::size_t kProcesses = 4, kEach = 3;
  std::vector<std::thread> threads;
  std::vector<std::size_t> done(kProcesses), busy(kProcesses);
  const auto before = names(out("new")).size();
  for (std::size_t i = 0; i < kProcesses; ++i)
    threads.emplace_back([&, i] {
      With with;
      with.input = R"({"court": "Municipal Court"})";
      for (std::size_t n = 0; n < kEach; ++n) {
        const auto ran = demo_.as("prosecutor",
                                  {"seal", "--type", "court.event", "--grant", grant_, "--purpose", "COURT", "--to",
                                   "police-liaison", "--json"},
                                  with);
        if (ran.status == 0) ++done[i];
        else if (ran.status == 75 && ran.out.find("EX5107") != std::string::npos) ++busy[i];
      }
    });
  for (auto& thread : threads) thread.join();
  std::size_t sealed = 0, waited = 0;
  for (std::size_t i = 0; i < kProcesses; ++i) {
    sealed += done[i];
    waited += busy[i];
  }
  EXPECT_EQ(sealed + waited, kProcesses * kEach) << "each call is done, or says that it was kept out";
  EXPECT_GT(sealed, 0u);
  EXPECT_EQ(names(out("new")).size(), before + sealed) << "each note that was sealed is in the outbox, once";
  EXPECT_EQ(demo_.as("prosecutor", {"doctor"}).status, 0);
}

}  // namespace
}  // namespace xch::cli
