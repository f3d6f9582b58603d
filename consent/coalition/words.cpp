#include "consent/coalition/coalition.hpp"

namespace xch::consent {
namespace {

// 2,048 words of four letters by one rule, so that no list has to be carried: consonant, vowel, consonant, vowel. The
// bits of a word, from the most significant: 4 pick the first consonant, 2 a vowel, 3 the second consonant, 2 a vowel.
// The letters are those that are told apart on a telephone; no e, which is read in too many ways.
constexpr char kFirst[] = "bdfgjklmnprstvwz", kSecond[] = "bdlmnrsv", kVowel[] = "aiou";
constexpr std::size_t kWords = 12, kBits = 11;

unsigned bits_at(ByteView bytes, std::size_t at) {
  unsigned out = 0;
  for (std::size_t i = at; i < at + kBits; ++i) {
    const unsigned byte = i / 8 < bytes.size() ? bytes[i / 8] : 0;
    out = out << 1 | (byte >> (7 - i % 8) & 1u);
  }
  return out;
}

}  // namespace

std::vector<std::string> hash_words(ByteView hash) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < kWords; ++i) {
    const unsigned n = bits_at(hash, i * kBits);
    out.push_back({kFirst[n >> 7], kVowel[n >> 5 & 3], kSecond[n >> 2 & 7], kVowel[n & 3]});
  }
  return out;
}

}  // namespace xch::consent
