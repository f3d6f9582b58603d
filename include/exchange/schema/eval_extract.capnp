@0xc1a6e1d5b0a42500;
# eval.extract: one line of an evaluation's extract (45 CFR 164.514(b)), from PM to EVAL. It holds what is left after a
# person has been taken out: a pseudonym of this one study, months for dates, bands and buckets for numbers.

using Cxx = import "/capnp/c++.capnp";
using Common = import "note_common.capnp";
using import "annotations.capnp".class;
using import "annotations.capnp".forms;
using import "annotations.capnp".size;
using import "annotations.capnp".format;
using import "annotations.capnp".noteType;
$Cxx.namespace("exchange::notes");

struct EvalExtract @0xc1a6e1d5b0a42501 $noteType("eval.extract") {
  studyPseudonym @0 :Text $class(evl) $size(64) $format(code);   # of one study; never the pseudonym of a grant
  referralMonth  @1 :Text $class(evl) $size(32) $format(month) $forms([quarter, year]);
  door           @2 :Door $class(evl) $size(32) $forms([category]);
  raceEthnicity  @3 :List(RaceEthnicity) $class(evl) $size(64);
  gender         @4 :Gender $class(evl) $size(32);
  ageBand        @5 :AgeBand $class(evl) $size(32);
  housing        @6 :HousingLevel $class(evl) $size(32) $forms([category]);
  arrestsBefore  @7 :Count $class(evl) $size(32) $forms([category]);   # in the year before the referral
  arrestsAfter   @8 :Count $class(evl) $size(32) $forms([category]);   # in the year after it
  bookings       @9 :Count $class(evl) $size(32) $forms([category]);
  services       @10 :List(Common.Need) $class(evl) $size(64);
  exit           @11 :Common.Exit $class(evl) $size(32) $forms([category]);
}

enum Door @0xc1a6e1d5b0a42502 {
  # The first two are the categories the others belong to.
  unstated      @0;
  byPolice      @1;
  byCommunity   @2;
  arrest        @3;   # byPolice
  socialContact @4;   # byPolice
  community     @5;   # byCommunity
}

enum RaceEthnicity @0xc1a6e1d5b0a42503 {
  # OMB Statistical Policy Directive 15 (2024): one question, all that apply.
  unstated                     @0;
  americanIndianOrAlaskaNative @1;
  asian                        @2;
  blackOrAfricanAmerican       @3;
  hispanicOrLatino             @4;
  middleEasternOrNorthAfrican  @5;
  nativeHawaiianOrPacific      @6;
  white                        @7;
}

enum Gender @0xc1a6e1d5b0a42504 {
  unstated @0;
  woman    @1;
  man      @2;
  other    @3;
}

enum AgeBand @0xc1a6e1d5b0a42505 {
  # 45 CFR 164.514(b)(2)(i)(C): over 89 is one band.
  unstated @0;
  under18  @1;
  from18   @2;
  from25   @3;
  from35   @4;
  from45   @5;
  from55   @6;
  from65   @7;
  from75   @8;
  from85   @9;
  over89   @10;
}

enum HousingLevel @0xc1a6e1d5b0a42506 {
  # The first two are the categories the others belong to.
  unstated     @0;
  inside       @1;
  outside      @2;
  housed       @3;   # inside
  sheltered    @4;   # inside
  unhoused     @5;   # outside
}

enum Count @0xc1a6e1d5b0a42507 {
  # The first two are the categories the others belong to.
  unstated     @0;
  none         @1;
  oneOrMore    @2;
  oneToTwo     @3;   # oneOrMore
  threeToFive  @4;   # oneOrMore
  sixToTen     @5;   # oneOrMore
  elevenOrMore @6;   # oneOrMore
}
