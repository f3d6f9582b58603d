#include "message/one_shot_code.hpp"

#include <array>
#include <string>

namespace xch::message {
namespace {

constexpr std::string_view kSymbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";  // Crockford's base 32
constexpr std::size_t kSymbolCount = kCodeGroups * kCodeGroup;
constexpr unsigned kNone = 32;

using Group = std::array<unsigned, kCodeGroup>;

/// check_of is the four symbols as a polynomial over GF(32) (x^5 + x^2 + 1) at its generator, begun with the group's
/// number: one wrong symbol, two that changed places and a group in another's place all give another value.
unsigned check_of(const Group& group, std::size_t number) {
  unsigned sum = static_cast<unsigned>(number + 1);
  for (std::size_t i = 0; i + 1 < kCodeGroup; ++i) {
    sum = (sum ^ group[i]) << 1;
    if ((sum & 32) != 0) sum ^= 0x25;
  }
  return sum;
}

unsigned symbol_of(char c) {
  if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  if (c == 'O') c = '0';
  if (c == 'I' || c == 'L') c = '1';
  const auto at = kSymbols.find(c);
  return at == std::string_view::npos ? kNone : static_cast<unsigned>(at);
}

/// put_group writes a group in its place, and behind it what parts it from the next; behind the last there is no room.
void put_group(MutableView code, std::size_t number, const Group& group) {
  const MutableView from = code.sub(number * (kCodeGroup + 1));
  for (std::size_t i = 0; i < kCodeGroup; ++i) from[i] = static_cast<std::uint8_t>(kSymbols[group[i]]);
  for (auto& parting : from.sub(kCodeGroup, 1)) parting = '-';
}

/// Typed is what was typed, without what only parts it; wiped.
struct Typed {
  std::array<char, kSymbolCount> symbols{};
  std::size_t count = 0;
  ~Typed() { crypto::wipe(MutableView(reinterpret_cast<std::uint8_t*>(symbols.data()), symbols.size())); }
};

bool is_parting(char c) { return c == '-' || c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

Status take(std::string_view typed, Typed& out) {
  for (const char c : typed) {
    if (is_parting(c)) continue;
    if (out.count == kSymbolCount) return fail(Code::one_shot_code);
    out.symbols[out.count++] = c;
  }
  return out.count == kSymbolCount ? Status(Ok{}) : fail(Code::one_shot_code);
}

}  // namespace

crypto::SecretBytes new_code(crypto::Random& random) {
  const auto drawn = crypto::random_secret<kSymbolCount, struct OneShotCodeTag>(random);
  crypto::SecretBytes out(kCodeText);
  for (std::size_t g = 0; g < kCodeGroups; ++g) {
    Group group{};
    for (std::size_t i = 0; i + 1 < kCodeGroup; ++i) group[i] = drawn.expose()[g * kCodeGroup + i] & 31u;
    group[kCodeGroup - 1] = check_of(group, g);
    put_group(out.expose_mutable(), g, group);
  }
  return out;
}

Result<crypto::SecretBytes> read_code(std::string_view typed) {
  Typed symbols;
  XCH_TRY(take(typed, symbols));
  crypto::SecretBytes out(kCodeText);
  for (std::size_t g = 0; g < kCodeGroups; ++g) {
    Group group{};
    bool known = true;
    for (std::size_t i = 0; i < kCodeGroup; ++i) {
      group[i] = symbol_of(symbols.symbols[g * kCodeGroup + i]);
      known = known && group[i] != kNone;
    }
    if (!known || check_of(group, g) != group[kCodeGroup - 1])
      return fail(Code::one_shot_code, "group " + std::to_string(g + 1));
    put_group(out.expose_mutable(), g, group);
  }
  return out;
}

}  // namespace xch::message
