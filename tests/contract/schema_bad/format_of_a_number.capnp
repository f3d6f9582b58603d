# refused: field 'count' has a $format but is not a text
@0xc1a6e1d5b0b0001c;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  count @0 :UInt16 $X.class(eng) $X.size(32) $X.format(date);
}
