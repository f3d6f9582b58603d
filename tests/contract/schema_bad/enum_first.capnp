# refused: field 'kind' is of enum 'Wrong', whose first enumerant is not `unstated`
@0xc1a6e1d5b0b0000a;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  kind @0 :Wrong $X.class(eng) $X.size(32);
}
enum Wrong {
  no @0;
  yes @1;
}
