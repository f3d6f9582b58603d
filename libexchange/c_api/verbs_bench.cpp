// bench: what a work item costs here, beside the floor of the primitives it cannot do without, measured in the same run.
#include <sys/resource.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <map>
#include <set>
#include <string>

#include "c_api/answers.hpp"
#include "c_api/bench_items.hpp"
#include "c_api/verbs.hpp"
#include "crypto/floor.hpp"
#include "crypto/processor_time.hpp"
#include "crypto/suite.hpp"

extern "C" {
struct xch_heap_count {
  std::uint64_t calls, bytes, peak;
};
/// xch_host_heap counts this thread's heap from begin 1 to begin 0. A host program may have it (tools/exchange/heap.cpp);
/// the library cannot count for itself, as malloc is the whole process's.
__attribute__((weak, visibility("default"))) void xch_host_heap(int begin, xch_heap_count* out);
}

namespace xch::c_api {
namespace {

// A run is so many rounds, and each measures every primitive and every item for a while. Times are processor times; a
// round's figure is the median, a run's the best of its rounds. So both the floor and what stands on it are of moments in
// which the machine did little else: a neighbour slows a processor by a third, and not both alike.
struct Plan {
  int rounds;
  double floor_ms, item_ms;  // per round
};
constexpr Plan kQuick{15, 30, 10}, kFull{40, 80, 25};

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

Result<double> measure(const BenchItem& item, double budget_ms) {
  std::vector<double> times;
  const double start = crypto::processor_us();
  do {
    const double begin = crypto::processor_us();
    const Status done = item.run();
    const double end = crypto::processor_us();
    XCH_TRY(done);
    times.push_back(end - begin);
  } while (crypto::processor_us() - start < 1000 * budget_ms);
  return median(std::move(times));
}

// Kilobytes of this process that are locked, from /proc; 0 where there is none.
std::uint64_t locked_kb() {
  std::ifstream status("/proc/self/status");
  for (std::string name; status >> name;) {
    std::uint64_t kilobytes = 0;
    if (name == "VmLck:" && status >> kilobytes) return kilobytes;
  }
  return 0;
}

// What one run takes: from the heap, where the host counts it, and of locked memory, beginning with none.
struct Memory {
  xch_heap_count heap{};
  std::uint64_t locked = 0, process_peak = 0;
};
Result<Memory> measure_memory(BenchItems& items, const BenchItem& item) {
  Memory out;
  XCH_TRY(item.run());
  if (xch_host_heap != nullptr) {
    xch_host_heap(1, nullptr);
    const Status done = item.run();
    xch_host_heap(0, &out.heap);
    XCH_TRY(done);
  }
  items.forget_memory();
  const auto before = locked_kb();
  XCH_TRY(item.run());
  out.locked = locked_kb() - before;
  struct rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  out.process_peak = static_cast<std::uint64_t>(usage.ru_maxrss);
  return out;
}

using Costs = std::map<std::string, double>;  // of one call of each primitive, in microseconds

double floor_us(const Count& count, const Costs& costs) {
  double us = 0;
  for (const auto& [name, n] : count) us += n * costs.at(name);
  return us;
}

// Times are of one note; sizes, allocations and memory of one run, which is `notes` notes.
Json row(const BenchItem& item, std::string_view suite, const Costs& costs, double actual, const Memory& memory) {
  const auto notes = static_cast<double>(item.notes);
  const double floor = floor_us(item.floor, costs);
  Json out = Json::object();
  out.set("item", item.name);
  out.set("suite", suite);
  out.set("floor_us", Json::real(floor / notes));
  out.set("actual_us", Json::real(actual / notes));
  out.set("ratio", Json::real(floor / actual));
  out.set("notes_per_s", Json::real(1e6 * notes / actual));
  out.set("notes", Json::natural(item.notes));
  out.set("wire_bytes", Json::natural(item.wire_bytes));
  if (xch_host_heap != nullptr) {
    out.set("allocations", Json::natural(memory.heap.calls));
    out.set("allocated_bytes", Json::natural(memory.heap.bytes));
    out.set("peak_heap_bytes", Json::natural(memory.heap.peak));
  }
  out.set("locked_kb", Json::natural(memory.locked));
  out.set("process_peak_kb", Json::natural(memory.process_peak));
  return out;
}

Json floor_parts(const BenchItem& item, const Costs& costs) {
  Json out = Json::array();
  for (const auto& [name, n] : item.floor) {
    Json part = Json::object();
    part.set("primitive", name);
    part.set("count", Json::real(n));
    part.set("us", Json::real(costs.at(name)));
    out.add(std::move(part));
  }
  return out;
}

Status bench_suite(SuiteId suite, const Plan& plan, Json& rows) {
  XCH_ASSIGN(BenchNote note, BenchNote::work_item());
  XCH_ASSIGN(const auto items, BenchItems::make(suite, crypto::system_random(), std::move(note)));
  std::set<std::string> needed;
  std::vector<Memory> memory;
  for (const auto& item : items->list()) {
    for (const auto& [name, n] : item.floor) needed.insert(name);
    XCH_ASSIGN(Memory taken, measure_memory(*items, item));
    memory.push_back(taken);
  }

  const std::vector<std::string> names(needed.begin(), needed.end());
  constexpr double kNever = std::numeric_limits<double>::infinity();
  std::vector<double> primitive_us(names.size(), kNever), item_us(items->list().size(), kNever);
  for (int round = 0; round < plan.rounds; ++round) {
    XCH_ASSIGN(const auto costs, crypto::measure_floor(plan.floor_ms, names));
    for (std::size_t i = 0; i < costs.size(); ++i) primitive_us[i] = std::min(primitive_us[i], costs[i]);
    for (std::size_t i = 0; i < item_us.size(); ++i) {
      XCH_ASSIGN(const double us, measure(items->list()[i], plan.item_ms));
      item_us[i] = std::min(item_us[i], us);
    }
  }
  Costs costs;
  for (std::size_t i = 0; i < names.size(); ++i) costs[names[i]] = primitive_us[i];

  double warm_us = 0;
  for (std::size_t i = 0; i < item_us.size(); ++i) {
    const BenchItem& item = items->list()[i];
    Json& made = rows.add(row(item, crypto::suite_info(suite).name, costs, item_us[i], memory[i]));
    if (item.name == "seal.warm") warm_us = item_us[i];
    if (item.notes > 1) made.set("speedup", Json::real(warm_us * static_cast<double>(item.notes) / item_us[i]));
    made.set("floor", floor_parts(item, costs));
  }
  return Ok{};
}

Result<std::vector<SuiteId>> suites_of(const Request& request) {
  const Json* named = request.json().find("suite");
  if (named == nullptr) return std::vector<SuiteId>{SuiteId::p256, SuiteId::x25519};
  if (!named->is_text()) return fail(Code::json_wrong_type, "suite");
  XCH_ASSIGN(const SuiteId suite, suite_named(named->as_text()));
  return std::vector<SuiteId>{suite};
}

Result<Json> bench(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"quick", "suite"}));
  XCH_ASSIGN(const bool quick, request.flag_or("quick", false));
  XCH_ASSIGN(const auto suites, suites_of(request));
  Json rows = Json::array();
  for (const auto suite : suites) XCH_TRY(bench_suite(suite, quick ? kQuick : kFull, rows));
  Json out = answer("bench");
  out.set("rows", std::move(rows));
  return out;
}

}  // namespace

std::vector<VerbRow> bench_verbs() { return {{"bench", Needs::nothing, bench}}; }

}  // namespace xch::c_api
