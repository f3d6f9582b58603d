// Text into HTML: everything that a person or an agency wrote stays text.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace xch::html {

/// escaped makes any bytes text of an element: markup is spelled out; what is no UTF-8, a control character or one that
/// turns the direction of what follows (U+202E and its like) becomes U+FFFD.
std::string escaped(std::string_view text);
/// escaped_lines is escaped, with line breaks kept.
std::string escaped_lines(std::string_view text);
/// isolated is a name from outside: escaped, and with a direction of its own, so that Hebrew stays beside English.
std::string isolated(std::string_view name);

/// Filling is what stands for "{key}" in a text: HTML already.
using Filling = std::vector<std::pair<std::string_view, std::string>>;
/// filled escapes a text of the data files and puts the fillings in; a key that is not there stays as it is written.
std::string filled(std::string_view text, const Filling& filling);

/// element wraps HTML: element("p", "x") is <p>x</p>; `attributes` is written by this program alone.
std::string element(std::string_view name, const std::string& inside, std::string_view attributes = "");

}  // namespace xch::html
