@0xc1a6e1d5b0a41f00;
# bench.work: the note of the benchmark, twelve texts of 64 to 256 bytes, 1.5 KB in all, in four classes. Not a note of practice.

using Cxx = import "/capnp/c++.capnp";
using import "annotations.capnp".class;
using import "annotations.capnp".size;
using import "annotations.capnp".noteType;
$Cxx.namespace("exchange::notes");

struct BenchWork @0xc1a6e1d5b0a41f01 $noteType("bench.work") {
  eng1  @0 :Text $class(eng) $size(256);
  eng2  @1 :Text $class(eng) $size(256);
  eng3  @2 :Text $class(eng) $size(256);
  eng4  @3 :Text $class(eng) $size(256);
  need1 @4 :Text $class(need) $size(256);
  need2 @5 :Text $class(need) $size(256);
  need3 @6 :Text $class(need) $size(256);
  need4 @7 :Text $class(need) $size(256);
  leg1  @8 :Text $class(leg) $size(256);
  leg2  @9 :Text $class(leg) $size(256);
  sud1  @10 :Text $class(sud) $size(256);
  sud2  @11 :Text $class(sud) $size(1024);
}
