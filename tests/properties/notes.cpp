#include "properties/notes.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "message/cells.hpp"
#include "wire/json_note.hpp"

namespace xch::properties {
namespace {

constexpr std::size_t kSlotSizes[] = {32, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576};

// Bytes of a list's value: the root pointer, one word for each text's pointer, and each text with its NUL in whole words.
std::size_t list_size(std::size_t count, std::size_t length) { return 8 + count * (8 + (length + 8) / 8 * 8); }

// The longest element of a list of `count` texts that still fits.
std::size_t longest_element(std::size_t room, std::size_t count) {
  std::size_t length = 1;
  while (list_size(count, length + 1) <= room) ++length;
  return length;
}

template <class T>
rc::Gen<T> of_full_size(rc::Gen<T> gen) {
  return rc::gen::resize(rc::kNominalSize, std::move(gen));
}

std::size_t room_of(const SlotSpec& slot) { return slot.size - message::kPlainHead; }

// Lengths on either side of every slot size, as far as the field's own, and whatever lies between.
rc::Gen<std::size_t> length_up_to(std::size_t most, std::size_t least) {
  std::vector<std::size_t> steps{least, most};
  for (const std::size_t size : kSlotSizes)
    for (const std::size_t length : {size - message::kPlainHead - 1, size - message::kPlainHead, size - message::kPlainHead + 1})
      if (length >= least && length <= most) steps.push_back(length);
  return rc::gen::oneOf(rc::gen::elementOf(steps), of_full_size(rc::gen::inRange<std::size_t>(least, most + 1)));
}

// A text of exactly this length that the format allows.
std::string text_of(TextFormat format, std::size_t length) {
  switch (format) {
    case TextFormat::date: return "2026-03-31";
    case TextFormat::time: return "2026-03-31T14:05Z";
    case TextFormat::code: return std::string(length, 'c');
    case TextFormat::name: return length < 3 ? std::string(length, 'N') : "N " + std::string(length - 2, 'n');
    case TextFormat::place: return length < 9 ? std::string(length, 'a') : "beat 7; " + std::string(length - 8, 'p');
    case TextFormat::month: return "2026-03";
    case TextFormat::due_date: return "2026-05-11/2026-05-12";
    case TextFormat::address:
      if (length <= 40) return "98104; " + std::string(length - 7, 's');
      return "98104; " + std::string(31, 's') + "; " + std::string(length - 40, 'a');
    case TextFormat::organisation: return "care; " + std::string(length - 6, 'o');
    case TextFormat::free: return std::string(length, 'f');
  }
  return "";
}

std::size_t least_of(TextFormat format) {
  if (format == TextFormat::address) return 8;
  if (format == TextFormat::organisation) return 7;
  return format == TextFormat::free ? 0 : 1;
}
std::size_t most_of(TextFormat format, std::size_t room) { return format == TextFormat::code ? std::min<std::size_t>(room, 64) : room; }

std::string quoted(const std::string& text) { return "\"" + text + "\""; }

std::string list_of(const std::vector<std::string>& items) {
  std::string out;
  for (const auto& item : items) out += (out.empty() ? "" : ",") + quoted(item);
  return "[" + out + "]";
}

rc::Gen<std::string> text_value(const SlotSpec& slot) {
  if (slot.format == TextFormat::month)
    return rc::gen::map(rc::gen::element<std::string>("2026-03", "1951-12"), quoted);
  if (slot.format == TextFormat::due_date)
    return rc::gen::map(rc::gen::element<std::string>("2026-05-11/2026-05-12", "2026-05-13/2026-05-12"), quoted);
  if (slot.format == TextFormat::date)
    return rc::gen::map(rc::gen::element<std::string>("2026-03-31", "1951-12-01", "2000-02-29"), quoted);
  if (slot.format == TextFormat::time)
    return rc::gen::map(rc::gen::element<std::string>("2026-03-31T14:05Z", "2026-12-31T23:59:59Z"), quoted);
  const TextFormat format = slot.format;
  return rc::gen::map(length_up_to(most_of(format, room_of(slot)), least_of(format)),
                      [format](std::size_t length) { return quoted(text_of(format, length)); });
}

rc::Gen<std::string> codes_value(const SlotSpec& slot) {
  const std::size_t most = (room_of(slot) / 8 * 8 - 8) / 2;
  const std::vector<std::string> codes(slot.codes.begin() + 1, slot.codes.end());
  return rc::gen::exec([most, codes] {
    const auto count = *length_up_to(most, 0);
    std::vector<std::string> items;
    for (std::size_t i = 0; i < count; ++i) items.push_back(*rc::gen::elementOf(codes));
    return list_of(items);
  });
}

// The one list of structs in the library's note types: rows of an accounting, here of one text each. The list takes a
// root pointer, a tag, and for each row five pointers and its text with the NUL in whole words.
bool is_rows(const SlotSpec& slot) { return slot.path == "disclosures"; }
std::string rows_of(std::size_t count, std::size_t length) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += (i == 0 ? "" : ",") + ("{\"recipient\":" + quoted(std::string(length, 'r')) + "}");
  return "[" + out + "]";
}
std::size_t longest_row(std::size_t room, std::size_t count) { return (room - 16) / count / 8 * 8 - 40 - 1; }
rc::Gen<std::string> rows_value(const SlotSpec& slot) {
  const std::size_t room = room_of(slot);
  return rc::gen::exec([room] {
    const auto count = *of_full_size(rc::gen::inRange<std::size_t>(0, 9));
    return count == 0 ? rows_of(0, 0) : rows_of(count, *length_up_to(longest_row(room, count), 1));
  });
}

rc::Gen<std::string> data_value(const SlotSpec& slot) {
  return rc::gen::map(length_up_to(room_of(slot), 0),
                      [](std::size_t length) { return quoted(to_base64(Bytes(length, 'd'))); });
}

rc::Gen<std::string> texts_value(const SlotSpec& slot) {
  const std::size_t room = room_of(slot);
  const TextFormat format = slot.format;
  return rc::gen::exec([room, format] {
    const auto count = *of_full_size(rc::gen::inRange<std::size_t>(0, (room - 8) / 16 + 1));
    if (count == 0) return list_of({});
    const auto length = *length_up_to(most_of(format, longest_element(room, count)), 1);
    return list_of(std::vector<std::string>(count, text_of(format, length)));
  });
}

std::string largest_value(const SlotSpec& slot) {
  const std::size_t room = room_of(slot);
  if (slot.type == ValueType::code) return quoted(slot.codes.back());
  if (slot.type == ValueType::text) return quoted(text_of(slot.format, most_of(slot.format, room)));
  if (slot.type == ValueType::data) return quoted(to_base64(Bytes(room, 'd')));
  if (is_rows(slot)) return rows_of(1, longest_row(room, 1));
  if (!slot.codes.empty()) return list_of(std::vector<std::string>((room / 8 * 8 - 8) / 2, slot.codes.back()));
  // As many elements as are needed to come close to the end of the slot.
  std::size_t count = 1;
  while (list_size(count, most_of(slot.format, longest_element(room, count))) + 16 < room / 8 * 8) ++count;
  return list_of(std::vector<std::string>(count, text_of(slot.format, most_of(slot.format, longest_element(room, count)))));
}

}  // namespace

