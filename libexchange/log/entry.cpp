#include "log/entry.hpp"

#include <algorithm>

#include "crypto/aead.hpp"
#include "crypto/digest.hpp"
#include "crypto/labels.hpp"

namespace xch::log {
namespace {

constexpr std::size_t kHead = 1 + Digest::kSize + 4, kSealed = kEntryBytes - kHead;
constexpr std::size_t kPlain = kSealed - crypto::kAeadTag, kBlind = EventBlind::kSize;
static_assert(kPlain == kBlind + 2 + kEventMaxBytes);

Bytes encode_head(EntryKind kind, const Digest& digest, Day day) {
  return ByteWriter().u8(static_cast<std::uint8_t>(kind)).raw(digest).u32(day.number).bytes();
}

struct EntryKey {
  crypto::Secret<crypto::kAeadKey + crypto::kAeadNonce, struct EntryKeyTag> bytes;
  ByteView key() const { return bytes.expose().sub(0, crypto::kAeadKey); }
  ByteView nonce() const { return bytes.expose().sub(crypto::kAeadKey); }
};
Result<EntryKey> entry_key(const DayKey& day_key, const Digest& commit) {
  XCH_ASSIGN(const auto prk, crypto::Prk::from(day_key.expose()));
  EntryKey out;
  crypto::xp(prk, crypto::label::kLogEntry, {commit}, out.bytes.expose_mutable());
  return out;
}

bool all_zero(ByteView bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b == 0; });
}

}  // namespace

Digest event_commit(const EventBlind& blind, ByteView event) {
  return crypto::th(crypto::label::kLogEvent, {blind.expose(), event});
}

Result<Bytes> seal_entry(ByteView event, Day day, const DayKey& key, crypto::Random& random) {
  if (event.empty() || event.size() > kEventMaxBytes) return fail(Code::log_event_too_large);
  const auto blind = crypto::random_secret<kBlind, struct EventBlindTag>(random);
  const Digest commit = event_commit(blind, event);
  XCH_ASSIGN(const EntryKey entry, entry_key(key, commit));

  crypto::SecretBytes plain(kPlain);
  std::uint8_t* at = plain.expose_mutable().data();
  at = std::copy(blind.expose().begin(), blind.expose().end(), at);
  store_u16(at, static_cast<std::uint16_t>(event.size()));
  std::copy(event.begin(), event.end(), at + 2);

  const Bytes head = encode_head(EntryKind::event, commit, day);
  Bytes out(kEntryBytes);
  std::copy(head.begin(), head.end(), out.begin());
  XCH_TRY(crypto::aead_seal(crypto::Aead::aes256gcm, entry.key(), entry.nonce(), head, plain.expose(),
                            MutableView(out).sub(kHead)));
  return out;
}

Bytes day_key_entry(Day day, const Digest& file_digest) {
  Bytes out = encode_head(EntryKind::day_key, file_digest, day);
  out.resize(kEntryBytes);
  return out;
}

Result<EntryKind> kind_of(ByteView entry) {
  if (entry.size() != kEntryBytes) return fail(Code::log_entry);
  const auto kind = static_cast<EntryKind>(entry[0]);
  if (kind == EntryKind::event) return kind;
  if (kind != EntryKind::day_key || !all_zero(entry.sub(kHead))) return fail(Code::log_entry);
  return kind;
}

Result<EntryHead> parse_entry(ByteView entry) {
  XCH_ASSIGN(const EntryKind kind, kind_of(entry));
  EntryHead out{kind, {}, Day{load_u32(entry.data() + 1 + Digest::kSize)}};
  (void)out.digest.copy_from(entry.sub(1, Digest::kSize));
  return out;
}

Result<OpenedEntry> open_entry(ByteView entry, const DayKey& key) {
  XCH_ASSIGN(const EntryHead head, parse_entry(entry));
  if (head.kind != EntryKind::event) return fail(Code::log_entry);
  XCH_ASSIGN(const EntryKey keys, entry_key(key, head.digest));
  crypto::SecretBytes plain(kPlain);
  XCH_TRY(crypto::aead_open(crypto::Aead::aes256gcm, keys.key(), keys.nonce(), entry.sub(0, kHead), entry.sub(kHead),
                            plain.expose_mutable(), Code::log_entry_key));
  const ByteView opened = plain.expose();
  const std::size_t size = load_u16(opened.data() + kBlind);
  // The log's operator made this entry: one that holds no event, or hides bytes behind it, is not what it committed to.
  if (size == 0 || size > kEventMaxBytes) return fail(Code::log_entry_commit);
  if (!all_zero(opened.sub(kBlind + 2 + size))) return fail(Code::log_entry_commit);
  OpenedEntry out;
  XCH_ASSIGN(out.blind, EventBlind::from(opened.sub(0, kBlind)));
  out.event = opened.sub(kBlind + 2, size).copy();
  if (event_commit(out.blind, out.event) != head.digest) return fail(Code::log_entry_commit);
  return out;
}

}  // namespace xch::log
