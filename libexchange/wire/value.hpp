// Values of slots as bytes (docs/format.md, "Values"): what they may be, and the few that other layers make.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/memory.hpp"
#include "base/result.hpp"
#include "wire/schema_bundle.hpp"

namespace xch::wire {

/// check_value is check 16 of opening for one present value of `slot`: its shape, its format, the shape its form asks
/// for. Zero is absent but in a union, so a present zero is refused. A list is refused unless it is what writing it
/// again gives. Copies of a list go to `memory`. Errors: open_value_type, open_value_null.
Status check_value(const NoteType& type, const SlotSpec& slot, ByteView value, Memory& memory);

/// text_fault: note_text for what is not UTF-8 or holds NUL, note_format for what its format does not allow.
std::optional<Code> text_fault(std::string_view text, TextFormat format);
/// is_form_text is true for a text that a generaliser or mask of that form gives: "2026-03" for month.
bool is_form_text(std::string_view text, Form form);

/// Word values: eight bytes, least significant first.
std::optional<std::uint64_t> word_from_value(ByteView value);
Result<ByteView> value_from_word(std::uint64_t word, Memory& memory);

/// Codes is a list of enum numbers in the caller's memory.
struct CodesBorrowed {
  const std::uint16_t* data = nullptr;
  std::size_t count = 0;
};
/// codes_from_value reads the value of a list of codes. Errors: note_malformed.
Result<CodesBorrowed> codes_from_value(ByteView value, Memory& memory);
/// value_from_codes gives the canonical value of such a list, which may be empty. Errors: note_malformed (over 4096).
Result<ByteView> value_from_codes(CodesBorrowed codes, Memory& memory);

}  // namespace xch::wire
