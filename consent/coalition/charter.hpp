// What coalition.json says, and the root keys beside it. Internal to consent/coalition.
#pragma once

#include <filesystem>
#include <map>
#include <vector>

#include "consent/coalition/coalition.hpp"
#include "crypto/keys.hpp"

namespace xch::consent {

/// Charter is a coalition as its home states it; `info.roster_version` is not part of it.
struct Charter {
  CoalitionInfo info;
  std::vector<Bytes> root_keys;  // public, by index
};
/// Errors: home_missing, record_malformed.
Result<Charter> read_charter(const std::filesystem::path& home);
Status write_charter(const std::filesystem::path& home, const Charter& charter);

bool is_alias(std::string_view name);  // [a-z0-9-]{1,32}

crypto::Random& random_of(const session::Environment& environment);
Result<Timestamp> time_of(const session::Environment& environment);

/// write_root_key seals root `index` under the passphrase that the environment gives for "root-N".
Status write_root_key(const std::filesystem::path& home, std::size_t index, const crypto::SignPrivateKey& key,
                      const CoalitionPlan& plan, const session::Environment& environment);
/// read_root_key opens it and checks that it is the charter's. Errors: key_missing (no such file here),
/// key_passphrase_missing, key_passphrase, key_mode, key_format.
Result<crypto::SignPrivateKey> read_root_key(const std::filesystem::path& home, std::size_t index, const Charter& charter,
                                             const session::Environment& environment);

}  // namespace xch::consent
