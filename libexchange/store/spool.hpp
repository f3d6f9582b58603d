// Spool folders, as Maildir has them: tmp, new, cur; a file appears in new by rename, whole or not at all. What moves
// files from one agency's out to another's in is outside the library: SFTP, a queue, a courier.
//
//   SPOOL/in/{tmp,new,cur,quarantine}     SPOOL/out/NAME/{tmp,new,cur}
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace xch::store {

constexpr std::size_t kMaxSpoolFile = 32u * 1024 * 1024;

class Spool {
 public:
  explicit Spool(std::filesystem::path root) : root_(std::move(root)) {}

  /// create makes SPOOL and SPOOL/in with its folders. Errors: spool, store_full.
  Status create() const;
  /// deliver puts a file into SPOOL/out/`mailbox`/new, durably; the same name and bytes again is no error,
  /// other bytes under a name that waits there are (spool): nothing is overwritten. `mailbox` and
  /// `name` are [A-Za-z0-9._-]{1,128} and do not begin with a dot (usage). Errors: spool, store_full.
  Status deliver(const std::string& mailbox, const std::string& name, ByteView bytes) const;
  /// arrived and kept list the names in in/new and in/cur, sorted. Errors: spool.
  Result<std::vector<std::string>> arrived() const;
  Result<std::vector<std::string>> kept() const;
  std::size_t quarantined() const;
  /// read takes a file of in/cur, else of in/new. Errors: file_missing, file_too_large, spool, usage (the name).
  Result<Bytes> read(const std::string& name) const;

  /// A name stands for one file of this inbox, wherever it lies. own_name gives the file in/new/`name` a name of its own:
  /// where in/cur or in/quarantine has another file of that name, it becomes `fresh`. Nothing is ever moved over
  /// something else. Errors: file_missing, spool, usage.
  Result<std::string> own_name(const std::string& name, const std::string& fresh) const;
  /// keep moves in/new -> in/cur; quarantine moves it from either to in/quarantine; put_back moves in/quarantine/`name`
  /// to in/new/`as`; remove deletes it from in/cur. The same bytes under that name there already are no error.
  /// Errors: file_missing, spool_taken (other bytes are there), spool, store_full, usage.
  Status keep(const std::string& name) const;
  Status quarantine(const std::string& name) const;
  Status put_back(const std::string& name, const std::string& as) const;
  Status remove(const std::string& name) const;

  /// Folder is one of the inbox's; has, read_in and names look into one of them alone.
  enum class Folder { arrived, kept, aside };
  bool has(Folder folder, const std::string& name) const;
  Result<Bytes> read_in(Folder folder, const std::string& name) const;
  Result<std::vector<std::string>> names(Folder folder) const;
  /// path_of is where a file lies, or would.
  std::filesystem::path path_of(Folder folder, const std::string& name) const;

 private:
  std::filesystem::path root_;
};

/// is_spool_name: [A-Za-z0-9._-]{1,128}, not beginning with a dot.
bool is_spool_name(std::string_view name);

}  // namespace xch::store
