// Five agencies, of which one shows two histories of its log: headers and proofs tell of it within one round.
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>

#include "base/encoding.hpp"
#include "base/file.hpp"
#include "crypto/digest.hpp"
#include "crypto/key_file.hpp"
#include "log/evidence.hpp"
#include "log/tiles.hpp"
#include "session/heard.hpp"
#include "session/home_files.hpp"
#include "session/log_rows.hpp"
#include "session/twin.hpp"
#include "wire/records.hpp"

namespace xch::session_test {
namespace {

namespace fs = std::filesystem;

struct Gossip : ::testing::Test {
  GrantHash grant;
  std::unique_ptr<World> world = world_with_care(SuiteId::p256, &grant);
  Witnessed logs{*world};
  Twin harbor{*world, "harbor"};

  session::ExchangeLog log_of(const std::string& name) { return (*world)[name].exchange_log(); }
  /// Each of the two histories has as many entries, and enough witnesses of its own.
  void fork() {
    logs.batch("harbor", {"office", "clinic"});
    harbor.change_over();
    logs.batch("harbor", {"defender", "patrol"});
    harbor.change_over();
  }
  std::size_t alarms(const std::string& name) { return must(log_of(name).alarms(), "alarms").size(); }
  /// What comes of all notes that wait for a home.
  std::vector<Code> open_all(const std::string& name) {
    std::vector<Code> out;
    for (const auto& file : must((*world)[name].notes_waiting(), "waiting")) {
      const auto answer = must((*world)[name].open_envelope(must((*world)[name].read_spooled(file), "file")), "open");
      for (const auto& error : answer.refused) out.push_back(error.code);
    }
    return out;
  }
  KeyId identity_of(const std::string& name) {
    for (const auto& key : world->party(name).keys) {
      const auto record = wire::decode_key_record(key.body);
      if (record && record->kind == KeyKind::agencyIdentity) return crypto::th_as<KeyId>("LX1 key id", {key.body});
    }
    return {};
  }
  static int verify(const std::string& arguments) {
    const int status = std::system((std::string(XCH_VERIFY) + " " + arguments + " > /dev/null 2>&1").c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  void seal(const std::vector<std::string>& to = {}) {
    auto asked = request(grant);
    asked.to = to;
    ASSERT_TRUE(passes((*world)["harbor"].seal(asked)));
  }
};

TEST_F(Gossip, ALogThatShowsTwoHistoriesIsCaughtWithinOneRound) {
  fork();
  // One round: a note from either side of it to everybody.
  seal();
  world->settle();
  for (const auto* name : {"clinic", "defender"}) EXPECT_TRUE(open_all(name).empty()) << name;
  harbor.change_over();
  seal();
  world->settle();
  for (const auto* name : {"clinic", "defender"}) {
    EXPECT_EQ(open_all(name), std::vector<Code>{Code::open_log_fork}) << name;
    EXPECT_EQ(alarms(name), 1u) << name;
    EXPECT_EQ(count_events((*world)[name], EventKind::opened), 1u) << name;
    EXPECT_EQ(count_events((*world)[name], EventKind::denied), 1u) << name;
    // Both notes are kept: the file of the second, and of both what their sender signed.
    EXPECT_EQ(must((*world)[name].quarantined(), "quarantine").size(), 1u) << name;
    const auto all = must((*world)[name].doctor(), "doctor");
    const auto told = std::find_if(all.begin(), all.end(), [](const auto& one) { return one.check == "others' logs"; });
    ASSERT_NE(told, all.end()) << name;
    EXPECT_FALSE(told->ok) << name;
  }
  const auto alarm = must(log_of("clinic").alarms(), "alarms").front();
  EXPECT_EQ(alarm.by, world->party("harbor").id);
  EXPECT_EQ(alarm.size, 32u);
  const auto evidence = log::parse_evidence(alarm.evidence);
  ASSERT_TRUE(passes(evidence));
  EXPECT_NE(evidence->first, evidence->second);

  // And the file convinces a program that shares no code with this library.
  const std::string file = (world->folder() / "fork.evidence").string();
  const KeyId identity = identity_of("harbor");
  ASSERT_TRUE(passes(write_file_atomically(file, ByteView(alarm.evidence))));
  EXPECT_EQ(verify("evidence --party " + to_hex(identity) + " " + file), 0);
  EXPECT_EQ(verify("evidence --party " + to_hex(identity_of("office")) + " " + file), 5) << "of another agency";
  EXPECT_EQ(verify("evidence --log-key " + logs.key("harbor").text() + " " + file), 2) << "whose header it is was not said";
  // Every line of it counts: with one character changed it shows nothing.
  for (std::size_t at = 0; at < alarm.evidence.size(); at += 61) {
    std::string changed = alarm.evidence;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    ASSERT_TRUE(passes(write_file_atomically(file, ByteView(changed))));
    EXPECT_NE(verify("evidence --party " + to_hex(identity) + " " + file), 0) << at;
  }
}

TEST_F(Gossip, ProofsTellAsMuch) {
  // Each side has sealed a note for the clinic before its witnesses sign; its proof has the checkpoint.
  seal({"clinic"});
  logs.batch("harbor", {"office", "clinic"});
  world->deliver_all();
  harbor.change_over();
  seal({"clinic"});
  logs.batch("harbor", {"defender", "patrol"});
  world->deliver_all();
  const auto report = must((*world)["clinic"].process_inbox(), "inbox");
  std::size_t forked = 0;
  for (const auto& item : report.items) forked += item.error && item.error->code == Code::log_fork ? 1 : 0;
  EXPECT_EQ(forked, 1u);
  ASSERT_EQ(alarms("clinic"), 1u);
  const auto evidence = log::parse_evidence(must(log_of("clinic").alarms(), "alarms").front().evidence);
  ASSERT_TRUE(passes(evidence));
  EXPECT_TRUE(passes(log::check_evidence(*evidence, *log::LogTrust::make(logs.key("harbor")))));
}

TEST_F(Gossip, WhatOneReaderWasShownIsHeldAgainstACopyOfTheLog) {
  fork();
  seal({"clinic"});
  world->settle();
  EXPECT_TRUE(open_all("clinic").empty());
  const auto folder = world->home("harbor") / "log";
  const auto open = [&] {
    return must(log::open_checkpoint(*log::LogFolder(folder).checkpoint(), *log::LogTrust::make(logs.key("harbor"))), "checkpoint");
  };
  EXPECT_EQ(must(log_of("clinic").compare(folder, open()), "compare"), 1u);
  // The copy that others are shown, larger by now.
  harbor.change_over();
  logs.batch("harbor", {"defender", "patrol"});
  EXPECT_TRUE(refuses(log_of("clinic").compare(folder, open()), Code::log_fork));
  ASSERT_EQ(alarms("clinic"), 1u);
  const auto evidence = log::parse_evidence(must(log_of("clinic").alarms(), "alarms").front().evidence);
  ASSERT_TRUE(passes(evidence));
  EXPECT_TRUE(evidence->begins.has_value());
  // A header against a checkpoint that the log has signed.
  const std::string file = (world->folder() / "fork.evidence").string();
  ASSERT_TRUE(passes(write_file_atomically(file, ByteView(must(log_of("clinic").alarms(), "alarms").front().evidence))));
  EXPECT_EQ(verify("evidence --party " + to_hex(identity_of("harbor")) + " --log-key " + logs.key("harbor").text() + " " + file), 0);
  EXPECT_EQ(verify("evidence --party " + to_hex(identity_of("harbor")) + " " + file), 2) << "whose checkpoint it is was not said";
}

TEST_F(Gossip, OlderAndNewerCheckpointsOfOneHistoryRaiseNoAlarm) {
  logs.batch("harbor");
  seal();
  logs.batch("harbor");
  seal();
  world->settle();
  EXPECT_TRUE(open_all("clinic").empty());
  logs.batch("harbor");
  seal();
  // The newest first.
  world->settle();
  EXPECT_TRUE(open_all("clinic").empty());
  EXPECT_TRUE(open_all("defender").empty());
  EXPECT_EQ(alarms("clinic") + alarms("defender"), 0u);
  const auto all = must((*world)["clinic"].doctor(), "doctor");
  const auto told = std::find_if(all.begin(), all.end(), [](const auto& one) { return one.check == "others' logs"; });
  ASSERT_NE(told, all.end());
  EXPECT_TRUE(told->ok);
}

TEST_F(Gossip, ADamagedCopyRaisesNoAlarm) {
  logs.batch("harbor");
  seal({"clinic"});
  logs.batch("harbor");
  world->settle();
  EXPECT_TRUE(open_all("clinic").empty());
  const auto copy = world->folder() / "copy";
  fs::copy(world->home("harbor") / "log", copy, fs::copy_options::recursive);
  const auto open = must(log::open_checkpoint(*log::LogFolder(copy).checkpoint(), *log::LogTrust::make(logs.key("harbor"))), "checkpoint");
  for (const auto& file : fs::recursive_directory_iterator(copy / "tile" / "0")) {
    if (!file.is_regular_file()) continue;
    Bytes bytes = must(read_file(file.path(), 1 << 20), "tile");
    bytes[0] ^= 1;
    ASSERT_TRUE(passes(write_file_atomically(file.path(), bytes)));
  }
  EXPECT_TRUE(refuses(log_of("clinic").compare(copy, open), Code::log_root));
  EXPECT_EQ(alarms("clinic"), 0u);
  // The header's size and that of its proof; of the undamaged log both are borne out.
  EXPECT_EQ(must(log_of("clinic").compare(world->home("harbor") / "log", open), "compare"), 2u);
}

TEST_F(Gossip, AHeaderThatNamesAnotherAgencysLogShowsNothing) {
  logs.batch("harbor");
  logs.batch("office");
  const LogReference false_one{session::log_origin_hash(logs.key("office").name()), 32, crypto::sha256(ByteView())};
  world->close("harbor");
  {
    const auto text = must(session::read_key_text(world->home("harbor") / "keys" / "home.key"), "key file");
    const auto phrase = must(world->environment().secret("passphrase"), "passphrase");
    const auto secret = must(crypto::open_key_file_for_testing(text, phrase.expose(), nullptr), "key");
    auto rows = must(session::open_rows(world->home("harbor"), must(session::StoreKey::from(secret.expose()), "key"),
                                        crypto::system_random(), store::OpenMode::existing), "rows");
    auto change = must(rows->begin(), "change");
    ASSERT_TRUE(passes(session::put_log_reference(change, false_one)));
    ASSERT_TRUE(passes(change.commit()));
  }
  seal({"clinic"});
  world->settle();
  EXPECT_TRUE(open_all("clinic").empty());
  EXPECT_TRUE(must(log_of("clinic").heard(), "heard").empty());
  const auto folder = world->home("office") / "log";
  const auto open = log::open_checkpoint(*log::LogFolder(folder).checkpoint(), *log::LogTrust::make(logs.key("office")));
  EXPECT_EQ(must(log_of("clinic").compare(folder, must(open, "checkpoint")), "compare"), 0u);
  EXPECT_EQ(alarms("clinic"), 0u) << "nobody raises an alarm against another";
}

// ---- what is kept of it --------------------------------------------------------------------------------------------

TEST_F(Gossip, WhatACopyBearsOutIsKeptOnceHoweverManyNotesCome) {
  const auto folder = world->home("harbor") / "log";
  const auto compare = [&] {
    const auto open = log::open_checkpoint(*log::LogFolder(folder).checkpoint(), *log::LogTrust::make(logs.key("harbor")));
    return log_of("clinic").compare(folder, must(open, "checkpoint"));
  };
  const auto kept = [&](const std::string& name) { return must(log_of(name).heard(), "heard").size(); };
  for (std::size_t round = 1; round <= 5; ++round) {
    logs.batch("harbor");
    seal();
    world->settle();
    EXPECT_TRUE(open_all("clinic").empty());
    EXPECT_TRUE(open_all("defender").empty());
    const std::size_t shown = kept("clinic");
    EXPECT_GE(shown, 1u);
    EXPECT_LE(shown, 3u);  // the one of before, that of the header and that of the proofs
    EXPECT_EQ(must(compare(), "compare"), shown);
    EXPECT_EQ(kept("clinic"), 1u) << round;
    EXPECT_GE(kept("defender"), round) << "nobody has proven these to be of one history";
  }
  EXPECT_EQ(must(log_of("clinic").heard(), "heard").front().log.size, must(log_of("harbor").standing(), "standing").size);
  EXPECT_EQ(alarms("clinic"), 0u);
}

TEST_F(Gossip, NothingOfALogThatHasRaisedAnAlarmIsForgotten) {
  fork();
  seal({"clinic"});
  world->settle();
  EXPECT_TRUE(open_all("clinic").empty());
  harbor.change_over();
  for (int i = 0; i < 3; ++i) {
    logs.batch("harbor", {"defender", "patrol"});
    seal({"clinic"});
    world->settle();
    EXPECT_TRUE(open_all("clinic").empty());
  }
  const std::size_t before = must(log_of("clinic").heard(), "heard").size();
  EXPECT_GE(before, 4u);
  const auto folder = world->home("harbor") / "log";
  const auto open = log::open_checkpoint(*log::LogFolder(folder).checkpoint(), *log::LogTrust::make(logs.key("harbor")));
  EXPECT_TRUE(refuses(log_of("clinic").compare(folder, must(open, "checkpoint")), Code::log_fork));
  EXPECT_EQ(must(log_of("clinic").heard(), "heard").size(), before);
}

TEST_F(Gossip, AHomeHoldsWhatItIsShownAgainstWhatItsOwnWitnessHasSigned) {
  ASSERT_TRUE(passes(log_of("clinic").set_own_witness(logs.witness_folder("clinic"))));
  fork();
  harbor.change_over();
  // The first note that it gets is of the history that its own witness has not seen.
  seal();
  world->settle();
  EXPECT_EQ(open_all("clinic"), std::vector<Code>{Code::open_log_fork});
  EXPECT_TRUE(open_all("defender").empty()) << "who is shown one history alone cannot tell";
  ASSERT_EQ(alarms("clinic"), 1u);
  const std::string file = (world->folder() / "fork.evidence").string();
  const auto alarm = must(log_of("clinic").alarms(), "alarms").front();
  ASSERT_TRUE(passes(write_file_atomically(file, ByteView(alarm.evidence))));
  const std::string keys = "--party " + to_hex(identity_of("harbor")) + " --log-key " + logs.key("harbor").text();
  EXPECT_EQ(verify("evidence " + keys + " " + file), 0);
  const auto evidence = log::parse_evidence(alarm.evidence);
  ASSERT_TRUE(passes(evidence));
  const auto trust = must(log::LogTrust::make(logs.key("harbor")), "trust");
  EXPECT_TRUE(passes(session::check_evidence(*evidence, {&trust, identity_of("harbor")})));
}

TEST_F(Gossip, WhatItsOwnWitnessHasSignedIsKeptOnce) {
  ASSERT_TRUE(passes(log_of("clinic").set_own_witness(logs.witness_folder("clinic"))));
  for (int round = 0; round < 4; ++round) {
    logs.batch("harbor", {"office", "clinic"});
    seal();
    world->settle();
    EXPECT_TRUE(open_all("clinic").empty());
    EXPECT_TRUE(open_all("defender").empty());
    EXPECT_EQ(must(log_of("clinic").heard(), "heard").size(), 1u) << round;
  }
  EXPECT_GE(must(log_of("defender").heard(), "heard").size(), 4u);
  // A witness that cannot be read holds no note up, and doctor says so.
  fs::rename(logs.witness_folder("clinic") / "logs", logs.witness_folder("clinic") / "away");
  logs.batch("harbor", {"office", "patrol"});
  seal();
  world->settle();
  EXPECT_TRUE(open_all("clinic").empty());
  const auto all = must((*world)["clinic"].doctor(), "doctor");
  const auto told = std::find_if(all.begin(), all.end(), [](const auto& one) { return one.check == "others' logs"; });
  ASSERT_NE(told, all.end());
  EXPECT_FALSE(told->ok);
  EXPECT_TRUE(refuses(log_of("clinic").set_own_witness(world->folder() / "nowhere"), Code::witness_missing));
}

}  // namespace
}  // namespace xch::session_test
