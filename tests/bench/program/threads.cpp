// seal.threads2 and open.threads2: how many notes a second two threads seal and open with the keys, caches and arenas
// of one context, beside one thread, in one run. The two are measured in turns of a fraction of a second, since a
// machine's neighbours do not hold still. `scaling` is the median of the turns' ratios, to be read beside that of
// nothing.threads2 (2 on two idle processors); at least 1.7 is expected. `cpu_scaling` is the same in processor time:
// what sharing costs without what waiting costs, and the figure to look at where the machine is not idle.
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include "bench.hpp"
#include "c_api/bench_work.hpp"
#include "crypto/processor_time.hpp"
#include "crypto/random.hpp"
#include "crypto/suite.hpp"
#include "session/secrets.hpp"

namespace xch::bench {
namespace {

constexpr Timestamp kNow{1795694400};

/// SharedKeys is the bench's keys in memory behind a lock, as a session's are.
class SharedKeys final : public message::CompartmentKeys {
 public:
  explicit SharedKeys(crypto::Random& random) : keys_(random) {}
  Status secret(const GrantHash& grant, Compartment compartment, MutableView out) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    return keys_.secret(grant, compartment, out);
  }
  Result<Bytes> wrap(const GrantHash& grant, Compartment compartment, const PartyId& reader) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    return keys_.wrap(grant, compartment, reader);
  }
  Status keep_wrap(const GrantHash& grant, Compartment compartment, const PartyId& reader, ByteView sealed) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    return keys_.keep_wrap(grant, compartment, reader, sealed);
  }
  Status flush() override { return Ok{}; }

 private:
  std::mutex mutex_;
  c_api::MemoryKeys keys_;
};

/// Shared is what the threads of one context share, and an envelope to open.
struct Shared {
  explicit Shared(SuiteId suite)
      : work(must(c_api::BenchWork::make(suite, kNow, crypto::system_random(), must(c_api::BenchNote::work_item())))) {
    for (const auto& sealed : must(seal(work->notes(1, crypto::system_random()))).envelopes)
      if (sealed.to == work->reader_id()) envelope = sealed.envelope;
    must(open());
  }
  Result<message::SealedBatch> seal(const std::vector<message::NoteInput>& notes) {
    return message::seal(work->sender(), notes, kNow, keys, arenas, crypto::system_random());
  }
  Status open() {
    XCH_ASSIGN(const auto opened, message::open(envelope, work->reader(), cache, arenas, kNow));
    return opened.views.size() == 1 && opened.views.front().opened ? Status(Ok{}) : fail(Code::bug);
  }

  std::unique_ptr<c_api::BenchWork> work;
  SharedKeys keys{crypto::system_random()};
  session::OpenSecrets cache;
  crypto::ArenaPool arenas;
  Bytes envelope;
};

using Call = std::function<Status()>;
using Clock = std::chrono::steady_clock;

/// keep_to puts the calling thread on the n-th of the processors that it may use: two short-lived threads would
/// otherwise share one for longer than a turn lasts.
void keep_to(std::size_t n) {
  cpu_set_t may, own;
  if (::sched_getaffinity(0, sizeof may, &may) != 0) return;
  n %= static_cast<std::size_t>(CPU_COUNT(&may));
  CPU_ZERO(&own);
  for (std::size_t cpu = 0; cpu < CPU_SETSIZE; ++cpu)
    if (CPU_ISSET(cpu, &may) && n-- == 0) CPU_SET(cpu, &own);
  static_cast<void>(::sched_setaffinity(0, sizeof own, &own));
}

/// Rate is what so many threads got done: calls a second, and the processor time of one call in microseconds.
struct Rate {
  double per_second = 0, cpu_us = 0;
};
Rate measure(std::size_t threads, const std::function<Call()>& make, std::chrono::milliseconds time) {
  std::atomic<std::size_t> ready{0}, done{0};
  std::atomic<double> cpu_us{0};
  std::atomic<bool> go{false}, stop{false};
  std::vector<std::thread> all;
  for (std::size_t i = 0; i < threads; ++i)
    all.emplace_back([&, i] {
      keep_to(i);
      const Call call = make();
      must(call());
      ++ready;
      while (!go) std::this_thread::yield();
      const double begin_us = crypto::processor_us();
      std::size_t mine = 0;
      for (; !stop; ++mine) must(call());
      done += mine;
      cpu_us += crypto::processor_us() - begin_us;
    });
  while (ready < threads) std::this_thread::yield();
  const auto begin = Clock::now();
  go = true;
  std::this_thread::sleep_for(time);
  stop = true;
  const auto end = Clock::now();
  for (auto& thread : all) thread.join();
  const auto calls = static_cast<double>(std::max<std::size_t>(1, done));
  return {calls / std::chrono::duration<double>(end - begin).count(), cpu_us / calls};
}

constexpr std::chrono::milliseconds kTurn{60};
constexpr int kTurns = 9;  // --benchmark_repetitions has them again

// One iteration is one turn: a while with one thread, a while with two.
void run(::benchmark::State& state, const std::function<Call()>& make) {
  std::vector<double> one, two, scaling, cpu_scaling;
  for (auto _ : state) {
    const Rate alone = measure(1, make, kTurn), both = measure(2, make, kTurn);
    one.push_back(alone.per_second);
    two.push_back(both.per_second);
    scaling.push_back(both.per_second / alone.per_second);
    cpu_scaling.push_back(2 * alone.cpu_us / both.cpu_us);
    state.SetIterationTime(1 / both.per_second);
  }
  state.counters["one_per_s"] = median(one);
  state.counters["two_per_s"] = median(two);
  state.counters["scaling"] = median(scaling);
  state.counters["cpu_scaling"] = median(cpu_scaling);
}

void add_one(const std::string& name, std::function<Call()> make) {
  ::benchmark::RegisterBenchmark(name.c_str(),
                                 [make = std::move(make)](::benchmark::State& state) { run(state, make); })
      ->Unit(::benchmark::kMicrosecond)
      ->UseManualTime()
      ->Iterations(kTurns);
}

}  // namespace

void add_threads() {
  // What the machine itself gives to two threads that share nothing.
  add_one("nothing.threads2", []() -> Call {
    return [value = std::uint64_t{1}]() mutable -> Status {
      for (int i = 0; i < 50000; ++i) value = value * 6364136223846793005u + 1442695040888963407u;
      ::benchmark::DoNotOptimize(value);
      return Ok{};
    };
  });
  for (const auto suite : {SuiteId::p256, SuiteId::x25519}) {
    static std::vector<std::unique_ptr<Shared>> kept;
    kept.push_back(std::make_unique<Shared>(suite));
    Shared& shared = *kept.back();
    const std::string of = "/" + std::string(crypto::suite_info(suite).name);
    add_one("seal.threads2" + of, [&shared]() -> Call {
      return [&shared, notes = shared.work->notes(1, crypto::system_random())]() -> Status {
        XCH_TRY(shared.seal(notes));
        return Ok{};
      };
    });
    add_one("open.threads2" + of, [&shared]() -> Call { return [&shared] { return shared.open(); }; });
  }
}

}  // namespace xch::bench
