#include "model/slots.hpp"

#include <algorithm>

namespace xch {

std::vector<std::uint16_t> slots_of_part(const NoteSchema& schema, std::uint16_t part) {
  std::vector<std::uint16_t> out;
  for (const auto& slot : schema.slots) {
    const bool here = part == 0 ? !slot.isolate : slot.isolate && slot.compartment.value == part;
    if (here) out.push_back(slot.index);
  }
  return out;
}

std::vector<std::uint16_t> parts_of(const NoteSchema& schema) {
  std::vector<std::uint16_t> out{0};
  for (const auto& slot : schema.slots)
    if (slot.isolate) out.push_back(slot.compartment.value);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace xch
