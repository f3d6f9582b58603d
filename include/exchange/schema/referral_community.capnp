@0xc1a6e1d5b0a41800;
# referral.community: a business, a neighbour or a service refers a person; police have no part in it.
# From PM, CM and CLT to PM and CM.

using Cxx = import "/capnp/c++.capnp";
using Common = import "note_common.capnp";
using import "annotations.capnp".class;
using import "annotations.capnp".forms;
using import "annotations.capnp".size;
using import "annotations.capnp".isolate;
using import "annotations.capnp".format;
using import "annotations.capnp".noteType;
$Cxx.namespace("exchange::notes");

struct ReferralCommunity @0xc1a6e1d5b0a41801 $noteType("referral.community") {
  name              @0 :Text $class(id) $size(256) $format(name) $forms([initials]);
  aliases           @1 :List(Text) $class(id) $size(256) $format(name);
  dateOfBirth       @2 :Text $class(id) $size(32) $format(date);
  language          @3 :Text $class(id) $size(32) $format(code);         # BCP 47
  interpreterNeeded @4 :Common.YesNo $class(id) $size(32);
  phone             @5 :Text $class(con) $size(64);
  email             @6 :Text $class(con) $size(256);
  whereToFind       @7 :Text $class(loc) $size(256) $format(place) $forms([area]);
  contactPlace      @8 :Text $class(loc) $size(256) $format(place) $forms([area]);
  contactDate       @9 :Text $class(loc) $size(32) $format(date);
  handoffAt         @10 :Text $class(eng) $size(32) $format(time) $forms([yesNo]);

  basisNarrative @11 :Text $class(txt) $size(1024);
  observation    @12 :Text $class(txt) $size(1024);
  inference      @13 :Common.Inference $class(sud) $size(32);   # what the words let a reader infer
  observedNeeds  @14 :List(Common.Need) $class(need) $size(64) $forms([theme]);

  # Whoever refers is a person with a claim to privacy too.
  referrer     @15 :Text $class(tp) $size(256) $format(name) $forms([initials]);
  referrerKind @16 :ReferrerKind $class(tp) $size(32);

  victimPresent @17 :Common.YesNo $class(sdv) $size(32) $isolate;
  otherPersons  @18 :Text $class(tp) $size(256);
  hazards       @19 :List(Common.Hazard) $class(saf) $size(32) $forms([theme]);
  juvenile      @20 :Common.YesNo $class(juv) $size(32);
}

enum ReferrerKind @0xc1a6e1d5b0a41802 {
  unstated  @0;
  business  @1;
  neighbour @2;
  service   @3;
  family    @4;
  self      @5;
}
