@0xc1a6e1d5b0a42700;
# notice.revocation: a person has withdrawn a consent. The status list is what stops readers; this note is for people.

using Cxx = import "/capnp/c++.capnp";
using import "annotations.capnp".class;
using import "annotations.capnp".forms;
using import "annotations.capnp".size;
using import "annotations.capnp".format;
using import "annotations.capnp".noteType;
$Cxx.namespace("exchange::notes");

struct NoticeRevocation @0xc1a6e1d5b0a42701 $noteType("notice.revocation") {
  grantReference @0 :Text $class(eng) $size(64) $format(code);
  lodgedAt       @1 :Text $class(eng) $size(32) $format(time) $forms([day]);
  effectiveOn    @2 :Text $class(eng) $size(32) $format(date);   # later than lodged only under 42 CFR 2.35(c)
  extent         @3 :Extent $class(eng) $size(32);
}

enum Extent @0xc1a6e1d5b0a42702 {
  unstated    @0;
  whole       @1;
  onePurpose  @2;
  oneAgency   @3;
}
