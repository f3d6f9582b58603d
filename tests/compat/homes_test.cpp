// Homes that an earlier state of the library left: they open, what waits in them opens, what was opened is known again,
// and they go on exchanging notes. XCH_KEEP_HOMES=NAME writes tests/compat/NAME/homes.tar.gz of this state instead.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "compat/kept.hpp"
#include "session/witnessed.hpp"

namespace xch::compat {
namespace {

namespace fs = std::filesystem;
using session_test::kNow;
using testing::must;
using testing::passes;

/// kept lists the states whose homes are kept, oldest first.
std::vector<std::string> kept() {
  std::vector<std::string> out;
  for (const auto& entry : fs::directory_iterator(kept_folder()))
    if (fs::exists(entry.path() / "homes.tar.gz")) out.push_back(entry.path().filename().string());
  std::sort(out.begin(), out.end());
  return out;
}

int shell(const std::string& line) { return std::system(line.c_str()); }

/// leave makes the homes: clinic has opened one note, kept its envelope, and holds another one unopened. Its header
/// carries a checkpoint, and the first note's log proof has come.
void leave(const fs::path& archive) {
  GrantHash grant;
  const auto world = session_test::world_with_care(SuiteId::p256, &grant);
  must((*world)["harbor"].seal(session_test::request(grant, session_test::progress_note("the first"))), "first");
  world->settle();
  const auto waiting = must((*world)["clinic"].notes_waiting(), "waiting");
  must((*world)["clinic"].open_envelope(must((*world)["clinic"].read_spooled(waiting.front()), "file")), "open");
  session_test::Witnessed logs{*world};
  logs.batch("harbor");
  must((*world)["harbor"].seal(session_test::request(grant, session_test::progress_note("the second"))), "second");
  world->settle();
  for (const auto* name : {"office", "harbor", "clinic", "defender", "patrol"}) world->close(name);
  fs::create_directories(archive.parent_path());
  ASSERT_EQ(shell("tar -C '" + world->folder().string() + "' --owner=0 --group=0 --mtime=@0 --sort=name -czf '" + archive.string() +
                  "' office harbor clinic defender patrol"), 0);
}

class KeptHomes : public ::testing::TestWithParam<std::string> {
 protected:
  session_test::World world{kept_folder() / GetParam() / "homes.tar.gz"};
};

TEST_P(KeptHomes, OpenAndReadWhatWaitedInThem) {
  auto& clinic = world["clinic"];
  const auto waiting = must(clinic.notes_waiting(), "waiting");
  ASSERT_EQ(waiting.size(), 1u);
  const auto answer = clinic.open_envelope(must(clinic.read_spooled(waiting.front()), "file"));
  ASSERT_TRUE(passes(answer));
  ASSERT_EQ(answer->notes.size(), 1u);
  EXPECT_EQ(session_test::value_of(answer->notes[0], "nextStep"), "the second");
  EXPECT_FALSE(answer->notes[0].opened.repeat);
  EXPECT_EQ(session_test::count_events(clinic, EventKind::opened), 2u);
}

TEST_P(KeptHomes, KnowWhatTheyOpenedBefore) {
  auto& clinic = world["clinic"];
  EXPECT_EQ(session_test::count_events(clinic, EventKind::opened), 1u);
  EXPECT_EQ(must(clinic.grants(), "grants").size(), 1u);
  std::uint64_t next = 1;
  for (const auto& row : must(clinic.journal(1, 1000), "journal")) EXPECT_EQ(row.seq, next++);
  EXPECT_GT(next, 5u);
}

TEST_P(KeptHomes, GoOnExchangingNotes) {
  const auto grants = must(world["harbor"].grants(), "grants");
  ASSERT_EQ(grants.size(), 1u);
  ASSERT_TRUE(passes(world["harbor"].seal(session_test::request(grants[0].hash, session_test::progress_note("the third")))));
  world.settle();
  auto& clinic = world["clinic"];
  std::vector<std::string> seen;
  for (const auto& file : must(clinic.notes_waiting(), "waiting")) {
    const auto answer = clinic.open_envelope(must(clinic.read_spooled(file), "file"));
    ASSERT_TRUE(passes(answer));
    for (const auto& note : answer->notes) seen.push_back(session_test::value_of(note, "nextStep"));
  }
  std::sort(seen.begin(), seen.end());
  EXPECT_EQ(seen, (std::vector<std::string>{"the second", "the third"}));
}

std::string as_name(const ::testing::TestParamInfo<std::string>& info) {
  std::string out = info.param;
  std::replace(out.begin(), out.end(), '-', '_');
  return out;
}
INSTANTIATE_TEST_SUITE_P(States, KeptHomes, ::testing::ValuesIn(kept()), as_name);

TEST(Kept, HasHomesOfAtLeastOneState) {
  if (const char* name = std::getenv("XCH_KEEP_HOMES")) {
    const auto archive = kept_folder() / name / "homes.tar.gz";
    ASSERT_FALSE(fs::exists(archive)) << "kept homes are never written again";
    leave(archive);
  }
  EXPECT_FALSE(kept().empty());
}

}  // namespace
}  // namespace xch::compat
