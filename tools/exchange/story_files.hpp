// The files of examples/ that the demo uses, compiled in.
#pragma once

#include <string_view>

namespace cli {

/// story_file is a file by its path below examples/ ("notes/court.event.json"); empty where there is none.
std::string_view story_file(std::string_view name);

}  // namespace cli
