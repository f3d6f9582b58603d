# refused: field 'phone' has a $format this version does not know
@0xc1a6e1d5b0b0001d;
# A vendor whose registry is newer than the plugin: the same annotations, a higher number.

struct Note $noteType("test.bad") {
  phone @0 :Text $class(f2) $size(64) $format(f10);
}
annotation noteType @0xc1a6e1d5b0a40106 (struct) :Text;
annotation size @0xc1a6e1d5b0a40103 (field) :UInt32;
annotation class @0xc1a6e1d5b0a40101 (field) :Class;
annotation format @0xc1a6e1d5b0a40105 (field) :Format;
enum Class {
  f0 @0;
  f1 @1;
  f2 @2;
}
enum Format {
  f0 @0;
  f1 @1;
  f2 @2;
  f3 @3;
  f4 @4;
  f5 @5;
  f6 @6;
  f7 @7;
  f8 @8;
  f9 @9;
  f10 @10;
}
