// The exchange log of a home: what its journal says, once and in order, and nothing for those who may not read it.
#include <algorithm>
#include <fstream>
#include <map>
#include <set>

#include "base/encoding.hpp"
#include "base/file.hpp"
#include "crypto/digest.hpp"
#include "log/tiles.hpp"
#include "session/events.hpp"
#include "session/exchange_log.hpp"
#include "session/home_files.hpp"
#include "session/log_event.hpp"
#include "session/world.hpp"

namespace xch::session_test {
namespace {

namespace fs = std::filesystem;
using session::ExchangeLog;
using session::LogReading;
using session::Session;

std::vector<session::JournalRow> journal_of(Session& home) { return must(home.journal(1, 100000), "journal"); }

log::VerifierKey key_of(Session& home) {
  return must(log::VerifierKey::parse(must(home.exchange_log().standing(), "standing").verifier_key), "key");
}
LogReading read(Session& reader, Session& writer) {
  return must(reader.exchange_log().read(writer.exchange_log().folder(), key_of(writer), std::nullopt), "read");
}

/// holds_the_journal: every line of the journal stands in the log once, in its order, and nothing else does.
void holds_the_journal(Session& home) {
  const auto lines = journal_of(home);
  const auto reading = read(home, home);
  ASSERT_EQ(reading.rows.size(), lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto& event = reading.rows[i].event;
    EXPECT_EQ(event.kind, lines[i].kind) << i;
    EXPECT_EQ(event.time, lines[i].time) << i;
    EXPECT_EQ(event.actor, lines[i].actor) << i;
    EXPECT_EQ(event.object, lines[i].object) << i;
    EXPECT_EQ(event.detail_json, lines[i].detail_json) << i;
    EXPECT_EQ(must(home.exchange_log().place_of(lines[i].seq), "place"), reading.rows[i].index) << i;
  }
}

void add_event(Session& office, std::uint8_t n) {
  Digest object;
  object.bytes.fill(n);
  must(office.authority_access().put_all({}, {{EventKind::status, object, "{\"what\":\"test\"}"}}), "event");
}

struct Log : ::testing::Test {
  GrantHash grant;
  std::unique_ptr<World> world = world_with_care(SuiteId::p256, &grant);
  Session& harbor() { return (*world)["harbor"]; }
  Session& clinic() { return (*world)["clinic"]; }
  Session& office() { return (*world)["office"]; }
  fs::path folder(const std::string& name) const { return world->home(name) / "log"; }
  Bytes file(const fs::path& path) { return must(read_file(path, 1 << 20), "file"); }
  std::string checkpoint(const std::string& name) {
    return must(log::LogFolder(folder(name)).checkpoint(), "checkpoint");
  }
  void write(const fs::path& path, const Bytes& bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }

  /// One of everything that a home records.
  void live() {
    const auto sealed = must(harbor().seal(request(grant)), "seal");
    Bytes to_clinic, archive;
    for (const auto& e : sealed.envelopes) {
      if (e.to == world->party("clinic").id) to_clinic = e.envelope;
      if (e.to == world->party("harbor").id) archive = e.envelope;
    }
    header = sealed.notes.front().header;
    world->settle();
    must(open_waiting(clinic()), "open");
    must(clinic().open_envelope(to_clinic), "again");
    must(clinic().redact(to_clinic, header, {"nextStep"}, "court-copy"), "redact");
    const auto nonce = must(clinic().new_nonce(), "nonce");
    const auto presented = must(
        harbor().present(archive, header, {"participation"}, "clinic", nonce, Purpose::coord, std::nullopt), "present");
    must(clinic().verify(presented.envelope), "verify");
    EXPECT_TRUE(refuses(clinic().verify(presented.envelope), Code::verify_nonce));
    world->settle();
    must(harbor().rotate_key(session::NewKey::encryption), "rotate");
  }
  HeaderHash header;

