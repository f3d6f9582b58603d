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

enum FoundKind @0xc1a6e1d5b0a41102 {
  unstated      @0;
  nothing       @1;
  controlled    @2;
  paraphernalia @3;
  property      @4;
  other         @5;
}

enum FoundQuantity @0xc1a6e1d5b0a41103 {
  unstated       @0;
  nothing        @1;
  upToOneGram    @2;
  upToThreeGrams @3;
  upToSixGrams   @4;
  overSixGrams   @5;
}

enum Inference @0xc1a6e1d5b0a41104 {
  unstated     @0;
  noConcern    @1;
  someConcern  @2;
  clearConcern @3;
}

enum Hazard @0xc1a6e1d5b0a41105 {
  # The first two are the themes the others belong to.
  unstated      @0;
  takeCare      @1;
  doNotContact  @2;
  weapons       @3;   # takeCare
  threatToStaff @4;   # takeCare
  visitInPairs  @5;   # takeCare
  noHomeVisit   @6;   # doNotContact
  noVoicemail   @7;   # doNotContact
}

enum Desk @0xc1a6e1d5b0a40304 {
  # Whose turn it is: a desk of the operational work group, never a person.
  unstated       @0;
  caseManager    @1;
  police         @2;
  prosecutor     @3;
  defender       @4;
  housing        @5;
  programOffice  @6;
  participant    @7;
}

enum Exit @0xc1a6e1d5b0a40305 {
  # How a person left. Its categories and levels are the first two: gone in agreement, or out of reach.
  unstated    @0;
  agreed      @1;
  outOfReach  @2;
  goalsMet    @3;   # agreed
  ownWish     @4;   # agreed
  moved       @5;   # agreed
  lostContact @6;   # outOfReach
  died        @7;   # outOfReach
}
