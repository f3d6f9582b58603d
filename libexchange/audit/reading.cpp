#include "audit/reading.hpp"

#include <algorithm>

#include "log/tiles.hpp"

namespace xch::audit {

bool ReadLog::hides(Timestamp from, Timestamp to) const {
  if (!readable() || !wrong.empty()) return true;
  // A batch has the day on which it was written; what happened just before midnight stands in the next day's.
  return std::any_of(closed_days.begin(), closed_days.end(), [&](std::uint64_t day) {
    return (day + 1) * kDay > from.seconds && (to.seconds == 0 || day * kDay < to.seconds + kDay);
  });
}

namespace {

struct KnownDay {
  session::FoundDayKey found;
  bool usable = false;
};

/// Reader takes in one log's entries, in their order.
class Reader {
 public:
  Reader(ReadLog& out, std::size_t place, DayKeys& keys) : out_(out), place_(place), keys_(keys) {}

  void entry(std::uint64_t index, ByteView bytes) {
    next_ = index + 1;
    const auto head = log::parse_entry(bytes);
    if (!head) return wrong(index, head.error().code);
    if (head->kind == log::EntryKind::day_key) {
      ++out_.day_keys;
      // The first one counts: a day has one file.
      fixed_.emplace(head->day.number, head->digest);
      return;
    }
    const auto& day = day_of(head->day);
    if (!day.usable) {
      ++out_.closed;
      return;
    }
    auto opened = log::open_entry(bytes, *day.found.key);
    if (!opened) return wrong(index, opened.error().code);
    auto event = session::read_event(opened->event);
    if (!event) return wrong(index, event.error().code);
    out_.latest = std::max(out_.latest, event->time);
    if (event->kind == EventKind::dummy) {
      ++out_.dummies;
      return;
    }
    out_.entries.push_back({place_, index, std::move(*event)});
  }

  /// rest goes on behind the place where checking the tree has ended: with whole bundles, as they lie there. A size
  /// that nobody has signed may be any number: where many bundles are missing, no more are looked for.
  void rest(const log::LogFolder& folder, std::uint64_t size) {
    constexpr unsigned kGiveUp = 64;
    unsigned missing = 0;
    for (std::uint64_t bundle = next_ / log::kTileWidth; bundle * log::kTileWidth < size; ++bundle) {
      const auto entries = folder.bundle(bundle, log::tile_width(0, bundle, size));
      if (!entries) {
        wrong(bundle * log::kTileWidth, entries.error().code);
        if (entries.error().code == Code::log_tile_missing && ++missing == kGiveUp) return;
        continue;
      }
      for (std::size_t i = 0; i < entries->size(); ++i) {
        const std::uint64_t index = bundle * log::kTileWidth + i;
        if (index >= next_) entry(index, (*entries)[i]);
      }
    }
  }

  /// settle compares the day keys' files with what the log has fixed: a key counts only where it came from that file.
  void settle() {
    for (auto& [number, day] : days_) {
      if (!day.usable || !day.found.file) continue;
      const auto at = fixed_.find(number);
      if (at == fixed_.end() || at->second != *day.found.file) {
        out_.days.push_back({number, Code::log_entry_key});
      } else if (day.found.is_fresh && !out_.signature && !out_.tree) {
        // Not to keep it costs a later audit a key, and says nothing about this log.
        (void)keys_.keep(*out_.source.key, log::Day{number}, *day.found.key);
      }
    }
  }

 private:
  void wrong(std::uint64_t index, Code code) { out_.wrong.push_back({index, code}); }

  const KnownDay& day_of(log::Day day) {
    const auto at = days_.find(day.number);
    if (at != days_.end()) return at->second;
    KnownDay& known = days_[day.number];
    if (out_.source.key) {
      auto found = keys_.find(out_.source.folder, *out_.source.key, day);
      if (!found) out_.days.push_back({day.number, found.error().code});
      else known.found = std::move(*found);
    }
    known.usable = known.found.key.has_value();
    if (!known.usable) out_.closed_days.push_back(day.number);
    return known;
  }

