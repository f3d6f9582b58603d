// Steps 7 to 14: header, recipient, grant, times, status, terms, slots, wraps. Each change is signed and sealed again, so
// that it meets its own check.
#include <algorithm>

#include "crypto/hpke.hpp"
#include "crypto/merkle.hpp"
#include "message/cells.hpp"
#include "message/fixture.hpp"
#include "wire/records.hpp"

namespace xch::message_test {
namespace {

class Note : public ::testing::TestWithParam<SuiteId> {
 protected:
  template <class Edit>
  Status changed(Edit edit, Timestamp now = kNow) {
    return scene.open_changed(edit, "clinic", now);
  }
  /// with_state puts a staple of a list in which the grant stands so under an honest note.
  Status with_state(GrantState state) {
    const Bytes sealed = scene.envelope();
    testing::StatusSpec spec;
    spec.version = 2;
    spec.states[7] = state;
    const auto list = testing::hold_status(scene.coalition, spec);
    Parts parts = scene.take_apart(sealed);
    parts.header.status = list->hash();
    parts.staples = {wire::encode(must(list->staple(7)))};
    return scene.open(scene.put_together(parts));
  }
  Scene scene{GetParam()};
};
XCH_FOR_EVERY_SUITE(Note);

// ---- header and recipient

TEST_P(Note, HeaderMustBeOfThisSuiteCoalitionSchemaAndPart) {
  EXPECT_TRUE(refuses(changed([&](Parts& p) { p.header.suite = testing::other_suite(GetParam()); }), Code::open_header_suite));
  EXPECT_TRUE(refuses(changed([](Parts& p) { p.header.coalition.bytes[0] ^= 1; }), Code::open_header_coalition));
  EXPECT_TRUE(refuses(changed([](Parts& p) { p.header.sender.bytes[0] ^= 1; }), Code::open_header_sender));
  EXPECT_TRUE(refuses(changed([](Parts& p) { p.header.schema_digest.bytes[0] ^= 1; }), Code::open_schema_unknown));
  EXPECT_TRUE(refuses(changed([](Parts& p) { p.header.schema_id ^= 1; }), Code::open_schema_unknown));
  EXPECT_TRUE(refuses(changed([](Parts& p) { p.header.part = 7; }), Code::open_part));
  scene["clinic"].own_pack.schemas.clear();
  EXPECT_TRUE(refuses(changed([](Parts&) {}), Code::open_schema_not_allowed));
}

TEST_P(Note, BatchPathMustLeadToTheSignedRoot) {
  EXPECT_TRUE(refuses(changed([](Parts& p) { p.batch_root = crypto::sha256(ByteView()); }), Code::open_batch_path));
}

TEST_P(Note, RecipientLeafMustBeOursUnderTheKeyItOpenedWith) {
  EXPECT_TRUE(refuses(changed([](Parts& p) {
    p.keep_recipients_root = true;
    p.recipient_salt.bytes[0] ^= 1;
  }), Code::open_recipient_path));
  EXPECT_TRUE(refuses(changed([](Parts& p) {
    p.keep_recipients_root = true;
    p.terms.thread_prev.bytes[0] ^= 1;
  }), Code::open_recipient_path));
  const KeyId other = testing::fixed_id<KeyId>("another key");
  EXPECT_TRUE(refuses(changed([&](Parts& p) { p.leaf_key = other; }), Code::open_recipient_path));
  auto second = scene["clinic"].keys.front();
  second.id = other;
  scene["clinic"].keys.push_back(second);
  EXPECT_TRUE(refuses(changed([&](Parts& p) { p.leaf_key = other; }), Code::open_recipient_key));
}

TEST_P(Note, RecipientKeyMustHaveBeenLiveWhenSealed) {
  const Bytes bytes = scene.envelope();
  scene["clinic"].keys.front().not_after = kNow;
  EXPECT_TRUE(passes(scene.open(bytes)));
  scene["clinic"].keys.front().not_after = before_now(1);
  EXPECT_TRUE(refuses(scene.open(bytes), Code::open_recipient_window));
}

// ---- replay

TEST_P(Note, SecondArrivalIsARepeatAndAnotherHeaderUnderItsIdAnAlarm) {
  const Bytes bytes = scene.envelope();
  scene["clinic"].mark = message::ReplayMark{scene.header_of(bytes), kNow};
  EXPECT_TRUE(must(must(scene.open_bundle(bytes)).views.front().opened).repeat);
  scene["clinic"].mark->header.bytes[0] ^= 1;
  EXPECT_TRUE(refuses(scene.open(bytes), Code::open_replay_alarm));
}

// ---- grant and times

TEST_P(Note, GrantThatIsNotHeldIsUnknown) {
  const Bytes bytes = scene.envelope();
  const auto grants = scene["clinic"].grants;
  scene["clinic"].grants.clear();
  EXPECT_TRUE(refuses(scene.open(bytes), Code::open_grant_unknown));
  scene["clinic"].grants = grants;
  EXPECT_TRUE(passes(scene.open(bytes)));
}

TEST_P(Note, BasisAndPurposeMustBeTheGrants) {
  EXPECT_TRUE(refuses(changed([](Parts& p) { p.header.basis = Basis::justiceCondition; }), Code::open_grant_basis));
  EXPECT_TRUE(refuses(changed([](Parts& p) { p.header.purpose = Purpose::filing; }), Code::open_purpose));
}

TEST_P(Note, SealedOutsideTheGrantIsRefusedByTheEndItMissed) {
  const GrantCore& core = scene.care.held.at("clinic")->core();
  scene["clinic"].keys.front().not_before = before_now(50 * kDay);
  EXPECT_TRUE(refuses(changed([&](Parts& p) { p.header.sealed_at = Timestamp{core.not_before.seconds - 1}; }),
                      Code::open_before_grant));
  scene["clinic"].keys.front().not_after = after_now(200 * kDay);
  EXPECT_TRUE(refuses(changed([&](Parts& p) { p.header.expires_at = core.not_after + 1; }), Code::open_expiry_beyond_grant));
  EXPECT_TRUE(refuses(changed([&](Parts& p) { p.header.expires_at = before_now(1); }), Code::open_sealed_after_expiry));
}

// The pack of the roster decides, so a sealer that forgot the rule helps nobody.
TEST_P(Note, ThatClaimsALongerLifeThanItsTypeMayHaveIsRefused) {
  const PolicyPack pack = living(2);
  Scene brief(GetParam(), Scene::spec_of(), progress_type(), "harbor", pack);
  auto note = brief.note();
  note.expires_at = after_now(2 * kHour);
  Parts parts = brief.take_apart(brief.for_party(brief.seal({note}), "clinic"));
  EXPECT_TRUE(passes(brief.open(brief.put_together(parts))));
  parts.header.expires_at = after_now(2 * kHour + 1);
  EXPECT_TRUE(refuses(brief.open(brief.put_together(parts)), Code::open_outlives_type));
}

TEST_P(Note, SealedAfterTheGrantsLastSecondIsRefused) {
  auto spec = Scene::spec_of();
  spec.not_after = kExpires;
  Scene brief(GetParam(), spec);
  const auto sealed_at = [&](Timestamp at) {
    return brief.open_changed([&](Parts& p) { p.header.sealed_at = at; }, "clinic", at);
  };
  EXPECT_TRUE(passes(sealed_at(after_now(60))));
  EXPECT_TRUE(refuses(sealed_at(kExpires), Code::open_staple_expired));
  EXPECT_TRUE(refuses(sealed_at(kExpires + 1), Code::open_after_grant));
}

TEST_P(Note, ExpiresAfterItsLastSecond) {
  const Bytes bytes = scene.envelope();
  EXPECT_TRUE(passes(scene.open(bytes, "clinic", kExpires)));
  EXPECT_TRUE(refuses(scene.open(bytes, "clinic", kExpires + 1), Code::open_expired));
}

// ---- status

TEST_P(Note, StapleMustShowTheGrantActive) {
  EXPECT_TRUE(passes(with_state(GrantState::active)));
  EXPECT_TRUE(refuses(with_state(GrantState::revoked), Code::open_staple_revoked));
  EXPECT_TRUE(refuses(with_state(GrantState::suspended), Code::open_staple_suspended));
  EXPECT_TRUE(refuses(with_state(GrantState::reserved), Code::open_staple_reserved));
}

TEST_P(Note, StapleMustHoldAtTheTimeOfSealing) {
  const auto sealed_at = [&](Timestamp at) {
    return changed([&](Parts& p) { p.header.sealed_at = at; }, after_now(kHour));
  };
  const StatusBody body = scene.status->body();
  EXPECT_TRUE(passes(sealed_at(body.next_update)));
  EXPECT_TRUE(refuses(sealed_at(body.next_update + 1), Code::open_staple_expired));
  EXPECT_TRUE(passes(sealed_at(Timestamp{body.issued_at.seconds - kClockSkew})));
  EXPECT_TRUE(refuses(sealed_at(Timestamp{body.issued_at.seconds - kClockSkew - 1}), Code::open_staple_future));
}

TEST_P(Note, StapleMustNotLiveLongerThanADay) {
  const auto living = [&](std::uint64_t seconds) {
    const auto& office = scene.coalition["office"];
    StatusList list = testing::make_status(scene.coalition);
    StatusBody body = must(wire::decode_status_body(list.signed_body.body));
    body.next_update = body.issued_at + seconds;
    const Signed longer =
        must(party::sign_object(Kind::statusList, wire::encode(body), office.authority->id, *office.authority_key));
    return changed([&](Parts& p) {
      Staple staple = must(scene.status->staple(7));
      staple.signed_body = longer;
      p.header.status = grant::status_hash(longer.body);
      p.staples = {wire::encode(staple)};
    });
  };
  EXPECT_TRUE(passes(living(grant::kMaxStatusLife)));
  EXPECT_TRUE(refuses(living(grant::kMaxStatusLife + 1), Code::open_staple_lifetime));
}

TEST_P(Note, StapleMustBeThereWholeAndOfTheGrantsChunk) {
  EXPECT_TRUE(refuses(changed([](Parts& p) { p.staples.clear(); }), Code::open_staple_missing));
  EXPECT_TRUE(refuses(changed([](Parts& p) { std::fill_n(p.staples.front().begin(), 8, std::uint8_t{255}); }), Code::open_staple_malformed));
  EXPECT_TRUE(refuses(changed([&](Parts& p) { p.staples = {wire::encode(must(scene.status->staple(300)))}; }),
                      Code::open_staple_path));
  const auto staple = [&](auto edit) {
    return changed([&](Parts& p) {
      Staple s = must(wire::decode_staple(p.staples.front()));
      edit(s);
      p.staples = {wire::encode(s)};
    });
  };
  EXPECT_TRUE(passes(staple([](Staple&) {})));
  EXPECT_TRUE(refuses(staple([](Staple& s) { s.chunk[9] ^= 1; }), Code::open_staple_path));
  EXPECT_TRUE(refuses(staple([](Staple& s) { s.signed_body.signature[3] ^= 1; }), Code::open_staple_signature));
}

TEST_P(Note, TwoListsOfOneVersionAreAnAlarm) {
  scene["clinic"].held_status = scene.status->hash();
  EXPECT_TRUE(passes(changed([](Parts&) {})));
  scene["clinic"].held_status->bytes[0] ^= 1;
  EXPECT_TRUE(refuses(changed([](Parts&) {}), Code::open_status_alarm));
}

TEST_P(Note, StaplesNotYetHeldAreHandedOut) {
  EXPECT_EQ(must(scene.open_bundle(scene.envelope())).staples.size(), 1u);
  scene["clinic"].held_status = scene.status->hash();
  EXPECT_EQ(must(scene.open_bundle(scene.envelope())).staples.size(), 0u);
}

TEST_P(Note, S8CutOffRefusesWhatWasSealedAfterItAndHoldsWhatArrivedAfterIt) {
  const Bytes bytes = scene.envelope();
  Reader& clinic = scene["clinic"];
  const Timestamp later = after_now(kHour);
  for (auto* cut : {&clinic.status.next_version_from, &clinic.status.inactive_since}) {
    *cut = kNow;
    EXPECT_TRUE(refuses(scene.open(bytes, "clinic", later), Code::open_cut_off));
    *cut = after_now(60);
    EXPECT_TRUE(refuses(scene.open(bytes, "clinic", later), Code::open_held));
    clinic.received[crypto::sha256(bytes)] = after_now(60);
    EXPECT_TRUE(refuses(scene.open(bytes, "clinic", later), Code::open_held));
    clinic.received[crypto::sha256(bytes)] = after_now(59);
    EXPECT_TRUE(passes(scene.open(bytes, "clinic", later)));
    clinic.received.clear();
    *cut = later + 1;  // not yet in effect
    EXPECT_TRUE(passes(scene.open(bytes, "clinic", later)));
    cut->reset();
  }
  clinic.inactive = true;
  EXPECT_TRUE(refuses(scene.open(bytes), Code::open_cut_off));
}

// ---- terms

TEST_P(Note, TermsMustBeExactlyWhatThePackGives) {
  EXPECT_TRUE(refuses(changed([](Parts& p) { p.terms.compartments.pop_back(); }), Code::open_terms));
  EXPECT_TRUE(refuses(changed([](Parts& p) { p.terms.compartments.push_back(Compartment(FieldClass::txt, Form::full)); }),
                      Code::open_terms));
  EXPECT_TRUE(refuses(changed([](Parts& p) {
    p.terms.notice = p.terms.notice == Notice::p2Short ? Notice::originator : Notice::p2Short;
  }), Code::open_notice));
  EXPECT_TRUE(refuses(changed([](Parts& p) { p.terms.obligations.clear(); }), Code::open_obligations));
  scene["clinic"].own_pack.executable.clear();
  EXPECT_TRUE(refuses(changed([](Parts&) {}), Code::open_obligation_unknown));
}

// ---- slots

TEST_P(Note, CellsStandExactlyWhereTheTermsAre) {
  const std::uint16_t inside = slot_at("nextStep"), outside = slot_at("wellbeing");
  EXPECT_TRUE(refuses(changed([&](Parts& p) { p.raw(outside, Bytes(message::cell_size(1024), 7)); }), Code::open_cell_outside));
  EXPECT_TRUE(refuses(changed([&](Parts& p) { p.raw(inside, Bytes(32, 7)); }), Code::open_cell_withheld));
  EXPECT_TRUE(refuses(changed([](Parts& p) { p.slots_root = crypto::sha256(ByteView()); }), Code::open_slots_root));
}

TEST_P(Note, RedactionWithoutAValidRecordIsRefused) {
  EXPECT_TRUE(refuses(changed([](Parts& p) { p.redactions.push_back(p.chain.front()); }), Code::open_redaction));
}

// ---- wraps

TEST_P(Note, WrapsMustBeThoseOfTheTermsAndForThisReader) {
  EXPECT_TRUE(refuses(changed([](Parts& p) { p.wraps.pop_back(); }), Code::open_wraps));
  EXPECT_TRUE(refuses(changed([](Parts& p) {
    p.wraps.emplace_back(Compartment(FieldClass::txt, Form::full), p.wraps.back().second);
  }), Code::open_wraps));
  EXPECT_TRUE(refuses(changed([](Parts& p) { p.wraps.back().first = Compartment(FieldClass::txt, Form::full); }),
                      Code::open_wraps));
  EXPECT_TRUE(refuses(changed([](Parts& p) { p.wraps.front().second.resize(100); }), Code::open_wraps));
  EXPECT_TRUE(refuses(changed([](Parts& p) { p.wraps.front().second.back() ^= 1; }), Code::open_wrap));
  EXPECT_TRUE(refuses(changed([](Parts& p) { std::swap(p.wraps[0].second, p.wraps[1].second); }), Code::open_wrap));
  const Parts others = scene.take_apart(scene.envelope("defender"), "defender");
  EXPECT_TRUE(refuses(changed([&](Parts& p) { p.wraps.front().second = others.wraps.front().second; }), Code::open_wrap));
}

// S2: an agency key without the consent key opens no cell.
TEST_P(Note, S2StaysClosedWithoutTheConsentKey) {
  const Bytes bytes = scene.envelope();
  EXPECT_TRUE(passes(scene.open(bytes)));
  scene.care.held.at("clinic")->erase_keys();
  EXPECT_TRUE(refuses(scene.open(bytes), Code::open_wrap));
}

}  // namespace
}  // namespace xch::message_test
