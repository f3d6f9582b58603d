# refused: field 'choice' is a union whose first member is not `unstated :Void`
@0xc1a6e1d5b0b00038;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  choice :union $X.class(eng) {
    unstated @0 :UInt8 $X.size(32);
    text @1 :Text $X.size(64);
  }
}
