#include "c_api/answers.hpp"

#include "crypto/scratch.hpp"
#include "party/roster.hpp"
#include "policy/explain.hpp"
#include "policy/obligations.hpp"
#include "session/events.hpp"
#include "wire/json_note.hpp"
#include "wire/party_record.hpp"
#include "wire/records.hpp"

namespace xch::c_api {
namespace {

Result<Json> note_json(const session::OpenedNote& note) {
  const message::Opened& opened = note.opened;
  Json out = Json::object();
  out.set("header", to_hex(opened.header_hash));
  out.set("note_id", to_hex(opened.header.note_id));
  out.set("type", opened.schema->name);
  out.set("part", Json::natural(opened.header.part));
  out.set("sender", note.sender_name);
  out.set("sealed_at", time_text(opened.header.sealed_at));
  out.set("expires_at", time_text(opened.header.expires_at));
  out.set("basis", code_of(opened.header.basis));
  out.set("purpose", code_of(opened.header.purpose));
  out.set("grant", to_hex(opened.header.grant));
  out.set("subject", to_hex(opened.grant->pseudonym()));

  wire::NoteCells cells;
  std::vector<FieldValue> values;
  for (const auto& cell : opened.cells) {
    if (!cell.present) continue;  // absent and withheld look the same: not there
    if (opened.schema->slots[cell.slot].full_slot == cell.slot) cells.push_back({cell.slot, true, cell.value});
    values.push_back({cell.slot, cell.value});
  }
  crypto::Scratch scratch;  // for the copies that json_note makes of lists
  XCH_ASSIGN(Json full, wire::json_from_cells(*opened.type, cells, scratch));
  out.set("note", std::move(full));
  XCH_ASSIGN(Json rows, field_rows(*opened.type, values));
  out.set("fields", std::move(rows));
  Json redacted = Json::array();
  for (const auto slot : opened.redacted) redacted.add(Json::text(opened.schema->slots[slot].path));
  out.set("redacted", std::move(redacted));
  out.set("notice", note.notice_text);
  out.set("scope", note.scope_summary);
  out.set("obligations", code_list(opened.terms.obligations));
  // What a home wrote itself, it need not delete by the day that it gave its readers.
  const bool own = opened.header.sender == opened.grant->agency();
  out.set("duties", duties_json(opened.terms.obligations, own ? std::nullopt : std::optional(opened.header.expires_at)));
  out.set("freshness", session::freshness_name(opened.freshness));
  out.set("repeat", Json::boolean(opened.repeat));
  out.set("seq", Json::natural(note.journal_seq));
  return out;
}

}  // namespace

Json duties_json(const std::vector<Obligation>& obligations, std::optional<Timestamp> note_expires) {
  Json out = Json::array();
  for (const auto obligation : obligations) {
    const auto* meaning = policy::obligation_row(obligation);
    if (meaning == nullptr) continue;  // no such note opens
    Json row = Json::object();
    row.set("obligation", code_of(obligation));
    row.set("says", meaning->says);
    row.set("kept_by", policy::kept_by_text(meaning->kept_by));
    const auto until = note_expires ? policy::done_by(obligation, *note_expires) : std::nullopt;
    if (until) row.set("until", time_text(*until));
    out.add(std::move(row));
  }
  return out;
}

Json text_list(const std::vector<std::string>& texts) {
  Json out = Json::array();
  for (const auto& text : texts) out.add(Json::text(text));
  return out;
}

std::string_view state_name(GrantState state) {
  switch (state) {
    case GrantState::active: return "active";
    case GrantState::revoked: return "revoked";
    case GrantState::suspended: return "suspended";
    case GrantState::reserved: return "reserved";
  }
  return "reserved";
}

Json time_text(Timestamp t) { return Json::text(format_time(t)); }

Json error_json(const Error& error) {
  Json out = Json::object();
  out.set("id", error.info().id);
  out.set("text", error.info().text);
  out.set("path", error.path);
  out.set("fix", error.info().fix);
  out.set("exit", Json::integer(error.info().exit));
  return out;
}

Json answer(std::string_view kind) {
  Json out = Json::object();
  out.set("v", Json::natural(1));
  out.set("kind", kind);
  return out;
}

Json sealed_json(const session::SealAnswer& sealed, std::string_view kind) {
  Json out = answer(kind);
  out.set("duplicate", Json::boolean(sealed.duplicate));
  Json notes = Json::array();
  for (const auto& note : sealed.notes) {
    Json row = Json::object();
    row.set("note_id", to_hex(note.note_id));
    row.set("header", to_hex(note.header));
    row.set("part", Json::natural(note.part));
    row.set("type", note.type);
    notes.add(std::move(row));
  }
  out.set("notes", std::move(notes));
  Json envelopes = Json::array();
  for (std::size_t i = 0; i < sealed.envelopes.size(); ++i) {
    Json row = Json::object();
    row.set("to", sealed.mailboxes[i]);
    row.set("bytes", Json::natural(sealed.envelopes[i].envelope.size()));
    envelopes.add(std::move(row));
  }
  out.set("envelopes", std::move(envelopes));
  return out;
}

Json preview_row_json(const session::Preview::Row& row) {
  Json out = Json::object();
  out.set("type", row.note_type);
  out.set("to", row.recipient);
  out.set("notice", code_of(row.decision.notice));
  out.set("obligations", code_list(row.decision.obligations));
  Json fields = Json::array();
  for (std::size_t i = 0; i < row.explained.size(); ++i) {
    const auto& field = row.explained[i];
    Json f = Json::object();
    f.set("field", field.field);
    f.set("class", field.field_class);
    f.set("gets", field.gets);
    f.set("why", field.why);
    f.set("because", field.because);
    f.set("present", Json::boolean(i < row.filled.size() && row.filled[i]));
    fields.add(std::move(f));
  }
  out.set("fields", std::move(fields));
  return out;
}

Json preview_json(const session::Preview& preview) {
  Json out = answer("preview");
  Json rows = Json::array();
  for (const auto& row : preview.rows) rows.add(preview_row_json(row));
  out.set("rows", std::move(rows));
  out.set("refused", preview.would_refuse ? error_json(*preview.would_refuse) : Json());
  return out;
}

Result<Json> field_rows(const wire::NoteType& type, const std::vector<FieldValue>& values) {
  crypto::Scratch scratch;  // for the copies that json_note makes of lists
  Json out = Json::array();
  for (const auto& value : values) {
    const SlotSpec& slot = type.schema().slots[value.slot];
    XCH_ASSIGN(Json shown, wire::json_from_value(type, slot, value.value, scratch));
    Json row = Json::object();
    row.set("field", slot.path);
    row.set("class", code_of(slot.compartment.field_class()));
    row.set("form", code_of(slot.compartment.form()));
    row.set("value", std::move(shown));
    out.add(std::move(row));
  }
  return out;
}

Result<Json> opened_json(const session::OpenAnswer& opened) {
  Json out = answer("opened");
  Json notes = Json::array();
  for (const auto& note : opened.notes) {
    XCH_ASSIGN(Json row, note_json(note));
    notes.add(std::move(row));
  }
  out.set("notes", std::move(notes));
  Json refused = Json::array();
  for (const auto& error : opened.refused) refused.add(error_json(error));
  out.set("refused", std::move(refused));
  return out;
}

Json enrolment_json(const Party& party) {
  Json out = answer("enrolment");
  out.set("party", to_hex(party.id));
  out.set("name", party.name);
  out.set("enrolment", to_base64(wire::encode(party)));
  return out;
}

Json party_key_rows(const Party& party) {
  Json out = Json::array();
  for (const auto& signed_record : party.keys) {
    const auto record = wire::decode_key_record(signed_record.body);
    if (!record) continue;
    Json row = Json::object();
    row.set("id", to_hex(party::key_id(signed_record.body)));
    row.set("kind", code_of(record->kind));
    row.set("not_before", time_text(record->not_before));
    row.set("not_after", time_text(record->not_after));
    out.add(std::move(row));
  }
  return out;
}

}  // namespace xch::c_api
