# refused: field 'x' cannot have the form initials
@0xc1a6e1d5b0b00014;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  x @0 :Text $X.class(eng) $X.size(64) $X.format(place) $X.forms([initials]);
}
