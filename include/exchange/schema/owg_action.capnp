@0xc1a6e1d5b0a42400;
# owg.action: what the operational work group agreed for one person: who does what by when, and whether it is done.

using Cxx = import "/capnp/c++.capnp";
using Common = import "note_common.capnp";
using import "annotations.capnp".class;
using import "annotations.capnp".forms;
using import "annotations.capnp".size;
using import "annotations.capnp".format;
using import "annotations.capnp".noteType;
$Cxx.namespace("exchange::notes");

struct OwgAction @0xc1a6e1d5b0a42401 $noteType("owg.action") {
  theme  @0 :List(Common.Need) $class(need) $size(64) $forms([theme]);
  ask    @1 :Text $class(need) $size(256);
  owner  @2 :Common.Desk $class(eng) $size(32);
  due    @3 :Text $class(eng) $size(32) $format(date) $forms([week]);
  done   @4 :Text $class(eng) $size(32) $format(dueDate) $forms([yesNo, onOrBefore]);
}
