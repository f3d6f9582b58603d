# refused: struct 'Note' has no field
@0xc1a6e1d5b0b00028;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {

}
