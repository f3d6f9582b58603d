// What doctor can tell of a home from outside: its files and the libraries.
#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/file.hpp"
#include "crypto/loaded.hpp"
#include "crypto/start.hpp"
#include "session/doctor.hpp"
#include "store/spool.hpp"

namespace xch::session::checks {

namespace fs = std::filesystem;

std::string text_of(const Error& error) {
  return std::string(info(error.code).text) + " (" + std::string(info(error.code).id) + ")";
}

DoctorFinding good(std::string check, std::string text) { return {std::move(check), true, std::move(text), ""}; }
DoctorFinding bad(std::string check, std::string text, std::string fix) {
  return {std::move(check), false, std::move(text), std::move(fix)};
}

std::string quoted(const fs::path& path) {
  const std::string text = path.string();
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("/._-+=@,").find(c) != std::string_view::npos;
  };
  if (!text.empty() && std::all_of(text.begin(), text.end(), plain)) return text;
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string span(std::uint64_t seconds) {
  const auto count = [](std::uint64_t n, const char* unit) {
    return std::to_string(n) + " " + unit + (n == 1 ? "" : "s");
  };
  if (seconds >= 2 * kDay) return count(seconds / kDay, "day");
  if (seconds >= 2 * kHour) return count(seconds / kHour, "hour");
  return count(seconds / 60, "minute");
}

DoctorFinding libcrypto() {
  const auto libraries = crypto::libraries();
  const auto loaded = crypto::loaded_libcrypto();
  const std::string text = "runs on " + libraries.openssl + " in " +
                           (loaded.file.empty() ? "a file that cannot be told" : loaded.file) + ", libsodium " +
                           libraries.sodium;
  if (!loaded.linked)
    return bad("libcrypto", text + ": not the libcrypto that libexchange is linked with",
               "exchange pipe, as a program of its own, runs on the right one");
  if (loaded.older)
    return bad("libcrypto", text + ": older than the one that libexchange was built for",
               "apt-get install --only-upgrade libssl3");
  return good("libcrypto", text);
}

namespace {

/// files are the regular files of one folder, without what lies deeper.
std::vector<fs::path> files(const fs::path& folder) {
  std::vector<fs::path> out;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
    if (at->is_regular_file(error)) out.push_back(at->path());
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<std::string> folders(const fs::path& folder) {
  std::vector<std::string> out;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
    if (at->is_directory(error)) out.push_back(at->path().filename().string());
  std::sort(out.begin(), out.end());
  return out;
}

std::uint64_t changed_at(const fs::path& file) {
  struct stat found {};
  return ::stat(file.c_str(), &found) == 0 && found.st_mtime > 0 ? static_cast<std::uint64_t>(found.st_mtime) : 0;
}

}  // namespace

DoctorFinding modes(const fs::path& home, const std::vector<std::string>& needed) {
  for (const auto& name : needed) {
    struct stat found {};
    if (::stat((home / name).c_str(), &found) != 0)
      return bad(
          "key modes", name + " is missing",
          "put the newest backup back (docs/operations.md), then: exchange doctor --reconcile --home " + quoted(home));
  }
  std::vector<fs::path> private_ones;
  for (const auto* folder : {"keys", "store", "mark"})
    for (auto& file : files(home / folder)) private_ones.push_back(std::move(file));
  for (const auto& name : needed) private_ones.push_back(home / name);
  for (const auto& file : private_ones) {
    if (!others_may_read(file)) continue;
    std::error_code gone;
    if (!fs::exists(file, gone)) continue;  // SQLite's own files come and go
    return bad("key modes", file.lexically_relative(home).string() + " may be read by others",
               "chmod -R go= " + quoted(home));
  }
  return good("key modes", "keys, store and settings are readable by their owner only");
}

DoctorFinding file_times(const fs::path& home, const Result<Timestamp>& now) {
  constexpr std::uint64_t kLongAgo = 366 * kDay;
  const char* fix = "timedatectl set-ntp true";
  if (!now) return bad("clock", "there is no clock", fix);
  std::uint64_t newest = 0;
  for (const auto* folder : {"store", "mark", "rosters", "keys"})
    for (const auto& file : files(home / folder)) newest = std::max(newest, changed_at(file));
  if (newest > now->seconds + kClockSkew)
    return bad("clock", "the clock is " + span(newest - now->seconds) + " behind the newest file of this home", fix);
  if (newest != 0 && now->seconds > newest + kLongAgo)
    return bad("clock", "the clock is " + span(now->seconds - newest) + " after the newest file of this home", fix);
  return good("clock", "the clock agrees with the files of this home");
}

std::vector<DoctorFinding> spool(const fs::path& home, ClockOf clock, const Result<Timestamp>& now) {
  constexpr std::size_t kMany = 1000;
  const fs::path out = home / "spool" / "out";
  std::size_t count = 0;
  std::uint64_t oldest = 0;
  std::string name = "NAME";
  for (const auto& party : folders(out))
    for (const auto& file : files(out / party / "new")) {
      ++count;
      const std::uint64_t at = changed_at(file);
      if (oldest != 0 && at >= oldest) continue;
      oldest = at;
      name = party;
    }
  std::vector<DoctorFinding> found;
  const std::string fix = "exchange outbox send --to " + name + " --into DIR --home " + quoted(home);
  const bool old = clock == ClockOf::machine && now && oldest != 0 && oldest + kDay < now->seconds;
  if (old)
    found.push_back(
        bad("courier",
            std::to_string(count) + " files wait in the outbox, the oldest for " + span(now->seconds - oldest), fix));
  else if (count >= kMany)
    found.push_back(bad("courier", std::to_string(count) + " files wait in the outbox", fix));
  else
    found.push_back(good("courier", std::to_string(count) + " files wait in the outbox"));

  const std::size_t aside = files(home / "spool" / "in" / "quarantine").size();
  if (aside == 0)
    found.push_back(good("quarantine", "it is empty"));
  else
    found.push_back(bad("quarantine",
                        std::to_string(aside) + (aside == 1 ? " file was refused" : " files were refused"),
                        "exchange quarantine list --home " + quoted(home) +
                            " says why; quarantine retry NAME puts one back, drop NAME throws it away"));
  return found;
}

DoctorFinding life(std::string check, const std::string& what, Timestamp now, Timestamp end, std::uint64_t warning,
                   std::string fix) {
  if (end < now)
    return bad(std::move(check), what + " expired " + span(now.seconds - end.seconds) + " ago", std::move(fix));
  const std::string left = what + " expires in " + span(end.seconds - now.seconds);
  return end < now + warning ? bad(std::move(check), left, std::move(fix)) : good(std::move(check), left);
}

}  // namespace xch::session::checks
