// Headers carry the sender's newest witnessed checkpoint; proofs that a note was sealed when it says go to its readers,
// and proofs that it was opened to its sender.
#include <algorithm>

#include "base/file.hpp"
#include "crypto/digest.hpp"
#include "log/tiles.hpp"
#include "session/log_proofs.hpp"
#include "session/witnessed.hpp"
#include "wire/records.hpp"

namespace xch::session_test {
namespace {

using message::Freshness;
using session::InboxReport;

Bytes envelope_to(World& world, const session::SealAnswer& answer, const std::string& name) {
  for (const auto& e : answer.envelopes)
    if (e.to == world.party(name).id) return e.envelope;
  ADD_FAILURE() << "nothing for " << name;
  return {};
}

struct LogProofs : ::testing::Test {
  GrantHash grant;
  std::unique_ptr<World> world = world_with_care(SuiteId::p256, &grant);
  Witnessed logs{*world};

  session::SealAnswer seal() { return must((*world)["harbor"].seal(request(grant)), "seal"); }
  Freshness opened_by(const std::string& name, const Bytes& envelope) {
    const auto answer = must((*world)[name].open_envelope(envelope), "open");
    EXPECT_EQ(answer.notes.size(), 1u);
    return answer.notes.empty() ? Freshness::contradicted : answer.notes.front().opened.freshness;
  }
  LogReference reference_in(const Bytes& envelope) {
    const auto answer = must((*world)["clinic"].open_envelope(envelope), "open");
    EXPECT_EQ(answer.notes.size(), 1u);
    return answer.notes.front().opened.header.checkpoint;
  }
  /// The proofs that lie in a home's spool, by what became of them.
  std::vector<session::InboxItem> proofs_taken(const std::string& name) {
    world->deliver_all();
    const InboxReport report = must((*world)[name].process_inbox(), "inbox");
    std::vector<session::InboxItem> out;
    for (const auto& item : report.items)
      if (item.what == "log proof") out.push_back(item);
    return out;
  }
  std::size_t waiting(const std::string& name) { return must((*world)[name].exchange_log().unproven(), "unproven"); }
};

TEST_F(LogProofs, HeadersCarryTheNewestCheckpointThatEnoughWitnessesHaveSigned) {
  const auto none = reference_in(envelope_to(*world, seal(), "clinic"));
  EXPECT_TRUE(none.origin.is_zero());
  EXPECT_EQ(none.size, 0u);
  EXPECT_EQ(none.root, crypto::sha256(ByteView()));
  logs.batch("harbor", {"office"});
  EXPECT_EQ(reference_in(envelope_to(*world, seal(), "clinic")).size, 0u) << "one of two has signed";
  logs.sign("harbor", {"patrol"});
  const auto seen = reference_in(envelope_to(*world, seal(), "clinic"));
  const auto note = (*world)["harbor"].exchange_log().witnessed()->note;
  const auto checkpoint = log::parse_checkpoint(log::parse_note(note)->text);
  ASSERT_TRUE(passes(checkpoint));
  EXPECT_EQ(seen.origin, crypto::th("LX1 log origin", {ByteView(checkpoint->origin)}));
  EXPECT_EQ(seen.size, checkpoint->size);
  EXPECT_EQ(seen.root, checkpoint->root);
  // A newer one that one witness alone has signed leaves the older in force.
  logs.batch("harbor", {"office"});
  EXPECT_EQ(reference_in(envelope_to(*world, seal(), "clinic")).size, seen.size);
  logs.sign("harbor", {"patrol"});
  EXPECT_GT(reference_in(envelope_to(*world, seal(), "clinic")).size, seen.size);
}

TEST_F(LogProofs, AStricterPolicyLeavesNoCheckpointToCarry) {
  logs.batch("harbor");
  EXPECT_NE(reference_in(envelope_to(*world, seal(), "clinic")).size, 0u);
  std::string strict = logs.policy();
  strict.replace(strict.find("group some 2"), 12, "group some 3");
  ASSERT_TRUE(passes((*world)["harbor"].exchange_log().set_policy(strict)));
  EXPECT_EQ(reference_in(envelope_to(*world, seal(), "clinic")).size, 0u);
}

TEST_F(LogProofs, GoToEveryRecipientAfterTheNextWitnessedCheckpoint) {
  const auto sealed = seal();
  EXPECT_EQ(waiting("harbor"), 1u);
  world->settle();
  const Bytes envelope = envelope_to(*world, sealed, "clinic");
  EXPECT_EQ(opened_by("clinic", envelope), Freshness::pending);
  logs.batch("harbor", {"office"});
  EXPECT_EQ(waiting("harbor"), 1u) << "one of two has signed";
  logs.sign("harbor", {"patrol"});
  EXPECT_EQ(waiting("harbor"), 0u);
  for (const auto* name : {"clinic", "defender"}) {
    const auto items = proofs_taken(name);
    ASSERT_EQ(items.size(), 1u) << name;
    EXPECT_FALSE(items.front().error) << name;
  }
  EXPECT_EQ(opened_by("clinic", envelope), Freshness::verified);
  EXPECT_EQ(opened_by("harbor", envelope_to(*world, sealed, "harbor")), Freshness::verified) << "its own copy";
  const auto rows = must((*world)["clinic"].journal(1, 1000), "journal");
  EXPECT_NE(rows.back().detail_json.find("\"freshness\":\"verified\""), std::string::npos) << rows.back().detail_json;
}

TEST_F(LogProofs, MayComeBeforeTheNoteIsOpened) {
  const auto sealed = seal();
  logs.batch("harbor");
  world->settle();
  EXPECT_EQ(opened_by("clinic", envelope_to(*world, sealed, "clinic")), Freshness::verified);
}

TEST_F(LogProofs, CountForWhoHasAPolicyThatNamesTheLog) {
  ASSERT_TRUE(passes((*world)["clinic"].exchange_log().set_policy("quorum none\n")));
  const auto sealed = seal();
  logs.batch("harbor");
  world->deliver_all();
  for (const auto& item : proofs_taken("clinic")) EXPECT_FALSE(item.error);
  world->settle();
  const Bytes envelope = envelope_to(*world, sealed, "clinic");
  EXPECT_EQ(opened_by("clinic", envelope), Freshness::pending);
  logs.give_policy("clinic");
  EXPECT_EQ(opened_by("clinic", envelope), Freshness::verified) << "it was kept for then";
  // As many witnesses as the reader asks for.
  std::string strict = logs.policy();
  strict.replace(strict.find("group some 2"), 12, "group some 3");
  ASSERT_TRUE(passes((*world)["clinic"].exchange_log().set_policy(strict)));
  EXPECT_EQ(opened_by("clinic", envelope), Freshness::pending);
}

TEST_F(LogProofs, AreNotSentWhereTheWitnessesSignedTooLate) {
  const auto sealed = seal();
  world->settle();
  world->advance(session::kMergeDelay + 1);
  logs.batch("harbor");
  EXPECT_EQ(waiting("harbor"), 0u);
  EXPECT_TRUE(proofs_taken("clinic").empty());
}

TEST_F(LogProofs, OfAnOpenedNoteGoToItsSender) {
  const auto sealed = seal();
  world->settle();
  EXPECT_EQ(opened_by("clinic", envelope_to(*world, sealed, "clinic")), Freshness::pending);
  EXPECT_EQ(waiting("clinic"), 1u);
  logs.batch("clinic");
  EXPECT_EQ(waiting("clinic"), 0u);
  const auto items = proofs_taken("harbor");
  ASSERT_EQ(items.size(), 1u);
  EXPECT_FALSE(items.front().error);
  EXPECT_FALSE(must((*world)["harbor"].exchange_log().held_proof(sealed.notes.front().header, world->party("clinic").id),
                    "held").empty());
}

TEST_F(LogProofs, LetAHeldNoteOpen) {
  const auto sealed = seal();
  const Bytes envelope = envelope_to(*world, sealed, "clinic");
  // Its proof, and that the grant has ended since, reach the clinic before the note does.
  world->advance(600);
  const Bytes list = world->make_status("office", 2, world->now(), {{7, GrantState::revoked}});
  must((*world)["office"].deliver("clinic", list, ".lxs"), "list");
  world->deliver_all();
  ASSERT_TRUE(passes((*world)["clinic"].process_inbox()));
  const auto held = must((*world)["clinic"].open_envelope(envelope), "open");
  ASSERT_EQ(held.refused.size(), 1u);
  EXPECT_EQ(held.refused.front().code, Code::open_held);
  logs.batch("harbor");
  ASSERT_EQ(proofs_taken("clinic").size(), 1u);
  EXPECT_EQ(opened_by("clinic", envelope), Freshness::verified);
}

TEST_F(LogProofs, GoAlongWithAPresentation) {
  const auto sealed = seal();
  world->settle();
  const Bytes archive = envelope_to(*world, sealed, "harbor");
  const auto present = [&] {
    const auto nonce = must((*world)["clinic"].new_nonce(), "nonce");
    const auto shown = must((*world)["harbor"].present(archive, sealed.notes.front().header, {"nextStep"}, "clinic", nonce,
                                                       Purpose::coord, std::nullopt), "present");
    return must((*world)["clinic"].verify(shown.envelope), "verify").presentation.verification;
  };
  EXPECT_EQ(present(), message::Verification::indeterminate);
  logs.batch("harbor");  // the clinic has not taken in its own copy of the proof
  EXPECT_EQ(present(), message::Verification::pass);
  ASSERT_TRUE(passes((*world)["clinic"].exchange_log().set_policy("quorum none\n")));
  EXPECT_EQ(present(), message::Verification::indeterminate) << "it knows no such log";
}

// ---- what is no proof ----------------------------------------------------------------------------------------------

/// What the office sends the clinic, in its own name.
struct SentByTheOffice : LogProofs {
  std::optional<Code> taken(Bytes body, Kind kind = Kind::logProof) {
    auto& access = (*world)["office"].authority_access();
    const auto key = must(access.authority_key(Basis::part2Consent), "key");
    SealedObject object;
    object.object = must(party::sign_object(kind, std::move(body), key.record->id, *key.key), "sign");
    object.chain = key.chain;
    must(access.send_object(object, world->party("clinic").id, false), "send");
    const auto items = proofs_taken("clinic");
    EXPECT_EQ(items.size(), 1u);
    if (items.empty() || !items.front().error) return std::nullopt;
    EXPECT_FALSE(items.front().waits);
    return items.front().error->code;
  }
  /// An event in the office's own log, and its proof.
  LogProof proof_of(EventKind kind, const HeaderHash& header) {
    auto& access = (*world)["office"].authority_access();
    must(access.put_all({}, {{kind, retag<Digest>(header), "{}"}}), "event");
    logs.batch("office", {"harbor", "patrol"});
    auto log = (*world)["office"].exchange_log();
    const auto rows = must((*world)["office"].journal(1, 1000), "journal");
    return must(log.prove_event(header, must(log.place_of(rows.back().seq), "place")), "proof");
  }
  HeaderHash some{retag<HeaderHash>(crypto::sha256(ByteView(std::string_view("a note"))))};
};

TEST_F(SentByTheOffice, AreRefusedEachForItsOwnReason) {
  EXPECT_EQ(taken(Bytes(8, 1)), Code::object_malformed);
  const LogProof good = proof_of(EventKind::sealed, some);
  EXPECT_EQ(taken(wire::encode(good)), std::nullopt);
  LogProof bad = good;
  bad.event[0] = 9;
  EXPECT_EQ(taken(wire::encode(bad)), Code::log_event) << "no event";
  bad = good;
  bad.header = HeaderHash();
  EXPECT_EQ(taken(wire::encode(bad)), Code::log_event) << "of another note";
  bad = good;
  bad.blind.bytes[0] ^= 1;
  EXPECT_EQ(taken(wire::encode(bad)), Code::log_event) << "does not open the commitment";
  bad = good;
  bad.entry[0] = 7;
  EXPECT_EQ(taken(wire::encode(bad)), Code::log_entry);
  bad = good;
  bad.entry[511] ^= 1;
  EXPECT_EQ(taken(wire::encode(bad)), Code::log_inclusion);
  bad = good;
  bad.proof.pop_back();
  EXPECT_EQ(taken(wire::encode(bad)), Code::log_proof);
  EXPECT_EQ(taken(wire::encode(proof_of(EventKind::roster, some))), Code::log_event) << "no event that is shown to others";
  EXPECT_EQ(taken(wire::encode(proof_of(EventKind::opened, some))), Code::receipt_unknown) << "of no note of the clinic's";
}

TEST_F(SentByTheOffice, CannotCountForTheNoteOfAnother) {
  const auto sealed = seal();
  const LogProof claimed = proof_of(EventKind::sealed, sealed.notes.front().header);
  EXPECT_EQ(taken(wire::encode(claimed)), std::nullopt) << "it may say so in its own log";
  world->settle();
  EXPECT_EQ(opened_by("clinic", envelope_to(*world, sealed, "clinic")), Freshness::pending);
  // Nor does the harbor's own proof, sent by the office: it is not of the office's log.
  logs.batch("harbor");
  ASSERT_EQ(proofs_taken("clinic").size(), 1u);
  const Bytes real = must((*world)["harbor"].exchange_log().held_proof(sealed.notes.front().header, world->party("harbor").id), "proof");
  EXPECT_EQ(taken(real), Code::log_sender);
}

}  // namespace
}  // namespace xch::session_test
