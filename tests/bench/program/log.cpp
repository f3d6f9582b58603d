// The exchange log beside the least that it needs, in one run. Each item is measured in turns with its floor, since a
// machine's neighbours and its disk do not hold still; `ratio` is the median of the turns' ratios, and `cpu_ratio` the
// same in processor time: the figure to look at where the machine is not idle, and nothing waits for a disk.
//
//   log.append      one event made durable in a home's store, beside pwrite and fdatasync of its line     at most 1.5
//   log.append100   a hundred events in one transaction, beside a hundred pwrites and one fdatasync: floor by actual
//                   (how much of the disk's rate is left)                                                 at least 0.6
//   log.verify      SHA-256 blocks a second that checking a folder gets through (9 for each entry, 2 for each node of
//                   the tree), beside hashing messages of 4 KiB: actual by floor                          at least 1.0
//   log.verify2     likewise with two threads                                                             at least 1.6
//   log.prove       an inclusion proof of 20 hashes from a tree in memory, beside 20 copies               at most 4
//   log.prove_tiles the same from the tiles of a folder: no floor
//   audit.run       an audit of one log, beside what it cannot do without: each entry hashed, opened and committed to
//                   once, and one signature checked                                                       at most 1.5
#include <fcntl.h>
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
#include <stdlib.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <ctime>
#include <memory>
#include <random>

#include "audit/audit.hpp"
#include "bench.hpp"
#include "crypto/merkle.hpp"
#include "log/entry.hpp"
#include "log/tiles.hpp"
#include "session/log_event.hpp"
#include "store/store.hpp"
#include "written_log.hpp"

