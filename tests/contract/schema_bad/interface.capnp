# refused: field 'service' is an interface
@0xc1a6e1d5b0b00022;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  service @0 :Service $X.class(eng) $X.size(64);
}
interface Service {
}
