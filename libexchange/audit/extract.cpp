#include "audit/extract.hpp"

#include <algorithm>
#include <map>

#include "audit/csv.hpp"
#include "audit/numbers.hpp"
#include "audit/report.hpp"
#include "audit/suppress.hpp"
#include "base/html.hpp"
#include "crypto/scratch.hpp"
#include "wire/json_note.hpp"

namespace xch::audit {
namespace {

using wire::Json;

constexpr std::string_view kNotSaid = "not said", kAll = "all";

// ---- what is counted -----------------------------------------------------------------------------------------------

/// Word is what an enumerant is counted as.
struct Word {
  std::string_view code, as;
};

/// Attribute is one thing that is told of everybody: a member of the note, and its values as a table shows them.
struct Attribute {
  std::string_view member, title;
  std::vector<Word> words;
};
const std::vector<Word>& arrests() {
  static const std::vector<Word> kWords = {
      {"none", "none"},           {"oneOrMore", "one or more"}, {"oneToTwo", "one or more"}, {"threeToFive", "one or more"},
      {"sixToTen", "one or more"}, {"elevenOrMore", "one or more"}};
  return kWords;
}

/// Of a list the one value, or that there are several: then every person stands in one row.
const Attribute kRace{"raceEthnicity",
                      "race and ethnicity",
                      {{"americanIndianOrAlaskaNative", "American Indian or Alaska Native"},
                       {"asian", "Asian"},
                       {"blackOrAfricanAmerican", "Black or African American"},
                       {"hispanicOrLatino", "Hispanic or Latino"},
                       {"middleEasternOrNorthAfrican", "Middle Eastern or North African"},
                       {"nativeHawaiianOrPacific", "Native Hawaiian or Pacific Islander"},
                       {"white", "White"}}};
constexpr std::string_view kSeveral = "more than one";
const Attribute kBefore{"arrestsBefore", "arrests in the year before", arrests()};
const Attribute kAfter{"arrestsAfter", "arrests in the year after", arrests()};
const Attribute kExit{"exit",
                      "exit",
                      {{"agreed", "left in agreement"},
                       {"goalsMet", "left in agreement"},
                       {"ownWish", "left in agreement"},
                       {"moved", "left in agreement"},
                       {"outOfReach", "out of reach"},
                       {"lostContact", "out of reach"},
                       {"died", "out of reach"}}};
const Attribute kDoor{"door",
                      "referred by",
                      {{"byPolice", "police"},
                       {"arrest", "police"},
                       {"socialContact", "police"},
                       {"byCommunity", "community"},
                       {"community", "community"}}};
const Attribute kGender{"gender", "gender", {{"woman", "woman"}, {"man", "man"}, {"other", "other"}}};
const Attribute kAge{"ageBand",
                     "age",
                     {{"under18", "under 18"},
                      {"from18", "18 to 24"},
                      {"from25", "25 to 34"},
                      {"from35", "35 to 44"},
                      {"from45", "45 to 54"},
                      {"from55", "55 to 64"},
                      {"from65", "65 to 74"},
                      {"from75", "75 to 84"},
                      {"from85", "85 to 89"},
                      {"over89", "90 and over"}}};
const Attribute kHousing{"housing",
                         "housing",
                         {{"inside", "inside"},
                          {"housed", "inside"},
                          {"sheltered", "inside"},
                          {"outside", "outside"},
                          {"unhoused", "outside"}}};
const Attribute kYear{"referralMonth", "year of referral", {}};  // 45 CFR 164.514(b)(2)(i)(C): of dates the year alone

struct TableAsked {
  std::string_view id, title;
  const Attribute* row;
  const Attribute* column;  // null: a table by one thing
};
const std::vector<TableAsked>& tables() {
  static const std::vector<TableAsked> kTables = {
      {"race-before", "Arrests in the year before, by race and ethnicity", &kRace, &kBefore},
      {"race-after", "Arrests in the year after, by race and ethnicity", &kRace, &kAfter},
      {"before-after", "Arrests before and after", &kBefore, &kAfter},
      {"race-exit", "Exits, by race and ethnicity", &kRace, &kExit},
      {"door", "Who referred", &kDoor, nullptr},
      {"gender", "Gender", &kGender, nullptr},
      {"age", "Age", &kAge, nullptr},
      {"housing", "Housing", &kHousing, nullptr},
      {"year", "Year of referral", &kYear, nullptr},
  };
  return kTables;
}

std::string word_of(const Attribute& attribute, const std::string& code) {
  if (&attribute == &kYear) return code.size() < 4 ? std::string(kNotSaid) : code.substr(0, 4);
  for (const auto& word : attribute.words)
    if (word.code == code) return std::string(word.as);
  return std::string(kNotSaid);
}

std::string value_of(const Attribute& attribute, const Json& note) {
  const auto* member = note.find(attribute.member);
  if (member == nullptr) return std::string(kNotSaid);
  if (!member->is_array()) return word_of(attribute, member->as_text());
  if (member->items().size() > 1) return std::string(kSeveral);
  return member->items().empty() ? std::string(kNotSaid) : word_of(attribute, member->items().front().as_text());
}

/// values_of is what a table has rows or columns for, in their order: all that can be said, and of years those that were.
std::vector<std::string> values_of(const Attribute& attribute, const std::vector<const Json*>& people) {
  std::vector<std::string> out;
  for (const auto& word : attribute.words)
    if (std::find(out.begin(), out.end(), word.as) == out.end()) out.emplace_back(word.as);
  if (&attribute == &kRace) out.emplace_back(kSeveral);
  if (&attribute == &kYear) {
    for (const auto* person : people) out.push_back(value_of(attribute, *person));
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    out.erase(std::remove(out.begin(), out.end(), kNotSaid), out.end());
  }
  out.emplace_back(kNotSaid);
  return out;
}

// ---- the cells of all tables ---------------------------------------------------------------------------------------

/// Cells are those of all tables; tables that have a total in common have one cell for it.
class Cells {
 public:
  explicit Cells(const std::vector<const Json*>& people) : people_(people) {}