  /// An auditor joins: a home of its own, which the next roster names.
  std::unique_ptr<Session> auditor() {
    session::AgencyPlan plan;
    plan.name = "auditor";
    plan.kind = PartyKind::oversight;
    plan.role = Role::aud;
    plan.coalition = world->roster().coalition;
    Party party = must(
        session::create_agency_home(world->home("auditor"), plan, world->root(), world->environment()), "home");
    party.agreement_not_before = Timestamp{kNow.seconds - kDay};
    party.agreement_not_after = Timestamp{kNow.seconds + 300 * kDay};
    party.agreement_id[0] = 1;
    auto& parties = world->roster().parties;
    parties.push_back(party);
    std::sort(parties.begin(), parties.end(), [](const Party& a, const Party& b) { return a.id < b.id; });
    const Bytes next = world->next_roster();
    for (const auto* name : {"office", "harbor", "clinic", "defender", "patrol"})
      must((*world)[name].import_roster(next, std::nullopt), "roster");
    return must(Session::open(world->home("auditor"), world->environment()), "auditor");
  }
};

TEST_F(Log, HoldsEveryEventOfEveryKindOnceAndInOrder) {
  live();
  std::set<EventKind> kinds;
  for (const auto* name : {"office", "harbor", "clinic", "defender", "patrol"}) {
    must((*world)[name].exchange_log().flush(), name);
    holds_the_journal((*world)[name]);
    for (const auto& row : read((*world)[name], (*world)[name]).rows) kinds.insert(row.event.kind);
    EXPECT_EQ(must((*world)[name].exchange_log().standing(), name).waiting, 0u);
  }
  for (const auto kind : {EventKind::keyRecord, EventKind::roster, EventKind::grant, EventKind::status,
                          EventKind::sealed, EventKind::disclosed, EventKind::received, EventKind::opened,
                          EventKind::reopened, EventKind::denied, EventKind::redaction,
                          EventKind::presentation, EventKind::receipt, EventKind::policyChange})
    EXPECT_EQ(kinds.count(kind), 1u) << code_of(kind);
  // And what came after goes on where that ended.
  live();
  must(clinic().exchange_log().flush(), "flush");
  holds_the_journal(clinic());
}

TEST_F(Log, WaitsUntilItIsFlushedAndCostsNothingBefore) {
  EXPECT_FALSE(fs::exists(folder("office")));
  EXPECT_GT(must(office().exchange_log().standing(), "standing").waiting, 0u);
  EXPECT_TRUE(refuses(office().exchange_log().place_of(1), Code::log_not_yet));
  EXPECT_TRUE(refuses(office().exchange_log().place_of(100000), Code::not_found));
  office().exchange_log().tend();  // not due
  EXPECT_FALSE(fs::exists(folder("office")));
  world->advance(session::kLogInterval);
  office().exchange_log().tend_if_used();
  EXPECT_EQ(must(office().exchange_log().standing(), "standing").waiting, 0u);
  EXPECT_TRUE(fs::exists(folder("office") / "checkpoint"));
  const std::string before = checkpoint("office");
  world->reopen("office");
  world->advance(session::kLogInterval);
  office().exchange_log().tend_if_used();  // this session has written nothing
  EXPECT_EQ(checkpoint("office"), before);
  office().exchange_log().tend();
  EXPECT_NE(checkpoint("office"), before);
}

TEST_F(Log, OfAHomeThatHasNoneIsMadeWhenAskedFor) {
  auto rows = must(session::open_rows(world->home("office"), session::StoreKey(), crypto::system_random(),
                                      store::OpenMode::existing),
                   "rows");
  auto transaction = must(rows->store().begin(), "begin");
  for (const char* row : {"key", "state"})
    must(transaction.erase(session::space::kLog, ByteView(std::string_view(row))), row);
  must(transaction.commit(), "commit");
  EXPECT_TRUE(refuses(office().exchange_log().flush(), Code::log_missing));
  EXPECT_TRUE(refuses(office().exchange_log().standing(), Code::log_missing));
  office().exchange_log().tend();
  EXPECT_FALSE(fs::exists(folder("office")));
  must(office().exchange_log().init(ExchangeLog::Init::usual), "init");
  const std::string key = must(office().exchange_log().standing(), "standing").verifier_key;
  must(office().exchange_log().init(ExchangeLog::Init::usual), "again");
  EXPECT_EQ(must(office().exchange_log().standing(), "standing").verifier_key, key);
  EXPECT_TRUE(refuses(office().exchange_log().init(ExchangeLog::Init::is_newest), Code::usage));
  must(office().exchange_log().flush(), "flush");
  holds_the_journal(office());
}

TEST_F(Log, BatchesAreOfOneSizeWhateverHappened) {
  must(office().exchange_log().flush(), "the past");
  for (const unsigned events : {0u, 1u, 7u, 31u}) {
    for (unsigned i = 0; i < events; ++i) add_event(office(), 1);
    EXPECT_EQ(must(office().exchange_log().flush(), "flush").entries, session::kLogBatch) << events;
  }
  for (unsigned i = 0; i < 33; ++i) add_event(office(), 1);
  EXPECT_EQ(must(office().exchange_log().flush(), "flush").entries, 2 * session::kLogBatch);
  holds_the_journal(office());
}

TEST_F(Log, RealAndDummyEntriesLookAlike) {
  for (unsigned i = 0; i < 200; ++i) add_event(office(), 0);
  must(office().exchange_log().flush(), "flush");
  std::set<std::uint64_t> real;
  for (const auto& row : read(office(), office()).rows) real.insert(row.index);
  const auto key = must(log::LogTrust::make(key_of(office())), "trust");
  const auto opened = must(log::open_checkpoint(checkpoint("office"), key), "checkpoint");
  std::map<bool, std::uint64_t> ones, bits;
  const auto day = log::day_of(world->now());
  const auto count = [&](std::uint64_t index, ByteView entry) -> Status {
    EXPECT_EQ(entry.size(), log::kEntryBytes);
    EXPECT_EQ(entry[0], 1);
    EXPECT_EQ(must(log::parse_entry(entry)).day, day);
    for (std::size_t i = 1; i < entry.size(); ++i) {
      if (i >= 33 && i < 37) continue;  // the day
      ones[real.count(index) != 0] += static_cast<unsigned>(__builtin_popcount(entry[i]));
      bits[real.count(index) != 0] += 8;
    }
    return Ok{};
  };
  must(log::check_folder(log::LogFolder(folder("office")), opened.checkpoint, count), "folder");
  // 150,000 bits and more of each: half of them are ones, within six standard deviations.
  for (const bool is_real : {false, true}) {
    ASSERT_GT(bits[is_real], 150000u);
    EXPECT_NEAR(static_cast<double>(ones[is_real]) / static_cast<double>(bits[is_real]), 0.5, 0.008) << is_real;
  }
}

TEST_F(Log, TellsNothingOfWhatHappenedToWhomeverHasItsFiles) {
  const auto reader = auditor();
  live();
  must(clinic().exchange_log().flush(), "flush");
  std::string all;
  for (const auto& entry : fs::recursive_directory_iterator(folder("clinic"))) {
    if (!entry.is_regular_file()) continue;
    const Bytes bytes = file(entry.path());
    all.append(ByteView(bytes).text());
  }
  ASSERT_GT(all.size(), 32u * log::kEntryBytes);
  std::vector<std::string> secret{kCanaryName, kCanaryText, "harbor", "sealed", "opened", "part2"};
  const auto add = [&](ByteView id) {
    secret.emplace_back(id.text());
    secret.push_back(to_hex(id));
  };
  add(grant.view());
  add(header.view());
  for (const auto* name : {"clinic", "harbor", "defender"}) add(world->party(name).id.view());
  for (const auto& line : journal_of(clinic()))
    if (!line.object.is_zero()) add(line.object.view());
  for (const auto& text : secret) EXPECT_EQ(all.find(text), std::string::npos) << text;
  // The log's name is the one thing that is said: coalition and agency.
  EXPECT_EQ(checkpoint("clinic").substr(0, 40), to_hex(world->roster().coalition) + "/clinic\n");
}

TEST_F(Log, OpensToItsAuditorsAndToNobodyElse) {
  const auto reader = auditor();
  live();
  must(clinic().exchange_log().flush(), "flush");
  const auto reading = read(*reader, clinic());
  const auto lines = journal_of(clinic());
  ASSERT_EQ(reading.rows.size(), lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) EXPECT_EQ(reading.rows[i].event.detail_json, lines[i].detail_json);
  EXPECT_EQ(reading.closed, 0u);
  const auto other = read(harbor(), clinic());
  EXPECT_TRUE(other.rows.empty());
  EXPECT_EQ(other.closed + 1, reading.checkpoint.size);  // and the entry that fixes the day's key
  // One day alone; and a day that has nothing.
  const auto key = key_of(clinic());
  const auto day = log::day_of(world->now());
  EXPECT_EQ(must(reader->exchange_log().read(folder("clinic"), key, day)).rows.size(), lines.size());
  EXPECT_TRUE(must(reader->exchange_log().read(folder("clinic"), key, log::Day{day.number + 1})).rows.empty());
}

TEST_F(Log, StaysOpenToAnAuditorWhoseKeyHasEndedSince) {
  auto reader = auditor();
  must(clinic().exchange_log().flush(), "flush");
  ASSERT_FALSE(read(*reader, clinic()).rows.empty());
  fs::remove_all(folder("clinic") / "day-keys");
  EXPECT_EQ(read(*reader, clinic()).closed, 0u);
}

TEST_F(Log, OpensToAnAuditorWhoJoinsLater) {
  must(clinic().exchange_log().flush(), "first day");
  EXPECT_FALSE(fs::exists(folder("clinic") / "day-keys"));
  world->advance(2 * kDay);
  must(clinic().exchange_log().flush(), "third day");
  const auto reader = auditor();
  must(clinic().exchange_log().flush(), "with an auditor");
  EXPECT_EQ(read(*reader, clinic()).closed, 0u);
  EXPECT_EQ(read(*reader, clinic()).rows.size(), journal_of(clinic()).size());
  holds_the_journal(clinic());
  const auto files = std::distance(fs::directory_iterator(folder("clinic") / "day-keys"), fs::directory_iterator());
  EXPECT_EQ(files, 2);
  must(clinic().exchange_log().flush(), "no file is written twice");
  EXPECT_EQ(read(*reader, clinic()).closed, 0u);
}

TEST_F(Log, IsRefusedWhenItsDayKeyFileIsNotTheOneThatItFixed) {
  const auto reader = auditor();
  must(clinic().exchange_log().flush(), "clinic");
  const auto day = log::day_of(world->now());
  const fs::path path = folder("clinic") / log::day_key_path(day);
  const Bytes was = file(path);
  Bytes changed = was;
  changed.back() ^= 1;
  write(path, changed);
  EXPECT_TRUE(refuses(reader->exchange_log().read(folder("clinic"), key_of(clinic()), std::nullopt),
                      Code::log_entry_key));
  fs::remove(path);
  EXPECT_GT(read(*reader, clinic()).closed, 0u);
}

TEST_F(Log, OfAnotherCoalitionOrOneThatWasChangedIsRefused) {
  must(clinic().exchange_log().flush(), "clinic");
  must(harbor().exchange_log().flush(), "harbor");
  const auto read_as = [&](const fs::path& path) {
    return clinic().exchange_log().read(path, key_of(clinic()), std::nullopt);
  };
  EXPECT_TRUE(refuses(read_as(folder("harbor")), Code::log_origin));
  World elsewhere;
  elsewhere.found();
  must(elsewhere["clinic"].exchange_log().flush(), "elsewhere");
  EXPECT_TRUE(refuses(read_as(elsewhere.home("clinic") / "log"), Code::log_origin));
  // And put into the home's place, it is not continued.
  fs::rename(folder("clinic"), world->home("clinic") / "own");
  fs::copy(elsewhere.home("clinic") / "log", folder("clinic"), fs::copy_options::recursive);
  EXPECT_TRUE(refuses(clinic().exchange_log().flush(), Code::log_origin));
  fs::remove_all(folder("clinic"));
  EXPECT_TRUE(refuses(clinic().exchange_log().flush(), Code::log_behind));
  fs::rename(world->home("clinic") / "own", folder("clinic"));
  // Every file of it in turn, with a bit turned and with its end missing.
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder("clinic"))) {
    const bool is_writers = entry.path().string().find(".writer") != std::string::npos;
    if (entry.is_regular_file() && !is_writers) files.push_back(entry.path());
  }
  ASSERT_GE(files.size(), 3u);
  for (const auto& path : files) {
    const Bytes was = file(path);
    for (const int how : {0, 1}) {
      Bytes changed = was;
      if (how == 0) changed[changed.size() / 2] ^= 1;
      else changed.pop_back();
      write(path, changed);
      const auto reading = read_as(folder("clinic"));
      ASSERT_FALSE(reading) << path;
      EXPECT_EQ(reading.error().info().exit, 5) << path << " " << reading.error().info().id;
    }
    fs::remove(path);
    const auto missing = read_as(folder("clinic"));
    ASSERT_FALSE(missing) << path;
    EXPECT_TRUE(missing.error().info().exit == 6 || path.filename() == "checkpoint") << path;
    write(path, was);
  }
  must(clinic().exchange_log().flush(), "as it was");
  holds_the_journal(clinic());
}

