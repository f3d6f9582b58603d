#include "session/note_source.hpp"

#include "wire/json_note.hpp"
#include "wire/note_codec.hpp"

namespace xch::session {
namespace {

std::string place(std::size_t index, const std::string& path) {
  const std::string note = "notes[" + std::to_string(index) + "]";
  // "notes[0].contact.phone", and "notes[0], member 2" where the schema knows no name.
  return path.empty() ? note : note + (path.rfind("member ", 0) == 0 ? ", " : ".") + path;
}

Result<wire::NoteCells> read_cells(const wire::NoteType& type, const NoteSource& source, Memory& memory) {
  if (source.nothing_to_share) return wire::NoteCells();
  if (!source.json.empty()) {
    XCH_ASSIGN(const auto json, wire::parse_json(source.json));
    return wire::cells_from_json(type, json, memory);
  }
  return wire::cells_from_note(type, source.message, memory);
}

int given(const NoteSource& source) {
  return (source.nothing_to_share ? 1 : 0) + (source.json.empty() ? 0 : 1) + (source.message.empty() ? 0 : 1);
}

}  // namespace

Result<ReadNote> read_note(const Catalogue& catalogue, const PolicyPack& pack, const NoteSource& source,
                           std::size_t index, Memory& memory) {
  if (given(source) != 1) return fail(Code::usage, place(index, ""));
  ReadNote note;
  note.type = catalogue.named(source.type);
  if (note.type == nullptr) return fail(Code::schema_unknown, place(index, ""));
  const auto cells = read_cells(*note.type, source, memory);
  if (!cells) return fail(cells.error().code, place(index, cells.error().path));
  note.slots.resize(note.type->schema().slots.size());
  for (const auto& cell : *cells) {
    if (cell.slot >= note.slots.size()) return fail(Code::bug);
    note.slots[cell.slot] = {cell.present, cell.value};
  }
  const auto filled = message::fill_forms(pack, note.type->schema(), note.slots, memory);
  if (!filled) return fail(filled.error().code, place(index, filled.error().path));
  return note;
}

}  // namespace xch::session
