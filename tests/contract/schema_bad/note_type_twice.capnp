# refused: note type 'test.bad' stands twice
@0xc1a6e1d5b0b0002b;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  phone @0 :Text $X.class(con) $X.size(64);
}
struct Twin $X.noteType("test.bad") {
  phone @0 :Text $X.class(con) $X.size(64);
}
