// What one agency may hold of a grant. The pair rule: what one party of an edge may know of the other's entries (docs/format.md, "Grant").
#pragma once

#include <map>

#include "model/grant.hpp"

namespace xch::grant {

/// kIdentity: who reads it may hold the subject record.
inline constexpr Compartment kIdentity{FieldClass::id, Form::full};

using OwnRights = std::map<Compartment, Rights>;

/// may_send: we may write the compartment and the other reads it.
inline bool may_send(const OwnRights& own, const GrantEntry& theirs) {
  const auto ours = own.find(theirs.compartment);
  return ours != own.end() && may_write(ours->second) && may_read(theirs.rights);
}
/// may_receive: the other may write the compartment and we read it.
inline bool may_receive(const OwnRights& own, const GrantEntry& theirs) {
  const auto ours = own.find(theirs.compartment);
  return ours != own.end() && may_read(ours->second) && may_write(theirs.rights);
}
/// is_shown: "that party's read entries in compartments it may write and write entries in compartments it may read".
inline bool is_shown(const OwnRights& own, const GrantEntry& theirs) {
  return may_send(own, theirs) || may_receive(own, theirs);
}

}  // namespace xch::grant
