// Schemas from outside, as the Cap'n Proto compiler or capnpc-exchange wrote them: every broken rule of each note type
// in them, and what programs rely on. schema_compare tells two of them apart.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "model/slots.hpp"

namespace xch::wire {

constexpr std::size_t kMaxCompiledBytes = 3 * 1024 * 1024;  // in base64 it is part of one request of 4 MiB
constexpr std::size_t kMaxCompiledNodes = 8192;

/// SchemaFinding is one broken rule. Texts are made of schema names and literals.
struct SchemaFinding {
  std::string subject;             // "field 'contact.phone'", "struct 'Note'"
  std::string path;                // "contact.phone"; empty where no one field is at fault
  std::string_view rule;           // "no-bool" (schema_rules.def)
  std::string text;                // "has no $class annotation": goes on from the subject
  std::string_view fix;
};

/// SchemaField is one member as a program compiled against the schema reads it: single values, structs and unions,
/// also those inside of a list's elements.
struct SchemaField {
  std::string path;                // "contact.phone", "items.count"
  std::string record;              // path of the innermost struct it is part of; empty: the note itself
  std::string type;                // "Text", "UInt16", "enum", "List(Text)", "struct", "union"
  std::vector<std::string> codes;  // of an enum, or of a list of them
  bool is_value = true;            // not for a struct or a union: what is in it speaks for itself
  std::uint32_t ordinal = 0;
  std::uint32_t offset = 0;        // of a union: of its tag
  std::uint16_t member = 0;        // of a union's member: its number
};

struct CheckedSchema {
  std::string name;                // "progress.engagement"; empty where the name itself breaks a rule
  std::string struct_name;         // "ProgressEngagement"
  std::uint64_t type_id = 0;
  std::vector<SchemaFinding> findings;
  // Only where there is no finding:
  NoteSchema schema;               // its digest is left empty
  std::vector<SchemaField> fields;
  Bytes bundle;
};

/// check_schemas reads `file`: a compiled schema (capnp compile -o-) with every note type of its requested files, in
/// their order, or a schema bundle with its one. Errors: schema_not_compiled (neither, damaged, or over a limit);
/// schema_no_note; schema_invalid (a bundle that obeys the rules, but is not the one way to write it).
Result<std::vector<CheckedSchema>> check_schemas(ByteView file);

}  // namespace xch::wire
