@0xc1a6e1d5b0a41e00;
# jail.booking: a person was taken into a jail. From LES to CM, PD and PROS. What is public at the jail is public here;
# what the jail's clinic knows goes to care alone.

using Cxx = import "/capnp/c++.capnp";
using Common = import "note_common.capnp";
using import "annotations.capnp".class;
using import "annotations.capnp".forms;
using import "annotations.capnp".size;
using import "annotations.capnp".format;
using import "annotations.capnp".noteType;
$Cxx.namespace("exchange::notes");

struct JailBooking @0xc1a6e1d5b0a41e01 $noteType("jail.booking") {
  facility          @0 :Text $class(leg) $size(256) $format(name);
  bookedAt          @1 :Text $class(leg) $size(32) $format(time) $forms([day]);
  charges           @2 :List(Text) $class(leg) $size(1024) $format(code);
  medicines         @3 :List(Text) $class(mh) $size(256) $format(code);   # RxNorm
  medicationSupport @4 :Common.YesNo $class(sud) $size(32);
}
