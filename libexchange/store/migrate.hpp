// The tables and how they came to be. Internal to store/.
#pragma once

#include "base/result.hpp"
#include "store/sqlite.hpp"

namespace xch::store {

/// kSchemaVersion is this library's version of the tables (PRAGMA user_version).
constexpr unsigned kSchemaVersion = 2;
/// kApplicationId marks the file as an exchange store: "XCHS" (PRAGMA application_id).
constexpr std::uint64_t kApplicationId = 0x58434853;

/// migrate brings the tables to version `to`, each step in one transaction together with its number, so that a step
/// that is cut off never happened. Errors: store_version (newer than this library), store_open (a database of something
/// else), store_full, store_write, store_busy.
Status migrate(Database& database, unsigned to = kSchemaVersion);

}  // namespace xch::store
