#include "crypto/sha256_lanes.hpp"

#include <cstring>

#include "crypto/merkle.hpp"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace xch::crypto {
namespace {

static_assert(sizeof(Digest) == Digest::kSize, "two neighbours are 64 bytes in a row");

constexpr std::size_t kBlock = 64, kLength = 8;

/// Blocks is a leaf, a message with the byte 0 before it, as the blocks of FIPS 180-4 section 5: the first one and the
/// last one or two are made up, those between lie in the message.
class Blocks {
 public:
  explicit Blocks(ByteView message) : message_(message), count_((message.size() + 1 + kLength) / kBlock + 1) {
    const std::size_t size = message.size() + 1;
    whole_ = size / kBlock;
    const std::size_t left = size % kBlock;
    first_[0] = 0x00;
    if (whole_ != 0) {
      std::memcpy(first_ + 1, message.data(), kBlock - 1);
    } else {
      std::memset(first_ + 1, 0, kBlock - 1);
      if (!message.empty()) std::memcpy(first_ + 1, message.data(), message.size());
    }
    std::memset(last_, 0, sizeof last_);
    // What is left behind the whole blocks, the bit 1, zeros and the length in bits.
    std::uint8_t* const rest = whole_ == 0 ? first_ : last_;
    for (std::size_t i = 0; whole_ != 0 && i < left; ++i) last_[i] = message[message.size() - left + i];
    rest[left] = 0x80;
    std::uint8_t* const end = (whole_ == 0 && count_ == 1) ? first_ + kBlock : last_ + (count_ - std::max<std::size_t>(whole_, 1)) * kBlock;
    store_u64(end - kLength, std::uint64_t{size} * 8);
  }
  std::size_t count() const { return count_; }
  const std::uint8_t* block(std::size_t i) const {
    if (i == 0) return first_;
    if (i < whole_) return message_.data() + i * kBlock - 1;
    return last_ + (i - std::max<std::size_t>(whole_, 1)) * kBlock;
  }

 private:
  ByteView message_;
  std::size_t count_, whole_ = 0;
  std::uint8_t first_[kBlock], last_[2 * kBlock];
};

#if defined(__x86_64__)

alignas(16) constexpr std::uint32_t kRound[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

bool find_lanes() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (__get_cpuid(1, &a, &b, &c, &d) == 0 || (c & bit_SSE4_1) == 0) return false;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & bit_SHA) != 0;
}

#define XCH_SHA __attribute__((target("sha,sse4.1")))

XCH_SHA __m128i load(const std::uint8_t* from) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from)); }

/// Leaf gives the blocks of a leaf, 16 bytes at a time.
struct Leaf {
  XCH_SHA std::size_t count() const { return blocks.count(); }
  XCH_SHA __m128i part(std::size_t block, int four) const { return load(blocks.block(block) + 16 * four); }
  const Blocks& blocks;
};

/// Node gives those of a node: the byte 1 and two hashes, one byte further on than they lie in memory.
struct Node {
  XCH_SHA std::size_t count() const { return 2; }
  XCH_SHA __m128i part(std::size_t block, int four) const {
    if (block == 0 && four == 0) return _mm_alignr_epi8(load(hashes), _mm_set_epi8(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), 15);
    if (block == 0) return _mm_alignr_epi8(load(hashes + 16 * four), load(hashes + 16 * (four - 1)), 15);
    if (four == 0) return _mm_alignr_epi8(_mm_set_epi32(0, 0, 0, 0x80), load(hashes + 48), 15);
    constexpr int kBits = 65 * 8;  // the length, from the most significant byte
    return four == 3 ? _mm_set_epi32((kBits & 0xff) << 24 | (kBits >> 8) << 16, 0, 0, 0) : _mm_setzero_si128();
  }
  const std::uint8_t* hashes;
};

