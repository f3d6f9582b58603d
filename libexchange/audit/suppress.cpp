#include "audit/suppress.hpp"

#include <algorithm>
#include <optional>

#include "audit/numbers.hpp"

namespace xch::audit {
namespace {

/// Coefficients are kept modulo a prime: they begin as 1 and -1, and nothing is lost by rounding.
constexpr std::uint64_t kPrime = 2147483647;

std::uint64_t power(std::uint64_t base, std::uint64_t exponent) {
  std::uint64_t out = 1;
  for (; exponent != 0; exponent >>= 1) {
    if ((exponent & 1) != 0) out = out * base % kPrime;
    base = base * base % kPrime;
  }
  return out;
}

using Row = std::vector<std::uint64_t>;

/// reduce brings a system into reduced row echelon form.
void reduce(std::vector<Row>& rows, std::size_t columns) {
  std::size_t next = 0;
  for (std::size_t column = 0; column < columns && next < rows.size(); ++column) {
    const auto at = std::find_if(rows.begin() + static_cast<std::ptrdiff_t>(next), rows.end(),
                                 [&](const Row& row) { return row[column] != 0; });
    if (at == rows.end()) continue;
    std::swap(*at, rows[next]);
    const std::uint64_t inverse = power(rows[next][column], kPrime - 2);
    for (auto& value : rows[next]) value = value * inverse % kPrime;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::uint64_t factor = rows[i][column];
      if (i == next || factor == 0) continue;
      for (std::size_t j = column; j < columns; ++j)
        rows[i][j] = (rows[i][j] + (kPrime - factor) * rows[next][j]) % kPrime;
    }
    ++next;
  }
}

class Suppressor {
 public:
  Suppressor(const std::vector<std::uint64_t>& cells, const std::vector<Sum>& sums)
      : cells_(cells), sums_(sums), out_(cells.size(), false) {
    for (std::size_t i = 0; i < cells.size(); ++i) out_[i] = cells[i] != 0 && cells[i] < kSmallCell;
  }

  std::vector<bool> run() && {
    while (hide_for_a_sum() || hide_for_what_follows()) {
    }
    return std::move(out_);
  }

 private:
  /// hide leaves out the smallest of some cells that is shown: one that counts somebody, if there is one.
  bool hide(std::vector<std::size_t> among) {
    const auto rank = [&](std::size_t i) { return std::make_pair(cells_[i] == 0, cells_[i]); };
    std::optional<std::size_t> best;
    for (const auto i : among)
      if (!out_[i] && (!best || rank(i) < rank(*best))) best = i;
    if (best) out_[*best] = true;
    return best.has_value();
  }

  bool hide_for_a_sum() {
    for (const auto& sum : sums_) {
      std::uint64_t hidden = 0;
      bool any = false;
      for (const auto part : sum.parts) {
        hidden += out_[part] ? cells_[part] : 0;
        any = any || out_[part];
      }
      if (out_[sum.whole] || !any || hidden >= kSmallCell) continue;
      if (hide(sum.parts) || hide({sum.whole})) return true;
    }
    return false;
  }

  /// has says whether a cell stands in a sum, and alone whether it is the only one there that is left out.
  static bool has(const Sum& sum, std::size_t cell) {
    return sum.whole == cell || std::find(sum.parts.begin(), sum.parts.end(), cell) != sum.parts.end();
  }
  bool alone(const Sum& sum) const {
    std::size_t count = out_[sum.whole] ? 1 : 0;
    for (const auto part : sum.parts) count += out_[part] ? 1 : 0;
    return count == 1;
  }

  bool hide_for_what_follows() {
    for (const auto cell : follows(out_, sums_)) {
      // First where it can be read off at once; a part is less of a loss than a whole.
      for (const bool at_once : {true, false})
        for (const auto& sum : sums_)
          if (has(sum, cell) && alone(sum) == at_once && (hide(sum.parts) || hide({sum.whole}))) return true;
    }
    return false;
  }

  const std::vector<std::uint64_t>& cells_;
  const std::vector<Sum>& sums_;
  std::vector<bool> out_;
};

}  // namespace

std::vector<std::size_t> follows(const std::vector<bool>& left_out, const std::vector<Sum>& sums) {
  std::vector<std::size_t> unknown, column(left_out.size(), left_out.size());
  for (std::size_t i = 0; i < left_out.size(); ++i) {
    if (!left_out[i]) continue;
    column[i] = unknown.size();
    unknown.push_back(i);
  }
  std::vector<Row> rows;
  for (const auto& sum : sums) {
    Row row(unknown.size(), 0);
    for (const auto part : sum.parts)
      if (left_out[part]) row[column[part]] = 1;
    if (left_out[sum.whole]) row[column[sum.whole]] = kPrime - 1;
    rows.push_back(std::move(row));
  }
  reduce(rows, unknown.size());
  std::vector<std::size_t> out;
  for (const auto& row : rows) {
    if (std::count_if(row.begin(), row.end(), [](std::uint64_t value) { return value != 0; }) != 1) continue;
    const auto at = std::find_if(row.begin(), row.end(), [](std::uint64_t value) { return value != 0; });
    out.push_back(unknown[static_cast<std::size_t>(at - row.begin())]);
  }
  return out;
}

std::vector<bool> suppressed(const std::vector<std::uint64_t>& cells, const std::vector<Sum>& sums) {
  return Suppressor(cells, sums).run();
}

}  // namespace xch::audit
