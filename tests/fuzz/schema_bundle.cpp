// A schema bundle: a note type as somebody else's compiler, or somebody else's hands, may have written it.
#include "fuzz/schema_edit.hpp"
#include "fuzz/targets.hpp"
#include "fuzz/world.hpp"
#include "vectors/world.hpp"
#include "wire/json_note.hpp"

namespace xch::fuzz {
namespace of_schema_bundle {
namespace {

enum Mode : std::uint8_t { kEdits, kBundleBytes };

const std::vector<Bytes>& bundles() {
  static const std::vector<Bytes> all = [] {
    std::vector<Bytes> out{vectors::everything_type().bundle().copy()};
    for (const auto& bundle : wire::builtin_bundles()) out.push_back(bundle.bytes.copy());
    return out;
  }();
  return all;
}

void require_usable(const wire::NoteType& type) {
  const NoteSchema& schema = type.schema();
  require(schema.slots.size() <= schema.slot_count && schema.slot_count <= kMaxSlots, "a note type has a place for each slot");
  for (std::size_t i = 0; i < schema.slots.size(); ++i) {
    require(schema.slots[i].index == i, "slots stand in their order");
    require(schema.slots[i].full_slot <= i, "a form stands behind its field");
  }
  for (const auto part : parts_of(schema))
    for (const auto slot : slots_of_part(schema, part)) require(slot < schema.slots.size(), "a part's slots are the schema's");
  message_test::HeapMemory memory;
  const auto cells = wire::cells_from_json(type, wire::Json::object(), memory);
  require(cells.has_value(), "a note of any type may be empty");
  const auto note = wire::note_from_cells(type, *cells, memory);
  require(note && wire::cells_from_note(type, *note, memory), "an empty note is one of Cap'n Proto");
}

void run(ByteView input) {
  const Script script = read_script(input);
  const Bytes& base = bundles()[script.variant % bundles().size()];
  const Bytes bundle = script.mode % 4 == kBundleBytes ? script.rest.copy() : edited_bundle(base, script.edits);
  const auto type = wire::NoteType::load(bundle);
  if (!type) {
    require(is_within(type.error().code, {{1318, 1318}}), "a bundle is refused with the id for schemas");
    require(script.mode % 4 == kBundleBytes || !script.edits.empty(), "an honest bundle loads");
    return;
  }
  require(equal(type->bundle(), bundle), "a bundle that loads is kept as it came");
  const auto again = wire::NoteType::load(type->bundle());
  require(again && again->schema().slots.size() == type->schema().slots.size(), "a bundle loads again");
  require_usable(*type);
}

Bytes change(ByteView input, std::size_t most, Draw& draw) { return change_script(input, most, draw, kBundleBytes); }

std::vector<Bytes> seeds() {
  std::vector<Bytes> out;
  for (std::uint8_t i = 0; i < 4 && i < bundles().size(); ++i) {
    out.push_back(head_and(kEdits, i, {}));
    out.push_back(head_and(kBundleBytes, i, bundles()[i]));
  }
  return out;
}

}  // namespace
}  // namespace of_schema_bundle

Target schema_bundle_target() {
  using namespace of_schema_bundle;
  return {"schema_bundle", run, change, seeds};
}

}  // namespace xch::fuzz
