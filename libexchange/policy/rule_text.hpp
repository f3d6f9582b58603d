// How rules of a pack are named and their codes listed, for compare and lint. Internal to policy/.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace xch::policy {

/// rule_name joins the parts of a rule's name: "basis.part2-consent.max_days".
inline std::string rule_name(std::initializer_list<std::string_view> parts) {
  std::string out;
  for (const auto part : parts) (out += out.empty() ? "" : ".") += part;
  return out;
}

/// list_of gives the texts of registry codes, parted by spaces.
template <class Codes>
std::string list_of(const Codes& codes) {
  std::string out;
  for (const auto code : codes) (out += out.empty() ? "" : " ") += code_of(code);
  return out;
}

}  // namespace xch::policy
