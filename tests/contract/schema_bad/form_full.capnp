# refused: field 'kind' lists the form full, which every field has
@0xc1a6e1d5b0b00013;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  kind @0 :Kind $X.class(eng) $X.size(32) $X.forms([full]);
}
enum Kind {
  unstated @0;
  other @1;
}
