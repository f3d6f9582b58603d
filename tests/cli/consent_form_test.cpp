// consent form: the page and the file that it becomes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "program.hpp"

namespace xch::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

const std::string kDraft = XCH_SOURCE_DIR "/examples/consents/named-consent.json";

class ConsentForm : public testing::Test {
 protected:
  Folder folder;

  Ran form(std::vector<std::string> more, With with = {}) const {
    std::vector<std::string> words{"consent", "form", kDraft, "--last-day", "2027-02-23", "--day", "2026-11-27"};
    words.insert(words.end(), more.begin(), more.end());
    if (with.folder.empty()) with.folder = folder.path;
    return demo().as("program-office", words, with);
  }
  /// A program of the name weasyprint that writes down what it was given.
  With with_fake_weasyprint(const std::string& ending) const {
    fs::create_directories(folder.path / "bin");
    const auto program =
        folder.write("bin/weasyprint", "#!/bin/sh\nprintf '%s ' \"$@\" >" + (folder.path / "arguments").string() +
                                           "\nenv >" + (folder.path / "environment").string() + "\ncat >" +
                                           (folder.path / "page").string() + "\n" + ending);
    ::chmod(program.c_str(), 0700);
    With with;
    with.env["PATH"] = (folder.path / "bin").string() + ":/usr/bin:/bin";
    return with;
  }
};

TEST_F(ConsentForm, WritesAFileNamedByItsCode) {
  const auto ran = form({});
  ASSERT_EQ(ran.status, 0) << ran.err;
  const auto files = names(folder.path);
  ASSERT_EQ(files.size(), 1u);
  EXPECT_THAT(files[0], testing::MatchesRegex("consent-[0-9a-f]+\\.html"));
  EXPECT_THAT(ran.out, StartsWith("form   " + files[0] + "\ndraft  " + files[0].substr(8, 16) + "\n"));
  EXPECT_THAT(ran.out, HasSubstr("P2-31-1 "));
  const auto page = read(folder.path / files[0]);
  EXPECT_THAT(page, StartsWith("<!DOCTYPE html>"));
  EXPECT_THAT(page, HasSubstr("Printed on November 27, 2026"));
  EXPECT_THAT(page, Not(HasSubstr("Maria")));  // whom the draft's record names
}

TEST_F(ConsentForm, ReplacesAFileOnlyByForce) {
  const auto file = folder.write("form.html", "what was there");
  const auto refused = form({"-o", file.string()});
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.err, HasSubstr("there is such a file already; nothing was written"));
  EXPECT_EQ(read(file), "what was there");
  EXPECT_EQ(form({"-o", file.string(), "--force"}).status, 0);
  EXPECT_THAT(read(file), StartsWith("<!DOCTYPE html>"));
}

TEST_F(ConsentForm, OfADryRunWritesNothing) {
  const auto ran = form({"--dry-run"});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("would write   the form to consent-"));
  EXPECT_THAT(names(folder.path), IsEmpty());
}

TEST_F(ConsentForm, TakesLanguagePaperAndLargePrint) {
  const auto ran = form({"--lang", "es", "--paper", "a4", "--large-print", "-o", "-"});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("<html lang=\"es\">"));
  EXPECT_THAT(ran.out, HasSubstr("size: A4;"));
  EXPECT_THAT(ran.out, HasSubstr("font-size: 18pt;"));
  for (const auto& [option, word] :
       std::vector<std::pair<std::string, std::string>>{{"--lang", "fr"}, {"--paper", "a5"}, {"--day", "today"}})
    EXPECT_EQ(form({option, word, "-o", "-"}).status, 2) << option;
}

TEST_F(ConsentForm, KeepsTheNameOutOfEverythingButThePage) {
  With with;
  with.input = "Maria \"Mia\" <Reyes>\n";
  const auto ran = form({"--name", "-", "-o", (folder.path / "form.html").string()}, with);
  ASSERT_EQ(ran.status, 0) << ran.err;
  EXPECT_THAT(read(folder.path / "form.html"), HasSubstr("<bdi>Maria &quot;Mia&quot; &lt;Reyes&gt;</bdi>"));
  EXPECT_THAT(ran.out + ran.err, Not(HasSubstr("Maria")));
  const auto journal = demo().as("program-office", {"journal", "--limit", "50"});
  EXPECT_THAT(journal.out, Not(HasSubstr("Reyes")));
  const auto refused = form({"--name", std::string(301, 'R')});
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.err, HasSubstr("EX1308"));
  EXPECT_THAT(refused.err, Not(HasSubstr("RRR")));
}

