# refused: field 'other' shares its class with an isolated field but is not isolated
@0xc1a6e1d5b0b00023;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  victim @0 :Text $X.class(sdv) $X.size(64) $X.isolate;
  other @1 :Text $X.class(sdv) $X.size(64);
}
