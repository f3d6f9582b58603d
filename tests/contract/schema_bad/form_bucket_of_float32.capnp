# refused: field 'x' cannot have the form bucket
@0xc1a6e1d5b0b0000f;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  x @0 :Float32 $X.class(eng) $X.size(32) $X.forms([bucket]);
}
