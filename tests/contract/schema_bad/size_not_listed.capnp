# refused: field 'phone' has a $size that is not one of 32, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576
@0xc1a6e1d5b0b0002e;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  phone @0 :Text $X.class(con) $X.size(128);
}
