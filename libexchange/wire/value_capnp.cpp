#include "wire/value_capnp.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "wire/slots_annotations.hpp"
#include "wire/value.hpp"

namespace xch::wire {
namespace {

using capnp::DynamicEnum;
using capnp::DynamicList;
using capnp::DynamicStruct;
using capnp::DynamicValue;
using capnp::HasMode;

constexpr std::size_t kScratchWords = 128;

kj::ArrayPtr<const capnp::word> aligned_copy(ByteView bytes, Memory& memory) {
  if (bytes.empty() || bytes.size() % sizeof(capnp::word) != 0 || bytes.size() > kMaxNoteBytes)
    throw Fault(Code::note_malformed);
  const auto copy = unwrap(memory.take(bytes.size()));
  std::memcpy(copy.data(), bytes.data(), bytes.size());
  return kj::arrayPtr(reinterpret_cast<const capnp::word*>(copy.data()), bytes.size() / sizeof(capnp::word));
}

// docs/format.md, "Limits": traversal max(1024, 4 x input words), nesting 16.
capnp::ReaderOptions limits(std::size_t words) {
  return {std::max<std::uint64_t>(1024, 4 * words), kMaxMessageNesting};
}

void check_text(std::string_view text, TextFormat format) {
  if (const auto fault = text_fault(text, format)) throw Fault(*fault);
}

std::string_view view(capnp::Text::Reader text) { return {text.begin(), text.size()}; }

void copy_enum(DynamicEnum value) {
  if (value.getEnumerant() == nullptr) throw Fault(Code::note_enum);
}

void copy_struct(DynamicStruct::Reader from, DynamicStruct::Builder to);

void copy_field(DynamicStruct::Reader from, capnp::StructSchema::Field field, bool chosen, DynamicStruct::Builder to) {
  const auto type = field.getType();
  if (field.getProto().isGroup()) return copy_struct(from.get(field).as<DynamicStruct>(), to.get(field).as<DynamicStruct>());
  if (type.isVoid()) return to.set(field, capnp::VOID);
  const bool pointer = type.isText() || type.isData() || type.isList() || type.isStruct();
  if (pointer && !from.has(field, HasMode::NON_NULL)) {
    if (chosen) throw Fault(Code::note_malformed);  // a union's choice that holds nothing
    return;
  }
  const auto value = from.get(field);
  if (type.isText()) check_text(view(value.as<capnp::Text>()), format_of(field));
  if (type.isEnum()) copy_enum(value.as<DynamicEnum>());
  if (type.isFloat32() || type.isFloat64())
    if (!std::isfinite(value.as<double>())) throw Fault(Code::note_format);
  if (type.isStruct()) return copy_struct(value.as<DynamicStruct>(), to.init(field).as<DynamicStruct>());
  if (type.isList()) {
    const auto list = bounded_list(value.as<DynamicList>());
    return copy_list(list, format_of(field), to.init(field, list.size()).as<DynamicList>());
  }
  to.set(field, value);
}

void copy_struct(DynamicStruct::Reader from, DynamicStruct::Builder to) {
  const auto fields = from.getSchema().getNonUnionFields();
  for (auto field : fields) copy_field(from, field, false, to);
  if (from.getSchema().getUnionFields().size() == 0) return;
  KJ_IF_MAYBE(choice, from.which()) {
    copy_field(from, *choice, true, to);
  } else {
    throw Fault(Code::note_enum);
  }
}

}  // namespace

kj::ArrayPtr<capnp::word> MemoryMessage::allocateSegment(capnp::uint minimum_words) {
  const auto words = std::max<std::size_t>(minimum_words, next_words_);
  next_words_ = std::max(kScratchWords, 2 * words);
  const auto piece = unwrap(memory_.take(words * sizeof(capnp::word)));
  return kj::arrayPtr(reinterpret_cast<capnp::word*>(piece.data()), words);
}

MutableView MemoryMessage::bytes() {
  const auto segments = getSegmentsForOutput();
  if (segments.size() != 1) throw Fault(Code::bug);
  const auto bytes = segments[0].asBytes();
  // The segment is a piece of the caller's memory that this object was given to write.
  return MutableView(const_cast<std::uint8_t*>(bytes.begin()), bytes.size());
}

AlignedMessage::AlignedMessage(ByteView bytes, Memory& memory)
    : segment_(aligned_copy(bytes, memory)), reader_(kj::arrayPtr(&segment_, 1), limits(segment_.size())) {}

bool AlignedMessage::is_canonical() {
  // A reader of its own: what this walk reads does not count against the one that follows.
  return capnp::SegmentArrayMessageReader(kj::arrayPtr(&segment_, 1), limits(segment_.size())).isCanonical();
}

MutableView canonical(capnp::AnyPointer::Reader pointer, Memory& memory) {
  MemoryMessage out(memory, static_cast<std::size_t>(pointer.targetSize().wordCount) + 1);
  out.getRoot<capnp::AnyPointer>().setCanonical(pointer);
  return out.bytes();
}

MutableView list_value(DynamicList::Reader list, TextFormat format, Memory& memory) {
  MemoryMessage scratch(memory, kScratchWords);
  auto root = scratch.getRoot<capnp::AnyPointer>();
  copy_list(list, format, root.initAs<DynamicList>(list.getSchema(), list.size()));
  return canonical(root.asReader(), memory);
}

void copy_list(DynamicList::Reader from, TextFormat format, DynamicList::Builder to) {
  const auto element = from.getSchema().getElementType();
  for (capnp::uint i = 0; i < from.size(); ++i) {
    if (element.isStruct()) {
      copy_struct(from[i].as<DynamicStruct>(), to[i].as<DynamicStruct>());
      continue;
    }
    if (element.isText()) check_text(view(from[i].as<capnp::Text>()), format);
    if (element.isEnum()) copy_enum(from[i].as<DynamicEnum>());
    if (element.isFloat32() || element.isFloat64())
      if (!std::isfinite(from[i].as<double>())) throw Fault(Code::note_format);
    to.set(i, from[i]);
  }
}

DynamicList::Reader bounded_list(DynamicList::Reader list) {
  // A list of empty structs has up to 2^29 - 1 elements in eight bytes (CVE-2015-2312).
  if (list.size() > kMaxListElements) throw Fault(Code::note_malformed);
  return list;
}

std::uint64_t word_of(DynamicValue::Reader number, WordType type) {
  std::uint64_t word = 0;
  switch (type) {
    case WordType::u8:
    case WordType::u16:
    case WordType::u32:
    case WordType::u64: return number.as<std::uint64_t>();
    case WordType::f32: {
      const auto value = number.as<float>();
      if (!std::isfinite(value)) throw Fault(Code::note_format);
      std::memcpy(&word, &value, sizeof(value));
      return word;
    }
    case WordType::f64: {
      const auto value = number.as<double>();
      if (!std::isfinite(value)) throw Fault(Code::note_format);
      std::memcpy(&word, &value, sizeof(value));
      return word;
    }
    default: return static_cast<std::uint64_t>(number.as<std::int64_t>());
  }
}

DynamicValue::Reader number_of(std::uint64_t word, WordType type) {
  if (!fits(word, type)) throw Fault(Code::note_malformed);
  switch (type) {
    case WordType::u8:
    case WordType::u16:
    case WordType::u32:
    case WordType::u64: return word;
    case WordType::f32: {
      float value = 0;
      std::memcpy(&value, &word, sizeof(value));
      return value;
    }
    case WordType::f64: {
      double value = 0;
      std::memcpy(&value, &word, sizeof(value));
      return value;
    }
    default: return static_cast<std::int64_t>(word);
  }
}

bool fits(std::uint64_t word, WordType type) {
  const auto value = static_cast<std::int64_t>(word);
  const auto within = [value](auto limit) { return value >= decltype(limit)::min() && value <= decltype(limit)::max(); };
  switch (type) {
    case WordType::none: return false;
    case WordType::i8: return within(std::numeric_limits<std::int8_t>());
    case WordType::i16: return within(std::numeric_limits<std::int16_t>());
    case WordType::i32: return within(std::numeric_limits<std::int32_t>());
    case WordType::u8: return word <= 0xff;
    case WordType::u16: return word <= 0xffff;
    case WordType::u32: return word <= 0xffffffff;
    case WordType::i64:
    case WordType::u64: return true;
    case WordType::f32: return word <= 0xffffffff && (word & 0x7f800000) != 0x7f800000;
    case WordType::f64: return (word & 0x7ff0000000000000) != 0x7ff0000000000000;
  }
  return false;
}

TextFormat format_of(capnp::StructSchema::Field field) {
  for (auto annotation : field.getProto().getAnnotations())
    if (annotation.getId() == annotation::kFormat) return static_cast<TextFormat>(annotation.getValue().getEnum());
  return TextFormat::free;
}

}  // namespace xch::wire