TEST_F(ConsentForm, RefusesADraftThatLacksALastDayByItsRule) {
  const auto ran = demo().as("program-office", {"consent", "form", kDraft, "-o", "-"});
  EXPECT_EQ(ran.status, 3);
  EXPECT_THAT(ran.err, HasSubstr("EX2009"));
  EXPECT_THAT(ran.err, HasSubstr("P2-31-7"));
  EXPECT_THAT(ran.out, IsEmpty());
}

TEST_F(ConsentForm, IsTheCopyOfAGrantThatWasIssued) {
  const auto listed = json::parse(demo().as("program-office", {"consent", "list", "--json"}).out);
  int copies = 0;
  for (const auto& row : listed["rows"]) {
    if (row["basis"] == "originator-authority") continue;
    const auto made = demo().as("program-office", {"consent", "form", row["id"], "--json"});
    ASSERT_EQ(made.status, 0) << made.err;
    const auto answer = json::parse(made.out);
    EXPECT_EQ(answer["id"], row["id"]);
    EXPECT_EQ(answer["hash"], row["grant"]);
    EXPECT_EQ(answer["signed"], true);
    EXPECT_THAT(answer["html"].get<std::string>(), HasSubstr("Copy of a signed form."));
    EXPECT_THAT(answer["html"].get<std::string>(), Not(HasSubstr("Maria")));
    ++copies;
  }
  EXPECT_GE(copies, 1);
  EXPECT_EQ(demo().as("program-office", {"consent", "form", std::string(32, 'a'), "-o", "-"}).status, 4);
  const auto days = demo().as("program-office", {"consent", "form", std::string(32, 'a'), "--last-day", "2027-02-23"});
  EXPECT_THAT(days.err, HasSubstr("does not go with a grant"));
}

TEST_F(ConsentForm, SaysHowToGetPdfWhereWeasyPrintIsMissing) {
  With with;
  with.env["PATH"] = folder.path.string();
  const auto ran = form({"--pdf"}, with);
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.err, HasSubstr("--pdf needs WeasyPrint, which is not installed; nothing was written"));
  EXPECT_THAT(ran.err, HasSubstr("apt-get install weasyprint"));
  EXPECT_THAT(names(folder.path), IsEmpty());
}

TEST_F(ConsentForm, RunsNoWeasyPrintFromTheFolderItIsIn) {
  const auto fake = with_fake_weasyprint("echo %PDF-\n");
  With with;
  with.folder = folder.path / "bin";
  with.env["PATH"] = ".:";
  EXPECT_EQ(form({"--pdf"}, with).status, 2);
  EXPECT_FALSE(fs::exists(folder.path / "page"));
}

TEST_F(ConsentForm, GivesWeasyPrintThePageAndNoSecret) {
  const auto with = with_fake_weasyprint("printf '%%PDF-1.7 fake'\n");
  const auto ran = form({"--pdf", "-o", (folder.path / "form.pdf").string()}, with);
  ASSERT_EQ(ran.status, 0) << ran.err;
  EXPECT_EQ(read(folder.path / "form.pdf"), "%PDF-1.7 fake");
  EXPECT_EQ(read(folder.path / "arguments"), "-q - - ");
  EXPECT_THAT(read(folder.path / "page"), StartsWith("<!DOCTYPE html>"));
  EXPECT_THAT(read(folder.path / "environment"), Not(HasSubstr("EXCHANGE_")));
}

TEST_F(ConsentForm, WritesNothingWhereWeasyPrintFails) {
  for (const char* ending : {"exit 1\n", "echo no pdf\n", "printf '%%PDF-'; exit 3\n"}) {
    const auto with = with_fake_weasyprint(ending);
    EXPECT_EQ(form({"--pdf", "-o", (folder.path / "form.pdf").string()}, with).status, 1) << ending;
    EXPECT_FALSE(fs::exists(folder.path / "form.pdf")) << ending;
  }
}

TEST_F(ConsentForm, BecomesPdf) {
  if (!fs::exists("/usr/bin/weasyprint")) GTEST_SKIP() << "WeasyPrint is not installed: not run";
  const auto ran = form({"--pdf", "-o", (folder.path / "form.pdf").string()});
  ASSERT_EQ(ran.status, 0) << ran.err;
  EXPECT_THAT(read(folder.path / "form.pdf"), StartsWith("%PDF-"));
}

}  // namespace
}  // namespace xch::cli
