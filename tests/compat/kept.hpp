// The folder of what earlier states left, one folder for each state. For tests only.
#pragma once

#include <filesystem>

namespace xch::compat {

inline std::filesystem::path kept_folder() { return std::filesystem::path(XCH_SOURCE_DIR) / "tests" / "compat"; }

}  // namespace xch::compat
