// QR codes (ISO/IEC 18004:2015): byte mode, level M (15 % of the code may be damaged), versions 1 to 10.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace xch::consent {

/// Version 10 at level M holds 216 codewords, of which mode and length take 20 bits.
constexpr std::size_t kMaxQrText = 213;

/// QrCode is the square of modules without its quiet zone.
struct QrCode {
  int size = 0;
  std::vector<bool> dark;  // row by row
  bool at(int x, int y) const { return dark[static_cast<std::size_t>(y * size + x)]; }
};

/// make_qr makes the smallest code that holds the bytes, with the mask of the lowest penalty (section 7.8.3).
/// Errors: bug, for more than kMaxQrText bytes.
Result<QrCode> make_qr(std::string_view text);
/// svg_of draws a code with its quiet zone of four modules, one unit a module, without any size of its own.
std::string svg_of(const QrCode& code);

// Parts with published values, for the tests.
/// qr_checks are the error correction codewords of one block, `count` of them (section 7.5).
std::vector<std::uint8_t> qr_checks(const std::vector<std::uint8_t>& block, std::size_t count);
/// qr_format is the format information of level M and a mask (Annex C), qr_version that of a version
/// from 7 on (Annex D).
std::uint32_t qr_format(int mask);
std::uint32_t qr_version(int version);

}  // namespace xch::consent
