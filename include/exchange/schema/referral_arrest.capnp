@0xc1a6e1d5b0a41100;
# referral.arrest: an officer refers a person after an arrest or a contact, before any consent exists.
# From LEO and LES to PM and CM, a copy to PROS. The officer writes what the officer knows; nothing comes back.

using Cxx = import "/capnp/c++.capnp";
using Common = import "note_common.capnp";
using import "annotations.capnp".class;
using import "annotations.capnp".forms;
using import "annotations.capnp".size;
using import "annotations.capnp".isolate;
using import "annotations.capnp".format;
using import "annotations.capnp".noteType;
$Cxx.namespace("exchange::notes");

struct ReferralArrest @0xc1a6e1d5b0a41101 $noteType("referral.arrest") {
  name              @0 :Text $class(id) $size(256) $format(name) $forms([initials]);
  aliases           @1 :List(Text) $class(id) $size(256) $format(name);
  dateOfBirth       @2 :Text $class(id) $size(32) $format(date);
  language          @3 :Text $class(id) $size(32) $format(code);         # BCP 47
  interpreterNeeded @4 :Common.YesNo $class(id) $size(32);
  phone             @5 :Text $class(con) $size(64);
  email             @6 :Text $class(con) $size(256);
  whereToFind       @7 :Text $class(loc) $size(256) $format(place) $forms([area]);
  contactPlace      @8 :Text $class(loc) $size(256) $format(place) $forms([area]);

  # The facts of the contact itself, which the officer's own report holds too.
  incidentNumber  @9 :Text $class(leg) $size(64) $format(code);
  offenceCode     @10 :Text $class(leg) $size(64) $format(code);
  incidentDate    @11 :Text $class(leg) $size(32) $format(date);
  eligibleCharges @12 :List(Text) $class(leg) $size(1024) $format(code);
  officerId       @13 :Text $class(leg) $size(64) $format(code);
  handoffAt       @14 :Text $class(leg) $size(32) $format(time);

  # What was found stays investigative: no one outside criminal justice gets it.
  foundKind     @15 :Common.FoundKind $class(lei) $size(32);
  foundQuantity @16 :Common.FoundQuantity $class(lei) $size(32);

  observedNeeds @17 :List(Common.Need) $class(need) $size(64) $forms([theme]);

  # An officer's opinion is no Part 2 record, but whoever reads it infers one. So the words are free text, and the
  # inference is a code of class SUD: a policy that hides SUD hides both.
  officerObservation @18 :Text $class(txt) $size(1024);
  officerInference   @19 :Common.Inference $class(sud) $size(32);

  victimPresent @20 :Common.YesNo $class(sdv) $size(32) $isolate;        # 28 CFR 94.115
  otherPersons  @21 :Text $class(tp) $size(256);
  hazards       @22 :List(Common.Hazard) $class(saf) $size(32) $forms([theme]);  # the hazard alone, never its source
  juvenile      @23 :Common.YesNo $class(juv) $size(32);
}
