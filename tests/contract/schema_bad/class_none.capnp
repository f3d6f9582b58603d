# refused: field 'phone' has a class this version does not know
@0xc1a6e1d5b0b00004;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  phone @0 :Text $X.class(none) $X.size(64);
}
