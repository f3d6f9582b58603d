@0xc1a6e1d5b0a42200;
# overdose.event: a person overdosed. Among those who care for the person, and nobody else: every field is of class SUD.

using Cxx = import "/capnp/c++.capnp";
using import "annotations.capnp".class;
using import "annotations.capnp".forms;
using import "annotations.capnp".size;
using import "annotations.capnp".format;
using import "annotations.capnp".noteType;
$Cxx.namespace("exchange::notes");

struct OverdoseEvent @0xc1a6e1d5b0a42201 $noteType("overdose.event") {
  happenedAt     @0 :Text $class(sud) $size(32) $format(time) $forms([day, week]);
  place          @1 :Text $class(sud) $size(256) $format(place) $forms([area]);
  outcome        @2 :OverdoseOutcome $class(sud) $size(32);
  administeredBy @3 :AdministeredBy $class(sud) $size(32);   # who gave the reversal
}

enum OverdoseOutcome @0xc1a6e1d5b0a42202 {
  unstated   @0;
  reversed   @1;
  toHospital @2;
  fatal      @3;
}

enum AdministeredBy @0xc1a6e1d5b0a42203 {
  unstated  @0;
  bystander @1;
  officer   @2;
  medic     @3;
  staff     @4;
  nobody    @5;
}
