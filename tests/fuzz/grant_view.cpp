// A grant view: what a consent authority that has its keys may send to a reader.
#include "crypto/merkle.hpp"
#include "fuzz/objects.hpp"
#include "fuzz/targets.hpp"
#include "grant/build.hpp"
#include "message/object_envelope.hpp"
#include "party/chain.hpp"
#include "vectors/world.hpp"
#include "wire/records.hpp"

namespace xch::fuzz {
namespace of_grant_view {
namespace {

enum Mode : std::uint8_t { kEdits, kViewBytes, kObjectBytes, kBodyBytes };
enum Section : std::uint8_t { kView, kCore, kChain, kObject, kCoreBytes, kViewRecord, kObjectRecord, kBody, kFrame, kSections };
// What the author of a view leaves as the edits made it (script.b).
enum Leave : std::uint8_t { kTree = 1, kCoreSignature = 2 };

const GrantView& honest(World& world) {
  const PartyId& clinic = world.party("clinic").id();
  for (const auto& view : world.scene.care.built.views)
    if (view.agency == clinic) return view;
  testing::give_up(Code::not_found, "clinic's view");
}

// The entries at their places in a tree of opaque leaves; their paths and the core's root follow.
void plant(GrantView& view, GrantCore& core, crypto::Random& random) {
  constexpr std::size_t kMostLeaves = 2048;
  if (core.leaf_count == 0 || core.leaf_count > kMostLeaves) return;
  std::vector<Digest> leaves(core.leaf_count);
  for (auto& leaf : leaves) leaf = crypto::random_fixed<Digest>(random);
  std::vector<ProvenEntry*> entries;
  for (auto* list : {&view.own, &view.edges})
    for (auto& proven : *list)
      if (proven.entry.index < leaves.size()) entries.push_back(&proven);
  for (const auto* proven : entries) leaves[proven->entry.index] = grant::entry_leaf(wire::encode_entry(proven->entry));
  std::vector<std::size_t> places;
  for (const auto* proven : entries) places.push_back(proven->entry.index);
  const auto paths = crypto::merkle_paths(places, leaves);
  for (std::size_t i = 0; i < entries.size(); ++i) entries[i]->path = paths[i];
  core.entries_root = crypto::merkle_root(leaves);
}

class Author {
 public:
  Author(World& world, const Script& script)
      : world_(world), script_(script), office_(world.party("office")), random_(world.random()) {}

  Bytes object() {
    GrantView view = honest(world_);
    GrantCore core = must(wire::decode_grant_core(view.core.body), "core");
    apply(kCore, [&](Walk& walk) { alter(core, walk); });
    apply(kView, [&](Walk& walk) { alter(view, walk); });
    if ((script_.b & kTree) == 0 && !script_.edits.empty()) plant(view, core, random_);
    Bytes core_bytes = script_.edits.empty() ? view.core.body : wire::encode(core);
    apply(kCoreBytes, [&](Walk& walk) { walk.words(core_bytes); });
    if ((script_.b & kCoreSignature) == 0)
      view.core = must(party::sign_object(Kind::grant, core_bytes, office_.authority->id, *office_.authority_key), "core");
    Bytes bytes = wire::encode(view);
    apply(kViewRecord, [&](Walk& walk) { walk.words(bytes); });
    SealedObject object =
        sealed_object(Kind::grantView, bytes, office_.authority_chain(), office_.authority->id, *office_.authority_key);
    return altered_object(std::move(object), kChain, kObject, kObjectRecord,
                          [&](Section section, auto change) { apply(section, change); });
  }
  void change_body(Bytes& body) {
    apply(kBody, [&](Walk& walk) { walk.bytes(body); });
  }
  void change_envelope(Bytes& envelope) {
    apply(kFrame, [&](Walk& walk) { walk.bytes(envelope); });
  }

 private:
  template <class Change>
  void apply(Section section, Change change) {
    each_edit(script_.edits, section, kSections, world_.ring, change);
  }
  World& world_;
  const Script& script_;
  const testing::TestParty& office_;
  crypto::SeededRandom_for_testing random_;
};

grant::KnownGrant known(World& world, std::uint8_t doubts) {
  grant::KnownGrant out;
  if ((doubts & 1) == 0) return out;
  out.highest_version = (doubts & 2) == 0 ? 1 : 2;
  out.pseudonym = (doubts & 4) == 0 ? honest(world).pseudonym : Pseudonym{};
  return out;
}

void take(World& world, const message::OpenedObject& opened, std::uint8_t doubts, bool is_honest) {
  require_same_again(wire::decode_grant_view, wire::encode, opened.object.object.body);
  const auto held = grant::verify_view(opened.object, *world.scene.coalition.roster(), world.party("clinic").id(),
                                       opened.opened_under, kNow, known(world, doubts));
  if (!held) {
    require_refusal(held.error(), {{2201, 2213}});
    require(!is_honest, "an honest grant view is taken");
    return;
  }
  const auto view = must(wire::decode_grant_view(opened.object.object.body), "a view that was taken");
  require_same_again(wire::decode_grant_core, wire::encode, view.core.body);
  require((*held)->hash() == grant::grant_hash(view.core.body), "a held grant has its core's hash");
  for (const auto& own : view.own) {
    const bool has_key = (*held)->class_private_key(own.entry.compartment) != nullptr;
    require(has_key == may_read(own.entry.rights), "a held grant has a key for each right to read and no other");
  }
}

void run(ByteView input) {
  const Script script = read_script(input);
  World& world = World::of(script.variant);
  const auto& clinic = world.party("clinic");
  const auto& office = world.party("office");
  const std::uint32_t least = world.scene.pack.grant_view_size;
  auto random = world.random();
  Author author(world, script);
  Bytes body;
  switch (script.mode % 4) {
    case kEdits: body = object_body(author.object(), least); break;
    case kViewBytes:
      require_same_again(wire::decode_grant_view, wire::encode, script.rest);
      body = object_body(wire::encode(sealed_object(Kind::grantView, script.rest.copy(), office.authority_chain(),
                                                    office.authority->id, *office.authority_key)),
                         least);
      break;
    case kObjectBytes:
      require_same_again(wire::decode_sealed_object, wire::encode, script.rest);
      body = object_body(script.rest, least);
      break;
    default: body = script.rest.copy();
  }
  const bool edited = script.mode % 4 == kEdits;
  if (edited) author.change_body(body);
  Bytes envelope = post_object(clinic, body, random);
  if (edited) author.change_envelope(envelope);
  const bool is_honest = edited && script.edits.empty() && script.a == 0;
  const auto opened = open_posted(clinic, envelope, least);
  require(opened || !is_honest, "an honest object envelope opens");
  if (opened) take(world, *opened, script.a, is_honest);
}

Bytes change(ByteView input, std::size_t most, Draw& draw) { return change_script(input, most, draw, kViewBytes); }

std::vector<Bytes> seeds() {
  std::vector<Bytes> out;
  for (std::uint8_t suite = 0; suite < 2; ++suite) {
    World& world = World::of(suite);
    const Script nothing;
    const Bytes object = Author(world, nothing).object();
    out.push_back(head_and(kEdits, suite, {}));
    out.push_back(head_and(kViewBytes, suite, wire::encode(honest(world))));
    out.push_back(head_and(kObjectBytes, suite, object));
    out.push_back(head_and(kBodyBytes, suite, object_body(object, 8192)));
  }
  return out;
}

}  // namespace
}  // namespace of_grant_view

Target grant_view_target() {
  using namespace of_grant_view;
  return {"grant_view", run, change, seeds};
}

}  // namespace xch::fuzz
