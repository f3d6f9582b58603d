@0xc1a6e1d5b0a41f00;
# bench.work: the note of the benchmark, twelve texts of 64 to 256 bytes in four classes. Not a note of practice.

using Cxx = import "/capnp/c++.capnp";
using import "annotations.capnp".class;
using import "annotations.capnp".size;
using import "annotations.capnp".noteType;
$Cxx.namespace("exchange::notes");

struct BenchWork @0xc1a6e1d5b0a41f01 $noteType("bench.work") {
  eng64   @0 :Text $class(eng) $size(256);
  eng80   @1 :Text $class(eng) $size(256);
  eng96   @2 :Text $class(eng) $size(256);
  need112 @3 :Text $class(need) $size(256);
  need128 @4 :Text $class(need) $size(256);
  need144 @5 :Text $class(need) $size(256);
  leg160  @6 :Text $class(leg) $size(256);
  leg176  @7 :Text $class(leg) $size(256);
  leg192  @8 :Text $class(leg) $size(256);
  sud208  @9 :Text $class(sud) $size(256);
  sud240  @10 :Text $class(sud) $size(256);
  sud256  @11 :Text $class(sud) $size(1024);
}
