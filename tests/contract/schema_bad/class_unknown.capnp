# refused: field 'phone' has a class this version does not know
@0xc1a6e1d5b0b00005;
# A vendor whose registry is newer than the plugin: the same annotations, a higher number.

struct Note $noteType("test.bad") {
  phone @0 :Text $class(f26) $size(64);
}
annotation noteType @0xc1a6e1d5b0a40106 (struct) :Text;
annotation size @0xc1a6e1d5b0a40103 (field) :UInt32;
annotation class @0xc1a6e1d5b0a40101 (field) :Class;
enum Class {
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
  f11 @11;
  f12 @12;
  f13 @13;
  f14 @14;
  f15 @15;
  f16 @16;
  f17 @17;
  f18 @18;
  f19 @19;
  f20 @20;
  f21 @21;
  f22 @22;
  f23 @23;
  f24 @24;
  f25 @25;
  f26 @26;
}
