# refused: field 'kind' is a number, an enum or a Void: its $size is 32
@0xc1a6e1d5b0b00032;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  kind @0 :Kind $X.class(eng) $X.size(64);
}
enum Kind {
  unstated @0;
  other @1;
}
