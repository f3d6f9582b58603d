#include "log/writer.hpp"

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "base/file.hpp"
#include "crypto/digest.hpp"
#include "crypto/merkle.hpp"
#include "log/faults.hpp"
#include "log/folder.hpp"
#include "log/sample.hpp"

namespace xch::log {
namespace {

namespace fs = std::filesystem;
using faults::Fault;

Bytes entry(std::string_view name, std::uint64_t i) { return ByteWriter().raw(name).u64(i).bytes(); }
std::vector<Bytes> entries(std::string_view name, std::uint64_t first, std::uint64_t count) {
  std::vector<Bytes> out;
  for (std::uint64_t i = first; i < first + count; ++i) out.push_back(entry(name, i));
  return out;
}

Result<LogWriter> open_log(const fs::path& folder) { return LogWriter::open(folder, sample_log_key()); }

// The checkpoint in a log's folder, checked against the log's key and the folder's tiles.
Checkpoint checked(const fs::path& path) {
  const LogFolder folder(path);
  const auto opened = open_checkpoint(*folder.checkpoint(), sample_trust());
  EXPECT_TRUE(passes(opened));
  EXPECT_TRUE(passes(check_folder(folder, opened->checkpoint)));
  return opened->checkpoint;
}

TEST(LogWriter, BeginsWithASignedEmptyTree) {
  TempFolder temp;
  const auto made = LogWriter::create(temp.path() / "log/", sample_log_key());
  ASSERT_TRUE(passes(made));
  EXPECT_EQ(made->checkpoint().size, 0u);
  EXPECT_EQ(checked(temp.path() / "log").root, crypto::sha256(ByteView()));
}

TEST(LogWriter, WritesTheLogOfTesseraByteForByte) {
  XCH_VECTORS(file, "tessera-testdata/log15.json");
  TempFolder temp;
  auto log = *LogWriter::create(temp.path() / "log", sample_log_key());
  std::uint64_t size = 0;
  for (const auto& text_entry : file["entries_utf8"]) {
    EXPECT_EQ(*log.append({ByteView(std::string_view(text(text_entry))).copy()}), size++);
    // Their checkpoint but for origin and signature: size and root.
    const std::string& theirs = text(file["checkpoints"][size]["checkpoint"]);
    const std::string ours = log.note();
    EXPECT_EQ(ours.substr(ours.find('\n'), ours.find("\n\n") - ours.find('\n')),
              theirs.substr(theirs.find('\n'), theirs.find("\n\n") - theirs.find('\n')));
  }
  EXPECT_EQ(size, 15u);
  const fs::path tiles = temp.path() / "log/tile";
  EXPECT_EQ(to_hex(*read_file(tiles / "entries/000.p/15", 1000)), text(file["entry_bundle_000_p_15_hex"]));
  EXPECT_EQ(to_hex(*read_file(tiles / "0/000.p/15", 1000)), text(file["level0_tile_000_p_15_hex"]));
}

TEST(LogWriter, GivesTheSameTreeInBatchesOfAnySize) {
  MemoryTree tree;
  for (const auto& e : entries("e", 0, 1300)) tree.add(crypto::leaf_hash(e));
  for (const std::uint64_t batch : {97u, 255u, 256u, 257u, 1300u}) {
    TempFolder temp;
    auto log = *LogWriter::create(temp.path() / "log", sample_log_key());
    for (std::uint64_t at = 0; at < 1300; at += batch) {
      const std::uint64_t count = std::min<std::uint64_t>(batch, 1300 - at);
      ASSERT_EQ(*log.append(entries("e", at, count)), at);
      ASSERT_EQ(log.checkpoint().root, *tree_root(tree, at + count));
    }
    EXPECT_EQ(checked(temp.path() / "log").root, *tree_root(tree, 1300));
  }
}

TEST(LogWriter, KeepsPartialTilesUntilTheFullOneIsPublished) {
  TempFolder temp;
  auto log = *LogWriter::create(temp.path() / "log", sample_log_key());
  const fs::path tiles = temp.path() / "log/tile";
  ASSERT_TRUE(log.append(entries("e", 0, 10)));
  ASSERT_TRUE(log.append(entries("e", 10, 10)));
  for (const char* partial : {"0/000.p/10", "0/000.p/20", "entries/000.p/10", "entries/000.p/20"})
    EXPECT_TRUE(fs::exists(tiles / partial)) << partial;
  ASSERT_TRUE(log.append(entries("e", 20, 300)));
  for (const char* gone : {"0/000.p", "entries/000.p"}) EXPECT_FALSE(fs::exists(tiles / gone)) << gone;
  for (const char* there : {"0/000", "entries/000", "0/001.p/64", "entries/001.p/64", "1/000.p/1"})
    EXPECT_TRUE(fs::exists(tiles / there)) << there;
  EXPECT_FALSE(fs::exists(temp.path() / "log/.writer/pending"));
}

TEST(LogWriter, GoesOnWhereItWasLeft) {
  TempFolder temp;
  { ASSERT_TRUE(LogWriter::create(temp.path() / "log", sample_log_key())->append(entries("e", 0, 5))); }
  auto log = open_log(temp.path() / "log");
  ASSERT_TRUE(passes(log));
  EXPECT_EQ(log->checkpoint().size, 5u);
  EXPECT_EQ(*log->append(entries("e", 5, 1)), 5u);
  EXPECT_EQ(checked(temp.path() / "log").size, 6u);
}

TEST(LogWriter, RefusesASecondLogInOneFolderAndAnotherLogsKey) {
  TempFolder temp;
  const fs::path path = temp.path() / "log";
  { ASSERT_TRUE(LogWriter::create(path, sample_log_key())); }
  EXPECT_TRUE(refuses(LogWriter::create(path, sample_log_key()), Code::usage));
  EXPECT_TRUE(refuses(LogWriter::open(path, signer("other", KeyType::ed25519, 9)), Code::log_origin));
  auto other_key = signer("police.example/log", KeyType::ed25519, 9);
  EXPECT_TRUE(refuses(LogWriter::open(path, std::move(other_key)), Code::log_note_signature));
  EXPECT_TRUE(refuses(LogWriter::open(path, sample_witness(1)), Code::usage));
  EXPECT_TRUE(refuses(LogWriter::open(temp.path() / "none", sample_log_key()), Code::file_missing));
}

TEST(LogWriter, KeepsASecondWriterOut) {
  TempFolder temp;
  const auto first = *LogWriter::create(temp.path() / "log", sample_log_key());
  const auto second = LogWriter::open(temp.path() / "log", sample_log_key(), std::chrono::milliseconds(20));
  EXPECT_TRUE(refuses(second, Code::store_busy));
}

TEST(LogWriter, RefusesBatchesThatAreEmptyOrTooLarge) {
  TempFolder temp;
  auto log = *LogWriter::create(temp.path() / "log", sample_log_key());
  EXPECT_TRUE(refuses(log.append({}), Code::usage));
  EXPECT_TRUE(refuses(log.append(std::vector<Bytes>(kBatchMax + 1, Bytes{1})), Code::usage));
  EXPECT_TRUE(refuses(log.append({Bytes(65536)}), Code::log_event_too_large));
  EXPECT_TRUE(refuses(log.append(std::vector<Bytes>(513, Bytes(65535))), Code::usage));
  EXPECT_EQ(*log.append({Bytes(65535), Bytes()}), 0u);
  EXPECT_EQ(checked(temp.path() / "log").size, 2u);
}

TEST(LogWriter, PublishesCosignaturesWithTheCheckpointTheyAreOf) {
  TempFolder temp;
  auto log = *LogWriter::create(temp.path() / "log", sample_log_key());
  ASSERT_TRUE(log.append(entries("e", 0, 3)));
  const std::string body = encode_checkpoint(log.checkpoint());
  ASSERT_TRUE(passes(log.add_cosignatures({*sample_witness(1).cosign(body, Timestamp{5})})));
  ASSERT_TRUE(passes(log.add_cosignatures({*sample_witness(2).cosign(body, Timestamp{6})})));
  EXPECT_TRUE(passes(open_checkpoint(*log.folder().checkpoint(), sample_trust(2))));
  ASSERT_TRUE(log.append(entries("e", 3, 1)));
  EXPECT_TRUE(refuses(open_checkpoint(*log.folder().checkpoint(), sample_trust(1)), Code::log_cosignature));
}

TEST(LogWriter, SignsNothingOverTilesThatDoNotGiveTheSignedRoot) {
  TempFolder temp;
  const fs::path path = temp.path() / "log";
  { ASSERT_TRUE(LogWriter::create(path, sample_log_key())->append(entries("e", 0, 300))); }
  for (const char* tile : {"tile/0/001.p/44", "tile/1/000.p/1"}) {
    const Bytes was = *read_file(path / tile, 10000);
    Bytes changed = was;
    changed[3] ^= 1;
    temp.write(fs::path("log") / tile, changed);
    EXPECT_TRUE(refuses(open_log(path), Code::log_root)) << tile;
    fs::remove(path / tile);
    EXPECT_TRUE(refuses(open_log(path), Code::log_tile_missing)) << tile;
    temp.write(fs::path("log") / tile, was);
  }
  // Changed under a writer that is already open.
  auto log = *open_log(path);
  Bytes changed = *read_file(path / "tile/0/001.p/44", 10000);
  changed[3] ^= 1;
  temp.write("log/tile/0/001.p/44", changed);
  const std::string before = *log.folder().checkpoint();
  EXPECT_TRUE(refuses(log.append(entries("e", 300, 1)), Code::log_root));
  EXPECT_TRUE(refuses(log.append(entries("e", 300, 1)), Code::log_root));  // and it stays so
  EXPECT_EQ(*log.folder().checkpoint(), before);
}

TEST(LogWriter, SignsNothingOverAPendingBatchThatDoesNotFit) {
  TempFolder temp;
  const fs::path path = temp.path() / "log";
  { ASSERT_TRUE(LogWriter::create(path, sample_log_key())->append(entries("e", 0, 3))); }
  const std::string before = *LogFolder(path).checkpoint();
  const auto pending = [](std::uint64_t size, const Digest& root, std::uint32_t count, const Bytes& bundle) {
    return ByteWriter().raw("LX1 pending 1\n").u64(size).raw(root).u32(count).raw(bundle).bytes();
  };
  const Digest root = checked(path).root;
  const Bytes bundle = encode_bundle(entries("x", 0, 2));
  for (const Bytes& bad : {pending(2, root, 2, bundle), pending(3, Digest{}, 2, bundle), pending(3, root, 3, bundle),
                           pending(3, root, 0, {}), Bytes(), Bytes(60, 7)}) {
    temp.write("log/.writer/pending", bad);
    EXPECT_TRUE(refuses(open_log(path), Code::log_root));
    EXPECT_EQ(*LogFolder(path).checkpoint(), before);
  }
  temp.write("log/.writer/pending", pending(3, root, 2, bundle));
  EXPECT_EQ(open_log(path)->checkpoint().size, 5u);
}

// Faults. A log of 250 entries takes two batches of 10, the second of which fills its first tile; after the fault the
// log is opened again and takes other entries than the lost ones would have been.

class LogFault : public ::testing::Test {
 protected:
  LogFault() {
    auto log = *LogWriter::create(temp_.path() / "model", sample_log_key());
    EXPECT_TRUE(log.append(entries("e", 0, 240)));
  }

