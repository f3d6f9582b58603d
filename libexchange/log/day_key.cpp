#include "log/day_key.hpp"

#include <algorithm>

#include "crypto/digest.hpp"
#include "crypto/hpke.hpp"
#include "crypto/labels.hpp"

namespace xch::log {
namespace {

constexpr std::uint8_t kVersion = 0x01;

Bytes wrap_info(std::string_view origin, Day day, const KeyId& auditor) {
  const Digest bound =
      crypto::th(crypto::label::kDayKeyInfo, {ByteView(origin), ByteWriter().u32(day.number), auditor});
  return ByteWriter().raw(crypto::label::kDayKey).raw(bound).bytes();
}

std::size_t wrapped_size(SuiteId suite) { return DayKey::kSize + crypto::hpke_overhead(suite); }

}  // namespace

std::string day_key_path(Day day) { return "day-keys/" + std::to_string(day.number); }

Digest day_key_digest(ByteView file) { return crypto::sha256(file); }

Result<DayKeyFile> wrap_day_key(const DayKey& key, std::string_view origin, Day day, std::vector<Auditor> auditors,
                                crypto::Random& random) {
  if (auditors.empty() || auditors.size() > kAuditorsMax) return fail(Code::usage);
  std::sort(auditors.begin(), auditors.end(), [](const Auditor& a, const Auditor& b) { return a.key_id < b.key_id; });
  DayKeyFile out{day, {}};
  for (const auto& auditor : auditors) {
    if (!out.wraps.empty() && out.wraps.back().auditor == auditor.key_id) return fail(Code::usage);
    DayKeyWrap wrap{auditor.key_id, auditor.key.suite(), Bytes(wrapped_size(auditor.key.suite()))};
    const Bytes info = wrap_info(origin, day, auditor.key_id);
    XCH_TRY(crypto::hpke_seal(auditor.key, info, {}, key.expose(), random, wrap.wrapped));
    out.wraps.push_back(std::move(wrap));
  }
  return out;
}

Bytes encode_day_key_file(const DayKeyFile& file) {
  ByteWriter out;
  out.u8(kVersion).u32(file.day.number).u16(static_cast<std::uint16_t>(file.wraps.size()));
  for (const auto& wrap : file.wraps)
    out.raw(wrap.auditor).u16(static_cast<std::uint16_t>(wrap.suite)).v16(wrap.wrapped);
  return std::move(out).take();
}

Result<DayKeyFile> parse_day_key_file(ByteView bytes) {
  constexpr std::size_t kStart = 1 + 4 + 2, kWrapStart = KeyId::kSize + 2 + 2;
  if (bytes.size() < kStart || bytes.size() > kDayKeyFileMaxBytes) return fail(Code::log_day_key);
  if (bytes[0] != kVersion) return fail(Code::log_day_key);
  DayKeyFile out{Day{load_u32(bytes.data() + 1)}, {}};
  const std::size_t count = load_u16(bytes.data() + 5);
  if (count == 0 || count > kAuditorsMax) return fail(Code::log_day_key);
  bytes = bytes.sub(kStart);
  for (std::size_t i = 0; i < count; ++i) {
    if (bytes.size() < kWrapStart) return fail(Code::log_day_key);
    DayKeyWrap wrap;
    (void)wrap.auditor.copy_from(bytes.sub(0, KeyId::kSize));
    wrap.suite = static_cast<SuiteId>(load_u16(bytes.data() + KeyId::kSize));
    const std::size_t size = load_u16(bytes.data() + KeyId::kSize + 2);
    if (!is_enabled(wrap.suite) || size != wrapped_size(wrap.suite)) return fail(Code::log_day_key);
    if (bytes.size() - kWrapStart < size) return fail(Code::log_day_key);
    if (!out.wraps.empty() && !(out.wraps.back().auditor < wrap.auditor)) return fail(Code::log_day_key);
    wrap.wrapped = bytes.sub(kWrapStart, size).copy();
    bytes = bytes.sub(kWrapStart + size);
    out.wraps.push_back(std::move(wrap));
  }
  if (!bytes.empty()) return fail(Code::log_day_key);
  return out;
}

Result<DayKey> unwrap_day_key(const DayKeyFile& file, std::string_view origin, const KeyId& auditor,
                              const crypto::KemPrivateKey& key) {
  const auto wrap = std::find_if(file.wraps.begin(), file.wraps.end(),
                                 [&](const DayKeyWrap& w) { return w.auditor == auditor && w.suite == key.suite(); });
  if (wrap == file.wraps.end()) return fail(Code::log_day_key_reader);
  DayKey out;
  XCH_TRY(crypto::hpke_open(key, wrap_info(origin, file.day, auditor), {}, wrap->wrapped, out.expose_mutable(),
                            Code::log_entry_key));
  return out;
}

}  // namespace xch::log
