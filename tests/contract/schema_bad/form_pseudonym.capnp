# refused: field 'name' lists the form pseudonym, which is never a slot
@0xc1a6e1d5b0b00018;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  name @0 :Text $X.class(id) $X.size(64) $X.format(name) $X.forms([initials, pseudonym]);
}
