@0xc1a6e1d5b0a41b00;
# le.contact: an officer met the person. Between LEO and CM: a welfare concern, a contact, an incident.

using Cxx = import "/capnp/c++.capnp";
using Common = import "note_common.capnp";
using import "annotations.capnp".class;
using import "annotations.capnp".forms;
using import "annotations.capnp".size;
using import "annotations.capnp".format;
using import "annotations.capnp".noteType;
$Cxx.namespace("exchange::notes");

struct LeContact @0xc1a6e1d5b0a41b01 $noteType("le.contact") {
  contactAt     @0 :Text $class(loc) $size(32) $format(time) $forms([day]);
  contactPlace  @1 :Text $class(loc) $size(256) $format(place) $forms([area]);
  observedNeeds @2 :List(Common.Need) $class(need) $size(64) $forms([theme]);
  welfare       @3 :Text $class(txt) $size(1024);
  outcome       @4 :Outcome $class(leg) $size(32) $forms([category]);
  newOffence    @5 :Text $class(lei) $size(64) $format(code);
  othersPresent @6 :Text $class(tp) $size(256) $format(name) $forms([initials]);
  injuries      @7 :Injuries $class(mh) $size(32);
  overdose      @8 :Common.YesNo $class(sud) $size(32);
}

enum Outcome @0xc1a6e1d5b0a41b02 {
  # The first two are the categories the others belong to.
  unstated  @0;
  noCharge  @1;
  charge    @2;
  none      @3;   # noCharge
  warned    @4;   # noCharge
  cited     @5;   # charge
  arrested  @6;   # charge
}

enum Injuries @0xc1a6e1d5b0a41b03 {
  unstated     @0;
  noneSeen     @1;
  minor        @2;
  careOnScene  @3;
  toHospital   @4;
}
