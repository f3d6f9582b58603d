// Faults that meet one check of the verifier of a presentation alone, most of them such as only the note's own sender
// could make: it signs what it changed.
#include <algorithm>
#include <tuple>

#include "crypto/labels.hpp"
#include "crypto/merkle.hpp"
#include "message/cells.hpp"
#include "message/onward.hpp"
#include "wire/records.hpp"
#include "wire/value.hpp"

namespace xch::message_test {
namespace {

class OneCheckOfAVerifier : public Onward {
 protected:
  /// resigned is the presentation of a note whose sender signed its batch again.
  Presentation resigned(Presentation p) {
    const auto& harbor = scene.coalition["harbor"];
    const auto leaf = message::batch_leaf(message::header_hash(p.core, p.slots_root));
    p.batch_root = crypto::sparse_root(p.batch_position, leaf, p.batch_path);
    p.batch_signature = must(crypto::sign(*harbor.seat_key, harbor.seat.id, crypto::sign_label(Kind::note), p.batch_root))
                            .view().copy();
    return p;
  }
  template <class Edit>
  Result<message::VerifiedPresentation> with_header(Edit edit) {
    Presentation p = body();
    NoteHeader header = must(wire::decode_header(p.core));
    edit(p, header);
    p.core = wire::encode(header);
    return verify(signed_by(resigned(std::move(p))));
  }
  /// with_plain has other bytes in the slot of `path`, under a commitment and a root that fit them.
  template <class Edit>
  Result<message::VerifiedPresentation> with_plain(const std::string& path, Edit edit) {
    request.slots = {slot_at(path)};
    Presentation p = body();
    DisclosedSlot& slot = p.slots.front();
    edit(slot.plain);
    auto leaves = note().leaves;
    const Digest commit = message::cell_commit(message::note_ctx(p.core), slot.index, slot.salt, slot.plain);
    leaves[slot.index] = message::cell_leaf(slot.index, commit, slot.ct_hash);
    p.slots_root = crypto::merkle_root(leaves);
    slot.path = crypto::merkle_paths({slot.index}, leaves).front();
    return verify(signed_by(resigned(std::move(p))));
  }
  /// by_sender is the note passed on from its sender's own archive to clinic.
  Result<message::VerifiedPresentation> by_sender(const std::shared_ptr<const grant::HeldGrant>& under) {
    if (!archive) archive = std::make_unique<message::OpenedBundle>(must(scene.open_bundle(scene.envelope("harbor"), "harbor")));
    const auto& harbor = scene.coalition["harbor"];
    const auto& clinic = scene.coalition["clinic"];
    request.audience = clinic.id();
    request.audience_key = clinic.encryption.id;
    request.under = under;
    const Presentation p = must(message::make_presentation(*archive->views.front().opened, request, harbor.id(),
                                                           harbor.seat.id, default_pack(), kNow));
    return message::verify_presentation(signed_by(p, "harbor"), scene["clinic"], request.audience_key, true, kNow);
  }
  std::unique_ptr<message::OpenedBundle> archive;
};
XCH_FOR_EVERY_SUITE(OneCheckOfAVerifier);

// ---- the note it comes from

TEST_P(OneCheckOfAVerifier, HeaderIsOfItsSendersSeatAndRoster) {
  EXPECT_TRUE(passes(with_header([](Presentation&, NoteHeader&) {})));
  const auto refused = [&](auto edit) {
    return refuses(with_header([&](Presentation&, NoteHeader& h) { edit(h); }), Code::verify_chain);
  };
  EXPECT_TRUE(refused([](NoteHeader& h) { h.sender_key.bytes[0] ^= 1; }));
  EXPECT_TRUE(refused([](NoteHeader& h) { h.sender.bytes[0] ^= 1; }));
  EXPECT_TRUE(refused([](NoteHeader& h) { h.coalition.bytes[0] ^= 1; }));
  EXPECT_TRUE(refused([](NoteHeader& h) { h.policy_pack.bytes[0] ^= 1; }));
}

TEST_P(OneCheckOfAVerifier, HeaderThatIsNoneIsMalformed) {
  Presentation p = body();
  p.core.resize(p.core.size() - 8);
  EXPECT_TRUE(refuses(verify(signed_by(resigned(std::move(p)))), Code::object_malformed));
}

TEST_P(OneCheckOfAVerifier, HeaderHasTheTypeAndTheSlotsOfItsSchema) {
  const auto refused = [&](auto edit) {
    return refuses(with_header([&](Presentation&, NoteHeader& h) { edit(h); }), Code::verify_slot);
  };
  EXPECT_TRUE(refused([](NoteHeader& h) { h.schema_id ^= 1; }));
  EXPECT_TRUE(refused([](NoteHeader& h) { h.slot_count = static_cast<std::uint16_t>(h.slot_count + 8); }));
  EXPECT_TRUE(refused([](NoteHeader& h) { h.slot_count = static_cast<std::uint16_t>(h.slot_count - 8); }));
}

TEST_P(OneCheckOfAVerifier, PresentersLeafMayStandInTheLastPlace) {
  const auto at = [&](unsigned position) {
    return with_header([&](Presentation& p, NoteHeader& h) {
      p.recipient_position = static_cast<std::uint8_t>(position);
      const Digest leaf = message::recipient_leaf(p.recipient_salt, scene.coalition["clinic"].id(), p.recipient_key,
                                                  p.terms_digest);
      h.recipients_root = crypto::sparse_root(p.recipient_position, leaf, p.recipient_path);
    });
  };
  // The header is another one now, so that the cells are of no note; that is the check after this one.
  EXPECT_TRUE(refuses(at((1u << kRecipientDepth) - 1), Code::verify_commitment));
  EXPECT_TRUE(refuses(at(1u << kRecipientDepth), Code::object_malformed));
}

// ---- slots

TEST_P(OneCheckOfAVerifier, FirstSlotIsOfTheSchemaLikeTheOthers) {
  request.slots = {slot_at("engaged")};
  Presentation p = body();
  p.slots.front().index = static_cast<std::uint16_t>(progress().slots.size());
  EXPECT_TRUE(refuses(verify(signed_by(p)), Code::verify_slot));
}

TEST_P(OneCheckOfAVerifier, SlotsMayStandSideBySide) {
  std::vector<std::uint16_t> present;
  for (const auto& cell : note().cells)
    if (cell.present) present.push_back(cell.slot);
  const auto first = std::adjacent_find(present.begin(), present.end(), [](auto a, auto b) { return b == a + 1; });
  ASSERT_NE(first, present.end());
  request.slots = {*first, *(first + 1)};
  EXPECT_TRUE(passes(verify(signed_by(body()))));
}

TEST_P(OneCheckOfAVerifier, PlainThatIsTooShortIsNoValue) {
  EXPECT_TRUE(refuses(changed([](Presentation& p) { p.slots.back().plain.pop_back(); }), Code::verify_value));
}

TEST_P(OneCheckOfAVerifier, SenderCannotCommitToAValueThatIsNone) {
  EXPECT_TRUE(passes(with_plain("engaged", [](Bytes&) {})));
  EXPECT_TRUE(passes(with_plain("engaged", [](Bytes& b) { b[message::kPlainHead] ^= 3; })));  // another code: 1 to 2
  EXPECT_TRUE(refuses(with_plain("engaged", [](Bytes& b) { b.back() = 1; }), Code::verify_value));           // padding
  EXPECT_TRUE(refuses(with_plain("engaged", [](Bytes& b) { b[message::kPlainHead + 1] = 1; }), Code::verify_value));  // no code
  EXPECT_TRUE(refuses(with_plain("engaged", [](Bytes& b) { std::fill(b.begin(), b.end(), std::uint8_t{0}); }),
                      Code::verify_absent));
}

// ---- the basis

/// widened is the default pack in which justice-condition gives all that part2-consent gives, for one more purpose too.
PolicyPack widened() {
  PolicyPack pack = default_pack();
  const PackBasis consent = *std::find_if(pack.bases.begin(), pack.bases.end(),
                                          [](const auto& row) { return row.basis == Basis::part2Consent; });
  for (auto& row : pack.bases)
    if (row.basis == Basis::justiceCondition) {
      const Basis basis = row.basis;
      row = consent;
      row.basis = basis;
    }
  pack.cells.erase(std::remove_if(pack.cells.begin(), pack.cells.end(),
                                  [](const auto& cell) { return cell.basis == Basis::justiceCondition; }), pack.cells.end());
  const auto cells = pack.cells;
  for (auto cell : cells) {
    if (cell.basis != Basis::part2Consent) continue;
    cell.basis = Basis::justiceCondition;
    pack.cells.push_back(cell);
  }
  const auto name = [](const PackCell& c) { return std::tie(c.basis, c.purpose, c.role, c.field_class); };
  std::sort(pack.cells.begin(), pack.cells.end(), [&](const auto& a, const auto& b) { return name(a) < name(b); });
  return pack;
}
PackBasis& row_of(PolicyPack& pack, Basis basis) {
  return *std::find_if(pack.bases.begin(), pack.bases.end(), [&](const auto& row) { return row.basis == basis; });
}

TEST_P(OneCheckOfAVerifier, BothBasesMustHaveLetTheHolderPassItOn) {
  const auto grant = another_grant([](auto& s) { s.basis = Basis::justiceCondition; });
  for (const std::string name : {"harbor", "clinic"}) {
    const auto held = grant.held.at(name);
    scene[name].grants[held->hash()] = held;
  }
  const auto with = [&](auto edit, bool sender) -> Status {
    for (const std::string name : {"harbor", "clinic"}) {
      scene[name].own_pack = widened();
      edit(scene[name].own_pack);
    }
    request.under = grant.held.at("clinic");
    request.audience = scene.coalition["harbor"].id();
    request.audience_key = scene.coalition["harbor"].encryption.id;
    const auto verified = sender ? by_sender(grant.held.at("harbor")) : verify(signed_by(body()));
    if (!verified) return fail(verified.error().code);
    return Ok{};
  };
  const auto nothing = [](PolicyPack&) {};
  const auto came = [](PolicyPack& p) { row_of(p, Basis::part2Consent).may_present.clear(); };
  const auto goes = [](PolicyPack& p) { row_of(p, Basis::justiceCondition).may_present.clear(); };
  const auto unknown = [](PolicyPack& p) {
    p.bases.erase(std::find_if(p.bases.begin(), p.bases.end(), [](const auto& row) { return row.basis == Basis::part2Consent; }));
  };
  EXPECT_TRUE(passes(with(nothing, false)));
  EXPECT_TRUE(refuses(with(came, false), Code::verify_basis));
  EXPECT_TRUE(refuses(with(goes, false), Code::verify_basis));
  EXPECT_TRUE(passes(with(nothing, true)));
  EXPECT_TRUE(passes(with(came, true)));  // its own note
  EXPECT_TRUE(refuses(with(goes, true), Code::verify_basis));
  EXPECT_TRUE(refuses(with(unknown, true), Code::verify_basis));
}

TEST_P(OneCheckOfAVerifier, PurposeIsOneOfTheGrantThatThePackAllowsToo) {
  const auto of_grant = [&](std::vector<Purpose> purposes) {
    const auto grant = another_grant([&](auto& s) { s.purposes = purposes; });
    request.under = grant.held.at("clinic");
    const auto held = grant.held.at("harbor");
    scene["harbor"].grants[held->hash()] = held;
    return verify(signed_by(body()));
  };
  EXPECT_TRUE(passes(of_grant({Purpose::coord})));
  EXPECT_TRUE(refuses(of_grant({Purpose::filing}), Code::verify_basis));
}

// 42 CFR 2.33(b)(3), 2.12(d)(2): as check_present says to the holder.
TEST_P(OneCheckOfAVerifier, TakesNoPart2NoteOutsidePart2) {
  const auto with = [&](bool part2, std::vector<FieldClass> classes) {
    const auto grant = another_grant([&](auto& s) {
      s.rights.erase(std::remove_if(s.rights.begin(), s.rights.end(), [](const auto& r) { return r.agency == "harbor"; }),
                     s.rights.end());
      for (const auto c : classes) s.rights.push_back({"harbor", Compartment(c, Form::full), Rights::both});
    });
    request.under = grant.held.at("clinic");
    const auto held = grant.held.at("harbor");
    scene["harbor"].grants[held->hash()] = held;
    PolicyPack& pack = scene["harbor"].own_pack = default_pack();
    for (auto& row : pack.classes) row.part2 = row.field_class == FieldClass::sud;
    row_of(pack, Basis::part2Consent).part2 = part2;
    return verify(signed_by(body()));
  };
  EXPECT_TRUE(passes(with(true, {FieldClass::eng, FieldClass::need, FieldClass::sud})));
  EXPECT_TRUE(refuses(with(true, {FieldClass::eng, FieldClass::need}), Code::verify_basis));
  EXPECT_TRUE(passes(with(false, {FieldClass::eng, FieldClass::need})));
}

}  // namespace
}  // namespace xch::message_test
