// Files in and out: limits on what is read, nothing half-written, nothing binary on a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cli {

constexpr std::size_t kMaxJson = 4u * 1024 * 1024;          // of a note, a draft (docs/verbs.md)
constexpr std::size_t kMaxSpoolFile = 32u * 1024 * 1024;    // what an inbox looks at
constexpr std::size_t kMaxEnvelope = 16u * 1024 * 1024;     // docs/format.md, "Limits"
constexpr std::size_t kMaxInRequest = 3u * 1024 * 1024 - 4096;  // in base64 it goes into a request of 4 MiB
constexpr std::size_t kMaxForm = 2u * 1024 * 1024;          // of a scanned form: in base64 it goes into one request

/// read_input reads a whole file, or stdin for "-" and "". `what` names it in errors: "NOTE", never its path, which may
/// hold a person's name. Throws EX1012 (missing), EX1013 (unreadable), EX1014 (larger than `limit`).
std::string read_input(const std::string& path, std::size_t limit, const std::string& what);

/// Output is a place for one file, taken before the work is done for it: an unwritable path is found while there is
/// nothing to lose. write puts it there by temporary name, fsync and rename, mode 0600; to stdout for "-"; and for ""
/// to stdout unless that is a terminal, which binary data would garble. Throws EX1013, EX1002.
class Output {
 public:
  explicit Output(std::string path);
  ~Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  void write(std::string_view bytes);

 private:
  std::string path_, temporary_;
  int fd_ = -1;
};

std::string to_base64(std::string_view bytes);
/// from_base64 reads RFC 4648 with padding; "" where it is none (answers of the library are).
std::string from_base64(std::string_view text);

}  // namespace cli
