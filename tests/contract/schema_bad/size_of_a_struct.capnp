# refused: field 'inner' has $size, $forms or $format but is not a single value
@0xc1a6e1d5b0b00030;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  inner @0 :Inner $X.size(64);
}
struct Inner {
  a @0 :Text $X.class(eng) $X.size(64);
}
