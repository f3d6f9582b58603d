# refused: field 'items' has an unnamed union
@0xc1a6e1d5b0b00040;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  items @0 :List(Item) $X.class(eng) $X.size(256);
}
struct Item {
  union {
    unstated @0 :Void;
    text @1 :Text;
  }
}
