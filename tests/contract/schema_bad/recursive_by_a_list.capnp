# refused: field 'items.more' is of a recursive type
@0xc1a6e1d5b0b0002d;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  items @0 :List(Item) $X.class(eng) $X.size(256);
}
struct Item {
  more @0 :List(Item);
}
