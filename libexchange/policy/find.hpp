// Binary search in the ordered tables of a policy pack. Internal to policy/.
#pragma once

#include <algorithm>
#include <vector>

namespace xch::policy {

template <class T>
bool holds(const std::vector<T>& ascending, T value) {
  return std::binary_search(ascending.begin(), ascending.end(), value);
}

/// find returns the row whose key is `wanted` among rows ascending by key; nullptr when there is none.
template <class Row, class Key, class KeyOf>
const Row* find(const std::vector<Row>& rows, const Key& wanted, KeyOf key_of) {
  const auto at = std::lower_bound(rows.begin(), rows.end(), wanted,
                                   [&](const Row& row, const Key& key) { return key_of(row) < key; });
  if (at == rows.end() || key_of(*at) != wanted) return nullptr;
  return &*at;
}

}  // namespace xch::policy
