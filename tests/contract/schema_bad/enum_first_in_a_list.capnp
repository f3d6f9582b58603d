# refused: field 'kinds' is of enum 'Wrong', whose first enumerant is not `unstated`
@0xc1a6e1d5b0b0000b;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  kinds @0 :List(Wrong) $X.class(eng) $X.size(64);
}
enum Wrong {
  no @0;
  yes @1;
}
