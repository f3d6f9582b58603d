// S3. Deny = absent: the shape of an envelope and of everything in it is a function of the schema and of the reader's and
// the sender's rights, never of what the note says or what others received.
#include <rapidcheck.h>

#include <algorithm>
#include <set>

#include "properties/exchange.hpp"

namespace xch::properties {
namespace {

using message_test::must;

constexpr int kTimes = 3;  // random cases of each situation in each suite

/// holds runs a property `times` times and fails the test with the smallest case in which it does not hold.
template <class Property>
void holds(int times, Property property) {
  rc::detail::TestParams params = rc::detail::configuration().testParams;
  params.maxSuccess = times;
  const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
  rc::detail::TestMetadata metadata;
  metadata.id = std::string(test->test_suite_name()) + "/" + test->name();
  metadata.description = test->name();
  const auto result = rc::detail::checkTestable(property, metadata, params);
  if (result.template is<rc::detail::SuccessResult>()) return;
  std::ostringstream text;
  rc::detail::printResultMessage(result, text);
  FAIL() << text.str();
}

class EnvelopeShape : public ::testing::TestWithParam<std::tuple<std::size_t, SuiteId>> {
 protected:
  const Situation& situation = situations()[std::get<0>(GetParam())];
  Exchange exchange{situation, std::get<1>(GetParam())};

  /// any_consent puts a random grant in force.
  void any_consent() {
    Consent consent;
    consent.sender_writes = *any_writes(situation, exchange.other());
    rights(consent);
    exchange.grant(consent);
  }
  void rights(Consent& consent) {
    auto& mine = situation.archive ? consent.sender_reads : consent.reader_reads;
    mine = *any_reads(situation, consent.sender_writes);
    if (exchange.other() != nullptr) consent.other_reads = *any_reads(*exchange.other(), consent.sender_writes);
  }
  Fields any_note() { return *any_fields(situation.schema(), exchange.writable()); }
  /// with_hidden_changes changes whatever the reader cannot see: each field it has nothing of, and a field of which it
  /// has a coarser form where that form stays as it is.
  Fields with_hidden_changes(const Fields& note) {
    Slots before, after;
    fill(*situation.type, note, before);
    Fields out = any_note();
    fill(*situation.type, out, after);
    for (const auto slot : exchange.visible()) {
      const auto &a = before.values[slot], &b = after.values[slot];
      if (a.present == b.present && (!a.present || equal(a.value, b.value))) continue;
      const std::uint16_t field = situation.schema().slots[slot].full_slot;
      const auto was = note.find(field);
      if (was == note.end()) out.erase(field);
      if (was != note.end()) out[field] = was->second;
    }
    return out;
  }
};

std::string run_name(const ::testing::TestParamInfo<std::tuple<std::size_t, SuiteId>>& run) {
  return name_of(situations()[std::get<0>(run.param)]) + (std::get<1>(run.param) == SuiteId::p256 ? "_p256" : "_x25519");
}
INSTANTIATE_TEST_SUITE_P(EveryReader, EnvelopeShape,
                         ::testing::Combine(::testing::Range<std::size_t>(0, situations().size()),
                                            ::testing::Values(SuiteId::p256, SuiteId::x25519)),
                         run_name);

TEST_P(EnvelopeShape, S3SaysNothingOfFieldsTheReaderMayNotSee) {
  holds(kTimes, [&] {
    any_consent();
    const Fields note = any_note(), other = with_hidden_changes(note);
    const Received a = exchange.receive(note), b = exchange.receive(other);
    RC_ASSERT(first_difference(a.shape, b.shape) == "");
    RC_ASSERT(a.values == b.values);
  });
}

TEST_P(EnvelopeShape, S3SaysNothingOfWhatANoteHoldsOrLeavesOut) {
  holds(kTimes, [&] {
    any_consent();
    const Fields note = any_note(), other = any_note();
    Fields fewer = note;
    for (const auto& [slot, value] : note)
      if (*one_in(2)) fewer.erase(slot);
    const Received a = exchange.receive(note);
    RC_ASSERT(first_difference(a.shape, exchange.receive(fewer).shape) == "");
    RC_ASSERT(first_difference(a.shape, exchange.receive(other).shape) == "");
  });
}

TEST_P(EnvelopeShape, S3IsOneForAFullNoteAndForNothingToShare) {
  holds(kTimes, [&] {
    any_consent();
    const Received full = exchange.receive(largest_fields(situation.schema(), exchange.writable()));
    const Received nothing = exchange.receive(Fields{});
    RC_ASSERT(first_difference(full.shape, nothing.shape) == "");
    RC_ASSERT(nothing.values.empty());
    // Full is full: all that the sender may write and the reader sees is there.
    const auto written = exchange.writable();
    for (const auto slot : exchange.visible()) {
      const bool there = std::binary_search(written.begin(), written.end(), situation.schema().slots[slot].full_slot);
      RC_ASSERT(full.values.count(slot) == (there ? 1u : 0u));
    }
  });
}

TEST_P(EnvelopeShape, S3SaysNothingOfWhatOthersReceive) {
  holds(kTimes, [&] {
    Consent consent;
    consent.sender_writes = *any_writes(situation, exchange.other());
    rights(consent);
    exchange.grant(consent);
    const Fields note = any_note();
    const Received alone = exchange.receive(note), together = exchange.receive(note, Exchange::To::everybody);
    if (exchange.other() != nullptr) consent.other_reads = *any_reads(*exchange.other(), consent.sender_writes);
    exchange.grant(consent);
    const Received beside = exchange.receive(note, Exchange::To::everybody);
    RC_ASSERT(first_difference(alone.shape, together.shape) == "");
    RC_ASSERT(first_difference(alone.shape, beside.shape) == "");
    RC_ASSERT(alone.values == beside.values);
  });
}

// The runs above are of every note type but the benchmark's, and every role that reads under the three bases.
TEST(Situations, AreOfEveryNoteTypeBasisAndReadingRole) {
  std::set<std::string> types;
  std::set<Basis> bases;
  std::set<Role> readers;
  std::size_t parts = 0, archives = 0;
  for (const auto& s : situations()) {
    types.insert(s.schema().name);
    bases.insert(s.basis);
    readers.insert(s.to);
    parts += s.part != 0 ? 1 : 0;
    archives += s.archive ? 1 : 0;
  }
  EXPECT_EQ(types.size(), wire::builtin_bundles().size() - 1);
  EXPECT_EQ(bases, (std::set<Basis>{Basis::part2Consent, Basis::justiceCondition, Basis::originatorAuthority}));
  EXPECT_EQ(readers, (std::set<Role>{Role::leo, Role::les, Role::pros, Role::pm, Role::cm, Role::txp, Role::mhp, Role::pd, Role::court, Role::prob}));
  EXPECT_GT(parts, 0u);
  EXPECT_GT(archives, 0u);
}

}  // namespace
}  // namespace xch::properties
