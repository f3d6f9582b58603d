// capnpc-exchange: the Cap'n Proto compiler plugin for note schemas (capnp compile -oc++ -oexchange note.capnp).
// It checks every struct with a $noteType and fails the build with one line naming the field that breaks a rule
// (include/exchange/schema/annotations.capnp lists the rules). For each file with note types it writes
//   <file>.exchange.hpp  exchange::Record<T>: type id, schema digest and class table, for code that seals and opens T
//   <file>.bundles.hpp   the canonical schema bundles, to be embedded or imported
#include <capnp/serialize.h>
#include <openssl/sha.h>

#include <array>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>

#include "wire/schema_bundle_nodes.hpp"
#include "wire/slots.hpp"

namespace {

using xch::Bytes;
using Request = capnp::schema::CodeGeneratorRequest;
using Digest = std::array<unsigned char, 32>;

constexpr std::uint64_t kCxxNamespace = 0xb9c6f99ebf805f2c;  // /capnp/c++.capnp

struct BuildError {
  std::string text;
};

struct NoteType {
  std::string cxx_name;    // "exchange::notes::CourtEvent"
  std::string short_name;  // "CourtEvent"
  xch::NoteSchema schema;
  Bytes bundle;
  Digest digest{};
};

// TH(label, m) = SHA-256(u8 len(label) || label || m) (docs/format.md, "Conventions").
Digest schema_digest(const Bytes& bundle) {
  constexpr std::string_view kLabel = "LX1 schema digest";
  const auto input = static_cast<char>(kLabel.size()) + std::string(kLabel) + std::string(xch::ByteView(bundle).text());
  Digest out;
  if (!SHA256(xch::ByteView(input).data(), input.size(), out.data())) throw BuildError{"SHA-256 failed"};
  return out;
}

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

std::string cxx_namespace(capnp::schema::Node::Reader file) {
  for (auto annotation : file.getAnnotations())
    if (annotation.getId() == kCxxNamespace) return std::string(annotation.getValue().getText().cStr()) + "::";
  return "";
}

NoteType check_note_type(const std::string& file_name, const std::string& file_namespace, const xch::wire::Nodes& nodes,
                         capnp::schema::Node::Reader node) {
  auto walked = xch::wire::walk_schema(nodes, node.getId());
  if (!walked) throw BuildError{file_name + ": " + walked.error().subject + " " + walked.error().text};
  const std::string display = node.getDisplayName().cStr();
  const auto scoped = display.substr(display.rfind(':') + 1);
  NoteType out;
  out.cxx_name = file_namespace + replace_all(scoped, ".", "::");
  out.short_name = scoped.substr(scoped.rfind('.') + 1);
  out.schema = std::move(walked->schema);
  out.bundle = xch::wire::write_bundle(nodes, node.getId());
  out.digest = schema_digest(out.bundle);
  return out;
}

void collect(const std::string& file_name, const std::string& file_namespace, const xch::wire::Nodes& nodes,
             capnp::schema::Node::Reader scope, std::vector<NoteType>& out) {
  for (auto nested : scope.getNestedNodes()) {
    const auto found = nodes.find(nested.getId());
    if (found == nodes.end() || !found->second.isStruct()) continue;
    if (!xch::wire::note_type_name(found->second).empty())
      out.push_back(check_note_type(file_name, file_namespace, nodes, found->second));
    collect(file_name, file_namespace, nodes, found->second, out);
  }
}

std::string hex_bytes(const unsigned char* data, std::size_t size) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (std::size_t i = 0; i < size; ++i) {
    out += i % 20 == 0 ? "\n      0x" : " 0x";
    out += kDigits[data[i] >> 4];
    out += kDigits[data[i] & 15];
    out += ',';
  }
  return out;
}

std::string header_start(const std::string& file_name) {
  return "// Generated from " + file_name + " by capnpc-exchange. Do not edit.\n#pragma once\n\n";
}

