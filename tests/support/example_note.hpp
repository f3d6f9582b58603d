// The realistic example of a note type, examples/notes/TYPE.json. For tests only.
#pragma once

#include <filesystem>
#include <string>

#include "base/file.hpp"
#include "support/coalition.hpp"

namespace xch::testing {

inline std::string example_note(const std::string& type) {
  const auto path = std::filesystem::path(XCH_SOURCE_DIR) / "examples" / "notes" / (type + ".json");
  return std::string(ByteView(must(read_file(path, 1u << 20), "example")).text());
}

}  // namespace xch::testing
