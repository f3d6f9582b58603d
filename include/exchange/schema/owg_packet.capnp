@0xc1a6e1d5b0a42300;
# owg.packet: one person on the agenda of the operational work group. A conference is a batch of these, one for each person,
# and everybody at the table opens only the persons and the fields that their own grants give.

using Cxx = import "/capnp/c++.capnp";
using Common = import "note_common.capnp";
using import "annotations.capnp".class;
using import "annotations.capnp".forms;
using import "annotations.capnp".size;
using import "annotations.capnp".format;
using import "annotations.capnp".noteType;
$Cxx.namespace("exchange::notes");

struct OwgPacket @0xc1a6e1d5b0a42301 $noteType("owg.packet") {
  meetingOn @0 :Text $class(eng) $size(32) $format(date) $forms([yesNo, week]);
  agenda    @1 :List(Common.Need) $class(need) $size(64) $forms([theme]);
  asks      @2 :List(Text) $class(need) $size(1024);
  owner     @3 :Common.Desk $class(eng) $size(32);
  due       @4 :Text $class(eng) $size(32) $format(date) $forms([week]);
}
