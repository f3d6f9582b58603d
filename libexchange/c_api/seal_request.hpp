// The request of xch_seal_json, xch_seal_capnp and seal.preview.
#pragma once

#include "c_api/request.hpp"
#include "session/session.hpp"

namespace xch::c_api {

enum class NotesIn : std::uint8_t { request, call };
/// seal_request reads docs/verbs.md, "The data calls". With NotesIn::call the notes come beside the request.
Result<session::SealRequest> seal_request(std::string_view json, NotesIn notes);

}  // namespace xch::c_api
