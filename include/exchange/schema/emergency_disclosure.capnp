@0xc1a6e1d5b0a42c00;
# emergency.disclosure: the record of a disclosure in a medical emergency: the four facts of 42 CFR 2.51(c) and the fields
# that were opened. Among those who care for the person; police are never a recipient.

using Cxx = import "/capnp/c++.capnp";
using import "annotations.capnp".class;
using import "annotations.capnp".size;
using import "annotations.capnp".format;
using import "annotations.capnp".noteType;
$Cxx.namespace("exchange::notes");

struct EmergencyDisclosure @0xc1a6e1d5b0a42c01 $noteType("emergency.disclosure") {
  recipient  @0 :Text $class(sud) $size(256) $format(name);   # medical personnel
  facility   @1 :Text $class(sud) $size(256) $format(name);
  discloser  @2 :Text $class(sud) $size(256) $format(name);
  happenedAt @3 :Text $class(sud) $size(32) $format(time);
  nature     @4 :Text $class(sud) $size(1024);
  opened     @5 :List(Text) $class(sud) $size(1024) $format(code);   # paths of the fields
}
