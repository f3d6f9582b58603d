// Key records and the chains they make: what a party with its own keys may certify.
#include "fuzz/objects.hpp"
#include "fuzz/targets.hpp"
#include "party/chain.hpp"
#include "party/records.hpp"
#include "party/roster.hpp"
#include "wire/records.hpp"

namespace xch::fuzz {
namespace of_key_record {
namespace {

enum Mode : std::uint8_t { kEdits, kRecordBytes };
enum Section : std::uint8_t { kRecords, kFrames, kChain, kBody, kSections };
// script.b: what the parents leave as the edits made it.
enum Leave : std::uint8_t { kParents = 1, kRoster = 2 };

struct Leaf {
  const char* party;
  KeyKind kind;
};
constexpr Leaf kLeaves[] = {{"harbor", KeyKind::seat}, {"clinic", KeyKind::seat}, {"office", KeyKind::consentAuthority}, {"patrol", KeyKind::consentAuthority}};

std::vector<Signed> chain_of(const testing::TestParty& party, KeyKind leaf) {
  return leaf == KeyKind::seat ? party.seat_chain() : party.authority_chain();
}

// Each record names the one above it, as it now is, and is signed by its key.
void certify(std::vector<Signed>& chain, const Ring& ring) {
  for (std::size_t i = chain.size(); i-- > 0;) {
    if (i + 1 == chain.size()) continue;
    const auto parent = wire::decode_key_record(chain[i + 1].body);
    auto record = wire::decode_key_record(chain[i].body);
    if (!parent || !record) continue;
    const crypto::SignPrivateKey* key = ring.by_public(parent->public_key);
    if (key == nullptr) continue;
    record->parent = party::key_id(chain[i + 1].body);
    chain[i] = must(party::sign_object(Kind::keyRecord, wire::encode(*record), record->parent, *key));
  }
}

// The roster in force, with the chain's top record in the place of that party's own: as the roots would sign it.
std::shared_ptr<const party::VerifiedRoster> roster_with(World& world, const testing::TestParty& party, const Signed& top) {
  Roster roster = world.scene.coalition.roster_body();
  for (auto& listed : roster.parties) {
    if (!(listed.id == party.id())) continue;
    listed.keys = {top};
  }
  auto verified = party::verify_roster(world.scene.coalition.sign(roster), nullptr);
  return verified ? std::move(*verified) : world.scene.coalition.roster();
}

void check(World& world, const Leaf& leaf, const std::vector<Signed>& chain, bool own_roster, bool is_honest) {
  for (const auto& record : chain) {
    require_same_again(wire::decode_key_record, wire::encode, record.body);
    const auto read = party::read_record(record, Code::key_record_malformed);
    if (!read) {
      require_refusal(read.error(), {{6209, 6209}});
      continue;
    }
    if (const auto key = party::parse_public_key(read->record, Code::key_record_malformed); !key)
      require_refusal(key.error(), {{6209, 6209}});
  }
  auto roster = world.scene.coalition.roster();
  if (!own_roster && !chain.empty() && chain.size() < 8) roster = roster_with(world, world.party(leaf.party), chain.back());
  const auto verified = party::verify_chain(chain, {leaf.kind}, *roster);
  party::ChainCache cache;
  const auto cached = cache.verify(chain, {leaf.kind}, *roster);
  require(cached.has_value() == verified.has_value(), "a remembered chain is judged like a new one");
  if (!verified) {
    require_refusal(verified.error(), {{3201, 3207}});
    require(!is_honest, "an honest chain is taken");
    return;
  }
  require(verified->leaf().record.kind == leaf.kind, "a chain's leaf is of the kind asked for");
  for (const auto at : {kNow, before_now(90 * kDay), after_now(400 * kDay)}) {
    const Status valid = party::valid_at(*verified, *roster, at);
    if (!valid) require_refusal(valid.error(), {{3212, 3213}});
  }
  require(party::valid_at(*verified, *roster, kNow) || !is_honest, "an honest chain is valid now");
}

void run(ByteView input) {
  const Script script = read_script(input);
  World& world = World::of(script.variant);
  const Leaf& leaf = kLeaves[script.variant / 2 % std::size(kLeaves)];
  std::vector<Signed> chain = chain_of(world.party(leaf.party), leaf.kind);
  if (script.mode % 4 == kRecordBytes) {
    chain.front().body = script.rest.copy();
    certify(chain, world.ring);
    const auto& identity = world.party(leaf.party);
    if (chain.size() > 1) chain.front() = must(party::sign_object(Kind::keyRecord, script.rest.copy(), identity.identity.id, *identity.identity_key));
    return check(world, leaf, chain, (script.b & kRoster) == 0, false);
  }
  for (const auto& edit : script.edits) {
    Walk walk(edit, world.ring);
    switch (edit.path[0] % kSections) {
      case kChain: alter_list(chain, walk); break;
      case kRecords: {
        if (chain.empty()) break;
        Signed& chosen = chain[walk.next() % chain.size()];
        auto record = wire::decode_key_record(chosen.body);
        if (!record) break;
        alter_member(*record, walk);
        chosen.body = wire::encode(*record);
        break;
      }
      case kBody:
        if (!chain.empty()) walk.words(chain[edit.path[1] % chain.size()].body);
        break;
      default: break;
    }
  }
  if ((script.b & kParents) == 0 && !script.edits.empty()) certify(chain, world.ring);
  for (const auto& edit : script.edits) {
    if (edit.path[0] % kSections != kFrames || chain.empty()) continue;
    Walk walk(edit, world.ring);
    alter_member(chain[walk.next() % chain.size()], walk);
  }
  check(world, leaf, chain, (script.b & kRoster) == 0 && script.edits.empty(), script.edits.empty());
}

Bytes change(ByteView input, std::size_t most, Draw& draw) { return change_script(input, most, draw, kRecordBytes); }

std::vector<Bytes> seeds() {
  std::vector<Bytes> out;
  for (std::uint8_t variant = 0; variant < 2 * std::size(kLeaves); ++variant) {
    const Leaf& leaf = kLeaves[variant / 2];
    out.push_back(head_and(kEdits, variant, {}));
    out.push_back(head_and(kRecordBytes, variant, chain_of(World::of(variant).party(leaf.party), leaf.kind).front().body));
  }
  return out;
}

}  // namespace
}  // namespace of_key_record

Target key_record_target() {
  using namespace of_key_record;
  return {"key_record", run, change, seeds};
}

}  // namespace xch::fuzz
