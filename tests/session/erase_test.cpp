// S9: keys end together with what they could open. After erasure no file of the home holds a byte of them.
#include <sqlite3.h>

#include <algorithm>
#include <fstream>

#include "base/encoding.hpp"
#include "crypto/key_file.hpp"
#include "session/home_files.hpp"
#include "session/own_keys.hpp"
#include "session/rows.hpp"
#include "session/world.hpp"

namespace xch::session_test {
namespace {

namespace fs = std::filesystem;

/// The raw bytes of every file of a home's store.
std::string store_bytes(const fs::path& home) {
  std::string out;
  for (const auto& entry : fs::directory_iterator(home / "store")) {
    std::ifstream in(entry.path(), std::ios::binary);
    out.append(std::istreambuf_iterator<char>(in), {});
  }
  return out;
}

/// The sealed value of every row of a space, as it lies in the file: what must be gone after erasure.
std::vector<std::string> raw_values(const fs::path& home, const std::string& space) {
  sqlite3* db = nullptr;
  EXPECT_EQ(sqlite3_open_v2((home / "store" / "exchange.db").c_str(), &db, SQLITE_OPEN_READWRITE, nullptr), SQLITE_OK);
  sqlite3_stmt* s = nullptr;
  EXPECT_EQ(sqlite3_prepare_v2(db, "SELECT value FROM rows WHERE space = ?", -1, &s, nullptr), SQLITE_OK);
  sqlite3_bind_text(s, 1, space.c_str(), -1, SQLITE_TRANSIENT);
  std::vector<std::string> out;
  while (sqlite3_step(s) == SQLITE_ROW)
    out.emplace_back(static_cast<const char*>(sqlite3_column_blob(s, 0)), static_cast<std::size_t>(sqlite3_column_bytes(s, 0)));
  sqlite3_finalize(s);
  sqlite3_close(db);
  return out;
}

/// Every value of a space is replaced by nothing that could be opened.
int spoil_values(const fs::path& home, const std::string& space) {
  sqlite3* db = nullptr;
  EXPECT_EQ(sqlite3_open_v2((home / "store" / "exchange.db").c_str(), &db, SQLITE_OPEN_READWRITE, nullptr), SQLITE_OK);
  const std::string sql = "UPDATE rows SET value = zeroblob(64) WHERE space = '" + space + "'";
  EXPECT_EQ(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
  const int changed = sqlite3_changes(db);
  sqlite3_close(db);
  return changed;
}

struct Erase : ::testing::Test {
  GrantHash grant;
  std::unique_ptr<World> world = world_with_care(SuiteId::p256, &grant);
  session::Session& harbor = (*world)["harbor"];
  session::Session& clinic = (*world)["clinic"];
  Bytes envelope;

  void exchange() {
    const auto sealed = must(harbor.seal(request(grant)), "seal");
    for (const auto& e : sealed.envelopes)
      if (e.to == world->party("clinic").id) envelope = e.envelope;
    world->settle();
    must(open_waiting(clinic), "open");
    world->settle();
  }
};

TEST_F(Erase, DoesNothingBeforeItsTime) {
  exchange();
  EXPECT_EQ(must(clinic.erase_due(), "erase"), 0u);
  EXPECT_TRUE(passes(clinic.open_envelope(envelope)));
}

TEST_F(Erase, S9AgencyKeysGoAfterTheRetentionWindowAndTheirEnvelopesDoNotOpenAgain) {
  exchange();
  world->advance(7 * kDay + 31 * kDay);
  EXPECT_EQ(must(clinic.erase_due(), "erase"), 1u);
  EXPECT_TRUE(refuses(clinic.open_envelope(envelope), Code::open_outer));
  world->reopen("clinic");
  EXPECT_TRUE(refuses((*world)["clinic"].open_envelope(envelope), Code::open_outer));
  EXPECT_TRUE(fs::is_empty(world->home("clinic") / "spool" / "in" / "cur"));  // what only that key could open
}

TEST_F(Erase, S9NoByteOfAnErasedRowIsLeftInTheStore) {
  exchange();
  std::vector<std::string> gone;
  for (const auto* space : {"grant-view", "class-secret", "class-wrap"})
    for (const auto* home : {"clinic", "harbor"})
      for (auto& value : raw_values(world->home(home), space)) gone.push_back(std::move(value));
  ASSERT_GT(gone.size(), 4u);
  const std::string before = store_bytes(world->home("clinic")) + store_bytes(world->home("harbor"));
  // Values beyond a page lie in several pieces: a piece of 64 bytes is looked for everywhere in each value.
  std::size_t found = 0, looked = 0;
  for (const auto& value : gone)
    for (std::size_t at = 0; at + 32 <= value.size(); at += 256, ++looked)
      found += before.find(value.substr(at, 32)) != std::string::npos ? 1 : 0;
  EXPECT_GT(found, looked / 2);  // the scan finds what is there

  world->advance(90 * kDay + 40 * kDay);
  EXPECT_GT(must(clinic.erase_due(), "erase"), 1u);
  EXPECT_GT(must(harbor.erase_due(), "erase"), 1u);
  const std::string after = store_bytes(world->home("clinic")) + store_bytes(world->home("harbor"));
  for (const auto& value : gone)
    for (std::size_t at = 0; at + 32 <= value.size(); at += 256)
      EXPECT_EQ(after.find(value.substr(at, 32)), std::string::npos);
  EXPECT_TRUE(raw_values(world->home("clinic"), "grant-view").empty());
  EXPECT_TRUE(raw_values(world->home("harbor"), "class-secret").empty());
}

TEST_F(Erase, S9NoSecretEverLiesOpenInTheStore) {
  exchange();
  // The secrets themselves, read with the home's key.
  world->close("clinic");
  world->close("harbor");
  for (const auto* name : {"clinic", "harbor"}) {
    const auto text = must(session::read_key_text(world->home(name) / "keys" / "home.key"), "key file");
    const auto phrase = must(world->environment().secret("passphrase"), "passphrase");
    const auto secret = must(crypto::open_key_file_for_testing(text, phrase.expose(), nullptr), "key");
    auto rows = must(session::open_rows(world->home(name), must(session::StoreKey::from(secret.expose()), "key"),
                                        crypto::system_random(), store::OpenMode::existing),
                     "rows");
    std::vector<std::string> secrets;
    for (const auto& row : must(rows->list(session::space::kKey), "keys")) {
      const auto value = row.value.expose();
      secrets.emplace_back(value.sub(value.size() - 32).text());  // the private key stands last in its row
    }
    for (const auto& row : must(rows->list(session::space::kSecret), "secrets")) secrets.emplace_back(row.value.expose().text());
    EXPECT_GE(secrets.size(), 3u);
    rows.reset();
    const std::string bytes = store_bytes(world->home(name));
    for (const auto& value : secrets) {
      EXPECT_EQ(bytes.find(value), std::string::npos);
      EXPECT_EQ(bytes.find(to_hex(ByteView(std::string_view(value)))), std::string::npos);
      EXPECT_EQ(bytes.find(to_base64(ByteView(std::string_view(value)))), std::string::npos);
    }
  }
}

TEST_F(Erase, S9ConsentKeysGoOneRetentionWindowAfterTheGrantsEnd) {
  exchange();
  // The agency key lives on by rotation; only the grant ends.
  world->advance(kHour);
  world->publish_status({{7, GrantState::revoked}});
  world->settle();
  world->advance(31 * kDay);
  EXPECT_GE(must(clinic.erase_due(), "erase"), 1u);
  EXPECT_TRUE(clinic.grants()->front().keys_erased);
  EXPECT_EQ(clinic.grant(grant), nullptr);
  const auto again = clinic.open_envelope(envelope);
  ASSERT_TRUE(passes(again));
  ASSERT_EQ(again->refused.size(), 1u);
  EXPECT_EQ(again->refused.front().code, Code::key_erased);
}

TEST_F(Erase, AnEnvelopeToOthersIsNotReadBeforeItsTimeIsOverAndGoesThen) {
  exchange();
  must(harbor.erase_due(), "the first one");
  // Whoever reads one of these now cannot open it.
  const int envelopes = spoil_values(world->home("harbor"), "outbox");
  ASSERT_GE(envelopes, 2);
  world->advance(kHour);
  EXPECT_EQ(must(harbor.erase_due(), "erase"), 0u);
  EXPECT_EQ(raw_values(world->home("harbor"), "outbox").size(), static_cast<std::size_t>(envelopes));
  EXPECT_FALSE(raw_values(world->home("harbor"), "outbox-due").empty());
}

TEST_F(Erase, AnOutboxOfBeforeThereWereTimesIsEmptiedToo) {
  exchange();
  must(harbor.erase_due(), "the first one");
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open_v2((world->home("harbor") / "store" / "exchange.db").c_str(), &db, SQLITE_OPEN_READWRITE, nullptr), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(db, "DELETE FROM rows WHERE space = 'outbox-due' OR key = CAST('outbox-indexed' AS BLOB)", nullptr,
                         nullptr, nullptr), SQLITE_OK);
  sqlite3_close(db);
  EXPECT_FALSE(raw_values(world->home("harbor"), "outbox").empty());
  world->advance(90 * kDay + 40 * kDay);
  must(harbor.erase_due(), "erase");
  EXPECT_TRUE(raw_values(world->home("harbor"), "outbox").empty());
  EXPECT_TRUE(raw_values(world->home("harbor"), "outbox-due").empty());
}

TEST_F(Erase, S9SealSecretsGoWhenTheGrantCanBeSealedUnderNoMore) {
  exchange();
  EXPECT_FALSE(raw_values(world->home("harbor"), "class-secret").empty());
  world->advance(kHour);
  world->publish_status({{7, GrantState::revoked}});
  world->settle();
  world->advance(kHour);
  EXPECT_GT(must(harbor.erase_due(), "erase"), 0u);
  EXPECT_TRUE(raw_values(world->home("harbor"), "class-secret").empty());
  EXPECT_TRUE(raw_values(world->home("harbor"), "class-wrap").empty());
}

TEST_F(Erase, S9OneNoteGoesWithEveryCopyAndItsDigestsStay) {
  exchange();
  const auto header = must(clinic.open_envelope(envelope), "open").notes.front().opened.header_hash;
  ASSERT_FALSE(fs::is_empty(world->home("clinic") / "spool" / "in" / "cur"));
  ASSERT_TRUE(passes(clinic.erase_note(header)));
  EXPECT_TRUE(fs::is_empty(world->home("clinic") / "spool" / "in" / "cur"));
  EXPECT_EQ(count_events(clinic, EventKind::opened), 1u);
  EXPECT_EQ(count_events(clinic, EventKind::redaction), 1u);
  EXPECT_TRUE(refuses(clinic.erase_note(header), Code::not_found));
  // The sender's archive copy likewise.
  ASSERT_TRUE(passes(harbor.erase_note(header)));
  EXPECT_TRUE(refuses(harbor.erase_note(HeaderHash()), Code::not_found));
}

TEST_F(Erase, ARotatedKeyOpensWhatIsSealedToItAndTheOldOneWhatWasOnItsWay) {
  ASSERT_TRUE(passes(harbor.seal(request(grant))));  // to the old key
  world->advance(kDay);
  const auto record = clinic.rotate_key(session::NewKey::encryption);
  ASSERT_TRUE(passes(record));
  world->replace_keys("clinic", *record);
  world->publish_roster();
  world->publish_status();
  world->settle();
  const auto old_key = open_waiting(clinic);
  ASSERT_TRUE(passes(old_key));
  ASSERT_EQ(old_key->notes.size(), 1u);
  ASSERT_TRUE(passes(harbor.seal(request(grant))));
  world->settle();
  const auto new_key = open_waiting(clinic);
  ASSERT_TRUE(passes(new_key));
  ASSERT_EQ(new_key->notes.size(), 1u);
  EXPECT_NE(old_key->notes.front().opened.opened_under, new_key->notes.front().opened.opened_under);
}

}  // namespace
}  // namespace xch::session_test
