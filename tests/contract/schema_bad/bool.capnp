# refused: field 'engaged' is a Bool, which cannot say no apart from unstated: use an enum
@0xc1a6e1d5b0b00002;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  engaged @0 :Bool $X.class(eng) $X.size(32);
}
