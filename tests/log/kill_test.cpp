// A writer that is killed at any moment, over and over: the log goes on, and nothing that was acknowledged is lost.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <random>

#include "log/folder.hpp"
#include "log/history.hpp"
#include "log/tiles.hpp"
#include "log/writer.hpp"

namespace xch::log {
namespace {

/// What the writer says once a batch is durable.
struct Acknowledged {
  std::uint64_t size = 0;
  Digest root;
};

/// Appends batches of the numbers of their entries until it is killed.
[[noreturn]] void write_on(const std::filesystem::path& folder, int acks) {
  auto log = LogWriter::open(folder, sample_log_key());
  while (log) {
    std::vector<Bytes> batch;
    const std::uint64_t size = log->checkpoint().size;
    for (std::uint64_t i = size; i < size + 1 + size % 9; ++i) batch.push_back(ByteWriter().u64(i).bytes());
    if (!log->append(batch)) break;
    const Acknowledged ack{log->checkpoint().size, log->checkpoint().root};
    if (::write(acks, &ack, sizeof ack) != sizeof ack) break;
  }
  _exit(1);
}

int kills() {
  const char* const asked = std::getenv("XCH_KILLS");
  return asked == nullptr ? 500 : std::atoi(asked);
}

/// The microseconds of a batch of one entry, from opening the log on: a slow machine's writer is killed as far on its way.
unsigned time_of_a_batch(const std::filesystem::path& folder) {
  const auto start = std::chrono::steady_clock::now();
  auto log = LogWriter::open(folder, sample_log_key());
  EXPECT_TRUE(log && log->append({ByteWriter().u64(log->checkpoint().size).bytes()}));
  return static_cast<unsigned>((std::chrono::steady_clock::now() - start) / std::chrono::microseconds(1));
}

TEST(LogKill, AtAnyMomentLosesNothingThatWasAcknowledged) {
  const TempFolder temp;
  const auto folder = temp.path() / "log";
  ASSERT_TRUE(passes(LogWriter::create(folder, sample_log_key())));
  const unsigned batch = std::max({time_of_a_batch(folder), time_of_a_batch(folder), 1000u});
  std::mt19937 chance(20261127);
  Acknowledged last;
  std::uint64_t acknowledged = 0;
  for (int i = 0; i < kills(); ++i) {
    int acks[2];
    ASSERT_EQ(::pipe(acks), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) write_on(folder, acks[1]);
    ::close(acks[1]);
    ::usleep(500 + chance() % (4 * batch));
    ::kill(child, SIGKILL);
    int how = 0;
    ASSERT_EQ(::waitpid(child, &how, 0), child);
    ASSERT_TRUE(WIFSIGNALED(how)) << "the log did not go on after " << i;
    for (Acknowledged ack; ::read(acks[0], &ack, sizeof ack) == sizeof ack; ++acknowledged) last = ack;
    ::close(acks[0]);

    const auto log = LogWriter::open(folder, sample_log_key());
    ASSERT_TRUE(passes(log)) << i;
    ASSERT_GE(log->checkpoint().size, last.size);
    TileSource tiles(log->folder(), log->checkpoint().size);
    ASSERT_TRUE(last.size == 0 || *tree_root(tiles, last.size) == last.root) << i;
  }
  EXPECT_GT(acknowledged, static_cast<std::uint64_t>(kills()) / 10);
  const auto log = LogWriter::open(folder, sample_log_key());
  ASSERT_TRUE(passes(log));
  EXPECT_TRUE(passes(check_folder(log->folder(), log->checkpoint(), [](std::uint64_t index, ByteView entry) -> Status {
    EXPECT_TRUE(equal(entry, ByteWriter().u64(index).bytes())) << index;
    return Ok{};
  })));
}

}  // namespace
}  // namespace xch::log
