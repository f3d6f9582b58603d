# refused: field 'choice.pair' is a union member that is a struct, group or union
@0xc1a6e1d5b0b0003b;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  choice :union $X.class(eng) {
    unstated @0 :Void;
    pair :group {
      a @1 :Text $X.size(64);
      b @2 :Text $X.size(64);
    }
  }
}
