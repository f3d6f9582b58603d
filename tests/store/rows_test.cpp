// Rows, the journal and the transaction that joins them.
#include <thread>

#include "store_fixture.hpp"

namespace xch::store {
namespace {

class Rows : public StoreTest {};
class Journal : public StoreTest {};

TEST_F(Rows, KeepWhatACommitWroteAcrossOpening) {
  {
    const auto store = open();
    put_one(*store, "grant", "k", "value");
    put_one(*store, "grant", "k", "newer");
    put_one(*store, "grant", "empty", "");
  }
  const auto store = open(OpenMode::existing);
  const auto row = store->get("grant", ByteView(std::string_view("k")));
  ASSERT_TRUE(row && *row);
  EXPECT_EQ(text_of((*row)->value), "newer");
  EXPECT_EQ((*row)->version, 2u);
  EXPECT_EQ(value(*store, "grant", "empty"), "");
  EXPECT_EQ(value(*store, "other space", "k"), "none");
}

TEST_F(Rows, ForgetWhatWasNotCommitted) {
  const auto store = open();
  {
    auto t = store->begin();
    ASSERT_TRUE(t);
    ASSERT_TRUE(t->put("s", ByteView(std::string_view("k")), ByteView(std::string_view("v"))));
    ASSERT_TRUE(t->append(event(EventKind::sealed, 1)));
    EXPECT_EQ(value(*t, "s", "k"), "v") << "a transaction sees its own changes";
  }
  EXPECT_EQ(value(*store, "s", "k"), "none");
  EXPECT_EQ(store->journal(0, 10)->size(), 0u);
}

TEST_F(Rows, ListByPrefixInOrderAndInPages) {
  const auto store = open();
  auto t = store->begin();
  ASSERT_TRUE(t);
  for (const Bytes& key : {Bytes{1, 0xff}, Bytes{2}, Bytes{1}, Bytes{1, 0xff, 0xff, 7}, Bytes{0xff, 0xff}, Bytes{1, 2}})
    ASSERT_TRUE(t->put("s", key, key));
  ASSERT_TRUE(t->put("t", Bytes{1}, Bytes{}));
  ASSERT_TRUE(t->commit());
  const auto keys = [&](const Bytes& prefix) { return *store->keys("s", prefix); };
  EXPECT_EQ(keys({}), (std::vector<Bytes>{{1}, {1, 2}, {1, 0xff}, {1, 0xff, 0xff, 7}, {2}, {0xff, 0xff}}));
  EXPECT_EQ(keys({1}), (std::vector<Bytes>{{1}, {1, 2}, {1, 0xff}, {1, 0xff, 0xff, 7}}));
  EXPECT_EQ(keys({1, 0xff}), (std::vector<Bytes>{{1, 0xff}, {1, 0xff, 0xff, 7}}));
  EXPECT_EQ(keys({0xff}), (std::vector<Bytes>{{0xff, 0xff}}));
  EXPECT_EQ(keys({3}), (std::vector<Bytes>{}));
  EXPECT_EQ(*store->keys_before("s", Bytes{1, 0xff}), (std::vector<Bytes>{{1}, {1, 2}}));
  EXPECT_EQ(*store->keys_before("s", Bytes{1}), (std::vector<Bytes>{}));
  const auto first = *store->list("s", Bytes{1}, 2);
  ASSERT_EQ(first.size(), 2u);
  const auto second = *store->list("s", Bytes{1}, 2, first[1].key);
  ASSERT_EQ(second.size(), 2u);
  EXPECT_EQ(second[0].key, (Bytes{1, 0xff}));
  EXPECT_EQ(second[1].value, (Bytes{1, 0xff, 0xff, 7}));
  EXPECT_EQ(*store->count("s"), 6u);
}

TEST_F(Rows, InsertGivesTheRowThatIsThere) {
  const auto store = open();
  const Bytes key = bytes_of("sender and note id");
  auto t = store->begin();
  ASSERT_TRUE(t);
  const auto first = t->insert("replay", key, bytes_of("header one"));
  ASSERT_TRUE(first);
  EXPECT_FALSE(*first);
  const auto second = t->insert("replay", key, bytes_of("header two"));
  ASSERT_TRUE(second && *second);
  EXPECT_EQ(text_of((*second)->value), "header one");
  ASSERT_TRUE(t->commit());
  EXPECT_EQ(value(*store, "replay", "sender and note id"), "header one");
}

TEST_F(Rows, AreNotOverwrittenAtAnotherVersion) {
  const auto store = open();
  const Bytes key = bytes_of("k");
  auto t = store->begin();
  ASSERT_TRUE(t);
  EXPECT_EQ(*t->put_expecting("s", key, bytes_of("a"), 1), Put::conflict);
  EXPECT_EQ(*t->put_expecting("s", key, bytes_of("a"), 0), Put::done);
  EXPECT_EQ(*t->put_expecting("s", key, bytes_of("b"), 0), Put::conflict);
  EXPECT_EQ(*t->put_expecting("s", key, bytes_of("b"), 1), Put::done);
  EXPECT_EQ(*t->put_expecting("s", key, bytes_of("c"), 1), Put::conflict);
  ASSERT_TRUE(t->commit());
  EXPECT_EQ(value(*store, "s", "k"), "b");
}

TEST_F(Rows, TakeTheLargestEnvelope) {
  const auto store = open();
  Bytes large(16u * 1024 * 1024, 0x5a);
  auto t = store->begin();
  ASSERT_TRUE(t);
  ASSERT_TRUE(t->put("outbox", bytes_of("k"), large));
  ASSERT_TRUE(t->commit());
  EXPECT_EQ((*store->get("outbox", bytes_of("k")))->value, large);
}

TEST_F(Rows, LoseNoUpdateOfManyThreads) {
  const auto store = open();
  put_one(*store, "s", "count", "0");
  const auto work = [&store] {
    for (int i = 0; i < 25; ++i) {
      auto t = store->begin();
      ASSERT_TRUE(t);
      const auto row = t->get("s", bytes_of("count"));
      ASSERT_TRUE(row && *row);
      ASSERT_TRUE(t->put("s", bytes_of("count"), bytes_of(std::to_string(std::stoi(text_of((*row)->value)) + 1))));
      ASSERT_TRUE(t->commit());
      ASSERT_TRUE(store->list("s")) << "reads go on meanwhile";
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(work);
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(value(*store, "s", "count"), "100");
}

TEST_F(Rows, OneThreadHasOneTransaction) {
  const auto store = open();
  auto t = store->begin();
  ASSERT_TRUE(t);
  EXPECT_EQ(store->begin().error().code, Code::bug);
  EXPECT_EQ(store->scrub().error().code, Code::bug);
  ASSERT_TRUE(t->commit());
  EXPECT_EQ(t->commit().error().code, Code::bug);
  EXPECT_EQ(t->put("s", bytes_of("k"), bytes_of("v")).error().code, Code::bug);
  EXPECT_TRUE(store->begin());
}

TEST_F(Journal, GivesItsLinesInOrderAndNeverTwiceTheSameNumber) {
  const auto store = open();
  {
    auto t = store->begin();
    ASSERT_TRUE(t);
    EXPECT_EQ(*t->append(event(EventKind::sealed, 100, "one")), 1u);
    EXPECT_EQ(*t->append(event(EventKind::disclosed, 101, "two")), 2u);
    ASSERT_TRUE(t->commit());
  }
  {
    auto t = store->begin();
    ASSERT_TRUE(t);
    EXPECT_EQ(*t->append(event(EventKind::opened, 102, "three")), 3u);
    ASSERT_TRUE(t->commit());
  }
  const auto rows = store->journal(2, 10);
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 2u);
  EXPECT_EQ((*rows)[0].seq, 2u);
  EXPECT_EQ((*rows)[0].kind, EventKind::disclosed);
  EXPECT_EQ((*rows)[0].time, Timestamp{101});
  EXPECT_EQ((*rows)[0].actor, event(EventKind::sealed, 0).actor);
  EXPECT_EQ((*rows)[0].object, event(EventKind::sealed, 0).object);
  EXPECT_EQ(text_of((*rows)[1].detail), "three");
  EXPECT_EQ(store->journal(1, 1)->size(), 1u);
}

TEST_F(Journal, TellsEachConsumerWhatItHasNotSeen) {
  const auto store = open();
  auto t = store->begin();
  ASSERT_TRUE(t);
  for (std::uint64_t i = 0; i < 3; ++i) ASSERT_TRUE(t->append(event(EventKind::sealed, i)));
  ASSERT_TRUE(t->mark_delivered(1, 2));
  ASSERT_TRUE(t->mark_delivered(4, 1));
  ASSERT_TRUE(t->commit());
  EXPECT_EQ(store->undelivered(1, 10)->size(), 1u);
  EXPECT_EQ(store->undelivered(4, 10)->size(), 2u);
  EXPECT_EQ(store->undelivered(2, 10)->size(), 3u);
  EXPECT_EQ((*store->journal(1, 1))[0].delivered, 5u);
}

}  // namespace
}  // namespace xch::store
