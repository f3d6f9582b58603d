// S5. The sender signs everything that gives a note its meaning, for each reader its own terms included: every field of
// header, terms, recipient leaf and grant entry, changed by itself, is refused.
#include <functional>

#include "crypto/merkle.hpp"
#include "message/cells.hpp"
#include "message/cut.hpp"
#include "wire/records.hpp"

namespace xch::properties {
namespace {

using namespace message_test;

class Bound : public ::testing::TestWithParam<SuiteId> {
 protected:
  Scene scene{GetParam()};
  Bytes envelope = scene.envelope();
  const testing::TestParty& clinic = scene.coalition["clinic"];

  /// kept_signature opens the view with one change and everything else as it was signed.
  Status kept_signature(const std::function<void(Cut&, ViewBorrowed&)>& change) {
    Cut cut = cut_open(envelope, clinic);
    change(cut, cut.views.front());
    return scene.open(sew_up(cut, clinic, scene.random));
  }
  /// rebuilt opens the note with one change, all cells, roots and paths made anew, under the signature it had.
  Status rebuilt(const std::function<void(Parts&)>& change) {
    Parts parts = scene.take_apart(envelope);
    parts.signature = cut_open(envelope, clinic).bundle.signature.copy();
    change(parts);
    return scene.open(scene.put_together(parts));
  }
  Status changed_core(const std::function<void(NoteHeader&)>& change) {
    return kept_signature([&](Cut& cut, ViewBorrowed& view) {
      NoteHeader header = must(wire::decode_header(view.core));
      change(header);
      view.core = cut.keep(wire::encode(header));
    });
  }
  Status changed_terms(const std::function<void(RecipientTerms&)>& change) {
    return kept_signature([&](Cut& cut, ViewBorrowed& view) {
      RecipientTerms terms = must(wire::decode_terms(view.terms));
      change(terms);
      view.terms = cut.keep(wire::encode(terms));
    });
  }
};
XCH_FOR_EVERY_SUITE(Bound);

Bytes flipped(ByteView bytes, std::size_t at) {
  Bytes out = bytes.copy();
  out.at(at) ^= 1;
  return out;
}

template <class Record>
struct Field {
  const char* name;
  std::function<void(Record&)> change;
  Code code;  // of the first check that sees it
};

TEST_P(Bound, S5EveryFieldOfTheHeaderIsUnderTheSignature) {
  // A field that is added to the header stops this line, until it stands in the table.
  [[maybe_unused]] const auto& [suite, coalition, note_id, schema_id, schema_digest, part, policy_pack, sender, sender_key,
                                grant, status, basis, purpose, sealed_at, expires_at, recipients_root, checkpoint,
                                slot_count] = NoteHeader{};
  [[maybe_unused]] const auto& [origin, size, root] = LogReference{};
  const std::vector<Field<NoteHeader>> fields{
      {"suite", [&](NoteHeader& h) { h.suite = testing::other_suite(GetParam()); }, Code::open_header_suite},
      {"coalition", [](NoteHeader& h) { h.coalition.bytes[15] ^= 1; }, Code::open_header_coalition},
      {"noteId", [](NoteHeader& h) { h.note_id.bytes[15] ^= 1; }, Code::open_batch_path},
      {"schemaId", [](NoteHeader& h) { h.schema_id ^= 1; }, Code::open_schema_unknown},
      {"schemaDigest", [](NoteHeader& h) { h.schema_digest.bytes[31] ^= 1; }, Code::open_schema_unknown},
      {"part", [](NoteHeader& h) { h.part = Compartment(FieldClass::sdv, Form::full).value; }, Code::open_part},
      {"policyPack", [](NoteHeader& h) { h.policy_pack.bytes[31] ^= 1; }, Code::open_policy_pack},
      {"sender", [&](NoteHeader& h) { h.sender = clinic.id(); }, Code::open_header_sender},
      {"senderKey", [&](NoteHeader& h) { h.sender_key = clinic.seat.id; }, Code::open_sender_key},
      {"grant", [](NoteHeader& h) { h.grant.bytes[31] ^= 1; }, Code::open_batch_path},
      {"status", [](NoteHeader& h) { h.status.bytes[31] ^= 1; }, Code::open_batch_path},
      {"basis", [](NoteHeader& h) { h.basis = Basis::justiceCondition; }, Code::open_batch_path},
      {"purpose", [](NoteHeader& h) { h.purpose = Purpose::intake; }, Code::open_batch_path},
      {"sealedAt", [](NoteHeader& h) { h.sealed_at = before_now(1); }, Code::open_batch_path},
      {"expiresAt", [](NoteHeader& h) { h.expires_at = h.expires_at + 1; }, Code::open_batch_path},
      {"recipientsRoot", [](NoteHeader& h) { h.recipients_root.bytes[31] ^= 1; }, Code::open_batch_path},
      {"slotCount", [](NoteHeader& h) { h.slot_count = 64; }, Code::open_slot_count},
      {"checkpointOrigin", [](NoteHeader& h) { h.checkpoint.origin.bytes[31] ^= 1; }, Code::open_batch_path},
      {"checkpointSize", [](NoteHeader& h) { h.checkpoint.size = 1; }, Code::open_batch_path},
      {"checkpointRoot", [](NoteHeader& h) { h.checkpoint.root.bytes[31] ^= 1; }, Code::open_batch_path},
  };
  ASSERT_EQ(fields.size(), 17u + 3u);
  EXPECT_TRUE(passes(changed_core([](NoteHeader&) {})));
  EXPECT_TRUE(passes(rebuilt([](Parts&) {})));
  for (const auto& field : fields) {
    EXPECT_TRUE(refuses(changed_core(field.change), field.code)) << field.name;
    // Whoever makes all of it anew lacks the signature. (The root over the recipients follows from their leaves.)
    EXPECT_TRUE(refuses(rebuilt([&](Parts& p) {
      field.change(p.header);
      p.keep_recipients_root = true;
    }), Code::open_batch_signature)) << field.name;
  }
}

TEST_P(Bound, S5EveryFieldOfAReadersTermsIsUnderTheSignature) {
  [[maybe_unused]] const auto& [compartments, notice, obligations, thread_prev] = RecipientTerms{};
  const std::vector<Field<RecipientTerms>> fields{
      {"compartments, one less", [](RecipientTerms& t) { t.compartments.pop_back(); }, Code::open_recipient_path},
      {"compartments, one more",
       [](RecipientTerms& t) { t.compartments.push_back(Compartment(FieldClass::txt, Form::full)); },
       Code::open_recipient_path},
      {"notice", [](RecipientTerms& t) { t.notice = Notice::p2Short; }, Code::open_recipient_path},
      {"obligations, one less", [](RecipientTerms& t) { t.obligations.pop_back(); }, Code::open_recipient_path},
      {"obligations, one more", [](RecipientTerms& t) { t.obligations.push_back(Obligation::noIntegrate); },
       Code::open_recipient_path},
      {"threadPrev", [](RecipientTerms& t) { t.thread_prev.bytes[31] ^= 1; }, Code::open_recipient_path},
  };
  EXPECT_TRUE(passes(changed_terms([](RecipientTerms&) {})));
  for (const auto& field : fields) {
    EXPECT_TRUE(refuses(changed_terms(field.change), field.code)) << field.name;
    EXPECT_TRUE(refuses(rebuilt([&](Parts& p) { field.change(p.terms); }), Code::open_batch_signature)) << field.name;
  }
}

// The leaf is what binds a reader: its salt, agency, key, terms, and its place among the recipients.
TEST_P(Bound, S5EveryPartOfARecipientLeafIsUnderTheSignature) {
  const auto leaf = [&](const std::function<void(ViewBorrowed&)>& change) {
    return kept_signature([&](Cut&, ViewBorrowed& view) { change(view); });
  };
  EXPECT_TRUE(refuses(leaf([](ViewBorrowed& v) { v.recipient_salt.bytes[31] ^= 1; }), Code::open_recipient_path));
  EXPECT_TRUE(refuses(leaf([](ViewBorrowed& v) { v.terms_salt.bytes[31] ^= 1; }), Code::open_recipient_path));
  EXPECT_TRUE(refuses(leaf([](ViewBorrowed& v) { v.recipient_position ^= 1; }), Code::open_recipient_path));
  for (std::size_t i = 0; i < kRecipientDepth; ++i)
    EXPECT_TRUE(refuses(leaf([&](ViewBorrowed& v) { v.recipient_path[i].bytes[31] ^= 1; }), Code::open_recipient_path)) << i;

  // Agency: the clinic seals its own view on to the defender and to an outsider (surreptitious forwarding), with whose
  // keys and grants everything else is in order.
  for (const std::string other : {"defender", "patrol"}) {
    const auto& party = scene.coalition[other];
    Reader& reader = scene[other];
    reader.grants = scene["clinic"].grants;
    EXPECT_TRUE(refuses(scene.open(sew_up(cut_open(envelope, clinic), party, scene.random), other),
                        Code::open_recipient_path)) << other;
  }
  // Key: the same private half under another key id, so that the envelope opens.
  Reader& reader = scene["clinic"];
  message::GateKey other = reader.keys.front();
  other.id = testing::fixed_id<KeyId>("another key");
  testing::TestParty renamed;
  renamed.party = clinic.party;
  renamed.encryption.id = other.id;
  renamed.encryption_key.emplace(must(crypto::KemPrivateKey::from_bytes(
      GetParam(), crypto::export_private_key(*clinic.encryption_key).expose()), "key"));
  reader.keys.insert(reader.keys.begin(), other);
  EXPECT_TRUE(refuses(scene.open(sew_up(cut_open(envelope, clinic), renamed, scene.random)), Code::open_recipient_key));
  EXPECT_TRUE(passes(scene.open(envelope)));
}

// Slots root, place in the batch, the batch's own root, and every slot by its leaf.
TEST_P(Bound, S5EverySlotAndThePlaceInTheBatchAreUnderTheSignature) {
  const auto changed = [&](const std::function<void(Cut&, ViewBorrowed&)>& change) { return kept_signature(change); };
  EXPECT_TRUE(refuses(changed([](Cut&, ViewBorrowed& v) { v.slots_root.bytes[31] ^= 1; }), Code::open_batch_path));
  EXPECT_TRUE(refuses(changed([](Cut&, ViewBorrowed& v) { v.batch_position ^= 1; }), Code::open_batch_path));
  for (std::size_t i = 0; i < kBatchDepth; ++i)
    EXPECT_TRUE(refuses(changed([&](Cut&, ViewBorrowed& v) { v.batch_path[i].bytes[31] ^= 1; }), Code::open_batch_path)) << i;
  EXPECT_TRUE(refuses(changed([](Cut& c, ViewBorrowed&) { c.bundle.batch_root.bytes[31] ^= 1; }),
                      Code::open_batch_signature));
  const std::size_t slots = cut_open(envelope, clinic).views.front().slots.size();
  ASSERT_EQ(slots, progress().slot_count);
  for (std::size_t i = 0; i < slots; ++i)
    for (const bool last : {false, true})
      EXPECT_TRUE(refuses(changed([&](Cut& c, ViewBorrowed& v) {
        v.slots[i] = c.keep(flipped(v.slots[i], last ? v.slots[i].size() - 1 : 0));
      }), Code::open_slots_root)) << i;
}

// What is not signed is bound by what is: another M or wrap opens no cell.
TEST_P(Bound, S5WhatIsNotSignedOpensNothingElse) {
  EXPECT_TRUE(refuses(kept_signature([](Cut& c, ViewBorrowed& v) {
    v.note_secret = c.keep(flipped(v.note_secret, 31));
  }), Code::open_cell_tag));
  const std::size_t wraps = cut_open(envelope, clinic).views.front().wraps.size();
  ASSERT_EQ(wraps, 3u);
  for (std::size_t i = 0; i < wraps; ++i)
    EXPECT_TRUE(refuses(kept_signature([&](Cut& c, ViewBorrowed& v) {
      v.wraps[i].second = c.keep(flipped(v.wraps[i].second, 40));
    }), Code::open_wrap)) << i;
  // A wrap that opens well, but to another note's grant: two grants, one person, one compartment.
  auto spec = Scene::spec_of();
  spec.grant_id = "grant two";
  spec.seed = "another grant";
  Scene other(GetParam(), spec);
  const Parts theirs = other.take_apart(other.envelope());
  EXPECT_TRUE(refuses(kept_signature([&](Cut&, ViewBorrowed& v) { v.wraps[0].second = theirs.wraps[0].second; }),
                      Code::open_wrap));
}

// Each entry of a grant is under the grant's own signature, by entries_root.
TEST_P(Bound, S5EveryFieldOfAGrantEntryIsUnderTheAuthoritysSignature) {
  [[maybe_unused]] const auto& [index, salt, agency, compartment, rights, class_pk] = GrantEntry{};
  const auto& built = scene.care.built;
  const auto taken = [&](const std::function<void(GrantView&)>& change) {
    for (const auto& view : built.views) {
      if (view.agency != clinic.id()) continue;
      GrantView changed = view;
      change(changed);
      return grant::verify_view(testing::object_of(scene.coalition, changed), *scene.coalition.roster(), clinic.id(),
                                clinic.encryption.id, kNow, {});
    }
    testing::give_up(Code::not_found, "the clinic's view");
  };
  const std::vector<Field<GrantEntry>> fields{
      {"index", [](GrantEntry& e) { e.index ^= 1; }, Code::grant_entry_proof},
      {"salt", [](GrantEntry& e) { e.salt.bytes[31] ^= 1; }, Code::grant_entry_proof},
      {"agency", [&](GrantEntry& e) { e.agency = scene.coalition["defender"].id(); }, Code::grant_entry_proof},
      // The sender's entry of the pair stands there without its other half.
      {"compartment", [](GrantEntry& e) { e.compartment = Compartment(FieldClass::mh, Form::full); },
       Code::grant_entry_order},
      {"rights", [](GrantEntry& e) { e.rights = Rights::both; }, Code::grant_entry_proof},
      {"classPk", [&](GrantEntry& e) {
         e.class_pk = must(crypto::KemPrivateKey::generate(GetParam(), scene.random)).public_key().bytes().copy();
       }, Code::grant_entry_proof},
  };
  ASSERT_EQ(fields.size(), 6u);
  ASSERT_TRUE(passes(taken([](GrantView&) {})));
  for (const auto& field : fields)
    EXPECT_TRUE(refuses(taken([&](GrantView& v) { field.change(v.own.back().entry); }), field.code)) << field.name;
}

}  // namespace
}  // namespace xch::properties
