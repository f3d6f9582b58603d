@0xf0d5a1c3b2e49701;
# test.wide: the work item of the benchmark with twice as many fields, in the same four classes. For tests/bench only.

using Cxx = import "/capnp/c++.capnp";
using import "/annotations.capnp".class;
using import "/annotations.capnp".size;
using import "/annotations.capnp".noteType;
$Cxx.namespace("wide");

struct WideWork @0xf0d5a1c3b2e49702 $noteType("test.wide") {
  eng1   @0 :Text $class(eng) $size(256);
  eng2   @1 :Text $class(eng) $size(256);
  eng3   @2 :Text $class(eng) $size(256);
  eng4   @3 :Text $class(eng) $size(256);
  eng5   @4 :Text $class(eng) $size(256);
  eng6   @5 :Text $class(eng) $size(256);
  eng7   @6 :Text $class(eng) $size(256);
  eng8   @7 :Text $class(eng) $size(256);
  need1  @8 :Text $class(need) $size(256);
  need2  @9 :Text $class(need) $size(256);
  need3  @10 :Text $class(need) $size(256);
  need4  @11 :Text $class(need) $size(256);
  need5  @12 :Text $class(need) $size(256);
  need6  @13 :Text $class(need) $size(256);
  need7  @14 :Text $class(need) $size(256);
  need8  @15 :Text $class(need) $size(256);
  leg1   @16 :Text $class(leg) $size(256);
  leg2   @17 :Text $class(leg) $size(256);
  leg3   @18 :Text $class(leg) $size(256);
  leg4   @19 :Text $class(leg) $size(256);
  sud1   @20 :Text $class(sud) $size(256);
  sud2   @21 :Text $class(sud) $size(256);
  sud3   @22 :Text $class(sud) $size(256);
  sud4   @23 :Text $class(sud) $size(256);
}
