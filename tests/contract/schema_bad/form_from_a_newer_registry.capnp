# refused: field 'phone' has a form this version does not know
@0xc1a6e1d5b0b00012;
# A vendor whose registry is newer than the plugin: the same annotations, a higher number.

struct Note $noteType("test.bad") {
  phone @0 :Text $class(f2) $size(64) $forms([40]);
}
annotation noteType @0xc1a6e1d5b0a40106 (struct) :Text;
annotation size @0xc1a6e1d5b0a40103 (field) :UInt32;
annotation class @0xc1a6e1d5b0a40101 (field) :Class;
annotation forms @0xc1a6e1d5b0a40102 (field) :List(UInt16);
enum Class {
  f0 @0;
  f1 @1;
  f2 @2;
}
