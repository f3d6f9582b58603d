// What a form looks like: its style sheet and the frame of the page. Internal to consent/forms.
#pragma once

#include <string>

#include "consent/forms/form.hpp"

namespace xch::consent {

/// sheet frames the body of a form. `title` is escaped already; `foot` and `page` are letters, digits and spaces.
std::string sheet(const FormRequest& request, const std::string& title, const std::string& foot,
                  const std::string& page, const std::string& body);

}  // namespace xch::consent
