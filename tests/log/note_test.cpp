#include "log/note.hpp"

#include <gtest/gtest.h>

#include "crypto/ed25519.hpp"
#include "log/sample.hpp"
#include "log/vectors.hpp"

namespace xch::log {
namespace {

TEST(CheckNote, AgreesWithTheSumdbNotes) {
  XCH_VECTORS(file, "sumdb/notes.json");
  int ok = 0, malformed = 0, refused = 0;
  for (const auto& test : file["notes"]) {
    SCOPED_TRACE(text(test["name"]));
    const std::string& expected = text(test["expect"]);
    std::vector<VerifierKey> keys;
    for (const auto& key : test["trusted_vkeys"]) keys.push_back(*VerifierKey::parse(text(key)));
    const auto trust = TrustList::make(keys);
    if (expected.rfind("ambiguous", 0) == 0) {
      EXPECT_TRUE(refuses(trust, Code::log_verifier_key));
      ++refused;
      continue;
    }
    ASSERT_TRUE(passes(trust));
    const auto note = parse_note(text(test["note"]));
    if (expected == "malformed") {
      EXPECT_TRUE(refuses(note, Code::log_note));
      ++malformed;
      continue;
    }
    ASSERT_TRUE(passes(note));
    EXPECT_EQ(encode_note(*note), text(test["note"]));
    const auto verdicts = check_note(*note, *trust);
    if (expected != "ok") {
      EXPECT_TRUE(refuses(verdicts, Code::log_note_signature));
      ++refused;
      continue;
    }
    ASSERT_TRUE(passes(verdicts));
    std::vector<std::string> names;
    for (const auto& verdict : *verdicts) names.push_back(keys[verdict.key].name());
    EXPECT_EQ(names, test["verified"].get<std::vector<std::string>>());
    ++ok;
  }
  EXPECT_EQ(ok, 3);
  EXPECT_EQ(malformed, 7);
  EXPECT_EQ(refused, 3);
}

TEST(VerifierKeyParse, AgreesWithTheSumdbKeys) {
  XCH_VECTORS(file, "sumdb/notes.json");
  for (const auto& key : file["good_vkeys"]) {
    const auto parsed = VerifierKey::parse(text(key));
    ASSERT_TRUE(passes(parsed));
    EXPECT_EQ(parsed->text(), text(key));
  }
  for (const auto& key : file["bad_vkeys"]) EXPECT_TRUE(refuses(VerifierKey::parse(text(key)), Code::log_verifier_key));
  EXPECT_EQ(file["good_vkeys"].size(), 3u);
  EXPECT_EQ(file["bad_vkeys"].size(), 2u);
}

TEST(VerifierKeyParse, AgreesWithTheCosignatureKeys) {
  XCH_VECTORS(file, "tlog-c2sp/cases.json");
  const auto& keys = file["cosig_vkeys"];
  for (const auto& key : keys["ok"]) {
    const auto parsed = VerifierKey::parse(text(key));
    ASSERT_TRUE(passes(parsed));
    EXPECT_EQ(parsed->text(), text(key));
    EXPECT_EQ(parsed->type(), parsed->name() == "TEST" ? KeyType::ed25519 : KeyType::cosignature);
  }
  for (const auto& key : keys["bad"]) EXPECT_TRUE(refuses(VerifierKey::parse(text(key)), Code::log_verifier_key));
  EXPECT_EQ(keys["ok"].size(), 2u);
  EXPECT_EQ(keys["bad"].size(), 3u);
}

TEST(VerifierKeyParse, RefusesEveryTruncationAndEveryChangedByte) {
  const std::string key = sample_witness(1).verifier().text();
  ASSERT_TRUE(passes(VerifierKey::parse(key)));
  for_every_truncation(key, [](const std::string& t) { ASSERT_FALSE(VerifierKey::parse(t)) << t; });
  for_every_change(key, [](const std::string& t) { ASSERT_FALSE(VerifierKey::parse(t)) << t; });
}

TEST(VerifierKeyMake, RefusesOtherTypesSizesAndNames) {
  const Bytes key(32, 1);
  EXPECT_TRUE(passes(VerifierKey::make("a", KeyType::ed25519, key)));
  for (const int type : {0x00, 0x02, 0x05, 0xff})
    EXPECT_TRUE(refuses(VerifierKey::make("a", static_cast<KeyType>(type), key), Code::log_verifier_key)) << type;
  EXPECT_TRUE(refuses(VerifierKey::make("a", KeyType::ed25519, Bytes(31, 1)), Code::log_verifier_key));
  EXPECT_TRUE(refuses(VerifierKey::make("a", KeyType::ml_dsa_44, key), Code::log_verifier_key));
  for (const char* name : {"", "a b", "a+b", "a\nb", "a\x7f\xc2\xa0", "\xe3\x80\x80", "\xff"})
    EXPECT_TRUE(refuses(VerifierKey::make(name, KeyType::ed25519, key), Code::log_verifier_key)) << name;
}

TEST(ParseNote, RefusesEveryTruncationAndReencodesWhateverItTakes) {
  const std::string note = sample_note(sample_checkpoint());
  ASSERT_EQ(encode_note(*parse_note(note)), note);
  for_every_truncation(note, [](const std::string& t) { ASSERT_TRUE(refuses(parse_note(t), Code::log_note)); });
  int taken = 0, refused = 0;
  for_every_change(note, [&](const std::string& t) {
    const auto parsed = parse_note(t);
    ++(parsed ? taken : refused);
    if (parsed) { ASSERT_EQ(encode_note(*parsed), t); }
  });
  EXPECT_GT(taken, 1000);
  EXPECT_GT(refused, 1000);
}

TEST(ParseNote, KeepsEmptyLinesOfTheText) {
  SignedNote note{"one\n\ntwo\n\n", {*sample_log_key().sign("one\n\ntwo\n\n")}};
  const auto parsed = parse_note(encode_note(note));
  ASSERT_TRUE(passes(parsed));
  EXPECT_EQ(parsed->text, note.text);
}

TEST(ParseNote, TakesAHundredSignaturesAndNoMore) {
  SignedNote note{"text\n", std::vector<NoteSignature>(100, *sample_log_key().sign("text\n"))};
  EXPECT_TRUE(passes(parse_note(encode_note(note))));
  note.signatures.push_back(note.signatures[0]);
  EXPECT_TRUE(refuses(parse_note(encode_note(note)), Code::log_note));
}

TEST(ParseNote, RefusesMoreThanAMebibyte) {
  SignedNote note{std::string(kNoteMaxBytes, 'x') + "\n", {*sample_log_key().sign("text\n")}};
  EXPECT_TRUE(refuses(parse_note(encode_note(note)), Code::log_note));
  EXPECT_TRUE(refuses(sample_log_key().sign(note.text), Code::log_note));
}

TEST(CheckNote, RefusesANoteWithAnyByteOfItChanged) {
  const std::string note = sample_note(sample_checkpoint());
  const auto trust = *TrustList::make({sample_log_key().verifier()});
  ASSERT_TRUE(passes(check_note(*parse_note(note), trust)));
  for (std::size_t i = 0; i < note.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = note;
      changed[i] = static_cast<char>(changed[i] ^ 1 << bit);
      const auto parsed = parse_note(changed);
      ASSERT_FALSE(parsed && check_note(*parsed, trust)) << i << " " << bit;
    }
  }
}

TEST(CheckNote, PassesOverAnMlDsaSignatureAsIfItsKeyWereUnknown) {
  const auto ml_dsa = *VerifierKey::make("pq.example", KeyType::ml_dsa_44, Bytes(1312, 7));
  EXPECT_EQ(VerifierKey::parse(ml_dsa.text())->text(), ml_dsa.text());
  const auto trust = *TrustList::make({sample_log_key().verifier(), ml_dsa});
  SignedNote note = *parse_note(sample_note(sample_checkpoint()));
  note.signatures.push_back({"pq.example", ml_dsa.id(), Bytes(8 + 2420, 9)});
  const auto verdicts = check_note(*parse_note(encode_note(note)), trust);
  ASSERT_TRUE(passes(verdicts));
  ASSERT_EQ(verdicts->size(), 1u);
  EXPECT_EQ((*verdicts)[0].key, 0u);
  note.signatures.erase(note.signatures.begin());
  EXPECT_TRUE(refuses(check_note(note, trust), Code::log_note_signature));
}

TEST(CheckNote, RefusesTheWholeNoteForOneKnownSignatureThatFails) {
  SignedNote note = *parse_note(sample_note(sample_checkpoint(), {1}));
  const auto trust = *TrustList::make({sample_log_key().verifier(), sample_witness(1).verifier()});
  ASSERT_TRUE(passes(check_note(note, trust)));
  note.signatures[1].bytes[20] ^= 1;
  EXPECT_TRUE(refuses(check_note(note, trust), Code::log_note_signature));
  // To those who do not know the witness it says nothing.
  EXPECT_TRUE(passes(check_note(note, *TrustList::make({sample_log_key().verifier()}))));
}

TEST(CheckNote, CountsAKeyOnceAndItsLatestTime) {
  SignedNote note = *parse_note(sample_note(sample_checkpoint()));
  for (const std::uint64_t time : {500u, 900u, 700u})
    note.signatures.push_back(*sample_witness(1).cosign(note.text, Timestamp{time}));
  const auto verdicts = *check_note(note, *TrustList::make({sample_witness(1).verifier()}));
  ASSERT_EQ(verdicts.size(), 1u);
  EXPECT_EQ(verdicts[0].time, Timestamp{900});
}

TEST(CheckNote, RefusesACosignatureOfTimeZeroOrOfAnotherTime) {
  const auto key = sample_witness(1).verifier();
  const std::string note_text = "text\n";
  Bytes signature = sample_witness(1).cosign(note_text, Timestamp{1000})->bytes;
  EXPECT_EQ(*key.check(note_text, signature), Timestamp{1000});
  store_u64(signature.data(), 1001);
  EXPECT_TRUE(refuses(key.check(note_text, signature), Code::log_note_signature));
  // Signed as they say, and yet no times of a cosignature.
  const auto seed = *crypto::SignPrivateKey::from_bytes(SuiteId::x25519, Bytes(32, 17));
  for (const std::uint64_t time : {std::uint64_t{0}, std::uint64_t{1} << 63, std::uint64_t{1001}}) {
    const std::string message = "cosignature/v1\ntime " + std::to_string(time) + "\n" + note_text;
    signature = ByteWriter().u64(time).raw(*crypto::ed25519_sign(seed, ByteView(message))).bytes();
    EXPECT_EQ(key.check(note_text, signature).has_value(), time == 1001) << time;
  }
  EXPECT_TRUE(refuses(sample_witness(1).cosign(note_text, Timestamp{0}), Code::usage));
  EXPECT_TRUE(refuses(sample_witness(1).cosign(note_text, Timestamp{std::uint64_t{1} << 63}), Code::usage));
}

TEST(TrustListMake, RefusesOnePublicKeyUnderTwoNames) {
  const auto one = signer("one", KeyType::cosignature, 3).verifier();
  const auto two = signer("two", KeyType::cosignature, 3).verifier();
  EXPECT_TRUE(refuses(TrustList::make({one, two}), Code::log_verifier_key));
  EXPECT_TRUE(refuses(TrustList::make({one, signer("one", KeyType::ed25519, 3).verifier()}), Code::log_verifier_key));
  EXPECT_TRUE(passes(TrustList::make({one, signer("one", KeyType::cosignature, 4).verifier()})));
}

TEST(SignerKey, SignsOnlyWhatItsTypeSays) {
  EXPECT_TRUE(refuses(sample_log_key().cosign("text\n", Timestamp{1}), Code::usage));
  EXPECT_TRUE(refuses(sample_witness(1).sign("text\n"), Code::usage));
  for (const char* bad : {"", "no newline", "tab\t\n", "\xff\n"}) {
    EXPECT_TRUE(refuses(sample_log_key().sign(bad), Code::log_note));
    EXPECT_TRUE(refuses(sample_witness(1).cosign(bad, Timestamp{1}), Code::log_note));
  }
}

TEST(SignerKey, IsReadBackFromItsText) {
  crypto::SeededRandom_for_testing random(ByteView(std::string_view("log key")));
  for (const auto type : {KeyType::ed25519, KeyType::cosignature}) {
    const auto key = *SignerKey::generate("police.example/log", type, random);
    const auto written = key.text();
    EXPECT_EQ(written.expose().text().substr(0, 31), "PRIVATE+KEY+police.example/log+");
    const auto again = SignerKey::parse(written.expose());
    ASSERT_TRUE(passes(again));
    EXPECT_EQ(again->verifier().text(), key.verifier().text());
    EXPECT_EQ(again->text().expose().text(), written.expose().text());
  }
}

TEST(SignerKeyParse, ReadsTheKeyOfTheGoNotePackage) {
  // golang.org/x/mod/sumdb/note, the example of its documentation; the public half stands in sumdb/notes.json.
  const std::string_view skey = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
  const auto key = SignerKey::parse(ByteView(skey));
  ASSERT_TRUE(passes(key));
  EXPECT_EQ(key->verifier().text(), "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
  const std::string note_text =
      "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
  EXPECT_EQ(encode_signature(*key->sign(note_text)),
            "\xe2\x80\x94 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZIn"
            "NIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n");
}

TEST(SignerKeyParse, RefusesEveryTruncationAndEveryChangedByte) {
  const std::string key(sample_log_key().text().expose().text());
  for_every_truncation(key, [](const std::string& t) { ASSERT_FALSE(SignerKey::parse(ByteView(t))) << t; });
  for_every_change(key, [](const std::string& t) { ASSERT_FALSE(SignerKey::parse(ByteView(t))) << t; });
}

}  // namespace
}  // namespace xch::log
