# refused: field 'choice' is a union without a $class annotation
@0xc1a6e1d5b0b0003d;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  choice :union {
    unstated @0 :Void;
    text @1 :Text $X.class(eng) $X.size(64);
  }
}
