#include "wire/schema_check.hpp"

#include <capnp/serialize.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <set>

#include "wire/kj_fault.hpp"
#include "wire/schema_bundle.hpp"
#include "wire/schema_bundle_nodes.hpp"
#include "wire/slots.hpp"
#include "wire/slots_annotations.hpp"

namespace xch::wire {
namespace {

using capnp::schema::Field;
using capnp::schema::Node;
using capnp::schema::Type;
using Request = capnp::schema::CodeGeneratorRequest;

// In words: each getter counts what it reads again, and the walk visits a type as often as it is named. All note types
// of this library in one file take a fortieth of it.
constexpr std::uint64_t kMaxTraversal = 32u * 1024 * 1024;
constexpr unsigned kMaxSegments = 512;
constexpr unsigned kMaxScopes = 64;  // structs declared within structs
constexpr std::size_t kMaxNoteTypes = 256;
constexpr std::size_t kWord = sizeof(capnp::word);

std::uint32_t u32_at(ByteView bytes, std::size_t at) {
  std::uint32_t out = 0;
  for (unsigned i = 0; i < 4; ++i) out |= static_cast<std::uint32_t>(bytes[at + i]) << (8 * i);
  return out;
}

// Cap'n Proto's framing for streams: u32 segments - 1, u32 words of each, zeros to a word, the segments; nothing after.
bool is_framed(ByteView file) {
  if (file.size() < kWord || file.size() % kWord != 0) return false;
  const std::uint64_t segments = u32_at(file, 0) + std::uint64_t{1};
  if (segments > kMaxSegments) return false;
  const std::uint64_t table = (4 + 4 * segments + 7) / 8 * 8;
  if (table > file.size()) return false;
  std::uint64_t total = table;
  for (std::uint64_t i = 0; i < segments; ++i) total += std::uint64_t{u32_at(file, 4 + 4 * i)} * kWord;
  return total == file.size();
}

// A bundle begins with the pointer of its root: a struct right behind it, of one data word and one pointer.
bool begins_as_bundle(ByteView file) {
  static constexpr std::uint8_t kRoot[] = {0, 0, 0, 0, 1, 0, 1, 0};
  return file.size() >= sizeof kRoot && std::memcmp(file.data(), kRoot, sizeof kRoot) == 0;
}

std::string short_name(Node::Reader node) {
  const std::string display = node.getDisplayName().cStr();
  return display.substr(display.find_last_of(":.") + 1);
}

bool is_plain(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  });
}

SchemaFinding finding_of(const RuleBreak& broken) {
  const auto& rule = rule_info(broken.rule);
  const bool of_field = broken.subject.compare(0, 7, "field '") == 0;
  const auto path = of_field ? broken.subject.substr(7, broken.subject.size() - 8) : "";
  return {broken.subject, path, rule.id, broken.text, rule.fix};
}

// ---- What programs rely on -----------------------------------------------------------------------------------------

class FieldLister {
 public:
  explicit FieldLister(const Nodes& nodes) : nodes_(nodes) {}

  // Every rule holds, so types are known and do not recur.
  std::vector<SchemaField> list(std::uint64_t root) {
    add_members(nodes_.at(root), "", "");
    return std::move(out_);
  }

 private:
  void add_members(Node::Reader node, const std::string& path, const std::string& record) {
    for (auto field : node.getStruct().getFields()) add_field(node, field, path, record);
  }

  void add_field(Node::Reader parent, Field::Reader field, const std::string& above, const std::string& record) {
    const bool of_union = parent.getStruct().getDiscriminantCount() != 0;
    if (of_union && field.getDiscriminantValue() == 0) return;  // unstated
    SchemaField out;
    out.path = above.empty() ? field.getName().cStr() : above + "." + field.getName().cStr();
    out.record = record;
    out.member = of_union ? field.getDiscriminantValue() : 0;
    if (field.isGroup()) {
      const auto group = *group_node(nodes_, parent, field);
      if (group.getStruct().getDiscriminantCount() != 0) {
        out.type = "union";
        out.is_value = false;
        out.offset = group.getStruct().getDiscriminantOffset();
        out_.push_back(out);
      }
      return add_members(group, out.path, record);
    }
    const auto type = field.getSlot().getType();
    out.ordinal = field.getOrdinal().getExplicit();
    out.offset = field.getSlot().getOffset();
    out.type = type_name(type);
    const auto element = type.isList() ? type.getList().getElementType() : type;
    if (element.isEnum())
      for (auto enumerant : nodes_.at(element.getEnum().getTypeId()).getEnum().getEnumerants())
        out.codes.emplace_back(enumerant.getName().cStr());
    out.is_value = !type.isStruct();
    const auto path = out.path;
    out_.push_back(std::move(out));
    if (element.isStruct()) add_members(nodes_.at(element.getStruct().getTypeId()), path, path);
  }

