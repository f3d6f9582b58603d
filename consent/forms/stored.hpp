// The form of a grant that this office has issued.
#pragma once

#include "consent/forms/form.hpp"

namespace xch::consent {

/// stored_form fills draft and issued of a request from the office's files. Errors: consent_authority, not_found,
/// store_*.
Status stored_form(FormRequest& request, session::Session& session, const GrantId& id);

}  // namespace xch::consent
