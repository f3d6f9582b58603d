#include "wire/schema_bundle.hpp"

#include "wire/kj_fault.hpp"
#include "wire/schema_bundle_capnp.hpp"
#include "wire/schema_bundle_nodes.hpp"

namespace xch::wire {
namespace {

// A field's path is worth telling; the words of the rule are the plugin's.
std::string path_of(const RuleBreak& broken) {
  const auto open = broken.subject.find('\'');
  if (broken.subject.compare(0, 6, "field ") != 0 || open == std::string::npos) return "";
  return broken.subject.substr(open + 1, broken.subject.size() - open - 2);
}

std::vector<BoundMember> bind_members(const std::vector<SchemaMember>& members, capnp::StructSchema type,
                              std::vector<capnp::StructSchema::Field>& fields) {
  std::vector<BoundMember> out;
  for (const auto& member : members) {
    BoundMember bound;
    bound.kind = member.kind;
    bound.slot = member.slot;
    bound.field = type.getFields()[member.field];
    if (member.kind == SchemaMember::Kind::slot)
      fields[member.slot] = bound.field;
    else
      bound.members = bind_members(member.members, bound.field.getType().asStruct(), fields);
    out.push_back(std::move(bound));
  }
  return out;
}

Result<WalkedSchema> check_bundle(const BundleNodes& nodes, ByteView bundle) {
  auto walked = walk_schema(nodes.nodes(), nodes.root());
  if (!walked) return fail(Code::schema_invalid, path_of(walked.error()));
  // Nothing but the note's own nodes, each with nothing but what the allow-list copies, in the one order.
  if (!equal(write_bundle(nodes.nodes(), nodes.root()), bundle)) return fail(Code::schema_invalid);
  return std::move(*walked);
}

}  // namespace

Result<NoteType> NoteType::load(ByteView bundle) {
  try {
    const auto nodes = BundleNodes::read(bundle);
    if (!nodes) return fail(Code::schema_invalid);
    XCH_ASSIGN(auto walked, check_bundle(*nodes, bundle));
    auto internals = std::make_unique<Internals>();
    internals->bundle = bundle.copy();
    for (const auto& [id, node] : nodes->nodes()) internals->loader.load(node);  // copies
    internals->root = internals->loader.get(walked.schema.type_id).asStruct();
    internals->fields.resize(walked.schema.slots.size());
    internals->members = bind_members(walked.members, internals->root, internals->fields);
    for (const auto& slot : walked.schema.slots) internals->fields[slot.index] = internals->fields[slot.full_slot];
    internals->schema = std::move(walked.schema);
    return NoteType(std::move(internals));
  } catch (const kj::Exception& thrown) {  // its text may quote the schema: dropped
    if (is_for_want_of_memory(thrown)) throw std::bad_alloc();
    return fail(Code::schema_invalid);
  }
}

NoteType::NoteType(std::unique_ptr<Internals> internals) : internals_(std::move(internals)) {}
NoteType::NoteType(NoteType&&) noexcept = default;
NoteType& NoteType::operator=(NoteType&&) noexcept = default;
NoteType::~NoteType() = default;

const NoteSchema& NoteType::schema() const { return internals_->schema; }
ByteView NoteType::bundle() const { return internals_->bundle; }
void NoteType::set_digest(const SchemaDigest& digest) { internals_->schema.digest = digest; }

}  // namespace xch::wire
