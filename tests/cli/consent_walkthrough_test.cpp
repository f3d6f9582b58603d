// docs/walkthroughs/: an administrator, a participant and counsel, each with nothing but their page.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "page.hpp"

namespace xch::cli {
namespace {

using testing::HasSubstr;

TEST(Walkthrough, LeadsAnAdministratorFromNothingToARevokedConsent) {
  const Folder folder;
  const Page page{"walkthroughs/administrator.md", folder.path, spare().folder};
  const auto talk = run_dialogue(page, {{"EXCHANGE_HOME", spare().home("program-office")},
                                        {"EXCHANGE_PASSPHRASE_FILE", spare().folder / "program-office.passphrase"}});
  EXPECT_EQ(talk.status, 0) << talk.out;
  const auto preview = talk.out.find("They would then have:"), written = talk.out.find("Write it to");
  EXPECT_LT(preview, written) << talk.out;
  EXPECT_THAT(talk.out.substr(preview), HasSubstr("case-management  SUD    full  yes"));
  run_page(page, 16);
}

TEST(Walkthrough, ShowsAParticipantWhoSeesWhatInOneTable) {
  const Folder folder;
  run_page({"walkthroughs/participant.md", folder.path, spare().folder}, 6);
}

TEST(Walkthrough, ShowsCounselEveryRuleWithItsCitation) {
  const Folder folder;
  run_page({"walkthroughs/counsel.md", folder.path, demo().folder}, 7);
}

}  // namespace
}  // namespace xch::cli
