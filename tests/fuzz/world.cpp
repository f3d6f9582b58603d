#include "fuzz/world.hpp"

#include <cstring>

#include "party/roster.hpp"
#include "vectors/world.hpp"
#include "wire/json_note.hpp"

namespace xch::fuzz {
namespace {

constexpr std::string_view kNote =
    R"({"i8":-128,"i16":-2,"u8":34,"u64":18446744073709551615,"f32":0.5,"kind":"small","free":"a\nb","date":"2026-03-31",)"
    R"("time":"2026-03-31T14:05Z","code":"26-1-00417-3","name":"Maria Reyes","place":"98104-1234; 3rd and Pike",)"
    R"("data":"AAH/","texts":["one","two"],"kinds":["large","small","large"],"numbers":[-1,7],)"
    R"("items":[{"label":"first","on":"2026-01-02","count":3,"kind":"small","tags":["tag"],"choice":{"number":0}},{}],)"
    R"("group":{"phone":"+1 206 555 0100","mail":"m@example.org"},"record":{"street":"Pine St","floor":4},)"
    R"("choice":{"number":7},"victim":"never with the others"})";

/// harbor writes every compartment; clinic reads those that the pack gives its role, and one that it does not.
testing::GrantSpec spec() {
  using F = FieldClass;
  testing::GrantSpec out;
  out.grant_id = "fuzz";
  out.seed = "fuzz grant";
  for (const auto k : vectors::everything_type().schema().compartments)
    out.rights.push_back({"harbor", k, k == vectors::full(F::eng) || k == vectors::full(F::sdv) ? Rights::both : Rights::write});
  const std::vector<Compartment> reads = {Compartment(F::id, Form::day), vectors::full(F::loc),
                                          vectors::full(F::eng),         vectors::full(F::need),
                                          Compartment(F::leg, Form::category), vectors::full(F::mh),
                                          vectors::full(F::txt)};
  for (const auto k : reads) out.rights.push_back({"clinic", k, Rights::read});
  out.edges = {{"harbor", "clinic"}};
  return out;
}

message::NoteInput note(Scene& scene, message_test::HeapMemory& memory) {
  message::NoteInput out = scene.note({}, {"clinic"});
  for (const auto& cell : must(wire::cells_from_json(scene.type, must(wire::parse_json(kNote)), memory), "note")) {
    out.slots[cell.slot].present = cell.present;
    out.slots[cell.slot].value = cell.value;
  }
  must(message::fill_forms(scene.pack, scene.schema(), out.slots, memory), "forms");
  return out;
}

Bytes redacted(Scene& scene, ByteView envelope) {
  const auto& clinic = scene.coalition["clinic"];
  message::RedactRequest request;
  request.reason = "minimum-necessary";
  request.slots = {message_test::slot_of(scene.schema(), "texts")};
  message::GateKey own{clinic.encryption.id, &*clinic.encryption_key, clinic.encryption.record.not_before,
                       clinic.encryption.record.not_after};
  return must(message::redact(envelope, scene.header_of(envelope), request, scene["clinic"], own,
                              clinic.encryption_key->public_key(), clinic.seat.id, *clinic.seat_key, scene.arenas,
                              scene.random, kNow),
              "redacted copy");
}

}  // namespace

void fill_ring(Ring& ring, const testing::Coalition& coalition) {
  for (const auto& name : coalition.names()) {
    const auto& party = coalition[name];
    ring.add(party.identity.id, *party.identity_key);
    ring.add(party.seat.id, *party.seat_key);
    if (party.authority) ring.add(party.authority->id, *party.authority_key);
    ring.value(party.id());
    ring.value(party.encryption.id);
    ring.value(party.encryption_key->public_key().bytes());
    ring.value(party.seat_key->public_key().bytes());
  }
  for (std::size_t i = 0; i < 3; ++i)
    ring.add(party::root_key_id(coalition.root(i).public_key().bytes()), coalition.root(i));
  ring.value(coalition.id());
}

World::World(SuiteId suite)
    : scene(suite, spec(), vectors::everything_type(), "harbor", vectors::everything_pack()) {
  fill_ring(ring, scene.coalition);
  message_test::HeapMemory memory;
  envelopes.push_back(scene.for_party(scene.seal({note(scene, memory)}), "clinic"));
  envelopes.push_back(scene.for_party(
      scene.seal({note(scene, memory), note(scene, memory), note(scene, memory)}), "clinic"));
  envelopes.push_back(redacted(scene, envelopes[0]));
  for (const auto& envelope : envelopes) {
    must(scene.open(envelope), "an honest envelope");
    drafts.push_back({scene.take_all_apart(envelope)});
  }
  ring.value(scene.care.built.hash);
  ring.value(scene.header_of(envelopes[0]));
  ring.value(scene.status->hash());
}

World& World::of(std::uint8_t variant) {
  if ((variant & 1) == 0) {
    static World p256(SuiteId::p256);
    return p256;
  }
  static World x25519(SuiteId::x25519);
  return x25519;
}

Knows::Knows(Scene& scene, const std::string& party, std::uint8_t doubts)
    : reader_(scene[party]), other_key_(&*scene.coalition["defender"].encryption_key), doubts_(doubts) {}

std::vector<message::GateKey> Knows::gate_keys() const {
  auto keys = reader_.gate_keys();
  if (!doubts(kOldKey)) return keys;
  message::GateKey other = keys.front();
  other.key = other_key_;
  other.id.bytes[0] ^= 1;
  keys.insert(keys.begin(), other);
  return keys;
}
std::shared_ptr<const party::VerifiedRoster> Knows::roster_at(Timestamp at) const {
  return doubts(kNoRosterOfThen) ? nullptr : reader_.roster_at(at);
}
const PolicyPack* Knows::pack(const PolicyHash& hash) const { return doubts(kNoPack) ? nullptr : reader_.pack(hash); }
message::StatusKnowledge Knows::status_of(const grant::HeldGrant&) const {
  message::StatusKnowledge out;
  if (doubts(kInactive)) out.inactive_since = before_now(kMinute);
  if (doubts(kNextVersion)) out.next_version_from = before_now(kMinute);
  return out;
}
bool Knows::inactive_between(const grant::HeldGrant&, Timestamp, Timestamp) const { return doubts(kInactiveBetween); }
std::optional<StatusHash> Knows::status_version(const PartyId&, const StatusListId&, std::uint32_t) const {
  return doubts(kOtherBody) ? std::optional<StatusHash>(StatusHash{}) : std::nullopt;
}
std::optional<message::ReplayMark> Knows::replay_mark(const PartyId&, const NoteId&) const {
  return doubts(kSeenThis) ? std::optional<message::ReplayMark>({HeaderHash{}, before_now(kHour)}) : std::nullopt;
}

ByteView aligned(message_test::HeapMemory& memory, ByteView bytes) {
  const MutableView copy = must(memory.take(bytes.size()));
  if (!bytes.empty()) std::memcpy(copy.data(), bytes.data(), bytes.size());
  return copy;
}

}  // namespace xch::fuzz
