# refused: field 'e' is past the 256th slot of its note
@0xc1a6e1d5b0b00035;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  a @0 :Block;
  b @1 :Block;
  c @2 :Block;
  d @3 :Block;
  e @4 :UInt8 $X.class(eng) $X.size(32);
}
enum Kind {
  unstated @0;
  other @1;
}
struct Block {
  k0 @0 :Kind $X.class(eng) $X.size(32) $X.forms([yesNo, level, category]);
  k1 @1 :Kind $X.class(eng) $X.size(32) $X.forms([yesNo, level, category]);
  k2 @2 :Kind $X.class(eng) $X.size(32) $X.forms([yesNo, level, category]);
  k3 @3 :Kind $X.class(eng) $X.size(32) $X.forms([yesNo, level, category]);
  k4 @4 :Kind $X.class(eng) $X.size(32) $X.forms([yesNo, level, category]);
  k5 @5 :Kind $X.class(eng) $X.size(32) $X.forms([yesNo, level, category]);
  k6 @6 :Kind $X.class(eng) $X.size(32) $X.forms([yesNo, level, category]);
  k7 @7 :Kind $X.class(eng) $X.size(32) $X.forms([yesNo, level, category]);
  k8 @8 :Kind $X.class(eng) $X.size(32) $X.forms([yesNo, level, category]);
  k9 @9 :Kind $X.class(eng) $X.size(32) $X.forms([yesNo, level, category]);
  k10 @10 :Kind $X.class(eng) $X.size(32) $X.forms([yesNo, level, category]);
  k11 @11 :Kind $X.class(eng) $X.size(32) $X.forms([yesNo, level, category]);
  k12 @12 :Kind $X.class(eng) $X.size(32) $X.forms([yesNo, level, category]);
  k13 @13 :Kind $X.class(eng) $X.size(32) $X.forms([yesNo, level, category]);
  k14 @14 :Kind $X.class(eng) $X.size(32) $X.forms([yesNo, level, category]);
  k15 @15 :Kind $X.class(eng) $X.size(32) $X.forms([yesNo, level, category]);
}
