# refused: field 'choice.text' has another class than its union
@0xc1a6e1d5b0b0003a;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  choice :union $X.class(eng) {
    unstated @0 :Void;
    text @1 :Text $X.class(sud) $X.size(64);
  }
}
