// The five operations that are measured, each with its floor: for the verb `bench`, and for tests/bench.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "c_api/bench_floor.hpp"
#include "c_api/bench_work.hpp"

namespace xch::c_api {

struct BenchItem {
  std::string_view name;     // "seal.cold"
  std::size_t notes = 1;     // that one run seals or opens
  std::size_t wire_bytes = 0;  // of all envelopes of one run
  Count floor;               // of one run
  std::function<Status()> run;
};

/// BenchItems are seal.cold, seal.warm, seal.batch100, open and open.cached of one suite.
class BenchItems {
 public:
  static Result<std::unique_ptr<BenchItems>> make(SuiteId suite, crypto::Random& random, BenchNote note);
  BenchItems(const BenchItems&) = delete;
  BenchItems& operator=(const BenchItems&) = delete;

  const std::vector<BenchItem>& list() const { return list_; }
  const BenchItem& operator[](std::string_view name) const;
  const WorkShape& shape() const { return shape_; }
  /// forget_memory drops the arenas: the next run locks its memory anew.
  void forget_memory() { arenas_ = std::make_unique<crypto::ArenaPool>(); }

 private:
  BenchItems(std::unique_ptr<BenchWork> work, crypto::Random& random);
  Status sample();
  void make_list();
  Result<message::SealedBatch> seal(const std::vector<message::NoteInput>& notes);
  Status open();

  crypto::Random& random_;
  std::unique_ptr<BenchWork> work_;
  std::unique_ptr<crypto::ArenaPool> arenas_ = std::make_unique<crypto::ArenaPool>();
  MemoryKeys keys_;
  MemoryCache cache_;
  std::vector<message::NoteInput> one_, hundred_;
  Bytes envelope_;
  WorkShape shape_;
  std::size_t one_bytes_ = 0, hundred_bytes_ = 0;
  std::vector<BenchItem> list_;
};

}  // namespace xch::c_api
