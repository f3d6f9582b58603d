// The index beside the plainest thing that says the same: a look at every grant.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "policy/consent_index.hpp"

namespace xch::policy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

template <class Id>
Id id_of(std::uint64_t n) {
  Id out;
  for (std::size_t i = 0; i < 8; ++i) out.bytes[i] = static_cast<std::uint8_t>(n >> (8 * i));
  return out;
}
Pseudonym person(std::uint64_t n) { return id_of<Pseudonym>(n); }
PartyId agency(std::uint64_t n) { return id_of<PartyId>(n); }

/// Engagement for coordination, from 100 up to and with 200.
IndexedGrant usual(std::uint64_t grant = 1, std::uint32_t version = 1) {
  IndexedGrant out;
  out.subject = person(1);
  out.recipient = agency(1);
  out.grant = id_of<GrantId>(grant);
  out.version = version;
  out.basis = Basis::part2Consent;
  out.classes = mask_of(FieldClass::eng);
  out.purposes = mask_of(Purpose::coord);
  out.effective_at = out.not_before = Timestamp{100};
  out.not_after = Timestamp{200};
  out.row = static_cast<std::uint32_t>(10 * grant + version);
  return out;
}

std::vector<std::uint32_t> rows_at(const ConsentIndex& index, std::uint64_t at, std::uint64_t who = 1) {
  std::vector<Covered> found;
  index.in_force(person(who), agency(1), Timestamp{at}, found);
  std::vector<std::uint32_t> out;
  for (const auto& covered : found) out.push_back(covered.row);
  return out;
}

/// Plain keeps the grants in a list and answers as the rule says it.
struct Plain {
  std::vector<IndexedGrant> grants;

  static bool is_same(const IndexedGrant& a, const IndexedGrant& b) {
    return a.subject == b.subject && a.recipient == b.recipient && a.grant == b.grant && a.version == b.version;
  }
  void put(const IndexedGrant& grant) {
    for (auto& held : grants)
      if (is_same(held, grant)) {
        held = grant;
        return;
      }
    grants.push_back(grant);
  }
  bool remove(const IndexedGrant& grant) {
    const auto at = std::find_if(grants.begin(), grants.end(), [&](const auto& held) { return is_same(held, grant); });
    if (at == grants.end()) return false;
    grants.erase(at);
    return true;
  }
  bool answers(const IndexedGrant& g, Timestamp at) const {
    if (g.state != GrantState::active || at < g.not_before || at < g.effective_at || at > g.not_after) return false;
    return std::none_of(grants.begin(), grants.end(), [&](const auto& other) {
      return other.subject == g.subject && other.recipient == g.recipient && other.grant == g.grant &&
             other.version > g.version && other.effective_at <= at;
    });
  }
  std::vector<Covered> in_force(const Pseudonym& subject, const PartyId& recipient, Timestamp at) const {
    std::vector<Covered> out;
    for (const auto& g : grants)
      if (g.subject == subject && g.recipient == recipient && answers(g, at))
        out.push_back({g.classes, g.purposes, g.basis, g.row});
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.row < b.row; });
    return out;
  }
};

TEST(ConsentIndex, AnswersAPairWithMasksAndNobodyElse) {
  ConsentIndex index;
  index.put(usual());
  EXPECT_THAT(rows_at(index, 150), ElementsAre(11));
  EXPECT_TRUE(index.covers(person(1), agency(1), FieldClass::eng, Purpose::coord, Timestamp{150}));
  EXPECT_FALSE(index.covers(person(1), agency(1), FieldClass::sud, Purpose::coord, Timestamp{150}));
  EXPECT_FALSE(index.covers(person(1), agency(1), FieldClass::eng, Purpose::filing, Timestamp{150}));
  EXPECT_FALSE(index.covers(person(2), agency(1), FieldClass::eng, Purpose::coord, Timestamp{150}));
  EXPECT_FALSE(index.covers(person(1), agency(2), FieldClass::eng, Purpose::coord, Timestamp{150}));
}

// One consent for engagement in coordination, one for treatment in filing: no treatment in coordination.
TEST(ConsentIndex, JoinsNoTwoGrants) {
  ConsentIndex index;
  index.put(usual(1));
  auto other = usual(2);
  other.classes = mask_of(FieldClass::sud);
  other.purposes = mask_of(Purpose::filing);
  index.put(other);
  EXPECT_THAT(rows_at(index, 150), ElementsAre(11, 21));
  EXPECT_TRUE(index.covers(person(1), agency(1), FieldClass::sud, Purpose::filing, Timestamp{150}));
  EXPECT_FALSE(index.covers(person(1), agency(1), FieldClass::sud, Purpose::coord, Timestamp{150}));
  EXPECT_FALSE(index.covers(person(1), agency(1), FieldClass::eng, Purpose::filing, Timestamp{150}));
}

TEST(ConsentIndex, AnswersFromTheFirstSecondToTheLast) {
  ConsentIndex index;
  auto grant = usual();
  grant.not_before = Timestamp{90};  // both have to have come
  index.put(grant);
  EXPECT_THAT(rows_at(index, 99), IsEmpty());
  EXPECT_THAT(rows_at(index, 100), ElementsAre(11));
  EXPECT_THAT(rows_at(index, 200), ElementsAre(11));
  EXPECT_THAT(rows_at(index, 201), IsEmpty());
}

TEST(ConsentIndex, NeverAnswersByWhatIsNotActive) {
  for (const auto state : {GrantState::revoked, GrantState::suspended, GrantState::reserved}) {
    ConsentIndex index;
    index.put(usual());
    auto ended = usual();
    ended.state = state;
    index.put(ended);
    EXPECT_THAT(rows_at(index, 150), IsEmpty());
    EXPECT_EQ(index.size(), 1u);
    index.put(usual());  // suspended, and then not any more
    EXPECT_THAT(rows_at(index, 150), ElementsAre(11));
  }
}

