// What was erased is in no file of the store.
#include <algorithm>

#include "store_fixture.hpp"

namespace xch::store {
namespace {

class Erase : public StoreTest {
 protected:
  /// The canary: 64 bytes that occur nowhere else, repeated to the size.
  static Bytes canary(std::size_t size) {
    Bytes out(size);
    for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<std::uint8_t>(0x80 | ((i % 64) * 37 + 11) % 128);
    return out;
  }
  /// files_hold looks for any 16 bytes of the canary in the database, its log and its index.
  std::size_t files_hold() const {
    const Bytes pattern = canary(64 + 16);
    std::size_t found = 0;
    for (const auto& entry : std::filesystem::directory_iterator(file().parent_path())) {
      const auto bytes = read_file(entry.path(), 1u << 28);
      EXPECT_TRUE(bytes);
      for (std::size_t start = 0; start < 64; start += 4) {
        const auto from = pattern.begin() + static_cast<std::ptrdiff_t>(start);
        if (std::search(bytes->begin(), bytes->end(), from, from + 16) != bytes->end()) ++found;
      }
    }
    return found;
  }
  static void erase_one(Store& store, std::string_view key) {
    auto t = store.begin();
    ASSERT_TRUE(t);
    ASSERT_TRUE(t->erase("key", ByteView(key)));
    ASSERT_TRUE(t->commit());
  }
};

TEST_F(Erase, LeavesNoByteOfAValueInAnyFile) {
  const auto store = open();
  for (const std::size_t size : {48u, 1000u, 5000u, 300000u}) {
    // Neighbours before and after, so that the value's page stays in use.
    put_one(*store, "key", "before", "neighbour");
    auto t = store->begin();
    ASSERT_TRUE(t && t->put("key", bytes_of("secret"), canary(size)) && t->commit());
    put_one(*store, "key", "secret 2", "neighbour");
    ASSERT_GT(files_hold(), 0u) << "the search finds what is there";
    if (size == 5000u) {
      ASSERT_TRUE(store->scrub()) << "once with the value in the database file itself";
    }
    erase_one(*store, "secret");
    ASSERT_TRUE(store->scrub());
    EXPECT_EQ(files_hold(), 0u) << size;
    EXPECT_EQ(value(*store, "key", "secret"), "none");
    EXPECT_EQ(value(*store, "key", "secret 2"), "neighbour");
  }
}

TEST_F(Erase, LeavesNothingOfAValueThatAnotherReplaced) {
  const auto store = open();
  for (const std::size_t size : {200u, 20000u}) {
    auto t = store->begin();
    ASSERT_TRUE(t && t->put("copy", bytes_of("note"), canary(size)) && t->commit());
    ASSERT_TRUE(store->scrub());
    ASSERT_GT(files_hold(), 0u);
    put_one(*store, "copy", "note", "redacted");
    ASSERT_TRUE(store->scrub());
    EXPECT_EQ(files_hold(), 0u) << size;
  }
}

TEST_F(Erase, IsFinishedByTheNextToOpenWhenAProcessIsKilled) {
  {
    const auto store = open();
    auto t = store->begin();
    ASSERT_TRUE(t && t->put("key", bytes_of("secret"), canary(5000)) && t->commit());
  }
  Child child([this](int fd) {
    const auto store = open(OpenMode::existing);
    auto t = store->begin();
    if (!t || !t->put("key", bytes_of("secret 2"), canary(5000)) || !t->commit()) return 1;
    auto e = store->begin();
    if (!e || !e->erase("key", bytes_of("secret")) || !e->erase("key", bytes_of("secret 2")) || !e->commit()) return 2;
    mark(fd);  // committed, not scrubbed
    ::pause();
    return 3;
  });
  ASSERT_TRUE(child.wait_for_mark());
  child.kill();
  ASSERT_GT(files_hold(), 0u) << "still in the log";
  const auto store = open(OpenMode::existing);
  EXPECT_EQ(files_hold(), 0u);
}

TEST_F(Erase, OfWhatIsNotThereIsNoError) {
  const auto store = open();
  erase_one(*store, "never");
  EXPECT_TRUE(store->scrub());
}

TEST_F(Erase, TellsWhenAnotherProcessStillReads) {
  open();
  Child reader([this](int fd) {
    const auto store = open(OpenMode::existing);
    auto t = store->begin();
    if (!t || !t->put("key", bytes_of("k"), bytes_of("v"))) return 1;
    mark(fd);
    ::pause();
    return 0;
  });
  ASSERT_TRUE(reader.wait_for_mark());
  const auto store = open(OpenMode::existing, 50);
  const Status status = store->scrub();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::store_busy);
  reader.kill();
  EXPECT_TRUE(store->scrub());
}

}  // namespace
}  // namespace xch::store
