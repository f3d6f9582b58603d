@0xc1a6e1d5b0a41200;
# intake.status: was intake done in time. From CM to PM and PROS. There is no field for what an assessment found.

using Cxx = import "/capnp/c++.capnp";
using Common = import "note_common.capnp";
using import "annotations.capnp".class;
using import "annotations.capnp".forms;
using import "annotations.capnp".size;
using import "annotations.capnp".format;
using import "annotations.capnp".noteType;
$Cxx.namespace("exchange::notes");

struct IntakeStatus @0xc1a6e1d5b0a41201 $noteType("intake.status") {
  # On or before the due date, or not: the one generalisation of `completedOn` that needs a second date, so the case
  # manager states it and nobody computes it.
  metByDueDate   @0 :Common.YesNo $class(eng) $size(32) $forms([yesNo, level]);
  completedOn    @1 :Text $class(eng) $size(32) $format(date) $forms([yesNo, month]);
  assessmentDone @2 :Common.YesNo $class(eng) $size(32) $forms([yesNo, level]);
}
