// bench: what a work item costs here, beside the floor of the primitives it cannot do without, measured in the same run.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <map>

#include "c_api/answers.hpp"
#include "c_api/bench_work.hpp"
#include "c_api/verbs.hpp"
#include "crypto/floor.hpp"
#include "crypto/suite.hpp"
#include "message/cells.hpp"
#include "message/seal.hpp"

namespace xch::c_api {
namespace {

using Clock = std::chrono::steady_clock;

double median_us(double budget_ms, const std::function<Status()>& run, Status& failed) {
  std::vector<double> times;
  const auto start = Clock::now();
  do {
    const auto t0 = Clock::now();
    const Status done = run();
    const auto t1 = Clock::now();
    if (!done) {
      failed = done;
      return 0;
    }
    times.push_back(std::chrono::duration<double, std::micro>(t1 - t0).count());
  } while (times.size() < 5 || std::chrono::duration<double, std::milli>(Clock::now() - start).count() < budget_ms);
  std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2), times.end());
  return times[times.size() / 2];
}

/// Count is how often a work item needs each primitive; sizes in the names are rounded as listed below.
using Count = std::map<std::string, double>;

// Sizes of hash, HMAC and AEAD inputs of the work item; the body of an envelope is added where it is known.
const std::vector<std::size_t> kSizes = {33, 65, 96, 160, 288, 340, 1056, 1108, 700};

struct SuiteNames {
  std::string encap, decap, sign, verify, aead;
};
SuiteNames names_of(SuiteId suite) {
  if (suite == SuiteId::x25519) return {"x25519 base+x25519", "x25519", "ed25519 sign", "ed25519 verify", "chacha20-poly1305/"};
  return {"p256 keygen + ecdh", "p256 ecdh", "ecdsa sign", "ecdsa verify", "aes-256-gcm/"};
}

void add(Count& count, const std::string& name, double n) { count[name] += n; }

// RFC 9180 base mode: DeriveKeyPair (2), shared secret (2), key schedule (5), each HMAC one or two blocks.
void add_hpke_seal(Count& count, const SuiteNames& names, std::size_t plain) {
  add(count, names.encap, 1);
  add(count, "hmac-sha-256/96", 9);
  add(count, names.aead + std::to_string(plain), 1);
}
void add_hpke_open(Count& count, const SuiteNames& names, std::size_t plain) {
  add(count, names.decap, 1);
  add(count, "hmac-sha-256/96", 7);
  add(count, names.aead + std::to_string(plain), 1);
}
// A cell: its key (two HMACs), commitment, AEAD, ciphertext hash, two leaf hashes.
void add_cells(Count& count, const SuiteNames& names, double small, double large) {
  add(count, "hmac-sha-256/65", 2 * (small + large));
  add(count, "sha-256/340", 2 * small);
  add(count, names.aead + "288", small);
  add(count, "sha-256/1108", 2 * large);
  add(count, names.aead + "1056", large);
  add(count, "sha-256/96", small + large);
  add(count, "sha-256/33", small + large);
}

Count floor_of_seal(const SuiteNames& names, std::size_t body, double wraps, double notes) {
  Count count;
  for (int r = 0; r < 3; ++r) add_hpke_seal(count, names, body);
  for (double w = 0; w < wraps; ++w) {
    add(count, names.encap, 1);
    add(count, "hmac-sha-256/96", 9);
    add(count, names.aead + "33", 1);
  }
  add(count, names.sign, 1);
  add(count, "sha-256/65", 10);  // batch tree
  Count note;
  add_cells(note, names, 11, 1);
  add(note, "hmac-sha-256/96", 4);   // prk_k
  add(note, "sha-256/33", 4 + 3);    // opaque leaves, recipient leaves
  add(note, "sha-256/65", 15 + 9);   // slots_root, recipients_root
  add(note, "sha-256/160", 3 * 2);   // terms and recipient digests
  add(note, "sha-256/700", 2);       // note_ctx, header_hash
  add(note, "random 32", 16);
  for (const auto& [name, n] : note) count[name] += n * notes;
  return count;
}

Count floor_of_open(const SuiteNames& names, std::size_t body, double wraps) {
  Count count;
  add_hpke_open(count, names, body);
  add(count, "sha-256/" + std::to_string(body), 1);  // the envelope's digest
  for (double w = 0; w < wraps; ++w) {
    add(count, names.decap, 1);
    add(count, "hmac-sha-256/96", 7);
    add(count, names.aead + "33", 1);
  }
  add(count, names.verify, 1);
  add_cells(count, names, 8, 0);
  add(count, "hmac-sha-256/96", 2);
  add(count, "sha-256/65", 10 + 15 + 5);
  add(count, "sha-256/160", 2 + 2 * 2);
  add(count, "sha-256/700", 2);
  return count;
}

struct Rows {
  std::map<std::string, double> cost;
  Json list = Json::array();

