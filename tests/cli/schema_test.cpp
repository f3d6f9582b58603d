// schema check, diff and doc: what they say of schemas from outside, and of files that are none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "program.hpp"
#include "table.hpp"

namespace xch::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

const std::string kSchemas = XCH_SOURCE_DIR "/include/exchange/schema";
constexpr char kStart[] = "@0xc1a6e1d5b0b0d000;\nusing X = import \"/annotations.capnp\";\n";

std::string schema(const std::string& members) {
  return std::string(kStart) + "struct Note @0xc1a6e1d5b0b0d001 $X.noteType(\"test.visit\") {\n" + members + "\n}\n";
}
const std::string kGood = "  place @0 :Text $X.class(loc) $X.size(64) $X.format(place) $X.forms([area]);\n";
const std::string kBad = "  place @0 :Text $X.size(64);\n  came @1 :Bool $X.class(eng) $X.size(32);\n";

Ran of(std::vector<std::string> words, const With& with = {}) {
  words.insert(words.end(), {"-I", kSchemas});
  return run(words, with);
}

/// compiled is what `capnp compile -o-` writes of a file.
std::string compiled(const Folder& folder, const std::string& text) {
  const auto file = folder.write("compiled.capnp", text), out = folder.path / "compiled";
  const std::string call =
      "cd " + folder.path.string() + " && capnp compile -I" + kSchemas + " -o- compiled.capnp > " + out.string();
  EXPECT_EQ(std::system(call.c_str()), 0) << text;
  const auto bytes = read(out);
  fs::remove(file);
  fs::remove(out);
  return bytes;
}

TEST(SchemaCommand, ChecksASchemaThatKeepsTheRules) {
  const Folder folder;
  const auto file = folder.write("visit.capnp", schema(kGood));
  const auto ran = of({"schema", "check", file});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_THAT(ran.out, StartsWith("test.visit: no rule broken, 2 slots, schema "));
  EXPECT_EQ(lines(ran.out).size(), 1u);
}

TEST(SchemaCommand, TellsEveryBrokenRuleWithItsFieldAndWhatToDo) {
  const Folder folder;
  const auto file = folder.write("visit.capnp", schema(kBad));
  const auto ran = of({"schema", "check", file});
  EXPECT_EQ(ran.status, 2);
  EXPECT_EQ(ran.out,
            "test.visit: 2 broken rules\n"
            "  field 'place' has no $class annotation (class)\n"
            "      say what it is about, as $class(eng): the policy decides by that who gets\n"
            "      it\n"
            "  field 'came' is a Bool, which cannot say no apart from unstated: use an enum\n"
            "  (no-bool)\n"
            "      use an enum unstated, no, yes, as YesNo of note_common.capnp\n");
  EXPECT_TRUE(fits(ran.out));
  const auto as_json = of({"schema", "check", file, "--json"});
  EXPECT_EQ(as_json.status, 2);
  const auto answer = json::parse(as_json.out);
  EXPECT_EQ(answer["kind"], "schema-check");
  EXPECT_EQ(answer["findings"], 2);
  EXPECT_EQ(answer["types"][0]["findings"][1]["field"], "came");
  EXPECT_EQ(answer["types"][0]["findings"][1]["rule"], "no-bool");
  EXPECT_FALSE(answer["types"][0].contains("digest"));
  EXPECT_EQ(of({"schema", "check", file, "--field", "findings"}).out, "2\n");
}

TEST(SchemaCommand, ReadsACompiledSchemaAndABundleAsWell) {
  const Folder folder;
  const auto file = folder.write("visit", compiled(folder, schema(kGood)));
  const auto answer = json::parse(run({"schema", "check", file, "--json"}).out);
  const std::string digest = answer["types"][0]["digest"];
  EXPECT_EQ(digest.size(), 64u);
  With with;
  with.input = read(file);
  EXPECT_EQ(json::parse(run({"schema", "check", "-", "--json"}, with).out), answer);

  const auto bundle64 = folder.write("b64", answer["types"][0]["bundle"].get<std::string>());
  const auto bundle = folder.path / "bundle";
  ASSERT_EQ(std::system(("base64 -d " + bundle64.string() + " > " + bundle.string()).c_str()), 0);
  EXPECT_EQ(json::parse(run({"schema", "check", bundle, "--json"}).out)["types"][0]["digest"], digest);
}

TEST(SchemaCommand, ChecksEverySchemaOfTheLibrary) {
  unsigned ran = 0;
  for (const auto& name : names(kSchemas)) {
    if (read(fs::path(kSchemas) / name).find(" $noteType(\"") == std::string::npos) continue;
    const auto checked = run({"schema", "check", fs::path(kSchemas) / name});
    EXPECT_EQ(checked.status, 0) << name << checked.out << checked.err;
    ++ran;
  }
  EXPECT_EQ(ran, 30u);
}

