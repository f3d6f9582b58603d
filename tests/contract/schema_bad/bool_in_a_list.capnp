# refused: field 'items.done' is a Bool, which cannot say no apart from unstated: use an enum
@0xc1a6e1d5b0b00003;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  items @0 :List(Item) $X.class(eng) $X.size(256);
}
struct Item {
  done @0 :Bool;
}