TEST_F(Log, StaysWholeAndKeepsItsLinesWhenContentAndKeysAreErased) {
  live();
  must(clinic().exchange_log().flush(), "flush");
  const auto before = read(clinic(), clinic());
  const auto disclosed = [](const LogReading& reading) {
    return std::count_if(reading.rows.begin(), reading.rows.end(),
                         [](const auto& row) { return row.event.kind == EventKind::opened; });
  };
  ASSERT_GT(disclosed(before), 0);
  must(clinic().erase_note(header), "note");
  world->advance(90 * kDay + 40 * kDay);
  EXPECT_GT(must(clinic().erase_due(), "keys"), 1u);
  must(clinic().exchange_log().flush(), "flush");
  // Every entry of before is there and opens, and the tree is one that contains the earlier one.
  const auto after = read(clinic(), clinic());
  ASSERT_GT(after.rows.size(), before.rows.size());
  for (std::size_t i = 0; i < before.rows.size(); ++i) {
    EXPECT_EQ(after.rows[i].index, before.rows[i].index);
    EXPECT_EQ(after.rows[i].event.detail_json, before.rows[i].event.detail_json);
  }
  EXPECT_EQ(disclosed(after), disclosed(before));
  EXPECT_TRUE(passes(log::check_growth(log::LogFolder(folder("clinic")), before.checkpoint, after.checkpoint)));
  holds_the_journal(clinic());
}

