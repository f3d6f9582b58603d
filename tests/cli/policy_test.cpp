// policy check, lint, diff, prove, test, matrix: a pack looked at before it is signed, and the one in force.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "program.hpp"

namespace xch::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string kPack = XCH_SOURCE_DIR "/consent/packs/lead-default/";

/// changed is the default pack's source with one text in place of another.
std::string changed(const std::string& from, const std::string& to) {
  std::string out = read(kPack + "pack.toml");
  const auto at = out.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  if (at != std::string::npos) out.replace(at, from.size(), to);
  return out;
}
/// A pack that tells the prosecutor the whole of what treatment knows.
std::string loose() {
  return changed("[open.justice-condition.FILING.SUD]\nreason = \"participating as required, yes or no (42 CFR 2.35(a))\"\nPROS = \"G(yes-no)\"",
                 "[open.justice-condition.FILING.SUD]\nreason = \"participating as required, yes or no (42 CFR 2.35(a))\"\nPROS = \"A\"");
}

TEST(PolicyReview, ChecksASourceAndNamesWhatCounselReadsFirst) {
  const auto ran = run({"policy", "check", kPack + "pack.toml"});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_THAT(ran.out, StartsWith("policy lead-default, version 1: 1307 cells, 29 note types; well-formed\n"));
  EXPECT_THAT(ran.out, HasSubstr("  class.LEI\n"));
}

TEST(PolicyReview, RefusesAPackByThePlaceOfItsFault) {
  const Folder folder;
  for (const auto& [from, to, id, place] : std::vector<std::array<std::string, 4>>{
           {"PROS = \"A\"", "PROS = \"ALL\"", "EX2004", "matrix.ID.PROS"},
           {"[class.ID]", "[klass.ID]", "EX2004", "klass"},
           {"version = 1", "version = 0", "EX2002", "version"},
           {"readers = [\"CM\", \"TXP\", \"MHP\", \"PD\"]", "readers = [\"CM\", \"CM\"]", "EX2005", "basis.part2-consent.readers"}}) {
    const auto ran = run({"policy", "check", folder.write("county.toml", changed(from, to))});
    EXPECT_EQ(ran.status, 2) << from;
    EXPECT_THAT(ran.err, HasSubstr(id)) << from;
    EXPECT_THAT(ran.err, HasSubstr(place)) << from;
  }
  EXPECT_EQ(run({"policy", "check", folder.write("county.policy", "not a pack")}).status, 5);
  EXPECT_EQ(run({"policy", "check", (folder.path / "none.toml").string()}).status, 4);
}

TEST(PolicyReview, ReadsTheSignedPackOfACoalition) {
  const auto signed_pack = demo().home("coalition") / "policy" / "pack.lxp";
  ASSERT_TRUE(fs::exists(signed_pack)) << signed_pack;
  const auto ran = run({"policy", "diff", kPack + "pack.toml", "--from", signed_pack.string()});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_EQ(ran.out, "No difference.\n");
}

TEST(PolicyReview, ACoalitionBeginsWithThePackOfItsOwnCounty) {
  const Folder folder;
  With with;
  with.env["EXCHANGE_PASSPHRASE_FILE"] = folder.write("passphrase", "county courthouse at noon 77\n").string();
  const std::string home = (folder.path / "county").string();
  const auto made = run({"init", "coalition", home, "--name", "santa-fe", "--roots", "1", "--threshold", "1", "--policy",
                         XCH_SOURCE_DIR "/consent/packs/santa-fe/pack.toml"}, with);
  EXPECT_EQ(made.status, 0) << made.err;
  const auto checked = run({"policy", "check", (folder.path / "county" / "policy" / "pack.lxp").string()});
  EXPECT_EQ(checked.status, 0) << checked.err;
  EXPECT_THAT(checked.out, StartsWith("policy santa-fe, version 1: "));
  const auto refused = run({"init", "coalition", (folder.path / "other").string(), "--name", "other", "--policy",
                            folder.write("county.toml", changed("[class.ID]", "[klass.ID]"))}, with);
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.err, HasSubstr("EX2004"));
  EXPECT_FALSE(fs::exists(folder.path / "other"));
}

