#include "consent/forms/qr.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace xch::consent {
namespace {

constexpr int kVersions = 10, kMasks = 8;

/// Table 9 for level M: codewords of the whole symbol, checks of one block, blocks.
struct Shape {
  std::size_t codewords, checks, blocks;
  std::size_t data() const { return codewords - checks * blocks; }
};
constexpr std::array<Shape, kVersions> kShapes{{{26, 10, 1},
                                                {44, 16, 1},
                                                {70, 26, 1},
                                                {100, 18, 2},
                                                {134, 24, 2},
                                                {172, 16, 4},
                                                {196, 18, 4},
                                                {242, 22, 4},
                                                {292, 22, 5},
                                                {346, 26, 5}}};
/// Annex E: where the middles of the alignment patterns lie, in x and in y; 0 ends the row.
constexpr std::array<std::array<int, 3>, kVersions> kAlignment{{{0, 0, 0},
                                                                {6, 18, 0},
                                                                {6, 22, 0},
                                                                {6, 26, 0},
                                                                {6, 30, 0},
                                                                {6, 34, 0},
                                                                {6, 22, 38},
                                                                {6, 24, 42},
                                                                {6, 26, 46},
                                                                {6, 28, 50}}};

const Shape& shape_of(int version) { return kShapes[static_cast<std::size_t>(version - 1)]; }
/// Section 7.4.4: the count of bytes takes 8 bits up to version 9, then 16.
int count_bits(int version) { return version < 10 ? 8 : 16; }
std::size_t room_of(int version) {
  return (shape_of(version).data() * 8 - 4 - static_cast<std::size_t>(count_bits(version))) / 8;
}

/// GF(256) with x^8 + x^4 + x^3 + x^2 + 1 (section 7.5.2).
std::uint8_t times(unsigned a, unsigned b) {
  unsigned out = 0;
  for (; b != 0; b >>= 1) {
    if ((b & 1u) != 0) out ^= a;
    a = (a << 1) ^ ((a & 0x80u) != 0 ? 0x11Du : 0u);
  }
  return static_cast<std::uint8_t>(out);
}

// ---- from bytes to codewords ----------------------------------------------------------------------------------------

std::vector<std::uint8_t> data_words(std::string_view text, int version) {
  std::vector<bool> bits;
  const auto put = [&](std::size_t value, int count) {
    for (int i = count - 1; i >= 0; --i) bits.push_back((value >> i & 1u) != 0);
  };
  put(4, 4);  // byte mode
  put(text.size(), count_bits(version));
  for (const char c : text) put(static_cast<unsigned char>(c), 8);
  const std::size_t room = shape_of(version).data() * 8;
  put(0, static_cast<int>(std::min<std::size_t>(4, room - bits.size())));  // terminator
  while (bits.size() % 8 != 0) bits.push_back(false);
  for (unsigned pad = 0xEC; bits.size() < room; pad ^= 0xEC ^ 0x11) put(pad, 8);
  std::vector<std::uint8_t> out(bits.size() / 8);
  for (std::size_t i = 0; i < bits.size(); ++i)
    out[i / 8] = static_cast<std::uint8_t>(out[i / 8] << 1 | (bits[i] ? 1 : 0));
  return out;
}

/// Section 7.6: blocks are cut off in order, the longer ones last, and sent word by word across the blocks.
std::vector<std::uint8_t> all_words(const std::vector<std::uint8_t>& data, const Shape& shape) {
  const std::size_t least = data.size() / shape.blocks, longer = data.size() % shape.blocks;
  std::vector<std::vector<std::uint8_t>> blocks, checks;
  auto from = data.begin();
  for (std::size_t b = 0; b < shape.blocks; ++b) {
    const auto to = from + static_cast<std::ptrdiff_t>(least + (b + longer >= shape.blocks ? 1 : 0));
    blocks.emplace_back(from, to);
    checks.push_back(qr_checks(blocks.back(), shape.checks));
    from = to;
  }
  std::vector<std::uint8_t> out;
  for (std::size_t i = 0; i <= least; ++i)
    for (const auto& block : blocks)
      if (i < block.size()) out.push_back(block[i]);
  for (std::size_t i = 0; i < shape.checks; ++i)
    for (const auto& block : checks) out.push_back(block[i]);
  return out;
}

// ---- from codewords to modules --------------------------------------------------------------------------------------

class Square {
 public:
  explicit Square(int version) : version_(version), size_(17 + 4 * version) {
    dark_.assign(static_cast<std::size_t>(size_ * size_), false);
    fixed_ = dark_;
    draw_patterns();
  }

