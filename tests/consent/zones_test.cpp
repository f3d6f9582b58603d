// Whose days a draft's days are: its own zone, the policy pack's where it names none.
#include <gmock/gmock.h>

#include "consent/bases.hpp"
#include "consent/authority/period.hpp"

namespace xch::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ZonesOfDrafts : public BasesTest {
 protected:
  static ConsentDraft in_zone(const std::string& zone) {
    auto draft = care_draft();
    draft.zone_offset_minutes = 0;
    draft.zone = zone;
    return draft;
  }
  consent::IssuedGrant issue(const ConsentDraft& draft) { return must(consent::issue(at.bench.desk(), draft), "issue"); }
};

TEST_F(ZonesOfDrafts, AreThePacksWhereNoneIsNamed) {
  EXPECT_EQ(at.bench.pack.zone, "America/Los_Angeles");
  EXPECT_EQ(format_time(issue(in_zone("")).not_after), "2027-02-22T07:59:59Z");
  auto other = in_zone("");
  other.subject = "p-2";
  at.bench.pack.zone = "America/Denver";
  EXPECT_EQ(format_time(issue(other).not_after), "2027-02-22T06:59:59Z");
}

TEST_F(ZonesOfDrafts, AreTheDraftsOwnWhereItNamesOne) {
  EXPECT_EQ(format_time(issue(in_zone("America/New_York")).not_after), "2027-02-22T04:59:59Z");
}

TEST_F(ZonesOfDrafts, GiveFirstAndLastDayEachItsOwnOffset) {
  auto draft = in_zone("America/Los_Angeles");
  draft.last_day = "2027-03-14";  // the day of the leap: 23 hours, the last second in summer time
  const auto grant = issue(draft);
  EXPECT_EQ(format_time(grant.not_before), "2026-11-26T08:00:00Z");
  EXPECT_EQ(format_time(grant.not_after), "2027-03-15T06:59:59Z");
}

TEST_F(ZonesOfDrafts, CountDaysOfTheCalendarAcrossTheChangeOfClocks) {
  auto& row = at.row(Basis::part2Consent);
  row.max_days = 120;
  auto draft = in_zone("America/Los_Angeles");
  draft.last_day = "2027-03-25";  // 120 days, an hour less than 120 times 24
  EXPECT_THAT(errors(draft), IsEmpty());
  draft.last_day = "2027-03-26";
  EXPECT_THAT(errors(draft), ElementsAre("P2-31-7 consent_period"));
  at.bench.now = *parse_time("2026-10-01T12:00:00Z");
  row.max_days = 60;
  draft.first_day = draft.signed_day = "2026-10-01";
  draft.last_day = "2026-11-29";  // 60 days and an hour
  EXPECT_THAT(errors(draft), ::testing::Not(Contains("P2-31-7 consent_period")));
}

TEST_F(ZonesOfDrafts, RefuseAZoneThatIsNotKnownAndTwoAtOnce) {
  for (const char* zone : {"Mars/Olympus", "PST", "america/denver"}) {
    EXPECT_THAT(errors(in_zone(zone)), ElementsAre("P2-31-7 consent_zone")) << zone;
    EXPECT_TRUE(refuses(consent::issue(at.bench.desk(), in_zone(zone)), Code::consent_zone)) << zone;
  }
  auto two = in_zone("America/Denver");
  two.zone_offset_minutes = -420;
  EXPECT_THAT(errors(two), ElementsAre("P2-31-7 consent_zone"));
}

TEST_F(ZonesOfDrafts, AreKeptByARenewal) {
  const auto grant = issue(in_zone("America/New_York"));
  consent::Renewal renewal;
  renewal.last_day = "2027-06-30";
  renewal.first_day = renewal.signed_day = "2026-11-26";
  renewal.signed_form = bytes_of("signed anew");
  const auto next = must(consent::renew(at.bench.desk(), grant.id, renewal), "renew");
  EXPECT_EQ(format_time(next.not_after), "2027-07-01T03:59:59Z");
}

}  // namespace
}  // namespace xch::testing
