#include "session/deliver.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "session/json_line.hpp"

namespace xch::session {
namespace {

Status deliver_one(const Session::State& state, ByteView key, ByteView row) {
  XCH_ASSIGN(const Delivery delivery, decode_delivery(row));
  XCH_ASSIGN(const auto kept, state.rows->get(space::kOutbox, key));
  Outgoing outgoing;
  if (kept) {
    XCH_ASSIGN(outgoing, decode_outgoing(key, kept->expose()));
    XCH_TRY(put_into_mailbox(state, delivery, outgoing.envelope));
  }
  XCH_ASSIGN(auto change, state.rows->begin());
  XCH_TRY(change.erase(space::kQueue, key));
  // An object is sent once and then is nobody's here; an envelope of notes stays for its idempotency key.
  const auto ending = std::string_view(delivery.file).substr(delivery.file.size() < 4 ? 0 : delivery.file.size() - 4);
  const bool object = ending == extension::kObject || ending == extension::kBreakGlass;
  if (object && kept) XCH_TRY(take_outgoing(change, outgoing));
  return change.commit();
}

}  // namespace

// Our own mailbox is our own inbox: an originator's view of its own grant takes the way of any other.
Status put_into_mailbox(const Session::State& state, const Delivery& delivery, ByteView bytes) {
  if (delivery.mailbox != state.info.name) return state.spool.deliver(delivery.mailbox, delivery.file, bytes);
  if (!store::is_spool_name(delivery.file)) return fail(Code::usage);
  return write_file_atomically(state.path / "spool" / "in" / "new" / delivery.file, bytes);
}

void deliver_queued(const Session::State& state) {
  const auto queue = state.rows->list(space::kQueue);
  std::size_t failed = queue ? 0 : 1;
  if (queue)
    for (const auto& row : *queue) failed += deliver_one(state, row.key, row.value.expose()) ? 0 : 1;
  if (failed == 0) return;
  state.log.write(LogLevel::warning, JsonLine().word("event", "delivery-waits").number("envelopes", failed).text());
}

Result<std::size_t> queued_count(const Session::State& state) {
  XCH_ASSIGN(const auto keys, state.rows->keys(space::kQueue));
  return keys.size();
}

void move_aside(const Session::State& state, const std::string& file) {
  if (file.empty()) return;
  const auto moved = state.spool.quarantine(file);
  if (moved || moved.error().code == Code::file_missing) return;
  state.log.write(LogLevel::warning, JsonLine().word("event", "quarantine-failed").text());
}

Status erase_file(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return errno == ENOENT ? Status(Ok{}) : fail(Code::spool);
  struct stat found {};
  bool written = ::fstat(fd, &found) == 0;
  const Bytes zeros(64 * 1024);
  for (off_t at = 0; written && at < found.st_size;) {
    const auto count = static_cast<std::size_t>(std::min<off_t>(found.st_size - at, static_cast<off_t>(zeros.size())));
    const ssize_t n = ::pwrite(fd, zeros.data(), count, at);
    written = n > 0;
    at += n > 0 ? n : 0;
  }
  written = written && ::fsync(fd) == 0;
  ::close(fd);
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return fail(Code::spool);
  if (!written || !sync_folder(path.parent_path())) return fail(Code::spool);
  return Ok{};
}

Status erase_spooled(const Session::State& state, const std::string& file) {
  if (!store::is_spool_name(file)) return fail(Code::usage);
  return erase_file(state.spool.path_of(store::Spool::Folder::kept, file));
}

}  // namespace xch::session
