// given: the pack's own answer for a reader's role and a class, before consent, note type and rights are looked at.
#pragma once

#include <vector>

#include "model/pack.hpp"

namespace xch::policy {

/// Given is what one role gets of one class for one purpose under one basis.
struct Given {
  Effect effect = Effect::deny;
  Form form = Form::full;              // meaningful unless denied
  bool tick = false;                   // only where the person ticked the class by itself
  Relation relation = Relation::any;

  friend bool operator==(const Given& a, const Given& b) {
    return a.effect == b.effect && a.form == b.form && a.tick == b.tick && a.relation == b.relation;
  }
  friend bool operator!=(const Given& a, const Given& b) { return !(a == b); }
};

/// given is denied unless the basis opens the purpose and lists the role, and a cell gives something. It is what decide
/// finds for somebody else's note; what a writer keeps of its own is not asked here.
Given given(const PolicyPack& pack, Basis basis, Purpose purpose, Role role, FieldClass field_class);

/// gives_more: `b` gives something that `a` does not: anything instead of nothing, the whole value instead of a form of
/// it, or without a condition that `a` has. Two forms are not compared: each gives what the other does not.
bool gives_more(const Given& a, const Given& b);

/// every lists the known codes of a list, ascending: every<Role>(kRoleCount).
template <class T>
std::vector<T> every(std::uint16_t count) {
  std::vector<T> out;
  for (std::uint16_t n = 1; n < count; ++n)
    if (is_known(static_cast<T>(n))) out.push_back(static_cast<T>(n));
  return out;
}

}  // namespace xch::policy
