// Every kind of reader that the default pack can give a note: which role reads which type, under which basis, for which
// purpose, from the first role that may send it so. For tests only.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "model/pack.hpp"
#include "model/slots.hpp"
#include "wire/schema_bundle.hpp"

namespace xch::properties {

struct Situation {
  const wire::NoteType* type = nullptr;
  Basis basis = Basis::none;
  Purpose purpose = Purpose::none;
  Role from = Role::none, to = Role::none;
  bool archive = false;    // the reader is the sender itself
  std::uint16_t part = 0;
  std::vector<Compartment> given;  // what the pack gives this reader where the grant gives everything; never empty

  const NoteSchema& schema() const { return type->schema(); }
  bool originates() const { return basis == Basis::originatorAuthority; }
};

/// situations lists them all, from the pack's own tables.
const std::vector<Situation>& situations();
/// A name for a test's run: "progress_engagement_part2_consent_COORD_CM_to_PD".
std::string name_of(const Situation& situation);

}  // namespace xch::properties

namespace xch {
inline std::ostream& operator<<(std::ostream& out, Compartment k) {
  return out << code_of(k.field_class()) << "/" << code_of(k.form());
}
}  // namespace xch
