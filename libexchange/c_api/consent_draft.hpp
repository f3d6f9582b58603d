// A draft of a consent inside another request.
#pragma once

#include "c_api/request.hpp"
#include "consent/authority/authority.hpp"
#include "consent/authority/draft_toml.hpp"

namespace xch::c_api {

/// consent_draft_of reads DRAFT of docs/verbs.md. Errors: json_*.
Result<consent::ConsentDraft> consent_draft_of(const Json& draft);

/// consent_restrictions_of reads [{"party","class"}] of a request; a member that is not there means every agency, or
/// everything. Errors: json_*.
Result<std::vector<consent::Restriction>> consent_restrictions_of(const Request& request);
/// held_to is a draft with what its person asked to have kept back from every consent, where this home is an office.
Result<consent::ConsentDraft> held_to(session::Session& session, consent::ConsentDraft draft);

/// consent_draft_keys are the members of DRAFT, of its order and of its restrictions.
consent::DraftKeys consent_draft_keys();

/// findings_of lints a draft by the open home's roster and pack: what consent.check answers. Errors: roster_missing,
/// policy_pack_unknown.
Result<Json> findings_of(session::Session& session, const consent::ConsentDraft& draft);
/// issued_json is what consent.issue answers; fill_row the members of a grant of this office.
Json issued_json(const consent::IssuedGrant& issued);
Json event_json(const consent::EndingEvent& event);
void fill_row(Json& out, const consent::GrantRow& row);
/// outside_json are packets that went outside the coalition; externals_json the recipients that a consent names there.
Json outside_json(const std::vector<consent::SentOutside>& outside);
Json externals_json(const std::vector<consent::External>& externals);
Json intermediaries_json(const std::vector<consent::Intermediary>& intermediaries);
/// set_named writes what a draft says of events, intermediaries and those outside: the members that say something.
void set_named(Json& out, const consent::ConsentDraft& draft);

}  // namespace xch::c_api
