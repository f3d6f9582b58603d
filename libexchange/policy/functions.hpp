// The generaliser functions a policy pack may name. Internal to policy/. Each is total over what it accepts, reads no
// clock and no other field, and writes into the caller's memory only: values are plaintext.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.hpp"
#include "model/registry.hpp"
#include "model/slots.hpp"

namespace xch::policy {

enum class Function : std::uint8_t {
  table,          // a code, or a list of codes, by the pack's map
  yes_no,         // is there one? a code by the pack's map, a number by nonzero, a text by being there
  date_day, date_week, date_month, date_quarter, date_year,
  date_on_or_before,  // "DATE/DUE": was it by the due date
  count_bucket,   // a count to its range, "3-5"
  age_band,       // an age in years to its band, "25-34"
  place_area,     // "AREA; detail" to the area, a ZIP code to its first three digits
  address_city,   // "ZIP; city; detail" to the city
  organisation_kind,  // "kind; name" to the kind
  text_initials,  // a name to the initials of its first and last word
};

/// FunctionInfo is what is known of a function apart from any pack: the forms it gives, and the least number of values
/// that share one result.
struct FunctionInfo {
  Function function;
  std::string_view name;
  std::uint32_t min_preimages;  // of `table` and `yes_no`: 1, the pack's maps decide
};

std::optional<FunctionInfo> find_function(std::string_view name);
/// gives_form: the function's results have the shape of this form (model/slots.hpp).
bool gives_form(Function function, Form form);
/// takes: the function is defined on a full value of this slot.
bool takes(Function function, const SlotSpec& full_slot);

/// Texts: each writes at most `out.size()` bytes and returns how many; 0 means the value has no such form. A buffer of
/// text_bound(in) bytes is always enough.
std::size_t text_bound(std::string_view in);
std::size_t date_to(Function function, std::string_view in, MutableView out);
std::size_t area_of(std::string_view in, MutableView out);
std::size_t city_of(std::string_view in, MutableView out);
std::size_t kind_of(std::string_view in, MutableView out);
std::size_t initials_of(std::string_view in, MutableView out);

/// on_or_before says whether the first date of "DATE/DUE" is no later than the second; nothing for any other text.
std::optional<bool> on_or_before(std::string_view in);

/// Numbers to the text of their range, a literal; empty means the value has no such form. A word of 2^63 or more is a
/// negative number of a signed field, or no count.
std::string_view bucket_of(std::uint64_t count);
std::string_view age_band_of(std::uint64_t years);

}  // namespace xch::policy
