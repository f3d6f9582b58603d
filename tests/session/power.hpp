// Power that fails: what SQLite has written into the store's files and not synced is gone, with what the log's files
// lose (log/faults.hpp). Only what was synced is there when the home is opened again. For tests only.
#pragma once

#include <filesystem>

namespace xch::session_test::power {

/// fail_at lets the power fail at call number `at` (from 1) of those that write, sync, rename or remove files, of the
/// store or of the log; the process ends there. `watched` as it was to be seen just before is copied to `copy`.
void fail_at(int at, const std::filesystem::path& watched, const std::filesystem::path& copy);
/// hold ends it: nothing fails any more.
void hold();

}  // namespace xch::session_test::power
