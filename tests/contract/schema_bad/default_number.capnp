# refused: field 'count' has a default value
@0xc1a6e1d5b0b00007;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  count @0 :UInt16 = 3 $X.class(eng) $X.size(32);
}
