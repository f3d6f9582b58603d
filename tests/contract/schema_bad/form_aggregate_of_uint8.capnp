# refused: field 'x' cannot have the form aggregate
@0xc1a6e1d5b0b0000d;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  x @0 :UInt8 $X.class(eng) $X.size(32) $X.forms([aggregate]);
}
