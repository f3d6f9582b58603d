@0xc1a6e1d5b0a42e00;
# accounting.report: the answer to an accounting.request. A row that an agency has suspended (45 CFR 164.528(a)(2)) is left
# out until the suspension ends, and nothing here says so.

using Cxx = import "/capnp/c++.capnp";
using import "annotations.capnp".class;
using import "annotations.capnp".size;
using import "annotations.capnp".format;
using import "annotations.capnp".noteType;
$Cxx.namespace("exchange::notes");

struct AccountingReport @0xc1a6e1d5b0a42e01 $noteType("accounting.report") {
  producedOn  @0 :Text $class(sud) $size(32) $format(date);
  from        @1 :Text $class(sud) $size(32) $format(date);
  until       @2 :Text $class(sud) $size(32) $format(date);
  disclosures @3 :List(Disclosure) $class(sud) $size(65536);
}

struct Disclosure @0xc1a6e1d5b0a42e02 {
  # 45 CFR 164.528(b)(2): the date, who received it, what it was, why.
  date        @0 :Text;
  recipient   @1 :Text;
  address     @2 :Text;
  description @3 :Text;
  purpose     @4 :Text;
}
