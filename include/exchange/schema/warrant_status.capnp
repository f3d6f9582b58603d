@0xc1a6e1d5b0a41c00;
# warrant.status: is there a warrant, and how can it be settled. From PROS and LES to PD, and to CM what helps a person
# to clear it. How and where it would be served has the class LEI: no one outside criminal justice ever gets it.

using Cxx = import "/capnp/c++.capnp";
using Common = import "note_common.capnp";
using import "annotations.capnp".class;
using import "annotations.capnp".forms;
using import "annotations.capnp".size;
using import "annotations.capnp".format;
using import "annotations.capnp".noteType;
$Cxx.namespace("exchange::notes");

struct WarrantStatus @0xc1a6e1d5b0a41c01 $noteType("warrant.status") {
  exists          @0 :Common.YesNo $class(leg) $size(32) $forms([category]);
  issuingCourt    @1 :Text $class(leg) $size(256) $format(name);
  selfSurrenderAt @2 :Text $class(leg) $size(32) $format(time) $forms([day]);
  servicePlan     @3 :Text $class(lei) $size(1024);
  serviceAddress  @4 :Text $class(lei) $size(256) $format(place);
}
