// The entry of the exchange log: 512 bytes, whatever happened. It fixes an event and shows it to auditors only.
//
//     commit       = TH("LX1 log event", blind[32] || event)
//     key || nonce = XP(day key, "LX1 log entry", commit, 44)
//     entry        = 0x01 || commit || u32 day || AES-256-GCM(key, nonce, aad = 0x01 || commit || u32 day,
//                                                             blind || u16 length || event || zeros)
//     day entry    = 0x02 || SHA-256 of the day-key file || u32 day || zeros
//
// Key and nonce follow from the commitment, which has a fresh blind, so none is used twice. Without the day key an
// entry tells its day and that something, or nothing, happened: what fills a batch up is an event like any other. To
// show one event to somebody who is no auditor, blind and event are enough: they give the commitment.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "crypto/random.hpp"
#include "crypto/secret.hpp"
#include "model/ids.hpp"

namespace xch::log {

constexpr std::size_t kEntryBytes = 512;
/// kEventMaxBytes is what is left of an entry: head 37, tag 16, blind 32, length 2.
constexpr std::size_t kEventMaxBytes = kEntryBytes - 37 - 16 - 32 - 2;

using DayKey = crypto::Secret<32, struct DayKeyTag>;
using EventBlind = crypto::Secret<32, struct EventBlindTag>;

/// Day counts days of UTC since 1970-01-01.
struct Day {
  std::uint32_t number = 0;
  friend bool operator==(Day a, Day b) { return a.number == b.number; }
};
constexpr Day day_of(Timestamp time) { return Day{static_cast<std::uint32_t>(time.seconds / kDay)}; }

enum class EntryKind : std::uint8_t { event = 1, day_key = 2 };

/// EntryHead is what everybody can read: the commitment of an event, or the digest of the day-key file of that day.
struct EntryHead {
  EntryKind kind;
  Digest digest;
  Day day;
};

/// event_commit is the commitment of an event.
Digest event_commit(const EventBlind& blind, ByteView event);

/// seal_entry gives the 512 bytes of an event of 1 to kEventMaxBytes bytes. Errors: log_event_too_large (also for no
/// event at all), crypto_unavailable.
Result<Bytes> seal_entry(ByteView event, Day day, const DayKey& key, crypto::Random& random);
/// day_key_entry gives the 512 bytes that fix a day-key file in the log; it stands first in its day.
Bytes day_key_entry(Day day, const Digest& file_digest);

/// parse_entry reads the head of an entry, for which no key is needed; kind_of only says what it is. Errors: log_entry.
Result<EntryHead> parse_entry(ByteView entry);
Result<EntryKind> kind_of(ByteView entry);

/// OpenedEntry is an event with the blind that proves its commitment to others.
struct OpenedEntry {
  EventBlind blind;
  Bytes event;
};
/// open_entry opens an event with its day's key and computes the commitment again. Errors: log_entry (not well-formed,
/// or a day-key entry), log_entry_key (another key, or altered), log_entry_commit (it says something else than it
/// commits to).
Result<OpenedEntry> open_entry(ByteView entry, const DayKey& key);

}  // namespace xch::log
