@0xc1a6e1d5b0a42b00;
# order.court: a court order under 42 CFR part 2 subpart E, told by the holder to those who act on it. Every field is SUD:
# that such an order exists says that the person is a patient. A subpoena alone permits nothing (42 CFR 2.61).

using Cxx = import "/capnp/c++.capnp";
using import "annotations.capnp".class;
using import "annotations.capnp".size;
using import "annotations.capnp".format;
using import "annotations.capnp".noteType;
$Cxx.namespace("exchange::notes");

struct OrderCourt @0xc1a6e1d5b0a42b01 $noteType("order.court") {
  section        @0 :OrderSection $class(sud) $size(32);
  court          @1 :Text $class(sud) $size(256) $format(name);
  caseReference  @2 :Text $class(sud) $size(64) $format(code);       # a fictitious name stands in it: 42 CFR 2.64(a)
  orderDigest    @3 :Data $class(sud) $size(64);                     # SHA-256 of the order as served, 32 bytes
  subpoenaDigest @4 :Data $class(sud) $size(64);                     # SHA-256 of the subpoena that compels
  scope          @5 :List(Text) $class(sud) $size(256) $format(code);   # classes the order names
  issuedOn       @6 :Text $class(sud) $size(32) $format(date);
  expiresOn      @7 :Text $class(sud) $size(32) $format(date);
}

enum OrderSection @0xc1a6e1d5b0a42b02 {
  unstated    @0;
  section2x64 @1;   # for use in proceedings that are not criminal
  section2x65 @2;   # to investigate or prosecute a patient
  section2x66 @3;   # to investigate a programme
  section2x67 @4;   # agents and informants in a programme
}
