@0xc1a6e1d5b0a42a00;
# notice.exit: a person has left the programme. There is no code for failing it: diversion has no failure to report.

using Cxx = import "/capnp/c++.capnp";
using Common = import "note_common.capnp";
using import "annotations.capnp".class;
using import "annotations.capnp".forms;
using import "annotations.capnp".size;
using import "annotations.capnp".format;
using import "annotations.capnp".noteType;
$Cxx.namespace("exchange::notes");

struct NoticeExit @0xc1a6e1d5b0a42a01 $noteType("notice.exit") {
  exitOn @0 :Text $class(eng) $size(32) $format(date) $forms([yesNo, month]);
  exit   @1 :Common.Exit $class(eng) $size(32) $forms([yesNo, level]);
}
