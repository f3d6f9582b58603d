# refused: field 'inner' has a default value
@0xc1a6e1d5b0b00008;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  inner @0 :Inner = (a = "x");
}
struct Inner {
  a @0 :Text $X.class(eng) $X.size(64);
}
