// Rules of single records: order, limits, codes, and which fields stand together. Each case is a good value with one
// thing changed, encoded as the sender of such bytes would.
#include <gtest/gtest.h>

#include "wire/records_limits.hpp"
#include "wire/records_samples.hpp"

namespace xch::wire {
namespace {

template <class T, class Decode, class Change>
Code refusal(T value, Decode decode, Change change) {
  change(value);
  const auto result = decode(encode(value));
  EXPECT_FALSE(result) << "decoded";
  return result ? Code::bug : result.error().code;
}
#define EXPECT_REFUSED(code, sample, decode, change) \
  EXPECT_EQ(refusal(samples::sample(), decode, [](auto& v) { change; }), Code::code)

// ---- order ---------------------------------------------------------------------------------------------------------

TEST(RecordRules, ListsOfCodesAreStrictlyAscending) {
  EXPECT_REFUSED(record_malformed, key_record, decode_key_record, std::swap(v.bases[0], v.bases[1]));
  EXPECT_REFUSED(record_malformed, key_record, decode_key_record, v.bases[1] = v.bases[0]);
  EXPECT_REFUSED(record_malformed, grant_core, decode_grant_core, std::swap(v.purposes[0], v.purposes[1]));
  EXPECT_REFUSED(record_malformed, grant_core, decode_grant_core, v.purposes[1] = v.purposes[0]);
  EXPECT_REFUSED(record_malformed, terms, decode_terms, std::swap(v.compartments[0], v.compartments[1]));
  EXPECT_REFUSED(record_malformed, terms, decode_terms, v.compartments[1] = v.compartments[0]);
  EXPECT_REFUSED(record_malformed, terms, decode_terms, std::swap(v.obligations[0], v.obligations[1]));
  EXPECT_REFUSED(record_malformed, policy_pack, decode_policy_pack, std::swap(v.executable[0], v.executable[1]));
}

TEST(RecordRules, IndexesAreStrictlyAscending) {
  EXPECT_REFUSED(record_malformed, signed_roster, decode_signed_roster, std::swap(v.signatures[0], v.signatures[1]));
  EXPECT_REFUSED(record_malformed, signed_roster, decode_signed_roster, v.signatures[1].root_index = 0);
  EXPECT_REFUSED(record_malformed, grant_view, decode_grant_view, std::swap(v.own[0], v.own[1]));
  EXPECT_REFUSED(record_malformed, grant_view, decode_grant_view, v.own[1].entry.index = 3);
  EXPECT_REFUSED(record_malformed, grant_view, decode_grant_view, v.edges.push_back(v.edges[0]));
  EXPECT_REFUSED(record_malformed, grant_view, decode_grant_view, std::swap(v.class_keys[0], v.class_keys[1]));
  EXPECT_REFUSED(record_malformed, redaction, decode_redaction, std::swap(v.slots[0], v.slots[1]));
  EXPECT_REFUSED(record_malformed, redaction, decode_redaction, v.slots[1] = v.slots[0]);
  EXPECT_REFUSED(record_malformed, presentation, decode_presentation, v.slots[1].index = 1);
  EXPECT_REFUSED(record_malformed, presentation, decode_presentation, std::swap(v.slots[0], v.slots[1]));
}

TEST(RecordRules, APackHasOneRowPerKeyInOrder) {
  EXPECT_REFUSED(record_malformed, policy_pack, decode_policy_pack, v.classes.push_back(v.classes[0]));
  EXPECT_REFUSED(record_malformed, policy_pack, decode_policy_pack, v.cells.push_back(v.cells[1]));
  EXPECT_REFUSED(record_malformed, policy_pack, decode_policy_pack, std::swap(v.cells[0], v.cells[1]));
  EXPECT_REFUSED(record_malformed, policy_pack, decode_policy_pack, v.bases.push_back(v.bases[0]));
  EXPECT_REFUSED(record_malformed, policy_pack, decode_policy_pack, std::swap(v.forms[0], v.forms[1]));
  EXPECT_REFUSED(record_malformed, policy_pack, decode_policy_pack, v.maps.push_back(v.maps[0]));
  EXPECT_REFUSED(record_malformed, policy_pack, decode_policy_pack, std::swap(v.notices[0], v.notices[1]));
  EXPECT_REFUSED(record_malformed, policy_pack, decode_policy_pack, v.schemas.push_back(v.schemas[0]));
}

// ---- limits --------------------------------------------------------------------------------------------------------

TEST(RecordRules, ListsEndAtTheirLimits) {
  const auto chain = [](std::size_t n) { return std::vector<Signed>(n, samples::signed_object(Kind::keyRecord)); };
  SealedObject object = samples::sealed_object();
  object.chain = chain(kMaxKeyChain);
  EXPECT_TRUE(decode_sealed_object(encode(object)));
  object.chain = chain(kMaxKeyChain + 1);
  EXPECT_EQ(decode_sealed_object(encode(object)).error().code, Code::record_limit);

  Party party = samples::party();
  party.keys = chain(kMaxKeysPerParty);
  EXPECT_TRUE(decode_party(encode(party)));
  party.keys = chain(kMaxKeysPerParty + 1);
  EXPECT_EQ(decode_party(encode(party)).error().code, Code::record_limit);

  Roster roster = samples::roster();
  roster.roots.assign(kMaxRoots, RootKey{samples::run(32, 1)});
  EXPECT_TRUE(decode_roster(encode(roster)));
  roster.roots.push_back(roster.roots[0]);
  EXPECT_EQ(decode_roster(encode(roster)).error().code, Code::record_limit);
  roster.roots.pop_back();
  roster.parties.assign(kMaxParties, samples::party());
  EXPECT_TRUE(decode_roster(encode(roster)));
  roster.parties.push_back(samples::party());
  EXPECT_EQ(decode_roster(encode(roster)).error().code, Code::record_limit);
  roster.parties.clear();
  roster.revoked.assign(kMaxRevokedKeys + 1, samples::roster().revoked[0]);
  EXPECT_EQ(decode_roster(encode(roster)).error().code, Code::record_limit);

  SignedRoster signed_roster = samples::signed_roster();
  signed_roster.signatures.clear();
  for (std::uint8_t i = 0; i <= kMaxRoots; ++i)
    signed_roster.signatures.push_back(RootSignature{i, samples::run(64, 1)});
  EXPECT_EQ(decode_signed_roster(encode(signed_roster)).error().code, Code::record_limit);
}

TEST(RecordRules, AGrantViewHoldsAtMost4096Entries) {
  GrantView view = samples::grant_view();
  view.own.clear();
  view.edges.clear();
  for (std::uint16_t i = 0; i < kMaxGrantEntries / 2; ++i) {
    view.own.push_back(ProvenEntry{samples::entry(i, Rights::write), {}});
    view.edges.push_back(view.own.back());
  }
  EXPECT_TRUE(decode_grant_view(encode(view)));
  view.edges.push_back(ProvenEntry{samples::entry(5000, Rights::write), {}});
  EXPECT_EQ(decode_grant_view(encode(view)).error().code, Code::record_limit);
}

TEST(RecordRules, PathsEndAtTheirLimits) {
  Staple staple = samples::staple();
  staple.path.assign(kMaxStaplePath, samples::digest(1));
  EXPECT_TRUE(decode_staple(encode(staple)));
  staple.path.assign(kMaxStaplePath + 1, samples::digest(1));
  EXPECT_EQ(decode_staple(encode(staple)).error().code, Code::record_limit);
  EXPECT_REFUSED(record_limit, grant_view, decode_grant_view,
                 v.own[0].path.assign(kMaxEntryPath + 1, samples::digest(1)));
  EXPECT_REFUSED(record_limit, presentation, decode_presentation,
                 v.slots[0].path.assign(kMaxSlotPath + 1, samples::digest(1)));
  EXPECT_REFUSED(record_malformed, presentation, decode_presentation, v.batch_path.pop_back());
  EXPECT_REFUSED(record_limit, presentation, decode_presentation, v.batch_path.push_back(samples::digest(1)));
  EXPECT_REFUSED(record_malformed, presentation, decode_presentation, v.recipient_path.pop_back());
}

TEST(RecordRules, NumbersEndAtTheirLimits) {
  EXPECT_REFUSED(record_limit, header, decode_header, v.slot_count = 257);
  EXPECT_REFUSED(record_limit, status_body, decode_status_body, v.chunk_count = kMaxStatusChunks + 1);
  EXPECT_REFUSED(record_limit, staple, decode_staple, v.chunk_index = kMaxStatusChunks);
  EXPECT_REFUSED(record_limit, redaction, decode_redaction, v.slots[2] = 256);
  EXPECT_REFUSED(record_limit, presentation, decode_presentation, v.slots[1].index = 256);
  EXPECT_REFUSED(record_limit, presentation, decode_presentation, v.batch_position = 1024);
  EXPECT_REFUSED(record_limit, presentation, decode_presentation, v.recipient_position = 32);
  EXPECT_REFUSED(record_limit, terms, decode_terms, {
    v.compartments.clear();
    for (std::uint16_t c = 1; c < 7; ++c)
      for (std::uint16_t f = 0; f < 14; ++f) v.compartments.push_back(Compartment(static_cast<std::uint16_t>(c << 6 | f)));
  });
  EXPECT_REFUSED(record_limit, party, decode_party, v.name.assign(kMaxName + 1, 'x'));
  EXPECT_REFUSED(record_limit, redaction, decode_redaction, v.reason.assign(kMaxReason + 1, 'x'));
  EXPECT_REFUSED(record_limit, grant_view, decode_grant_view, v.subject_record.assign(kMaxSubjectRecord + 1, 'x'));
}

// ---- codes ---------------------------------------------------------------------------------------------------------

TEST(RecordRules, APacketForSomebodyOutsideHoldsToItsRules) {
  EXPECT_REFUSED(record_malformed, one_shot, decode_one_shot, v.fields.clear());
  EXPECT_REFUSED(record_malformed, one_shot, decode_one_shot, std::swap(v.fields[0], v.fields[1]));
  EXPECT_REFUSED(record_limit, one_shot, decode_one_shot, v.fields[1].slot = 256);
  EXPECT_REFUSED(record_malformed, one_shot, decode_one_shot, v.to.name = "");
  EXPECT_REFUSED(record_malformed, one_shot, decode_one_shot, v.to.name = "Corner\nBakery");
  EXPECT_REFUSED(record_limit, one_shot, decode_one_shot, v.to.name.assign(kMaxExternalName + 1, 'a'));
  EXPECT_REFUSED(record_malformed, one_shot, decode_one_shot, v.notice_text = "");
  EXPECT_REFUSED(record_limit, one_shot, decode_one_shot, v.entries.assign(kMaxCompartments + 1, v.entries[0]);
                 for (std::size_t i = 0; i < v.entries.size(); ++i) v.entries[i].entry.index = static_cast<std::uint16_t>(i));
  EXPECT_REFUSED(record_malformed, one_shot, decode_one_shot, v.entries.push_back(v.entries[0]));
  EXPECT_REFUSED(record_enum, one_shot, decode_one_shot, v.basis = Basis::none);
  EXPECT_REFUSED(record_enum, one_shot, decode_one_shot, v.purpose = static_cast<Purpose>(99));
  EXPECT_REFUSED(record_enum, one_shot, decode_one_shot, v.notice = Notice::none);
  EXPECT_REFUSED(record_malformed, one_shot, decode_one_shot, std::swap(v.obligations[0], v.obligations[1]));
  EXPECT_REFUSED(record_malformed, grant_view_with_externals, decode_grant_view, std::swap(v.externals[0], v.externals[1]));
  EXPECT_REFUSED(record_malformed, grant_view_with_externals, decode_grant_view, v.externals[1].name = "\xff");
  EXPECT_REFUSED(record_limit, grant_view_with_externals, decode_grant_view, v.externals.resize(kMaxExternals + 1, v.externals[1]));
}

TEST(RecordRules, AnUnknownCodeIsRefusedAsSuch) {
  EXPECT_REFUSED(record_enum, signed_object, decode_signed, v.kind = static_cast<Kind>(99));
  EXPECT_REFUSED(record_enum, key_record, decode_key_record, v.kind = KeyKind::none);
  EXPECT_REFUSED(record_enum, key_record, decode_key_record, v.kind = static_cast<KeyKind>(99));
  EXPECT_REFUSED(record_enum, key_record, decode_key_record, v.suite = static_cast<SuiteId>(4));
  EXPECT_REFUSED(record_enum, key_record, decode_key_record, v.bases[1] = static_cast<Basis>(99));
  EXPECT_REFUSED(record_enum, party, decode_party, v.kind = static_cast<PartyKind>(99));
  EXPECT_REFUSED(record_enum, party, decode_party, v.role = static_cast<Role>(99));
  EXPECT_REFUSED(record_enum, grant_core, decode_grant_core, v.basis = Basis::none);
  EXPECT_REFUSED(record_enum, grant_core, decode_grant_core, v.release = Release::none);
  EXPECT_REFUSED(record_enum, grant_core, decode_grant_core, v.required_suite = static_cast<SuiteId>(9));
  EXPECT_REFUSED(record_enum, grant_core, decode_grant_core, v.purposes[1] = static_cast<Purpose>(99));
  EXPECT_REFUSED(record_enum, grant_view, decode_grant_view, v.class_keys[1].compartment = Compartment(0xffff));
  EXPECT_REFUSED(record_enum, terms, decode_terms, v.notice = static_cast<Notice>(99));
  EXPECT_REFUSED(record_enum, terms, decode_terms, v.obligations[1] = static_cast<Obligation>(99));
  EXPECT_REFUSED(record_enum, terms, decode_terms, v.compartments[1] = Compartment(FieldClass::eng, Form::unusedForm17));
  EXPECT_REFUSED(record_enum, header, decode_header, v.suite = static_cast<SuiteId>(4));
  EXPECT_REFUSED(record_enum, header, decode_header, v.basis = static_cast<Basis>(99));
  EXPECT_REFUSED(record_enum, header, decode_header, v.purpose = static_cast<Purpose>(99));
  EXPECT_REFUSED(record_enum, presentation, decode_presentation, v.role = static_cast<PresenterRole>(3));
  EXPECT_REFUSED(record_enum, revocation_notice, decode_revocation_notice, v.state = GrantState::reserved);
  EXPECT_REFUSED(record_enum, policy_pack, decode_policy_pack, v.cells[0].effect = static_cast<Effect>(4));
  EXPECT_REFUSED(record_enum, policy_pack, decode_policy_pack, v.cells[0].relation = static_cast<Relation>(4));
}

TEST(RecordRules, WhatALaterCheckJudgesIsWellFormedHere) {
  // Opening has codes of its own for these (docs/format.md, "Open").
  RecipientTerms terms = samples::terms();
  terms.compartments.clear();
  EXPECT_TRUE(decode_terms(encode(terms)));
  NoteHeader header = samples::header();
  header.purpose = Purpose::none;
  EXPECT_TRUE(decode_header(encode(header)));
  header.suite = SuiteId::pq;  // reserved: refused by name, above
  EXPECT_TRUE(decode_header(encode(header)));
}

// ---- what stands together ------------------------------------------------------------------------------------------

TEST(RecordRules, OnlyAKeyRecordTravelsUnsigned) {
  EXPECT_REFUSED(record_malformed, unsigned_key_record, decode_signed, v.kind = Kind::grant);
  EXPECT_REFUSED(record_malformed, signed_object, decode_signed, v.signature.clear());
  EXPECT_REFUSED(record_malformed, signed_object, decode_signed, v.signer = KeyId{});
  EXPECT_REFUSED(record_malformed, signed_object, decode_signed, v.signature.pop_back());
  EXPECT_REFUSED(record_limit, signed_object, decode_signed, v.signature.push_back(0));
  EXPECT_REFUSED(record_malformed, signed_object, decode_signed, v.body.clear());
}

TEST(RecordRules, PublicKeysAreOf32Or65Bytes) {
  for (const std::size_t size : {0u, 31u, 33u, 64u, 66u}) {
    KeyRecord record = samples::key_record();
    record.public_key.assign(size, 4);
    EXPECT_EQ(decode_key_record(encode(record)).error().code, Code::record_malformed) << size;
  }
}

TEST(RecordRules, ASubjectRecordAndItsSaltStandTogether) {
  GrantView view = samples::grant_view();
  view.subject_record.clear();  // and the salt is then not written
  const auto back = decode_grant_view(encode(view));
  ASSERT_TRUE(back);
  EXPECT_TRUE(back->subject_salt.is_zero());
}

TEST(RecordRules, ASenderPresentsWithoutARecipientLeaf) {
  const auto sender = [] { return samples::presentation(PresenterRole::sender); };
  const auto change = [&](auto f) { return refusal(sender(), decode_presentation, f); };
  EXPECT_EQ(change([](auto& v) { v.recipient_salt = samples::fixed<Salt>(1); }), Code::record_malformed);
  EXPECT_EQ(change([](auto& v) { v.terms_digest = samples::digest(1); }), Code::record_malformed);
  EXPECT_EQ(change([](auto& v) { v.recipient_key = samples::fixed<KeyId>(1); }), Code::record_malformed);
  EXPECT_EQ(change([](auto& v) { v.recipient_position = 1; }), Code::record_malformed);
  EXPECT_EQ(change([](auto& v) { v.recipient_path.assign(5, samples::digest(1)); }), Code::record_malformed);
}

TEST(RecordRules, AReasonIsAShortCode) {
  for (const char* bad : {"", "Anna called", "a_b", "UPPER", "caf\xc3\xa9"}) {
    Redaction record = samples::redaction();
    record.reason = bad;
    EXPECT_EQ(decode_redaction(encode(record)).error().code, Code::record_malformed) << bad;
  }
}

TEST(RecordRules, TextsAreUtf8WithoutNul) {
  EXPECT_REFUSED(record_malformed, party, decode_party, v.name = std::string("a\0b", 3));
  EXPECT_REFUSED(record_malformed, party, decode_party, v.name = "\xff\xfe");
  EXPECT_REFUSED(record_malformed, policy_pack, decode_policy_pack, v.bases[0].elements[0] = "\xc0\x80");
}

TEST(RecordRules, AReceiptIsOfOneKind) {
  EXPECT_EQ(*receipt_kind(encode(samples::receipt())), ReceiptKind::note_opened);
  EXPECT_EQ(*receipt_kind(encode(samples::view_ack())), ReceiptKind::view_taken);
  EXPECT_EQ(*receipt_kind(encode(samples::revocation_notice())), ReceiptKind::state_changed);
  EXPECT_EQ(*receipt_kind(encode(samples::state_ack())), ReceiptKind::state_seen);
  EXPECT_EQ(decode_state_ack(encode(samples::revocation_notice())).error().code, Code::record_malformed);
  EXPECT_EQ(decode_revocation_notice(encode(samples::state_ack())).error().code, Code::record_malformed);
  EXPECT_EQ(decode_view_ack(encode(samples::receipt())).error().code, Code::record_malformed);
  EXPECT_EQ(decode_receipt(encode(samples::revocation_notice())).error().code, Code::record_malformed);
  EXPECT_EQ(decode_revocation_notice(encode(samples::view_ack())).error().code, Code::record_malformed);
}

TEST(RecordRules, ALogProofHasAnEntryOf512BytesAndAnEventThatFitsIt) {
  EXPECT_REFUSED(record_malformed, log_proof, decode_log_proof, v.entry.pop_back());
  EXPECT_REFUSED(record_limit, log_proof, decode_log_proof, v.entry.push_back(0));
  EXPECT_REFUSED(record_malformed, log_proof, decode_log_proof, v.event.clear());
  EXPECT_REFUSED(record_limit, log_proof, decode_log_proof, v.event.assign(kMaxLogEvent + 1, 1));
  EXPECT_REFUSED(record_malformed, log_proof, decode_log_proof, v.proof.clear());
  EXPECT_REFUSED(record_limit, log_proof, decode_log_proof, v.proof.assign(kMaxTlogProof + 1, 'a'));
  EXPECT_REFUSED(record_limit, presentation, decode_presentation, v.log_proof.assign(kMaxLogProof + 1, 1));
  LogProof largest = samples::log_proof();
  largest.event.assign(kMaxLogEvent, 1);
  largest.proof.assign(kMaxTlogProof, 'a');
  EXPECT_TRUE(decode_log_proof(encode(largest)));
  EXPECT_LE(encode(largest).size(), kMaxLogProof);
}

TEST(RecordRules, WhatIsToldInAnEmergencyHasFieldsInOrderAndItsFactsFit) {
  EXPECT_REFUSED(record_malformed, break_glass, decode_break_glass, v.fields.clear());
  EXPECT_REFUSED(record_malformed, break_glass, decode_break_glass, std::swap(v.fields[0], v.fields[1]));
  EXPECT_REFUSED(record_malformed, break_glass, decode_break_glass, v.fields[1].slot = v.fields[0].slot);
  EXPECT_REFUSED(record_limit, break_glass, decode_break_glass, v.fields[1].slot = 256);
  EXPECT_REFUSED(record_limit, break_glass, decode_break_glass, v.personnel.assign(kMaxFact + 1, 'a'));
  EXPECT_REFUSED(record_limit, break_glass, decode_break_glass, v.nature.assign(kMaxNature + 1, 'a'));
  EXPECT_REFUSED(record_malformed, break_glass, decode_break_glass, v.facility = "\xff\xfe");
}

TEST(RecordRules, AStatusListIsOfWholeChunks) {
  EXPECT_REFUSED(record_malformed, status_list, decode_status_list, v.chunks.pop_back());
  EXPECT_REFUSED(record_malformed, staple, decode_staple, v.chunk.pop_back());
}

// ---- grant entries, which are not Cap'n Proto ----------------------------------------------------------------------

TEST(GrantEntries, HaveThePublishedBytes) {
  GrantEntry entry = samples::entry(0x0102, Rights::both);
  EXPECT_EQ(to_hex(encode_entry(entry)), "0102" + to_hex(samples::run(32, 0x71)) + to_hex(samples::run(16, 0x72)) +
                                             "0100" + "03" + "0020" + to_hex(samples::run(32, 0x73)));
  entry = samples::entry(7, Rights::write);
  EXPECT_EQ(to_hex(encode_entry(entry)),
            "0007" + to_hex(samples::run(32, 0x71)) + to_hex(samples::run(16, 0x72)) + "0100" + "02" + "0000");
}

TEST(GrantEntries, RefuseTruncationExtensionAndChangedStructure) {
  const Bytes good = encode_entry(samples::entry(3, Rights::both));
  ASSERT_TRUE(decode_entry(good));
  for (std::size_t size = 0; size < good.size(); ++size) EXPECT_FALSE(decode_entry(ByteView(good).sub(0, size)));
  Bytes longer = good;
  longer.push_back(0);
  EXPECT_FALSE(decode_entry(longer));
  for (std::size_t at = 0; at < good.size(); ++at)
    for (const unsigned flip : {0x01u, 0x80u, 0xffu}) {
      Bytes changed = good;
      changed[at] = static_cast<std::uint8_t>(changed[at] ^ flip);
      const auto entry = decode_entry(changed);
      if (entry) {
        EXPECT_EQ(to_hex(encode_entry(*entry)), to_hex(changed)) << at;
      }
    }
}

TEST(GrantEntries, HaveAKeyExactlyWithReadRight) {
  GrantEntry entry = samples::entry(3, Rights::both);
  entry.rights = Rights::write;
  EXPECT_EQ(decode_entry(encode_entry(entry)).error().code, Code::record_malformed);
  entry.rights = Rights::read;
  entry.class_pk.clear();
  EXPECT_EQ(decode_entry(encode_entry(entry)).error().code, Code::record_malformed);
  entry.rights = static_cast<Rights>(4);
  EXPECT_EQ(decode_entry(encode_entry(entry)).error().code, Code::record_enum);
  entry = samples::entry(3, Rights::write);
  entry.compartment = Compartment(0);
  EXPECT_EQ(decode_entry(encode_entry(entry)).error().code, Code::record_enum);
}

}  // namespace
}  // namespace xch::wire
