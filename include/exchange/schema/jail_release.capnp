@0xc1a6e1d5b0a42000;
# jail.release: a person left a jail or will. From LES to CM, PD and PROS, so that somebody is at the door.

using Cxx = import "/capnp/c++.capnp";
using Common = import "note_common.capnp";
using import "annotations.capnp".class;
using import "annotations.capnp".forms;
using import "annotations.capnp".size;
using import "annotations.capnp".format;
using import "annotations.capnp".noteType;
$Cxx.namespace("exchange::notes");

struct JailRelease @0xc1a6e1d5b0a42001 $noteType("jail.release") {
  facility          @0 :Text $class(leg) $size(256) $format(name);
  releasedAt        @1 :Text $class(leg) $size(32) $format(time) $forms([day]);
  charges           @2 :List(Text) $class(leg) $size(1024) $format(code);
  releaseNeeds      @3 :List(Common.Need) $class(need) $size(64) $forms([theme]);
  releasePlan       @4 :Text $class(need) $size(1024);
  medicines         @5 :List(Text) $class(mh) $size(256) $format(code);   # RxNorm
  medicationSupport @6 :Common.YesNo $class(sud) $size(32);
}
