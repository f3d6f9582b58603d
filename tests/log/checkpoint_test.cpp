#include "log/checkpoint.hpp"

#include <gtest/gtest.h>

#include "crypto/digest.hpp"
#include "crypto/merkle.hpp"
#include "log/sample.hpp"
#include "log/vectors.hpp"

namespace xch::log {
namespace {

std::string c2sp(int kat, const char* field, const nlohmann::json& file) { return text(file["kats"][kat][field]); }

TEST(ParseCheckpoint, AgreesWithTheBadBodies) {
  XCH_VECTORS(file, "tlog-c2sp/cases.json");
  const auto& bad = file["checkpoint_bodies_bad"];
  for (const auto& test : bad)
    EXPECT_TRUE(refuses(parse_checkpoint(text(test["text"])), Code::log_checkpoint)) << test["name"];
  EXPECT_EQ(bad.size(), 12u);
}

TEST(ParseCheckpoint, AgreesWithTheSumdbTreeNotes) {
  XCH_VECTORS(file, "sumdb/tlog.json");
  const std::string& good = text(file["tree_note"]["text"]);
  const auto parsed = parse_checkpoint(good);
  ASSERT_TRUE(passes(parsed));
  EXPECT_EQ(parsed->origin, "go.sum database tree");
  EXPECT_EQ(parsed->size, file["tree_note"]["N"].get<std::uint64_t>());
  EXPECT_EQ(parsed->root, crypto::leaf_hash(ByteView(std::string_view("hello world"))));
  EXPECT_EQ(encode_checkpoint(*parsed), good);
  const auto& bad = file["bad_tree_notes"];
  ASSERT_EQ(bad.size(), 3u);
  // The first is a checkpoint of another log; the other two are none at all.
  EXPECT_EQ(parse_checkpoint(text(bad[0]))->origin, "not-go.sum database tree");
  for (const int i : {1, 2}) EXPECT_TRUE(refuses(parse_checkpoint(text(bad[i])), Code::log_checkpoint)) << i;
}

TEST(OpenCheckpoint, AgreesWithTheSigsumNote) {
  XCH_VECTORS(file, "tlog-c2sp/cases.json");
  ASSERT_EQ(file["signed"].size(), 1u);
  const auto& test = file["signed"][0];
  const auto trust = LogTrust::make(*VerifierKey::parse(text(test["vkey"])));
  const auto opened = open_checkpoint(text(test["checkpoint"]), *trust);
  ASSERT_TRUE(passes(opened));
  EXPECT_EQ(opened->checkpoint.size, 10u);
}

TEST(OpenCheckpoint, AgreesWithTheSixteenCheckpointsOfTessera) {
  XCH_VECTORS(file, "tessera-testdata/log15.json");
  const auto trust = *LogTrust::make(*VerifierKey::parse(text(file["vkey"])));
  MemoryTree tree;
  for (const auto& entry : file["entries_utf8"]) tree.add(crypto::leaf_hash(ByteView(std::string_view(text(entry)))));
  ASSERT_EQ(tree.size(), 15u);
  std::vector<Checkpoint> opened;
  for (const auto& test : file["checkpoints"]) {
    const auto got = open_checkpoint(text(test["checkpoint"]), trust);
    ASSERT_TRUE(passes(got));
    EXPECT_EQ(encode_note(got->note), text(test["checkpoint"]));
    EXPECT_EQ(got->checkpoint.size, test["size"].get<std::uint64_t>());
    EXPECT_EQ(got->checkpoint.root, *tree_root(tree, got->checkpoint.size));
    opened.push_back(got->checkpoint);
  }
  ASSERT_EQ(opened.size(), 16u);
  for (std::size_t m = 1; m < 16; ++m)
    for (std::size_t n = m; n < 16; ++n)
      EXPECT_TRUE(passes(check_consistency(m, n, opened[m].root, opened[n].root, *consistency_proof(tree, m, n))));
}

TEST(Cosign, AgreesWithTheKnownAnswer) {
  XCH_VECTORS(file, "tlog-c2sp/generated-kats.json");
  ASSERT_EQ(file["kats"].size(), 3u);
  const auto log = *VerifierKey::parse(c2sp(0, "log_vkey", file));
  const auto vkey = *VerifierKey::parse(c2sp(0, "cosigner_vkey_type04", file));
  const auto cosigner =
      *SignerKey::make(vkey.name(), KeyType::cosignature, *from_hex(c2sp(0, "cosigner_private_seed_hex", file)));
  EXPECT_EQ(cosigner.verifier().text(), vkey.text());
  const std::string whole = c2sp(0, "cosigned_checkpoint", file);
  const Timestamp time{file["kats"][0]["timestamp"].get<std::uint64_t>()};
  const auto opened = open_checkpoint(whole, *LogTrust::make(log, {vkey}, 1));
  ASSERT_TRUE(passes(opened));
  ASSERT_EQ(opened->cosigned.size(), 1u);
  EXPECT_EQ(opened->cosigned[0].time, time);
  SignedNote again = opened->note;
  again.signatures.back() = *cosigner.cosign(again.text, time);
  EXPECT_EQ(encode_note(again), whole);
}

TEST(Cosign, PutsTheTimeInFrontAsTheFormatsLibraryDoes) {
  XCH_VECTORS(file, "tlog-c2sp/cases.json");
  const std::string line = "\xe2\x80\x94 name " + text(file["cosig_timestamp"]["base64_after_name"]) + "\n";
  const auto note = parse_note("text\n\n" + line);
  ASSERT_TRUE(passes(note));
  ASSERT_EQ(note->signatures[0].bytes.size(), 8u + 64u);
  EXPECT_EQ(load_u64(note->signatures[0].bytes.data()), file["cosig_timestamp"]["time"].get<std::uint64_t>());
}

TEST(CheckProof, AgreesWithTheKnownAnswer) {
  XCH_VECTORS(file, "tlog-c2sp/generated-kats.json");
  const auto trust = *LogTrust::make(*VerifierKey::parse(c2sp(0, "log_vkey", file)),
                                     {*VerifierKey::parse(c2sp(0, "cosigner_vkey_type04", file))}, 1);
  const std::string whole = c2sp(2, "proof", file), entry = c2sp(2, "entry", file);
  const auto proof = parse_proof(whole);
  ASSERT_TRUE(passes(proof));
  EXPECT_EQ(proof->index, 4u);
  EXPECT_EQ(encode_proof(*proof), whole);
  EXPECT_TRUE(passes(check_proof(*proof, ByteView(entry), trust)));
  EXPECT_TRUE(refuses(check_proof(*proof, ByteView(std::string_view("six")), trust), Code::log_inclusion));
  Proof other = *proof;
  other.index = 5;
  EXPECT_TRUE(refuses(check_proof(other, ByteView(entry), trust), Code::log_inclusion));
}

TEST(ParseProof, AgreesWithTheBadTexts) {
  XCH_VECTORS(file, "tlog-c2sp/cases.json");
  const auto& bad = file["tlog_proof_bad"];
  const std::string note = sample_note(sample_checkpoint());
  for (const auto& test : bad) {
    std::string t = text(test["text"]);
    EXPECT_TRUE(refuses(parse_proof(t), Code::log_proof)) << test["name"];
    // They all end in "checkpoint"; with a real one in its place the named fault is the only one left.
    const auto place = t.find("checkpoint\n");
    ASSERT_NE(place, std::string::npos);
    EXPECT_TRUE(refuses(parse_proof(t.substr(0, place) + note), Code::log_proof)) << test["name"];
  }
  EXPECT_EQ(bad.size(), 7u);
  EXPECT_TRUE(passes(parse_proof("c2sp.org/tlog-proof@v1\nindex 0\n\n" + note)));
}

Proof sample_proof() {
  Proof proof;
  proof.extra = Bytes{1, 2, 3};
  proof.index = 12;
  proof.hashes = {crypto::sha256(Bytes{1}), crypto::sha256(Bytes{2})};
  proof.checkpoint = sample_note(sample_checkpoint());
  return proof;
}

TEST(ParseProof, RefusesEveryTruncationAndReencodesWhateverItTakes) {
  const std::string whole = encode_proof(sample_proof());
  ASSERT_EQ(encode_proof(*parse_proof(whole)), whole);
  for_every_truncation(whole, [](const std::string& t) { ASSERT_TRUE(refuses(parse_proof(t), Code::log_proof)) << t; });
  for_every_change(whole, [](const std::string& t) {
    const auto parsed = parse_proof(t);
    if (parsed) { ASSERT_EQ(encode_proof(*parsed), t); }
  });
}

TEST(ParseProof, TakesSixtyThreeHashesAndNoMore) {
  Proof proof = sample_proof();
  proof.hashes.assign(63, Digest{});
  EXPECT_TRUE(passes(parse_proof(encode_proof(proof))));
  proof.hashes.push_back(Digest{});
  EXPECT_TRUE(refuses(parse_proof(encode_proof(proof)), Code::log_proof));
  proof = sample_proof();
  proof.extra = Bytes();
  EXPECT_TRUE(refuses(parse_proof(encode_proof(proof)), Code::log_proof));
}

TEST(ParseCheckpoint, RefusesEveryTruncationAndReencodesWhateverItTakes) {
  const std::string whole = encode_checkpoint(sample_checkpoint(1234567));
  ASSERT_EQ(encode_checkpoint(*parse_checkpoint(whole)), whole);
  for_every_truncation(
      whole, [](const std::string& t) { ASSERT_TRUE(refuses(parse_checkpoint(t), Code::log_checkpoint)); });
  int taken = 0;
  for_every_change(whole, [&](const std::string& t) {
    const auto parsed = parse_checkpoint(t);
    if (!parsed) return;
    ASSERT_EQ(encode_checkpoint(*parsed), t);
    ++taken;
  });
  EXPECT_GT(taken, 1000);
}

TEST(ParseCheckpoint, KeepsExtensionLinesUnlessOneIsEmpty) {
  Checkpoint checkpoint = sample_checkpoint();
  checkpoint.extensions = {"one", "two words"};
  const auto parsed = parse_checkpoint(encode_checkpoint(checkpoint));
  ASSERT_TRUE(passes(parsed));
  EXPECT_EQ(parsed->extensions, checkpoint.extensions);
  checkpoint.extensions = {"one", "", "two"};
  EXPECT_TRUE(refuses(parse_checkpoint(encode_checkpoint(checkpoint)), Code::log_checkpoint));
}

TEST(ParseCheckpoint, TakesOnlyTheEmptyRootForAnEmptyTree) {
  Checkpoint empty{"a", 0, crypto::sha256(ByteView()), {}};
  EXPECT_TRUE(passes(parse_checkpoint(encode_checkpoint(empty))));
  empty.root.bytes[0] ^= 1;
  EXPECT_TRUE(refuses(parse_checkpoint(encode_checkpoint(empty)), Code::log_checkpoint));
}

TEST(ParseCheckpoint, TakesSizesBelowTwoToThe63) {
  EXPECT_TRUE(passes(parse_checkpoint(encode_checkpoint(sample_checkpoint(kSizeMax)))));
  EXPECT_TRUE(refuses(parse_checkpoint(encode_checkpoint(sample_checkpoint(kSizeMax + 1))), Code::log_checkpoint));
  EXPECT_TRUE(refuses(parse_checkpoint(encode_checkpoint(sample_checkpoint(~0ull))), Code::log_checkpoint));
}

TEST(OpenCheckpoint, RefusesACosignedCheckpointWithAnyByteOfItChanged) {
  const std::string note = sample_note(sample_checkpoint(), {1});
  const auto trust = sample_trust(1);
  ASSERT_TRUE(passes(open_checkpoint(note, trust)));
  for (std::size_t i = 0; i < note.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = note;
      changed[i] = static_cast<char>(changed[i] ^ 1 << bit);
      ASSERT_FALSE(open_checkpoint(changed, trust)) << i << " " << bit;
    }
  }
}

TEST(OpenCheckpoint, AsksForTheQuorumOfWitnesses) {
  const std::string one = sample_note(sample_checkpoint(), {2});
  EXPECT_TRUE(passes(open_checkpoint(one, sample_trust(1))));
  EXPECT_TRUE(refuses(open_checkpoint(one, sample_trust(2)), Code::log_cosignature));
  const auto both = open_checkpoint(sample_note(sample_checkpoint(), {2, 1}), sample_trust(2));
  ASSERT_TRUE(passes(both));
  ASSERT_EQ(both->cosigned.size(), 2u);
  EXPECT_EQ(both->cosigned[0].witness, 1u);
  EXPECT_EQ(both->cosigned[0].time, Timestamp{1002});
  // The same witness twice is one witness.
  const std::string twice = sample_note(sample_checkpoint(), {2, 2});
  EXPECT_TRUE(refuses(open_checkpoint(twice, sample_trust(2)), Code::log_cosignature));
}

TEST(OpenCheckpoint, RefusesAnotherLogsCheckpointAndOneTheLogHasNotSigned) {
  Checkpoint other = sample_checkpoint();
  other.origin = "clinic.example/log";
  EXPECT_TRUE(refuses(open_checkpoint(sample_note(other), sample_trust()), Code::log_origin));
  SignedNote note = *parse_note(sample_note(sample_checkpoint(), {1, 2}));
  note.signatures.erase(note.signatures.begin());
  EXPECT_TRUE(refuses(open_checkpoint(encode_note(note), sample_trust(2)), Code::log_note_signature));
  EXPECT_TRUE(refuses(open_checkpoint("", sample_trust()), Code::log_note));
  SignedNote letter{"Dear all\n", {*sample_log_key().sign("Dear all\n")}};
  EXPECT_TRUE(refuses(open_checkpoint(encode_note(letter), sample_trust()), Code::log_checkpoint));
}

TEST(LogTrustMake, RefusesKeysOfTheWrongTypeAndAQuorumOutOfReach) {
  const auto log = sample_log_key().verifier(), witness = sample_witness(1).verifier();
  const auto ml_dsa = *VerifierKey::make("pq.example", KeyType::ml_dsa_44, Bytes(1312, 7));
  EXPECT_TRUE(passes(LogTrust::make(log, {witness, ml_dsa}, 1)));
  EXPECT_TRUE(refuses(LogTrust::make(log, {witness, ml_dsa}, 2), Code::usage));
  EXPECT_TRUE(refuses(LogTrust::make(witness, {}), Code::log_verifier_key));
  EXPECT_TRUE(refuses(LogTrust::make(log, {signer("x", KeyType::ed25519, 9).verifier()}), Code::log_verifier_key));
  EXPECT_TRUE(refuses(LogTrust::make(log, {witness, witness}), Code::log_verifier_key));
}

}  // namespace
}  // namespace xch::log
