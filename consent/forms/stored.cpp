#include "consent/forms/stored.hpp"

#include "consent/authority/files.hpp"

namespace xch::consent {

Status stored_form(FormRequest& request, session::Session& session, const GrantId& id) {
  XCH_ASSIGN(const auto authority, Authority::of(session));
  XCH_ASSIGN(auto row, authority.show(id));
  XCH_ASSIGN(const auto bytes, session.authority_access().get(space::kGrants, grant_key(id, row.version)));
  if (!bytes) return fail(Code::not_found);
  XCH_ASSIGN(auto file, decode_grant_file(*bytes));
  IssuedForm issued;
  issued.signer = file.draft.signer;
  issued.signed_day = file.draft.signed_day;
  issued.row = std::move(row);
  request.draft = std::move(file.draft);
  request.issued = std::move(issued);
  return Ok{};
}

}  // namespace xch::consent
