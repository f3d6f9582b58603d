#include "policy/consent_index.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace xch::policy {
namespace {

constexpr std::size_t kBlock = 4096, kFirstSlots = 16;

// The finaliser of MurmurHash3: every bit of the input reaches every bit of the output.
std::uint64_t mixed(std::uint64_t x) {
  x ^= x >> 33;
  x *= 0xff51afd7ed558ccdu;
  x ^= x >> 33;
  x *= 0xc4ceb9fe1a85ec53u;
  return x ^ (x >> 33);
}

std::uint64_t word(const std::uint8_t* bytes) {
  std::uint64_t out = 0;
  std::memcpy(&out, bytes, sizeof out);
  return out;
}

}  // namespace

struct ConsentIndex::Entry {
  Pseudonym subject;
  PartyId recipient;
  std::uint64_t from = 0, until = 0;        // it answers from here up to and with there
  std::uint64_t superseded_from = 0;        // and not from here on
  ClassMask classes = 0;
  PurposeMask purposes = 0;
  std::uint32_t next = 0, row = 0;
  std::uint64_t effective_at = 0;
  GrantId grant;
  std::uint32_t version = 0;
  std::uint16_t basis = 0;
  std::uint8_t state = 0;

  bool is_of(const Pseudonym& s, const PartyId& r) const { return subject == s && recipient == r; }
  bool answers(Timestamp at) const {
    return state == static_cast<std::uint8_t>(GrantState::active) && from <= at.seconds && at.seconds <= until &&
           at.seconds < superseded_from;
  }
};

ConsentIndex::ConsentIndex(std::uint64_t seed) : seed_(seed), slots_(kFirstSlots, Slot{kFree, 0}) {}
ConsentIndex::~ConsentIndex() = default;
ConsentIndex::ConsentIndex(ConsentIndex&&) noexcept = default;
ConsentIndex& ConsentIndex::operator=(ConsentIndex&&) noexcept = default;

// ---- looking up ----------------------------------------------------------------------------------------------------

std::uint64_t ConsentIndex::hash(const Pseudonym& subject, const PartyId& recipient) const {
  static_assert(Pseudonym::kSize == 16 && PartyId::kSize == 16);
  const std::uint64_t person = mixed(word(subject.bytes.data()) ^ mixed(word(subject.bytes.data() + 8) ^ seed_));
  return mixed(person ^ word(recipient.bytes.data()) ^ mixed(word(recipient.bytes.data() + 8) + seed_));
}

ConsentIndex::Entry& ConsentIndex::entry(std::uint32_t number) const {
  return blocks_[number / kBlock][number % kBlock];
}

/// The pair's slot, or the free one that ends the search for it. At most half of the slots are taken.
std::size_t ConsentIndex::find_slot(const Pseudonym& subject, const PartyId& recipient) const {
  const std::uint64_t h = hash(subject, recipient);
  const auto tag = static_cast<std::uint32_t>(h >> 32);
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = static_cast<std::size_t>(h) & mask;
  while (slots_[at].head != kFree) {
    const Slot& slot = slots_[at];
    if (slot.head != kGone && slot.tag == tag && entry(slot.head).is_of(subject, recipient)) return at;
    at = (at + 1) & mask;
  }
  return at;
}

std::uint32_t ConsentIndex::head_of(const Pseudonym& subject, const PartyId& recipient) const {
  return slots_[find_slot(subject, recipient)].head;  // kFree is kNone: no entry
}

template <class Visit>
void ConsentIndex::each_in_force(const Pseudonym& subject, const PartyId& recipient, Timestamp at, Visit visit) const {
  for (std::uint32_t n = head_of(subject, recipient); n != kNone; n = entry(n).next) {
    const Entry& e = entry(n);
    if (e.answers(at)) visit(Covered{e.classes, e.purposes, static_cast<Basis>(e.basis), e.row});
  }
}

void ConsentIndex::in_force(const Pseudonym& subject, const PartyId& recipient, Timestamp at,
                            std::vector<Covered>& out) const {
  out.clear();
  each_in_force(subject, recipient, at, [&](const Covered& covered) { out.push_back(covered); });
  if (out.size() > 1)
    std::sort(out.begin(), out.end(), [](const Covered& a, const Covered& b) { return a.row < b.row; });
}

