// ORIs: the originating agency identifiers of criminal justice agencies.
#include "consent/coalition/ori.hpp"

#include <algorithm>
#include <string_view>

namespace xch::consent {
namespace {

struct Ori {
  Role role;
  std::string_view ninth;
  const char* text;
};
// FBI N-DEx policy: the ninth character says what kind of agency an ORI names.
constexpr Ori kOris[] = {
    {Role::leo, "0123456789", "a law-enforcement agency's ORI ends in a digit."},
    {Role::les, "0123456789", "a law-enforcement agency's ORI ends in a digit."},
    {Role::pros, "A", "a prosecutor's ORI ends in A."},
    {Role::court, "J", "a court's ORI ends in J."},
    {Role::prob, "G", "a probation or parole agency's ORI ends in G."},
};
constexpr std::string_view kAnyNinth = "0123456789ABCEGIJ";

bool is_ori(std::string_view text) {
  const auto upper = [](char ch) { return ch >= 'A' && ch <= 'Z'; };
  const auto digit = [](char ch) { return ch >= '0' && ch <= '9'; };
  return text.size() == 9 && upper(text[0]) && upper(text[1]) &&
         std::all_of(text.begin(), text.end(), [&](char ch) { return upper(ch) || digit(ch); });
}

}  // namespace

std::string ori_mismatch(const Party& party) {
  const auto row = std::find_if(std::begin(kOris), std::end(kOris), [&](const Ori& ori) { return ori.role == party.role; });
  if (row == std::end(kOris) && party.kind != PartyKind::justice)
    return party.ori.empty() ? "" : "an agency outside criminal justice has no ORI.";
  const auto ninth = row == std::end(kOris) ? kAnyNinth : row->ninth;
  if (is_ori(party.ori) && ninth.find(party.ori.back()) != std::string_view::npos) return "";
  if (row != std::end(kOris)) return row->text;
  // A justice agency in another role may do without: a programme desk has none of its own.
  return party.ori.empty() ? "" : "the ORI is not one of a criminal justice agency.";
}

}  // namespace xch::consent
