@0xc1a6e1d5b0a40300;
# Code lists that several note types share.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("exchange::notes");

enum YesNo @0xc1a6e1d5b0a40301 {
  unstated @0;
  no       @1;
  yes      @2;
}
