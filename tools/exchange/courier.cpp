#include "courier.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "failure.hpp"
#include "files.hpp"

namespace cli {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> entries_of(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> out;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) out.push_back(at->path());
  if (error) throw failure("EX5109");
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

std::vector<SpoolFile> outgoing(const std::string& home) {
  const fs::path out = fs::path(home) / "spool" / "out";
  std::error_code error;
  std::vector<SpoolFile> files;
  if (!fs::is_directory(fs::path(home) / "spool", error)) throw failure("EX1015");
  if (!fs::is_directory(out, error)) return files;
  for (const auto& mailbox : entries_of(out)) {
    if (!fs::is_directory(mailbox / "new", error)) continue;
    for (const auto& file : entries_of(mailbox / "new")) {
      const auto bytes = fs::file_size(file, error);
      if (error) throw failure("EX5109");
      files.push_back({mailbox.filename(), file.filename(), static_cast<std::size_t>(bytes)});
    }
  }
  return files;
}

std::vector<SpoolFile> incoming(const std::string& home, const std::string& folder) {
  std::error_code error;
  if (!fs::is_directory(fs::path(home) / "spool", error)) throw failure("EX1015");
  std::vector<SpoolFile> files;
  for (const auto& file : entries_of(fs::path(home) / "spool" / "in" / folder)) {
    const auto bytes = fs::file_size(file, error);
    if (error) throw failure("EX5109");
    files.push_back({"", file.filename(), static_cast<std::size_t>(bytes)});
  }
  return files;
}

std::string carry(const std::string& home, const SpoolFile& file, const std::string& into) {
  const fs::path mailbox = fs::path(home) / "spool" / "out" / file.to;
  const std::string bytes = read_input(mailbox / "new" / file.name, kMaxEnvelope, "spool file");
  const fs::path passing = fs::path(into) / "tmp" / file.name;
  {
    Output copy(passing);
    copy.write(bytes);
  }
  std::error_code error;
  fs::rename(passing, fs::path(into) / "new" / file.name, error);
  if (!error) fs::create_directories(mailbox / "cur", error);
  if (!error) fs::rename(mailbox / "new" / file.name, mailbox / "cur" / file.name, error);
  if (error) throw failure("EX5109");
  return bytes;
}

}  // namespace cli
