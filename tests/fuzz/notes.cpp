// Envelope, bundle and view: what a remote sender with all the right keys may put into them.
#include "fuzz/objects.hpp"
#include "fuzz/post.hpp"
#include "fuzz/targets.hpp"
#include "wire/json_note.hpp"
#include "wire/records.hpp"

namespace xch::fuzz {
namespace {

// Modes of an input: edits, or bytes at one of three depths.
enum Mode : std::uint8_t { kEdits, kOuter, kInner };

void require_view_again(ByteView bytes) {
  message_test::HeapMemory memory;
  const auto view = wire::decode_view(aligned(memory, bytes));
  if (!view) return;
  const auto again = wire::encode_view(*view, memory);
  require(again && equal(*again, bytes), "a view that parses encodes to the same bytes");
  require_same_again(wire::decode_header, wire::encode, view->core);
  require_same_again(wire::decode_terms, wire::encode, view->terms);
  for (const auto record : view->redactions) require_same_again(wire::decode_signed, wire::encode, record);
}

void require_bundle_again(ByteView bytes) {
  message_test::HeapMemory memory;
  const auto bundle = wire::decode_bundle(aligned(memory, bytes));
  if (!bundle) return;
  const auto again = wire::encode_bundle(*bundle);
  require(again && equal(*again, bytes), "a bundle that parses encodes to the same bytes");
  for (const auto record : bundle->chain) require_same_again(wire::decode_signed, wire::encode, record);
  for (const auto staple : bundle->staples) require_same_again(wire::decode_staple, wire::encode, staple);
  for (const auto view : bundle->views) require_view_again(view);
}

// Whatever opens can be shown: each value as JSON, and that JSON read back.
void require_values(const message::Opened& note) {
  message_test::HeapMemory memory;
  for (const auto& cell : note.cells) {
    require(cell.slot < note.schema->slots.size(), "an opened slot is one of the schema");
    if (!cell.present) continue;
    const auto json = wire::json_from_value(*note.type, note.schema->slots[cell.slot], cell.value, memory);
    require(json.has_value(), "an opened value has a JSON form");
    const std::string text = wire::write_json(*json);
    const auto read = wire::parse_json(text);
    require(read && wire::write_json(*read) == text, "an opened value's JSON reads back");
  }
}

enum class Sameness { honest, any };

void open(World& world, ByteView envelope, std::uint8_t doubts, Sameness sameness) {
  const Knows knows(world.scene, "clinic", doubts);
  const auto bundle = message::open(envelope, knows, world.scene.cache, world.scene.arenas, kNow);
  if (!bundle) {
    require_refusal(bundle.error(), {{2003, 2003}, {3101, 3113}, {3201, 3216}, {3509, 3509}});
    require(sameness == Sameness::any, "an honest envelope opens");
    return;
  }
  require(!bundle->views.empty(), "an opened bundle has a view");
  for (const auto& view : bundle->views) {
    if (!view.opened) {
      require_refusal(view.opened.error(), {{2003, 2003}, {3217, 3229}, {3301, 3332}, {3401, 3417}});
      require(sameness == Sameness::any, "an honest view opens");
      continue;
    }
    require_values(*view.opened);
  }
}

void run_edits(const Script& script, Reach reach) {
  World& world = World::of(script.variant);
  const auto& draft = world.drafts[script.variant / 2 % world.drafts.size()];
  const Posted posted = post(world, draft, script.edits, reach);
  require_bundle_again(posted.bundle);
  open(world, posted.envelope, script.a, script.edits.empty() && script.a == 0 ? Sameness::honest : Sameness::any);
}

void run_envelope(ByteView input) {
  const Script script = read_script(input);
  World& world = World::of(script.variant);
  switch (script.mode % 4) {
    case kOuter: return open(world, script.rest, script.a, Sameness::any);
    case kInner: return open(world, post_body(world, script.rest).envelope, script.a, Sameness::any);
    default: return run_edits(script, kEnvelopeReach);
  }
}

void run_bundle(ByteView input) {
  const Script script = read_script(input);
  if (script.mode % 4 != kOuter) return run_edits(script, kBundleReach);
  World& world = World::of(script.variant);
  require_bundle_again(script.rest);
  open(world, post_bundle(world, script.rest).envelope, script.a, Sameness::any);
}

void run_view(ByteView input) {
  const Script script = read_script(input);
  if (script.mode % 4 != kOuter) return run_edits(script, kViewReach);
  World& world = World::of(script.variant);
  require_view_again(script.rest);
  open(world, post_view(world, script.rest).envelope, script.a, Sameness::any);
}

// For both suites each draft as it is, and bytes to begin with.
std::vector<Bytes> seeds(Bytes (*outer)(World&, ByteView), Bytes (*inner)(World&, ByteView)) {
  std::vector<Bytes> out;
  for (std::uint8_t suite = 0; suite < 2; ++suite) {
    World& world = World::of(suite);
    for (std::uint8_t draft = 0; draft < world.drafts.size(); ++draft) {
      out.push_back(head_and(kEdits, static_cast<std::uint8_t>(suite + 2 * draft), {}));
      if (draft == 1) continue;  // as bytes three notes say no more than one
      out.push_back(head_and(kOuter, suite, outer(world, world.envelopes[draft])));
      if (inner != nullptr) out.push_back(head_and(kInner, suite, inner(world, world.envelopes[draft])));
    }
  }
  return out;
}

Bytes change_notes(ByteView input, std::size_t most, Draw& draw) { return change_script(input, most, draw, kOuter); }

}  // namespace

Target envelope_target() {
  return {"envelope", run_envelope, change_notes, [] {
            return seeds([](World&, ByteView envelope) { return envelope.copy(); },
                         [](World& world, ByteView envelope) { return world.scene.body_of(envelope); });
          }};
}
Target bundle_target() {
  return {"bundle", run_bundle, change_notes, [] { return seeds(bundle_of, nullptr); }};
}
Target view_target() {
  return {"view", run_view, change_notes, [] { return seeds(view_of, nullptr); }};
}

}  // namespace xch::fuzz
