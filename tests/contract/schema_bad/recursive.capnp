# refused: field 'inner.again' is of a recursive type
@0xc1a6e1d5b0b0002c;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  inner @0 :Inner $X.class(eng);
}
struct Inner {
  name @0 :Text $X.size(64);
  again @1 :Inner;
}
