// From the outbox into files: spool/out/NAME/new, one file per envelope, under an opaque name.
#pragma once

#include "session/outbox.hpp"
#include "session/state.hpp"

namespace xch::session {

namespace extension {
inline constexpr std::string_view kNote = ".lxe";
inline constexpr std::string_view kObject = ".lxo";
inline constexpr std::string_view kBreakGlass = ".lxb";
inline constexpr std::string_view kStatusList = ".lxs";
inline constexpr std::string_view kRoster = ".lxr";
inline constexpr std::string_view kPolicy = ".lxp";
}  // namespace extension

/// put_into_mailbox writes one file, into spool/in/new where the mailbox is this home's own. Errors: usage (names),
/// spool, store_full.
Status put_into_mailbox(const Session::State& state, const Delivery& delivery, ByteView bytes);
/// deliver_queued writes every queued envelope into its mailbox and takes it off the queue. A crash in between writes it
/// again under the same name; a reader that got it twice opens a repeat. What fails stays queued and is tried by the
/// next call; a warning is logged.
void deliver_queued(const Session::State& state);
/// queued_count is how many still wait.
Result<std::size_t> queued_count(const Session::State& state);
/// move_aside moves a file of spool/in into quarantine, after the row that says so; an empty name or a file that is gone
/// is fine, and what fails is made good by finish_moves (quarantine.hpp).
void move_aside(const Session::State& state, const std::string& file);
/// erase_file overwrites a file, then removes it; one that is gone is fine. Errors: spool.
Status erase_file(const std::filesystem::path& path);
/// erase_spooled overwrites a file of spool/in/cur, then removes it; one that is gone is fine. Errors: spool.
Status erase_spooled(const Session::State& state, const std::string& file);

}  // namespace xch::session
