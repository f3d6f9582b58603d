// A draft of a consent inside another request.
#pragma once

#include "c_api/request.hpp"
#include "consent/authority/authority.hpp"
#include "consent/authority/draft_toml.hpp"

namespace xch::c_api {

/// consent_draft_of reads DRAFT of docs/verbs.md. Errors: json_*.
Result<consent::ConsentDraft> consent_draft_of(const Json& draft);

/// consent_draft_keys are the members of DRAFT, of its order and of its restrictions.
consent::DraftKeys consent_draft_keys();

/// findings_of lints a draft by the open home's roster and pack: what consent.check answers. Errors: roster_missing,
/// policy_pack_unknown.
Result<Json> findings_of(session::Session& session, const consent::ConsentDraft& draft);
/// issued_json is what consent.issue answers; fill_row the members of a grant of this office.
Json issued_json(const consent::IssuedGrant& issued);
void fill_row(Json& out, const consent::GrantRow& row);

}  // namespace xch::c_api
