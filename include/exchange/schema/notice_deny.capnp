@0xc1a6e1d5b0a42800;
# notice.deny: a request about this person was refused. Among those who care for the person, never to whoever asked:
# to them a refusal looks like nothing there (42 CFR 2.13(c)).

using Cxx = import "/capnp/c++.capnp";
using import "annotations.capnp".class;
using import "annotations.capnp".size;
using import "annotations.capnp".format;
using import "annotations.capnp".noteType;
$Cxx.namespace("exchange::notes");

struct NoticeDeny @0xc1a6e1d5b0a42801 $noteType("notice.deny") {
  requestReference @0 :Text $class(eng) $size(64) $format(code);
  refusedOn        @1 :Text $class(eng) $size(32) $format(date);
  rule             @2 :Text $class(eng) $size(64) $format(code);   # "42 CFR 2.13(c)"
}
