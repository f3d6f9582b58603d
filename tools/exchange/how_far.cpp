#include "how_far.hpp"

#include <cstdint>

namespace cli {

std::string how_far(std::size_t done, std::size_t total, double seconds) {
  if (total == 0) return "";
  std::string out = std::to_string(done) + " of " + std::to_string(total);
  if (done == 0 || seconds <= 0) return out;
  const double rate = static_cast<double>(done) / seconds;
  out += ", " + std::to_string(static_cast<std::uint64_t>(rate)) + "/s";
  if (done < total)
    out += ", " + std::to_string(static_cast<std::uint64_t>(static_cast<double>(total - done) / rate) + 1) + " s left";
  return out;
}

}  // namespace cli
