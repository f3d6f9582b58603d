# refused: field 'phone' has no $size annotation
@0xc1a6e1d5b0b00029;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  phone @0 :Text $X.class(con);
}
