# refused: field 'anything' is an AnyPointer or an unbound type parameter
@0xc1a6e1d5b0b00000;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  anything @0 :AnyPointer $X.class(eng) $X.size(64);
}
