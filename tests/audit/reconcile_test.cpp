// Reconciling: what was sealed against what was logged, delivered and opened.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/reconcile.hpp"
#include "audit/story.hpp"

namespace xch::audit_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using K = EventKind;

struct Ran {
  Reconciled found;
  std::vector<std::string> states;
};

/// Reconciles a story that was changed before its logs were written; `given` may be changed after.
Ran ran(Story& story, const std::function<void(Given&)>& after = {}, const std::vector<Waiting>& waiting = {}) {
  story.write(story.police);
  story.write(story.clinic);
  Given given = story.given();
  if (after) after(given);
  Ran out;
  out.found = reconcile(story.audit(given), given.journals, waiting);
  for (const auto& row : out.found.rows) out.states.emplace_back(code_of(row.state));
  return out;
}
void in_a_fortnight(Given& given) { given.now = kNow + 14 * kDay; }

TEST(Reconcile, FindsNothingWhereANoteWasSealedOpenedAndAcknowledged) {
  Story story;
  const auto out = ran(story, in_a_fortnight);
  EXPECT_THAT(out.states, IsEmpty());
  EXPECT_EQ(out.found.disclosed, 1u);
  EXPECT_EQ(out.found.delivered, 1u);
  EXPECT_EQ(out.found.outcome(), Outcome::pass);
}

TEST(Reconcile, KnowsThatANoteCameByItsReceiptOrByTheReadersLog) {
  Story by_receipt, by_log;
  by_receipt.clinic.drop(K::opened);
  EXPECT_EQ(ran(by_receipt, in_a_fortnight).found.delivered, 1u);
  by_log.police.drop(K::receipt);
  EXPECT_EQ(ran(by_log, in_a_fortnight).found.delivered, 1u);
}

TEST(Reconcile, ANoteWithoutASignOfItIsOnItsWayForAWeekAndThenNotDelivered) {
  Story story;
  story.police.drop(K::receipt);
  story.clinic.drop(K::opened);
  const auto young = ran(story);
  EXPECT_THAT(young.states, ElementsAre("on-its-way"));
  EXPECT_EQ(young.found.outcome(), Outcome::pass);
  Story other;
  other.police.drop(K::receipt);
  other.clinic.drop(K::opened);
  const auto old = ran(other, in_a_fortnight);
  EXPECT_THAT(old.states, ElementsAre("not-delivered"));
  EXPECT_EQ(old.found.rows[0].to, "clinic");
  EXPECT_EQ(old.found.outcome(), Outcome::indeterminate);
}

TEST(Reconcile, SaysWhyTheRecipientRefused) {
  Story story;
  story.police.drop(K::receipt);
  story.clinic.drop(K::opened);
  story.clinic.add(K::denied, kNow + 200, story.header,
                   session::JsonLine().word("code", "open_status_revoked").word("id", "EX3333").text());
  const auto out = ran(story, in_a_fortnight);
  EXPECT_THAT(out.states, ElementsAre("refused"));
  EXPECT_THAT(out.found.rows[0].text, HasSubstr("open_status_revoked (EX3333)"));
}

TEST(Reconcile, TellsAFirstOpenTwiceFromARepeat) {
  Story story;
  story.clinic.add(K::reopened, kNow + 400, story.header, story.opened_detail(story.terms));
  const auto repeat = ran(story);
  EXPECT_THAT(repeat.states, ElementsAre("opened-again"));
  EXPECT_EQ(repeat.found.outcome(), Outcome::pass);
  Story other;
  other.clinic.add(K::opened, kNow + 400, other.header, other.opened_detail(other.terms));
  const auto twice = ran(other);
  EXPECT_THAT(twice.states, ElementsAre("opened-twice"));
  EXPECT_EQ(twice.found.outcome(), Outcome::fail);
}

TEST(Reconcile, WhatWasSealedAndNotLoggedFailsOnceABatchCameAfterIt) {
  const auto with_line = [](Story& story, Timestamp time) {
    return [&story, time](Given& given) {
      given.journals.push_back(story.journal_of(story.police));
      given.journals[0].rows.push_back({9, K::sealed, time, {}, digest(0x70), "{}"});
    };
  };
  Story waits, lost;
  EXPECT_THAT(ran(waits, with_line(waits, kNow + kDay)).states, ElementsAre("waits"));
  const auto out = ran(lost, with_line(lost, kNow + 100));
  EXPECT_THAT(out.states, ElementsAre("not-logged"));
  EXPECT_THAT(out.found.rows[0].text, HasSubstr("line 9 of the journal"));
  EXPECT_EQ(out.found.outcome(), Outcome::fail);
}

TEST(Reconcile, WhatOthersOpenedAndItsSendersLogDoesNotHaveWasNotLogged) {
  Story story;
  story.police.drop(K::sealed);
  const auto out = ran(story);
  EXPECT_THAT(out.states, ElementsAre("not-logged"));
  EXPECT_EQ(out.found.rows[0].from, "police");
  // Where the sender's log cannot be read whole, nobody can say so.
  story.flip(story.entries_of(story.police), 700);
  const Audit damaged = story.audit(story.given());
  const auto doubtful = reconcile(damaged, {}, {});
  for (const auto& row : doubtful.rows) EXPECT_NE(row.state, State::not_logged);
  EXPECT_EQ(doubtful.outcome(), Outcome::indeterminate);
}

TEST(Reconcile, NamesWhatLiesInTheOutboxAndWhetherItCame) {
  Story story;
  const auto out = ran(story, {}, {{"police", "clinic", story.envelope}, {"police", "court", digest(0x71)}});
  EXPECT_THAT(out.states, ElementsAre("waits", "waits"));
  EXPECT_THAT(out.found.rows[0].text, HasSubstr("has come"));
  EXPECT_THAT(out.found.rows[1].text, HasSubstr("courier"));
  EXPECT_EQ(out.found.outcome(), Outcome::pass);
}

TEST(Reconcile, ShowsTheWorstFirstAndKeepsToThePeriod) {
  Story story;
  story.clinic.add(K::opened, kNow + 400, story.header, story.opened_detail(story.terms));
  story.police.drop(K::receipt);
  story.police.drop(K::sealed);
  story.clinic.add(K::reopened, kNow + 500, story.header, story.opened_detail(story.terms));
  EXPECT_THAT(ran(story).states, ElementsAre("not-logged", "opened-twice", "opened-again"));
  Given given = story.given();
  given.period = {kNow + kDay, {}};
  EXPECT_THAT(reconcile(story.audit(given), {}, {}).rows, IsEmpty());
}

}  // namespace
}  // namespace xch::audit_test
