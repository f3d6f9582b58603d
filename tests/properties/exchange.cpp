#include "properties/exchange.hpp"

#include <algorithm>
#include <set>

#include "crypto/digest.hpp"
#include "message/cells.hpp"
#include "policy/decide.hpp"

namespace xch::properties {
namespace {

using message_test::must;
using message_test::kNow;

// Another reader of the same note: of another role where the pack has one.
const Situation* other_of(const Situation& s) {
  const Situation* same_role = nullptr;
  for (const auto& at : situations()) {
    if (at.type != s.type || at.basis != s.basis || at.purpose != s.purpose || at.part != s.part || at.archive)
      continue;
    if (at.to != s.to) return &at;
    same_role = &at;
  }
  return same_role;
}

// What the sender may be given at all: under originator authority its own classes, whole.
std::vector<Compartment> may_be_written(const Situation& s) {
  if (!s.originates()) return s.schema().compartments;
  std::vector<Compartment> out;
  const auto& own = message_test::default_pack().originator.own;
  for (const auto k : s.schema().compartments)
    if (k.form() == Form::full && std::binary_search(own.begin(), own.end(), k.field_class())) out.push_back(k);
  return out;
}

std::vector<Compartment> any_of_them(const std::vector<Compartment>& from) {
  std::vector<Compartment> out;
  for (const auto k : from)
    if (!*one_in(3)) out.push_back(k);
  return out;
}

void put(std::vector<Compartment>& sorted, Compartment k) {
  const auto at = std::lower_bound(sorted.begin(), sorted.end(), k);
  if (at == sorted.end() || *at != k) sorted.insert(at, k);
}

testing::GrantSpec spec_of(const Situation& s, const Consent& consent, const std::string& sender, bool with_other) {
  testing::GrantSpec spec;
  spec.basis = s.basis;
  spec.purposes = {s.purpose};
  spec.authority = s.originates() ? sender : "office";
  spec.not_before = spec.effective_at = testing::before_now(5 * kDay);
  spec.not_after = testing::after_now(20 * kDay);
  std::map<std::pair<std::string, Compartment>, unsigned> rights;
  const auto add = [&](const std::string& name, const std::vector<Compartment>& compartments, Rights right) {
    for (const auto k : compartments) rights[{name, k}] |= static_cast<unsigned>(right);
  };
  add(sender, consent.sender_writes, Rights::write);
  add(sender, consent.sender_reads, Rights::read);
  add("clinic", consent.reader_reads, Rights::read);
  if (with_other) add("defender", consent.other_reads, Rights::read);
  for (const auto& [whose, bits] : rights) spec.rights.push_back({whose.first, whose.second, static_cast<Rights>(bits)});
  if (!consent.reader_reads.empty()) spec.edges.push_back({sender, "clinic"});
  if (with_other && !consent.other_reads.empty()) spec.edges.push_back({sender, "defender"});
  return spec;
}

}  // namespace

rc::Gen<std::vector<Compartment>> any_writes(const Situation& situation, const Situation* other) {
  return rc::gen::exec([&situation, other] {
    auto out = any_of_them(may_be_written(situation));
    put(out, *rc::gen::elementOf(situation.given));
    if (other != nullptr) put(out, *rc::gen::elementOf(other->given));
    return out;
  });
}

rc::Gen<std::vector<Compartment>> any_reads(const Situation& situation, const std::vector<Compartment>& sender_writes) {
  return rc::gen::exec([&situation, sender_writes] {
    std::vector<Compartment> useful;
    for (const auto k : situation.given)
      if (std::binary_search(sender_writes.begin(), sender_writes.end(), k)) useful.push_back(k);
    // A grant may give more than the pack does, but under originator authority.
    auto out = any_of_them(situation.originates() ? situation.given : situation.schema().compartments);
    put(out, *rc::gen::elementOf(useful));
    return out;
  });
}

std::string first_difference(const Shape& a, const Shape& b) {
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    if (i >= a.size()) return "only the second has " + b[i].first;
    if (i >= b.size()) return "only the first has " + a[i].first;
    if (a[i] != b[i])
      return a[i].first + ": " + std::to_string(a[i].second) + " and " + b[i].first + ": " + std::to_string(b[i].second);
  }
  return "";
}

Exchange::Exchange(const Situation& situation, SuiteId suite)
    : situation_(situation), other_(other_of(situation)), coalition_(suite, message_test::default_pack_hash()) {
  Roster roster = coalition_.roster_body();
  for (auto& party : roster.parties) {
    if (party.name == sender_name()) party.role = situation.from;
    if (party.name == "clinic") party.role = situation.to;
    if (party.name == "defender" && other_ != nullptr) party.role = other_->to;
  }
  coalition_.adopt(roster);

  testing::StatusSpec list;
  if (situation.originates()) list.authority = sender_name();
  status_ = testing::hold_status(coalition_, list);
  const auto& party = coalition_[sender_name()];
  sender_.party = party.id();
  sender_.roster = coalition_.roster();
  sender_.pack = &message_test::default_pack();
  sender_.policy_hash = message_test::default_pack_hash();
  sender_.chain = party.seat_chain();
  sender_.seat_key_id = party.seat.id;
  sender_.seat_key = &*party.seat_key;
  sender_.checkpoint.root = crypto::sha256(ByteView());
  reader_ = std::make_unique<message_test::Reader>(coalition_, coalition_[reader_name()], suite);
  reader_->own_type = situation.type;
}

