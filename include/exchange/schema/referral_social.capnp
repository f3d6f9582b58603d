@0xc1a6e1d5b0a41700;
# referral.social: an officer refers a person known from earlier contacts, without an arrest and before any consent.
# From LEO and LES to PM and CM. As a referral after an arrest, but without a charge.

using Cxx = import "/capnp/c++.capnp";
using Common = import "note_common.capnp";
using import "annotations.capnp".class;
using import "annotations.capnp".forms;
using import "annotations.capnp".size;
using import "annotations.capnp".isolate;
using import "annotations.capnp".format;
using import "annotations.capnp".noteType;
$Cxx.namespace("exchange::notes");

struct ReferralSocial @0xc1a6e1d5b0a41701 $noteType("referral.social") {
  name              @0 :Text $class(id) $size(256) $format(name) $forms([initials]);
  aliases           @1 :List(Text) $class(id) $size(256) $format(name);
  dateOfBirth       @2 :Text $class(id) $size(32) $format(date);
  language          @3 :Text $class(id) $size(32) $format(code);         # BCP 47
  interpreterNeeded @4 :Common.YesNo $class(id) $size(32);
  phone             @5 :Text $class(con) $size(64);
  email             @6 :Text $class(con) $size(256);
  whereToFind       @7 :Text $class(loc) $size(256) $format(place) $forms([area]);
  contactPlace      @8 :Text $class(loc) $size(256) $format(place) $forms([area]);

  incidentNumber @9 :Text $class(leg) $size(64) $format(code);
  contactDate    @10 :Text $class(leg) $size(32) $format(date);
  officerId      @11 :Text $class(leg) $size(64) $format(code);
  handoffAt      @12 :Text $class(leg) $size(32) $format(time);

  # Why this person: the words for the case manager, and the earlier contacts, which stay with police and prosecutor.
  basisNarrative   @13 :Text $class(txt) $size(1024);
  priorInvolvement @14 :Text $class(lei) $size(1024);
  foundKind        @15 :Common.FoundKind $class(lei) $size(32);
  foundQuantity    @16 :Common.FoundQuantity $class(lei) $size(32);

  observedNeeds      @17 :List(Common.Need) $class(need) $size(64) $forms([theme]);
  officerObservation @18 :Text $class(txt) $size(1024);
  officerInference   @19 :Common.Inference $class(sud) $size(32);

  victimPresent @20 :Common.YesNo $class(sdv) $size(32) $isolate;
  otherPersons  @21 :Text $class(tp) $size(256);
  referrer      @22 :Text $class(tp) $size(256) $format(name) $forms([initials]);  # who asked for the contact: a business, a neighbour
  hazards       @23 :List(Common.Hazard) $class(saf) $size(32) $forms([theme]);
  juvenile      @24 :Common.YesNo $class(juv) $size(32);
}
