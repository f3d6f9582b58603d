// A packet for somebody outside the coalition, from a person's release to whoever has the code, as they type it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "program.hpp"

namespace xch::cli {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const fs::path kSource = XCH_SOURCE_DIR;
constexpr const char* kBakery = "Corner Bakery";

Ran office(std::vector<std::string> words) { return spare().as("program-office", std::move(words)); }

/// A release that the office has issued and holds: it may tell the bakery.
struct Released {
  std::string id, grant, subject;
};

std::vector<std::string> draft_words(const std::string& person, const std::string& file) {
  return {"consent", "new", "--no-input", "--subject", person, "--basis", "plain-release", "--discloser", "program-office",
          "--external", kBakery + std::string(": ") + day(20), "--class", "ENG", "--class", "HOU", "--purpose", "COORD",
          "--last-day", day(60), "--printed-form", "-o", file, "--force"};
}

Released released(const Folder& folder, const std::string& person) {
  const std::string draft = (folder.path / "draft.json").string();
  const auto made = office(draft_words(person, draft));
  EXPECT_EQ(made.status, 0) << made.out << made.err;
  EXPECT_THAT(made.out, HasSubstr("Corner Bakery   ENG    yes-no  yes"));
  const auto issued = office({"consent", "issue", draft, "--signed-form", kSource / "examples/consents/signed-form.txt",
                              "--signed-day", day(-1), "--json"});
  EXPECT_EQ(issued.status, 0) << issued.err;
  const auto answer = json::parse(issued.out);
  EXPECT_EQ(office({"inbox", "process"}).status, 0);
  Released out{answer["id"], answer["grant"], ""};
  const auto held = json::parse(office({"grants", "--json"}).out);
  for (const auto& row : held["rows"])
    if (row["grant"] == out.grant) out.subject = row["subject"];
  EXPECT_NE(out.subject, "");
  return out;
}

std::vector<std::string> seal_words(const Released& to, const std::string& note, const std::string& file,
                                    const std::string& name = kBakery) {
  return {"packet", "one-shot", note, "--type", "progress.engagement", "--to", name, "--grant", to.grant, "--purpose",
          "COORD", "-o", file};
}

/// open is somebody's who has no home.
Ran open(const std::string& packet, const std::string& code, const std::string& roots, std::vector<std::string> more = {}) {
  std::vector<std::string> words = {"packet", "open", packet, "--code", code, "--roots", roots};
  words.insert(words.end(), more.begin(), more.end());
  return run(words);
}

std::string words_of(const json& answer) {
  std::string out;
  for (const auto& word : answer["words"]) out += (out.empty() ? "" : " ") + word.get<std::string>();
  return out;
}

TEST(OneShotCommand, GoesFromAReleaseToSomebodyWithoutAHomeAndIntoTheAccounting) {
  const Folder folder;
  const Released release = released(folder, "p-outside-1");
  const auto note = folder.write("note.json", R"({"engaged": "intermittent"})");
  const auto packet = (folder.path / "bakery.packet").string();

  auto words = seal_words(release, note, packet);
  words.push_back("--dry-run");
  const auto dry = office(words);
  EXPECT_EQ(dry.status, 0) << dry.err;
  EXPECT_THAT(dry.out + dry.err, AllOf(HasSubstr("engaged (yes-no)"), HasSubstr("Nothing was sealed (dry run).")));
  EXPECT_FALSE(fs::exists(packet));
  EXPECT_THAT(office({"packet", "list"}).out, Not(HasSubstr(kBakery)));

  words.back() = "--json";
  const auto sealed = json::parse(office(words).out);
  const std::string code = sealed["code"], roots = words_of(sealed);
  ASSERT_TRUE(fs::exists(packet));
  EXPECT_EQ(words_of(json::parse(office({"packet", "roots", "--json"}).out)), roots);

  const auto page = (folder.path / "page.html").string();
  const auto opened = open(packet, code, roots, {"--page", page});
  ASSERT_EQ(opened.status, 0) << opened.err;
  for (const char* text : {"program-office", kBakery, "yes (yes-no)", "Do not pass it on", "plain-release"})
    EXPECT_THAT(opened.out, HasSubstr(text));
  EXPECT_THAT(opened.out, Not(HasSubstr("intermittent")));
  EXPECT_THAT(read(page), AllOf(HasSubstr("For Corner Bakery"), HasSubstr("default-src 'none'"), HasSubstr("yes")));
  // The digits instead of the words, small letters, and no hyphens.
  std::string low;
  for (const char c : code)
    if (c != '-') low += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  EXPECT_EQ(open(packet, low, sealed["roots"]).status, 0);

  EXPECT_THAT(open(packet, std::string(code[0] == 'Z' ? "Y" : "Z") + code.substr(1), roots).err, AllOf(HasSubstr("group 1"), HasSubstr("(EX3527)")));
  auto again = seal_words(release, note, (folder.path / "other").string());
  again.push_back("--json");
  const auto other = json::parse(office(again).out);
  EXPECT_THAT(open(packet, other["code"], roots).err, HasSubstr("(EX3528)"));
  EXPECT_THAT(open(packet, code, std::string(64, '0')).err, HasSubstr("(EX3529)"));
  EXPECT_THAT(open(packet, code, "vasi didu").err, HasSubstr("twelve words"));
  EXPECT_THAT(spare().as("program-office", {"open", packet}).err, HasSubstr("(EX3533)"));

  EXPECT_THAT(office({"packet", "list"}).out, HasSubstr(kBakery));
  ASSERT_EQ(office({"log", "flush"}).status, 0);
  const auto accounting = office({"audit", "accounting", "--subject", release.subject});
  EXPECT_EQ(accounting.status, 0) << accounting.err;
  EXPECT_THAT(accounting.out, HasSubstr("Corner Bakery  COORD    plain-release  ENG"));
}

TEST(OneShotCommand, RefusesWhoIsNotNamedWhatMayNotGoAndWhatHasEnded) {
  const Folder folder;
  const Released release = released(folder, "p-outside-2");
  const auto note = folder.write("note.json", R"({"engaged": "active"})");
  const auto packet = (folder.path / "packet").string();
  EXPECT_THAT(office(seal_words(release, note, packet, "Corner Tavern")).err,
              AllOf(HasSubstr("(EX2131)"), HasSubstr("nothing was sealed")));
  const auto much = folder.write("much.json", R"({"engaged": "active", "narrative": "a long story"})");
  EXPECT_THAT(office(seal_words(release, much, packet)).err, AllOf(HasSubstr("(EX2132)"), HasSubstr("narrative")));
  EXPECT_FALSE(fs::exists(packet));
  ASSERT_EQ(office(seal_words(release, note, packet)).status, 0);

  ASSERT_EQ(office({"consent", "keep-back", "p-outside-2", kBakery + std::string(" HOU"), "--yes"}).status, 0);
  EXPECT_THAT(office({"consent", "keep-back", "p-outside-2"}).out, HasSubstr("kept back  HOU from Corner Bakery"));
  EXPECT_EQ(office({"consent", "keep-back", "p-outside-2", "Corner Tavern HOU", "--yes"}).status, 4);
  // What was asked to be kept back since is kept back here at once, before the next version is issued.
  ASSERT_EQ(office({"consent", "keep-back", "p-outside-2", "all ENG", "--yes"}).status, 0);
  EXPECT_THAT(office(seal_words(release, note, packet)).err, HasSubstr("(EX2132)"));
  ASSERT_EQ(office({"consent", "revoke", release.id, "--yes"}).status, 0);
  EXPECT_THAT(office(seal_words(release, note, packet)).err, HasSubstr("(EX2219)"));
  EXPECT_THAT(office({"consent", "status", release.id}).out,
              HasSubstr("cannot be undone: program-office sent a packet to Corner Bakery"));
}

TEST(OneShotCommand, ARevocationAndTheListOfWhatEndsSayWhatCannotBeUndone) {
  const Folder folder;
  const Released release = released(folder, "p-outside-3");
  const auto note = folder.write("note.json", R"({"engaged": "active"})");
  ASSERT_EQ(office(seal_words(release, note, (folder.path / "packet").string())).status, 0);
  EXPECT_THAT(office({"consent", "due", "--within", "90d"}).out, HasSubstr("cannot be undone: program-office sent a packet"));
  std::size_t named = 0;
  const auto due = json::parse(office({"consent", "due", "--within", "90d", "--json"}).out);
  for (const auto& row : due["rows"]) {
    EXPECT_TRUE(row["outside"].is_array()) << row;
    if (row["id"] != release.id) continue;
    ASSERT_EQ(row["outside"].size(), 1u);
    EXPECT_EQ(row["outside"][0]["to"], kBakery);
    ++named;
  }
  EXPECT_EQ(named, 1u);
  const auto revoked = office({"consent", "revoke", release.id, "--yes"});
  EXPECT_EQ(revoked.status, 0) << revoked.err;
  EXPECT_THAT(revoked.out, HasSubstr("cannot be undone: program-office sent a packet to Corner Bakery"));
}

TEST(OneShotCommand, IsOnTheFormAndInTheLint) {
  const Folder folder;
  const auto draft = (folder.path / "draft.json").string();
  ASSERT_EQ(office(draft_words("p-outside-4", draft)).status, 0);
  const auto page = (folder.path / "form.html").string();
  ASSERT_EQ(office({"consent", "form", draft, "-o", page}).status, 0);
  EXPECT_THAT(read(page), AllOf(HasSubstr("Corner Bakery"), HasSubstr("someone outside the groups"), HasSubstr("cannot call the letter back")));
  auto words = draft_words("p-outside-4", draft);
  words[6] = "part2-consent";
  EXPECT_THAT(office(words).out, HasSubstr("This basis allows no recipient outside the coalition."));
}

}  // namespace
}  // namespace xch::cli