void Exchange::grant(const Consent& consent) {
  granted_ = testing::make_grant(coalition_, spec_of(situation_, consent, sender_name(), other_ != nullptr));
  keys_ = std::make_unique<message_test::GateKeys>(random_);
  const auto held = granted_.held.at(reader_name());
  reader_->grants = {{held->hash(), held}};
}

std::vector<std::uint16_t> Exchange::writable() const {
  const auto& grant = *granted_.held.at(sender_name());
  const auto& writes = grant.may_write(sender_.party);
  const auto here = slots_of_part(situation_.schema(), situation_.part);
  std::vector<std::uint16_t> out;
  for (const auto& slot : situation_.schema().slots) {
    if (slot.full_slot != slot.index) continue;
    // A field of another part may stand in the input too: it goes into a note of its own, never into this one.
    const bool other_part = !std::binary_search(here.begin(), here.end(), slot.index);
    if (other_part || std::binary_search(writes.begin(), writes.end(), slot.compartment)) out.push_back(slot.index);
  }
  return out;
}

std::vector<std::uint16_t> Exchange::visible() {
  const auto& grant = *granted_.held.at(sender_name());
  policy::Query query;
  query.basis = situation_.basis;
  query.purpose = situation_.purpose;
  query.reader_role = situation_.to;
  query.reader_may_read = grant.may_read(coalition_[reader_name()].id());
  query.sender_may_write = grant.may_write(sender_.party);
  query.reader_is_sender = situation_.archive;
  query.part = situation_.part;
  const auto terms = policy::terms_of(message_test::default_pack(), situation_.schema(), query);
  std::vector<std::uint16_t> out;
  for (const auto slot : slots_of_part(situation_.schema(), situation_.part))
    if (std::binary_search(terms.begin(), terms.end(), situation_.schema().slots[slot].compartment)) out.push_back(slot);
  return out;
}

message::NoteInput Exchange::note(const Slots& slots, To to) {
  message::NoteInput out;
  out.schema = &situation_.schema();
  out.part = situation_.part;
  out.slots = slots.values;
  out.note_id = testing::fixed_id<NoteId>("note " + std::to_string(++serial_));
  out.grant = granted_.held.at(sender_name());
  out.purpose = situation_.purpose;
  out.expires_at = testing::after_now(2 * kDay);
  out.status = status_;
  out.newest_status_version = 1;
  out.to.push_back({coalition_[reader_name()].id(), {}});
  if (to == To::everybody && other_ != nullptr) out.to.push_back({coalition_["defender"].id(), {}});
  return out;
}

Received Exchange::receive(const Slots& slots, To to) {
  const auto sealed = must(message::seal(sender_, {note(slots, to)}, kNow, *keys_, arenas_, random_), "seal");
  const auto& party = coalition_[reader_name()];
  ByteView envelope;
  for (const auto& at : sealed.envelopes)
    if (at.to == party.id()) envelope = at.envelope;

  Received out;
  const auto say = [&](const std::string& name, std::size_t number) { out.shape.emplace_back(name, number); };
  const message_test::Cut cut = message_test::cut_open(envelope, party);
  say("envelope", envelope.size());
  say("bundle", cut.bundle_size);
  say("records of the chain", cut.bundle.chain.size());
  for (const auto& record : cut.bundle.chain) say("record of the chain", record.size());
  say("staples", cut.bundle.staples.size());
  for (const auto& staple : cut.bundle.staples) say("staple", staple.size());
  say("views", cut.views.size());
  // Paths are of a fixed number of hashes by their type; the view's own size tells if anything else is not.
  for (std::size_t i = 0; i < cut.views.size(); ++i) {
    const ViewBorrowed& view = cut.views[i];
    say("view", cut.view_sizes[i]);
    say("core", view.core.size());
    say("terms", view.terms.size());
    say("batch path", view.batch_path.size());
    say("recipient path", view.recipient_path.size());
    say("wraps", view.wraps.size());
    for (const auto& [k, wrap] : view.wraps) say("wrap of " + std::to_string(k.value), wrap.size());
    say("redactions", view.redactions.size());
    say("slots", view.slots.size());
    for (std::size_t s = 0; s < view.slots.size(); ++s) say("slot " + std::to_string(s), view.slots[s].size());
  }

  const auto opened = must(message::open(envelope, *reader_, cache_, arenas_, kNow), "envelope");
  const message::Opened& view = must(opened.views.front().opened, "view");
  say("cells", view.cells.size());
  for (const auto& cell : view.cells) {
    say("plain of " + std::to_string(cell.slot), cell.plain.size());
    if (cell.present) out.values[cell.slot] = std::string(cell.value.text());
  }
  return out;
}

Received Exchange::receive(const Fields& fields, To to) {
  Slots slots;
  fill(*situation_.type, fields, slots);
  return receive(slots, to);
}

}  // namespace xch::properties
