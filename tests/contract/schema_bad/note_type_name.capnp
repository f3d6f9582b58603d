# refused: struct 'Note' needs $noteType with a name like "progress.engagement"
@0xc1a6e1d5b0b0002a;
using X = import "/annotations.capnp";

struct Note $X.noteType("Progress Engagement") {
  phone @0 :Text $X.class(con) $X.size(64);
}
