// Unpadding of cells and of bodies, every byte of them secret.
#include "message/padding.hpp"

#include <algorithm>

#include "message/cells.hpp"
#include "probes.hpp"
#include "secrets.hpp"

namespace xch::constant_time {
namespace {

using message::PlainFault;

Bytes plain_of(std::size_t size, std::uint8_t present, std::uint32_t length) {
  Bytes out(size);
  out[0] = present;
  store_u32(out.data() + 1, length);
  std::fill_n(out.begin() + 5, std::min<std::size_t>(length, size - 5), std::uint8_t{'v'});
  return out;
}

unsigned judged = 0;

PlainFault judge(Bytes plain) {
  make_secret(plain);
  ++judged;
  return message::judge_plain(plain).fault;
}

void cells() {
  judged = 0;
  for (const std::size_t size : {32u, 64u, 256u, 1024u}) {
    const auto full = static_cast<std::uint32_t>(size - 5);
    for (const std::uint32_t length : {0u, 1u, 3u, 4u, 11u, full - 1, full}) {
      Bytes plain = plain_of(size, 1, length);
      expect(judge(plain) == PlainFault::none, "a value is taken");
      for (std::size_t at = 5 + length; at < size; at = at + 1 + (size - at) / 3) {
        plain[at] = 0x80;
        expect(judge(plain) == PlainFault::padding, "padding is zero");
        plain[at] = 0;
      }
      plain[0] = 2;
      expect(judge(plain) == PlainFault::present, "a flag is yes or no");
      plain[0] = 0;
      expect(judge(plain) == (length == 0 ? PlainFault::none : PlainFault::absent_value),
             "what is absent has no value");
    }
    for (const std::uint32_t length : {full + 1, 0x10000u, 0xffffffffu})
      expect(judge(plain_of(size, 1, length)) == PlainFault::size, "a value lies within its slot");
  }
  expect(take_verdicts().plain == judged, "every verdict came from secrets");
}

void bodies() {
  unsigned tried = 0;
  for (const std::size_t size : {4096u, 14336u}) {
    for (const std::uint32_t length : {0u, 1u, 1000u, 4000u, static_cast<std::uint32_t>(size - 4)}) {
      const auto good = [&](std::size_t dirty) {
        Bytes body(size);
        store_u32(body.data(), length);
        std::fill_n(body.begin() + 4, length, std::uint8_t{'c'});
        if (dirty < size) body[dirty] = 1;
        make_secret(body);
        ++tried;
        return message::judge_body(body).good == 1;
      };
      expect(good(size), "a body is taken");
      if (4 + length == size) continue;
      for (const std::size_t at : {std::size_t{4} + length, (4 + length + size) / 2, size - 1})
        expect(!good(at), "padding is zero");
    }
    Bytes body(size);
    store_u32(body.data(), static_cast<std::uint32_t>(size - 3));
    make_secret(body);
    ++tried;
    expect(message::judge_body(body).good == 0, "content lies within its body");
  }
  expect(take_verdicts().body == tried, "every verdict came from secrets");
}

}  // namespace

void add_padding(std::vector<Probe>& to) {
  to.push_back({"unpad.cells", cells});
  to.push_back({"unpad.bodies", bodies});
}

}  // namespace xch::constant_time