TEST(PolicyReview, LooksAtThePackInForceWhereThereIsAHome) {
  const auto ran = demo().as("prosecutor", {"policy", "prove", "--all", "--json"});
  ASSERT_EQ(ran.status, 0) << ran.err;
  const auto answer = json::parse(ran.out);
  EXPECT_EQ(answer["broken"], 0);
  EXPECT_EQ(answer["claims"].size(), 39u);
  EXPECT_GT(answer["decisions"], 500000);
}

TEST(PolicyReview, ShowsWhatANewPackWouldDisclose) {
  const Folder folder;
  const auto file = folder.write("county.toml", loose());
  const auto ran = run({"policy", "diff", file});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_THAT(ran.out, StartsWith("Disclosures added\n"));
  EXPECT_THAT(ran.out, HasSubstr("justice-condition  FILING   PROS  SUD    yes-no  whole value"));
  const auto answer = json::parse(run({"policy", "diff", file, "--json"}).out);
  ASSERT_EQ(answer["disclosures"].size(), 1u);
  EXPECT_EQ(answer["disclosures"][0]["change"], "added");
  EXPECT_EQ(answer["disclosures"][0]["before"]["gives"], "yes-no");
  const auto back = json::parse(run({"policy", "diff", kPack + "pack.toml", "--from", file, "--json"}).out);
  EXPECT_EQ(back["disclosures"][0]["change"], "removed");
}

TEST(PolicyReview, ProvesASentenceOrShowsWhatBreaksIt) {
  const auto holds = run({"policy", "prove", "treatment classes never reach law enforcement"});
  EXPECT_EQ(holds.status, 0) << holds.err;
  EXPECT_THAT(holds.out, StartsWith("holds   treatment classes never reach law enforcement\n"));
  const auto broken = run({"policy", "prove", "SUD never reaches PD"});
  EXPECT_EQ(broken.status, 5);
  EXPECT_THAT(broken.out, StartsWith("BROKEN  SUD never reaches PD\n          SUD for PD under part2-consent for COORD"));
}

TEST(PolicyReview, ProvesTheSentencesOfTheLawAgainstAPackThatBreaksThem) {
  const Folder folder;
  const auto ran = run({"policy", "prove", "--all", "--policy", folder.write("county.toml", loose())});
  EXPECT_EQ(ran.status, 5);
  EXPECT_THAT(ran.out, HasSubstr("BROKEN  P2-35-bit: "));
  EXPECT_THAT(ran.out, HasSubstr("holds   P2-12-use: "));
  EXPECT_THAT(ran.out, HasSubstr(": 1 of 39 broken; "));
}

TEST(PolicyReview, ProvesTheClaimsOfAFile) {
  const Folder folder;
  const auto file = folder.write("claims.toml", "[claim.ours]\nsays = \"LEI never reaches anybody\"\n");
  EXPECT_EQ(run({"policy", "prove", "--claims", file}).status, 0);
  const auto bad = run({"policy", "prove", "--claims", folder.write("bad.toml", "[claim.ours]\nsays = \"Alice never reaches Bob\"\n")});
  EXPECT_EQ(bad.status, 2);
  EXPECT_THAT(bad.err, HasSubstr("EX2018"));
  EXPECT_THAT(bad.err, HasSubstr("claim.ours.says: word 1"));
  EXPECT_THAT(bad.err, Not(HasSubstr("Alice")));
}

TEST(PolicyReview, AsksForSomethingToProve) {
  const auto ran = run({"policy", "prove"});
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.err, HasSubstr("CLAIM"));
  EXPECT_EQ(run({"policy", "prove", "SUD never reaches PD", "--claims", kPack + "claims.toml"}).status, 2);
}