  /// of is the cell of everybody with these values; without an attribute, of everybody.
  std::size_t of(const Attribute* a, const std::string& value_a, const Attribute* b, const std::string& value_b) {
    if (a == nullptr) {
      std::swap(a, b);
      return of_ordered(a, value_b, b, value_a);
    }
    if (b != nullptr && b->member < a->member) return of_ordered(b, value_b, a, value_a);
    return of_ordered(a, value_a, b, value_b);
  }
  void sum(std::size_t whole, std::vector<std::size_t> parts) { sums_.push_back({whole, std::move(parts)}); }
  /// settle decides what is left out; value is a cell's, where it is shown.
  void settle() { left_out_ = suppressed(counts_, sums_); }
  std::optional<std::uint64_t> value(std::size_t cell) const {
    if (left_out_[cell]) return std::nullopt;
    return counts_[cell];
  }

 private:
  std::size_t of_ordered(const Attribute* a, const std::string& value_a, const Attribute* b,
                         const std::string& value_b) {
    std::string name;
    if (a != nullptr) name = std::string(a->member) + "=" + value_a;
    if (b != nullptr) name += "&" + std::string(b->member) + "=" + value_b;
    const auto [at, is_new] = places_.emplace(name, counts_.size());
    if (!is_new) return at->second;
    counts_.push_back(static_cast<std::uint64_t>(
        std::count_if(people_.begin(), people_.end(), [&](const Json* person) {
          return (a == nullptr || value_of(*a, *person) == value_a) && (b == nullptr || value_of(*b, *person) == value_b);
        })));
    return at->second;
  }

