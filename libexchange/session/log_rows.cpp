#include "session/log_rows.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "crypto/digest.hpp"
#include "session/codec.hpp"
#include "session/exchange_log.hpp"
#include "session/heard.hpp"

namespace xch::session {
namespace {

constexpr std::string_view kKeyRow = "key", kStateRow = "state", kPolicyRow = "policy", kWitnessedRow = "witnessed",
                           kReferenceRow = "reference";
constexpr std::uint8_t kVersion = 1;

Bytes encode(const LogState& state) {
  ByteWriter out;
  out.u8(kVersion).u64(state.size).raw(state.root).u64(state.logged).u64(state.last.seconds);
  out.u8(state.begun ? 1 : 0).u8(state.restored ? 1 : 0).u8(state.newest ? 1 : 0);
  out.u32(state.planned.entries).raw(state.planned.root).u64(state.planned.logged);
  out.u32(static_cast<std::uint32_t>(state.planned.places.size()));
  for (const auto& place : state.planned.places) out.u64(place.seq).u64(place.index);
  out.u32(static_cast<std::uint32_t>(state.planned.days.size()));
  for (const auto day : state.planned.days) out.u32(day.number);
  return std::move(out).take();
}

Result<LogState> decode_state(ByteView row) {
  FieldReader in(row);
  if (in.u8() != kVersion) return fail(Code::store_version);
  LogState out;
  out.size = in.u64();
  out.root = in.fixed<Digest>();
  out.logged = in.u64();
  out.last = in.time();
  out.begun = in.u8() != 0;
  out.restored = in.u8() != 0;
  out.newest = in.u8() != 0;
  out.planned.entries = in.u32();
  out.planned.root = in.fixed<Digest>();
  out.planned.logged = in.u64();
  for (std::uint32_t count = in.u32(); count > 0 && !in.at_end(); --count) {
    const std::uint64_t seq = in.u64();
    out.planned.places.push_back({seq, in.u64()});
  }
  for (std::uint32_t count = in.u32(); count > 0 && !in.at_end(); --count)
    out.planned.days.push_back(log::Day{in.u32()});
  XCH_TRY(in.done());
  return out;
}

template <class Source>
Result<LogState> read_state(Source& from) {
  XCH_ASSIGN(const auto row, from.get(space::kLog, ByteView(kStateRow)));
  if (!row) return fail(Code::log_missing);
  return decode_state(row->expose());
}

Bytes witness_key(std::string_view name) {
  return ByteWriter().raw("witness/").raw(crypto::sha256(ByteView(name))).bytes();
}

Result<std::string> read_text(const Rows& rows, std::string_view key) {
  XCH_ASSIGN(const auto row, rows.get(space::kLog, ByteView(key)));
  return row ? std::string(row->expose().text()) : std::string();
}

}  // namespace

log::DayKey LogKey::day_key(log::Day day) const {
  Digest derived = crypto::hmac_sha256(days.expose(), {ByteView(std::string_view("log day")), day_row(day)});
  log::DayKey out;
  std::copy(derived.bytes.begin(), derived.bytes.end(), out.expose_mutable().begin());
  crypto::wipe(MutableView(derived.bytes));
  return out;
}

Status make_log_key(Change& change, const HomeInfo& info, crypto::Random& random, Timestamp now) {
  const std::string origin = log_origin(info.coalition, info.name);
  crypto::SecretBytes row(4 + origin.size() + 8 + 64);
  std::uint8_t* at = row.expose_mutable().data();
  store_u32(at, static_cast<std::uint32_t>(origin.size()));
  at = std::copy(origin.begin(), origin.end(), at + 4);
  store_u64(at, now.seconds);
  random.fill(MutableView(at + 8, 64));  // the seed of the signing key, and the secret of the days
  LogState state;
  state.root = crypto::sha256(ByteView());
  state.last = now;
  XCH_TRY(change.put(space::kLog, ByteView(kKeyRow), row.expose()));
  return put_log_state(change, state);
}

Result<LogKey> read_log_key(const Rows& rows) {
  XCH_ASSIGN(const auto row, rows.get(space::kLog, ByteView(kKeyRow)));
  if (!row) return fail(Code::log_missing);
  FieldReader in(row->expose());
  const std::string origin = in.text();
  const Timestamp made = in.time();
  const std::size_t head = 4 + origin.size() + 8;
  if (row->size() != head + 64) return fail(Code::store_damaged);
  const ByteView secrets = row->expose().sub(head);
  XCH_ASSIGN(auto signer, log::SignerKey::make(origin, log::KeyType::ed25519, secrets.sub(0, 32)));
  return LogKey{std::move(signer), crypto::SecretBytes(secrets.sub(32)), made};
}

Result<LogState> read_log_state(const Rows& rows) { return read_state(rows); }
Result<LogState> read_log_state(Change& change) { return read_state(change); }
Status put_log_state(Change& change, const LogState& state) {
  return change.put(space::kLog, ByteView(kStateRow), encode(state));
}

Status note_batch(Change& change, LogState& state, Timestamp now) {
  const Planned& planned = state.planned;
  if (!planned.places.empty()) {
    ByteWriter places;
    for (const auto& place : planned.places) places.u64(place.seq).u64(place.index);
    XCH_TRY(change.put(space::kLogPlace, ByteWriter().u64(planned.places.front().seq), places));
  }
  for (const auto day : planned.days) XCH_TRY(change.put(space::kLogDay, day_row(day), Bytes{1}));
  state.size += planned.entries;
  state.root = planned.root;
  state.logged = std::max(state.logged, planned.logged);
  state.last = std::max(state.last, now);
  state.begun = true;
  state.restored = state.newest = false;
  state.planned = Planned();
  return put_log_state(change, state);
}

Result<WitnessRow> read_witness_row(const Rows& rows, std::string_view name) {
  XCH_ASSIGN(const auto row, rows.get(space::kLog, witness_key(name)));
  if (!row) return WitnessRow();
  FieldReader in(row->expose());
  if (in.u8() != kVersion) return fail(Code::store_version);
  WitnessRow out;
  out.size = in.u64();
  out.signed_at = in.time();
  out.asked = in.text();
  XCH_TRY(in.done());
  return out;
}

Status put_witness_row(Change& change, std::string_view name, const WitnessRow& row) {
  ByteWriter out;
  out.u8(kVersion).u64(row.size).u64(row.signed_at.seconds);
  put_v32(out, ByteView(row.asked));
  return change.put(space::kLog, witness_key(name), out);
}

Result<std::string> read_log_policy(const Rows& rows) { return read_text(rows, kPolicyRow); }
Result<log::LogPolicy> policy_of_log(const std::string& text) {
  return log::LogPolicy::parse(text.empty() ? "quorum none\n" : text);
}
Result<log::LogPolicy> read_policy_of_log(const Rows& rows) {
  XCH_ASSIGN(const std::string text, read_log_policy(rows));
  return policy_of_log(text);
}
Status put_log_policy(Change& change, std::string_view text) {
  return change.put(space::kLog, ByteView(kPolicyRow), ByteView(text));
}
Result<std::string> read_witnessed_note(const Rows& rows) { return read_text(rows, kWitnessedRow); }
Status put_witnessed_note(Change& change, std::string_view note) {
  return change.put(space::kLog, ByteView(kWitnessedRow), ByteView(note));
}

LogReference no_log() { return {Digest(), 0, crypto::sha256(ByteView())}; }

Result<LogReference> read_log_reference(const Rows& rows) {
  XCH_ASSIGN(const auto row, rows.get(space::kLog, ByteView(kReferenceRow)));
  if (!row) return no_log();
  FieldReader in(row->expose());
  if (in.u8() != kVersion) return fail(Code::store_version);
  LogReference out;
  out.origin = in.fixed<Digest>();
  out.size = in.u64();
  out.root = in.fixed<Digest>();
  XCH_TRY(in.done());
  return out;
}

Status put_log_reference(Change& change, const LogReference& reference) {
  return change.put(space::kLog, ByteView(kReferenceRow),
                    ByteWriter().u8(kVersion).raw(reference.origin.view()).u64(reference.size).raw(reference.root.view()));
}

Result<std::uint64_t> place_in_log(const Rows& rows, std::uint64_t seq) {
  XCH_ASSIGN(const auto batches, rows.keys(space::kLogPlace));
  const Bytes wanted = ByteWriter().u64(seq).bytes();
  const auto after = std::upper_bound(batches.begin(), batches.end(), wanted);
  if (after == batches.begin()) return fail(Code::log_not_yet);
  XCH_ASSIGN(const auto row, rows.get(space::kLogPlace, *std::prev(after)));
  if (!row) return fail(Code::store_damaged);
  FieldReader in(row->expose());
  while (!in.at_end()) {
    const std::uint64_t at = in.u64(), index = in.u64();
    if (at == seq) return index;
  }
  return fail(Code::log_not_yet);
}

Status doubt_log(Change& change) {
  auto state = read_log_state(change);
  if (!state) return state.error().code == Code::log_missing ? Status(Ok{}) : fail(state.error());
  state->restored = true;
  state->newest = false;
  return put_log_state(change, *state);
}

}  // namespace xch::session