TEST_F(Log, IsWrittenWholeByAClockThatIsOff) {
  must(office().exchange_log().flush(), "flush");
  // A year ahead, and back: days come in any order, and every entry is under the key of its own.
  for (const auto seconds : {kNow.seconds + 365 * kDay, kNow.seconds - 365 * kDay, kNow.seconds}) {
    world->set_now(Timestamp{seconds});
    add_event(office(), static_cast<std::uint8_t>(seconds % 251));
    must(office().exchange_log().flush(), "flush");
    holds_the_journal(office());
  }
  EXPECT_EQ(read(office(), office()).closed, 0u);
}

TEST(LogEvent, GivesBackEveryKindOfDetailAndADigestOfWhatDoesNotFit) {
  store::JournalRow row;
  row.kind = EventKind::opened;
  row.time = kNow;
  const auto round = [&](const std::string& detail) {
    row.detail = ByteView(std::string_view(detail)).copy();
    const Bytes event = session::encode_event(row);
    EXPECT_LE(event.size(), log::kEventMaxBytes);
    EXPECT_EQ(session::encode_event(row), event);
    return must(session::decode_event(event), "event").detail_json;
  };
  for (const std::string detail :
       {R"({})", R"({"what":"made","kind":"seat","until":0})",
        R"({"note":"00ff","unheard-of":"Abc/1.2: x","n":18446744073709551615})",
        R"({"compartments":[],"slots":256})", R"({"compartments":[0,65535,64]})", R"({"basis":"","code":"abc"})"})
    EXPECT_EQ(round(detail), detail);
  std::string list = "{\"note\":\"" + std::string(64, 'a') + "\",\"compartments\":[1";
  for (int i = 0; i < 200; ++i) list += ",2";
  EXPECT_NE(round(list + "]}").find("\"compartments\":\"sha256:"), std::string::npos);
  EXPECT_NE(round(list + "]}").find("\"note\":\"aaaa"), std::string::npos);
  const std::vector<std::string> odd_ones{"{\"x\":\"" + std::string(600, 'z') + "\"}", R"({"x":{}})", "no json"};
  for (const auto& odd : odd_ones)
    EXPECT_EQ(round(odd), "{\"line\":\"sha256:" + to_hex(crypto::sha256(ByteView(std::string_view(odd)))) + "\"}");
}

