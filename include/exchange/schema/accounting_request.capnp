@0xc1a6e1d5b0a42d00;
# accounting.request: a person asks who was told what (42 CFR 2.24 and 2.25, 45 CFR 164.528).

using Cxx = import "/capnp/c++.capnp";
using import "annotations.capnp".class;
using import "annotations.capnp".size;
using import "annotations.capnp".format;
using import "annotations.capnp".noteType;
$Cxx.namespace("exchange::notes");

struct AccountingRequest @0xc1a6e1d5b0a42d01 $noteType("accounting.request") {
  requestedOn @0 :Text $class(sud) $size(32) $format(date);
  kind        @1 :AccountingKind $class(sud) $size(32);
  from        @2 :Text $class(sud) $size(32) $format(date);
  until       @3 :Text $class(sud) $size(32) $format(date);
  requestedBy @4 :Requester $class(sud) $size(32);
}

enum AccountingKind @0xc1a6e1d5b0a42d02 {
  unstated     @0;
  intermediary @1;   # 42 CFR 2.24: within 30 days, three years back
  programme    @2;   # 42 CFR 2.25: three years back
  hipaa        @3;   # 45 CFR 164.528: within 60 days, six years back
}

enum Requester @0xc1a6e1d5b0a42d03 {
  unstated       @0;
  person         @1;
  representative @2;
}
