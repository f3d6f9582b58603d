# refused: field 'grid' is a list of lists
@0xc1a6e1d5b0b00025;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  grid @0 :List(List(UInt8)) $X.class(eng) $X.size(64);
}
