// A draft of a consent inside another request.
#pragma once

#include "c_api/request.hpp"
#include "consent/authority/authority.hpp"

namespace xch::c_api {

/// consent_draft_of reads DRAFT of docs/verbs.md. Errors: json_*.
Result<consent::ConsentDraft> consent_draft_of(const Json& draft);

}  // namespace xch::c_api
