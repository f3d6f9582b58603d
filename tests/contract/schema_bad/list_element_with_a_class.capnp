# refused: field 'items.label' stands in a list, which is one field of one class: annotate the list
@0xc1a6e1d5b0b00024;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  items @0 :List(Item) $X.class(eng) $X.size(256);
}
struct Item {
  label @0 :Text $X.class(sud);
}
