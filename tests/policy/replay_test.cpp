// A decision is made again from its record: the same pack gives the same, another one shows what differs.
#include "policy/replay.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "packs.hpp"

namespace xch::policy_test {
namespace {

using policy::DecisionRecord;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Compartment kLevel(FieldClass::eng, Form::level), kOneBit(FieldClass::sud, Form::yesNo);

const NoteSchema& schema() { return note_schema("progress.engagement"); }

DecisionRecord of_filing() {
  DecisionRecord record;
  record.schema = schema().digest;
  record.query.basis = Basis::justiceCondition;
  record.query.purpose = Purpose::filing;
  record.query.reader_role = Role::pros;
  record.query.reader_may_read = everything(schema());
  record.query.sender_may_write = everything(schema());
  record.terms = {kLevel, kOneBit};
  return record;
}

TEST(Replay, GivesTheSameByThePackThatDecided) {
  const auto now = policy::replay(of_filing(), default_pack(), schema());
  EXPECT_TRUE(now.same);
  EXPECT_THAT(now.terms, ElementsAre(kLevel, kOneBit));
  EXPECT_THAT(now.added, IsEmpty());
  EXPECT_THAT(now.removed, IsEmpty());
}

TEST(Replay, SaysWhatAnotherPackTakesAwayAndAdds) {
  auto pack = default_pack();
  cell_of(pack, Basis::justiceCondition, Purpose::filing, Role::pros, FieldClass::sud).effect = Effect::deny;
  const auto now = policy::replay(of_filing(), pack, schema());
  EXPECT_FALSE(now.same);
  EXPECT_THAT(now.removed, ElementsAre(kOneBit));
  EXPECT_THAT(now.added, IsEmpty());

  auto record = of_filing();
  record.terms = {kLevel};
  const auto more = policy::replay(record, default_pack(), schema());
  EXPECT_FALSE(more.same);
  EXPECT_THAT(more.added, ElementsAre(kOneBit));
}

TEST(Replay, ComparesNoticeAndObligationsWhereTheRecordHasThem) {
  auto record = of_filing();
  const auto now = policy::replay(record, default_pack(), schema());
  record.notice = now.notice;
  record.obligations = now.obligations;
  EXPECT_TRUE(policy::replay(record, default_pack(), schema()).same);
  record.notice = Notice::originator;
  EXPECT_FALSE(policy::replay(record, default_pack(), schema()).same);
  record.notice = now.notice;
  record.obligations->pop_back();
  EXPECT_FALSE(policy::replay(record, default_pack(), schema()).same);
}

TEST(Replay, OtherInputsGiveAnotherDecision) {
  auto record = of_filing();
  record.query.reader_role = Role::leo;
  EXPECT_FALSE(policy::replay(record, default_pack(), schema()).same);
  record = of_filing();
  record.query.sender_may_write = {kLevel};
  EXPECT_FALSE(policy::replay(record, default_pack(), schema()).same);
}

}  // namespace
}  // namespace xch::policy_test
