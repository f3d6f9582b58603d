// What a NoteType holds. Internal to wire/: it names Cap'n Proto types.
#pragma once

#include <capnp/schema-loader.h>

#include "wire/schema_bundle.hpp"
#include "wire/slots.hpp"

namespace xch::wire {

/// BoundMember is a SchemaMember with its field looked up once (by name costs four times as much, per field and note).
struct BoundMember {
  SchemaMember::Kind kind = SchemaMember::Kind::slot;
  std::uint16_t slot = 0;
  capnp::StructSchema::Field field;
  std::vector<BoundMember> members;
};

struct NoteType::Internals {
  Bytes bundle;
  NoteSchema schema;
  capnp::SchemaLoader loader;  // one per bundle: a loader keeps what it saw and does not compare annotations
  capnp::StructSchema root;
  std::vector<BoundMember> members;
  std::vector<capnp::StructSchema::Field> fields;  // of each slot, by index: a form slot's is its full slot's
};

}  // namespace xch::wire