  double floor_us(const Count& count) const {
    double us = 0;
    for (const auto& [name, n] : count) us += n * cost_of(name);
    return us;
  }
  double cost_of(const std::string& name) const {
    if (name == "x25519 base+x25519") return cost_of("x25519 base") + cost_of("x25519");
    const auto at = cost.find(name);
    return at == cost.end() ? std::nan("") : at->second;
  }
  Json& row(std::string_view item, std::string_view suite, const Count& count, double actual, double notes) {
    const double floor = floor_us(count) / notes;
    Json r = Json::object();
    r.set("item", item);
    r.set("suite", suite);
    r.set("floor_us", Json::real(floor));
    r.set("actual_us", Json::real(actual / notes));
    r.set("ratio", Json::real(floor / (actual / notes)));
    r.set("notes_per_s", Json::real(1e6 / (actual / notes)));
    Json parts = Json::array();
    for (const auto& [name, n] : count) {
      Json part = Json::object();
      part.set("primitive", name);
      part.set("count", Json::real(n / notes));
      part.set("us", Json::real(cost_of(name)));
      parts.add(std::move(part));
    }
    r.set("floor", std::move(parts));
    return list.add(std::move(r));
  }
};

Status bench_suite(SuiteId suite, double budget_ms, Rows& rows) {
  const std::string_view suite_name = crypto::suite_info(suite).name;
  auto& random = crypto::system_random();
  const Timestamp now{1795694400};  // 2026-11-26T12:00:00Z: the clock has no part in it
  XCH_ASSIGN(const auto work, BenchWork::make(suite, now, random));
  crypto::ArenaPool arenas;
  MemoryKeys keys(random);
  const auto one = work->notes(1, random);
  const auto hundred = work->notes(100, random);

  XCH_ASSIGN(const auto sealed, message::seal(work->sender(), one, now, keys, arenas, random));
  XCH_ASSIGN(const auto batch, message::seal(work->sender(), hundred, now, keys, arenas, random));
  Bytes envelope;
  for (const auto& e : sealed.envelopes)
    if (e.to == work->reader_id()) envelope = e.envelope;
  const std::size_t body = message::padded_body(message::bundle_bound({one.front().schema}));
  std::vector<const NoteSchema*> schemas(100, one.front().schema);
  const std::size_t batch_body = message::padded_body(message::bundle_bound(schemas));

  auto sizes = kSizes;
  sizes.push_back(body);
  sizes.push_back(batch_body);
  XCH_ASSIGN(const auto costs, crypto::measure_floor(static_cast<unsigned>(budget_ms * 4), sizes));
  for (const auto& cost : costs) rows.cost[cost.name] = cost.us;

  const auto names = names_of(suite);
  Status failed = Ok{};
  const auto seal_once = [&](const std::vector<message::NoteInput>& notes) -> Status {
    XCH_TRY(message::seal(work->sender(), notes, now, keys, arenas, random));
    return Ok{};
  };
  const double cold = median_us(budget_ms, [&] { keys.forget(); return seal_once(one); }, failed);
  XCH_TRY(failed);
  const double warm = median_us(budget_ms, [&] { return seal_once(one); }, failed);
  XCH_TRY(failed);
  const double batched = median_us(budget_ms, [&] { return seal_once(hundred); }, failed);
  XCH_TRY(failed);
  MemoryCache cache;
  const auto open_once = [&]() -> Status {
    XCH_ASSIGN(const auto opened, message::open(envelope, work->reader(), cache, arenas, now));
    if (opened.views.size() != 1) return fail(Code::bug);
    if (!opened.views.front().opened) return fail(opened.views.front().opened.error());
    return Ok{};
  };
  const double open = median_us(budget_ms, [&] { cache.forget(); return open_once(); }, failed);
  XCH_TRY(failed);
  const double open_cached = median_us(budget_ms, open_once, failed);
  XCH_TRY(failed);

  rows.row("seal.cold", suite_name, floor_of_seal(names, body, 8, 1), cold, 1);
  Json& warm_row = rows.row("seal.warm", suite_name, floor_of_seal(names, body, 0, 1), warm, 1);
  warm_row.set("wire_bytes", Json::natural(envelope.size()));
  Json& batch_row = rows.row("seal.batch100", suite_name, floor_of_seal(names, batch_body, 0, 100), batched, 100);
  batch_row.set("speedup", Json::real(warm / (batched / 100)));
  batch_row.set("wire_bytes", Json::natural(batch.envelopes.front().envelope.size()));
  rows.row("open", suite_name, floor_of_open(names, body, 2), open, 1);
  Json& last = rows.row("open.cached", suite_name, floor_of_open(names, body, 0), open_cached, 1);
  struct rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  last.set("peak_kb", Json::natural(static_cast<std::uint64_t>(usage.ru_maxrss)));
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
  const double budget_ms = quick ? 150 : 1500;
  Rows rows;
  for (const auto suite : suites) XCH_TRY(bench_suite(suite, budget_ms, rows));
  Json out = answer("bench");
  out.set("rows", std::move(rows.list));
  return out;
}

}  // namespace

std::vector<VerbRow> bench_verbs() { return {{"bench", Needs::nothing, bench}}; }

}  // namespace xch::c_api
