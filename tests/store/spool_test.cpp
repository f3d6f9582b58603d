// Spool folders and the files beneath them.
#include "store/spool.hpp"

#include <sys/stat.h>

#include <algorithm>

#include "store_fixture.hpp"

namespace xch::store {
namespace {

class Spools : public StoreTest {
 protected:
  Spools() : root_(folder_ / "spool"), spool_(root_) {}
  void SetUp() override { ASSERT_TRUE(spool_.create()); }
  void arrive(const std::string& name, std::string_view text) const {
    ASSERT_TRUE(write_file_atomically(root_ / "in" / "new" / name, ByteView(text)));
  }
  std::filesystem::path root_;
  Spool spool_;
};
class Files : public StoreTest {};

TEST_F(Spools, DeliverAWholeFileAndNothingElse) {
  ASSERT_TRUE(spool_.deliver("harbor", "20261126-a1.lxe", bytes_of("envelope")));
  EXPECT_EQ(text_of(*read_file(root_ / "out/harbor/new/20261126-a1.lxe", 100)), "envelope");
  EXPECT_TRUE(std::filesystem::is_empty(root_ / "out/harbor/tmp"));
  EXPECT_TRUE(std::filesystem::is_empty(root_ / "out/harbor/cur"));
  EXPECT_EQ(std::filesystem::status(root_ / "out/harbor").permissions(), std::filesystem::perms::owner_all);
}

TEST_F(Spools, DeliverTheSameAgainAndNeverOverwrite) {
  ASSERT_TRUE(spool_.deliver("harbor", "name", bytes_of("one")));
  EXPECT_TRUE(spool_.deliver("harbor", "name", bytes_of("one")));
  EXPECT_EQ(spool_.deliver("harbor", "name", bytes_of("two")).error().code, Code::spool);
  EXPECT_EQ(text_of(*read_file(root_ / "out/harbor/new/name", 100)), "one");
}

TEST_F(Spools, RefuseNamesThatLeadElsewhere) {
  const std::vector<std::string> names{"", ".", "..", ".hidden", "a/b", "../x", "a b", "caf\xc3\xa9", std::string(129, 'a')};
  for (const std::string& bad : names) {
    EXPECT_FALSE(is_spool_name(bad)) << bad;
    EXPECT_EQ(spool_.deliver("harbor", bad, bytes_of("x")).error().code, Code::usage) << bad;
    EXPECT_EQ(spool_.deliver(bad, "name", bytes_of("x")).error().code, Code::usage) << bad;
    EXPECT_EQ(spool_.read(bad).error().code, Code::usage) << bad;
    EXPECT_EQ(spool_.keep(bad).error().code, Code::usage) << bad;
    EXPECT_EQ(spool_.quarantine(bad).error().code, Code::usage) << bad;
    EXPECT_EQ(spool_.remove(bad).error().code, Code::usage) << bad;
  }
}

TEST_F(Spools, TakeAFileOnceAndPutItAway) {
  arrive("b", "second");
  arrive("a", "first");
  EXPECT_EQ(*spool_.arrived(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(text_of(*spool_.read("a")), "first");
  ASSERT_TRUE(spool_.keep("a"));
  EXPECT_EQ(spool_.keep("a").error().code, Code::file_missing);
  EXPECT_EQ(*spool_.kept(), (std::vector<std::string>{"a"}));
  EXPECT_EQ(text_of(*spool_.read("a")), "first");
  ASSERT_TRUE(spool_.quarantine("b"));
  EXPECT_EQ(spool_.quarantined(), 1u);
  EXPECT_TRUE(spool_.arrived()->empty());
  ASSERT_TRUE(spool_.remove("a"));
  EXPECT_EQ(spool_.remove("a").error().code, Code::file_missing);
  EXPECT_EQ(spool_.read("a").error().code, Code::file_missing);
}

TEST_F(Spools, NeverMoveAFileOverAnother) {
  arrive("a", "first");
  ASSERT_TRUE(spool_.keep("a"));
  arrive("a", "second");
  EXPECT_EQ(spool_.keep("a").error().code, Code::spool_taken);
  EXPECT_EQ(text_of(*spool_.read_in(Spool::Folder::kept, "a")), "first");
  EXPECT_EQ(text_of(*spool_.read_in(Spool::Folder::arrived, "a")), "second");
  EXPECT_EQ(*spool_.own_name("a", "fresh"), "fresh");
  ASSERT_TRUE(spool_.quarantine("fresh"));
  arrive("fresh", "third");
  EXPECT_EQ(spool_.quarantine("fresh").error().code, Code::spool_taken);
  EXPECT_EQ(text_of(*spool_.read_in(Spool::Folder::aside, "fresh")), "second");
  EXPECT_EQ(spool_.put_back("fresh", "fresh").error().code, Code::spool_taken);
  EXPECT_TRUE(spool_.put_back("fresh", "other"));
  EXPECT_EQ(*spool_.arrived(), (std::vector<std::string>{"fresh", "other"}));
}

TEST_F(Spools, TakeTheSameFileTwiceForOne) {
  arrive("a", "one");
  ASSERT_TRUE(spool_.keep("a"));
  arrive("a", "one");
  EXPECT_EQ(*spool_.own_name("a", "fresh"), "a");
  EXPECT_TRUE(spool_.keep("a"));
  EXPECT_TRUE(spool_.arrived()->empty());
  EXPECT_EQ(*spool_.own_name("b", "fresh"), "b") << "nothing is there: nothing to do";
}

TEST_F(Spools, SeeOnlyWholeFilesThatAreHereThemselves) {
  ASSERT_TRUE(write_file_atomically(root_ / "in/tmp/half", bytes_of("hal")));
  ASSERT_TRUE(write_file_atomically(folder_ / "secret", bytes_of("key")));
  std::filesystem::create_symlink(folder_ / "secret", root_ / "in/new/link");
  std::filesystem::create_directory(root_ / "in/new/folder");
  ASSERT_EQ(::mkfifo((root_ / "in/new/pipe").c_str(), 0600), 0);
  arrive("file", "x");
  EXPECT_EQ(*spool_.arrived(), (std::vector<std::string>{"file"}));
  EXPECT_FALSE(spool_.read("link"));
  EXPECT_FALSE(spool_.read("pipe")) << "and does not hang";
}

TEST_F(Spools, RefuseAFileLargerThanAnyObject) {
  arrive("large", "");
  std::filesystem::resize_file(root_ / "in/new/large", kMaxSpoolFile + 1);
  EXPECT_EQ(spool_.read("large").error().code, Code::file_too_large);
}

TEST_F(Files, AreReadWithALimit) {
  ASSERT_TRUE(write_file_atomically(folder_ / "f", bytes_of("12345678")));
  EXPECT_EQ(read_file(folder_ / "f", 8)->size(), 8u);
  EXPECT_EQ(read_file(folder_ / "f", 7).error().code, Code::file_too_large);
  EXPECT_EQ(read_file(folder_ / "none", 7).error().code, Code::file_missing);
  EXPECT_EQ(read_file(folder_, 7).error().code, Code::file_io);
}

TEST_F(Files, AreReplacedWholeWithTheModeAsked) {
  const mode_t before = ::umask(0077);
  ASSERT_TRUE(write_file_atomically(folder_ / "f", bytes_of("old"), 0644));
  ::umask(before);
  EXPECT_EQ(std::filesystem::status(folder_ / "f").permissions(), static_cast<std::filesystem::perms>(0644));
  ASSERT_TRUE(write_file_atomically(folder_ / "f", bytes_of("new")));
  EXPECT_EQ(std::filesystem::status(folder_ / "f").permissions(), static_cast<std::filesystem::perms>(0600));
  EXPECT_EQ(text_of(*read_file(folder_ / "f", 10)), "new");
  EXPECT_EQ(write_file_atomically(folder_ / "no folder" / "f", bytes_of("x")).error().code, Code::file_io);
}

TEST_F(Files, AreWholeForAReaderAtEveryMoment) {
  const auto target = folder_ / "f";
  ASSERT_TRUE(write_file_atomically(target, Bytes(100000, 'a')));
  Child writer([target](int fd) {
    mark(fd);
    for (int i = 0; i < 200; ++i)
      if (!write_file_atomically(target, Bytes(100000, i % 2 == 0 ? 'b' : 'a'))) return 1;
    return 0;
  });
  ASSERT_TRUE(writer.wait_for_mark());
  for (int i = 0; i < 200; ++i) {
    const auto bytes = read_file(target, 1u << 20);
    ASSERT_TRUE(bytes);
    ASSERT_EQ(bytes->size(), 100000u);
    ASSERT_TRUE(std::all_of(bytes->begin(), bytes->end(), [&](std::uint8_t b) { return b == (*bytes)[0]; }));
  }
  EXPECT_EQ(writer.status(), 0);
}

}  // namespace
}  // namespace xch::store
