# refused: field 'nothings' is a list of Void
@0xc1a6e1d5b0b00026;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  nothings @0 :List(Void) $X.class(eng) $X.size(64);
}
