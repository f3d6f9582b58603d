// Quarantine: where a file goes that was refused for good. It is recorded, then moved; it is listed with the id of what
// was wrong, put back, or thrown away, and the record says so. A crash between any two steps is made good by whoever
// next processes the inbox.
#pragma once

#include <string>

#include "base/file_lock.hpp"
#include "session/rows.hpp"
#include "session/state.hpp"

namespace xch::session {

/// Fate of a file in quarantine: it stays, or is on its way back into the inbox, or on its way out.
enum class AsideFate : std::uint8_t { stays = 0, returns = 1, leaves = 2 };

/// AsideRow is what is known of one file. Its name is that of the file wherever it lies in the inbox.
struct AsideRow {
  std::string file;
  Digest digest;       // SHA-256; zeros for a file too large to read
  Timestamp since;
  std::string error_id;  // "EX3502"; empty where nobody recorded it
  std::string what;      // "note", "grant view", ...
  AsideFate fate = AsideFate::stays;
};

Status put_aside(Change& change, const AsideRow& row);
Result<std::optional<AsideRow>> find_aside(Change& change, const std::string& file);

/// inbox_turn is the lock under which files move within the inbox: one process at a time. Errors: store_busy.
Result<FileLock> inbox_turn(const Session::State& state);

/// finish_moves does for every row what it says is still to be done. What fails stays as it is for the next time.
Status finish_moves(const Session::State& state);

/// forget_aside drops the row of a file that was judged again and found good.
Status forget_aside(const Session::State& state, const std::string& file);

}  // namespace xch::session
