# refused: field 'items.count' has a default value
@0xc1a6e1d5b0b00006;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  items @0 :List(Item) $X.class(eng) $X.size(256);
}
struct Item {
  count @0 :UInt16 = 3;
}
