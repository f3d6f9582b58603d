// consent.lookup: which grants give one agency something of one person, asked of an index over a million grants, beside
// one probe of a flat table of as many pairs, measured in turns in one run (policy/consent_index.hpp). `ratio` is the
// median of the turns' ratios: at most 3 is expected. The memory is no matter of the machine: more than 150 MB ends the
// program with an error.
#include <cstring>

#include "bench.hpp"
#include "crypto/processor_time.hpp"
#include "policy/consent_index.hpp"

namespace xch::bench {
namespace {

constexpr std::size_t kGrants = 1'000'000, kMostBytes = 150'000'000;
constexpr int kTurns = 9, kAsked = 100'000;

/// Draw is a small generator: what is drawn are ids, and the same ones in every run.
struct Draw {
  std::uint64_t state;
  std::uint64_t next() {
    std::uint64_t z = (state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  template <class Id>
  Id id() {
    Id out;
    for (std::size_t i = 0; i < Id::kSize; i += 8) {
      const std::uint64_t word = next();
      std::memcpy(out.bytes.data() + i, &word, 8);
    }
    return out;
  }
};

struct Pair {
  Pseudonym subject;
  PartyId recipient;
};

/// Flat is the plainest table there is: a pair and its two masks in one place, found by the pair's first word.
class Flat {
 public:
  explicit Flat(std::size_t pairs) {
    std::size_t size = 1;
    while (size < 2 * pairs) size *= 2;
    rows_.resize(size);
  }
  void put(const Pair& pair, std::uint32_t classes, std::uint32_t purposes) {
    rows_[place(pair)] = {pair, classes, purposes};
  }
  bool covers(const Pair& pair, std::uint32_t classes, std::uint32_t purposes) const {
    const Row& row = rows_[place(pair)];
    return (row.classes & classes) != 0 && (row.purposes & purposes) != 0;
  }

 private:
  struct Row {
    Pair pair;
    std::uint32_t classes = 0, purposes = 0;
  };
  std::size_t place(const Pair& pair) const {
    std::uint64_t word = 0;
    std::memcpy(&word, pair.subject.bytes.data(), 8);
    std::size_t at = static_cast<std::size_t>(word) & (rows_.size() - 1);
    while (rows_[at].classes != 0 &&
           (rows_[at].pair.subject != pair.subject || rows_[at].pair.recipient != pair.recipient))
      at = (at + 1) & (rows_.size() - 1);
    return at;
  }
  std::vector<Row> rows_;
};

struct Consents {
  Draw draw{1};
  std::vector<PartyId> agencies;
  std::vector<Pair> pairs;
  policy::ConsentIndex index{draw.next()};
  Flat flat{kGrants};

  Consents() {
    for (int i = 0; i < 40; ++i) agencies.push_back(draw.id<PartyId>());
    pairs.reserve(kGrants);
    for (std::size_t i = 0; i < kGrants; ++i) {
      policy::IndexedGrant grant;
      grant.subject = draw.id<Pseudonym>();
      grant.recipient = agencies[draw.next() % agencies.size()];
      grant.grant = draw.id<GrantId>();
      grant.version = 1;
      grant.classes = policy::mask_of(FieldClass::eng) | policy::mask_of(FieldClass::need);
      grant.purposes = policy::mask_of(Purpose::coord);
      grant.not_before = grant.effective_at = Timestamp{100};
      grant.not_after = Timestamp{200};
      grant.row = static_cast<std::uint32_t>(i);
      index.put(grant);
      pairs.push_back({grant.subject, grant.recipient});
      flat.put(pairs.back(), grant.classes, grant.purposes);
    }
    if (index.size() != kGrants || index.bytes() > kMostBytes) give_up(Error(Code::out_of_memory));
  }

  /// ask times so many questions about pairs here and there; three of four are of somebody who has a grant.
  template <class Covers>
  double ask(std::uint64_t seed, Covers covers) {
    Draw questions{seed};
    std::size_t yes = 0;
    const double begin = crypto::processor_us();
    for (int i = 0; i < kAsked; ++i) {
      Pair pair = pairs[questions.next() % pairs.size()];
      if (i % 4 == 0) pair.subject.bytes[15] ^= 0xff;
      yes += covers(pair) ? 1 : 0;
    }
    const double us = crypto::processor_us() - begin;
    if (yes != kAsked / 4 * 3) give_up(Error(Code::bug));
    return us / kAsked;
  }
};

void run(::benchmark::State& state) {
  Consents consents;
  std::vector<double> flat, index, ratio;
  std::uint64_t turn = 0;
  for (auto _ : state) {
    ++turn;
    const double one = consents.ask(turn, [&](const Pair& pair) {
      return consents.flat.covers(pair, policy::mask_of(FieldClass::need), policy::mask_of(Purpose::coord));
    });
    const double other = consents.ask(turn, [&](const Pair& pair) {
      return consents.index.covers(pair.subject, pair.recipient, FieldClass::need, Purpose::coord, Timestamp{150});
    });
    flat.push_back(one);
    index.push_back(other);
    ratio.push_back(other / one);
    state.SetIterationTime(other / 1e6);
  }
  state.counters["flat_probe_us"] = median(flat);
  state.counters["lookup_us"] = median(index);
  state.counters["ratio"] = median(ratio);
  state.counters["megabytes"] = static_cast<double>(consents.index.bytes()) / 1e6;
}

}  // namespace

void add_consents() {
  ::benchmark::RegisterBenchmark("consent.lookup/1000000", run)
      ->Unit(::benchmark::kMicrosecond)
      ->UseManualTime()
      ->Iterations(kTurns);
}

}  // namespace xch::bench
