// The headers of the standard library that most files read, parsed once for all of them (cmake/precompile.cmake).
// Every file still includes what it uses: the presets debug and clang compile without this.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>
