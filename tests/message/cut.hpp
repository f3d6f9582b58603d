// An envelope's bundle laid open as it came, changed, and sealed to its reader again with nothing signed anew. For tests
// only.
#pragma once

#include <deque>
#include <vector>

#include "message/fixture.hpp"

namespace xch::message_test {

/// Cut owns what its views point to; keep() is where a change puts new bytes. bundle.views is written by sew_up.
struct Cut {
  BundleBorrowed bundle;
  std::vector<ViewBorrowed> views;
  std::size_t bundle_size = 0;           // as it came
  std::vector<std::size_t> view_sizes;   // likewise

  ByteView keep(Bytes bytes) {
    kept.push_back(std::move(bytes));
    return kept.back();
  }

  HeapMemory memory;
  std::deque<Bytes> kept;
};

Cut cut_open(ByteView envelope, const testing::TestParty& reader);
Bytes sew_up(const Cut& cut, const testing::TestParty& reader, crypto::Random& random);

}  // namespace xch::message_test
