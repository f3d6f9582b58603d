# refused: field 'count' is a number, an enum or a Void: its $size is 32
@0xc1a6e1d5b0b0002f;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  count @0 :UInt16 $X.class(eng) $X.size(64);
}
