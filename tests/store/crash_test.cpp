// Processes that are killed, and processes that want the store at once.
#include "store_fixture.hpp"

namespace xch::store {
namespace {

class Crash : public StoreTest {};
class TwoProcesses : public StoreTest {};

TEST_F(Crash, BeforeCommitLeavesTheOldState) {
  put_one(*open(), "s", "k", "old");
  Child child([this](int fd) {
    const auto store = open(OpenMode::existing);
    auto t = store->begin();
    if (!t || !t->put("s", bytes_of("k"), bytes_of("new")) || !t->append(event(EventKind::sealed, 1))) return 1;
    mark(fd);
    ::pause();
    return 2;
  });
  ASSERT_TRUE(child.wait_for_mark());
  child.kill();
  const auto store = open(OpenMode::existing);
  EXPECT_EQ(value(*store, "s", "k"), "old");
  EXPECT_EQ(store->journal(0, 10)->size(), 0u);
}

TEST_F(Crash, AfterCommitLeavesTheNewState) {
  put_one(*open(), "s", "k", "old");
  Child child([this](int fd) {
    const auto store = open(OpenMode::existing);
    auto t = store->begin();
    if (!t || !t->put("s", bytes_of("k"), bytes_of("new")) || !t->append(event(EventKind::sealed, 1))) return 1;
    if (!t->commit()) return 2;
    mark(fd);
    ::pause();
    return 3;
  });
  ASSERT_TRUE(child.wait_for_mark());
  child.kill();
  const auto store = open(OpenMode::existing);
  EXPECT_EQ(value(*store, "s", "k"), "new");
  EXPECT_EQ(store->journal(0, 10)->size(), 1u);
}

TEST_F(Crash, AtAnyMomentKeepsRowsAndJournalTogether) {
  open();
  std::size_t told = 0;
  for (int round = 0; round < 12; ++round) {
    Child child([this](int fd) {
      const auto store = open(OpenMode::existing);
      for (;;) {
        auto t = store->begin();
        if (!t) return 1;
        const auto count = t->count("s");
        if (!count || !t->put("s", bytes_of(std::to_string(*count)), Bytes(5000, 1))) return 2;
        if (!t->append(event(EventKind::sealed, *count)) || !t->commit()) return 3;
        mark(fd);
      }
    });
    // A different moment each round, some of them inside a commit.
    ASSERT_TRUE(child.wait_for_mark());
    ::usleep(static_cast<useconds_t>(1000 + 1700 * round));
    child.kill();
    told += 1 + child.marks();
    const auto store = open(OpenMode::existing);
    ASSERT_TRUE(store->check());
    const std::size_t rows = *store->count("s"), lines = store->journal(0, Reads::kAll)->size();
    ASSERT_EQ(rows, lines) << "a row without its event, or an event without its row";
    ASSERT_GE(rows, told) << "a commit that was told of is gone";
    ASSERT_LE(rows, told + 1) << "more than the one commit not yet told of";
    told = rows;
  }
}

TEST_F(TwoProcesses, LoseNoUpdate) {
  put_one(*open(), "s", "count", "0");
  const auto work = [this](int) {
    const auto store = open(OpenMode::existing);
    for (int i = 0; i < 50; ++i) {
      auto t = store->begin();
      if (!t) return 1;
      const auto row = t->get("s", bytes_of("count"));
      if (!row || !*row) return 2;
      if (!t->put("s", bytes_of("count"), bytes_of(std::to_string(std::stoi(text_of((*row)->value)) + 1)))) return 3;
      if (!t->append(event(EventKind::sealed, 1)) || !t->commit()) return 4;
    }
    return 0;
  };
  Child one(work), two(work), three(work);
  EXPECT_EQ(one.status(), 0);
  EXPECT_EQ(two.status(), 0);
  EXPECT_EQ(three.status(), 0);
  const auto store = open(OpenMode::existing);
  EXPECT_EQ(value(*store, "s", "count"), "150");
  EXPECT_EQ(store->journal(0, Reads::kAll)->size(), 150u);
}

TEST_F(TwoProcesses, InsertOneMarkOnce) {
  open();
  const auto work = [this](int) {
    const auto store = open(OpenMode::existing);
    int mine = 0;
    for (int i = 0; i < 40; ++i) {
      auto t = store->begin();
      if (!t) return 100;
      const auto held = t->insert("replay", bytes_of(std::to_string(i)), bytes_of("header"));
      if (!held || !t->commit()) return 101;
      if (!*held) ++mine;
    }
    return mine;
  };
  Child one(work), two(work);
  EXPECT_EQ(one.status() + two.status(), 40);
}

TEST_F(TwoProcesses, MakeAndMigrateOneStoreTogether) {
  for (int round = 0; round < 5; ++round) {
    std::filesystem::remove_all(folder_ / "store");
    const auto work = [this](int) { return open(OpenMode::create) != nullptr ? 0 : 1; };
    Child one(work), two(work), three(work);
    EXPECT_EQ(one.status(), 0);
    EXPECT_EQ(two.status(), 0);
    EXPECT_EQ(three.status(), 0);
  }
}

TEST_F(TwoProcesses, WaitForTheWriterOrTellThatItIsBusy) {
  open();
  // The child opens before this process does: an open SQLite file is not carried through fork.
  Child writer([this](int fd) {
    const auto store = open(OpenMode::existing);
    mark(fd);
    while (!std::filesystem::exists(folder_ / "go")) ::usleep(1000);
    auto t = store->begin();
    if (!t) return 1;
    mark(fd);
    ::pause();
    return 0;
  });
  ASSERT_TRUE(writer.wait_for_mark());
  const auto store = open(OpenMode::existing, 50);
  std::ofstream(folder_ / "go").put('x');
  ASSERT_TRUE(writer.wait_for_mark());
  EXPECT_TRUE(store->get("s", bytes_of("k"))) << "reading goes on";
  EXPECT_TRUE(open(OpenMode::existing, 50)) << "so does opening";
  const auto refused = store->begin();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::store_busy);
  writer.kill();
  EXPECT_TRUE(store->begin()) << "the dead process's lock is gone";
}

}  // namespace
}  // namespace xch::store