struct Refused {
  std::string what, bytes;
  int status;
  std::string id;
};

TEST(SchemaCommand, RefusesWhatIsNoSchemaWithOneIdAndNothingOfIt) {
  const Folder folder;
  const auto good = compiled(folder, schema(kGood));
  auto longer = good;
  longer += '\0';
  const std::vector<Refused> cases = {
      {"empty", "", 2, "EX1324"},
      {"another file", "%PDF-1.7 Maria Reyes, born 1991-07-14", 2, "EX1324"},
      {"cut", good.substr(0, good.size() - 8), 2, "EX1324"},
      {"cut to a word", good.substr(0, 8), 2, "EX1324"},
      {"longer", longer, 2, "EX1324"},
      {"without a note type", compiled(folder, std::string(kStart) + "struct Plain { done @0 :Bool; }\n"), 2, "EX1325"},
  };
  for (const auto& one : cases) {
    const auto file = folder.write("file", one.bytes);
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"schema", "check", file}, {"schema", "doc", file}, {"schema", "diff", file, file}}) {
      const auto ran = run(words);
      EXPECT_EQ(ran.status, one.status) << one.what << ran.out;
      EXPECT_THAT(ran.err, HasSubstr("(" + one.id + ")")) << one.what;
      EXPECT_THAT(ran.out, IsEmpty()) << one.what;
      EXPECT_THAT(ran.err, Not(HasSubstr("Maria"))) << one.what;
      EXPECT_LE(lines(ran.err).size(), 3u) << ran.err;
    }
  }
}

TEST(SchemaCommand, AnswersACompiledSchemaWithOneByteChanged) {
  const Folder folder;
  const auto good = compiled(folder, schema(kGood));
  for (std::size_t i = 0; i < good.size(); i += 1 + good.size() / 40) {
    auto changed = good;
    changed[i] = static_cast<char>(changed[i] ^ 0x41);
    const auto ran = run({"schema", "check", folder.write("file", changed)});
    EXPECT_THAT(ran.status, testing::AnyOf(0, 2)) << i << ran.err;
    if (ran.status == 2 && ran.out.empty()) {
      EXPECT_THAT(ran.err, testing::AnyOf(HasSubstr("EX1324"), HasSubstr("EX1325"))) << i;
    }
  }
}

TEST(SchemaCommand, SaysWhenTheCompilerIsMissingOrRefusesTheFile) {
  const Folder folder;
  const auto file = folder.write("visit.capnp", schema("  place @0 :Unknown;\n"));
  const auto refused = of({"schema", "check", file});
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.err, HasSubstr("(EX1326)"));
  EXPECT_THAT(refused.err, HasSubstr("Unknown")) << "what the compiler says of it";
  With without;
  without.env["PATH"] = folder.path;
  const auto missing = of({"schema", "check", file}, without);
  EXPECT_EQ(missing.status, 2);
  EXPECT_THAT(missing.err, HasSubstr("(EX1326)"));
  EXPECT_EQ(of({"schema", "check", folder.path / "none.capnp"}).status, 4);
  const auto big = folder.write("big.capnp", "");
  fs::resize_file(big, (1u << 20) + 1);
  EXPECT_THAT(of({"schema", "check", big}).err, HasSubstr("(EX1014)"));
  EXPECT_THAT(run({"schema", "check", "/"}).err, HasSubstr("(EX1013)"));
}

// ---- diff ------------------------------------------------------------------------------------------------------------

TEST(SchemaCommand, TellsWhatChangedAndWhetherAnOldProgramStillReadsIt) {
  const Folder folder;
  const auto before = folder.write("old.capnp", schema(kGood));
  const auto grown = folder.write("new.capnp", schema(kGood + "  by @1 :Text $X.class(orgs) $X.size(64);\n"));
  const auto ran = of({"schema", "diff", before, grown});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_EQ(ran.out,
            "test.visit\n"
            "  ok  by: field added: Text\n"
            "      a program of the old schema passes over it\n");
  EXPECT_THAT(ran.err, HasSubstr("A program written for the old schema reads notes of the new one."));
  EXPECT_THAT(ran.err, HasSubstr("until then it refuses them whole"));

  const auto back = of({"schema", "diff", grown, before});
  EXPECT_EQ(back.status, 3);
  EXPECT_THAT(back.out, HasSubstr("  NO  by: field removed: Text\n"));
  const auto answer = json::parse(of({"schema", "diff", grown, before, "--json"}).out);
  EXPECT_EQ(answer["compatible"], false);
  EXPECT_EQ(answer["changes"][0]["how"], "removed");
  EXPECT_NE(answer["old"], answer["new"]);

  const auto same = of({"schema", "diff", before, before});
  EXPECT_EQ(same.status, 0);
  EXPECT_EQ(same.out, "nothing that a note or a reader depends on has changed\n");
  EXPECT_THAT(same.err, IsEmpty());
}

