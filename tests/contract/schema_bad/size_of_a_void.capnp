# refused: field 'choice.flag' is a number, an enum or a Void: its $size is 32
@0xc1a6e1d5b0b00031;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  choice :union $X.class(eng) {
    unstated @0 :Void;
    flag @1 :Void $X.size(64);
  }
}
