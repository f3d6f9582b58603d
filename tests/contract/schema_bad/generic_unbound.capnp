# refused: field 'box' is of a generic type
@0xc1a6e1d5b0b00021;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  box @0 :Box $X.class(eng);
}
struct Box(T) {
  value @0 :T $X.size(64);
}
