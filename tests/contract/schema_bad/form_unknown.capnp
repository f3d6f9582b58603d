# refused: field 'kind' has a form this version does not know
@0xc1a6e1d5b0b0001a;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  kind @0 :Kind $X.class(eng) $X.size(32) $X.forms([unusedForm17]);
}
enum Kind {
  unstated @0;
  other @1;
}
