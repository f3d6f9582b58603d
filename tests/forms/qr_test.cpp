// QR codes against the figures of ISO/IEC 18004, and read by another program where it is installed.
#include <gmock/gmock.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "consent/forms/qr.hpp"
#include "support/coalition.hpp"

namespace xch::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string repeated(std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += static_cast<char>('!' + i * 7 % 90);
  return out;
}

std::vector<std::string> rows_of(const consent::QrCode& code) {
  std::vector<std::string> out;
  for (int y = 0; y < code.size; ++y) {
    out.emplace_back();
    for (int x = 0; x < code.size; ++x) out.back() += code.at(x, y) ? '#' : '.';
  }
  return out;
}

TEST(Qr, ComputesTheChecksOfTheStandardsExample) {
  // Annex I.3: "01234567" as version 1-M.
  const std::vector<std::uint8_t> data{0x10, 0x20, 0x0C, 0x56, 0x61, 0x80, 0xEC, 0x11,
                                       0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11};
  EXPECT_THAT(consent::qr_checks(data, 10), ElementsAre(0xA5, 0x24, 0xD4, 0xC1, 0xED, 0x36, 0xC7, 0x87, 0x2C, 0x55));
}

TEST(Qr, WritesTheFormatInformationOfTableC1) {
  const std::vector<std::uint32_t> published{0x5412, 0x5125, 0x5E7C, 0x5B4B, 0x45F9, 0x40CE, 0x4F97, 0x4AA0};
  for (int mask = 0; mask < 8; ++mask)
    EXPECT_EQ(consent::qr_format(mask), published[static_cast<std::size_t>(mask)]) << mask;
}

TEST(Qr, WritesTheVersionInformationOfTableD1) {
  EXPECT_EQ(consent::qr_version(7), 0x07C94u);
  EXPECT_EQ(consent::qr_version(8), 0x085BCu);
  EXPECT_EQ(consent::qr_version(9), 0x09A99u);
  EXPECT_EQ(consent::qr_version(10), 0x0A4D3u);
}

TEST(Qr, TakesTheSmallestVersionThatHoldsTheBytes) {
  // Table 7, byte mode at level M.
  const std::vector<std::size_t> published{14, 26, 42, 62, 84, 106, 122, 152, 180, 213};
  for (std::size_t i = 0; i < published.size(); ++i) {
    const int size = 21 + 4 * static_cast<int>(i);
    EXPECT_EQ(must(consent::make_qr(repeated(published[i])), "qr").size, size);
    if (i + 1 == published.size()) break;
    EXPECT_EQ(must(consent::make_qr(repeated(published[i] + 1)), "qr").size, size + 4);
  }
  EXPECT_FALSE(consent::make_qr(repeated(consent::kMaxQrText + 1)));
}

TEST(Qr, DrawsAsItDidWhenAReaderReadIt) {
  // Read back by zbarimg 0.23 when it was taken down.
  EXPECT_THAT(
      rows_of(must(consent::make_qr("exchange"), "qr")),
      ElementsAre("#######.####..#######", "#.....#.#.#...#.....#", "#.###.#.#.##..#.###.#", "#.###.#..#.##.#.###.#",
                  "#.###.#.###.#.#.###.#", "#.....#...###.#.....#", "#######.#.#.#.#######", ".........#.##........",
                  "#..######...##..#.###", ".#......#.#.###....#.", "#.#..######..##..####", "#####...####...#..##.",
                  ".#.####......##.##..#", "........#..##...#.##.", "#######.#...###.##...", "#.....#.##.###...##.#",
                  "#.###.#.#####.#.##...", "#.###.#.#####....#...", "#.###.#...#...#.#####", "#.....#......###.####",
                  "#######.#..#...##...."));
}

TEST(Qr, DrawsEveryDarkModuleOnce) {
  const auto code = must(consent::make_qr("exchange:grant"), "qr");
  const auto svg = consent::svg_of(code);
  std::size_t drawn = 0;
  for (std::size_t at = svg.find('M', svg.find("<path d=")); at != std::string::npos; at = svg.find('M', at + 1))
    drawn += static_cast<std::size_t>(std::stoi(svg.substr(svg.find('h', at) + 1)));
  EXPECT_EQ(drawn, static_cast<std::size_t>(std::count(code.dark.begin(), code.dark.end(), true)));
  EXPECT_THAT(svg, HasSubstr("viewBox=\"0 0 29 29\""));  // 21 modules and four on each side
}

bool has_reader() { return std::system("command -v zbarimg >/dev/null 2>&1") == 0; }

TEST(Qr, IsReadByAnotherProgram) {
  if (!has_reader()) {
    if (std::getenv("CI") != nullptr) FAIL() << "zbarimg is not installed";
    GTEST_SKIP() << "zbarimg is not installed: not run";
  }
  std::string folder = (fs::temp_directory_path() / "xch-qr-XXXXXX").string();
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  int read = 0;
  for (const std::size_t size : {1u, 14u, 26u, 62u, 84u, 106u, 112u, 122u, 152u, 180u, 213u}) {
    const auto text = repeated(size);
    const auto code = must(consent::make_qr(text), "qr");
    constexpr int kScale = 4, kQuiet = 4;
    const int side = (code.size + 2 * kQuiet) * kScale;
    const std::string image = folder + "/code.pgm", said = folder + "/said";
    std::ofstream out(image, std::ios::binary);
    out << "P5\n" << side << " " << side << "\n255\n";
    for (int y = 0; y < side; ++y)
      for (int x = 0; x < side; ++x) {
        const int mx = x / kScale - kQuiet, my = y / kScale - kQuiet;
        const bool inside = mx >= 0 && my >= 0 && mx < code.size && my < code.size;
        out << static_cast<char>(inside && code.at(mx, my) ? 0 : 255);
      }
    out.close();
    ASSERT_EQ(
        std::system(
            ("zbarimg -q --raw --oneshot -Sdisable -Sqrcode.enable " + image + " >" + said + " 2>/dev/null").c_str()),
        0)
        << size;
    std::ifstream in(said, std::ios::binary);
    std::string line(std::istreambuf_iterator<char>(in), {});
    if (!line.empty() && line.back() == '\n') line.pop_back();
    EXPECT_EQ(line, text);
    ++read;
  }
  fs::remove_all(folder);
  EXPECT_EQ(read, 11);
}

}  // namespace
}  // namespace xch::testing
