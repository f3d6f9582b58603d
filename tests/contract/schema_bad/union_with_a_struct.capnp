# refused: field 'choice.inner' is a union member that is a struct, group or union
@0xc1a6e1d5b0b0003c;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  choice :union $X.class(eng) {
    unstated @0 :Void;
    inner @1 :Inner;
  }
}
struct Inner {
  a @0 :Text $X.size(64);
}
