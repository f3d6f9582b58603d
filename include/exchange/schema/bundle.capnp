@0xc1a6e1d5b0a40200;
# A note type's schema in canonical bytes: what its digest is taken of (docs/format.md, "Schema digest").

using Cxx = import "/capnp/c++.capnp";
using Schema = import "/capnp/schema.capnp";
$Cxx.namespace("exchange::schema");

struct SchemaBundle {
  root  @0 :UInt64;              # id of the note's struct
  nodes @1 :List(Schema.Node);   # every struct, group and enum reachable from it, by id, ascending
}