TEST(LogEvent, RefusesBytesThatAreNone) {
  store::JournalRow row;
  row.kind = EventKind::opened;
  row.detail = ByteView(std::string_view(R"({"note":"00ff","part":3,"compartments":[1,2],"basis":"x"})")).copy();
  const Bytes event = session::encode_event(row);
  std::size_t refused = 0;
  for (std::size_t size = 0; size < event.size(); ++size) {
    const auto cut = session::decode_event(ByteView(event).sub(0, size));
    if (!cut) ++refused;
    if (size < 75) {
      EXPECT_TRUE(refuses(cut, Code::log_entry)) << size;
    }
  }
  EXPECT_GE(refused, event.size() - 4);  // but for those that end with a member
  Bytes version = event;
  version[0] = 2;
  EXPECT_TRUE(refuses(session::decode_event(version), Code::log_entry));
  const ByteView head = ByteView(event).sub(0, 75);
  const auto with_text = [&](Bytes text) {
    return session::read_event(ByteWriter().raw(head).u8(1).u8(2).u8(2).raw(text).bytes());
  };
  EXPECT_EQ(must(with_text({'a', 'b'}), "text").detail.text_at("line"), "ab");
  EXPECT_TRUE(refuses(with_text({'a', 0}), Code::log_entry));
  EXPECT_TRUE(refuses(with_text({'a', 0xff}), Code::log_entry));
  const Bytes member = ByteWriter().u8(1).u8(3).u8(1).u8(9).bytes();
  EXPECT_EQ(must(session::read_event(ByteWriter().raw(head).raw(member).bytes()), "once").detail.natural_at("line"), 9u);
  EXPECT_TRUE(refuses(session::read_event(ByteWriter().raw(head).raw(member).raw(member).bytes()), Code::log_entry));
  for (std::size_t at = 75; at < event.size(); ++at)
    for (int x = 1; x < 256; ++x) {
      Bytes changed = event;
      changed[at] = static_cast<std::uint8_t>(changed[at] ^ x);
      (void)session::decode_event(changed);  // ends, whatever it says
    }
}

}  // namespace
}  // namespace xch::session_test
