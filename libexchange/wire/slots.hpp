// The rules of note schemas and the walk that turns one into slots. Shared by NoteType::load and capnpc-exchange, so
// that what compiles loads. Internal to wire/ and the plugin: it names Cap'n Proto types.
#pragma once

#include <capnp/schema.capnp.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "model/slots.hpp"
#include "wire/schema_rules.hpp"

namespace xch::wire {

/// Nodes are the schema nodes at hand, by id. The readers borrow from the message they came in.
using Nodes = std::map<std::uint64_t, capnp::schema::Node::Reader>;

/// RuleBreak is one broken rule: subject "field 'outcome.blob'", text "has no $class annotation". Both are made of
/// schema names and literals; a note's content is never near.
struct RuleBreak {
  std::string subject, text;
  SchemaRule rule = SchemaRule::root_struct;
};
template <class T>
using Ruled = tl::expected<T, RuleBreak>;

/// SchemaMember is one member of a struct, group or union, in slot order (ascending lowest ordinal). A union's
/// `unstated` is no member here.
struct SchemaMember {
  enum class Kind : std::uint8_t { slot, group, choice, record };
  Kind kind = Kind::slot;
  std::uint32_t field = 0;  // index in the list of fields of its node
  std::uint16_t slot = 0;   // of Kind::slot: the full slot
  std::vector<SchemaMember> members;
};

struct WalkedSchema {
  NoteSchema schema;  // the digest is left empty
  std::vector<SchemaMember> members;
};

constexpr unsigned kMaxSchemaDepth = 12;  // members within members; leaves room in a message's 16 levels
constexpr std::uint64_t kMaxView = 4u * 1024 * 1024;  // U of one view (docs/format.md, "Seal")

constexpr std::uint32_t kMaxSchemaSteps = 65536;  // members visited: a small schema can name one type again and again

/// walk_schema checks every rule and lays out the slots of the note type at `root`.
Ruled<WalkedSchema> walk_schema(const Nodes& nodes, std::uint64_t root);

constexpr std::size_t kMaxSchemaBreaks = 200;
/// schema_breaks is the same walk, which goes on after a broken rule: all of them, but for what only shows once another
/// is mended; none for a schema that walk_schema takes. At most kMaxSchemaBreaks and one.
std::vector<RuleBreak> schema_breaks(const Nodes& nodes, std::uint64_t root);

/// broken_layout is nothing when no two fields of a struct, its groups included, lie on the same bits but members of one
/// union (`apart`: else one field would read as another one, of another class), and all lie in the struct's sections
/// (`inside`). SchemaLoader checks the second, but in 32 bits, which a place of 2^32-1 goes round.
std::optional<SchemaRule> broken_layout(const Nodes& nodes, capnp::schema::Node::Reader record);
/// group_node gives the node of a group or union field; nullptr unless it is a group of `parent`.
const capnp::schema::Node::Reader* group_node(const Nodes& nodes, capnp::schema::Node::Reader parent,
                                              capnp::schema::Field::Reader field);

/// note_type_name gives the $noteType of a struct node; empty when it has none.
std::string note_type_name(capnp::schema::Node::Reader node);

}  // namespace xch::wire
