# refused: field 'x' cannot have the form on-or-before-due
@0xc1a6e1d5b0b00017;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  x @0 :Text $X.class(eng) $X.size(32) $X.format(date) $X.forms([onOrBefore]);
}
