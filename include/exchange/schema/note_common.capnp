@0xc1a6e1d5b0a40300;
# Code lists that several note types share.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("exchange::notes");

enum YesNo @0xc1a6e1d5b0a40301 {
  unstated @0;
  no       @1;
  yes      @2;
}

enum Need @0xc1a6e1d5b0a40302 {
  # Goals, barriers and services in neutral words. The first six are the themes the others belong to; the policy
  # pack's `theme` tables map each code to its theme.
  unstated         @0;
  housing          @1;
  basics           @2;
  health           @3;
  work             @4;
  legal            @5;
  connections      @6;
  shelter          @7;    # housing
  permanentHousing @8;    # housing
  food             @9;    # basics
  clothing         @10;   # basics
  hygiene          @11;   # basics
  identification   @12;   # basics
  phone            @13;   # basics
  transport        @14;   # basics
  primaryCare      @15;   # health
  dental           @16;   # health
  benefits         @17;   # work
  employment       @18;   # work
  education        @19;   # work
  legalHelp        @20;   # legal
  courtDates       @21;   # legal
  family           @22;   # connections
  socialSupport    @23;   # connections
}

enum Attendance @0xc1a6e1d5b0a40303 {
  # For 42 CFR 2.35 its yes-no form is the one bit a monitor gets: participating as required.
  unstated      @0;
  asRequired    @1;
  partly        @2;
  notAsRequired @3;
}
