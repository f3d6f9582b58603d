// The worked example as text: JSON with every value, and the section of the page.
#include <stdexcept>

#include "base/encoding.hpp"
#include "vectors/worked.hpp"

namespace xch::vectors {
namespace {

constexpr const char* kBegin = "<!-- worked example: written by test_vectors -->\n";
constexpr const char* kEnd = "<!-- end of the worked example -->\n";

}  // namespace

std::string worked_text(const Worked& worked) { return worked.json.dump(1) + "\n"; }

std::string section_of(const std::string& page) {
  const auto begin = page.find(kBegin), end = page.find(kEnd);
  if (begin == std::string::npos || end == std::string::npos || end < begin) return "";
  const auto from = begin + std::string(kBegin).size();
  return page.substr(from, end - from);
}

std::string with_section(const std::string& page, const std::string& section) {
  const std::string whole = std::string(kBegin) + section + kEnd;
  const auto begin = page.find(kBegin), end = page.find(kEnd);
  if (begin == std::string::npos) return page + "\n## Worked example\n\n" + whole;
  if (end == std::string::npos || end < begin) throw std::invalid_argument("a mark of the worked example is missing");
  return page.substr(0, begin) + whole + page.substr(end + std::string(kEnd).size());
}

}  // namespace xch::vectors
