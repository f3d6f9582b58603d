// What consent/ may use of a home: its authority key, a durable space of its own, sending objects.
#pragma once

#include <memory>
#include <string>

#include "session/session.hpp"

namespace xch::session {

/// authority_space is where consent/ finds what this home took in for it: space "view-acks", key grant hash || reader,
/// value u64 time. All of the authority's spaces are kept apart from the home's own by this prefix.
std::string authority_space(std::string_view space);

std::unique_ptr<Session::AuthorityAccess> make_authority_access(Session::State& state);

}  // namespace xch::session
