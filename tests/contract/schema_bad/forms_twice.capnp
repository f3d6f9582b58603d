# refused: field 'kind' has forms that are not in ascending order
@0xc1a6e1d5b0b0001f;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  kind @0 :Kind $X.class(eng) $X.size(32) $X.forms([level, level]);
}
enum Kind {
  unstated @0;
  other @1;
}
