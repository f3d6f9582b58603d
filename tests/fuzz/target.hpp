// A fuzz target is one kind of input that comes from outside: what reads it, what must hold of any input, and how an
// input is changed so that the change is met deep inside and not at the outermost signature. For tests only.
//
// The same targets run in two programs: `fuzz`, where libFuzzer drives them (scripts/fuzz), and test_fuzz_corpus, which
// every build has: it replays the corpus and makes a fixed series of changes. What a target calls run, change and seeds
// stands in a namespace of its own (of_roster), since several files may be compiled as one.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace xch::fuzz {

/// Draw is the randomness of a change: the same seed gives the same change.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : state_(seed) {}
  std::uint64_t number();
  /// below draws from [0, bound); 0 when bound is 0.
  std::size_t below(std::size_t bound) { return bound == 0 ? 0 : static_cast<std::size_t>(number() % bound); }
  bool once_in(std::size_t n) { return below(n) == 0; }

 private:
  std::uint64_t state_;
};

struct Target {
  std::string_view name;
  /// Runs one input. A promise that does not hold throws Broken.
  void (*run)(ByteView input);
  /// Gives the input changed, at most `most` bytes long.
  Bytes (*change)(ByteView input, std::size_t most, Draw& draw);
  /// Good inputs to begin with.
  std::vector<Bytes> (*seeds)();
};

/// targets lists all of them, by name; find_target gives nullptr for an unknown name.
const std::vector<Target>& targets();
const Target* find_target(std::string_view name);

/// kept_inputs reads what is kept for a target: a text file, one input a line in hex (tests/fuzz/corpus/TARGET.txt).
std::vector<Bytes> kept_inputs(const std::string& path);

/// Broken is a promise that did not hold, in words.
struct Broken : std::logic_error {
  using std::logic_error::logic_error;
};
void require(bool holds, const char* promise);

/// Ids is a range of error ids, both ends included: {3101, 3113} is EX3101 to EX3113.
struct Ids {
  int from, to;
};
/// require_refusal: the error is one that this kind of input may give, and its text says nothing of the input: all is
/// from the table.
void require_refusal(const Error& error, std::initializer_list<Ids> allowed);
/// refusals counts them by id, over all runs of this program.
std::map<std::string_view, std::size_t>& refusals();
bool is_within(Code code, std::initializer_list<Ids> allowed);

/// run_within_limits runs one input and measures it: an input that takes more of the heap or of the processor than any
/// input of its kind has a right to is a failure as much as a crash.
void run_within_limits(const Target& target, ByteView input);

/// Work is what one run took from the heap. The program that drives the targets counts it.
struct Work {
  std::uint64_t calls = 0, bytes = 0;
};
void begin_work();
Work end_work();

/// change_bytes changes bytes without knowing what they are: libFuzzer's own mutator, or a plain one in the replay.
std::size_t change_bytes(std::uint8_t* data, std::size_t size, std::size_t most, Draw& draw);

}  // namespace xch::fuzz
