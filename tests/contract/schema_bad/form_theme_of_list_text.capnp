# refused: field 'x' cannot have the form theme
@0xc1a6e1d5b0b00019;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  x @0 :List(Text) $X.class(eng) $X.size(64) $X.forms([theme]);
}
