// capnpc-exchange-registry: registry.capnp -> model/registry.hpp, so that no code is numbered twice.
// For each top-level enum T it writes `enum class T`, kTCount, code_of, parse_t and is_known.
#include <capnp/schema.capnp.h>
#include <capnp/serialize.h>

#include <fstream>
#include <iostream>
#include <set>
#include <sstream>
#include <string>

namespace {

constexpr uint64_t kCodeAnnotation = 0xc1a6e1d5b0a40002;

struct BuildError {
  std::string text;
};

std::string snake(const std::string& name) {
  std::string out;
  for (char c : name) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper && !out.empty()) out += '_';
    out += upper ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

std::string code_of(capnp::schema::Enumerant::Reader enumerant, const std::string& type) {
  for (auto annotation : enumerant.getAnnotations())
    if (annotation.getId() == kCodeAnnotation) return annotation.getValue().getText().cStr();
  throw BuildError{type + "." + enumerant.getName().cStr() + " has no $code annotation"};
}

void emit_enum(std::ostream& out, const std::string& type, capnp::schema::Node::Enum::Reader node) {
  const auto enumerants = node.getEnumerants();
  std::set<std::string> seen;
  std::ostringstream values, codes;
  uint32_t number = 0;
  for (auto enumerant : enumerants) {
    const auto code = code_of(enumerant, type);
    if (!code.empty() && !seen.insert(code).second) throw BuildError{type + ": code \"" + code + "\" stands twice"};
    values << "  " << enumerant.getName().cStr() << " = " << number++ << ",\n";
    codes << "    \"" << code << "\",\n";
  }
  out << "enum class " << type << " : std::uint16_t {\n" << values.str() << "};\n"
      << "inline constexpr std::uint16_t k" << type << "Count = " << number << ";\n"
      << "inline constexpr std::string_view k" << type << "Codes[k" << type << "Count] = {\n" << codes.str() << "};\n"
      << "/// code_of gives the code's text; empty for a number outside the list.\n"
      << "constexpr std::string_view code_of(" << type << " v) {\n"
      << "  const auto n = static_cast<std::uint16_t>(v);\n"
      << "  return n < k" << type << "Count ? k" << type << "Codes[n] : std::string_view();\n}\n"
      << "/// is_known is true for a number of the list that has a code (neither `none` nor an unused number).\n"
      << "constexpr bool is_known(" << type << " v) { return !code_of(v).empty(); }\n"
      << "constexpr std::optional<" << type << "> parse_" << snake(type) << "(std::string_view code) {\n"
      << "  for (std::uint16_t n = 0; n < k" << type << "Count; ++n)\n"
      << "    if (!code.empty() && k" << type << "Codes[n] == code) return static_cast<" << type << ">(n);\n"
      << "  return std::nullopt;\n}\n\n";
}

std::string registry_header(capnp::schema::CodeGeneratorRequest::Reader request, uint64_t file_id) {
  std::ostringstream out;
  out << "// Generated from registry.capnp by capnpc-exchange-registry. Do not edit.\n#pragma once\n\n"
      << "#include <cstdint>\n#include <optional>\n#include <string_view>\n\nnamespace xch {\n\n";
  for (auto file : request.getNodes()) {
    if (file.getId() != file_id) continue;
    for (auto nested : file.getNestedNodes())
      for (auto node : request.getNodes())
        if (node.getId() == nested.getId() && node.isEnum()) emit_enum(out, nested.getName().cStr(), node.getEnum());
  }
  out << "}  // namespace xch\n";
  return out.str();
}

}  // namespace

int main() {
  try {
    capnp::StreamFdMessageReader message(0);
    const auto request = message.getRoot<capnp::schema::CodeGeneratorRequest>();
    for (auto file : request.getRequestedFiles()) {
      std::string name = file.getFilename().cStr();
      name = name.substr(0, name.rfind('.')) + ".hpp";
      std::ofstream out(name);
      out << registry_header(request, file.getId());
      if (!out.flush()) throw BuildError{"cannot write " + name};
    }
  } catch (const BuildError& e) {
    std::cerr << e.text << "\n";
    return 1;
  } catch (const kj::Exception&) {
    std::cerr << "the request on standard input is not a CodeGeneratorRequest\n";
    return 1;
  }
  return 0;
}
