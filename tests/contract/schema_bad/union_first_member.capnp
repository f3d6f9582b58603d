# refused: field 'choice' is a union whose first member is not `unstated :Void`
@0xc1a6e1d5b0b00036;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  choice :union $X.class(eng) {
    none @0 :Void;
    text @1 :Text $X.size(64);
  }
}
