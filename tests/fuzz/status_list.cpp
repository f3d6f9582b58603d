// A status list and the staple cut from it: what a consent authority may sign.
#include "crypto/merkle.hpp"
#include "fuzz/objects.hpp"
#include "fuzz/targets.hpp"
#include "grant/status.hpp"
#include "party/chain.hpp"
#include "wire/records.hpp"

namespace xch::fuzz {
namespace of_status_list {
namespace {

enum Mode : std::uint8_t { kEdits, kListBytes, kStapleBytes };
enum Section : std::uint8_t { kBody, kChunks, kChain, kSigned, kBodyBytes, kListRecord, kStaple, kStapleRecord, kSections };
enum Leave : std::uint8_t { kTree = 1, kSignature = 2 };  // script.b

class Authority {
 public:
  Authority(World& world, const Script& script) : world_(world), script_(script) {}

  Bytes list() {
    const auto& office = world_.party("office");
    StatusList list = world_.scene.status->list();
    StatusBody body = must(wire::decode_status_body(list.signed_body.body), "status");
    apply(kChunks, [&](Walk& walk) { walk.bytes(list.chunks); });
    if ((script_.b & kTree) == 0) plant(body, list.chunks);
    apply(kBody, [&](Walk& walk) { alter_member(body, walk); });
    Bytes bytes = wire::encode(body);
    apply(kBodyBytes, [&](Walk& walk) { walk.words(bytes); });
    if ((script_.b & kSignature) == 0)
      list.signed_body = must(party::sign_object(Kind::statusList, bytes, office.authority->id, *office.authority_key));
    apply(kSigned, [&](Walk& walk) { alter_member(list.signed_body, walk); });
    apply(kChain, [&](Walk& walk) { alter_list(list.chain, walk); });
    Bytes out = wire::encode(list);
    apply(kListRecord, [&](Walk& walk) { walk.words(out); });
    return out;
  }
  Bytes staple(Staple staple) {
    apply(kStaple, [&](Walk& walk) { alter_member(staple, walk); });
    Bytes out = wire::encode(staple);
    apply(kStapleRecord, [&](Walk& walk) { walk.words(out); });
    return out;
  }

 private:
  template <class Change>
  void apply(Section section, Change change) {
    each_edit(script_.edits, section, kSections, world_.ring, change);
  }
  static void plant(StatusBody& body, const Bytes& chunks) {
    body.chunk_count = static_cast<std::uint32_t>(chunks.size() / kStatusChunk);
    std::vector<Digest> leaves;
    for (std::uint32_t i = 0; i < body.chunk_count; ++i)
      leaves.push_back(grant::status_leaf(i, ByteView(chunks).sub(std::size_t{i} * kStatusChunk, kStatusChunk)));
    body.root = crypto::merkle_root(leaves);
  }
  World& world_;
  const Script& script_;
};

Status check_staple(World& world, ByteView bytes) {
  require_same_again(wire::decode_staple, wire::encode, bytes);
  const auto staple = wire::decode_staple(bytes);
  if (!staple) return fail(Code::open_staple_malformed);
  require_same_again(wire::decode_status_body, wire::encode, staple->signed_body.body);
  const auto& held = *world.scene.care.held.at("clinic");
  grant::StapleCache cache;
  const auto verified = grant::verify_staple(*staple, held.core(), held.authority(), cache);
  const auto again = grant::verify_staple(*staple, held.core(), held.authority(), cache);
  require(verified.has_value() == again.has_value(), "a remembered staple is judged like a new one");
  if (verified) return Ok{};
  require_refusal(verified.error(), {{3314, 3317}});
  return fail(verified.error().code);
}

void check(World& world, ByteView bytes, Authority* authority, bool is_honest) {
  require_same_again(wire::decode_status_list, wire::encode, bytes);
  const auto list = wire::decode_status_list(bytes);
  require(list || !is_honest, "an honest list parses");
  if (!list) return;
  require_same_again(wire::decode_status_body, wire::encode, list->signed_body.body);
  const auto held = grant::verify_status_list(*list, *world.scene.coalition.roster(), kNow);
  if (!held) {
    require_refusal(held.error(), {{2214, 2215}, {2218, 2218}});
    require(!is_honest, "an honest list is taken");
    return;
  }
  const std::uint32_t index = world.scene.care.held.at("clinic")->core().status_index;
  for (const std::uint32_t i : {index, 0u, 255u, 256u, 1023u, 1024u, ~0u}) {
    const bool inside = i / 256 < (*held)->body().chunk_count;
    require((*held)->state_of(i).has_value() == inside && (*held)->staple(i).has_value() == inside,
            "a list has a state and a staple for each index within it");
  }
  const auto staple = (*held)->staple(index);
  if (!staple || authority == nullptr) return;
  const Status stapled = check_staple(world, authority->staple(*staple));
  require(stapled || !is_honest, "an honest list's staple is taken");
}

void run(ByteView input) {
  const Script script = read_script(input);
  World& world = World::of(script.variant);
  if (script.mode % 4 == kListBytes) return check(world, script.rest, nullptr, false);
  if (script.mode % 4 == kStapleBytes) return static_cast<void>(check_staple(world, script.rest));
  Authority authority(world, script);
  check(world, authority.list(), &authority, script.edits.empty());
}

Bytes change(ByteView input, std::size_t most, Draw& draw) { return change_script(input, most, draw, kListBytes); }

std::vector<Bytes> seeds() {
  std::vector<Bytes> out;
  for (std::uint8_t suite = 0; suite < 2; ++suite) {
    const auto& status = *World::of(suite).scene.status;
    out.push_back(head_and(kEdits, suite, {}));
    out.push_back(head_and(kListBytes, suite, wire::encode(status.list())));
    out.push_back(head_and(kStapleBytes, suite, wire::encode(must(status.staple(7)))));
  }
  return out;
}

}  // namespace
}  // namespace of_status_list

Target status_list_target() {
  using namespace of_status_list;
  return {"status_list", run, change, seeds};
}

}  // namespace xch::fuzz
