# refused: struct 'Note' has an unnamed union
@0xc1a6e1d5b0b0003e;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  union {
    unstated @0 :Void;
    text @1 :Text $X.class(eng) $X.size(64);
  }
}
