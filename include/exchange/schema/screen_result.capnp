@0xc1a6e1d5b0a41900;
# screen.result: may the person be diverted. From LES and PROS to PM.
# The decision alone leaves criminal justice. Nothing of a criminal history has a field here (28 CFR 20): the reason is a
# code of the site's own list, and no one outside criminal justice gets even that.

using Cxx = import "/capnp/c++.capnp";
using import "annotations.capnp".class;
using import "annotations.capnp".forms;
using import "annotations.capnp".size;
using import "annotations.capnp".format;
using import "annotations.capnp".noteType;
$Cxx.namespace("exchange::notes");

struct ScreenResult @0xc1a6e1d5b0a41901 $noteType("screen.result") {
  decision   @0 :Decision $class(leg) $size(32) $forms([category]);
  screenedOn @1 :Text $class(leg) $size(32) $format(date);
  reasonCode @2 :Text $class(chri) $size(64) $format(code);
  capacity   @3 :Capacity $class(evl) $size(32) $forms([category]);
  priority   @4 :Priority $class(evl) $size(32) $forms([category]);
}

enum Decision @0xc1a6e1d5b0a41902 {
  # The first two are the categories the others belong to.
  unstated    @0;
  open        @1;
  decided     @2;
  review      @3;   # open
  eligible    @4;   # decided
  notEligible @5;   # decided
}

enum Capacity @0xc1a6e1d5b0a41903 {
  unstated    @0;
  placeFree   @1;
  waitingList @2;
}

enum Priority @0xc1a6e1d5b0a41904 {
  # The first two are the categories the others belong to.
  unstated @0;
  regular  @1;
  ahead    @2;
  low      @3;   # regular
  medium   @4;   # regular
  high     @5;   # ahead
  urgent   @6;   # ahead
}