  ReadLog& out_;
  std::size_t place_;
  DayKeys& keys_;
  std::uint64_t next_ = 0;
  std::map<std::uint32_t, KnownDay> days_;
  std::map<std::uint32_t, Digest> fixed_;
};

/// Who of the witnesses has signed, and whether they are enough. Those who have are known also where they are not.
void read_cosignatures(ReadLog& out, const Witnesses& witnesses) {
  std::vector<log::VerifierKey> keys = witnesses.keys;
  if (witnesses.policy) {
    keys.clear();
    for (const auto& witness : witnesses.policy->witnesses()) keys.push_back(witness.key);
  }
  const auto all = log::LogTrust::make(*out.source.key, keys, 0);
  const auto opened = all ? log::open_checkpoint(out.note, *all) : fail(all.error());
  if (!opened) {
    out.cosignature = Fault{std::nullopt, opened.error().code};
    return;
  }
  for (const auto& cosigned : opened->cosigned) out.cosigners.push_back({keys[cosigned.witness].name(), cosigned.time});
  const auto asked = witnesses.policy ? log::LogTrust::by_policy(*witnesses.policy, {*out.source.key})
                                      : log::LogTrust::make(*out.source.key, keys, witnesses.quorum);
  const auto enough = asked ? asked->check_quorum(opened->cosigned) : fail(asked.error());
  if (!enough) out.cosignature = Fault{std::nullopt, enough.error().code};
}

/// What the checkpoint says, believed or not; its faults are noted.
void read_checkpoint(ReadLog& out, const Witnesses& witnesses) {
  auto note = log::LogFolder(out.source.folder).checkpoint();
  if (!note) {
    const bool missing = note.error().code == Code::file_missing;
    out.signature = Fault{std::nullopt, missing ? Code::log_tile_missing : note.error().code};
    return;
  }
  out.note = std::move(*note);
  const auto parsed = log::parse_note(out.note);
  auto checkpoint = parsed ? log::parse_checkpoint(parsed->text) : fail(parsed.error());
  if (!checkpoint) {
    out.signature = Fault{std::nullopt, checkpoint.error().code};
    return;
  }
  out.origin = checkpoint->origin;
  out.checkpoint = std::move(*checkpoint);
  if (!out.source.key) return;
  const auto alone = log::LogTrust::make(*out.source.key);
  const auto opened = alone ? log::open_checkpoint(out.note, *alone) : fail(alone.error());
  if (!opened) out.signature = Fault{std::nullopt, opened.error().code};
  if (opened && witnesses.are_asked()) read_cosignatures(out, witnesses);
}

}  // namespace

ReadLog read_log(const LogSource& source, std::size_t place, DayKeys& keys, const Witnesses& witnesses,
                 const Tell& tell) {
  ReadLog out;
  out.source = source;
  out.origin = source.folder.filename().empty() ? source.folder.parent_path().filename().string()
                                                : source.folder.filename().string();
  read_checkpoint(out, witnesses);
  if (!out.checkpoint) return out;
  const log::LogFolder folder(source.folder);
  Reader reader(out, place, keys);
  log::FolderCheck how;
  how.threads = log::threads_here();
  how.tell = tell;
  how.each = [&](std::uint64_t index, ByteView entry) -> Status {
    reader.entry(index, entry);
    return Ok{};
  };
  const auto checked = log::check_folder(folder, *out.checkpoint, how);
  if (!checked) {
    out.tree = Fault{std::nullopt, checked.error().code};
    reader.rest(folder, out.checkpoint->size);
  }
  reader.settle();
  return out;
}

std::optional<Fault> two_histories(const ReadLog& a, const ReadLog& b) {
  const ReadLog& small = a.checkpoint->size <= b.checkpoint->size ? a : b;
  const ReadLog& large = &small == &a ? b : a;
  const auto& old = *small.checkpoint;
  const auto& now = *large.checkpoint;
  if (old.size == 0) return std::nullopt;
  if (old.size == now.size) {
    if (old.root == now.root) return std::nullopt;
    return Fault{std::nullopt, Code::log_fork};
  }
  const log::LogFolder files(large.source.folder);
  log::TileSource tiles(files, now.size);
  const auto proof = log::consistency_proof(tiles, old.size, now.size);
  if (!proof) return Fault{std::nullopt, proof.error().code};
  const auto held = log::check_consistency(old.size, now.size, old.root, now.root, *proof);
  if (held) return std::nullopt;
  return Fault{std::nullopt, held.error().code};
}

}  // namespace xch::audit
