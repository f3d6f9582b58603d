// The matrix of a policy pack as one page to read and print.
#pragma once

#include <string>

#include "json.hpp"

namespace cli {

/// matrix_page makes the page of an answer of policy.matrix: one self-contained HTML file, without script.
std::string matrix_page(const Value& answer);

}  // namespace cli
