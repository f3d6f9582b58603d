// Small cells of tables that belong together. A count from 1 to 10 is left out, and so is every further one that it
// could be worked out from: by the totals of its row and column, and by other tables that have the same totals.
//
// Cells are numbers; an equation says that one of them is the sum of others. What is left out is chosen so that
//   - what is left out of a sum whose whole is shown comes to kSmallCell or more, and
//   - no cell that is left out follows from those that are shown, whatever equations are added and subtracted.
#pragma once

#include <cstdint>
#include <vector>

namespace xch::audit {

struct Sum {
  std::size_t whole;
  std::vector<std::size_t> parts;
};

/// suppressed says of each cell whether it is left out. Cost: a system of as many unknowns as cells are left out is
/// solved once for each that is added.
std::vector<bool> suppressed(const std::vector<std::uint64_t>& cells, const std::vector<Sum>& sums);

/// follows gives the cells left out whose value the others determine: none, after suppressed.
std::vector<std::size_t> follows(const std::vector<bool>& left_out, const std::vector<Sum>& sums);

}  // namespace xch::audit
