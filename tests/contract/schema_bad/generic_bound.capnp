# refused: field 'box' is of a generic or unknown type
@0xc1a6e1d5b0b00020;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  box @0 :Box(Text) $X.class(eng);
}
struct Box(T) {
  value @0 :T $X.size(64);
}