  void place(const std::vector<std::uint8_t>& words) {
    std::size_t bit = 0;
    // Section 7.7.3: two columns at a time from the right, up and down in turn; column 6 is the timing pattern's.
    bool up = true;
    for (int right = size_ - 1; right > 0; right -= 2, up = !up) {
      if (right == 6) --right;
      for (int step = 0; step < size_; ++step)
        for (int x = right; x > right - 2; --x) {
          const int y = up ? size_ - 1 - step : step;
          if (is_fixed(x, y) || bit >= words.size() * 8) continue;
          set(x, y, (words[bit / 8] >> (7 - bit % 8) & 1) != 0);
          ++bit;
        }
    }
  }

  void mask(int mask) {
    for (int y = 0; y < size_; ++y)
      for (int x = 0; x < size_; ++x)
        if (!is_fixed(x, y) && inverts(mask, x, y)) set(x, y, !get(x, y));
    draw_format(mask);
  }

  /// Section 7.8.3.
  int penalty() const {
    int out = 0;
    for (int i = 0; i < size_; ++i) {
      out += runs([&](int j) { return get(j, i); });
      out += runs([&](int j) { return get(i, j); });
    }
    int dark = 0;
    for (int y = 0; y < size_; ++y)
      for (int x = 0; x < size_; ++x) {
        dark += get(x, y) ? 1 : 0;
        if (x + 1 == size_ || y + 1 == size_) continue;
        const bool same = get(x, y) == get(x + 1, y) && get(x, y) == get(x, y + 1) && get(x, y) == get(x + 1, y + 1);
        out += same ? 3 : 0;
      }
    return out + std::abs(dark * 20 - size_ * size_ * 10) / (size_ * size_) * 10;
  }

  QrCode take() && { return {size_, std::move(dark_)}; }

 private:
  std::size_t index(int x, int y) const { return static_cast<std::size_t>(y * size_ + x); }
  bool get(int x, int y) const { return dark_[index(x, y)]; }
  bool is_fixed(int x, int y) const { return fixed_[index(x, y)]; }
  void set(int x, int y, bool dark) { dark_[index(x, y)] = dark; }
  void fix(int x, int y, bool dark) {
    set(x, y, dark);
    fixed_[index(x, y)] = true;
  }

  /// Runs of five and more, and the pattern of a finder with four light modules beside it, in one line.
  template <class Get>
  int runs(Get get_at) const {
    int out = 0, length = 0;
    for (int j = 0; j < size_; ++j) {
      length = j > 0 && get_at(j) == get_at(j - 1) ? length + 1 : 1;
      out += length == 5 ? 3 : length > 5 ? 1 : 0;
    }
    constexpr std::array<bool, 7> kFinder{true, false, true, true, true, false, true};
    const auto light = [&](int from) {
      for (int j = from; j < from + 4; ++j)
        if (j >= 0 && j < size_ && get_at(j)) return false;
      return true;
    };
    for (int j = 0; j + 7 <= size_; ++j) {
      bool like = true;
      for (int k = 0; k < 7; ++k) like = like && get_at(j + k) == kFinder[static_cast<std::size_t>(k)];
      if (like) out += (light(j - 4) ? 40 : 0) + (light(j + 7) ? 40 : 0);
    }
    return out;
  }

  /// Table 10.
  static bool inverts(int mask, int x, int y) {
    switch (mask) {
      case 0: return (x + y) % 2 == 0;
      case 1: return y % 2 == 0;
      case 2: return x % 3 == 0;
      case 3: return (x + y) % 3 == 0;
      case 4: return (x / 3 + y / 2) % 2 == 0;
      case 5: return x * y % 2 + x * y % 3 == 0;
      case 6: return (x * y % 2 + x * y % 3) % 2 == 0;
      default: return ((x + y) % 2 + x * y % 3) % 2 == 0;
    }
  }

  /// A pattern of nested squares around its middle, with what it covers of the symbol alone.
  void draw_rings(int middle_x, int middle_y, int reach, int light) {
    for (int dy = -reach; dy <= reach; ++dy)
      for (int dx = -reach; dx <= reach; ++dx) {
        const int x = middle_x + dx, y = middle_y + dy, ring = std::max(std::abs(dx), std::abs(dy));
        if (x >= 0 && x < size_ && y >= 0 && y < size_) fix(x, y, ring != light && ring != 4);
      }
  }

