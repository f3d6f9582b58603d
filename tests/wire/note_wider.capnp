@0xc1a6e1d5b0a4f000;
# test.everything as a newer sender may have it: more fields, codes and members. Other ids, so that both fit one program.

using Cxx = import "/capnp/c++.capnp";
using import "/annotations.capnp".class;
using import "/annotations.capnp".forms;
using import "/annotations.capnp".size;
using import "/annotations.capnp".isolate;
using import "/annotations.capnp".format;
using import "/annotations.capnp".noteType;
$Cxx.namespace("wider");

struct Everything @0xc1a6e1d5b0a4f001 $noteType("test.wider") {
  i8  @0 :Int8 $class(eng) $size(32);
  i16 @1 :Int16 $class(eng) $size(32);
  i32 @2 :Int32 $class(eng) $size(32);
  i64 @3 :Int64 $class(eng) $size(32);
  u8  @4 :UInt8 $class(eng) $size(32) $forms([bucket, ageBand]);
  u16 @5 :UInt16 $class(eng) $size(32);
  u32 @6 :UInt32 $class(eng) $size(32);
  u64 @7 :UInt64 $class(eng) $size(32);
  f32 @8 :Float32 $class(eng) $size(32);
  f64 @9 :Float64 $class(eng) $size(32);
  kind @10 :Kind $class(leg) $size(32) $forms([yesNo, level, category]);
  free @11 :Text $class(txt) $size(64);
  date @12 :Text $class(id) $size(32) $format(date) $forms([month, quarter, year]);
  time @13 :Text $class(id) $size(32) $format(time) $forms([day]);
  code @14 :Text $class(id) $size(64) $format(code);
  name @15 :Text $class(id) $size(64) $format(name) $forms([initials]);
  place @16 :Text $class(loc) $size(64) $format(place) $forms([area]);
  data @17 :Data $class(tp) $size(64);
  texts @18 :List(Text) $class(need) $size(256) $format(name);
  kinds @19 :List(Kind) $class(need) $size(64) $forms([yesNo, theme]);
  numbers @20 :List(Int32) $class(need) $size(256);
  items @21 :List(Item) $class(need) $size(1024);
  group :group $class(con) {
    phone @22 :Text $size(64);
    mail  @24 :Text $class(loc) $size(64);
  }
  record @23 :Inner $class(hou);
  choice :union $class(mh) {
    unstated @25 :Void;
    flag     @26 :Void $size(32);
    number   @27 :Int16 $size(32) $forms([bucket]);
    kind     @28 :Kind $size(32);
    text     @29 :Text $size(64);
    kinds    @30 :List(Kind) $size(64);
    extra    @34 :Text $size(64);
  }
  victim @31 :Text $class(sdv) $size(64) $isolate;
  extraWord @32 :UInt16 $class(eng) $size(32);
  extraText @33 :Text $class(eng) $size(64);
}

enum Kind @0xc1a6e1d5b0a4f002 {
  unstated @0;
  small @1;
  large @2;
  huge @3;
}

struct Inner @0xc1a6e1d5b0a4f003 {
  street @0 :Text $size(64);
  floor  @1 :UInt8 $size(32);
  deeper @2 :Deeper;
  extra  @3 :Text $class(hou) $size(64);
}

struct Deeper @0xc1a6e1d5b0a4f004 {
  note @0 :Text $class(txt) $size(64);
}

struct Item @0xc1a6e1d5b0a4f005 {
  label @0 :Text;
  on    @1 :Text $format(date);
  count @2 :UInt16;
  kind  @3 :Kind;
  tags  @4 :List(Text);
  choice :union {
    unstated @5 :Void;
    number   @6 :Int32;
    text     @7 :Text;
  }
  inner @8 :ItemInner;
  pair :group {
    first  @9 :Text;
    second @10 :Float32;
    third  @11 :Text;
  }
}

struct ItemInner @0xc1a6e1d5b0a4f006 {
  deep @0 :Text;
}
