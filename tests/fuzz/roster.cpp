// A roster: what some of a coalition's roots, or all of them, may sign.
#include "fuzz/objects.hpp"
#include "fuzz/targets.hpp"
#include "party/roster.hpp"
#include "wire/records.hpp"

namespace xch::fuzz {
namespace of_roster {
namespace {

enum Mode : std::uint8_t { kEdits, kBodyBytes, kSignedBytes };
enum Section : std::uint8_t { kRoster, kSignatures, kBody, kSigned, kSections };
// script.a: bit 0, the roster is the held one's next; bits 1 to 3, a root that does not sign.
enum Choice : std::uint8_t { kNext = 1, kFirstRootIsOut = 2 };

std::vector<std::size_t> signers(std::uint8_t choice) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < 3; ++i)
    if ((choice & (kFirstRootIsOut << i)) == 0) out.push_back(i);
  return out;
}

SignedRoster sign(World& world, Bytes body, std::uint8_t choice) {
  SignedRoster out;
  out.body = std::move(body);
  for (const auto i : signers(choice))
    out.signatures.push_back(must(party::sign_roster(out.body, static_cast<std::uint8_t>(i), world.scene.coalition.root(i))));
  return out;
}

void require_usable(const party::VerifiedRoster& roster) {
  for (const auto& party : roster.roster().parties) {
    require(roster.party(party.id) != nullptr && roster.party_named(party.name) != nullptr, "a roster finds its parties");
    for (const auto& record : party.keys) {
      const CertifiedKey* key = roster.key(party::key_id(record.body));
      require(key != nullptr && key->record.subject == party.id, "a roster finds its parties' keys");
      const bool decrypts = key->record.kind == KeyKind::agencyEncryption;
      require((roster.kem_key(key->id) != nullptr) == decrypts, "a roster has each key parsed");
      require((roster.sign_key(key->id) != nullptr) == !decrypts, "a roster has each key parsed");
    }
    if (const CertifiedKey* key = roster.encryption_key(party.id, kNow))
      require(roster.in_force(*key, kNow), "the key to seal to is in force");
  }
}

void check(World& world, const SignedRoster& roster, std::uint8_t choice, bool is_honest) {
  const auto held = world.scene.coalition.roster();
  require_same_again(wire::decode_roster, wire::encode, roster.body);
  const auto verified = party::verify_roster(roster, (choice & kNext) != 0 ? held.get() : nullptr);
  if (verified) return require_usable(**verified);
  require_refusal(verified.error(), {{6201, 6205}, {6209, 6211}});
  require(!is_honest, "an honest roster is taken");
}

void run(ByteView input) {
  const Script script = read_script(input);
  World& world = World::of(script.variant);
  const auto apply = [&](Section section, auto change) { each_edit(script.edits, section, kSections, world.ring, change); };
  if (script.mode % 4 == kBodyBytes) return check(world, sign(world, script.rest.copy(), script.a), script.a, false);
  if (script.mode % 4 == kSignedBytes) {
    require_same_again(wire::decode_signed_roster, wire::encode, script.rest);
    if (const auto roster = wire::decode_signed_roster(script.rest)) check(world, *roster, script.a, false);
    return;
  }
  Roster roster = world.scene.coalition.roster_body();
  if ((script.a & kNext) != 0) {
    roster.previous = world.scene.coalition.roster()->hash();
    ++roster.version;
  }
  apply(kRoster, [&](Walk& walk) { alter_member(roster, walk); });
  Bytes body = wire::encode(roster);
  apply(kBody, [&](Walk& walk) { walk.words(body); });
  SignedRoster made = sign(world, std::move(body), script.a);
  apply(kSignatures, [&](Walk& walk) { alter_list(made.signatures, walk); });
  Bytes bytes = wire::encode(made);
  apply(kSigned, [&](Walk& walk) { walk.words(bytes); });
  require_same_again(wire::decode_signed_roster, wire::encode, bytes);
  const auto decoded = wire::decode_signed_roster(bytes);
  const bool is_honest = script.edits.empty() && signers(script.a).size() >= 2;
  require(decoded || !is_honest, "an honest roster parses");
  if (decoded) check(world, *decoded, script.a, is_honest);
}

Bytes change(ByteView input, std::size_t most, Draw& draw) { return change_script(input, most, draw, kBodyBytes); }

std::vector<Bytes> seeds() {
  std::vector<Bytes> out;
  for (std::uint8_t suite = 0; suite < 2; ++suite) {
    const auto& coalition = World::of(suite).scene.coalition;
    Bytes next = head_and(kEdits, suite, {});
    next[2] = kNext;
    out.push_back(head_and(kEdits, suite, {}));
    out.push_back(next);
    out.push_back(head_and(kBodyBytes, suite, coalition.signed_roster().body));
    out.push_back(head_and(kSignedBytes, suite, wire::encode(coalition.signed_roster())));
  }
  return out;
}

}  // namespace
}  // namespace of_roster

Target roster_target() {
  using namespace of_roster;
  return {"roster", run, change, seeds};
}

}  // namespace xch::fuzz
