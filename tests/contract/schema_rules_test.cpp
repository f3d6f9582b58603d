// Schemas from outside (wire/schema_check, wire/schema_compare): the rules of the plugin, all at once; every damaged
// file an answer or one error; and what a change of a schema does to the programs of the old one.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "contract/tree.hpp"
#include "wire/schema_bundle.hpp"
#include "wire/schema_check.hpp"
#include "wire/schema_compare.hpp"
#include "wire/schema_rules.hpp"

namespace xch::contract {
namespace {

namespace fs = std::filesystem;

const fs::path kBad = fs::path(XCH_SOURCE_DIR) / "tests/contract/schema_bad";
constexpr char kPreamble[] = "@0xc1a6e1d5b0b0e000;\nusing X = import \"/annotations.capnp\";\n";

/// compiled gives the compiler's own output for a file: what `capnp compile -o-` writes.
std::string compiled(const fs::path& file) {
  const TempTree out;
  const auto to = out.root() / "compiled";
  const auto outcome = run("cd " + quoted(file.parent_path().string()) + " && capnp compile -I " +
                           quoted(XCH_SOURCE_DIR "/include/exchange/schema") + " -o- " +
                           quoted(file.filename().string()) + " > " + quoted(to.string()));
  EXPECT_EQ(outcome.status, 0) << file << ": " << outcome.output;
  return read_file(to);
}

std::string compiled_text(const std::string& text) {
  TempTree tree;
  tree.write("note.capnp", kPreamble + text);
  return compiled(tree.root() / "note.capnp");
}

ByteView bytes(const std::string& text) { return ByteView(text); }

std::vector<wire::CheckedSchema> check(const std::string& file) {
  auto out = wire::check_schemas(bytes(file));
  EXPECT_TRUE(out) << info(out.error().code).id;
  return out ? std::move(*out) : std::vector<wire::CheckedSchema>();
}

std::string code_of_failure(const std::string& file) {
  const auto out = wire::check_schemas(bytes(file));
  return out ? "" : std::string(info(out.error().code).name);
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

TEST(SchemaCheck, FindsWhatThePluginRefusesWithItsRuleAndItsFix) {
  std::set<std::string_view> rules;
  unsigned ran = 0;
  for (const auto& file : files_below(kBad, {".capnp"})) {
    const auto wanted = first_line(read_file(file)).substr(std::string("# refused: ").size());
    const auto types = check(compiled(file));
    std::vector<std::string> said;
    for (const auto& type : types)
      for (const auto& finding : type.findings) {
        said.push_back(finding.subject + " " + finding.text);
        rules.insert(finding.rule);
        EXPECT_FALSE(finding.fix.empty()) << finding.rule;
        if (!finding.path.empty()) { EXPECT_EQ(finding.subject, "field '" + finding.path + "'"); }
      }
    ASSERT_FALSE(said.empty()) << file;
    EXPECT_EQ(said.front(), wanted) << file << ": the first finding is the one that fails a build";
    EXPECT_EQ(said.size(), 1u) << file << ": one rule broken, one finding: " << said.back();
    ++ran;
  }
  EXPECT_EQ(ran, 66u);
  EXPECT_EQ(rules.size(), 37u);
}

TEST(SchemaCheck, DoesNotStopAtTheFirstFinding) {
  const auto types = check(compiled_text(R"(
enum Kind { other @0; some @1; }
struct Inner { deep @0 :Bool $X.class(eng) $X.size(32); fine @1 :Text $X.class(eng) $X.size(64); }
struct Note $X.noteType("test.bad") {
  bare @0 :Text;
  yes @1 :Bool $X.class(eng) $X.size(32);
  kind @2 :Kind $X.class(eng) $X.size(64) $X.forms([full, month, level]);
  count @3 :UInt16 = 5;
  inner @4 :Inner;
  items @5 :List(Inner) $X.class(eng) $X.size(1024);
  union { here @6 :Text $X.class(eng) $X.size(64); there @7 :Void; }
  last @8 :Data $X.class(eng) $X.size(65);
}
struct Second $X.noteType("Not A Name") { only @0 :Text $X.class(eng) $X.size(64); }
)"));
  ASSERT_EQ(types.size(), 2u);
  std::set<std::string> found;
  for (const auto& finding : types[0].findings) found.insert(finding.path + " " + std::string(finding.rule));
  const std::set<std::string> wanted = {" named-union",       "bare class",
                                        "bare size",          "count class",
                                        "count no-default",   "count size",
                                        "inner.deep no-bool", "items.deep list-marks",
                                        "items.deep no-bool", "items.fine list-marks",
                                        "kind enum-first",    "last size-listed",
                                        "yes no-bool"};
  EXPECT_EQ(found, wanted);
  EXPECT_EQ(types[0].name, "test.bad");
  ASSERT_EQ(types[1].findings.size(), 1u);
  EXPECT_EQ(types[1].findings[0].rule, "note-type-name");
  EXPECT_EQ(types[1].name, "") << "a name that breaks the rule is not repeated";
  EXPECT_EQ(types[1].struct_name, "Second");
}

TEST(SchemaCheck, TellsTheFormsThatDoNotFitOneByOne) {
  const auto types = check(compiled_text(R"(
struct Note $X.noteType("test.bad") { phone @0 :Text $X.class(con) $X.size(64) $X.forms([yesNo, month, level, area]); })"));
  ASSERT_EQ(types.size(), 1u);
  std::vector<std::string> texts;
  for (const auto& finding : types[0].findings) texts.push_back(finding.text);
  EXPECT_EQ(texts, (std::vector<std::string>{"has forms that are not in ascending order", "cannot have the form month",
                                             "cannot have the form area"}));
}

TEST(SchemaCheck, TakesEveryNoteTypeOfTheLibraryCompiledAndAsABundle) {
  std::map<std::string, Bytes> bundles;
  for (const auto& file : files_below(XCH_SOURCE_DIR "/include/exchange/schema", {".capnp"})) {
    const auto text = read_file(file);
    if (text.find(" $noteType(\"") == std::string::npos) {
      EXPECT_EQ(code_of_failure(compiled(file)), "schema_no_note") << file;
      continue;
    }
    for (auto& type : check(compiled(file))) {
      EXPECT_TRUE(type.findings.empty()) << file << ": " << type.findings[0].subject << " " << type.findings[0].text;
      bundles[type.name] = std::move(type.bundle);
    }
  }
  EXPECT_EQ(bundles.size(), wire::builtin_bundles().size());
  for (const auto& builtin : wire::builtin_bundles()) {
    EXPECT_TRUE(equal(bundles[std::string(builtin.name)], builtin.bytes)) << builtin.name;
    const auto again = wire::check_schemas(builtin.bytes);
    ASSERT_TRUE(again) << builtin.name;
    ASSERT_EQ(again->size(), 1u);
    EXPECT_EQ((*again)[0].name, builtin.name);
    EXPECT_TRUE((*again)[0].findings.empty());
  }
}

TEST(SchemaCheck, RefusesWhatIsNoSchema) {
  for (const std::string& text : {std::string(), std::string("x"), std::string("%PDF-1.7 Maria Reyes"),
                                  std::string(4096, '\0'), std::string("@0xc1a6e1d5b0b0e000;\nstruct Note {}\n"),
                                  std::string(8, '\xff'), std::string(wire::kMaxCompiledBytes + 8, '\0')})
    EXPECT_EQ(code_of_failure(text), "schema_not_compiled") << text.substr(0, 40);
}

constexpr char kSmall[] = R"(
struct Note $X.noteType("test.small") {
  phone @0 :Text $X.class(con) $X.size(64);
  choice :union $X.class(eng) { unstated @1 :Void; yes @2 :Void $X.size(32); other @3 :Text $X.size(64); }
})";

/// Every result that a damaged file may have: an answer, or one of three errors.
void expect_answer(const std::string& file, const std::string& what) {
  const auto out = wire::check_schemas(bytes(file));
  if (out) return;
  const auto code = out.error().code;
  EXPECT_TRUE(code == Code::schema_not_compiled || code == Code::schema_no_note || code == Code::schema_invalid)
      << what << ": " << info(code).name;
}

TEST(SchemaCheck, RefusesEveryTruncation) {
  const auto file = compiled_text(kSmall);
  const auto bundle = std::string(ByteView(check(file)[0].bundle).text());
  for (const auto& whole : {file, bundle})
    for (std::size_t n = 0; n < whole.size(); ++n)
      EXPECT_EQ(code_of_failure(whole.substr(0, n)), "schema_not_compiled") << n << " of " << whole.size();
}

TEST(SchemaCheck, AnswersEveryFileWithOneByteChanged) {
  const auto file = compiled_text(kSmall);
  const auto bundle = std::string(ByteView(check(file)[0].bundle).text());
  unsigned differ = 0;
  for (const auto& whole : {file, bundle})
    for (std::size_t i = 0; i < whole.size(); ++i)
      for (const unsigned flip : {1u, 0x80u, 0xffu}) {
        auto changed = whole;
        changed[i] = static_cast<char>(static_cast<unsigned char>(changed[i]) ^ flip);
        expect_answer(changed, "byte " + std::to_string(i));
        const auto out = wire::check_schemas(bytes(changed));
        differ += !out || !(*out)[0].findings.empty();
      }
  EXPECT_GT(differ, 500u);
}

// A bundle says one thing in one way: whatever is taken is written the same again.
TEST(SchemaCheck, TakesAChangedBundleOnlyWhereItIsTheOneWayToWriteIt) {
  const auto bundle = std::string(ByteView(check(compiled_text(kSmall))[0].bundle).text());
  for (std::size_t i = 0; i < bundle.size(); ++i) {
    auto changed = bundle;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    const auto out = wire::check_schemas(bytes(changed));
    if (!out || !(*out)[0].findings.empty()) continue;
    EXPECT_TRUE(equal((*out)[0].bundle, bytes(changed))) << i;
    EXPECT_TRUE(wire::NoteType::load(bytes(changed))) << i;
  }
}

// ---- Differences ---------------------------------------------------------------------------------------------------

std::string difference(const std::string& before, const std::string& now) {
  std::string out;
  for (const auto& change : wire::compare_schemas(check(compiled_text(before)), check(compiled_text(now)))) {
    out += (change.compatible ? "ok " : "NO ") + change.type + " " + change.path + " " + std::string(change.what) +
           " " + std::string(change.how) + " " + change.before + ">" + change.after + "\n";
    EXPECT_FALSE(change.reason.empty());
  }
  return out;
}

std::string note(const std::string& members, const std::string& rest = "") {
  return "struct Note @0xc1a6e1d5b0b0e001 $X.noteType(\"test.note\") {\n" + members + "\n}\n" + rest;
}

TEST(SchemaDiff, SaysNothingOfTheSameSchema) {
  const auto same = note("a @0 :Text $X.class(con) $X.size(64);");
  EXPECT_EQ(difference(same, same + "# a comment\nstruct Other {}\n"), "");
}

TEST(SchemaDiff, NamesEachChangeAndWhatItDoesToAnOldProgram) {
  const std::string a = "a @0 :Text $X.class(con) $X.size(64);";
  const std::string kinds = "enum Kind @0xc1a6e1d5b0b0e002 { unstated @0; one @1; two @2; }";
  const std::string kind = " kind @1 :Kind $X.class(eng) $X.size(32);";
  struct Case {
    std::string before, now, wanted;
  };
  const std::vector<Case> cases = {
      {note(a), note(a + "b @1 :UInt16 $X.class(eng) $X.size(32);"), "ok test.note b field added >UInt16\n"},
      {note(a + "b @1 :UInt16 $X.class(eng) $X.size(32);"), note(a), "NO test.note b field removed UInt16>\n"},
      {note(a), note("c @0 :Text $X.class(con) $X.size(64);"), "NO test.note c field changed a>c\n"},
      {note(a), note("a @0 :Data $X.class(con) $X.size(64);"), "NO test.note a type changed Text>Data\n"},
      {note(a), note("a @0 :Text $X.class(loc) $X.size(64);"), "ok test.note a class changed CON>LOC\n"},
      {note(a), note("a @0 :Text $X.class(con) $X.size(256);"), "ok test.note a size changed 64>256\n"},
      {note(a), note("a @0 :Text $X.class(con) $X.size(32);"), "ok test.note a size changed 64>32\n"},
      {note(a), note("a @0 :Text $X.class(con) $X.size(64) $X.forms([yesNo]);"), "ok test.note a form added >yes-no\n"},
      {note("a @0 :Text $X.class(con) $X.size(64) $X.forms([yesNo]);"), note(a),
       "NO test.note a form removed yes-no>\n"},
      {note(a), note("a @0 :Text $X.class(con) $X.size(64) $X.format(date);"),
       "ok test.note a format changed free>date\n"},
      {note("a @0 :Text $X.class(con) $X.size(64) $X.format(date);"), note(a),
       "NO test.note a format changed date>free\n"},
      {note(a), note("a @0 :Text $X.class(con) $X.size(64) $X.isolate;"), "NO test.note a isolation added >\n"},
      {note("a @0 :Text $X.class(con) $X.size(64) $X.isolate;"), note(a), "NO test.note a isolation removed >\n"},
      {note(a + kind, kinds),
       note(a + kind, "enum Kind @0xc1a6e1d5b0b0e002 { unstated @0; one @1; two @2; three @3; }"),
       "ok test.note kind code added >three\n"},
      {note(a + kind, kinds), note(a + kind, "enum Kind @0xc1a6e1d5b0b0e002 { unstated @0; one @1; }"),
       "NO test.note kind code removed two>\n"},
      {note(a + kind, kinds), note(a + kind, "enum Kind @0xc1a6e1d5b0b0e002 { unstated @0; two @1; one @2; }"),
       "NO test.note kind code changed unstated, one, two>unstated, two, one\n"},
      {note("a @0 :UInt16 $X.class(eng) $X.size(32); b @1 :UInt16 $X.class(eng) $X.size(32);"),
       note("a @1 :UInt16 $X.class(eng) $X.size(32); b @0 :UInt16 $X.class(eng) $X.size(32);"),
       "NO test.note b place changed >\nNO test.note a place changed >\n"},
      {note("l @0 :List(In) $X.class(eng) $X.size(256);", "struct In @0xc1a6e1d5b0b0e003 { n @0 :UInt16; }"),
       note("l @0 :List(In) $X.class(eng) $X.size(256);",
            "struct In @0xc1a6e1d5b0b0e003 { n @0 :UInt16; m @1 :UInt16; }"),
       "ok test.note l.m field added >UInt16\n"},
      {note("u :union $X.class(eng) { unstated @0 :Void; x @1 :Text $X.size(64); }"),
       note("u :union $X.class(eng) { unstated @0 :Void; x @1 :Text $X.size(64); y @2 :Text $X.size(64); }"),
       "ok test.note u.y field added >Text\n"},
      {note(a), note(a) + "struct More $X.noteType(\"test.more\") { b @0 :Text $X.class(con) $X.size(64); }",
       "ok test.more  note type added >\n"},
      {note(a) + "struct More $X.noteType(\"test.more\") { b @0 :Text $X.class(con) $X.size(64); }", note(a),
       "NO test.more  note type removed >\n"},
      {note(a), "struct Note @0xc1a6e1d5b0b0e009 $X.noteType(\"test.note\") {" + a + "}",
       "NO test.note  id changed >\n"},
  };
  for (const auto& one : cases) EXPECT_EQ(difference(one.before, one.now), one.wanted) << one.now;
}

TEST(SchemaRules, HaveIdsOfTheirOwn) {
  std::set<std::string_view> ids;
#define XCH_SCHEMA_RULE(rule, its_id, its_text, its_fix)                      \
  EXPECT_TRUE(ids.insert(its_id).second) << its_id;                           \
  EXPECT_EQ(wire::rule_info(wire::SchemaRule::rule).id, its_id);
#include "wire/schema_rules.def"
#undef XCH_SCHEMA_RULE
  EXPECT_EQ(ids.size(), 49u);
}

}  // namespace
}  // namespace xch::contract
