// Day keys: whoever holds the key of a day can open that day's entries. The log wraps it to each of its auditors, in a
// file beside the tiles, day-keys/<day>:
//
//     0x01 || u32 day || u16 count || count times: auditor key id[32] || u16 suite || v16(enc || ct)
//
// Wraps stand in ascending order of key id, none twice. Each is HPKE (base mode) of the 32-byte day key to the auditor,
// info = "LX1 day key" || TH("LX1 day key info", origin || u32 day || auditor key id), no aad: so a wrap moved to
// another log, day or auditor does not open. The file's digest stands in the day's first entry (log/entry.hpp).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/keys.hpp"
#include "log/entry.hpp"

namespace xch::log {

/// kAuditorsMax is how many auditors a log may have; kDayKeyFileMaxBytes is above the file that they make.
constexpr std::size_t kAuditorsMax = 64, kDayKeyFileMaxBytes = 16384;

/// Auditor is somebody who may open a log's entries.
struct Auditor {
  KeyId key_id;
  crypto::KemPublicKey key;
};

struct DayKeyWrap {
  KeyId auditor;
  SuiteId suite = SuiteId::none;
  Bytes wrapped;
};
struct DayKeyFile {
  Day day;
  std::vector<DayKeyWrap> wraps;
};

/// day_key_path is the file's path below the log's folder.
std::string day_key_path(Day day);
/// day_key_digest is SHA-256 of the file as it is.
Digest day_key_digest(ByteView file);

/// wrap_day_key wraps a day's key to 1 to kAuditorsMax auditors. Errors: usage (none, too many, one twice), key_public,
/// crypto_unavailable.
Result<DayKeyFile> wrap_day_key(const DayKey& key, std::string_view origin, Day day, std::vector<Auditor> auditors,
                                crypto::Random& random);
Bytes encode_day_key_file(const DayKeyFile& file);
/// parse_day_key_file takes a file in its one spelling. Errors: log_day_key.
Result<DayKeyFile> parse_day_key_file(ByteView bytes);
/// unwrap_day_key opens the wrap of one auditor. Errors: log_day_key_reader (no wrap for this key), log_entry_key (the
/// wrap does not open: of another log, day or key, or altered).
Result<DayKey> unwrap_day_key(const DayKeyFile& file, std::string_view origin, const KeyId& auditor,
                              const crypto::KemPrivateKey& key);

}  // namespace xch::log
