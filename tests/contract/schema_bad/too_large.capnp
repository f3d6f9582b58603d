# refused: note type 'test.bad' is too large: one reader's view would pass 4 MiB
@0xc1a6e1d5b0b00034;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  d0 @0 :Data $X.class(eng) $X.size(1048576);
  d1 @1 :Data $X.class(eng) $X.size(1048576);
  d2 @2 :Data $X.class(eng) $X.size(1048576);
  d3 @3 :Data $X.class(eng) $X.size(1048576);
}