rc::Gen<bool> one_in(int n) {
  return rc::gen::map(of_full_size(rc::gen::inRange(0, n)), [](int drawn) { return drawn == 0; });
}

rc::Gen<std::string> field_value(const SlotSpec& slot) {
  switch (slot.type) {
    case ValueType::code: {
      const std::vector<std::string> codes(slot.codes.begin() + 1, slot.codes.end());
      return rc::gen::map(rc::gen::elementOf(codes), quoted);
    }
    case ValueType::text: return text_value(slot);
    case ValueType::data: return data_value(slot);
    case ValueType::message:
      if (is_rows(slot)) return rows_value(slot);
      return slot.codes.empty() ? texts_value(slot) : codes_value(slot);
    default: testing::give_up(Code::not_supported_yet, slot.path.c_str());
  }
}

rc::Gen<Fields> any_fields(const NoteSchema& schema, const std::vector<std::uint16_t>& slots) {
  return rc::gen::exec([&schema, slots] {
    Fields out;
    for (const auto slot : slots)
      if (!*one_in(4)) out[slot] = *field_value(schema.slots[slot]);
    return out;
  });
}

Fields largest_fields(const NoteSchema& schema, const std::vector<std::uint16_t>& slots) {
  Fields out;
  for (const auto slot : slots) out[slot] = largest_value(schema.slots[slot]);
  return out;
}

void fill(const wire::NoteType& type, const Fields& fields, Slots& out) {
  const NoteSchema& schema = type.schema();
  std::string json;
  for (const auto& [slot, value] : fields)
    json += (json.empty() ? "" : ",") + quoted(schema.slots[slot].path) + ":" + value;
  const auto parsed = testing::must(wire::parse_json("{" + json + "}"), "json");
  out.values.assign(schema.slots.size(), {});
  for (const auto& cell : testing::must(wire::cells_from_json(type, parsed, out.memory), "note"))
    out.values[cell.slot] = {cell.present, cell.value};
  testing::must(message::fill_forms(message_test::default_pack(), schema, out.values, out.memory), "forms");
}

}  // namespace xch::properties
