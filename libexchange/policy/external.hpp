// What may leave the coalition: a bound on what any pack can give a recipient that is in no roster.
#pragma once

#include "model/pack.hpp"
#include "model/slots.hpp"

namespace xch::policy {

/// class_may_leave: not a victim's (34 USC 12291(b)(2)), not criminal history or police work (28 CFR 20, 23), no
/// counselling or psychotherapy notes, nothing privileged, no free text, no sender's name that tells; what 42 CFR part 2
/// protects only under a basis of part 2, which names its recipients (42 CFR 2.31(a)(4)(i)).
bool class_may_leave(const PolicyPack& pack, Basis basis, FieldClass field_class);
/// slot_may_leave: its class may, it is no isolated field, and no text that can say anything.
bool slot_may_leave(const PolicyPack& pack, Basis basis, const SlotSpec& slot);

}  // namespace xch::policy
