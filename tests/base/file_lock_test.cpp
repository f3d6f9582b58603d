// One process at a time; the others wait a moment.
#include "base/file_lock.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

namespace xch {
namespace {

using std::chrono::milliseconds;

struct FileLocks : ::testing::Test {
  FileLocks() {
    std::string name = (std::filesystem::temp_directory_path() / "xch-lock-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) folder = name;
  }
  ~FileLocks() override { std::filesystem::remove_all(folder); }
  std::filesystem::path folder;
};

TEST_F(FileLocks, KeepASecondOneOutUntilTheyGo) {
  {
    const auto first = FileLock::take(folder / "lock", milliseconds(0));
    ASSERT_TRUE(first);
    EXPECT_EQ(FileLock::take(folder / "lock", milliseconds(20)).error().code, Code::store_busy);
  }
  EXPECT_TRUE(FileLock::take(folder / "lock", milliseconds(0)));
}

TEST_F(FileLocks, AreWaitedFor) {
  auto first = std::make_unique<Result<FileLock>>(FileLock::take(folder / "lock"));
  ASSERT_TRUE(*first);
  std::thread later([&] {
    std::this_thread::sleep_for(milliseconds(50));
    first.reset();
  });
  EXPECT_TRUE(FileLock::take(folder / "lock", milliseconds(5000)));
  later.join();
}

TEST_F(FileLocks, GoWithAProcessThatIsKilled) {
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto lock = FileLock::take(folder / "lock");
    if (!lock || ::write(ready[1], "x", 1) != 1) ::_exit(1);
    ::pause();
  }
  char mark = 0;
  ASSERT_EQ(::read(ready[0], &mark, 1), 1);
  EXPECT_EQ(FileLock::take(folder / "lock", milliseconds(0)).error().code, Code::store_busy);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_TRUE(FileLock::take(folder / "lock", milliseconds(0)));
}

TEST_F(FileLocks, NeedTheirFolder) {
  EXPECT_EQ(FileLock::take(folder / "none" / "lock").error().code, Code::file_missing);
  std::filesystem::create_symlink(folder / "elsewhere", folder / "link");
  EXPECT_EQ(FileLock::take(folder / "link").error().code, Code::file_io) << "and follow no link";
}

}  // namespace
}  // namespace xch
