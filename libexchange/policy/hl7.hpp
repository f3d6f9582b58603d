// What HL7 calls the classes: for systems that label by v3-Confidentiality and v3-ActCode (policy.show).
#pragma once

#include <string_view>

#include "model/registry.hpp"

namespace xch::policy {

struct Hl7 {
  std::string_view confidentiality;  // v3-Confidentiality: N, R or V
  std::string_view sensitivity;      // v3-ActCode; where it has none for the class, the nearest one above
  bool exact = true;                 // whether the code means the class itself
};

/// hl7_of: 42 CFR part 2, mental health, HIV and what of its kind is restricted; victims, psychotherapy and privilege very
/// restricted. nullptr for no class.
const Hl7* hl7_of(FieldClass of);

}  // namespace xch::policy
