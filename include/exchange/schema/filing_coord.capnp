@0xc1a6e1d5b0a41500;
# filing.coord: shall the held charge be filed. Between PROS, CM and PD.

using Cxx = import "/capnp/c++.capnp";
using Common = import "note_common.capnp";
using import "annotations.capnp".class;
using import "annotations.capnp".forms;
using import "annotations.capnp".size;
using import "annotations.capnp".format;
using import "annotations.capnp".noteType;
$Cxx.namespace("exchange::notes");

struct FilingCoord @0xc1a6e1d5b0a41501 $noteType("filing.coord") {
  caseNumber     @0 :Text $class(leg) $size(64) $format(code);
  charge         @1 :Text $class(leg) $size(64) $format(code);
  hearingAt      @2 :Text $class(leg) $size(32) $format(time);
  posture        @3 :Posture $class(leg) $size(32) $forms([category]);
  deadline       @4 :Text $class(leg) $size(32) $format(date);
  recommendation @5 :Recommendation $class(eng) $size(32) $forms([yesNo, level]);
  defenceNotes   @6 :Text $class(prv) $size(4096);
}

enum Posture @0xc1a6e1d5b0a41502 {
  # The first two are the categories the others belong to.
  unstated @0;
  open     @1;
  settled  @2;
  hold     @3;   # open
  decline  @4;   # settled
  file     @5;   # settled
}

enum Recommendation @0xc1a6e1d5b0a41503 {
  # A case manager supports or says nothing. There is no code against a person.
  unstated     @0;
  supportsHold @1;
  noPosition   @2;
}