std::string record_header(const std::string& file_name, const std::vector<NoteType>& types) {
  std::ostringstream out;
  out << header_start(file_name) << "#include <array>\n#include <cstdint>\n#include <string_view>\n\n"
      << "#include \"" << file_name << ".h\"\n\nnamespace exchange {\n\ntemplate <class T>\nstruct Record;\n";
  for (const auto& type : types) {
    out << "\n/// " << type.schema.name << "\ntemplate <>\nstruct Record<::" << type.cxx_name << "> {\n"
        << "  struct Field {\n    std::string_view path, field_class, form;\n    std::uint32_t size;\n    bool isolate;\n  };\n"
        << "  static constexpr std::string_view name() { return \"" << type.schema.name << "\"; }\n"
        << "  static constexpr std::uint64_t type_id() { return 0x" << std::hex << type.schema.type_id << std::dec << "u; }\n"
        << "  static constexpr std::array<std::uint8_t, 32> schema_hash() {\n    return {"
        << hex_bytes(type.digest.data(), type.digest.size()) << "\n    };\n  }\n"
        << "  /// fields lists the slots of a note in their order: what each is about, its form, its bytes in every note.\n"
        << "  static constexpr std::array<Field, " << type.schema.slots.size() << "> fields() {\n    return {{\n";
    for (const auto& slot : type.schema.slots)
      out << "        {\"" << slot.path << "\", \"" << xch::code_of(slot.compartment.field_class()) << "\", \""
          << xch::code_of(slot.compartment.form()) << "\", " << slot.size << ", " << (slot.isolate ? "true" : "false")
          << "},\n";
    out << "    }};\n  }\n};\n";
  }
  out << "\n}  // namespace exchange\n";
  return out.str();
}

std::string bundles_header(const std::string& file_name, const std::vector<NoteType>& types) {
  std::ostringstream out;
  out << header_start(file_name) << "#include <cstdint>\n#include <string_view>\n\nnamespace exchange::bundles {\n";
  for (const auto& type : types)
    out << "\nstruct " << type.short_name << " {\n"
        << "  static constexpr std::string_view name = \"" << type.schema.name << "\";\n"
        << "  static constexpr std::uint64_t type_id = 0x" << std::hex << type.schema.type_id << std::dec << "u;\n"
        << "  static constexpr std::uint8_t bytes[] = {" << hex_bytes(type.bundle.data(), type.bundle.size())
        << "\n  };\n};\n";
  out << "\n}  // namespace exchange::bundles\n";
  return out.str();
}

void write_file(const std::string& name, const std::string& text) {
  std::ofstream out(name, std::ios::binary);
  out << text;
  if (!out.flush()) throw BuildError{name + ": cannot be written"};
}

void run(Request::Reader request) {
  xch::wire::Nodes nodes;
  for (auto node : request.getNodes()) nodes.emplace(node.getId(), node);
  std::set<std::string> names;
  std::vector<std::pair<std::string, std::string>> outputs;  // nothing is written unless every rule holds
  for (auto file : request.getRequestedFiles()) {
    const std::string file_name = file.getFilename().cStr();
    const auto& node = nodes.at(file.getId());
    std::vector<NoteType> types;
    collect(file_name, cxx_namespace(node), nodes, node, types);
    if (types.empty()) continue;
    for (const auto& type : types)
      if (!names.insert(type.schema.name).second)
        throw BuildError{file_name + ": note type '" + type.schema.name + "' " +
                         std::string(xch::wire::rule_info(xch::wire::SchemaRule::note_type_twice).text)};
    const auto base = file_name.substr(file_name.rfind('/') + 1);
    const auto stem = file_name.substr(0, file_name.size() - base.size()) + base.substr(0, base.rfind('.'));
    outputs.emplace_back(stem + ".exchange.hpp", record_header(base, types));
    outputs.emplace_back(stem + ".bundles.hpp", bundles_header(base, types));
  }
  for (const auto& [name, text] : outputs) write_file(name, text);
}

}  // namespace

int main() {
  try {
    capnp::ReaderOptions options;
    options.traversalLimitInWords = UINT64_MAX / 2;  // the compiler's own output, read as often as the checks need
    capnp::StreamFdMessageReader message(0, options);
    run(message.getRoot<Request>());
  } catch (const BuildError& e) {
    std::cerr << e.text << "\n";
    return 1;
  } catch (const kj::Exception&) {
    std::cerr << "capnpc-exchange: standard input is not a CodeGeneratorRequest; run it as capnp compile -oexchange\n";
    return 1;
  }
  return 0;
}
