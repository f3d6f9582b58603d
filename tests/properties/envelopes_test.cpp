// S4 and S8: what a carrier sees of a batch, and where a grant's end is.
#include <cstring>
#include <map>

#include "crypto/digest.hpp"
#include "crypto/hpke.hpp"
#include "message/cells.hpp"
#include "message/cut.hpp"
#include "wire/records.hpp"

namespace xch::properties {
namespace {

using namespace message_test;

class Envelopes : public ::testing::TestWithParam<SuiteId> {
 protected:
  Scene scene{GetParam()};
};
XCH_FOR_EVERY_SUITE(Envelopes);

/// shared counts the places at which two of these have the same eight bytes, from byte `from` on.
std::size_t shared(const std::vector<Bytes>& all, std::size_t from) {
  std::map<std::uint64_t, std::size_t> seen;
  std::size_t out = 0;
  for (std::size_t e = 0; e < all.size(); ++e)
    for (std::size_t i = from; i + 8 <= all[e].size(); ++i) {
      std::uint64_t word = 0;
      std::memcpy(&word, all[e].data() + i, 8);
      const auto [at, fresh] = seen.emplace(word, e);
      if (!fresh && at->second != e) ++out;
    }
  return out;
}

TEST_P(Envelopes, S4OfOneBatchToAllItsRecipientsShareNoEightBytesAfterByteSix) {
  const auto batch = scene.seal({scene.note(), scene.note(), scene.note({{"wellbeing", "tired"}})});
  ASSERT_EQ(batch.envelopes.size(), 3u);
  std::vector<Bytes> all;
  for (const auto& sealed : batch.envelopes) all.push_back(sealed.envelope);
  EXPECT_EQ(shared(all, 6), 0u);
  // The count finds what is there: the bodies inside share the chain, the staple, the signature and most cells.
  std::vector<Bytes> bodies;
  for (const std::string reader : {"harbor", "clinic", "defender"})
    bodies.push_back(scene.body_of(scene.for_party(batch, reader), reader));
  EXPECT_GT(shared(bodies, 0), 1000u);
}

TEST_P(Envelopes, S4OfOneNoteSealedAgainShareNoEightBytesWithTheFirst) {
  const auto note = scene.note();
  std::vector<Bytes> all;
  for (int i = 0; i < 2; ++i)
    for (const auto& sealed : scene.seal({note}).envelopes) all.push_back(sealed.envelope);
  ASSERT_EQ(all.size(), 6u);
  EXPECT_EQ(shared(all, 6), 0u);
}

// ---- S8: revocation works from its time on

TEST_P(Envelopes, S8NoKeyOfANewVersionReachesTheReaderItLeftOut) {
  const Bytes before = scene.envelope();
  auto spec = Scene::spec_of();
  spec.version = 2;
  spec.previous = scene.care.built.hash;
  spec.effective_at = kNow;
  spec.status_index = 8;
  spec.seed = "second version";
  std::vector<testing::GrantRight> remaining;
  for (const auto& right : spec.rights)
    if (right.agency != "clinic") remaining.push_back(right);
  spec.rights = remaining;
  spec.edges = {{"harbor", "defender"}};
  const testing::TestGrant second = testing::make_grant(scene.coalition, spec);
  ASSERT_EQ(second.held.count("clinic"), 0u) << "the clinic gets no view of it";

  // The sender takes the new version; it names the clinic no more, and the old version seals nothing from its time on.
  auto old = scene.note();
  old.next_version_from = spec.effective_at;
  EXPECT_TRUE(refuses(scene.try_seal({old}), Code::seal_grant_superseded));
  old.next_version_from = kNow + 1;
  EXPECT_TRUE(passes(scene.try_seal({old})));
  auto fresh = scene.note(Scene::usual(), {"harbor", "clinic", "defender"});
  fresh.grant = second.held.at("harbor");
  EXPECT_TRUE(refuses(scene.try_seal({fresh}), Code::seal_recipient_not_named));
  fresh.to.erase(fresh.to.begin() + 1);
  const auto batch = must(scene.try_seal({fresh}), "second version");
  ASSERT_EQ(batch.envelopes.size(), 2u);
  const Cut cut = cut_open(scene.for_party(batch, "defender"), scene.coalition["defender"]);
  const ViewBorrowed& view = cut.views.front();
  EXPECT_EQ(must(wire::decode_header(view.core)).grant, second.built.hash);
  ASSERT_EQ(view.wraps.size(), 2u);

  // Even with the defender's own envelope opened for it, the clinic's keys of version 1 open nothing of version 2.
  const auto& clinic = *scene.care.held.at("clinic");
  for (const auto& [k, wrap] : view.wraps)
    for (const auto& reader : {"clinic", "defender", "harbor"}) {
      const crypto::KemPrivateKey* key = clinic.class_private_key(k);
      const Digest bound = message::class_wrap_info(second.built.hash, scene.sender.party, scene.coalition[reader].id(), k,
                                                    key->public_key().bytes());
      Bytes secret(32);
      EXPECT_TRUE(refuses(crypto::hpke_open(*key, message::class_wrap_hpke_info(bound), ByteView(), wrap, secret, Code::open_wrap),
                          Code::open_wrap));
    }
  EXPECT_TRUE(passes(scene.open(before)));  // never retroactive
}

TEST_P(Envelopes, S8AnEndRefusesAtTheSenderAndAtTheReader) {
  const Bytes before = scene.envelope();
  testing::StatusSpec ended;
  ended.version = 2;
  ended.issued_at = kNow;
  ended.states[7] = GrantState::revoked;
  const auto list = testing::hold_status(scene.coalition, ended);
  // The sender refuses by the list that shows it, and by one that is stale: at most a day late.
  auto note = scene.note();
  note.status = list;
  EXPECT_TRUE(refuses(scene.try_seal({note}), Code::revoked));
  note.status = scene.status;
  note.newest_status_version = 2;
  EXPECT_TRUE(refuses(scene.try_seal({note}), Code::seal_status_rollback));
  note.newest_status_version = 1;
  EXPECT_TRUE(passes(scene.try_seal({note})));
  EXPECT_TRUE(refuses(scene.try_seal({note}, scene.status->body().next_update + 1), Code::seal_status_stale));
  // The reader refuses what was sealed at or after the end, and takes what it had before.
  Reader& clinic = scene["clinic"];
  const Bytes late = scene.for_party(scene.seal({scene.note()}, after_now(60)), "clinic");
  clinic.status.inactive_since = after_now(60);
  clinic.received[crypto::sha256(before)] = kNow;
  EXPECT_TRUE(passes(scene.open(before, "clinic", after_now(120))));
  EXPECT_TRUE(refuses(scene.open(late, "clinic", after_now(120)), Code::open_cut_off));
}

}  // namespace
}  // namespace xch::properties
