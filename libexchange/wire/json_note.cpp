#include "wire/json_note.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/encoding.hpp"
#include "base/wipe.hpp"
#include "wire/value.hpp"
#include "wire/value_capnp.hpp"

namespace xch::wire {
namespace {

using capnp::DynamicEnum;
using capnp::DynamicList;
using capnp::DynamicStruct;
using capnp::DynamicValue;
using Kind = SchemaMember::Kind;

// Levenshtein distance, cut off: a name two edits away is worth offering, a farther one is noise.
constexpr std::size_t kNearEnough = 2;

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({substituted, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

std::string join_path(const std::string& parent, std::string_view name) {
  return parent.empty() ? std::string(name) : parent + "." + std::string(name);
}

/// unknown_path tells the place of a member that the schema lacks; the name came from outside and is not told.
std::string unknown_path(const std::string& parent, const std::vector<Json::Member>& members, std::string_view name,
                         const std::vector<std::string>& known) {
  std::size_t place = 1;
  for (const auto& member : members) {
    if (member.first == name) break;
    ++place;
  }
  const auto path = (parent.empty() ? "" : parent + ", ") + "member " + std::to_string(place);
  if (name.size() > 64) return path;
  const std::string* nearest = nullptr;
  auto best = kNearEnough + 1;
  for (const auto& candidate : known) {
    const auto d = distance(name, candidate);
    if (d >= best) continue;
    best = d;
    nearest = &candidate;
  }
  if (!nearest) return path;
  return path + "; nearest: " + *nearest;
}

[[noreturn]] void refuse(Code code, const std::string& path) { throw Fault(Error(code, path)); }

const std::vector<Json::Member>& object_of(const Json& json, const std::string& path) {
  if (json.type() != Json::Type::object) refuse(Code::json_wrong_type, path);
  return json.members();
}

std::string_view text_of(const Json& json, TextFormat format, const std::string& path) {
  if (json.type() != Json::Type::text) refuse(Code::json_wrong_type, path);
  if (const auto fault = text_fault(json.as_text(), format)) refuse(*fault, path);
  return json.as_text();
}

std::uint16_t code_of_name(const Json& json, const std::vector<std::string>& codes, const std::string& path) {
  if (json.type() != Json::Type::text) refuse(Code::json_wrong_type, path);
  const auto found = std::find(codes.begin(), codes.end(), json.as_text());
  if (found == codes.end()) refuse(Code::json_range, path);
  return static_cast<std::uint16_t>(found - codes.begin());
}

double real_of(const Json& json, const std::string& path) {
  if (json.type() == Json::Type::integer) return static_cast<double>(json.as_integer());
  if (json.type() == Json::Type::natural) return static_cast<double>(json.as_natural());
  if (json.type() != Json::Type::real) refuse(Code::json_wrong_type, path);
  return json.as_real();
}

std::uint64_t word_of_number(const Json& json, WordType type, const std::string& path) {
  std::uint64_t word = 0;
  if (type == WordType::f32 || type == WordType::f64) {
    const double value = real_of(json, path);
    const auto narrow = static_cast<float>(value);
    if (type == WordType::f32) std::memcpy(&word, &narrow, sizeof(narrow));
    else std::memcpy(&word, &value, sizeof(value));
    if (!fits(word, type)) refuse(Code::json_range, path);
    return word;
  }
  const bool is_signed = type >= WordType::i8 && type <= WordType::i64;
  if (!json.is_natural() && json.type() != Json::Type::integer) refuse(Code::json_wrong_type, path);
  word = json.is_natural() ? json.as_natural() : static_cast<std::uint64_t>(json.as_integer());
  const bool wraps = json.is_natural() ? is_signed && word > static_cast<std::uint64_t>(INT64_MAX) : !is_signed;
  if (wraps || !fits(word, type)) refuse(Code::json_range, path);
  return word;
}

Bytes data_of(const Json& json, const std::string& path) {
  if (json.type() != Json::Type::text) refuse(Code::json_wrong_type, path);
  auto bytes = from_base64(json.as_text());
  if (!bytes) refuse(Code::json_range, path);
  return std::move(*bytes);
}

std::vector<std::string> enumerants(capnp::EnumSchema schema) {
  std::vector<std::string> out;
  for (auto enumerant : schema.getEnumerants()) out.emplace_back(enumerant.getProto().getName().cStr());
  return out;
}

WordType word_type(capnp::Type type) {
  switch (type.which()) {
    case capnp::schema::Type::INT8: return WordType::i8;
    case capnp::schema::Type::INT16: return WordType::i16;
    case capnp::schema::Type::INT32: return WordType::i32;
    case capnp::schema::Type::INT64: return WordType::i64;
    case capnp::schema::Type::UINT8: return WordType::u8;
    case capnp::schema::Type::UINT16: return WordType::u16;
    case capnp::schema::Type::UINT32: return WordType::u32;
    case capnp::schema::Type::UINT64: return WordType::u64;
    case capnp::schema::Type::FLOAT32: return WordType::f32;
    case capnp::schema::Type::FLOAT64: return WordType::f64;
    default: return WordType::none;
  }
}

// A list is one slot: its elements, structs among them, are built as Cap'n Proto and become one value.
void build_list(const Json& json, TextFormat format, const std::string& path, DynamicList::Builder to);
void build_struct(const Json& json, const std::string& path, DynamicStruct::Builder to);

const std::vector<Json>& items_of(const Json& json, const std::string& path) {
  if (json.type() != Json::Type::array) refuse(Code::json_wrong_type, path);
  if (json.items().size() > kMaxListElements) refuse(Code::note_malformed, path);
  return json.items();
}

void build_field(const Json& json, capnp::StructSchema::Field field, const std::string& path, DynamicStruct::Builder to) {
  const auto type = field.getType();
  if (field.getProto().isGroup()) return build_struct(json, path, to.get(field).as<DynamicStruct>());
  if (type.isStruct()) return build_struct(json, path, to.init(field).as<DynamicStruct>());
  if (type.isVoid()) {
    if (json.type() != Json::Type::boolean || !json.as_boolean()) refuse(Code::json_wrong_type, path);
    return to.set(field, capnp::VOID);
  }
  if (type.isText()) {
    const auto text = text_of(json, format_of(field), path);
    auto out = to.init(field, static_cast<capnp::uint>(text.size())).as<capnp::Text>();
    std::copy(text.begin(), text.end(), out.begin());
    return;
  }
  if (type.isData()) {
    auto data = data_of(json, path);
    to.set(field, capnp::Data::Reader(data.data(), data.size()));
    return wipe_bytes(data);
  }
  if (type.isEnum())
    return to.set(field, DynamicEnum(type.asEnum(), code_of_name(json, enumerants(type.asEnum()), path)));
  if (type.isList()) {
    const auto size = static_cast<capnp::uint>(items_of(json, path).size());
    return build_list(json, format_of(field), path, to.init(field, size).as<DynamicList>());
  }
  to.set(field, number_of(word_of_number(json, word_type(type), path), word_type(type)));
}

void build_struct(const Json& json, const std::string& path, DynamicStruct::Builder to) {
  const bool choice = to.getSchema().getUnionFields().size() != 0;
  std::vector<std::string> known;
  for (auto field : to.getSchema().getFields()) known.emplace_back(field.getProto().getName().cStr());
  std::size_t chosen = 0;
  const auto& members = object_of(json, path);
  for (const auto& [name, value] : members) {
    const auto found = std::find(known.begin(), known.end(), name);
    if (found == known.end()) refuse(Code::json_unknown_field, unknown_path(path, members, name, known));
    if (value.type() == Json::Type::null) continue;
    if (choice && ++chosen > 1) refuse(Code::json_union, path);
    build_field(value, to.getSchema().getFieldByName(*found), join_path(path, *found), to);
  }
}

void build_list(const Json& json, TextFormat format, const std::string& path, DynamicList::Builder to) {
  const auto type = to.getSchema().getElementType();
  capnp::uint i = 0;
  for (const auto& item : items_of(json, path)) {
    if (type.isStruct()) {
      build_struct(item, path, to[i].as<DynamicStruct>());
    } else if (type.isText()) {
      const auto text = text_of(item, format, path);
      auto out = to.init(i, static_cast<capnp::uint>(text.size())).as<capnp::Text>();
      std::copy(text.begin(), text.end(), out.begin());
    } else if (type.isData()) {
      auto data = data_of(item, path);
      to.set(i, capnp::Data::Reader(data.data(), data.size()));
      wipe_bytes(data);
    } else if (type.isEnum()) {
      to.set(i, DynamicEnum(type.asEnum(), code_of_name(item, enumerants(type.asEnum()), path)));
    } else {
      to.set(i, number_of(word_of_number(item, word_type(type), path), word_type(type)));
    }
    ++i;
  }
}

// JsonReader walks the schema's members and the JSON's objects side by side.
class JsonReader {
 public:
  JsonReader(const NoteType& type, Memory& memory) : type_(type), memory_(memory) {}

  NoteCells run(const Json& note) {
    for (const auto& slot : type_.schema().slots) by_slot_.push_back(CellBorrowed{slot.index, false, ByteView()});
    read(type_.internals().members, note, "");
    NoteCells cells;
    for (const auto& slot : type_.schema().slots)
      if (slot.full_slot == slot.index) cells.push_back(by_slot_[slot.index]);
    return cells;
  }

 private:
  void read(const std::vector<BoundMember>& members, const Json& json, const std::string& path) {
    const auto& given_members = object_of(json, path);
    for (const auto& [name, given] : given_members) {
      const auto& member = find(members, given_members, name, path);
      if (given.type() == Json::Type::null) continue;
      const auto inner = join_path(path, name);
      if (member.kind == Kind::slot) read_slot(member, given, false);
      else if (member.kind == Kind::choice) read_choice(member, given, inner);
      else read(member.members, given, inner);
    }
  }

  void read_choice(const BoundMember& choice, const Json& json, const std::string& path) {
    bool chosen = false;
    const auto& given_members = object_of(json, path);
    for (const auto& [name, given] : given_members) {
      const auto& member = find(choice.members, given_members, name, path);
      if (given.type() == Json::Type::null) continue;
      if (chosen) refuse(Code::json_union, path);
      chosen = true;
      read_slot(member, given, true);
    }
  }

  static const BoundMember& find(const std::vector<BoundMember>& members, const std::vector<Json::Member>& given,
                                 std::string_view name, const std::string& path) {
    std::vector<std::string> known;
    for (const auto& member : members) {
      known.emplace_back(member.field.getProto().getName().cStr());
      if (known.back() == name) return member;
    }
    refuse(Code::json_unknown_field, unknown_path(path, given, name, known));
  }

  void read_slot(const BoundMember& member, const Json& json, bool chosen) {
    const auto& slot = type_.schema().slots[member.slot];
    auto& cell = by_slot_[member.slot];
    cell.value = value(slot, member.field, json);
    // Zero is absent but in a union: "unstated" and 0 say nothing.
    const bool zero = (slot.type == ValueType::word || slot.type == ValueType::code) && word_from_value(cell.value) == 0u;
    cell.present = chosen || !zero;
    if (!cell.present) cell.value = ByteView();
  }

  ByteView value(const SlotSpec& slot, capnp::StructSchema::Field field, const Json& json) {
    switch (slot.type) {
      case ValueType::none:
        if (json.type() != Json::Type::boolean || !json.as_boolean()) refuse(Code::json_wrong_type, slot.path);
        return ByteView();
      case ValueType::word: return unwrap(value_from_word(word_of_number(json, slot.word, slot.path), memory_));
      case ValueType::code: return unwrap(value_from_word(code_of_name(json, slot.codes, slot.path), memory_));
      case ValueType::text: return kept(ByteView(text_of(json, slot.format, slot.path)));
      case ValueType::data: {
        auto data = data_of(json, slot.path);
        const auto out = kept(data);
        wipe_bytes(data);
        return out;
      }
      case ValueType::message: {
        const auto list = field.getType().asList();
        MemoryMessage scratch(memory_, 64);
        auto root = scratch.getRoot<capnp::AnyPointer>();
        const auto size = static_cast<capnp::uint>(items_of(json, slot.path).size());
        build_list(json, slot.format, slot.path, root.initAs<DynamicList>(list, size));
        return canonical(root.asReader(), memory_);
      }
    }
    refuse(Code::bug, slot.path);
  }

  ByteView kept(ByteView bytes) {
    const auto out = unwrap(memory_.take(bytes.size()));
    std::copy(bytes.begin(), bytes.end(), out.begin());
    return out;
  }

  const NoteType& type_;
  Memory& memory_;
  NoteCells by_slot_;
};

// The way back.
Json json_of_word(std::uint64_t word, WordType type) {
  const auto number = number_of(word, type);
  switch (type) {
    case WordType::f32:
    case WordType::f64: return Json::real(number.as<double>());
    case WordType::u8:
    case WordType::u16:
    case WordType::u32:
    case WordType::u64: return Json::natural(word);
    default: return Json::integer(static_cast<std::int64_t>(word));
  }
}

Json json_of_list(DynamicList::Reader list);
Json json_of_struct(DynamicStruct::Reader record);

Json json_of_dynamic(DynamicValue::Reader value) {
  switch (value.getType()) {
    case DynamicValue::VOID: return Json::boolean(true);
    case DynamicValue::INT: return Json::integer(value.as<std::int64_t>());
    case DynamicValue::UINT: return Json::natural(value.as<std::uint64_t>());
    case DynamicValue::FLOAT: return Json::real(value.as<double>());
    case DynamicValue::TEXT: {
      const auto text = value.as<capnp::Text>();
      if (const auto fault = text_fault({text.begin(), text.size()}, TextFormat::free)) throw Fault(*fault);
      return Json::text({text.begin(), text.size()});
    }
    case DynamicValue::DATA: {
      const auto data = value.as<capnp::Data>();
      return Json::text(to_base64(ByteView(data.begin(), data.size())));
    }
    case DynamicValue::LIST: return json_of_list(bounded_list(value.as<DynamicList>()));
    case DynamicValue::STRUCT: return json_of_struct(value.as<DynamicStruct>());
    case DynamicValue::ENUM: {
      KJ_IF_MAYBE(enumerant, value.as<DynamicEnum>().getEnumerant()) {
        return Json::text(enumerant->getProto().getName().cStr());
      }
      throw Fault(Code::note_enum);
    }
    default: throw Fault(Code::note_malformed);
  }
}

Json json_of_list(DynamicList::Reader list) {
  auto out = Json::array();
  for (auto element : list) out.add(json_of_dynamic(element));
  return out;
}

// What is unstated inside an element is left out, as a field of the note itself would be.
Json json_of_struct(DynamicStruct::Reader record) {
  auto out = Json::object();
  const auto fields = record.getSchema().getNonUnionFields();
  for (auto field : fields) {
    if (!field.getProto().isGroup() && !record.has(field, capnp::HasMode::NON_DEFAULT)) continue;
    auto value = json_of_dynamic(record.get(field));
    const bool empty_group = field.getProto().isGroup() && value.members().empty();
    if (!empty_group) out.set(field.getProto().getName().cStr(), std::move(value));
  }
  if (record.getSchema().getUnionFields().size() == 0) return out;
  KJ_IF_MAYBE(choice, record.which()) {
    if (choice->getProto().getDiscriminantValue() != 0)
      out.set(choice->getProto().getName().cStr(), json_of_dynamic(record.get(*choice)));
    return out;
  }
  throw Fault(Code::note_enum);
}

Json json_of_value(const NoteType& type, const SlotSpec& slot, ByteView value, Memory& memory) {
  const auto word = word_from_value(value);
  switch (slot.type) {
    case ValueType::none: return Json::boolean(true);
    case ValueType::word:
      if (!word) throw Fault(Code::note_malformed);
      return json_of_word(*word, slot.word);
    case ValueType::code:
      if (!word) throw Fault(Code::note_malformed);
      if (*word >= slot.codes.size()) throw Fault(Code::note_enum);
      return Json::text(slot.codes[*word]);
    case ValueType::text:
      if (const auto fault = text_fault(value.text(), TextFormat::free)) throw Fault(*fault);
      return Json::text(value.text());
    case ValueType::data: return Json::text(to_base64(value));
    case ValueType::message: {
      AlignedMessage message(value, memory);
      if (message.root().isNull() || !message.root().isList()) throw Fault(Code::note_malformed);
      const auto list = type.internals().fields[slot.index].getType().asList();
      return json_of_list(bounded_list(message.root().getAs<DynamicList>(list)));
    }
  }
  throw Fault(Code::bug);
}

Json json_of_members(const NoteType& type, const std::vector<BoundMember>& members,
                     const std::vector<const CellBorrowed*>& cells, Memory& memory) {
  auto out = Json::object();
  for (const auto& member : members) {
    const auto* name = member.field.getProto().getName().cStr();
    if (member.kind == Kind::slot) {
      const auto* cell = cells[member.slot];
      if (cell && cell->present) out.set(name, json_of_value(type, type.schema().slots[member.slot], cell->value, memory));
      continue;
    }
    auto inner = json_of_members(type, member.members, cells, memory);
    if (!inner.members().empty()) out.set(name, std::move(inner));
  }
  return out;
}

}  // namespace

Result<NoteCells> cells_from_json(const NoteType& type, const Json& note, Memory& memory) {
  return guarded(Code::note_malformed, [&]() -> Result<NoteCells> { return JsonReader(type, memory).run(note); });
}

Result<Json> json_from_cells(const NoteType& type, const NoteCells& cells, Memory& memory) {
  return guarded(Code::note_malformed, [&]() -> Result<Json> {
    std::vector<const CellBorrowed*> by_slot(type.schema().slots.size());
    for (const auto& cell : cells) {
      if (cell.slot >= by_slot.size()) return fail(Code::note_malformed);
      by_slot[cell.slot] = &cell;
    }
    return json_of_members(type, type.internals().members, by_slot, memory);
  });
}

Result<Json> json_from_value(const NoteType& type, const SlotSpec& slot, ByteView value, Memory& memory) {
  return guarded(Code::note_malformed, [&]() -> Result<Json> { return json_of_value(type, slot, value, memory); });
}

}  // namespace xch::wire