TEST(PolicyReview, PlaysTheStoriesOfPractice) {
  const auto good = run({"policy", "test"});
  EXPECT_EQ(good.status, 0) << good.out;
  EXPECT_THAT(good.out, HasSubstr("policy lead-default, version 1: 0 of 16 fail\n"));
  const Folder folder;
  const auto bad = run({"policy", "test", "--policy", folder.write("county.toml", loose())});
  EXPECT_EQ(bad.status, 5);
  EXPECT_THAT(bad.out, HasSubstr("          participation: expected yes-no, found full\n"));
  const auto unknown = run({"policy", "test", folder.write("stories.toml", "[scenario.s]\nnote = \"no.such\"\nfrom = \"CM\"\nto = \"PD\"\n"
                                                                           "basis = \"part2-consent\"\npurpose = \"COORD\"\ngets = {}\n")});
  EXPECT_NE(unknown.status, 0);
  EXPECT_THAT(unknown.err, HasSubstr("scenario.s"));
}

TEST(PolicyReview, LintsAPackWithTheLaw) {
  EXPECT_EQ(run({"policy", "lint"}).status, 0);
  const Folder folder;
  const auto ran = run({"policy", "lint", folder.write("county.toml", changed(
      "obligations = [\"no-redisclosure\", \"no-use-against-subject\", \"minimum-necessary\", \"accounting\"]\nmay_present",
      "obligations = [\"no-redisclosure\", \"minimum-necessary\", \"accounting\"]\nmay_present"))});
  EXPECT_EQ(ran.status, 5);
  EXPECT_THAT(ran.out, HasSubstr("error: fail-open at basis.part2-consent.obligations\n"));
  EXPECT_THAT(ran.out, HasSubstr("(42 CFR\n  2.12(d)(1))"));
}

TEST(PolicyReview, PrintsTheMatrixOfOneBasis) {
  const auto ran = run({"policy", "matrix", "--basis", "justice-condition", "--purpose", "FILING"});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("\nSUD    yes-no  .   .         .         .      .\n"));
  EXPECT_THAT(ran.out, Not(HasSubstr("COURT (42")));
}

TEST(PolicyReview, WritesTheMatrixAsAPageWithoutScript) {
  const Folder folder;
  const auto page = run({"policy", "matrix", "--html", "--policy", folder.write("county.toml", changed("title = \"who the person is\"", "title = \"<b>who</b>\""))});
  EXPECT_EQ(page.status, 0) << page.err;
  EXPECT_THAT(page.out, StartsWith("<!DOCTYPE html>"));
  EXPECT_THAT(page.out, HasSubstr("default-src 'none'"));
  EXPECT_THAT(page.out, Not(HasSubstr("<script")));
  EXPECT_THAT(page.out, Not(HasSubstr("<b>who</b>")));
  EXPECT_THAT(page.out, HasSubstr("&lt;b&gt;who&lt;/b&gt;"));
  EXPECT_THAT(page.out, HasSubstr("<caption>FILING under justice-condition"));
}

// A pack of another county is looked at here, and the page stands on the terminal unless it is sent to a file.
TEST(PolicyReview, WritesNoControlCharacterOfAPackIntoThePage) {
  const Folder folder;
  const auto page = run({"policy", "matrix", "--html", "--policy", folder.write("county.toml", changed("title = \"who the person is\"", "title = \"\\u001b[31mwho\\u009b\""))});
  EXPECT_EQ(page.status, 0) << page.err;
  EXPECT_THAT(page.out, HasSubstr("ID: \\x1b[31mwho\\x9b</th>"));
  EXPECT_THAT(page.out, Not(HasSubstr("\x1b")));
  EXPECT_THAT(page.out, Not(HasSubstr("\xc2\x9b")));
}

}  // namespace
}  // namespace xch::cli
