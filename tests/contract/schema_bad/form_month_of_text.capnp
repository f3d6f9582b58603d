# refused: field 'x' cannot have the form month
@0xc1a6e1d5b0b00016;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  x @0 :Text $X.class(eng) $X.size(64) $X.forms([month]);
}
