#include "fuzz/schema_edit.hpp"

#include <capnp/dynamic.h>
#include <capnp/message.h>
#include <capnp/orphan.h>
#include <capnp/schema.capnp.h>

#include "wire/schema_bundle_nodes.hpp"

namespace xch::fuzz {
namespace {

using capnp::DynamicList;
using capnp::DynamicStruct;
using capnp::DynamicValue;

void alter_struct(DynamicStruct::Builder record, Walk& w);

std::uint64_t word_of(DynamicValue::Reader value) {
  switch (value.getType()) {
    case DynamicValue::INT: return static_cast<std::uint64_t>(value.as<std::int64_t>());
    case DynamicValue::UINT: return value.as<std::uint64_t>();
    case DynamicValue::ENUM: return value.as<capnp::DynamicEnum>().getRaw();
    default: return 0;
  }
}

// Cap'n Proto checks the range of what is set; so it is cut to the width here.
DynamicValue::Reader number_for(capnp::Type type, std::uint64_t v) {
  switch (type.which()) {
    case capnp::schema::Type::INT8: return static_cast<std::int8_t>(v);
    case capnp::schema::Type::INT16: return static_cast<std::int16_t>(v);
    case capnp::schema::Type::INT32: return static_cast<std::int32_t>(v);
    case capnp::schema::Type::INT64: return static_cast<std::int64_t>(v);
    case capnp::schema::Type::UINT8: return static_cast<std::uint8_t>(v);
    case capnp::schema::Type::UINT16: return static_cast<std::uint16_t>(v);
    case capnp::schema::Type::UINT32: return static_cast<std::uint32_t>(v);
    case capnp::schema::Type::ENUM: return capnp::DynamicEnum(type.asEnum(), static_cast<std::uint16_t>(v));
    default: return v;
  }
}

bool in_union(capnp::StructSchema::Field field) {
  return field.getProto().getDiscriminantValue() != capnp::schema::Field::NO_DISCRIMINANT;
}
bool is_active(DynamicStruct::Builder record, capnp::StructSchema::Field field) {
  if (!in_union(field)) return true;
  KJ_IF_MAYBE (current, record.which()) return *current == field;
  return false;
}

void resize_list(DynamicStruct::Builder record, capnp::StructSchema::Field field, Walk& w) {
  const auto old = record.asReader().get(field).as<DynamicList>();
  const Edit& e = w.edit();
  std::vector<DynamicValue::Reader> items;
  for (const auto item : old) items.push_back(item);
  const std::size_t i = items.empty() ? 0 : e.at % items.size();
  if (!items.empty()) {
    const auto one = items[i];
    switch (e.how % 4) {
      case 0: items.erase(items.begin() + static_cast<std::ptrdiff_t>(i)); break;
      case 1: items.insert(items.begin() + static_cast<std::ptrdiff_t>(e.value % items.size()), one); break;
      case 2: std::swap(items[i], items[e.value % items.size()]); break;
      default: items.insert(items.end(), 1 + e.value % 400, one);
    }
  }
  // Through a message of its own: the list may not be read while it is made anew.
  capnp::MallocMessageBuilder aside;
  auto orphan = aside.getOrphanage().newOrphan(field.getType().asList(), static_cast<unsigned>(items.size()));
  auto list = orphan.get();
  for (unsigned n = 0; n < items.size(); ++n) list.set(n, items[n]);
  record.set(field, list.asReader());
}

void alter_field(DynamicStruct::Builder record, capnp::StructSchema::Field field, Walk& w) {
  const auto type = field.getType();
  if (field.getProto().isGroup()) {
    return alter_struct((is_active(record, field) ? record.get(field) : record.init(field)).as<DynamicStruct>(), w);
  }
  switch (type.which()) {
    case capnp::schema::Type::VOID: return record.set(field, capnp::VOID);
    case capnp::schema::Type::BOOL: return record.set(field, w.next() % 2 == 0);
    case capnp::schema::Type::TEXT: {
      const auto was = record.asReader().get(field).as<capnp::Text>();
      Bytes bytes(was.begin(), was.end());
      w.bytes(bytes);
      bytes.push_back(0);
      return record.set(field, capnp::Text::Reader(reinterpret_cast<const char*>(bytes.data()), bytes.size() - 1));
    }
    case capnp::schema::Type::LIST: {
      auto list = record.get(field).as<DynamicList>();
      const std::uint8_t pick = w.next();
      if (list.size() == 0 || pick >= 0xC0 || !list.getSchema().getElementType().isStruct()) return resize_list(record, field, w);
      return alter_struct(list[pick % list.size()].as<DynamicStruct>(), w);
    }
    case capnp::schema::Type::STRUCT: return alter_struct(record.get(field).as<DynamicStruct>(), w);
    case capnp::schema::Type::DATA:
    case capnp::schema::Type::FLOAT32:
    case capnp::schema::Type::FLOAT64:
    case capnp::schema::Type::INTERFACE:
    case capnp::schema::Type::ANY_POINTER: return record.clear(field);
    default: {
      const std::uint64_t was = is_active(record, field) ? word_of(record.asReader().get(field)) : 0;
      record.set(field, number_for(type, w.number(was, 64)));
    }
  }
}

void alter_struct(DynamicStruct::Builder record, Walk& w) {
  const auto fields = record.getSchema().getFields();
  const auto field = fields[w.next() % fields.size()];
  if (is_active(record, field)) return alter_field(record, field, w);
  // Choosing another member of a union changes everything: rarely.
  if (w.next() % 4 != 0) {
    KJ_IF_MAYBE (current, record.which()) return alter_field(record, *current, w);
  }
  record.clear(field);
  alter_field(record, field, w);
}

}  // namespace

// A bundle is one data word, the note's id, and one pointer, the nodes.
Bytes edited_bundle(const Bytes& bundle, const std::vector<Edit>& edits) {
  static const Ring no_keys;
  const auto nodes = wire::BundleNodes::read(bundle);
  std::uint64_t root = nodes->root();
  capnp::MallocMessageBuilder message;
  auto top = message.getRoot<capnp::AnyPointer>().initAsAnyStruct(1, 1);
  auto list = top.getPointerSection()[0].initAs<capnp::List<capnp::schema::Node>>(static_cast<unsigned>(nodes->nodes().size()));
  unsigned n = 0;
  for (const auto& [id, node] : nodes->nodes()) list.setWithCaveats(n++, node);
  for (const auto& edit : edits) {
    Walk walk(edit, no_keys);
    try {
      if (edit.path[0] >= 0xFC)
        alter(root, walk);
      else
        alter_struct(capnp::toDynamic(list[edit.path[0] % list.size()]), walk);
    } catch (const kj::Exception&) {
      // An edit that the builder refuses is none.
    }
  }
  for (int i = 0; i < 8; ++i) top.getDataSection()[static_cast<std::size_t>(i)] = static_cast<kj::byte>(root >> (8 * i));
  const auto words = top.asReader().canonicalize();
  const auto bytes = words.asBytes();
  return Bytes(bytes.begin(), bytes.end());
}

}  // namespace xch::fuzz
