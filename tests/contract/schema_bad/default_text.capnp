# refused: field 'phone' has a default value
@0xc1a6e1d5b0b00009;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  phone @0 :Text = "none stated" $X.class(con) $X.size(64);
}
