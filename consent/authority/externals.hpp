// External recipients of a draft: a business, an official, named by name and in no roster. Internal to consent/authority.
#pragma once

#include <optional>

#include "consent/authority/authority.hpp"

namespace xch::consent {

/// external_of is the recipient that the grant would name; nullopt where its day is no date.
std::optional<ExternalRecipient> external_of(const External& external, const ConsentDraft& draft,
                                             const CoalitionId& coalition);
/// as_party is it as the policy sees it: the role of those who are in no roster.
Party as_party(const ExternalRecipient& external);

struct Case;
/// check_externals: each has a name of its own and a day no later than the consent's, a basis that allows it, something
/// that it would get, and nothing that no consent of this kind lets out of the coalition.
void check_externals(Case& c);

}  // namespace xch::consent
