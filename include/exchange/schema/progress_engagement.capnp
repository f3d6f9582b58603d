@0xc1a6e1d5b0a41300;
# progress.engagement: how a participant is doing. From CM to the operational work group, each role its own part.
#
# There is no field for results of a urine analysis, and there never will be one: they are counselling notes (class
# SUDN), nobody in the group may have them, and what has no field cannot be sent by mistake.
# Names are neutral, since a police reader sees them: no word here tells what kind of service a person uses.

using Cxx = import "/capnp/c++.capnp";
using Common = import "note_common.capnp";
using import "annotations.capnp".class;
using import "annotations.capnp".forms;
using import "annotations.capnp".size;
using import "annotations.capnp".format;
using import "annotations.capnp".noteType;
$Cxx.namespace("exchange::notes");

struct ProgressEngagement @0xc1a6e1d5b0a41301 $noteType("progress.engagement") {
  engaged            @0 :Engagement $class(eng) $size(32) $forms([yesNo, level]);
  contacts           @1 :ContactBucket $class(eng) $size(32) $forms([yesNo, level]);
  goals              @2 :List(Common.Need) $class(need) $size(64) $forms([theme]);
  barriers           @3 :List(Common.Need) $class(need) $size(64) $forms([theme]);
  servicesConnected  @4 :List(Common.Need) $class(need) $size(64) $forms([theme]);
  nextStep           @5 :Text $class(need) $size(256);
  participation      @6 :Common.Attendance $class(sud) $size(32) $forms([yesNo]);   # 42 CFR 2.35: the bit alone
  medicationSupport  @7 :Common.YesNo $class(sud) $size(32);
  contactApproach    @8 :Approach $class(mh) $size(32) $forms([category]);          # how to speak, never why
  wellbeing          @9 :Text $class(mh) $size(1024);
  narrative          @10 :Text $class(txt) $size(4096);
}

enum Engagement @0xc1a6e1d5b0a41302 {
  unstated     @0;
  active       @1;
  intermittent @2;
  lostContact  @3;
}

enum ContactBucket @0xc1a6e1d5b0a41303 {
  unstated    @0;
  none        @1;
  oneToTwo    @2;
  threeToFive @3;
  sixOrMore   @4;
  threeOrMore @5;   # the level of the two before it
}

enum Approach @0xc1a6e1d5b0a41304 {
  # The first two are the categories the others belong to.
  unstated     @0;
  usual        @1;
  crisisTeam   @2;   # an officer trained in crisis intervention
  calmAndSlow  @3;   # crisisTeam
  withAdvocate @4;   # crisisTeam
}
