@0xc1a6e1d5b0a41a00;
# housing.coord: where a person lives or will live. Between CM and HSP.
# The address and the status are two fields of two classes: who may know that somebody is housed need not know where.

using Cxx = import "/capnp/c++.capnp";
using Common = import "note_common.capnp";
using import "annotations.capnp".class;
using import "annotations.capnp".forms;
using import "annotations.capnp".size;
using import "annotations.capnp".isolate;
using import "annotations.capnp".format;
using import "annotations.capnp".noteType;
$Cxx.namespace("exchange::notes");

struct HousingCoord @0xc1a6e1d5b0a41a01 $noteType("housing.coord") {
  status           @0 :HousingStatus $class(hou) $size(32) $forms([level]);
  moveInOn         @1 :Text $class(hou) $size(32) $format(date) $forms([month]);
  unitAddress      @2 :Text $class(loc) $size(256) $format(address) $forms([area, city]);
  idDocuments      @3 :List(IdDocument) $class(id) $size(32);
  income           @4 :List(Income) $class(need) $size(32) $forms([theme]);
  victimRelocation @5 :Common.YesNo $class(sdv) $size(32) $isolate $forms([yesNo]);   # 34 USC 12291(b)(2)
  backgroundCheck  @6 :BackgroundCheck $class(chri) $size(32);
}

enum HousingStatus @0xc1a6e1d5b0a41a02 {
  # The first three are the levels the others belong to.
  unstated        @0;
  unhoused        @1;
  sheltered       @2;
  housed          @3;
  outside         @4;   # unhoused
  vehicle         @5;   # unhoused
  emergencyBed    @6;   # sheltered
  transitional    @7;   # sheltered
  withOthers      @8;   # housed
  supportedUnit   @9;   # housed
  ownLease        @10;  # housed
}

enum IdDocument @0xc1a6e1d5b0a41a03 {
  unstated           @0;
  stateCard          @1;
  birthCertificate   @2;
  socialSecurityCard @3;
  passport           @4;
  tribalCard         @5;
}

enum Income @0xc1a6e1d5b0a41a04 {
  # The first two are the themes the others belong to.
  unstated   @0;
  none       @1;
  some       @2;
  wages      @3;   # some
  benefits   @4;   # some
  pension    @5;   # some
  fromFamily @6;   # some
  applied    @7;   # none: asked for, nothing yet
}

enum BackgroundCheck @0xc1a6e1d5b0a41a05 {
  unstated   @0;
  notDone    @1;
  passed     @2;
  notPassed  @3;
}