/// Two messages of as many blocks; the words of a state stand as the instructions want them, ABEF and CDGH.
template <class Message>
XCH_SHA void hash_two(const Message& one, const Message& two, Digest& out_one, Digest& out_two) {
  constexpr int kLanes = 2;
  const Message* const in[kLanes] = {&one, &two};
  const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  __m128i abef[kLanes], cdgh[kLanes];
  for (int lane = 0; lane < kLanes; ++lane) {
    abef[lane] = _mm_set_epi32(0x6a09e667, static_cast<int>(0xbb67ae85), 0x510e527f, static_cast<int>(0x9b05688c));
    cdgh[lane] = _mm_set_epi32(0x3c6ef372, static_cast<int>(0xa54ff53a), 0x1f83d9ab, 0x5be0cd19);
  }
  for (std::size_t block = 0; block < one.count(); ++block) {
    __m128i words[kLanes][4], begin0[kLanes], begin1[kLanes];
    for (int lane = 0; lane < kLanes; ++lane) {
      begin0[lane] = abef[lane];
      begin1[lane] = cdgh[lane];
    }
#pragma GCC unroll 16
    for (int four = 0; four < 16; ++four) {
      const __m128i round = _mm_load_si128(reinterpret_cast<const __m128i*>(kRound + 4 * four));
#pragma GCC unroll 2
      for (int lane = 0; lane < kLanes; ++lane) {
        __m128i* const w = words[lane];
        const int at = four % 4;
        if (four < 4) {
          w[at] = _mm_shuffle_epi8(in[lane]->part(block, four), swap);
        } else {
          const __m128i older = _mm_sha256msg1_epu32(w[at], w[(four + 1) % 4]);
          const __m128i between = _mm_alignr_epi8(w[(four + 3) % 4], w[(four + 2) % 4], 4);
          w[at] = _mm_sha256msg2_epu32(_mm_add_epi32(older, between), w[(four + 3) % 4]);
        }
        const __m128i sum = _mm_add_epi32(w[at], round);
        cdgh[lane] = _mm_sha256rnds2_epu32(cdgh[lane], abef[lane], sum);
        abef[lane] = _mm_sha256rnds2_epu32(abef[lane], cdgh[lane], _mm_shuffle_epi32(sum, 0x0e));
      }
    }
    for (int lane = 0; lane < kLanes; ++lane) {
      abef[lane] = _mm_add_epi32(abef[lane], begin0[lane]);
      cdgh[lane] = _mm_add_epi32(cdgh[lane], begin1[lane]);
    }
  }
  Digest* const out[kLanes] = {&out_one, &out_two};
  for (int lane = 0; lane < kLanes; ++lane) {
    const __m128i feba = _mm_shuffle_epi32(abef[lane], 0x1b), dchg = _mm_shuffle_epi32(cdgh[lane], 0xb1);
    const __m128i dcba = _mm_blend_epi16(feba, dchg, 0xf0), hgfe = _mm_alignr_epi8(dchg, feba, 8);
    auto* const to = reinterpret_cast<__m128i*>(out[lane]->bytes.data());
    _mm_storeu_si128(to, _mm_shuffle_epi8(dcba, swap));
    _mm_storeu_si128(to + 1, _mm_shuffle_epi8(hgfe, swap));
  }
}

#else

bool find_lanes() { return false; }
struct Leaf {
  const Blocks& blocks;
};
struct Node {
  const std::uint8_t* hashes;
};
template <class Message>
void hash_two(const Message&, const Message&, Digest&, Digest&) {}

#endif

}  // namespace

bool has_sha256_lanes() {
  static const bool kHas = find_lanes();
  return kHas;
}

void leaf_hashes(const std::vector<ByteView>& leaves, std::vector<Digest>& out) {
  out.resize(leaves.size());
  std::size_t i = 0;
  while (has_sha256_lanes() && i + 1 < leaves.size()) {
    const Blocks one(leaves[i]), two(leaves[i + 1]);
    if (one.count() != two.count()) {
      out[i] = leaf_hash(leaves[i]);
      ++i;
      continue;
    }
    hash_two(Leaf{one}, Leaf{two}, out[i], out[i + 1]);
    i += 2;
  }
  for (; i < leaves.size(); ++i) out[i] = leaf_hash(leaves[i]);
}

void node_hashes(std::vector<Digest>& level) {
  // Two nodes are written once all four hashes that they are made of were read, at or before the place of the first.
  const std::size_t count = level.size() / 2;
  std::size_t i = 0;
  for (; has_sha256_lanes() && i + 1 < count; i += 2)
    hash_two(Node{level[2 * i].bytes.data()}, Node{level[2 * i + 2].bytes.data()}, level[i], level[i + 1]);
  for (; i < count; ++i) level[i] = node_hash(level[2 * i], level[2 * i + 1]);
  level.resize(count);
}

}  // namespace xch::crypto
