# refused: field 'nothing' is a Void outside a union, which says nothing
@0xc1a6e1d5b0b00041;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  nothing @0 :Void $X.class(eng) $X.size(32);
}
