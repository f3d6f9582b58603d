# refused: field 'outcome.blob' has no $class annotation
@0xc1a6e1d5b0b00027;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  outcome :group {
    blob @0 :Text $X.size(64);
  }
}
