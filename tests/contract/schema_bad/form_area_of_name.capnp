# refused: field 'x' cannot have the form area
@0xc1a6e1d5b0b0000e;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  x @0 :Text $X.class(eng) $X.size(64) $X.format(name) $X.forms([area]);
}