  fs::path fresh() {
    const fs::path path = temp_.path() / "log";
    fs::remove_all(path);
    fs::copy(temp_.path() / "model", path, fs::copy_options::recursive);
    return path;
  }

  // What is run under faults; acknowledged counts the batches whose append has returned.
  static void work(const fs::path& path, const std::function<void()>& acknowledge) {
    auto log = open_log(path);
    if (!log) return;
    for (std::uint64_t at = 240; at < 260; at += 10) {
      if (!log->append(entries("e", at, 10))) return;
      acknowledge();
    }
  }

  // After a fault: nothing acknowledged is lost, the log goes on, and every checkpoint that somebody may have seen is a
  // beginning of what the log says now.
  void check(const fs::path& path, std::uint64_t acknowledged, const std::string& seen) {
    auto log = open_log(path);
    ASSERT_TRUE(passes(log));
    const std::uint64_t size = log->checkpoint().size;
    EXPECT_GE(size, 240 + 10 * acknowledged);
    EXPECT_TRUE(size == 240 || size == 250 || size == 260) << size;
    ASSERT_EQ(*log->append(entries("other", size, 7)), size);
    const Checkpoint last = checked(path);
    EXPECT_EQ(last.size, size + 7);
    EXPECT_FALSE(fs::exists(path / ".writer/pending"));
    std::uint64_t next = 0;
    EXPECT_TRUE(passes(check_folder(log->folder(), last, [&](std::uint64_t i, ByteView e) -> Status {
      EXPECT_TRUE(equal(e, entry(i < size ? "e" : "other", i))) << i;
      ++next;
      return Ok{};
    })));
    EXPECT_EQ(next, last.size);
    const auto earlier = open_checkpoint(seen, sample_trust());
    ASSERT_TRUE(passes(earlier));
    TileSource tiles(log->folder(), last.size);
    const std::uint64_t m = earlier->checkpoint.size;
    EXPECT_TRUE(passes(
        check_consistency(m, last.size, earlier->checkpoint.root, last.root, *consistency_proof(tiles, m, last.size))));
    for (const auto& file : fs::recursive_directory_iterator(path))
      EXPECT_NE(file.path().extension(), ".tmp") << file.path();
  }

