// A log as its auditors read it: verified whole, then opened with the keys of its days.
#include <map>

#include "base/file.hpp"
#include "crypto/digest.hpp"
#include "log/tiles.hpp"
#include "session/exchange_log.hpp"
#include "session/log_event.hpp"
#include "session/log_rows.hpp"

namespace xch::session {
namespace {

namespace fs = std::filesystem;

/// Keys finds the key of each day once.
class Keys {
 public:
  Keys(const Session::State& home, const Held& held, const fs::path& folder, const log::VerifierKey& log)
      : home_(home), held_(held), folder_(folder), log_(log) {
    auto own = read_log_key(*home.rows);
    if (own && own->signer.verifier().text() == log.text()) own_ = std::move(*own);
  }

  Result<FoundDayKey*> of(log::Day day) {
    const auto at = days_.find(day.number);
    if (at != days_.end()) return &at->second;
    XCH_ASSIGN(auto found, find(day));
    return &days_.emplace(day.number, std::move(found)).first->second;
  }
  std::map<std::uint32_t, FoundDayKey>& days() { return days_; }

  Bytes row(std::uint32_t day) const {
    return ByteWriter().raw(crypto::sha256(ByteView(std::string_view(log_.text())))).u32(day).bytes();
  }

  Result<FoundDayKey> find(log::Day day) const {
    FoundDayKey out;
    if (own_) {
      out.key = own_->day_key(day);
      return out;
    }
    XCH_ASSIGN(const auto kept, home_.rows->get(space::kLogKey, row(day.number)));
    if (kept) {
      XCH_ASSIGN(out.key, log::DayKey::from(kept->expose()));
      return out;
    }
    const auto file = read_file(folder_ / log::day_key_path(day), log::kDayKeyFileMaxBytes);
    if (!file && file.error().code == Code::file_missing) return out;
    if (!file) return fail(file.error());
    XCH_ASSIGN(const auto wraps, log::parse_day_key_file(*file));
    if (!(wraps.day == day)) return fail(Code::log_day_key);
    for (const auto& [id, own] : held_.keys->all()) {
      if (!own.kem) continue;
      auto key = log::unwrap_day_key(wraps, log_.name(), id, *own.kem);
      if (!key && key.error().code == Code::log_day_key_reader) continue;
      if (!key) return fail(key.error());
      out.key = std::move(*key);
      out.file = log::day_key_digest(*file);
      out.is_fresh = true;
      break;
    }
    return out;
  }

 private:
  const Session::State& home_;
  const Held& held_;
  const fs::path& folder_;
  const log::VerifierKey& log_;
  std::optional<LogKey> own_;
  std::map<std::uint32_t, FoundDayKey> days_;
};

Status read_entry(Keys& keys, std::uint64_t index, ByteView entry, std::optional<log::Day> day, LogReading& out,
                  std::map<std::uint32_t, Digest>& fixed) {
  XCH_ASSIGN(const auto head, log::parse_entry(entry));
  if (head.kind == log::EntryKind::day_key) {
    // The first one counts: a day has one file.
    fixed.emplace(head.day.number, head.digest);
    return Ok{};
  }
  if (day && !(head.day == *day)) return Ok{};
  XCH_ASSIGN(const FoundDayKey* found, keys.of(head.day));
  if (!found->key) {
    ++out.closed;
    return Ok{};
  }
  XCH_ASSIGN(const auto opened, log::open_entry(entry, *found->key));
  XCH_ASSIGN(auto event, decode_event(opened.event));
  if (event.kind == EventKind::dummy) ++out.dummies;
  else out.rows.push_back({index, std::move(event)});
  return Ok{};
}

}  // namespace

Result<LogReading> ExchangeLog::read(const fs::path& folder, const log::VerifierKey& key,
                                     std::optional<log::Day> day) const {
  XCH_ASSIGN(const Call call, state_.enter());
  XCH_ASSIGN(const auto trust, log::LogTrust::make(key));
  const log::LogFolder files(folder);
  XCH_ASSIGN(const std::string note, files.checkpoint());
  XCH_ASSIGN(const auto opened, log::open_checkpoint(note, trust));
  LogReading out;
  out.checkpoint = opened.checkpoint;
  Keys keys(state_, *call.held, folder, key);
  std::map<std::uint32_t, Digest> fixed;
  XCH_TRY(log::check_folder(files, out.checkpoint, [&](std::uint64_t index, ByteView entry) {
    return read_entry(keys, index, entry, day, out, fixed);
  }));
  // A key that came from a file counts only where the log has fixed this very file.
  bool fresh = false;
  for (const auto& [number, found] : keys.days()) {
    if (!found.file) continue;
    const auto at = fixed.find(number);
    if (at == fixed.end() || at->second != *found.file) return fail(Code::log_entry_key);
    fresh = fresh || found.is_fresh;
  }
  if (!fresh) return out;
  XCH_ASSIGN(auto change, state_.rows->begin());
  for (const auto& [number, found] : keys.days())
    if (found.is_fresh) XCH_TRY(change.put(space::kLogKey, keys.row(number), found.key->expose()));
  XCH_TRY(change.commit());
  return out;
}

Result<FoundDayKey> ExchangeLog::day_key(const fs::path& folder, const log::VerifierKey& key, log::Day day) const {
  XCH_ASSIGN(const Call call, state_.enter());
  return Keys(state_, *call.held, folder, key).find(day);
}

Status ExchangeLog::keep_day_key(const log::VerifierKey& key, log::Day day, const log::DayKey& day_key) const {
  XCH_ASSIGN(const Call call, state_.enter());
  XCH_ASSIGN(auto change, state_.rows->begin());
  XCH_TRY(change.put(space::kLogKey, Keys(state_, *call.held, {}, key).row(day.number), day_key.expose()));
  return change.commit();
}

Result<std::optional<std::string>> ExchangeLog::seen(std::string_view origin) const {
  XCH_ASSIGN(const auto row, state_.rows->get(space::kLogSeen, crypto::sha256(ByteView(origin))));
  if (!row) return std::optional<std::string>();
  return std::optional<std::string>(std::string(row->expose().text()));
}

Status ExchangeLog::see(std::string_view origin, std::string_view checkpoint) {
  XCH_ASSIGN(auto change, state_.rows->begin());
  XCH_TRY(change.put(space::kLogSeen, crypto::sha256(ByteView(origin)), ByteView(checkpoint)));
  return change.commit();
}

}  // namespace xch::session