  static std::string type_name(Type::Reader type) {
    switch (type.which()) {
      case Type::VOID: return "Void";
      case Type::INT8: return "Int8";
      case Type::INT16: return "Int16";
      case Type::INT32: return "Int32";
      case Type::INT64: return "Int64";
      case Type::UINT8: return "UInt8";
      case Type::UINT16: return "UInt16";
      case Type::UINT32: return "UInt32";
      case Type::UINT64: return "UInt64";
      case Type::FLOAT32: return "Float32";
      case Type::FLOAT64: return "Float64";
      case Type::TEXT: return "Text";
      case Type::DATA: return "Data";
      case Type::ENUM: return "enum";
      case Type::STRUCT: return "struct";
      case Type::LIST: return "List(" + type_name(type.getList().getElementType()) + ")";
      default: return "";  // the rules let no other type through
    }
  }

  const Nodes& nodes_;
  std::vector<SchemaField> out_;
};

// ---- Note types ----------------------------------------------------------------------------------------------------

CheckedSchema check_one(const Nodes& nodes, Node::Reader node) {
  CheckedSchema out;
  out.type_id = node.getId();
  out.struct_name = is_plain(short_name(node)) ? short_name(node) : "?";
  const auto breaks = schema_breaks(nodes, node.getId());
  bool named = true;
  for (const auto& broken : breaks) {
    out.findings.push_back(finding_of(broken));
    named = named && broken.rule != SchemaRule::note_type_name && broken.rule != SchemaRule::root_struct;
  }
  if (named) out.name = note_type_name(node);
  if (!breaks.empty()) return out;
  auto walked = walk_schema(nodes, node.getId());
  out.schema = std::move(walked->schema);
  out.fields = FieldLister(nodes).list(node.getId());
  out.bundle = write_bundle(nodes, node.getId());
  return out;
}

Result<std::vector<CheckedSchema>> check_bundle(ByteView file) {
  const auto bundle = BundleNodes::read(file);
  if (!bundle || bundle->nodes().count(bundle->root()) == 0) return fail(Code::schema_not_compiled);
  std::vector<CheckedSchema> out;
  out.push_back(check_one(bundle->nodes(), bundle->nodes().at(bundle->root())));
  if (!out[0].findings.empty()) return out;
  XCH_TRY(NoteType::load(file));
  return out;
}

bool has_note_type(Node::Reader node) {
  for (auto mark : node.getAnnotations())
    if (mark.getId() == annotation::kNoteType) return true;
  return false;
}

// The note types of the requested files, structs in structs among them, in the order in which they stand.
class Compiled {
 public:
  explicit Compiled(Request::Reader request) : request_(request) {}

  Result<std::vector<CheckedSchema>> check() {
    if (request_.getNodes().size() > kMaxCompiledNodes) return fail(Code::schema_not_compiled);
    for (auto node : request_.getNodes()) nodes_.emplace(node.getId(), node);
    for (auto file : request_.getRequestedFiles()) enter(file.getId(), 0);
    // What Cap'n Proto itself refuses to load (a field past the end of its struct), no compiler has written.
    for (const auto& type : out_)
      if (type.findings.empty() && !NoteType::load(type.bundle)) return fail(Code::schema_not_compiled);
    if (out_.empty()) return fail(Code::schema_no_note);
    if (out_.size() > kMaxNoteTypes) return fail(Code::schema_not_compiled);
    return std::move(out_);
  }

 private:
  void enter(std::uint64_t scope, unsigned depth) {
    const auto found = nodes_.find(scope);
    KJ_REQUIRE(depth < kMaxScopes);
    if (found == nodes_.end() || !entered_.insert(scope).second) return;
    for (auto nested : found->second.getNestedNodes()) {
      const auto node = nodes_.find(nested.getId());
      if (node == nodes_.end() || !node->second.isStruct() || entered_.count(nested.getId()) != 0) continue;
      if (has_note_type(node->second) && out_.size() <= kMaxNoteTypes) add(check_one(nodes_, node->second));
      enter(nested.getId(), depth + 1);
    }
  }

  void add(CheckedSchema type) {
    constexpr auto kTwice = SchemaRule::note_type_twice;
    const bool twice = !type.name.empty() && !names_.insert(type.name).second;
    const RuleBreak broken{"note type '" + type.name + "'", std::string(rule_info(kTwice).text), kTwice};
    if (twice) type.findings.push_back(finding_of(broken));
    out_.push_back(std::move(type));
  }

  Request::Reader request_;
  Nodes nodes_;
  std::set<std::uint64_t> entered_;
  std::set<std::string> names_;
  std::vector<CheckedSchema> out_;
};

Result<std::vector<CheckedSchema>> check_compiled(ByteView file) {
  auto words = kj::heapArray<capnp::word>(file.size() / kWord);
  std::memcpy(words.begin(), file.data(), file.size());
  const capnp::ReaderOptions options{kMaxTraversal, 64};
  capnp::FlatArrayMessageReader message(words, options);
  return Compiled(message.getRoot<Request>()).check();
}

}  // namespace

Result<std::vector<CheckedSchema>> check_schemas(ByteView file) {
  if (file.size() > kMaxCompiledBytes) return fail(Code::schema_not_compiled);
  try {
    if (is_framed(file)) return check_compiled(file);
    if (begins_as_bundle(file)) return check_bundle(file);
  } catch (const kj::Exception& thrown) {  // its text may quote the schema: dropped
    if (is_for_want_of_memory(thrown)) throw std::bad_alloc();
  }
  return fail(Code::schema_not_compiled);
}

}  // namespace xch::wire
