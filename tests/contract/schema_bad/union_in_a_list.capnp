# refused: field 'items.choice' is a union whose first member is not `unstated :Void`
@0xc1a6e1d5b0b00039;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  items @0 :List(Item) $X.class(eng) $X.size(256);
}
struct Item {
  choice :union {
    none @0 :Void;
    text @1 :Text;
  }
}
