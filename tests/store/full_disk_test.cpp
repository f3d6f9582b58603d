// A disk that fills up: the call is refused, nothing is half-written, and the store goes on when there is room.
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <cstdio>

#include "store_fixture.hpp"

namespace xch::store {
namespace {

class FullDisk : public StoreTest {
 protected:
  /// fill writes rows with their events until one fails; it gives that failure and checks what is left.
  /// The result is an exit status: 0 when all is as it should be.
  int fill(Store& store, Code* seen) const {
    std::size_t committed = 0;
    for (; committed < 4000; ++committed) {
      auto t = store.begin();
      if (!t) {
        *seen = t.error().code;
        break;
      }
      const Status put = t->put("s", bytes_of(std::to_string(committed)), Bytes(20000, 7));
      const auto seq = t->append(event(EventKind::sealed, committed));
      const Status done = t->commit();
      if (done) continue;
      *seen = done.error().code;
      // Once a write has failed, the commit has to fail with it.
      break;
    }
    if (committed == 4000) return 10;
    if (committed == 0) return 11;
    const auto rows = store.count("s");
    const auto lines = store.journal(0, Reads::kAll);
    if (!rows || !lines) return 12;
    if (*rows != committed || lines->size() != committed) return 13;
    return 0;
  }
  int fill_and_see_full(Store& store) const {
    Code seen = Code::bug;
    const int status = fill(store, &seen);
    if (status != 0) return status;
    return seen == Code::store_full ? 0 : 14;
  }
};

TEST_F(FullDisk, RefusesAtAFileSizeLimitAndKeepsWhatWasCommitted) {
  open();
  Child child([this](int) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{3u << 20, 3u << 20};
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 1;
    const auto store = open(OpenMode::existing);
    return fill_and_see_full(*store);
  });
  EXPECT_EQ(child.status(), 0);
  // With room again, the same store takes writes.
  const auto store = open(OpenMode::existing);
  EXPECT_TRUE(store->check());
  put_one(*store, "after", "k", "v");
  EXPECT_EQ(value(*store, "after", "k"), "v");
}

TEST_F(FullDisk, RefusesOnAFullFileSystem) {
  // A file system of 2 MiB in a mount namespace of the child's own: needs root.
  constexpr int kNoMount = 77;
  Child child([this](int) {
    const auto disk = folder_ / "disk";
    std::filesystem::create_directory(disk);
    if (::unshare(CLONE_NEWNS) != 0) return kNoMount;
    if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return kNoMount;
    if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=2m") != 0) return kNoMount;
    const auto path = disk / "store" / "exchange.db";
    auto store = Store::open(path, OpenOptions{OpenMode::create, std::chrono::milliseconds(100)});
    if (!store) return 2;
    const int status = fill_and_see_full(**store);
    if (status != 0) return status;
    if (!(*store)->check()) return 3;
    // Making room lets it go on: another file goes, and the log can be folded in.
    store->reset();
    if (::mount("tmpfs", disk.c_str(), "tmpfs", MS_REMOUNT, "size=16m") != 0) return 4;
    store = Store::open(path, OpenOptions{});
    if (!store) return 5;
    auto t = (*store)->begin();
    return t && t->put("after", bytes_of("k"), bytes_of("v")) && t->commit() ? 0 : 6;
  });
  const int status = child.status();
  if (status == kNoMount) {
    std::printf("not run: no file system may be mounted here\n");
    return;
  }
  EXPECT_EQ(status, 0);
}

TEST_F(FullDisk, LeavesTheOldFileWhenANewOneDoesNotFit) {
  const auto target = folder_ / "file";
  ASSERT_TRUE(write_file_atomically(target, bytes_of("old")));
  Child child([target](int) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{1000, 1000};
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 1;
    const Status status = write_file_atomically(target, Bytes(5000, 1));
    return !status && status.error().code == Code::store_full ? 0 : 2;
  });
  EXPECT_EQ(child.status(), 0);
  EXPECT_EQ(text_of(*read_file(target, 100)), "old");
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder_)) ++files;
  EXPECT_EQ(files, 1u) << "the temporary file is gone";
}

}  // namespace
}  // namespace xch::store
