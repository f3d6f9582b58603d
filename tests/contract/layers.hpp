// The checker behind layers_test.cpp: LAYERS and every #include of a tree in, violations out.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace xch::contract {

/// layer_violations reads `root`/LAYERS and all C and C++ files of libexchange/, consent/, include/, tools/ and
/// examples/, and gives one line for each #include that breaks a rule and for each rule that makes no sense.
/// `generated` holds what the build writes (model/registry.hpp); it may be empty. `files_read` counts the files.
std::vector<std::string> layer_violations(const std::filesystem::path& root, const std::filesystem::path& generated,
                                          int* files_read);

}  // namespace xch::contract
