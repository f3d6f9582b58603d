// The published vectors: made again they are the committed files, and read back from those files alone the library
// answers each case as the file says.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "base/file.hpp"
#include "vectors/given.hpp"
#include "vectors/notes.hpp"
#include "support/coalition.hpp"
#include "vectors/objects.hpp"
#include "vectors/worked.hpp"

namespace xch::vectors {
namespace {

using Make = VectorFile (*)(SuiteId);
struct FileSpec {
  Make make;
  SuiteId suite;
  std::string name;
  std::size_t cases;
};

void PrintTo(const FileSpec& file, std::ostream* out) { *out << file.name; }

std::vector<FileSpec> files() {
  return {{notes_file, SuiteId::p256, "p256-notes.json", 363},
          {notes_file, SuiteId::x25519, "x25519-notes.json", 323},
          {values_file, SuiteId::p256, "p256-values.json", 18},
          {grants_file, SuiteId::p256, "p256-grants.json", 81},
          {grants_file, SuiteId::x25519, "x25519-grants.json", 81},
          {rosters_file, SuiteId::p256, "p256-rosters.json", 60},
          {rosters_file, SuiteId::x25519, "x25519-rosters.json", 58},
          {status_file, SuiteId::p256, "p256-status.json", 31},
          {status_file, SuiteId::x25519, "x25519-status.json", 31},
          {presentations_file, SuiteId::p256, "p256-presentations.json", 71},
          {presentations_file, SuiteId::x25519, "x25519-presentations.json", 71},
          {emergencies_file, SuiteId::p256, "p256-emergencies.json", 48},
          {emergencies_file, SuiteId::x25519, "x25519-emergencies.json", 48},
          {one_shots_file, SuiteId::p256, "p256-one-shots.json", 79},
          {one_shots_file, SuiteId::x25519, "x25519-one-shots.json", 79}};
}

bool writing() { return std::getenv("XCH_WRITE_VECTORS") != nullptr; }

class Vectors : public ::testing::TestWithParam<FileSpec> {
 protected:
  std::filesystem::path path() const { return vector_folder() / GetParam().name; }
  VectorFile from_disk() const { return from_text(read_text(path())); }
};
INSTANTIATE_TEST_SUITE_P(Files, Vectors, ::testing::ValuesIn(files()), [](const auto& run) {
  std::string name = run.param.name.substr(0, run.param.name.find('.'));
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST_P(Vectors, AreByteForByteWhatTheGeneratorMakes) {
  const VectorFile made = GetParam().make(GetParam().suite);
  ASSERT_EQ(made.file_name(), GetParam().name);
  const std::string text = to_text(made);
  if (writing()) {
    ASSERT_TRUE(write_file_atomically(path(), ByteView(std::string_view(text)), 0644));
  }
  EXPECT_TRUE(read_text(path()) == text) << path().filename() << " differs; XCH_WRITE_VECTORS=1 writes it again";
}

TEST_P(Vectors, AreAnsweredByTheLibraryAsTheFileSays) {
  const VectorFile file = from_disk();
  std::size_t answered = 0;
  for (const auto& c : file.cases) {
    EXPECT_EQ(answer_to(file, c), c.expect) << c.name;
    ++answered;
  }
  EXPECT_EQ(answered, GetParam().cases);
}

TEST_P(Vectors, HaveANameOfTheirOwnEach) {
  std::set<std::string> names;
  for (const auto& c : from_disk().cases) {
    EXPECT_TRUE(names.insert(c.name).second) << c.name;
    EXPECT_FALSE(c.says.empty()) << c.name;
  }
}

// A check that cannot fail would take any answer: with another agency key nothing opens.
TEST(VectorsCheck, FailsForAReaderWithAnotherAgencyKey) {
  for (const auto* name : {"p256-notes.json", "x25519-notes.json"}) {
    VectorFile file = from_text(read_text(vector_folder() / name));
    crypto::SeededRandom_for_testing random(ByteView(std::string_view("another key")));
    const auto other = testing::must(crypto::KemPrivateKey::generate(file.suite, random));
    file.given["keys"][0]["private"] = hex_of(crypto::export_private_key(other).expose());
    file.given["keys"][0]["public"] = hex_of(other.public_key().bytes());
    const Case& first = file.cases.front();
    EXPECT_NE(answer_to(file, first), first.expect) << name;
    EXPECT_EQ(answer_to(file, first), refused("EX3105")) << name;
  }
}

TEST(VectorsCheck, FailsForAnExpectationThatIsNotTheAnswer) {
  VectorFile file = from_text(read_text(vector_folder() / "p256-notes.json"));
  Case first = file.cases.front();
  first.expect["views"][0]["cells"][0]["value"] = "00";
  EXPECT_NE(answer_to(file, first), first.expect);
}

/// The ids that a received thing can be given, by the first of the errors table's sections of the format.
std::set<std::string> ids_of_the_format() {
  // A reader has one form of a class at a time, so that forms of one field never meet (EX3416); slots out of order do
  // not decode (EX3516); what a home has opened before is its own matter (EX3418, EX3420); who may state an event, and
  // which, stands in the form that the authority's office keeps and no reader has (EX3523 to EX3526:
  // tests/session/event_statement_test.cpp); the rest are about what one sends, or a home without a roster.
  const std::set<std::string> never{"EX2219", "EX2220", "EX2221", "EX2222", "EX3416", "EX3418", "EX3419", "EX3420", "EX3516", "EX3521", "EX3522", "EX3523", "EX3524", "EX3525", "EX3526", "EX6206", "EX6207", "EX6208"};
  std::set<std::string> out;
  for (std::size_t i = 0; i < code_count(); ++i) {
    const std::string id(code_at(i).id);
    const std::string section = id.substr(0, 4);
    const bool ours = section == "EX22" || section == "EX31" || section == "EX32" || section == "EX33" ||
                      section == "EX34" || section == "EX35" || section == "EX62";
    if (ours && never.count(id) == 0) out.insert(id);
  }
  return out;
}

TEST(VectorsCheck, HasACaseForEveryRefusalOfTheFormatInBothSuites) {
  std::map<SuiteId, std::set<std::string>> met;
  for (const auto& spec : files()) {
    const VectorFile file = from_text(read_text(vector_folder() / spec.name));
    for (const auto& c : file.cases) {
      if (c.expect.contains("code")) met[spec.suite].insert(c.expect.at("code").get<std::string>());
      if (!c.expect.contains("views")) continue;
      for (const auto& view : c.expect.at("views"))
        if (view.contains("code")) met[spec.suite].insert(view.at("code").get<std::string>());
    }
  }
  for (const auto& id : ids_of_the_format())
    for (const auto suite : {SuiteId::p256, SuiteId::x25519})
      EXPECT_TRUE(met[suite].count(id) == 1) << id << " in suite " << suite_word(suite);
}

// ---- the worked example
// ------------------------------------------------------------------------------------------------

TEST(WorkedExample, ComesToTheEnvelopeThatSealMakes) {
  WorkedNote note;
  EXPECT_TRUE(work_through().envelope == note.sealed());
}

TEST(WorkedExample, IsTheFileByteForByte) {
  const auto path = vector_folder() / "worked.json";
  const std::string text = worked_text(work_through());
  if (writing()) {
    ASSERT_TRUE(write_file_atomically(path, ByteView(std::string_view(text)), 0644));
  }
  EXPECT_TRUE(read_text(path) == text);
}

TEST(WorkedExample, IsTheSectionOfThePage) {
  const auto path = std::filesystem::path(XCH_SOURCE_DIR) / "docs" / "format.md";
  const std::string section = work_through().section, page = read_text(path);
  if (writing()) {
    const std::string written = with_section(page, section);
    ASSERT_TRUE(write_file_atomically(path, ByteView(std::string_view(written)), 0644));
  }
  EXPECT_EQ(section_of(read_text(path)), section);
  EXPECT_LE(std::count(section.begin(), section.end(), '\n'), 150);
}

}  // namespace
}  // namespace xch::vectors
