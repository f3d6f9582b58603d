@0xc1a6e1d5b0a41400;
# treatment.status: from a Part 2 program to the case manager, and to nobody else. The one note type whose names may
# say what they mean; a monitor under 42 CFR 2.35 gets the yes-no form of `attendance` and of nothing else.

using Cxx = import "/capnp/c++.capnp";
using Common = import "note_common.capnp";
using import "annotations.capnp".class;
using import "annotations.capnp".forms;
using import "annotations.capnp".size;
using import "annotations.capnp".format;
using import "annotations.capnp".noteType;
$Cxx.namespace("exchange::notes");

struct TreatmentStatus @0xc1a6e1d5b0a41401 $noteType("treatment.status") {
  admission          @0 :Admission $class(sud) $size(32);
  levelOfCare        @1 :AsamLevel $class(sud) $size(32);
  attendance         @2 :Common.Attendance $class(sud) $size(32) $forms([yesNo]);
  medicationSupport  @3 :Common.YesNo $class(sud) $size(32);
  diagnosesSud       @4 :List(Text) $class(sud) $size(256) $format(code);   # ICD-10-CM
  diagnosesMh        @5 :List(Text) $class(mh) $size(256) $format(code);
  senderOrganisation @6 :Text $class(orgs) $size(256) $format(name);
}

enum Admission @0xc1a6e1d5b0a41402 {
  unstated   @0;
  waiting    @1;
  admitted   @2;
  discharged @3;
}

enum AsamLevel @0xc1a6e1d5b0a41403 {
  # ASAM criteria, levels of care.
  unstated              @0;
  level05Early          @1;
  level1Outpatient      @2;
  level1Otp             @3;
  level21Intensive      @4;
  level25PartialStay    @5;
  level31LowResidential @6;
  level33Population     @7;
  level35HighIntensity  @8;
  level37Monitored      @9;
  level4Inpatient       @10;
}