  const std::vector<const Json*>& people_;
  std::map<std::string, std::size_t> places_;
  std::vector<std::uint64_t> counts_;
  std::vector<Sum> sums_;
  std::vector<bool> left_out_;
};

/// Laid is a table's cells: rows by columns, the last of each being all.
struct Laid {
  ExtractTable table;
  std::vector<std::vector<std::size_t>> cells;
};

Laid lay(const TableAsked& asked, const std::vector<const Json*>& people, Cells& cells) {
  Laid out;
  out.table.id = asked.id;
  out.table.title = asked.title;
  out.table.row_title = asked.row->title;
  const auto rows = values_of(*asked.row, people);
  const auto columns = asked.column == nullptr ? std::vector<std::string>() : values_of(*asked.column, people);
  out.table.rows = rows;
  out.table.rows.emplace_back(kAll);
  out.table.columns = columns;
  out.table.columns.emplace_back(kAll);
  for (std::size_t i = 0; i <= rows.size(); ++i) {
    std::vector<std::size_t> line;
    const Attribute* row = i == rows.size() ? nullptr : asked.row;
    for (std::size_t j = 0; j <= columns.size(); ++j)
      line.push_back(cells.of(row, out.table.rows[i], j == columns.size() ? nullptr : asked.column, out.table.columns[j]));
    out.cells.push_back(line);
    const std::size_t whole = line.back();
    line.pop_back();
    if (!line.empty()) cells.sum(whole, std::move(line));
  }
  for (std::size_t j = 0; j <= columns.size(); ++j) {
    std::vector<std::size_t> parts;
    for (std::size_t i = 0; i < rows.size(); ++i) parts.push_back(out.cells[i][j]);
    cells.sum(out.cells.back()[j], std::move(parts));
  }
  return out;
}

/// people_of are the notes to count, one of each person.
Result<std::vector<const Json*>> people_of(const std::vector<const Json*>& notes) {
  const auto& bundles = wire::builtin_bundles();
  const auto at = std::find_if(bundles.begin(), bundles.end(),
                               [](const auto& bundle) { return bundle.name == "eval.extract"; });
  if (at == bundles.end()) return fail(Code::schema_unknown);
  XCH_ASSIGN(const auto type, wire::NoteType::load(at->bytes));
  std::map<std::string, std::size_t> last;
  for (std::size_t i = 0; i < notes.size(); ++i) {
    const std::string place = "records[" + std::to_string(i) + "]";
    crypto::Scratch scratch;
    const auto cells = wire::cells_from_json(type, *notes[i], scratch);
    if (!cells) return fail(cells.error().code, place);
    const std::string& person = notes[i]->text_at("studyPseudonym");
    if (person.empty()) return fail(Code::json_missing, place + ".studyPseudonym");
    last[person] = i;
  }
  std::vector<const Json*> out;
  for (const auto& [person, i] : last) out.push_back(notes[i]);
  return out;
}

std::string shown(const std::optional<std::uint64_t>& value) { return value ? std::to_string(*value) : "*"; }

}  // namespace

Result<Extract> extract_of(const std::vector<const Json*>& notes) {
  XCH_ASSIGN(const auto people, people_of(notes));
  Cells cells(people);
  std::vector<Laid> laid;
  for (const auto& asked : tables()) laid.push_back(lay(asked, people, cells));
  cells.settle();
  Extract out;
  out.people = cells.value(cells.of(nullptr, "", nullptr, ""));
  for (auto& one : laid) {
    for (const auto& line : one.cells) {
      one.table.values.emplace_back();
      for (const auto cell : line) one.table.values.back().push_back(cells.value(cell));
    }
    out.tables.push_back(std::move(one.table));
  }
  return out;
}

// ---- as a page, a table, JSON --------------------------------------------------------------------------------------

std::string extract_html(const Extract& extract) {
  std::string body = html::element("h1", "Evaluation extract");
  body += html::element("p", "Counts of " + shown(extract.people) + " people. A * stands for a number that is left out: "
                                "one from 1 to " + std::to_string(kSmallCell - 1) +
                                ", or one from which such a number could be worked out.");
  for (const auto& table : extract.tables) {
    std::string head = "<th scope=\"col\">" + html::escaped(table.row_title) + "</th>", rows;
    for (const auto& column : table.columns) head += "<th scope=\"col\" class=\"n\">" + html::escaped(column) + "</th>";
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
      rows += "<tr><th scope=\"row\">" + html::escaped(table.rows[i]) + "</th>";
      for (const auto& value : table.values[i]) rows += "<td class=\"n\">" + shown(value) + "</td>";
      rows += "</tr>\n";
    }
    body += html::element("h2", html::escaped(table.title)) +
            wide(table.title, "<table>\n<thead><tr>" + head + "</tr></thead>\n<tbody>\n" + rows + "</tbody>\n</table>");
  }
  return page("Evaluation extract", body);
}

std::string extract_csv(const Extract& extract) {
  std::string out = csv_line({"table", "row", "column", "people"});
  for (const auto& table : extract.tables)
    for (std::size_t i = 0; i < table.rows.size(); ++i)
      for (std::size_t j = 0; j < table.columns.size(); ++j)
        out += csv_line({table.id, table.rows[i], table.columns[j], shown(table.values[i][j])});
  return out;
}

wire::Json extract_json(const Extract& extract) {
  const auto number = [](const std::optional<std::uint64_t>& value) { return value ? Json::natural(*value) : Json(); };
  Json out = Json::object();
  out.set("v", Json::natural(1));
  out.set("kind", "extract");
  out.set("people", number(extract.people));
  Json list = Json::array();
  for (const auto& table : extract.tables) {
    Json one = Json::object();
    one.set("id", table.id);
    one.set("title", table.title);
    one.set("row", table.row_title);
    one.set("rows", texts(table.rows));
    one.set("columns", texts(table.columns));
    Json values = Json::array();
    for (const auto& line : table.values) {
      Json row = Json::array();
      for (const auto& value : line) row.add(number(value));
      values.add(std::move(row));
    }
    one.set("values", std::move(values));
    list.add(std::move(one));
  }
  out.set("tables", std::move(list));
  return out;
}

}  // namespace xch::audit
