#include "policy/explain.hpp"

#include <gtest/gtest.h>

#include "packs.hpp"

namespace xch::policy_test {
namespace {

using policy::ExplainRow;
using policy::Query;

Query ask(const NoteSchema& schema, Basis basis, Purpose purpose, Role role) {
  Query query;
  query.basis = basis;
  query.purpose = purpose;
  query.reader_role = role;
  query.reader_may_read = query.sender_may_write = everything(schema);
  return query;
}

std::vector<ExplainRow> rows(const NoteSchema& schema, const Query& query) {
  return policy::explain(schema, query, policy::decide(default_pack(), schema, query));
}

const ExplainRow& row(const std::vector<ExplainRow>& all, std::string_view name) {
  for (const auto& r : all)
    if (r.field == name) return r;
  std::abort();
}

TEST(Explain, ReadsLikeTheDryRunOfTheHandbook) {
  const auto& schema = note_schema("progress.engagement");
  const auto all = rows(schema, ask(schema, Basis::justiceCondition, Purpose::filing, Role::pros));

  EXPECT_EQ(row(all, "engaged").field_class, "ENG");
  EXPECT_EQ(row(all, "engaged").gets, "3-level value");
  EXPECT_EQ(row(all, "engaged").why, "matrix ENG/PROS: generalise");
  EXPECT_EQ(row(all, "engaged").because, "progress, as far as the decision on charges needs it");
  EXPECT_EQ(row(all, "participation").gets, "yes or no");
  EXPECT_EQ(row(all, "narrative").gets, "text removed");
  EXPECT_EQ(row(all, "narrative").why, "free text is not shared with justice roles");
  EXPECT_EQ(row(all, "medicationSupport").gets, "nothing");
  EXPECT_EQ(row(all, "medicationSupport").why, "matrix SUD/PROS: another form, which this field has not");
}

TEST(Explain, HasOneRowAFieldInTheOrderOfTheSchema) {
  for (const auto& schema : note_schemas()) {
    const auto all = rows(schema, ask(schema, Basis::part2Consent, Purpose::coord, Role::cm));
    std::vector<std::string> fields;
    for (const auto& s : schema.slots)
      if (s.full_slot == s.index) fields.push_back(s.path);
    ASSERT_EQ(all.size(), fields.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
      EXPECT_EQ(all[i].field, fields[i]);
      EXPECT_FALSE(all[i].gets.empty());
      EXPECT_FALSE(all[i].why.empty());
    }
  }
}

TEST(Explain, SaysThatAMissingConsentCannotBeSeen) {
  const auto& schema = note_schema("progress.engagement");
  auto query = ask(schema, Basis::part2Consent, Purpose::coord, Role::cm);
  query.reader_may_read = {Compartment(FieldClass::eng, Form::full)};
  const auto all = rows(schema, query);
  EXPECT_EQ(row(all, "engaged").gets, "full value");
  EXPECT_EQ(row(all, "engaged").why, "matrix ENG/CM: allow");
  EXPECT_EQ(row(all, "participation").gets, "nothing");
  EXPECT_EQ(row(all, "participation").why, "no grant covers SUD for CM; the reader can't tell it exists");
}

TEST(Explain, NamesTheSendersMissingRight) {
  const auto& schema = note_schema("progress.engagement");
  auto query = ask(schema, Basis::part2Consent, Purpose::coord, Role::cm);
  query.sender_may_write = {};
  EXPECT_EQ(row(rows(schema, query), "engaged").why, "the sender may not write ENG under this grant");
}

TEST(Explain, NamesAClosedPurpose) {
  const auto& schema = note_schema("progress.engagement");
  const auto all = rows(schema, ask(schema, Basis::part2Consent, Purpose::filing, Role::cm));
  EXPECT_EQ(row(all, "engaged").why, "basis part2-consent does not open purpose FILING");
  EXPECT_EQ(row(all, "narrative").gets, "nothing");  // nothing of the note goes, so nothing was removed from it
}

TEST(Explain, NamesWhatIsSealedByItself) {
  const auto& schema = note_schema("referral.arrest");
  const auto all = rows(schema, ask(schema, Basis::originatorAuthority, Purpose::refer, Role::cm));
  EXPECT_EQ(row(all, "victimPresent").gets, "nothing");
  EXPECT_EQ(row(all, "victimPresent").why, "it is sealed in a note of its own");
  EXPECT_EQ(row(all, "whereToFind").gets, "full value");
  EXPECT_EQ(row(all, "foundKind").why, "matrix LEI/CM: deny");
}

TEST(Explain, HasWordsForEveryFormInUse) {
  for (const auto form : every<Form>(kFormCount))
    EXPECT_EQ(policy::form_text(form).empty(), !is_known(form)) << static_cast<int>(form);
}

}  // namespace
}  // namespace xch::policy_test
