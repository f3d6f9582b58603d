// S7 on a file system that is really full: an ext4 of a few MB in a file, mounted. It refuses to seal, to open and to
// issue, says so, shows nothing, leaves nothing half-written, and works on when there is room again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "program.hpp"

namespace xch::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;

bool shell(const std::string& command) { return std::system((command + " >/dev/null 2>&1").c_str()) == 0; }

/// SmallDisk is 8 MB of ext4, mounted at `path` while it lives.
class SmallDisk {
 public:
  SmallDisk() : path(folder_.path / "disk") {
    const std::string image = (folder_.path / "image").string();
    fs::create_directory(path);
    mounted = shell("truncate -s 8M '" + image + "' && mkfs.ext4 -q -F -m 0 '" + image + "' && mount -o loop '" + image +
                    "' '" + path.string() + "'");
  }
  ~SmallDisk() {
    if (mounted) shell("umount '" + path.string() + "' || umount -l '" + path.string() + "'");
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  /// fill leaves no free byte.
  bool fill() const {
    const int file = ::open((path / "filler").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    const std::string block(4096, 'x');
    std::size_t size = block.size();
    while (size > 0)
      if (::write(file, block.data(), size) < 0) {
        if (errno != ENOSPC) return false;
        size /= 2;
      }
    return ::fsync(file) == 0 && ::close(file) == 0;
  }
  void free() const { fs::remove(path / "filler"); }

 private:
  Folder folder_;

 public:
  fs::path path;
  bool mounted = false;
};

struct DiskFull : ::testing::Test {
  void SetUp() override {
    if (::geteuid() != 0 && std::getenv("CI") == nullptr)
      GTEST_SKIP() << "not run: only root may mount a file system";
    ASSERT_TRUE(disk.mounted) << "a loop file system could not be mounted";
    for (const auto* who : {"prosecutor", "program-office"}) {
      fs::copy(demo().home(who), disk.path / who, fs::copy_options::recursive);
      ASSERT_EQ(as(who, {"doctor", "--reconcile", "--moved", "--yes"}).status, 0);
    }
  }
  Ran as(const std::string& who, std::vector<std::string> words, With with = {}) const {
    words.insert(words.end(), {"--home", disk.path / who});
    with.env["EXCHANGE_PASSPHRASE_FILE"] = (demo().folder / (who + ".passphrase")).string();
    return run(words, with);
  }
  Ran seal(const std::string& grant) const {
    With with;
    with.input = R"({"court": "Municipal Court"})";
    return as("prosecutor", {"seal", "--type", "court.event", "--grant", grant, "--purpose", "COURT", "--to", "police-liaison"}, with);
  }
  std::size_t events(const std::string& who) const {
    return json::parse(as(who, {"journal", "--limit", "1000", "--json"}).out)["rows"].size();
  }
  SmallDisk disk;
};

void expect_full(const Ran& ran) {
  EXPECT_EQ(ran.status, 1) << ran.err;
  EXPECT_THAT(ran.out, IsEmpty());
  ASSERT_FALSE(lines(ran.err).empty());
  EXPECT_THAT(lines(ran.err)[0], HasSubstr("the disk is full; nothing was sealed or opened (EX5104)"));
}

TEST_F(DiskFull, S7RefusesToSealAndNothingLeaves) {
  const auto before = names(disk.path / "prosecutor/spool/out");
  const auto recorded = events("prosecutor");
  const auto grant = court_grant(as("prosecutor", {"grants", "--json"}).out);
  ASSERT_TRUE(disk.fill());
  expect_full(seal(grant));
  EXPECT_EQ(names(disk.path / "prosecutor/spool/out"), before);
  disk.free();
  EXPECT_EQ(events("prosecutor"), recorded);
  EXPECT_EQ(as("prosecutor", {"doctor"}).status, 0);
  EXPECT_EQ(seal(grant).status, 0);
}

TEST_F(DiskFull, S7RefusesToOpenAndShowsNoValue) {
  std::string note;
  for (const auto& entry : fs::directory_iterator(disk.path / "prosecutor/spool/in/cur"))
    if (read(entry.path()).substr(0, 4) == "LXE1") note = entry.path();
  ASSERT_FALSE(note.empty());
  const auto recorded = events("prosecutor");
  ASSERT_TRUE(disk.fill());
  expect_full(as("prosecutor", {"open", note}));
  EXPECT_FALSE(read(note).empty()) << "the envelope stays";
  disk.free();
  EXPECT_EQ(events("prosecutor"), recorded);
  const auto opened = as("prosecutor", {"open", note});
  EXPECT_EQ(opened.status, 0) << opened.err;
  EXPECT_EQ(events("prosecutor"), recorded + 1);
}

TEST_F(DiskFull, S7RefusesToIssueAndToPublish) {
  const std::vector<std::string> issue = {"consent", "issue", XCH_SOURCE_DIR "/examples/consents/named-consent.json",
                                          "--signed-form", XCH_SOURCE_DIR "/examples/consents/signed-form.txt",
                                          "--signed-day", day(-1), "--first-day", day(-1), "--last-day", day(60)};
  const auto listed = as("program-office", {"consent", "list", "--json"}).out;
  ASSERT_TRUE(disk.fill());
  expect_full(as("program-office", issue));
  expect_full(as("program-office", {"consent", "publish"}));
  disk.free();
  EXPECT_EQ(as("program-office", {"consent", "list", "--json"}).out, listed);
  EXPECT_EQ(as("program-office", {"consent", "publish"}).status, 0);
}

TEST_F(DiskFull, LeavesAnOutputFileAsItWas) {
  const fs::path kept = disk.path / "county.roster";
  std::ofstream(kept) << "the roster before";
  fs::copy(demo().home("coalition"), disk.path / "coalition", fs::copy_options::recursive);
  ASSERT_TRUE(disk.fill());
  const auto ran = as("coalition", {"roster", "publish", "-o", kept});
  EXPECT_NE(ran.status, 0);
  EXPECT_THAT(ran.err, HasSubstr("EX"));
  EXPECT_EQ(read(kept), "the roster before");
  for (const auto& entry : names(disk.path)) EXPECT_EQ(entry.find(".tmp"), std::string::npos) << entry;
}

}  // namespace
}  // namespace xch::cli