  void draw_patterns() {
    for (int i = 0; i < size_; ++i) {
      fix(6, i, i % 2 == 0);
      fix(i, 6, i % 2 == 0);
    }
    for (const auto& [x, y] : {std::pair(3, 3), std::pair(size_ - 4, 3), std::pair(3, size_ - 4)})
      draw_rings(x, y, 4, 2);
    const auto& places = kAlignment[static_cast<std::size_t>(version_ - 1)];
    for (const int x : places)
      for (const int y : places) {
        const bool finder = (x == 6 && y == 6) || (x == 6 && y == size_ - 7) || (x == size_ - 7 && y == 6);
        if (x != 0 && y != 0 && !finder) draw_rings(x, y, 2, 1);
      }
    draw_format(0);
    if (version_ < 7) return;
    const auto bits = qr_version(version_);
    for (int i = 0; i < 18; ++i) {
      fix(size_ - 11 + i % 3, i / 3, (bits >> i & 1u) != 0);
      fix(i / 3, size_ - 11 + i % 3, (bits >> i & 1u) != 0);
    }
  }

  void draw_format(int mask) {
    const auto bits = qr_format(mask);
    for (int i = 0; i < 15; ++i) {
      const bool dark = (bits >> i & 1u) != 0;
      // Figure 25: bit 0 at the top of the column of the first copy, 14 at the left of its row; the timing
      // pattern is left out.
      if (i < 8) fix(8, i < 6 ? i : i + 1, dark);
      else fix(i == 8 ? 7 : 14 - i, 8, dark);
      if (i < 8) fix(size_ - 1 - i, 8, dark);
      else fix(8, size_ - 15 + i, dark);
    }
    fix(8, size_ - 8, true);
  }

  int version_, size_;
  std::vector<bool> dark_, fixed_;
};

}  // namespace

std::vector<std::uint8_t> qr_checks(const std::vector<std::uint8_t>& block, std::size_t count) {
  // The generator (x - 1)(x - 2)(x - 4)..., without its leading 1.
  std::vector<std::uint8_t> generator(count, 0);
  generator.back() = 1;
  std::uint8_t root = 1;
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = 0; j < count; ++j)
      generator[j] = static_cast<std::uint8_t>(times(generator[j], root) ^ (j + 1 < count ? generator[j + 1] : 0));
    root = times(root, 2);
  }
  std::vector<std::uint8_t> rest(count, 0);
  for (const auto word : block) {
    const unsigned factor = static_cast<unsigned>(word ^ rest.front());
    rest.erase(rest.begin());
    rest.push_back(0);
    for (std::size_t j = 0; j < count; ++j) rest[j] = static_cast<std::uint8_t>(rest[j] ^ times(generator[j], factor));
  }
  return rest;
}

std::uint32_t qr_format(int mask) {
  const auto data = static_cast<std::uint32_t>(mask);  // level M is 00
  std::uint32_t rest = data;
  for (int i = 0; i < 10; ++i) rest = rest << 1 ^ ((rest >> 9 & 1u) != 0 ? 0x537u : 0u);
  return (data << 10 | rest) ^ 0x5412u;
}

std::uint32_t qr_version(int version) {
  const auto data = static_cast<std::uint32_t>(version);
  std::uint32_t rest = data;
  for (int i = 0; i < 12; ++i) rest = rest << 1 ^ ((rest >> 11 & 1u) != 0 ? 0x1F25u : 0u);
  return data << 12 | rest;
}

Result<QrCode> make_qr(std::string_view text) {
  if (text.size() > kMaxQrText) return fail(Code::bug);
  int version = 1;
  while (room_of(version) < text.size()) ++version;
  Square plain(version);
  plain.place(all_words(data_words(text, version), shape_of(version)));

  int lowest = 0;
  std::array<int, kMasks> penalties{};
  for (int mask = 0; mask < kMasks; ++mask) {
    Square masked = plain;
    masked.mask(mask);
    penalties[static_cast<std::size_t>(mask)] = masked.penalty();
    if (penalties[static_cast<std::size_t>(mask)] < penalties[static_cast<std::size_t>(lowest)]) lowest = mask;
  }
  plain.mask(lowest);
  return std::move(plain).take();
}

std::string svg_of(const QrCode& code) {
  constexpr int kQuiet = 4;
  const std::string side = std::to_string(code.size + 2 * kQuiet);
  std::string out = "<svg class=\"qr\" viewBox=\"0 0 " + side + " " + side +
                    "\" shape-rendering=\"crispEdges\" aria-hidden=\"true\">";
  out += "<path fill=\"#fff\" d=\"M0 0h" + side + "v" + side + "H0z\"/><path d=\"";
  for (int y = 0; y < code.size; ++y)
    for (int x = 0; x < code.size; ++x) {
      if (!code.at(x, y)) continue;
      int end = x;
      while (end < code.size && code.at(end, y)) ++end;
      const std::string length = std::to_string(end - x);
      out += "M" + std::to_string(x + kQuiet) + " " + std::to_string(y + kQuiet) + "h" + length + "v1h-" + length + "z";
      x = end;
    }
  return out + "\"/></svg>";
}

}  // namespace xch::consent
