@0xc1a6e1d5b0a42600;
# notice.breach: a breach of unsecured information concerns this person (45 CFR 164.404(c), 42 CFR 2.16(b)).
# From the agency that had it to those who tell the person.

using Cxx = import "/capnp/c++.capnp";
using import "annotations.capnp".class;
using import "annotations.capnp".size;
using import "annotations.capnp".format;
using import "annotations.capnp".noteType;
$Cxx.namespace("exchange::notes");

struct NoticeBreach @0xc1a6e1d5b0a42601 $noteType("notice.breach") {
  happenedOn   @0 :Text $class(eng) $size(32) $format(date);
  discoveredOn @1 :Text $class(eng) $size(32) $format(date);
  information  @2 :List(InformationKind) $class(eng) $size(32);
  account      @3 :Text $class(txt) $size(4096);    # what happened
  whatToDo     @4 :Text $class(need) $size(1024);   # what the person should do against harm
  whatIsDone   @5 :Text $class(txt) $size(1024);    # what the agency does
  contact      @6 :Text $class(con) $size(256);     # the agency's telephone, e-mail or address
}

enum InformationKind @0xc1a6e1d5b0a42602 {
  unstated @0;
  identity @1;
  contact  @2;
  place    @3;
  progress @4;
  care     @5;
  court    @6;
  money    @7;
}
