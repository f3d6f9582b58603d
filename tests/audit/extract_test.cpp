// The extract of an evaluation: what is counted, what is left out, and that nothing left out can be worked out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <numeric>
#include <random>

#include "audit/extract.hpp"
#include "audit/numbers.hpp"
#include "audit/suppress.hpp"

namespace xch::audit_test {
namespace {

using namespace audit;
using ::testing::HasSubstr;
using ::testing::Not;
using wire::Json;

struct Person {
  std::string race, before, after, exit, gender = "woman";
};

class Notes {
 public:
  void add(const Person& person, const std::string& pseudonym) {
    Json races = Json::array();
    std::istringstream words(person.race);
    for (std::string word; words >> word;) races.add(Json::text(word));
    Json note = Json::object();
    note.set("studyPseudonym", pseudonym);
    note.set("referralMonth", "2026-03");
    note.set("raceEthnicity", std::move(races));
    note.set("arrestsBefore", person.before);
    note.set("arrestsAfter", person.after);
    note.set("gender", person.gender);
    if (!person.exit.empty()) note.set("exit", person.exit);
    notes_.push_back(std::make_unique<Json>(std::move(note)));
  }
  void add(const Person& person, std::size_t times) {
    while (times-- > 0) add(person, "S" + std::to_string(notes_.size()));
  }
  std::vector<const Json*> list() const {
    std::vector<const Json*> out;
    for (const auto& note : notes_) out.push_back(note.get());
    return out;
  }
  Extract extract() const {
    auto out = extract_of(list());
    if (!out) throw std::logic_error(std::string(out.error().info().name));
    return std::move(*out);
  }

