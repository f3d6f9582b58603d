#include "fuzz/target.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <fstream>
#include <string>

#include "base/encoding.hpp"
#include "fuzz/targets.hpp"

namespace xch::fuzz {
namespace {

// What an input of a few kilobytes may cost; the dearest honest ones take a fifth. The processor time is the run's own,
// so that a busy machine does not matter; a build with sanitizers takes several times as long.
constexpr Work kMostWork{400'000, 256u * 1024 * 1024};
#if defined(__SANITIZE_ADDRESS__) || defined(XCH_FUZZ_SANITIZED)
constexpr double kMostSeconds = 8;
#else
constexpr double kMostSeconds = 2;
#endif

double processor_seconds() {
  std::timespec now{};
  if (::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) != 0) throw Broken("no clock of the processor");
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

int number_of(const CodeInfo& info) {
  int out = 0;
  std::from_chars(info.id.data() + 2, info.id.data() + info.id.size(), out);
  return out;
}

}  // namespace

// SplitMix64 (Steele, Lea, Flood 2014).
std::uint64_t Draw::number() {
  std::uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

const std::vector<Target>& targets() {
  static const std::vector<Target> all = {
      bundle_target(),      envelope_target(),    grant_view_target(),    key_file_target(),    key_record_target(),
      log_evidence_target(), log_policy_target(), log_proof_target(), log_request_target(),   note_json_target(), one_shot_target(),   policy_pack_target(),
      presentation_target(), request_target(),    roster_target(),        schema_bundle_target(), status_list_target(),
      view_target()};
  return all;
}

const Target* find_target(std::string_view name) {
  const auto& all = targets();
  const auto at = std::find_if(all.begin(), all.end(), [&](const auto& target) { return target.name == name; });
  return at == all.end() ? nullptr : &*at;
}

std::vector<Bytes> kept_inputs(const std::string& path) {
  std::ifstream in(path);
  if (!in) throw Broken("cannot read " + path);
  std::vector<Bytes> out;
  for (std::string line; std::getline(in, line);) {
    auto input = from_hex(line);
    if (!input) throw Broken("not hex in " + path + ", line " + std::to_string(out.size() + 1));
    out.push_back(std::move(*input));
  }
  return out;
}

void require(bool holds, const char* promise) {
  if (!holds) throw Broken(promise);
}

bool is_within(Code code, std::initializer_list<Ids> allowed) {
  const int id = number_of(info(code));
  return std::any_of(allowed.begin(), allowed.end(), [&](Ids ids) { return ids.from <= id && id <= ids.to; });
}

std::map<std::string_view, std::size_t>& refusals() {
  static std::map<std::string_view, std::size_t> all;
  return all;
}

void require_refusal(const Error& error, std::initializer_list<Ids> allowed) {
  if (!is_within(error.code, allowed))
    throw Broken("refused with an id that this input cannot have: " + std::string(error.info().id));
  ++refusals()[error.info().id];
  require(error.path.empty(), "a refusal has a path where its input is nobody's to name");
}

void run_within_limits(const Target& target, ByteView input) {
  const double began = processor_seconds();
  begin_work();
  target.run(input);
  const Work work = end_work();
  const double seconds = processor_seconds() - began;
  if (work.calls > kMostWork.calls) throw Broken("too many allocations: " + std::to_string(work.calls));
  if (work.bytes > kMostWork.bytes) throw Broken("too much memory: " + std::to_string(work.bytes));
  if (seconds > kMostSeconds) throw Broken("too slow: " + std::to_string(seconds) + " s");
}

}  // namespace xch::fuzz
