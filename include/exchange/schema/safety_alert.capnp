@0xc1a6e1d5b0a42100;
# safety.alert: what whoever meets this person should know to stay safe. From anybody to those who need it.
# It ends by itself: the policy pack gives its longest life in hours, and a note that claims a longer one is refused by
# sealer and opener alike. Outside care a reader gets the hazard, never where it comes from: that is `basis`, free text,
# and a party of care sends its alerts to the programme's case managers alone, who pass on the hazard under their own name.

using Cxx = import "/capnp/c++.capnp";
using Common = import "note_common.capnp";
using import "annotations.capnp".class;
using import "annotations.capnp".forms;
using import "annotations.capnp".size;
using import "annotations.capnp".isolate;
using import "annotations.capnp".format;
using import "annotations.capnp".noteType;
$Cxx.namespace("exchange::notes");

struct SafetyAlert @0xc1a6e1d5b0a42101 $noteType("safety.alert") {
  hazards         @0 :List(Common.Hazard) $class(saf) $size(32) $forms([theme]);
  subjectLocation @1 :Text $class(loc) $size(256) $format(place) $forms([area]);
  victim          @2 :Text $class(sdv) $size(256) $format(name) $isolate;   # 28 CFR 94.115
  basis           @3 :Text $class(txt) $size(1024);
}
