// ConsentIndex: which grants give a recipient something of a person, among a million of them: one probe of a table of
// eight-byte slots, and the entries of that pair. What each gives are two masks, of classes and of purposes. They are
// never joined over grants: one consent's classes are not for another one's purposes.
//
// An entry is one version of one grant for one recipient. What was revoked or suspended, has ended or not begun, or has
// a successor that has begun, is kept and never answers. Not thread-safe while it changes.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/time.hpp"
#include "model/compartment.hpp"
#include "model/grant.hpp"
#include "model/ids.hpp"
#include "model/registry.hpp"

namespace xch::policy {

using ClassMask = std::uint32_t;
using PurposeMask = std::uint32_t;
static_assert(kFieldClassCount <= 32 && kPurposeCount <= 32);

constexpr ClassMask mask_of(FieldClass field_class) { return ClassMask{1} << static_cast<unsigned>(field_class); }
constexpr PurposeMask mask_of(Purpose purpose) { return PurposeMask{1} << static_cast<unsigned>(purpose); }
constexpr ClassMask kEveryClass = ~ClassMask{0};

struct IndexedGrant {
  Pseudonym subject;
  PartyId recipient;
  GrantId grant;
  std::uint32_t version = 0;
  Basis basis = Basis::none;
  ClassMask classes = 0;
  PurposeMask purposes = 0;
  Timestamp effective_at, not_before, not_after;  // the last inclusive
  GrantState state = GrantState::active;
  std::uint32_t row = 0;  // the caller's own number for it
};

/// Covered is what one grant in force gives.
struct Covered {
  ClassMask classes = 0;
  PurposeMask purposes = 0;
  Basis basis = Basis::none;
  std::uint32_t row = 0;
  friend bool operator==(const Covered& a, const Covered& b) {
    return a.classes == b.classes && a.purposes == b.purposes && a.basis == b.basis && a.row == b.row;
  }
};

class ConsentIndex {
 public:
  /// `seed` is drawn at random by who keeps the index: whoever chooses ids cannot make them collide.
  explicit ConsentIndex(std::uint64_t seed = 0);
  ~ConsentIndex();
  ConsentIndex(ConsentIndex&&) noexcept;
  ConsentIndex& operator=(ConsentIndex&&) noexcept;

  /// put adds a grant version for a recipient; the same (subject, recipient, grant, version) is replaced.
  void put(const IndexedGrant& grant);
  /// remove forgets one; false where it is not there.
  bool remove(const Pseudonym& subject, const PartyId& recipient, const GrantId& grant, std::uint32_t version);

  /// in_force puts what answers at `at` into `out`, in the order of `row`. It empties `out` first.
  void in_force(const Pseudonym& subject, const PartyId& recipient, Timestamp at, std::vector<Covered>& out) const;
  /// covers: some one grant in force gives this class for this purpose.
  bool covers(const Pseudonym& subject, const PartyId& recipient, FieldClass field_class, Purpose purpose,
              Timestamp at) const;
  /// rows are the numbers of all entries of a pair, whether they answer or not, ascending.
  std::vector<std::uint32_t> rows(const Pseudonym& subject, const PartyId& recipient) const;

  std::size_t size() const { return size_; }
  /// bytes is the memory that it takes.
  std::size_t bytes() const;

 private:
  struct Entry;
  struct Slot {
    std::uint32_t head = 0;  // number of the pair's first entry; kFree, kGone
    std::uint32_t tag = 0;   // of the pair's hash, so that an entry is looked at only where it is likely the one
  };
  static constexpr std::uint32_t kNone = 0xffffffff, kFree = 0xffffffff, kGone = 0xfffffffe;

  std::uint64_t hash(const Pseudonym& subject, const PartyId& recipient) const;
  Entry& entry(std::uint32_t number) const;
  std::size_t find_slot(const Pseudonym& subject, const PartyId& recipient) const;
  std::uint32_t head_of(const Pseudonym& subject, const PartyId& recipient) const;
  std::uint32_t take_entry();
  void rehash(std::size_t slots);
  void link(std::uint32_t head);
  template <class Visit>
  void each_in_force(const Pseudonym& subject, const PartyId& recipient, Timestamp at, Visit visit) const;

  std::uint64_t seed_;
  std::vector<Slot> slots_;
  std::vector<std::unique_ptr<Entry[]>> blocks_;
  std::uint32_t used_ = 0;          // entries ever taken from the blocks
  std::uint32_t free_ = kNone;      // the first of those given back
  std::size_t size_ = 0, pairs_ = 0;
  std::size_t taken_slots_ = 0;     // by pairs, and by pairs that are gone: a search passes over them
};

}  // namespace xch::policy
