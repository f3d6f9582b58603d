// The logs that an auditor was given, as far as they can be read. What is wrong with one is noted and never ends the
// reading: an entry that opens under its day's key says what it says, also in a log whose tree is broken.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/encoding.hpp"
#include "log/checkpoint.hpp"
#include "log/day_key.hpp"
#include "session/exchange_log.hpp"
#include "session/log_event.hpp"

namespace xch::audit {

/// LogSource is a log's folder and the key that signs it, where it is known.
struct LogSource {
  std::filesystem::path folder;
  std::optional<log::VerifierKey> key;
};

/// DayKeys finds the key of a day of a log: nothing in it where this auditor has none. `log` is the log's name and key.
class DayKeys {
 public:
  virtual ~DayKeys() = default;
  virtual Result<session::FoundDayKey> find(const std::filesystem::path& folder, const log::VerifierKey& log,
                                            log::Day day) = 0;
  /// keep is told of a key that is good: the log has fixed the file that it came from.
  virtual Status keep(const log::VerifierKey& log, log::Day day, const log::DayKey& key) = 0;
};

/// Entry is one event of a log.
struct Entry {
  std::size_t log = 0;  // its place among the logs given
  std::uint64_t index = 0;
  session::LoggedEvent event;

  /// text is a member of the detail; "" where it has none. number likewise; hex is a member of just that size.
  const std::string& text(std::string_view name) const { return event.detail.text_at(name); }
  std::uint64_t number(std::string_view name) const { return event.detail.natural_at(name); }
  template <class F>
  std::optional<F> hex(std::string_view name) const {
    return from_hex_as<F>(text(name));
  }
};

/// Fault is what is wrong at one place of a log; without an index, with the log itself.
struct Fault {
  std::optional<std::uint64_t> index;
  Code code;
};

/// Cosigner is a witness that has signed a log's checkpoint, by its name, and when.
struct Cosigner {
  std::string name;
  Timestamp time;
};

/// ReadLog is one log as it was read.
struct ReadLog {
  LogSource source;
  std::string origin;  // the log's name; of a log whose checkpoint cannot be read, its folder's
  std::optional<log::Checkpoint> checkpoint;
  std::string note;  // the checkpoint as it was published
  std::vector<Cosigner> cosigners;
  std::optional<Fault> signature;  // why the checkpoint does not count
  std::optional<Fault> cosignature;
  std::optional<Fault> tree;  // why the entries are not those that were signed
  std::vector<Fault> days;    // day keys that do not open, or whose file the log has not fixed; index: the day
  std::vector<Fault> wrong;   // entries that do not open under their day's key, or say nothing well-formed
  std::vector<std::uint32_t> closed_days;
  std::uint64_t closed = 0;  // entries of days whose key is not here
  std::uint64_t dummies = 0, day_keys = 0;
  std::vector<Entry> entries;
  Timestamp latest;  // of the newest batch: what happened until then stands in the log

  bool readable() const { return checkpoint.has_value(); }
  /// hides says whether entries of batches between two times could not be read; `to` 0 is open.
  bool hides(Timestamp from, Timestamp to) const;
  /// is_complete: everything that happened until `latest` was read. What is missing from such a log is missing.
  bool is_complete() const { return readable() && !signature && !tree && days.empty() && wrong.empty() && closed == 0; }
};

/// Witnesses whose cosignatures are asked for: so many of the keys, or what a policy says. None: they are not looked at.
struct Witnesses {
  std::vector<log::VerifierKey> keys;
  std::size_t quorum = 0;
  std::optional<log::LogPolicy> policy = std::nullopt;

  bool are_asked() const { return policy ? !policy->is_met({}) : !keys.empty(); }
};

/// read_log reads a log whole, whatever is wrong with it, and tells how many of its entries were checked.
using Tell = std::function<void(std::uint64_t done, std::uint64_t total)>;
ReadLog read_log(const LogSource& source, std::size_t place, DayKeys& keys, const Witnesses& witnesses,
                 const Tell& tell = {});

/// contains checks that two copies of one log are of one history; nothing where they are. The larger one's tiles prove
/// it.
std::optional<Fault> two_histories(const ReadLog& a, const ReadLog& b);

}  // namespace xch::audit