TEST(SchemaCommand, ComparesWithANoteTypeOfTheLibrary) {
  EXPECT_EQ(run({"schema", "diff", "court.event", kSchemas + "/court_event.capnp"}).status, 0);
  const auto other = run({"schema", "diff", "court.event", kSchemas + "/jail_release.capnp"});
  EXPECT_EQ(other.status, 3);
  EXPECT_THAT(other.out, HasSubstr("note type added"));
  EXPECT_THAT(other.out, HasSubstr("note type removed"));
  const auto unknown = run({"schema", "diff", "court.evnt", "court.event"});
  EXPECT_EQ(unknown.status, 4);
  EXPECT_THAT(unknown.err, HasSubstr("(EX1317)"));
  const Folder folder;
  const auto broken = of({"schema", "diff", "court.event", folder.write("visit.capnp", schema(kBad))});
  EXPECT_EQ(broken.status, 2);
  EXPECT_THAT(broken.err, HasSubstr("(EX1318)"));
  EXPECT_THAT(broken.err, HasSubstr("place"));
}

// ---- doc -------------------------------------------------------------------------------------------------------------

TEST(SchemaCommand, WritesAPageForEveryNoteTypeIn80Columns) {
  const auto all = run({"schema", "doc"});
  EXPECT_EQ(all.status, 0) << all.err;
  EXPECT_TRUE(fits(all.out)) << all.out;
  for (const auto& type : lines(run({"schema", "classes"}).out)) {
    EXPECT_THAT("\n" + all.out, HasSubstr("\n" + type + "\n")) << type;
    const auto page = run({"schema", "doc", type});
    EXPECT_EQ(page.status, 0);
    EXPECT_THAT(all.out, HasSubstr(page.out));
    for (const char* heading : {"\nFields\n", "\nClasses\n", "\nWho sends it to whom\n", "\nWho may read it\n"})
      EXPECT_THAT(page.out, HasSubstr(heading)) << type;
  }
}

TEST(SchemaCommand, SaysOnThePageWhatTheCommandsOfTheNoteTypeSay) {
  const auto doc = json::parse(run({"schema", "doc", "progress.engagement", "--json"}).out);
  const auto& page = doc["pages"][0];
  const auto fields = json::parse(run({"schema", "classes", "progress.engagement", "--json"}).out);
  EXPECT_EQ(page["fields"], fields["fields"]);
  EXPECT_EQ(page["digest"], fields["digest"]);
  // The pack's own lines: coordination gives the prosecutor a level of engagement, and never anything of class SUD.
  bool level = false;
  for (const auto& reader : page["readers"]) {
    level = level || (reader["class"] == "ENG" && reader["role"] == "PROS" && reader["form"] == "level");
    EXPECT_FALSE(reader["class"] == "MH" && reader["role"] == "POL" && reader["form"] == "full") << reader;
  }
  EXPECT_TRUE(level) << page["readers"];
  // The matrix has a form for them, but this basis does not list them as readers of such a note.
  for (const auto& reader : page["readers"]) {
    if (reader["basis"] != "part2-consent") continue;
    EXPECT_NE(reader["role"], "HSP") << reader;
    EXPECT_NE(reader["role"], "LES") << reader;
  }
}

TEST(SchemaCommand, WritesMarkdown) {
  const auto page = run({"schema", "doc", "court.event", "--markdown"});
  EXPECT_EQ(page.status, 0);
  EXPECT_THAT(page.out, StartsWith("# court.event\n\nSchema "));
  EXPECT_THAT(
      page.out,
      HasSubstr("\n## Fields\n\n| field | class | type | bytes | other forms |\n| --- | --- | --- | --- | --- |\n| "));
  for (const auto& line : lines(page.out)) {
    if (line.starts_with("|")) { EXPECT_TRUE(line.ends_with(" |")) << line; }
  }
}

TEST(SchemaCommand, SaysOfATypeOfItsOwnThatNoPolicyNamesIt) {
  const Folder folder;
  const auto page = of({"schema", "doc", folder.write("visit.capnp", schema(kGood))});
  EXPECT_EQ(page.status, 0) << page.err;
  EXPECT_THAT(page.out, HasSubstr("does not name it, so nobody may send it yet"));
  EXPECT_THAT(page.out, HasSubstr("place  LOC    place  59     area\n"));
  const auto near = run({"schema", "doc", "court.evnt"});
  EXPECT_EQ(near.status, 4);
  EXPECT_THAT(near.err, HasSubstr("TYPE: did you mean \"court.event\"?"));
}

}  // namespace
}  // namespace xch::cli
