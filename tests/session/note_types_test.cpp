// Every note type of the library on its way from home to home: as JSON and as a vendor's Cap'n Proto message, every field
// of its example, every form of it. The pack is the default one with every way open, so that each type's whole shape is
// carried; what the default pack lets through is the matter of tests/properties and tests/policy.
#include <algorithm>
#include <set>

#include "base/encoding.hpp"
#include "policy/generalise.hpp"
#include "session/world.hpp"
#include "support/example_note.hpp"
#include "wire/json_note.hpp"
#include "wire/note_codec.hpp"
#include "wire/schema_bundle.hpp"

namespace xch::session_test {
namespace {

class Heap final : public Memory {
 public:
  Result<MutableView> take(std::size_t size) override {
    pieces_.push_back(std::make_unique<std::uint64_t[]>(size / 8 + 1));
    return MutableView(reinterpret_cast<std::uint8_t*>(pieces_.back().get()), size);
  }

 private:
  std::vector<std::unique_ptr<std::uint64_t[]>> pieces_;
};

/// Kind is one note type, and each of its compartments as a right of harbor and of clinic.
struct Kind {
  explicit Kind(const wire::BuiltinBundle& bundle) : type(must(wire::NoteType::load(bundle.bytes), "type")) {
    json = must(wire::parse_json(testing::example_note(std::string(bundle.name))), "example");
    cells = must(wire::cells_from_json(type, json, memory), "cells");
    for (const auto& cell : cells)
      if (cell.present) present.insert(cell.slot);
  }
  const NoteSchema& schema() const { return type.schema(); }

  wire::NoteType type;
  Heap memory;
  wire::Json json;
  wire::NoteCells cells;
  std::set<std::uint16_t> present;  // full slots
};

/// open_pack lets harbor send every type to clinic, and gives clinic the whole value of every class.
void open_up(PolicyPack& pack) {
  for (auto& edge : pack.edges)
    for (auto* roles : {&edge.from, &edge.to}) *roles = {Role::cm, Role::txp};
  std::vector<PackCell> cells;
  for (const auto& cell : pack.cells) {
    const bool replaced = cell.basis == Basis::part2Consent && cell.purpose == Purpose::coord &&
                          (cell.role == Role::cm || cell.role == Role::txp);
    if (!replaced) cells.push_back(cell);
  }
  for (const auto role : {Role::cm, Role::txp})
    for (const auto& row : pack.classes) {
      PackCell cell;
      cell.basis = Basis::part2Consent;
      cell.purpose = Purpose::coord;
      cell.role = role;
      cell.field_class = row.field_class;
      cell.effect = Effect::allow;
      cell.form = Form::full;
      cell.reason = "every way is open";
      cells.push_back(cell);
    }
  std::sort(cells.begin(), cells.end(), [](const PackCell& a, const PackCell& b) {
    return std::tie(a.basis, a.purpose, a.role, a.field_class) < std::tie(b.basis, b.purpose, b.role, b.field_class);
  });
  pack.cells = std::move(cells);
}

class EveryType : public ::testing::TestWithParam<std::string> {
 protected:
  EveryType() : kind(bundle_of(GetParam())) {
    open_up(world.pack());
    world.found();
    GrantAsked asked;
    for (const auto k : kind.schema().compartments) {
      asked.rights.push_back({"harbor", k, Rights::write});
      if (k.form() == Form::full) asked.rights.push_back({"clinic", k, Rights::read});
    }
    asked.edges = {{"harbor", "clinic"}};
    asked.not_after = Timestamp{kNow.seconds + 90 * kDay - 1};
    hash = world.issue(asked);
    world.publish_status();
    world.settle();
  }
  static const wire::BuiltinBundle& bundle_of(const std::string& name) {
    for (const auto& bundle : wire::builtin_bundles())
      if (bundle.name == name) return bundle;
    std::abort();
  }

  /// sent seals one note and gives what clinic opened of it, over all its parts: slot by slot.
  std::map<std::uint16_t, Bytes> sent(const session::NoteSource& source) {
    session::SealRequest ask;
    ask.notes = {source};
    ask.grant = hash;
    ask.purpose = Purpose::coord;
    ask.to = {"clinic"};
    auto sealed = world["harbor"].seal(ask);
    EXPECT_TRUE(passes(sealed)) << GetParam();
    world.settle();
    std::map<std::uint16_t, Bytes> out;
    std::size_t parts = 0;
    for (const auto& file : must(world["clinic"].notes_waiting(), "waiting")) {
      const Bytes envelope = must(world["clinic"].read_spooled(file), "file");
      auto answer = world["clinic"].open_envelope(envelope);
      EXPECT_TRUE(passes(answer)) << GetParam();
      if (!answer) continue;
      for (const auto& note : answer->notes) {
        ++parts;
        EXPECT_EQ(note.opened.schema->name, GetParam());
        for (const auto& cell : note.opened.cells) {
          if (!cell.present) continue;
          EXPECT_TRUE(out.emplace(cell.slot, cell.value.copy()).second) << "a field in two parts";
        }
      }
    }
    // Clinic reads whole values alone, so an isolated form's part is not for it.
    std::size_t expected = 0;
    for (const auto part : parts_of(kind.schema()))
      expected += part == 0 || Compartment(part).form() == Form::full ? 1 : 0;
    EXPECT_EQ(parts, expected);
    return out;
  }
  void expect_whole(const std::map<std::uint16_t, Bytes>& got) {
    for (const auto& cell : kind.cells) {
      const auto& slot = kind.schema().slots[cell.slot];
      const auto at = got.find(cell.slot);
      if (!cell.present) {
        EXPECT_EQ(at, got.end()) << slot.path;
        continue;
      }
      ASSERT_NE(at, got.end()) << slot.path;
      EXPECT_EQ(to_hex(at->second), to_hex(cell.value)) << slot.path;
    }
    EXPECT_EQ(got.size(), kind.present.size());
  }

  World world;
  Kind kind;
  GrantHash hash;
};

TEST_P(EveryType, ExampleFillsEveryField) {
  for (const auto& slot : kind.schema().slots)
    EXPECT_EQ(kind.present.count(slot.index), slot.compartment.form() == Form::full ? 1u : 0u) << slot.path;
}

TEST_P(EveryType, ArrivesWholeFromJson) {
  session::NoteSource source;
  source.type = GetParam();
  source.json = testing::example_note(GetParam());
  expect_whole(sent(source));
}

TEST_P(EveryType, ArrivesWholeFromAMessage) {
  session::NoteSource source;
  source.type = GetParam();
  const MutableView message = must(wire::note_from_cells(kind.type, kind.cells, kind.memory), "message");
  source.message = message;
  expect_whole(sent(source));
}

TEST_P(EveryType, HidesThatThereIsNothingToShare) {
  session::NoteSource source;
  source.type = GetParam();
  source.nothing_to_share = true;
  EXPECT_TRUE(sent(source).empty());
}

std::vector<std::string> type_names() {
  std::vector<std::string> out;
  for (const auto& bundle : wire::builtin_bundles())
    if (bundle.name != "bench.work") out.emplace_back(bundle.name);
  return out;
}
std::string as_name(const ::testing::TestParamInfo<std::string>& info) {
  std::string out = info.param;
  std::replace(out.begin(), out.end(), '.', '_');
  return out;
}
INSTANTIATE_TEST_SUITE_P(Library, EveryType, ::testing::ValuesIn(type_names()), as_name);

TEST(NoteTypes, AreTwentyNine) { EXPECT_EQ(type_names().size(), 29u); }

}  // namespace
}  // namespace xch::session_test