 private:
  std::vector<std::unique_ptr<Json>> notes_;
};

const ExtractTable& table_of(const Extract& extract, const std::string& id) {
  for (const auto& table : extract.tables)
    if (table.id == id) return table;
  throw std::logic_error("no such table");
}
std::optional<std::uint64_t> at(const ExtractTable& table, const std::string& row, const std::string& column) {
  for (std::size_t i = 0; i < table.rows.size(); ++i)
    for (std::size_t j = 0; j < table.columns.size(); ++j)
      if (table.rows[i] == row && table.columns[j] == column) return table.values[i][j];
  throw std::logic_error("no such cell");
}

TEST(Extract, CountsArrestsBeforeAndAfterByRaceAndEthnicityAndExits) {
  Notes notes;
  notes.add({"white", "threeToFive", "none", "goalsMet"}, 20);
  notes.add({"white", "oneToTwo", "sixToTen", "lostContact"}, 15);
  notes.add({"blackOrAfricanAmerican", "elevenOrMore", "none", "goalsMet"}, 30);
  notes.add({"white hispanicOrLatino", "none", "none", ""}, 12);
  const auto extract = notes.extract();
  EXPECT_EQ(extract.people, 77u);
  const auto& before = table_of(extract, "race-before");
  EXPECT_EQ(at(before, "White", "one or more"), 35u);
  EXPECT_EQ(at(before, "more than one", "none"), 12u);
  EXPECT_EQ(at(before, "Asian", "all"), 0u);
  EXPECT_EQ(at(before, "all", "all"), 77u);
  const auto& both = table_of(extract, "before-after");
  EXPECT_EQ(at(both, "one or more", "none"), 50u);
  EXPECT_EQ(at(both, "one or more", "one or more"), 15u);
  const auto& exits = table_of(extract, "race-exit");
  EXPECT_EQ(at(exits, "all", "left in agreement"), 50u);
  EXPECT_EQ(at(exits, "White", "out of reach"), 15u);
  EXPECT_EQ(at(exits, "more than one", "not said"), 12u);
  EXPECT_EQ(at(table_of(extract, "year"), "2026", "all"), 77u);
}

TEST(Extract, LeavesOutSmallCellsAndWhatWouldTellThem) {
  Notes notes;
  notes.add({"white", "none", "none", "goalsMet"}, 40);
  notes.add({"white", "oneToTwo", "none", "goalsMet"}, 30);
  notes.add({"asian", "none", "none", "goalsMet"}, 25);
  notes.add({"asian", "oneToTwo", "none", "goalsMet"}, 3);
  const auto extract = notes.extract();
  const auto& before = table_of(extract, "race-before");
  EXPECT_EQ(at(before, "Asian", "one or more"), std::nullopt);
  EXPECT_EQ(at(before, "Asian", "none"), std::nullopt) << "28 less 25 would tell it";
  EXPECT_EQ(at(before, "White", "one or more"), std::nullopt) << "33 less 30 would";
  EXPECT_EQ(at(before, "White", "none"), std::nullopt) << "and 65 less 40 tells the one beside it";
  EXPECT_EQ(at(before, "Asian", "all"), 28u);
  EXPECT_EQ(at(before, "all", "all"), 98u);
  for (const auto& text : {extract_csv(extract), extract_html(extract), wire::write_json(extract_json(extract))})
    for (const char* never : {">3<", ",3\r\n", ",3,", "S1", "[3,"}) EXPECT_THAT(text, Not(HasSubstr(never)));
  EXPECT_THAT(extract_csv(extract), HasSubstr("race-before,Asian,one or more,*\r\n"));
}

TEST(Extract, H_514b_AcceptsCodesBandsAndMonthsUnderAPseudonymOfTheStudy) {
  Notes notes;
  notes.add({"white", "none", "none", "goalsMet"}, 12);
  EXPECT_EQ(notes.extract().people, 12u);
}

TEST(Extract, H_514b_RefusesEveryIdentifierThatARecordBringsAlong) {
  for (const char* member : {"name", "dateOfBirth", "address", "phone", "email", "ssn", "recordNumber", "vehicle", "url", "photo"}) {
    const auto json = wire::parse_json("{\"studyPseudonym\":\"S1\",\"" + std::string(member) + "\":\"Zephyrine\"}");
    EXPECT_EQ(extract_of({&*json}).error().code, Code::json_unknown_field) << member;
  }
}

TEST(Extract, P2_52_AcceptsTablesInWhichNobodyIsKnown) {
  Notes notes;
  notes.add({"white", "none", "none", "goalsMet"}, 40);
  EXPECT_EQ(at(table_of(notes.extract(), "race-before"), "White", "none"), 40u);
}

TEST(Extract, P2_52_RefusesToShowAGroupInWhichSomebodyCouldBeKnown) {
  Notes notes;
  notes.add({"white", "none", "none", "goalsMet"}, 40);
  notes.add({"asian", "none", "none", "goalsMet"}, 10);
  EXPECT_EQ(at(table_of(notes.extract(), "race-before"), "Asian", "none"), std::nullopt);
}

TEST(Extract, OfFewPeopleShowsNoNumberOfAnybody) {
  Notes notes;
  notes.add({"white", "none", "none", "goalsMet"}, 10);
  const auto extract = notes.extract();
  EXPECT_EQ(extract.people, std::nullopt);
  for (const auto& table : extract.tables)
    for (const auto& line : table.values)
      for (const auto& value : line) EXPECT_EQ(value.value_or(0), 0u) << table.id;
}

TEST(Extract, CountsAPersonOnceByTheLastRecord) {
  Notes notes;
  notes.add({"white", "none", "none", "goalsMet"}, 30);
  notes.add({"asian", "none", "none", "goalsMet"}, "S0");
  notes.add({"asian", "none", "none", "goalsMet"}, 20);
  const auto extract = notes.extract();
  EXPECT_EQ(extract.people, 50u);
  EXPECT_EQ(at(table_of(extract, "race-before"), "Asian", "all"), 21u);
}

TEST(Extract, RefusesWhatIsNoSuchNoteAndSaysWhichWithoutRepeatingIt) {
  const auto refused = [](const char* text) {
    const auto json = wire::parse_json(text);
    return extract_of({&*json}).error();
  };
  EXPECT_EQ(refused("{\"studyPseudonym\":\"S1\",\"name\":\"Zephyrine\"}").code, Code::json_unknown_field);
  EXPECT_EQ(refused("{\"studyPseudonym\":\"S1\",\"gender\":\"Zephyrine\"}").code, Code::json_range);
  const auto none = refused("{\"gender\":\"woman\"}");
  EXPECT_EQ(none.code, Code::json_missing);
  EXPECT_EQ(none.path, "records[0].studyPseudonym");
}

TEST(Extract, TakesTheExampleOfItsNoteType) {
  std::ifstream file(XCH_SOURCE_DIR "/examples/notes/eval.extract.json");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto json = wire::parse_json(text);
  ASSERT_TRUE(json);
  EXPECT_TRUE(extract_of({&*json}));
}

// ---- suppression ---------------------------------------------------------------------------------------------------

/// Table is numbers with their totals, as cells row by row.
struct Table {
  std::size_t rows, columns;
  std::vector<std::uint64_t> cells;
  std::size_t place(std::size_t i, std::size_t j) const { return i * (columns + 1) + j; }
  std::vector<Sum> sums() const {
    std::vector<Sum> out;
    for (std::size_t i = 0; i <= rows; ++i) {
      Sum sum{place(i, columns), {}};
      for (std::size_t j = 0; j < columns; ++j) sum.parts.push_back(place(i, j));
      out.push_back(sum);
    }
    for (std::size_t j = 0; j <= columns; ++j) {
      Sum sum{place(rows, j), {}};
      for (std::size_t i = 0; i < rows; ++i) sum.parts.push_back(place(i, j));
      out.push_back(sum);
    }
    return out;
  }
};

Table random_table(std::mt19937& random) {
  Table out{2 + random() % 4, 2 + random() % 3, {}};
  out.cells.assign((out.rows + 1) * (out.columns + 1), 0);
  for (std::size_t i = 0; i < out.rows; ++i)
    for (std::size_t j = 0; j < out.columns; ++j) {
      const std::uint64_t value = random() % 3 == 0 ? random() % 14 : random() % 60;
      for (const auto cell : {out.place(i, j), out.place(i, out.columns), out.place(out.rows, j),
                              out.place(out.rows, out.columns)})
        out.cells[cell] += value;
    }
  return out;
}

/// A cell that is left out of a two-way table can be worked out exactly if it lies on no circle of cells that are left
/// out, each beside the next in a row or column: without it, its row and its column are not connected.
bool lies_on_a_circle(const Table& table, const std::vector<bool>& out, std::size_t row, std::size_t column) {
  const std::size_t nodes = table.rows + table.columns + 2;
  std::vector<std::size_t> group(nodes);
  std::iota(group.begin(), group.end(), 0u);
  const auto root = [&](std::size_t n) {
    while (group[n] != n) n = group[n];
    return n;
  };
  for (std::size_t i = 0; i <= table.rows; ++i)
    for (std::size_t j = 0; j <= table.columns; ++j)
      if (out[table.place(i, j)] && (i != row || j != column)) group[root(i)] = root(table.rows + 1 + j);
  return root(row) == root(table.rows + 1 + column);
}

TEST(Suppression, LeavesNothingToWorkOutInAnyTwoWayTable) {
  std::mt19937 random(20261127);
  for (int round = 0; round < 300; ++round) {
    const Table table = random_table(random);
    const auto out = suppressed(table.cells, table.sums());
    for (std::size_t i = 0; i <= table.rows; ++i)
      for (std::size_t j = 0; j <= table.columns; ++j) {
        const auto value = table.cells[table.place(i, j)];
        const bool hidden = out[table.place(i, j)];
        EXPECT_TRUE(hidden || value == 0 || value >= kSmallCell) << round << " " << i << "," << j;
        EXPECT_TRUE(!hidden || lies_on_a_circle(table, out, i, j)) << round << " " << i << "," << j;
      }
    for (const auto& sum : table.sums()) {
      std::uint64_t hidden = 0, count = 0;
      for (const auto part : sum.parts) {
        hidden += out[part] ? table.cells[part] : 0;
        count += out[part] ? 1 : 0;
      }
      EXPECT_TRUE(count == 0 || out[sum.whole] || hidden >= kSmallCell) << round;
    }
  }
}

TEST(Suppression, FollowsATotalIntoEveryTableThatHasIt) {
  // Two tables by one thing, of the same people: 5 + 20 and 5 + 20, where the fives are one cell.
  const std::vector<std::uint64_t> cells = {5, 20, 25, 12, 13};
  const std::vector<Sum> sums = {{2, {0, 1}}, {2, {3, 4}}};
  const auto out = suppressed(cells, sums);
  EXPECT_THAT(out, ::testing::ElementsAre(true, true, false, false, false));
  EXPECT_THAT(follows({true, false, false, false, false}, sums), ::testing::ElementsAre(0u));
  EXPECT_THAT(follows({true, false, true, false, false}, sums), ::testing::UnorderedElementsAre(0u, 2u))
      << "the whole is known from the other table";
}

TEST(Suppression, ShowsEverythingWhereNothingIsSmall) {
  const Table table{2, 2, {11, 20, 31, 0, 40, 40, 11, 60, 71}};
  for (const bool hidden : suppressed(table.cells, table.sums())) EXPECT_FALSE(hidden);
}

}  // namespace
}  // namespace xch::audit_test
