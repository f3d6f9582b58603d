@0xc1a6e1d5b0a41600;
# court.event: a date in court and how it went. What is public at the court is public here.

using Cxx = import "/capnp/c++.capnp";
using Common = import "note_common.capnp";
using import "annotations.capnp".class;
using import "annotations.capnp".forms;
using import "annotations.capnp".size;
using import "annotations.capnp".format;
using import "annotations.capnp".noteType;
$Cxx.namespace("exchange::notes");

struct CourtEvent @0xc1a6e1d5b0a41601 $noteType("court.event") {
  startsAt      @0 :Text $class(leg) $size(32) $format(time);
  court         @1 :Text $class(leg) $size(256) $format(name);
  type          @2 :EventType $class(leg) $size(32) $forms([category]);
  appearance    @3 :Appearance $class(leg) $size(32) $forms([category]);
  transportNeed @4 :Common.YesNo $class(need) $size(32);
}

enum EventType @0xc1a6e1d5b0a41602 {
  # The first two are the categories the others belong to.
  unstated    @0;
  appearance  @1;
  decision    @2;
  arraignment @3;   # appearance
  review      @4;   # appearance
  motion      @5;   # appearance
  plea        @6;   # decision
  trial       @7;   # decision
  sentencing  @8;   # decision
}

enum Appearance @0xc1a6e1d5b0a41603 {
  # The first two are the categories the others belong to.
  unstated    @0;
  met         @1;
  notMet      @2;
  appeared    @3;   # met
  excused     @4;   # met
  rescheduled @5;   # met
  missed      @6;   # notMet
}