// The later version takes over when it begins, in whatever order the two came, and also where it is revoked itself.
TEST(ConsentIndex, NeverAnswersByAVersionThatHasASuccessor) {
  for (const bool later_first : {false, true})
    for (const auto state : {GrantState::active, GrantState::revoked}) {
      auto later = usual(1, 2);
      later.effective_at = Timestamp{150};
      later.state = state;
      ConsentIndex index;
      if (later_first) index.put(later);
      index.put(usual(1, 1));
      if (!later_first) index.put(later);
      EXPECT_THAT(rows_at(index, 149), ElementsAre(11));
      const std::vector<std::uint32_t> then =
          state == GrantState::active ? std::vector<std::uint32_t>{12} : std::vector<std::uint32_t>{};
      EXPECT_EQ(rows_at(index, 150), then);
      EXPECT_THAT(index.rows(person(1), agency(1)), ElementsAre(11, 12));
      EXPECT_TRUE(index.remove(person(1), agency(1), id_of<GrantId>(1), 2));
      EXPECT_THAT(rows_at(index, 150), ElementsAre(11));
    }
}

TEST(ConsentIndex, ForgetsWhatIsRemovedAndNothingElse) {
  ConsentIndex index;
  for (std::uint64_t grant = 1; grant <= 3; ++grant) index.put(usual(grant));
  EXPECT_FALSE(index.remove(person(1), agency(1), id_of<GrantId>(4), 1));
  EXPECT_FALSE(index.remove(person(2), agency(1), id_of<GrantId>(1), 1));
  EXPECT_TRUE(index.remove(person(1), agency(1), id_of<GrantId>(2), 1));
  EXPECT_FALSE(index.remove(person(1), agency(1), id_of<GrantId>(2), 1));
  EXPECT_THAT(rows_at(index, 150), ElementsAre(11, 31));
  for (const std::uint64_t grant : {1, 3}) EXPECT_TRUE(index.remove(person(1), agency(1), id_of<GrantId>(grant), 1));
  EXPECT_THAT(rows_at(index, 150), IsEmpty());
  EXPECT_EQ(index.size(), 0u);
  index.put(usual());
  EXPECT_THAT(rows_at(index, 150), ElementsAre(11));
}

// However many come and go, what stays is found, and room is used again.
TEST(ConsentIndex, DoesNotGrowByWhatCameAndWent) {
  ConsentIndex index;
  index.put(usual());
  for (std::uint64_t n = 2; n < 20; ++n) {
    auto grant = usual();
    grant.subject = person(n);
    index.put(grant);
  }
  const auto come_and_go = [&](std::uint64_t from, std::uint64_t to) {
    for (std::uint64_t n = from; n < to; ++n) {
      auto grant = usual();
      grant.subject = person(n);
      index.put(grant);
      ASSERT_TRUE(index.remove(grant.subject, grant.recipient, grant.grant, grant.version));
    }
  };
  come_and_go(100, 200);
  const std::size_t before = index.bytes();
  come_and_go(200, 5200);
  EXPECT_EQ(index.bytes(), before);
  EXPECT_THAT(rows_at(index, 150), ElementsAre(11));
}

/// Random draws grants of few persons, agencies, grants and versions, so that they meet.
struct Random {
  std::mt19937_64 engine;
  std::uint64_t below(std::uint64_t n) { return engine() % n; }
  IndexedGrant grant(std::uint32_t row) {
    IndexedGrant out;
    out.subject = person(below(6));
    out.recipient = agency(below(3));
    out.grant = id_of<GrantId>(below(4));
    out.version = static_cast<std::uint32_t>(1 + below(3));
    out.basis = below(2) == 0 ? Basis::part2Consent : Basis::justiceCondition;
    out.classes = static_cast<ClassMask>(engine());
    out.purposes = static_cast<PurposeMask>(engine());
    out.effective_at = Timestamp{below(40)};
    out.not_before = Timestamp{below(40)};
    out.not_after = Timestamp{30 + below(40)};
    out.state = below(4) == 0 ? static_cast<GrantState>(below(4)) : GrantState::active;
    out.row = row;
    return out;
  }
};

TEST(ConsentIndex, SaysWhatALookAtEveryGrantSays) {
  std::size_t compared = 0, answered = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Random random{std::mt19937_64(seed)};
    ConsentIndex index(seed);
    Plain plain;
    for (std::uint32_t step = 0; step < 120; ++step) {
      const auto grant = random.grant(step);
      if (random.below(5) == 0) {
        ASSERT_EQ(index.remove(grant.subject, grant.recipient, grant.grant, grant.version), plain.remove(grant));
      } else {
        index.put(grant);
        plain.put(grant);
      }
      const Pseudonym subject = person(random.below(6));
      const PartyId recipient = agency(random.below(3));
      const Timestamp at{random.below(80)};
      const auto expected = plain.in_force(subject, recipient, at);
      std::vector<Covered> found;
      index.in_force(subject, recipient, at, found);
      ASSERT_EQ(found, expected) << "seed " << seed << ", step " << step;
      ASSERT_EQ(index.size(), plain.grants.size());
      ++compared;
      answered += expected.empty() ? 0 : 1;
    }
  }
  EXPECT_EQ(compared, 2400u);
  EXPECT_GT(answered, 300u);  // not all of them nothing
}

}  // namespace
}  // namespace xch::policy