  int calls_of_work() {
    const fs::path path = fresh();
    faults::arm(Fault::none, 0);
    work(path, [] {});
    return faults::disarm();
  }

  void crash_everywhere(Fault fault) {
    const int calls = calls_of_work();
    ASSERT_GT(calls, 80);
    for (int at = 1; at <= calls; ++at) {
      SCOPED_TRACE(at);
      const fs::path path = fresh();
      int acks[2];
      ASSERT_EQ(pipe(acks), 0);
      const pid_t child = fork();
      ASSERT_GE(child, 0);
      if (child == 0) {
        faults::arm(fault, at, path / "checkpoint", temp_.path() / "seen");
        work(path, [&] { (void)syscall(SYS_write, acks[1], "a", 1); });  // a call of the test, not of the log
        _exit(0);
      }
      close(acks[1]);
      char buffer[8];
      std::uint64_t acknowledged = 0;
      for (ssize_t n; (n = read(acks[0], buffer, sizeof buffer)) > 0;) acknowledged += static_cast<std::uint64_t>(n);
      close(acks[0]);
      int status = 0;
      ASSERT_EQ(waitpid(child, &status, 0), child);
      ASSERT_TRUE(WIFEXITED(status));
      ASSERT_EQ(WEXITSTATUS(status), faults::kCrashed);
      check(path, acknowledged, std::string(ByteView(*read_file(temp_.path() / "seen", 10000)).text()));
      if (HasFatalFailure()) return;
    }
  }

  TempFolder temp_;
};

TEST_F(LogFault, OfTheProcessAtAnyCallLeavesALogThatGoesOn) { crash_everywhere(Fault::kill); }
TEST_F(LogFault, OfThePowerThatLosesAllThatIsNotSyncedLeavesALogThatGoesOn) { crash_everywhere(Fault::power_all); }
TEST_F(LogFault, OfThePowerThatLosesSomeOfItLeavesALogThatGoesOn) { crash_everywhere(Fault::power_some); }

TEST_F(LogFault, OfOneCallThatFailsLeavesALogThatGoesOn) {
  const int calls = calls_of_work();
  for (int at = 1; at <= calls; ++at) {
    SCOPED_TRACE(at);
    const fs::path path = fresh();
    std::uint64_t acknowledged = 0;
    faults::arm(Fault::error, at);
    work(path, [&] { ++acknowledged; });
    faults::disarm();
    check(path, acknowledged, *LogFolder(path).checkpoint());
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace xch::log
