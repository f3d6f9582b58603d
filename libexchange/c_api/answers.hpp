// Plain values as the JSON of docs/verbs.md.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "c_api/request.hpp"
#include "message/present.hpp"
#include "session/session.hpp"

namespace xch::c_api {

constexpr std::string_view kLibraryVersion = "0.1.0";

/// answer starts an answer object: {"v":1,"kind":...}.
Json answer(std::string_view kind);
Json text_list(const std::vector<std::string>& texts);
std::string_view state_name(GrantState state);
Json time_text(Timestamp t);
/// code_list gives the texts of registry codes.
template <class E>
Json code_list(const std::vector<E>& codes) {
  Json out = Json::array();
  for (const auto c : codes) out.add(Json::text(code_of(c)));
  return out;
}
Json error_json(const Error& error);

Json sealed_json(const session::SealAnswer& answer, std::string_view kind = "sealed");
Json preview_json(const session::Preview& preview);
Json preview_row_json(const session::Preview::Row& row);
/// duties_json says what each obligation asks, of whom, and until when; without an end none has a date.
Json duties_json(const std::vector<Obligation>& obligations, std::optional<Timestamp> note_expires);
/// opened_json: every note with its fields; values are in the answer, so the caller wipes its text.
Result<Json> opened_json(const session::OpenAnswer& answer);
/// field_rows lists values by path, class and form.
struct FieldValue {
  std::uint16_t slot = 0;
  ByteView value;
};
Result<Json> field_rows(const wire::NoteType& type, const std::vector<FieldValue>& values);
Json party_key_rows(const Party& party);
/// enrolment_json is a party as the coalition takes it in.
Json enrolment_json(const Party& party);

}  // namespace xch::c_api
