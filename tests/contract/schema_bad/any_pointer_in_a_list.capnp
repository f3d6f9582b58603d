# refused: field 'items.anything' is an AnyPointer or an unbound type parameter
@0xc1a6e1d5b0b00001;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  items @0 :List(Item) $X.class(eng) $X.size(256);
}
struct Item {
  anything @0 :AnyPointer;
}
