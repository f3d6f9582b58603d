// A log folder written as fast as the disk takes it: the same files as LogWriter's, and nothing synced. For measuring.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "log/checkpoint.hpp"

namespace xch::bench {

/// write_log makes a log of `size` entries, which `entry` gives one after the other, under a signed checkpoint. Memory
/// does not grow with it. `tell` is called after each bundle with how many are written.
void write_log(const std::filesystem::path& folder, const log::SignerKey& key, std::uint64_t size,
               const std::function<Bytes(std::uint64_t)>& entry, const std::function<void(std::uint64_t)>& tell = {});

/// log_key is the key of the logs that are measured.
log::SignerKey log_key();
/// closed_entry is an entry that nobody can open, another one for each index.
Bytes closed_entry(std::uint64_t index);

}  // namespace xch::bench
