// A compartment is (field class, form): what one consent key opens.
#pragma once

#include <cstdint>

#include "model/registry.hpp"

namespace xch {

/// Compartment packs class id << 6 | form into a u16 (docs/format.md, "Grant").
struct Compartment {
  std::uint16_t value = 0;

  constexpr Compartment() = default;
  constexpr explicit Compartment(std::uint16_t v) : value(v) {}
  constexpr Compartment(FieldClass c, Form f)
      : value(static_cast<std::uint16_t>(static_cast<std::uint16_t>(c) << 6 | static_cast<std::uint16_t>(f))) {}
  constexpr FieldClass field_class() const { return static_cast<FieldClass>(value >> 6); }
  constexpr Form form() const { return static_cast<Form>(value & 63); }
  friend constexpr bool operator==(Compartment a, Compartment b) { return a.value == b.value; }
  friend constexpr bool operator!=(Compartment a, Compartment b) { return a.value != b.value; }
  friend constexpr bool operator<(Compartment a, Compartment b) { return a.value < b.value; }
};

}  // namespace xch