namespace xch::bench {
namespace {

using Clock = std::chrono::steady_clock;

/// Folder is one of this run's own. Where the temporary folder lies in memory, /var/tmp is on a disk.
class Folder {
 public:
  Folder() {
    std::string name = "/var/tmp/xch-bench-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) give_up(Error{Code::file_io});
    path = name;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::filesystem::path path;
};

/// Took is how long a call took, and how much of the processors.
struct Took {
  double seconds = 0, cpu = 0;
};
double processor_seconds() {
  std::timespec now{};
  if (::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now) != 0) give_up(Error{Code::clock});
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}
Took took(const std::function<void()>& call) {
  const auto begin = Clock::now();
  const double cpu = processor_seconds();
  call();
  return {std::chrono::duration<double>(Clock::now() - begin).count(), processor_seconds() - cpu};
}

constexpr int kTurns = 9;

/// Measured is work beside its floor, of which one call each does the same amount.
struct Measured {
  std::function<void()> actual, floor;
  double calls = 1;        // of what is reported, in one call
  bool by_rate = false;    // ratio: floor by actual, which is how much of the floor's rate is left
  double threads = 1;      // that share the work: each has as much processor time
};

void add_measured(const std::string& name, std::function<std::shared_ptr<Measured>()> make) {
  ::benchmark::RegisterBenchmark(name.c_str(), [make = std::move(make)](::benchmark::State& state) {
    const auto work = make();
    std::vector<double> actual, floor, ratio, cpu_ratio;
    work->actual();
    if (work->floor) work->floor();
    for (auto _ : state) {
      const Took least = work->floor ? took(work->floor) : Took{}, real = took(work->actual);
      floor.push_back(least.seconds);
      actual.push_back(real.seconds);
      ratio.push_back(work->by_rate ? least.seconds / real.seconds : real.seconds / least.seconds);
      const double cpu = real.cpu / work->threads;
      cpu_ratio.push_back(work->by_rate ? least.cpu / cpu : cpu / least.cpu);
      state.SetIterationTime(real.seconds / work->calls);
    }
    state.counters["actual_us"] = 1e6 * median(actual) / work->calls;
    if (!work->floor) return;
    state.counters["floor_us"] = 1e6 * median(floor) / work->calls;
    state.counters["ratio"] = median(ratio);
    state.counters["cpu_ratio"] = median(cpu_ratio);
  })
      ->Unit(::benchmark::kMicrosecond)
      ->UseManualTime()
      ->Iterations(kTurns);
}

// ---- durable events ------------------------------------------------------------------------------------------------

store::JournalRow event_row() {
  store::JournalRow row;
  row.kind = EventKind::disclosed;
  row.time = Timestamp{1795694400};
  row.detail = Bytes(300, 'x');
  return row;
}

void append(store::Store& store, int events) {
  static const store::JournalRow kRow = event_row();
  auto change = must(store.begin());
  for (int i = 0; i < events; ++i) must(change.append(kRow));
  must(Result<Ok>(change.commit()));
}

/// Raw is a file that records are put at the end of.
struct Raw {
  explicit Raw(const std::filesystem::path& path) : fd(::open(path.c_str(), O_CREAT | O_WRONLY, 0600)) {
    if (fd < 0) give_up(Error{Code::file_io});
    // Room that was written before, so that a record changes no length of the file: the least that durable may cost.
    const Bytes room(1 << 20);
    if (::pwrite(fd, room.data(), room.size(), 0) != static_cast<ssize_t>(room.size()) || ::fsync(fd) != 0)
      give_up(Error{Code::file_io});
  }
  ~Raw() { ::close(fd); }
  Raw(const Raw&) = delete;
  Raw& operator=(const Raw&) = delete;
  void put(int records) {
    static const Bytes kRecord = session::encode_event(event_row());
    for (int i = 0; i < records; ++i, at += static_cast<off_t>(kRecord.size()))
      if (::pwrite(fd, kRecord.data(), kRecord.size(), at) != static_cast<ssize_t>(kRecord.size())) give_up(Error{Code::file_io});
    if (::fdatasync(fd) != 0) give_up(Error{Code::file_io});
  }
  int fd;
  off_t at = 0;
};

std::shared_ptr<Measured> appended(int events, int times) {
  struct Work : Measured {
    Folder folder;
    std::unique_ptr<store::Store> store = must(store::Store::open(folder.path / "store", {store::OpenMode::create, {}}));
    Raw raw{folder.path / "raw"};
  };
  auto work = std::make_shared<Work>();
  auto* const w = work.get();
  // As in a home in use: SQLite's write-ahead file has been through once and is written again from its beginning.
  for (int i = 0; i < 700; ++i) append(*w->store, 1);
  work->actual = [=] {
    for (int i = 0; i < times; ++i) append(*w->store, events);
  };
  work->floor = [=] {
    for (int i = 0; i < times; ++i) w->raw.put(events);
  };
  work->calls = static_cast<double>(events) * times;
  work->by_rate = events > 1;
  return work;
}

// ---- checking ------------------------------------------------------------------------------------------------------

constexpr std::uint64_t kEntries = 16384, kLeafBlocks = 9, kNodeBlocks = 2;

/// Log is a folder of entries that stand there once for all items.
struct Log {
  Log() { write_log(folder.path / "log", log_key(), kEntries, closed_entry); }
  Folder folder;
  log::LogFolder files{folder.path / "log"};
};
const Log& written() {
  static const Log kLog;
  return kLog;
}

std::shared_ptr<Measured> verified(unsigned threads) {
  auto work = std::make_shared<Measured>();
  const auto trust = std::make_shared<log::LogTrust>(must(log::LogTrust::make(log_key().verifier())));
  work->actual = [=] {
    const auto opened = must(log::open_checkpoint(must(written().files.checkpoint()), *trust));
    log::FolderCheck how;
    how.threads = threads;
    how.any = [](std::uint64_t, ByteView entry) -> Status {
      XCH_TRY(log::kind_of(entry));
      return Ok{};
    };
    must(Result<Ok>(log::check_folder(written().files, opened.checkpoint, how)));
  };
  constexpr std::uint64_t kBlocks = kEntries * kLeafBlocks + (kEntries - 1) * kNodeBlocks, kMessage = 4096, kIn = 65;
  work->floor = [message = std::make_shared<Bytes>(kMessage, 0x5a)] {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> out;
    for (std::uint64_t i = 0; i < kBlocks / kIn; ++i) {
      SHA256_CTX hash;  // SHA256() of OpenSSL 3 looks its algorithm up each time
      ::SHA256_Init(&hash);
      ::SHA256_Update(&hash, message->data(), message->size());
      ::SHA256_Final(out.data(), &hash);
      ::benchmark::DoNotOptimize(out);
    }
  };
  work->calls = static_cast<double>(kEntries);
  work->by_rate = true;
  work->threads = threads;
  return work;
}

// ---- proofs --------------------------------------------------------------------------------------------------------

constexpr std::uint64_t kProven = 1 << 20;
constexpr int kProofs = 4096;

std::vector<std::uint64_t> places(std::uint64_t size) {
  std::mt19937_64 random(20261127);
  std::vector<std::uint64_t> out(kProofs);
  for (auto& place : out) place = random() % size;
  return out;
}

std::shared_ptr<Measured> proven() {
  struct Work : Measured {
    log::MemoryTree tree;
    std::vector<log::Hashes> levels;
  };
  auto work = std::make_shared<Work>();
  auto* const w = work.get();
  Digest leaf;
  for (std::uint64_t i = 0; i < kProven; ++i) {
    std::memcpy(leaf.bytes.data(), &i, sizeof i);
    w->tree.add(leaf);
  }
  for (unsigned level = 0; level < 20; ++level) {
    w->levels.emplace_back();
    for (std::uint64_t i = 0; i < kProven >> level; ++i) w->levels[level].push_back(must(w->tree.hash(level, i)));
  }
  const auto at = std::make_shared<std::vector<std::uint64_t>>(places(kProven));
  work->actual = [=] {
    for (const auto place : *at) {
      const auto proof = must(log::inclusion_proof(w->tree, place, kProven));
      ::benchmark::DoNotOptimize(proof.data());
    }
  };
  work->floor = [=] {
    for (const auto place : *at) {
      log::Hashes proof(20);
      for (unsigned level = 0; level < 20; ++level) proof[level] = w->levels[level][place >> level ^ 1];
      ::benchmark::DoNotOptimize(proof.data());
    }
  };
  work->calls = kProofs;
  return work;
}

std::shared_ptr<Measured> proven_from_tiles() {
  auto work = std::make_shared<Measured>();
  const auto at = std::make_shared<std::vector<std::uint64_t>>(places(kEntries));
  at->resize(256);
  work->actual = [=] {
    for (const auto place : *at) {
      log::TileSource tiles(written().files, kEntries);  // nothing is kept from the one before
      const auto proof = must(log::inclusion_proof(tiles, place, kEntries));
      ::benchmark::DoNotOptimize(proof.data());
    }
  };
  work->calls = static_cast<double>(at->size());
  return work;
}

// ---- an audit ------------------------------------------------------------------------------------------------------

/// OneDay has the key of the one day of the log.
struct OneDay final : audit::DayKeys {
  Result<session::FoundDayKey> find(const std::filesystem::path&, const log::VerifierKey&, log::Day) override {
    session::FoundDayKey out;
    XCH_ASSIGN(out.key, log::DayKey::from(Bytes(32, 0x42)));
    return out;
  }
  Status keep(const log::VerifierKey&, log::Day, const log::DayKey&) override { return Ok{}; }
};

std::shared_ptr<Measured> audited() {
  struct Work : Measured {
    Folder folder;
    OneDay keys;
    audit::Given given;
    std::vector<Bytes> entries;
  };
  constexpr std::uint64_t kEvents = 4096;
  auto work = std::make_shared<Work>();
  auto* const w = work.get();
  const auto key = std::make_shared<log::DayKey>(must(log::DayKey::from(Bytes(32, 0x42))));
  const log::Day day = log::day_of(Timestamp{1795694400});
  for (std::uint64_t i = 0; i < kEvents; ++i) {
    store::JournalRow row;
    row.kind = i % 2 == 0 ? EventKind::sealed : EventKind::received;
    row.time = Timestamp{1795694400 + i};
    std::memcpy(row.object.bytes.data(), &i, sizeof i);
    const std::string detail = "{\"note\":\"" + to_hex(row.object) + "\"}";
    row.detail = ByteView(std::string_view(detail)).copy();
    w->entries.push_back(must(log::seal_entry(session::encode_event(row), day, *key, crypto::system_random())));
  }
  write_log(w->folder.path / "log", log_key(), kEvents, [=](std::uint64_t i) { return w->entries[i]; });
  w->given.logs.push_back({w->folder.path / "log", log_key().verifier()});
  w->given.now = Timestamp{1795694400 + kDay};
  work->actual = [=] {
    const auto audit = audit::run_audit(w->given, w->keys);
    if (audit.verdict() != audit::Outcome::pass || audit.logs[0].entries.size() != kEvents) give_up(Error{Code::bug});
  };
  const auto trust = std::make_shared<log::LogTrust>(must(log::LogTrust::make(log_key().verifier())));
  work->floor = [=] {
    must(log::open_checkpoint(must(log::LogFolder(w->folder.path / "log").checkpoint()), *trust));
    for (const auto& entry : w->entries) {
      ::benchmark::DoNotOptimize(crypto::leaf_hash(entry));
      ::benchmark::DoNotOptimize(must(log::open_entry(entry, *key)).event.data());
    }
  };
  work->calls = static_cast<double>(kEvents);
  return work;
}

}  // namespace

void add_log() {
  add_measured("log.append", [] { return appended(1, 10); });
  add_measured("log.append100", [] { return appended(100, 2); });
  add_measured("log.verify", [] { return verified(1); });
  add_measured("log.verify2", [] { return verified(2); });
  add_measured("log.prove", proven);
  add_measured("log.prove_tiles", proven_from_tiles);
  add_measured("audit.run", audited);
}

}  // namespace xch::bench
