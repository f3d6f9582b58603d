# refused: field 'outcome' has an unnamed union
@0xc1a6e1d5b0b0003f;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  outcome :group $X.class(eng) {
    more @2 :Text $X.size(64);
    union {
      unstated @0 :Void;
      text @1 :Text $X.size(64);
    }
  }
}
