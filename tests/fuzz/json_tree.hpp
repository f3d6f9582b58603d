// A JSON text as a tree to change: by its members and items, not by its bytes. For tests only.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/target.hpp"
#include "wire/json.hpp"

namespace xch::fuzz {

/// Words are what a change may write: names that the reader knows, values it takes, and some of neither.
using Words = std::vector<std::string>;

/// change_json gives the text with one to four places of its tree changed; a text that is no JSON has its bytes changed.
std::string change_json(std::string_view text, const Words& words, std::size_t most, Draw& draw);

/// printable_runs gives every run of letters and digits in bytes that hold names, "harbor" of "8!harbor.".
std::set<std::string, std::less<>> printable_runs(ByteView bytes);
/// require_path: an error's path is made of `known` words and of numbers alone, so nothing of the input is in it.
void require_path(std::string_view path, const std::set<std::string, std::less<>>& known);

}  // namespace xch::fuzz
