#include "courier.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
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

/// is_name: a file or folder name of a spool, and no way out of it.
bool is_name(const std::string& name) {
  const auto plain = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '_' || c == '-'; };
  return !name.empty() && name.size() <= 128 && name.front() != '.' && std::all_of(name.begin(), name.end(), plain);
}

/// sync makes what was moved in a folder durable.
void sync(const fs::path& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool done = fd >= 0 && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  if (!done) throw failure("EX5109");
}

void move(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (error) throw failure("EX5109");
  sync(to.parent_path());
  sync(from.parent_path());
}

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw failure("EX5109");
}

/// put_whole puts a file into BOX/new by way of BOX/tmp; the same bytes again are no error, other bytes of that name stay.
void put_whole(const fs::path& box, const std::string& name, const std::string& bytes) {
  const fs::path there = box / "new" / name;
  std::error_code error;
  if (fs::exists(fs::symlink_status(there, error))) {
    if (!fs::is_regular_file(fs::symlink_status(there, error)) || read_input(there, kMaxSpoolFile, "spool file") != bytes) throw failure("EX5115", "FILE");
    return;
  }
  {
    Output copy(box / "tmp" / name);
    copy.write(bytes);
  }
  move(box / "tmp" / name, there);
}

}  // namespace

std::vector<SpoolFile> outgoing(const std::string& home, const std::string& folder) {
  const fs::path out = fs::path(home) / "spool" / "out";
  std::error_code error;
  std::vector<SpoolFile> files;
  if (!fs::is_directory(fs::path(home) / "spool", error)) throw failure("EX1015");
  if (!fs::is_directory(out, error)) return files;
  for (const auto& mailbox : entries_of(out)) {
    if (!fs::is_directory(mailbox / folder, error)) continue;
    for (const auto& file : entries_of(mailbox / folder)) {
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
  put_whole(into, file.name, bytes);
  make_folder(mailbox / "cur");
  move(mailbox / "new" / file.name, mailbox / "cur" / file.name);
  return bytes;
}

void resend(const std::string& home, const SpoolFile& file) {
  const fs::path mailbox = fs::path(home) / "spool" / "out" / file.to;
  move(mailbox / "cur" / file.name, mailbox / "new" / file.name);
}

void acknowledge(const std::string& home, const std::string& to, const std::string& name) {
  const fs::path mailbox = fs::path(home) / "spool" / "out" / to;
  std::error_code error;
  if (!is_name(to) || !is_name(name)) throw failure("EX1017", "FILE");
  if (fs::exists(mailbox / "new" / name, error)) throw failure("EX5114", "FILE");
  if (!fs::remove(mailbox / "cur" / name, error)) throw failure(error ? "EX5109" : "EX1017", "FILE");
  sync(mailbox / "cur");
}

std::vector<SpoolFile> waiting_in(const std::string& from) {
  std::vector<SpoolFile> files;
  std::error_code error;
  for (const auto& file : entries_of(fs::path(from) / "new")) {
    // What is no plain file of an ordinary name is left where it is: it may lead anywhere.
    if (!is_name(file.filename().string()) || !fs::is_regular_file(fs::symlink_status(file, error))) continue;
    const auto bytes = fs::file_size(file, error);
    if (!error) files.push_back({"", file.filename(), static_cast<std::size_t>(bytes)});
  }
  return files;
}

void fetch(const std::string& home, const std::string& from, const SpoolFile& file) {
  const std::string bytes = read_input(fs::path(from) / "new" / file.name, kMaxSpoolFile, "spool file");
  put_whole(fs::path(home) / "spool" / "in", file.name, bytes);
  make_folder(fs::path(from) / "cur");
  move(fs::path(from) / "new" / file.name, fs::path(from) / "cur" / file.name);
}

}  // namespace cli
