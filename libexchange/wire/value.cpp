#include "wire/value.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "base/time.hpp"
#include "model/text_parts.hpp"
#include "wire/value_capnp.hpp"

namespace xch::wire {
namespace {

constexpr std::size_t kMaxCodeText = 64, kMaxArea = 32, kMaxCity = 64;

// What kind of organisation one is, as far as it is told to those who may not know its name. No kind says what anybody
// is treated for.
constexpr std::string_view kOrganisationKinds[] = {"care",    "housing", "community", "police",    "prosecution",
                                                   "defence", "court",   "office",    "government"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_code_text(std::string_view text) {
  if (text.empty() || text.size() > kMaxCodeText || text.front() == ' ' || text.back() == ' ') return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

// "AREA" or "AREA; detail": the area is what a generaliser keeps, so it has to be there.
bool is_place(std::string_view text) {
  const auto area = part_of(text, 0);
  return is_one_line(text) && !area->empty() && area->size() <= kMaxArea;
}

// "ZIP; city" or "ZIP; city; detail".
bool is_city(std::string_view text) {
  return is_one_line(text) && text.size() <= kMaxCity && text.find(';') == std::string_view::npos &&
         std::none_of(text.begin(), text.end(), is_digit);
}
bool is_address(std::string_view text) {
  const auto city = part_of(text, 1);
  return is_one_line(text) && is_zip(*part_of(text, 0)) && city && is_city(*city);
}

bool is_organisation_kind(std::string_view text) {
  return std::find(std::begin(kOrganisationKinds), std::end(kOrganisationKinds), text) != std::end(kOrganisationKinds);
}
// "kind; name".
bool is_organisation(std::string_view text) {
  const auto first = text.find(';');
  return is_one_line(text) && first != std::string_view::npos && is_organisation_kind(*part_of(text, 0)) &&
         !trimmed(text.substr(first + 1)).empty();
}

// "DATE/DUE".
bool is_due_date(std::string_view text) {
  return text.size() == 21 && text[10] == '/' && parse_date(text.substr(0, 10)) && parse_date(text.substr(11));
}

// Years are "YYYY" of any four digits but 0000; parse_date says whether the month exists.
bool is_month(std::string_view text) { return text.size() == 7 && parse_date(std::string(text) + "-01").has_value(); }
bool is_year(std::string_view text) { return text.size() == 4 && is_month(std::string(text) + "-01"); }
bool is_quarter(std::string_view text) {
  return text.size() == 7 && is_year(text.substr(0, 4)) && text[4] == '-' && text[5] == 'Q' && text[6] >= '1' && text[6] <= '4';
}

// "2026-W14". Whether the year has a 53rd week only the sender's own value says, which check 16 compares.
bool is_week(std::string_view text) {
  if (text.size() != 8 || !is_year(text.substr(0, 4)) || text[4] != '-' || text[5] != 'W') return false;
  return is_digit(text[6]) && is_digit(text[7]) && text.substr(6) >= "01" && text.substr(6) <= "53";
}

// "3-5", "90+" or "0".
bool is_range(std::string_view text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const auto first = static_cast<std::size_t>(end - text.begin());
  if (first == 0 || first > 19) return false;
  const auto rest = text.substr(first);
  if (rest.empty() || rest == "+") return true;
  return rest.size() >= 2 && rest.size() <= 20 && rest[0] == '-' && std::all_of(rest.begin() + 1, rest.end(), is_digit);
}

Status check_list(const NoteType& type, const SlotSpec& slot, ByteView value, Memory& memory) {
  return guarded(Code::open_value_type, [&]() -> Status {
    AlignedMessage message(value, memory);
    if (!message.is_canonical()) return fail(Code::open_value_type);
    const auto root = message.root();
    if (root.isNull()) return fail(Code::open_value_null);
    if (!root.isList()) return fail(Code::open_value_type);
    const auto list = bounded_list(root.getAs<capnp::DynamicList>(type.internals().fields[slot.index].getType().asList()));
    const auto format = type.schema().slots[slot.full_slot].format;
    if (!equal(list_value(list, format, memory), value)) return fail(Code::open_value_type);
    return Ok{};
  });
}

bool is_right_word(const NoteSchema& schema, const SlotSpec& slot, ByteView value) {
  const auto word = word_from_value(value);
  if (!word) return false;
  const bool in_union = schema.slots[slot.full_slot].union_id != 0;
  if (*word == 0 && !in_union) return false;
  return slot.type == ValueType::code ? *word < slot.codes.size() : fits(*word, slot.word);
}

bool is_right_text(const SlotSpec& slot, ByteView value) {
  const auto form = slot.compartment.form();
  if (form == Form::full) return !text_fault(value.text(), slot.format);
  return !text_fault(value.text(), TextFormat::free) && is_form_text(value.text(), form);
}

}  // namespace

Status check_value(const NoteType& type, const SlotSpec& slot, ByteView value, Memory& memory) {
  bool right = false;
  switch (slot.type) {
    case ValueType::none: right = value.empty(); break;
    case ValueType::word:
    case ValueType::code: right = is_right_word(type.schema(), slot, value); break;
    case ValueType::text: right = is_right_text(slot, value); break;
    case ValueType::data: right = true; break;
    case ValueType::message: {
      auto checked = check_list(type, slot, value, memory);
      if (checked) return checked;
      const auto code = checked.error().code;
      // Bytes of a sender's cell: whichever rule of a note they break, the answer is the one of check 16.
      const bool ours = code == Code::open_value_null || info(code).errc == Errc::io || info(code).errc == Errc::misuse;
      return fail(ours ? code : Code::open_value_type);
    }
  }
  if (!right) return fail(Code::open_value_type);
  return Ok{};
}

std::optional<Code> text_fault(std::string_view text, TextFormat format) {
  if (text.find('\0') != std::string_view::npos || !is_utf8(ByteView(text))) return Code::note_text;
  bool right = true;
  switch (format) {
    case TextFormat::free: break;
    case TextFormat::date: right = parse_date(text).has_value(); break;
    case TextFormat::time: right = parse_time(text).has_value(); break;
    case TextFormat::code: right = is_code_text(text); break;
    case TextFormat::name: right = is_one_line(text); break;
    case TextFormat::place: right = is_place(text); break;
    case TextFormat::month: right = is_month(text); break;
    case TextFormat::due_date: right = is_due_date(text); break;
    case TextFormat::address: right = is_address(text); break;
    case TextFormat::organisation: right = is_organisation(text); break;
  }
  if (!right) return Code::note_format;
  return std::nullopt;
}

bool is_form_text(std::string_view text, Form form) {
  switch (form) {
    case Form::day: return parse_date(text).has_value();
    case Form::week: return is_week(text);
    case Form::month: return is_month(text);
    case Form::quarter: return is_quarter(text);
    case Form::year: return is_year(text);
    case Form::area: return is_place(text) && text.find(';') == std::string_view::npos;
    case Form::city: return is_city(text);
    case Form::organisationKind: return is_organisation_kind(text);
    case Form::bucket:
    case Form::ageBand: return is_range(text);
    case Form::initials: return is_one_line(text) && std::none_of(text.begin(), text.end(), is_digit);
    default: return false;
  }
}

std::optional<std::uint64_t> word_from_value(ByteView value) {
  if (value.size() != 8) return std::nullopt;
  std::uint64_t word = 0;
  for (std::size_t i = 8; i-- > 0;) word = word << 8 | value[i];
  return word;
}

Result<ByteView> value_from_word(std::uint64_t word, Memory& memory) {
  XCH_ASSIGN(MutableView out, memory.take(8));
  for (std::size_t i = 0; i < 8; ++i) out[i] = static_cast<std::uint8_t>(word >> (8 * i));
  return ByteView(out.data(), 8);
}

Result<CodesBorrowed> codes_from_value(ByteView value, Memory& memory) {
  return guarded(Code::note_malformed, [&]() -> Result<CodesBorrowed> {
    AlignedMessage message(value, memory);
    if (message.root().isNull() || !message.root().isList()) return fail(Code::note_malformed);
    const auto list = message.root().getAs<capnp::List<std::uint16_t>>();
    if (list.size() > kMaxListElements) return fail(Code::note_malformed);
    const auto space = unwrap(memory.take(list.size() * sizeof(std::uint16_t)));
    auto* codes = reinterpret_cast<std::uint16_t*>(space.data());
    for (capnp::uint i = 0; i < list.size(); ++i) codes[i] = list[i];
    return CodesBorrowed{codes, list.size()};
  });
}

Result<ByteView> value_from_codes(CodesBorrowed codes, Memory& memory) {
  if (codes.count > kMaxListElements) return fail(Code::note_malformed);
  return guarded(Code::note_malformed, [&]() -> Result<ByteView> {
    const auto words = 1 + (codes.count + 3) / 4;
    MemoryMessage message(memory, words);
    auto list = message.getRoot<capnp::AnyPointer>().initAs<capnp::List<std::uint16_t>>(static_cast<capnp::uint>(codes.count));
    for (capnp::uint i = 0; i < list.size(); ++i) list.set(i, codes.data[i]);
    return ByteView(message.bytes());
  });
}

}  // namespace xch::wire
