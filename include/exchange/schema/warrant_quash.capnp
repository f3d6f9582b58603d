@0xc1a6e1d5b0a41d00;
# warrant.quash: a warrant is to be withdrawn, or has been. From PROS and LES to PD and CM.

using Cxx = import "/capnp/c++.capnp";
using import "annotations.capnp".class;
using import "annotations.capnp".forms;
using import "annotations.capnp".size;
using import "annotations.capnp".format;
using import "annotations.capnp".noteType;
$Cxx.namespace("exchange::notes");

struct WarrantQuash @0xc1a6e1d5b0a41d01 $noteType("warrant.quash") {
  caseNumber      @0 :Text $class(leg) $size(64) $format(code);
  issuingCourt    @1 :Text $class(leg) $size(256) $format(name);
  state           @2 :QuashState $class(leg) $size(32) $forms([category]);
  decidedOn       @3 :Text $class(leg) $size(32) $format(date);
  selfSurrenderAt @4 :Text $class(leg) $size(32) $format(time) $forms([day]);
}

enum QuashState @0xc1a6e1d5b0a41d02 {
  # The first two are the categories the others belong to.
  unstated  @0;
  open      @1;
  settled   @2;
  requested @3;   # open
  granted   @4;   # settled
  refused   @5;   # settled
}
