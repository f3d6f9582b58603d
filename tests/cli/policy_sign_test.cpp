// policy sign: the next version of a coalition's pack, shown and proved before a root key signs it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "program.hpp"

namespace xch::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;

/// A coalition of its own: the demo's, copied before it is changed.
struct PolicySign : ::testing::Test {
  Folder folder;
  const fs::path home = folder.path / "coalition";
  void SetUp() override { fs::copy(demo().home("coalition"), home, fs::copy_options::recursive); }

  Ran as(std::vector<std::string> words) const {
    words.insert(words.end(), {"--home", home});
    With with;
    with.env = {{"EXCHANGE_PASSPHRASE_FILE", (demo().folder / "coalition.passphrase").string()}};
    return run(words, with);
  }
  std::string pack(const std::string& version, const std::string& more = "") const {
    return folder.write("next.toml",
                        "base = \"lead-default\"\nname = \"lead-default\"\nversion = " + version + "\n" + more);
  }
};

TEST_F(PolicySign, ShowsWhatChangesThenSignsWhatTheNextRosterPins) {
  const auto next = pack("2", "[matrix.GEN]\nreason = \"care only\"\nCM = \"A\"\nTXP = \"A\"\nPD = \"A\"\n");
  const auto before = read(home / "policy/pack.lxp");
  const auto dry = as({"policy", "sign", next, "--dry-run"});
  EXPECT_EQ(dry.status, 0) << dry.err;
  EXPECT_THAT(dry.out, HasSubstr("Disclosures added"));
  EXPECT_THAT(dry.out, HasSubstr("GEN"));
  EXPECT_THAT(dry.out, HasSubstr("0 of 39 claims broken"));
  EXPECT_EQ(read(home / "policy/pack.lxp"), before);

  const auto signed_now = json::parse(as({"policy", "sign", next, "--json"}).out);
  EXPECT_EQ(signed_now["signed"], true);
  EXPECT_EQ(signed_now["pack_version"], 2);
  EXPECT_NE(read(home / "policy/pack.lxp"), before);
  const auto file = (folder.path / "new.policy").string();
  ASSERT_EQ(as({"roster", "publish", "-o", (folder.path / "new.roster").string(), "--policy", file}).status, 0);
  const auto compared = json::parse(run({"policy", "diff", file, "--from", next, "--json"}).out);
  EXPECT_TRUE(compared["disclosures"].empty() && compared["rules"].empty());
  // The same once more changes nothing; another pack of the same number is none of its successors.
  EXPECT_EQ(as({"policy", "sign", next}).status, 0);
  const auto same = as({"policy", "sign", pack("2", "[parameters]\nnote_days = 9\n")});
  EXPECT_EQ(same.status, 2);
  EXPECT_THAT(same.err, HasSubstr("version"));
}

TEST_F(PolicySign, SignsNothingThatBreaksAClaim) {
  const auto before = read(home / "policy/pack.lxp");
  const auto loose = pack("2", "[open.justice-condition.FILING.SUD]\nreason = \"all of it\"\nPROS = \"A\"\n");
  const auto refused = as({"policy", "sign", loose});
  EXPECT_EQ(refused.status, 5) << refused.out << refused.err;
  EXPECT_THAT(refused.out, HasSubstr("BROKEN"));
  EXPECT_THAT(refused.err, HasSubstr("Nothing was signed."));
  EXPECT_EQ(read(home / "policy/pack.lxp"), before);
  // A coalition may have claims of its own.
  const auto claims = folder.write("ours.toml", "[claim.ours]\nsays = \"LEI never reaches TXP\"\n");
  EXPECT_EQ(as({"policy", "sign", loose, "--claims", claims}).status, 0);
}

TEST_F(PolicySign, PutsBackAPackThatTheHomeHasLost) {
  const auto next = pack("2");
  ASSERT_EQ(as({"policy", "sign", next}).status, 0);
  fs::copy_file(demo().home("coalition") / "policy/pack.lxp", home / "policy/pack.lxp",
                fs::copy_options::overwrite_existing);
  const auto lost =
      as({"roster", "publish", "-o", (folder.path / "r").string(), "--policy", (folder.path / "p").string()});
  EXPECT_THAT(lost.err, HasSubstr("EX2003"));
  EXPECT_EQ(as({"policy", "sign", next}).status, 0);
  EXPECT_EQ(
      as({"roster", "publish", "-o", (folder.path / "r").string(), "--policy", (folder.path / "p").string()}).status,
      0);
}

}  // namespace
}  // namespace xch::cli
