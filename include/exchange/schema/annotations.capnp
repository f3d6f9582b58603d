@0xc1a6e1d5b0a40100;
# What a note schema says about its fields. capnpc-exchange checks the rules and fails the build with one line:
#   - every field has a $size, and a $class of its own or from the group, union or struct field it stands in;
#   - no Bool (it cannot say "no" apart from "unstated"), no default values, no AnyPointer, interface, generic or
#     recursive type, no unnamed union, no union member that is a struct, group or union;
#   - a union has one $class for all its members and begins with `unstated :Void`; an enum begins with `unstated`;
#   - a list is one field of one class: what stands inside its elements carries no $class, $size, $forms, $isolate.
# A number that is 0 is absent; where 0 says something, put the number into a union.

using Cxx = import "/capnp/c++.capnp";
using Registry = import "registry.capnp";
$Cxx.namespace("exchange::schema");

enum TextFormat {
  # What a text may hold, checked when a note is sealed and when it is opened.
  free  @0;   # any UTF-8 without NUL
  date  @1;   # 2026-03-31
  time  @2;   # 2026-03-31T14:05Z or 2026-03-31T14:05:00Z, UTC
  code  @3;   # 1 to 64 printable ASCII characters, no space first or last: a case number, an offence code
  name  @4;   # of a person or an organisation, on one line
  place @5;   # "AREA" or "AREA; detail" on one line: the beat or ZIP code, then what only a full reader gets
  month @6;   # 2026-03
  dueDate @7;        # 2026-04-09/2026-04-14: the date, then the date it was due by
  address @8;        # "ZIP; city" or "ZIP; city; detail" on one line
  organisation @9;   # "kind; name" on one line, the kind from the list in docs/format.md, "Coarser values"
}

annotation class @0xc1a6e1d5b0a40101 (field, group, union) :Registry.FieldClass;
# What the field is about, for the policy. A field inside inherits it, and may name another one, but in a union.

annotation forms @0xc1a6e1d5b0a40102 (field) :List(Registry.Form);
# The generalised or masked forms a sender commits to beside the full value, ascending; each takes a slot.

annotation size @0xc1a6e1d5b0a40103 (field) :UInt32;
# The bytes of the field's slot: 32, 64, 256, 1024, 4096, 16384, 65536, 262144 or 1048576, five of them overhead.
# Always 32 for a number, an enum or a Void. Whatever a note says, the slot is that long. A form's slot has its
# field's size.

annotation isolate @0xc1a6e1d5b0a40104 (field) :Void;
# Victim data (28 CFR 94.115): sealed in a note of its own. All fields of an isolated class are isolated.

annotation format @0xc1a6e1d5b0a40105 (field) :TextFormat;
# Of a Text, or of the elements of a List(Text). Without it: free.

annotation noteType @0xc1a6e1d5b0a40106 (struct) :Text;
# Makes the struct a note: "progress.engagement". The name stands in requests and policy packs.
