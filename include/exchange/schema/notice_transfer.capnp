@0xc1a6e1d5b0a42900;
# notice.transfer: another case manager takes over. Among those who care for the person.

using Cxx = import "/capnp/c++.capnp";
using Common = import "note_common.capnp";
using import "annotations.capnp".class;
using import "annotations.capnp".forms;
using import "annotations.capnp".size;
using import "annotations.capnp".format;
using import "annotations.capnp".noteType;
$Cxx.namespace("exchange::notes");

struct NoticeTransfer @0xc1a6e1d5b0a42901 $noteType("notice.transfer") {
  effectiveOn @0 :Text $class(eng) $size(32) $format(date) $forms([yesNo]);
  from        @1 :Text $class(orgs) $size(256) $format(organisation) $forms([organisationKind]);
  to          @2 :Text $class(orgs) $size(256) $format(organisation) $forms([organisationKind]);
  contact     @3 :Text $class(con) $size(256);
  openNeeds   @4 :List(Common.Need) $class(need) $size(64) $forms([theme]);
}