bool ConsentIndex::covers(const Pseudonym& subject, const PartyId& recipient, FieldClass field_class, Purpose purpose,
                          Timestamp at) const {
  bool out = false;
  each_in_force(subject, recipient, at, [&](const Covered& covered) {
    out = out || ((covered.classes & mask_of(field_class)) != 0 && (covered.purposes & mask_of(purpose)) != 0);
  });
  return out;
}

std::vector<std::uint32_t> ConsentIndex::rows(const Pseudonym& subject, const PartyId& recipient) const {
  std::vector<std::uint32_t> out;
  for (std::uint32_t n = head_of(subject, recipient); n != kNone; n = entry(n).next) out.push_back(entry(n).row);
  std::sort(out.begin(), out.end());
  return out;
}

std::size_t ConsentIndex::bytes() const {
  return slots_.capacity() * sizeof(Slot) + blocks_.capacity() * sizeof(blocks_[0]) +
         blocks_.size() * kBlock * sizeof(Entry);
}

// ---- changing ------------------------------------------------------------------------------------------------------

std::uint32_t ConsentIndex::take_entry() {
  if (free_ != kNone) {
    const std::uint32_t number = free_;
    free_ = entry(number).next;
    return number;
  }
  if (used_ % kBlock == 0) blocks_.push_back(std::make_unique<Entry[]>(kBlock));
  return used_++;
}

void ConsentIndex::rehash(std::size_t slots) {
  const std::vector<Slot> before = std::exchange(slots_, std::vector<Slot>(slots, Slot{kFree, 0}));
  taken_slots_ = 0;
  for (const auto& slot : before) {
    if (slot.head == kFree || slot.head == kGone) continue;
    const Entry& e = entry(slot.head);
    slots_[find_slot(e.subject, e.recipient)] = slot;
    ++taken_slots_;
  }
}

/// link says of every version of the pair's grants from when a later one stands in its place.
void ConsentIndex::link(std::uint32_t head) {
  for (std::uint32_t n = head; n != kNone; n = entry(n).next) {
    Entry& e = entry(n);
    e.superseded_from = ~std::uint64_t{0};
    for (std::uint32_t m = head; m != kNone; m = entry(m).next) {
      const Entry& other = entry(m);
      if (other.grant == e.grant && other.version > e.version)
        e.superseded_from = std::min(e.superseded_from, other.effective_at);
    }
  }
}

void ConsentIndex::put(const IndexedGrant& grant) {
  if ((taken_slots_ + 1) * 2 > slots_.size()) rehash(pairs_ * 4 < slots_.size() ? slots_.size() : slots_.size() * 2);
  const std::size_t at = find_slot(grant.subject, grant.recipient);
  const std::uint32_t head = slots_[at].head;
  std::uint32_t number = head;
  while (number != kNone && (entry(number).grant != grant.grant || entry(number).version != grant.version))
    number = entry(number).next;
  const bool fresh = number == kNone;
  if (fresh) number = take_entry();
  Entry& e = entry(number);
  if (fresh) {
    e.next = head;
    if (head == kFree) ++taken_slots_, ++pairs_;
    slots_[at] = {number, static_cast<std::uint32_t>(hash(grant.subject, grant.recipient) >> 32)};
    ++size_;
  }
  e.subject = grant.subject;
  e.recipient = grant.recipient;
  e.grant = grant.grant;
  e.version = grant.version;
  e.basis = static_cast<std::uint16_t>(grant.basis);
  e.state = static_cast<std::uint8_t>(grant.state);
  e.classes = grant.classes;
  e.purposes = grant.purposes;
  e.effective_at = grant.effective_at.seconds;
  e.from = std::max(grant.not_before, grant.effective_at).seconds;
  e.until = grant.not_after.seconds;
  e.row = grant.row;
  link(slots_[at].head);
}

bool ConsentIndex::remove(const Pseudonym& subject, const PartyId& recipient, const GrantId& grant,
                          std::uint32_t version) {
  const std::size_t at = find_slot(subject, recipient);
  std::uint32_t before = kNone, number = slots_[at].head;
  while (number != kNone && (entry(number).grant != grant || entry(number).version != version)) {
    before = number;
    number = entry(number).next;
  }
  if (number == kNone) return false;
  const std::uint32_t next = entry(number).next;
  if (before != kNone) entry(before).next = next;
  if (before == kNone) slots_[at].head = next == kNone ? kGone : next;
  if (slots_[at].head == kGone) --pairs_;
  entry(number) = Entry{};
  entry(number).next = free_;
  free_ = number;
  --size_;
  if (slots_[at].head != kGone) link(slots_[at].head);
  return true;
}

}  // namespace xch::policy
