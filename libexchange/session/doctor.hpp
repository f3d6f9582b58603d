// doctor: what an operator should know before it hurts. Every finding that is not well says what to do, as a command.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "session/session.hpp"

namespace xch::session {

/// ClockOf says whose clock the environment gives: only the machine's own can be held against the times of its files.
enum class ClockOf : std::uint8_t { machine, caller };

/// examine checks an agency's home, also one that does not open: what cannot be looked into is a finding, and the
/// checks that need less go on. It changes nothing.
std::vector<DoctorFinding> examine(const std::filesystem::path& home, const Environment& environment, ClockOf clock);

namespace checks {

DoctorFinding good(std::string check, std::string text);
DoctorFinding bad(std::string check, std::string text, std::string fix);
/// text_of is what the table says of an error, with its id.
std::string text_of(const Error& error);
/// quoted names a folder as a shell reads it.
std::string quoted(const std::filesystem::path& path);
/// "3 days", "5 hours", "2 minutes"
std::string span(std::uint64_t seconds);

/// What any home can be asked without a key.
DoctorFinding libcrypto();
/// modes: what only the owner may read, and that `needed` is there. Both are paths within the home.
DoctorFinding modes(const std::filesystem::path& home, const std::vector<std::string>& needed);
/// file_times: a clock that differs from the times of the home's own files is wrong now, or was.
DoctorFinding file_times(const std::filesystem::path& home, const Result<Timestamp>& now);
/// outbox and quarantine as the spool's folders show them.
std::vector<DoctorFinding> spool(const std::filesystem::path& home, ClockOf clock, const Result<Timestamp>& now);

/// log: whether events reach the home's log, and `witnesses`, where it has any: whether they sign it.
std::vector<DoctorFinding> log_and_witnesses(const ExchangeLog& log, const std::filesystem::path& home,
                                             const Result<Timestamp>& now);

/// life is the finding for something that ends: expired, soon (within `warning`), or well.
DoctorFinding life(std::string check, const std::string& what, Timestamp now, Timestamp end, std::uint64_t warning,
                   std::string fix);

/// A log gets a batch every hour where somebody tends it, and files to witnesses go by courier.
constexpr std::uint64_t kLogOverdue = kDay, kWitnessOverdue = 2 * kDay;

/// A key of 7 days is replaced every week; the others last a year or two, and a roster has to follow.
constexpr std::uint64_t kKeyWarning = 30 * kDay, kEncryptionWarning = 2 * kDay, kRosterWarning = 7 * kDay;

}  // namespace checks

}  // namespace xch::session
