// scenario: one story of practice, and what the pack must answer to it.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "model/pack.hpp"
#include "model/slots.hpp"

namespace xch::policy {

/// Scenario is who writes what to whom, and what of it the reader must get: neither less nor more.
struct Scenario {
  std::string name;                   // "the prosecutor learns the level and no more"
  std::string note_type;
  Role from = Role::none, to = Role::none;
  Basis basis = Basis::none;
  Purpose purpose = Purpose::none;
  bool own = false;                   // the writer's own copy
  bool may_send = true;               // the from-to table has this way
  std::vector<FieldClass> consent;    // classes that the person agreed to, ascending; empty: all
  struct Gets {
    std::string field;                // "contact.phone"
    Form form = Form::full;
  };
  std::vector<Gets> gets;             // every field that is not here: nothing
};

/// Mismatch is one answer of the pack that is not the scenario's; an empty text: nothing.
struct Mismatch {
  std::string at;                     // a field, or "may send"
  std::string expected, found;        // "level", "full", "yes"
};

/// run_scenario asks decide. Errors: schema_unknown (the note type is not the pack's), policy_key_unknown (a field
/// that the note type does not have, in Error.path).
Result<std::vector<Mismatch>> run_scenario(const Scenario& scenario, const PolicyPack& pack,
                                           const std::vector<NoteSchema>& schemas);

}  // namespace xch::policy
