// A note as JSON text, of any note type: what an agency's own software may hand in.
#include <map>

#include "fuzz/json_tree.hpp"
#include "fuzz/targets.hpp"
#include "fuzz/world.hpp"
#include "vectors/world.hpp"
#include "wire/json_note.hpp"
#include "wire/value.hpp"

namespace xch::fuzz {
namespace of_note_json {
namespace {

using message_test::HeapMemory;
using wire::Json;
using wire::JsonLayout;
using wire::NoteCells;
using wire::NoteType;

// The first byte of an input: 0 is the note type with every shape, others those of the library.
const NoteType& type_of(std::uint8_t which) {
  const auto& all = wire::builtin_bundles();
  const std::size_t i = which % (all.size() + 1);
  return i == 0 ? vectors::everything_type() : message_test::builtin_type(all[i - 1].name);
}
const PolicyPack& pack_of(std::uint8_t which) {
  return &type_of(which) == &vectors::everything_type() ? vectors::everything_pack() : message_test::default_pack();
}

// The words that an error about a note may have: its schema's names, and the reader's own.
const std::set<std::string, std::less<>>& known(const NoteType& type) {
  static std::map<const NoteType*, std::set<std::string, std::less<>>> all;
  auto& words = all[&type];
  if (words.empty()) {
    words = printable_runs(type.bundle());
    words.insert({"member", "item", "nearest"});
  }
  return words;
}

Words words_of(const NoteType& type) {
  Words out;
  for (const auto& slot : type.schema().slots) {
    for (const auto& word : printable_runs(ByteView(std::string_view(slot.path)))) out.push_back(word);
    for (const auto& code : slot.codes) out.push_back(code);
  }
  for (const auto* word : {"label", "on", "count", "tags", "deep", "first", "second", "nonsense", "unstated"}) out.emplace_back(word);
  return out;
}

void require_noted_refusal(const Error& error, const NoteType& type, std::initializer_list<Ids> allowed) {
  require(is_within(error.code, allowed), "a note is refused with an id for notes");
  require_path(error.path, known(type));
}

void require_same(const NoteCells& a, const NoteCells& b) {
  require(a.size() == b.size(), "a note has one cell for each field");
  for (std::size_t i = 0; i < a.size(); ++i)
    require(a[i].slot == b[i].slot && a[i].present == b[i].present && equal(a[i].value, b[i].value),
            "a note has the same cells again");
}

// The note's forms, as sealing makes them: each is a value of its slot.
void require_forms(const NoteType& type, const PolicyPack& pack, const NoteCells& cells) {
  HeapMemory memory;
  std::vector<message::SlotValue> slots(type.schema().slots.size());
  for (const auto& cell : cells) slots[cell.slot] = {cell.present, cell.value};
  const Status filled = message::fill_forms(pack, type.schema(), slots, memory);
  if (!filled) return require_noted_refusal(filled.error(), type, {{2008, 2008}});
  for (const auto& slot : type.schema().slots)
    if (slots[slot.index].present)
      require(wire::check_value(type, slot, slots[slot.index].value, memory).has_value(), "what is sealed is a value of its slot");
}

void run(ByteView input) {
  const std::uint8_t which = input.empty() ? 0 : input[0];
  const NoteType& type = type_of(which);
  const auto json = wire::parse_json(input.sub(1).text());
  if (!json) return require_noted_refusal(json.error(), type, {{1301, 1309}});
  const std::string text = wire::write_json(*json);
  for (const auto layout : {JsonLayout::compact, JsonLayout::indented}) {
    const auto again = wire::parse_json(wire::write_json(*json, layout));
    require(again && wire::write_json(*again) == text, "JSON that parses is written so that it parses to the same");
  }

  HeapMemory memory;
  const auto cells = wire::cells_from_json(type, *json, memory);
  if (!cells) return require_noted_refusal(cells.error(), type, {{1306, 1309}, {1311, 1311}, {1313, 1316}});
  const auto back = wire::json_from_cells(type, *cells, memory);
  require(back.has_value(), "a note that was read is written");
  const auto again = wire::cells_from_json(type, *back, memory);
  require(again.has_value(), "a note that was written is read");
  require_same(*cells, *again);
  const auto message = wire::note_from_cells(type, *cells, memory);
  require(message.has_value(), "a note of JSON is a note of Cap'n Proto");
  const auto taken = wire::cells_from_note(type, *message, memory);
  require(taken.has_value(), "a note of Cap'n Proto is taken apart");
  require_same(*cells, *taken);
  require_forms(type, pack_of(which), *cells);
}

Bytes with_type(std::uint8_t which, std::string_view text) { return ByteWriter().u8(which).raw(text).bytes(); }

Bytes change(ByteView input, std::size_t most, Draw& draw) {
  std::uint8_t which = input.empty() ? 0 : input[0];
  if (draw.once_in(50)) which = static_cast<std::uint8_t>(draw.number());
  const std::string text = change_json(input.sub(1).text(), words_of(type_of(which)), most > 1 ? most - 1 : 0, draw);
  return with_type(which, text);
}

std::vector<Bytes> seeds() {
  std::vector<Bytes> out;
  out.push_back(with_type(
      0, R"({"i8":-128,"u8":34,"u64":18446744073709551615,"f32":0.5,"f64":-1.25e+300,"kind":"small","free":"",)"
         R"("date":"2026-03-31","time":"2026-03-31T14:05Z","code":"26-1-00417-3","name":"Maria del Carmen Reyes",)"
         R"("place":"98104-1234; 3rd","data":"AAH/","texts":["one","two"],"kinds":["large","small"],"numbers":[-1,7],)"
         R"("items":[{"label":"first","on":"2026-01-02","count":3,"kind":"small","tags":["tag"],"choice":{"number":0},)"
         R"("inner":{"deep":"deep"},"pair":{"second":1.5}},{}],"group":{"phone":"+1 206","mail":"m@example.org"},)"
         R"("record":{"street":"Pine St","floor":4,"deeper":{"note":"bell"}},"choice":{"number":7},"victim":"x"})"));
  const auto types = wire::builtin_bundles().size();
  for (std::size_t i = 0; i <= types && i < 256; ++i) out.push_back(with_type(static_cast<std::uint8_t>(i), "{}"));
  return out;
}

}  // namespace
}  // namespace of_note_json

Target note_json_target() {
  using namespace of_note_json;
  return {"note_json", run, change, seeds};
}

}  // namespace xch::fuzz
