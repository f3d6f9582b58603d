// The schema plugin as a vendor's build runs it: each rule refused with its one line, and nothing written then.
#include <gtest/gtest.h>

#include <filesystem>

#include "contract/tree.hpp"

namespace xch::contract {
namespace {

namespace fs = std::filesystem;

const fs::path kBad = fs::path(XCH_SOURCE_DIR) / "tests/contract/schema_bad";
constexpr char kPreamble[] = "@0xc1a6e1d5b0b0f000;\nusing X = import \"/annotations.capnp\";\n";

Outcome compile(const fs::path& file, const fs::path& out) {
  return run("cd " + quoted(file.parent_path().string()) + " && capnp compile -I " +
             quoted(XCH_SOURCE_DIR "/include/exchange/schema") + " -o" + quoted(XCH_BUILD_DIR "/bin/capnpc-exchange") + ":" +
             quoted(out.string()) + " " + quoted(file.filename().string()));
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

TEST(SchemaPlugin, RefusesEachBrokenRuleWithOneLine) {
  unsigned ran = 0;
  for (const auto& file : files_below(kBad, {".capnp"})) {
    const std::string mark = "# refused: ";
    const auto line = first_line(read_file(file));
    ASSERT_EQ(line.substr(0, mark.size()), mark) << file;
    TempTree out;
    const auto outcome = compile(file, out.root());
    EXPECT_NE(outcome.status, 0) << file;
    EXPECT_EQ(first_line(outcome.output), file.filename().string() + ": " + line.substr(mark.size()));
    EXPECT_TRUE(fs::is_empty(out.root())) << file;
    ++ran;
  }
  EXPECT_EQ(ran, 66u);
}

TEST(SchemaPlugin, WritesTwoHeadersForAGoodNoteType) {
  TempTree tree;
  tree.write("good.capnp", std::string(kPreamble) + "struct Note $X.noteType(\"test.good\") {\n"
                                                    "  phone @0 :Text $X.class(con) $X.size(64);\n}\n");
  const auto outcome = compile(tree.root() / "good.capnp", tree.root());
  ASSERT_EQ(outcome.status, 0) << outcome.output;
  EXPECT_NE(read_file(tree.root() / "good.exchange.hpp").find("{\"phone\", \"CON\", \"full\", 64, false}"), std::string::npos);
  EXPECT_NE(read_file(tree.root() / "good.bundles.hpp").find("name = \"test.good\""), std::string::npos);
}

TEST(SchemaPlugin, WritesNothingForAFileWithoutNoteTypes) {
  TempTree tree;
  tree.write("plain.capnp", std::string(kPreamble) + "struct Plain {\n  done @0 :Bool;\n}\n");
  const auto outcome = compile(tree.root() / "plain.capnp", tree.root());
  EXPECT_EQ(outcome.status, 0) << outcome.output;
  EXPECT_EQ(files_below(tree.root(), {".hpp"}).size(), 0u);
}

// 256 slots and a view of just under 4 MiB: the twins of too_many_slots and too_large.
TEST(SchemaPlugin, TakesANoteTypeAtItsLimits) {
  TempTree tree;
  std::string block = "enum Kind {\n  unstated @0;\n}\nstruct Block {\n";
  for (int i = 0; i < 16; ++i)
    block += "  k" + std::to_string(i) + " @" + std::to_string(i) +
             " :Kind $X.class(eng) $X.size(32) $X.forms([yesNo, level, category]);\n";
  block += "}\n";
  std::string large;
  for (int i = 0; i < 3; ++i)
    large += "  d" + std::to_string(i) + " @" + std::to_string(i) + " :Data $X.class(eng) $X.size(1048576);\n";
  tree.write("limits.capnp", std::string(kPreamble) + block +
                                 "struct Many $X.noteType(\"test.many\") {\n  a @0 :Block;\n  b @1 :Block;\n  c @2 :Block;\n"
                                 "  d @3 :Block;\n}\nstruct Large $X.noteType(\"test.large\") {\n" + large + "}\n");
  const auto outcome = compile(tree.root() / "limits.capnp", tree.root());
  EXPECT_EQ(outcome.status, 0) << outcome.output;
}

// What is no part of a schema's meaning does not change its digest: comments, order in the file, the file's name.
TEST(SchemaPlugin, TakesTheDigestOfMeaningAlone) {
  TempTree tree;
  const auto digest_line = [&](const std::string& name, const std::string& text) {
    tree.write(name + ".capnp", text);
    const auto outcome = compile(tree.root() / (name + ".capnp"), tree.root());
    EXPECT_EQ(outcome.status, 0) << outcome.output;
    const auto header = read_file(tree.root() / (name + ".exchange.hpp"));
    const auto from = header.find("schema_hash");
    return header.substr(from, header.find("};", from) - from);
  };
  const std::string start = "@0xc1a6e1d5b0b0f100;\nusing X = import \"/annotations.capnp\";\n";
  const std::string head = "struct Note @0xc1a6e1d5b0b0f101 $X.noteType(\"test.good\") {\n";
  const std::string enum_text = "enum Kind @0xc1a6e1d5b0b0f102 {\n  unstated @0;\n  some @1;\n}\n";
  const auto first = digest_line("first", start + head + "  kind @0 :Kind $X.class(eng) $X.size(32);\n}\n" + enum_text);
  EXPECT_EQ(first, digest_line("second", "@0xc1a6e1d5b0b0f200;\nusing X = import \"/annotations.capnp\";\n" + enum_text + head +
                                             "  # a comment\n  kind @0 :Kind $X.size(32) $X.class(eng);\n}\nstruct Other {}\n"));
  EXPECT_NE(first, digest_line("third", start + head + "  kind @0 :Kind $X.class(sud) $X.size(32);\n}\n" + enum_text));
}

TEST(SchemaPlugin, RefusesARequestThatIsNone) {
  const auto noise = run("printf 'not a request at all' | " + quoted(XCH_BUILD_DIR "/bin/capnpc-exchange"));
  EXPECT_NE(noise.status, 0);
  EXPECT_NE(noise.output.find("not a CodeGeneratorRequest"), std::string::npos);
}

}  // namespace
}  // namespace xch::contract
