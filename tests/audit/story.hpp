// Two agencies and their logs, written by the library's own writer: police seals notes, clinic opens them. A test
// changes what happened before the logs are written, or the files afterwards. For tests only.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "audit/audit.hpp"
#include "log/folder.hpp"
#include "log/writer.hpp"
#include "policy/packs.hpp"
#include "session/json_line.hpp"
#include "session/log_event.hpp"

namespace xch::audit_test {

using namespace audit;
using session::JsonLine;

/// 2026-11-26T12:00:00Z, the hour in which things happen; the logs go until an hour later.
constexpr Timestamp kNow{1795694400};
constexpr Timestamp ago(std::uint64_t seconds) { return Timestamp{kNow.seconds - seconds}; }

inline Digest digest(std::uint8_t fill) {
  Digest out;
  out.bytes.fill(fill);
  return out;
}
inline PartyId party(std::uint8_t fill) {
  PartyId out;
  out.bytes.fill(fill);
  return out;
}
inline log::SignerKey signer(const std::string& name, log::KeyType type, std::uint8_t seed) {
  return *log::SignerKey::make(name, type, Bytes(32, seed));
}

struct Agency {
  std::string name;
  PartyId id;
  Role role;
  log::SignerKey key;
  std::vector<store::JournalRow> rows;

  std::string origin() const { return key.verifier().name(); }
  store::JournalRow& add(EventKind kind, Timestamp time, const Digest& object, const std::string& detail = "{}") {
    store::JournalRow row;
    row.seq = rows.size() + 1;
    row.kind = kind;
    row.time = time;
    row.object = object;
    row.detail = ByteView(std::string_view(detail)).copy();
    rows.push_back(std::move(row));
    return rows.back();
  }
  /// the last event of a kind
  store::JournalRow& last(EventKind kind) {
    for (auto row = rows.rbegin(); row != rows.rend(); ++row)
      if (row->kind == kind) return *row;
    throw std::logic_error("no such event");
  }
  void drop(EventKind kind) {
    std::erase_if(rows, [&](const auto& row) { return row.kind == kind; });
  }
  /// says puts another detail into the last event of a kind
  void says(EventKind kind, const std::string& detail) {
    last(kind).detail = ByteView(std::string_view(detail)).copy();
  }
};

/// Wraps opens the day keys that are wrapped to one auditor.
class Wraps final : public DayKeys {
 public:
  Wraps(KeyId id, const crypto::KemPrivateKey& key) : id_(id), key_(key) {}
  Result<session::FoundDayKey> find(const std::filesystem::path& folder, const log::VerifierKey& log,
                                    log::Day day) override;
  Status keep(const log::VerifierKey&, log::Day, const log::DayKey&) override {
    ++kept;
    return Ok{};
  }
  unsigned kept = 0;

 private:
  KeyId id_;
  const crypto::KemPrivateKey& key_;
};

class Story {
 public:
  Story();
  Agency police, clinic;
  log::SignerKey witness;
  log::TempFolder folder;
  bool for_this_auditor = true;  // the day keys are wrapped to it
  Timestamp until{kNow.seconds + kHour};

  // What is usual: a consent, a fresh list, one note that was sealed, received, opened and acknowledged.
  const Digest header = digest(1), note = digest(2), grant = digest(3), list = digest(4), terms = digest(5),
               envelope = digest(6);
  const PolicyHash policy = retag<PolicyHash>(digest(7));
  JsonLine disclosed_detail(Role role = Role::txp) const;
  /// disclosed_under is the same under another basis.
  std::string disclosed_under(const std::string& basis) const;
  std::string opened_detail(const Digest& of_terms) const;

  std::filesystem::path at(const Agency& agency) const { return folder.path() / agency.name; }
  /// write makes a log of what an agency has recorded.
  void write(const Agency& agency) { write(agency, at(agency)); }
  void write(const Agency& agency, const std::filesystem::path& to);
  /// flip changes one byte of a file.
  static void flip(const std::filesystem::path& file, std::size_t at);
  /// entries_of is the file with an agency's first entries.
  std::filesystem::path entries_of(const Agency& agency) const;

  /// given is what an auditor has who was given everything.
  Given given() const;
  Audit audit(const Given& given);
  JournalOf journal_of(const Agency& agency) const;
  unsigned kept() const { return keys_.kept; }

 private:
  crypto::SeededRandom_for_testing random_{ByteView(std::string_view("audit"))};
  crypto::KemPrivateKey auditor_, stranger_;
  KeyId auditor_id_;
  Wraps keys_;
};

}  // namespace xch::audit_test
