// exchange-verify as a program: published vectors, logs the library wrote, and the same with one thing changed.
#include <gmock/gmock.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <set>

#include "base/file.hpp"
#include "crypto/merkle.hpp"
#include "log/folder.hpp"
#include "log/history.hpp"
#include "log/tiles.hpp"
#include "log/writer.hpp"
#include "session/clinic.hpp"
#include "session/exchange_log.hpp"
#include "verify/program.hpp"

namespace xch::log {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

TEST_F(Verify, AcceptsTheCheckpointsOfTesseraAndRefusesThemWithOneByteChanged) {
  XCH_VECTORS(vectors, "tessera-testdata/log15.json");
  const std::string keys = "--log-key " + text(vectors["vkey"]);
  int run = 0;
  for (const auto& test : vectors["checkpoints"]) {
    std::string note = text(test["checkpoint"]);
    EXPECT_EQ(verify("checkpoint " + keys + " " + file("checkpoint", note)).exit, kVerified);
    note[note.size() - 9] ^= 1;
    EXPECT_EQ(verify("checkpoint " + keys + " " + file("checkpoint", note)).exit, kForged);
    ++run;
  }
  EXPECT_EQ(run, 16);
}

TEST_F(Verify, AcceptsTesserasFolder) {
  XCH_VECTORS(vectors, "tessera-testdata/log15.json");
  temp_.write("log/tile/entries/000.p/15", *from_hex(text(vectors["entry_bundle_000_p_15_hex"])));
  temp_.write("log/tile/0/000.p/15", *from_hex(text(vectors["level0_tile_000_p_15_hex"])));
  file("log/checkpoint", text(vectors["checkpoints"][15]["checkpoint"]));
  const std::string keys = "--log-key " + text(vectors["vkey"]);
  for (int size = 0; size <= 15; ++size) {
    const std::string old = file("old", text(vectors["checkpoints"][size]["checkpoint"]));
    const Answer got = verify("log " + keys + " --since " + old + " " + path("log"));
    EXPECT_EQ(got.exit, kVerified) << got.output;
  }
}

TEST_F(Verify, AcceptsTheFolderThatAHomeWrites) {
  const session::Environment environment = session_test::cheap_environment();
  const fs::path home = temp_.path() / "home";
  ASSERT_TRUE(passes(session::create_agency_home(home, session_test::clinic_plan(), session_test::some_root(), environment)));
  const auto opened = *session::Session::open(home, environment);
  ASSERT_TRUE(passes(opened->exchange_log().flush()));
  const std::string keys = "--log-key " + opened->exchange_log().standing()->verifier_key;
  const std::string first = file("first", *LogFolder(home / "log").checkpoint());
  ASSERT_TRUE(passes(opened->exchange_log().flush()));
  const Answer got = verify("log " + keys + " --since " + first + " " + (home / "log").string());
  EXPECT_EQ(got.exit, kVerified) << got.output;
  EXPECT_EQ(verify("log " + log_key() + " " + (home / "log").string()).exit, kForged);
}

TEST_F(Verify, AgreesWithTheKnownAnswersOfCosignatureAndProof) {
  XCH_VECTORS(vectors, "tlog-c2sp/generated-kats.json");
  ASSERT_EQ(vectors["kats"].size(), 3u);
  const auto& cosigned = vectors["kats"][0];
  const std::string keys =
      "--log-key " + text(cosigned["log_vkey"]) + " --witness " + text(cosigned["cosigner_vkey_type04"]);
  const std::string note = text(cosigned["cosigned_checkpoint"]);
  EXPECT_EQ(verify("checkpoint " + keys + " " + file("note", note)).exit, kVerified);
  const std::string without = note.substr(0, note.rfind("\xe2\x80\x94"));
  EXPECT_EQ(verify("checkpoint " + keys + " " + file("note", without)).exit, kForged);
  EXPECT_EQ(verify("checkpoint " + keys + " --quorum 0 " + file("note", without)).exit, kVerified);

  const auto& proof = vectors["kats"][2];
  const std::string entry = file("entry", text(proof["entry"]));
  EXPECT_EQ(verify("proof " + keys + " " + file("proof", text(proof["proof"])) + " " + entry).exit, kVerified);
  EXPECT_EQ(verify("proof " + keys + " " + path("proof") + " " + file("other", "six")).exit, kForged);
}

TEST_F(Verify, RefusesTheBadTexts) {
  XCH_VECTORS(vectors, "tlog-c2sp/cases.json");
  int run = 0;
  for (const auto& test : vectors["checkpoint_bodies_bad"]) {
    // Of the right log and signed by it all the same, as far as the text allows; so what is wrong is the text.
    SignedNote note{text(test["text"]), {}};
    const std::string origin = note.text.substr(0, note.text.find('\n'));
    const auto signer_key = signer(origin.empty() ? "Log" : origin, KeyType::ed25519, 5);
    const auto signature = signer_key.sign(note.text);
    note.signatures.push_back(signature ? *signature : *signer_key.sign("a\n"));
    const std::string keys = key(signer_key.verifier());
    EXPECT_EQ(verify("checkpoint " + keys + " " + file("note", encode_note(note))).exit, kForged) << test["name"];
    ++run;
  }
  EXPECT_EQ(run, 12);
  const std::string note = sample_note(sample_checkpoint());
  for (const auto& test : vectors["tlog_proof_bad"]) {
    std::string bad = text(test["text"]);
    bad = bad.substr(0, bad.find("checkpoint\n")) + note;
    EXPECT_EQ(verify("proof " + log_key() + " " + file("proof", bad) + " " + file("entry", "x")).exit, kForged)
        << test["name"];
    ++run;
  }
  EXPECT_EQ(run, 19);
}

TEST_F(Verify, GivesEverySumdbNoteASentenceAndNoPass) {
  XCH_VECTORS(vectors, "sumdb/notes.json");
  int run = 0;
  for (const auto& test : vectors["notes"]) {
    // Notes, but none of them a checkpoint.
    if (test["trusted_vkeys"].empty()) continue;
    const std::string keys = "--log-key " + text(test["trusted_vkeys"][0]);
    const Answer got = verify("checkpoint " + keys + " " + file("note", text(test["note"])));
    EXPECT_EQ(got.exit, kForged) << test["name"];
    EXPECT_THAT(got.output, ::testing::StartsWith("exchange-verify: REFUSED: ")) << test["name"];
    ++run;
  }
  EXPECT_EQ(run, 12);
  for (const auto& bad : vectors["bad_vkeys"])
    EXPECT_EQ(verify("checkpoint --log-key " + text(bad) + " " + path("note")).exit, kUsage);
}

TEST_F(Verify, AgreesWithThePublishedMerkleCases) {
  // As a log of one's own with the case's roots: only what a checkpoint can say is asked.
  XCH_VECTORS(vectors, "merkle-rfc6962/consistency.json");
  int good = 0, bad = 0, unsayable = 0;
  for (const auto& test : vectors) {
    const auto root1 = from_base64(text(test["root1"])), root2 = from_base64(text(test["root2"]));
    const std::uint64_t size1 = test["size1"], size2 = test["size2"];
    Checkpoint one{"police.example/log", size1, {}, {}}, two{"police.example/log", size2, {}, {}};
    if (!root1 || !root2 || !one.root.copy_from(*root1) || !two.root.copy_from(*root2) || size1 > kSizeMax ||
        size2 > kSizeMax || size1 == 0) {
      ++unsayable;
      continue;
    }
    std::string proof;
    for (const auto& hash : test["proof"]) proof += text(hash) + "\n";
    const Answer got = verify("consistency " + log_key() + " " + file("old", sample_note(one)) + " " +
                           file("new", sample_note(two)) + " " + file("proof", proof));
    const bool want_error = test["wantErr"];
    EXPECT_EQ(got.exit, want_error ? kForged : kVerified) << test["file"] << got.output;
    ++(want_error ? bad : good);
  }
  EXPECT_EQ(good, 5);
  EXPECT_GT(bad, 60);
  EXPECT_EQ(good + bad + unsayable, 98);
}

// A log of 300 entries by the library, with two witnesses.
class VerifyLog : public Verify {
 protected:
  VerifyLog() {
    auto log = *LogWriter::create(temp_.path() / "log", sample_log_key());
    for (std::uint64_t i = 0; i < 300; i += 50) {
      std::vector<Bytes> batch;
      for (std::uint64_t k = i; k < i + 50; ++k) batch.push_back(ByteWriter().raw("entry ").u64(k).bytes());
      EXPECT_TRUE(log.append(batch));
      notes_.push_back(log.note());
    }
    const std::string body = encode_checkpoint(log.checkpoint());
    EXPECT_TRUE(log.add_cosignatures(
        {*sample_witness(1).cosign(body, Timestamp{7}), *sample_witness(2).cosign(body, Timestamp{8})}));
    checkpoint_ = log.checkpoint();
    keys_ = log_key() + witness(1) + witness(2);
  }
  std::string proof_text(std::uint64_t index) {
    const LogFolder folder(temp_.path() / "log");
    TileSource tiles(folder, 300);
    Proof proof;
    proof.index = index;
    proof.hashes = *inclusion_proof(tiles, index, 300);
    proof.checkpoint = *folder.checkpoint();
    return encode_proof(proof);
  }
  std::vector<std::string> notes_;
  Checkpoint checkpoint_;
  std::string keys_;
};

TEST_F(VerifyLog, AcceptsALogTheLibraryWrote) {
  const Answer got = verify("log " + keys_ + " " + path("log"));
  EXPECT_EQ(got.exit, kVerified) << got.output;
  EXPECT_THAT(got.output, HasSubstr("entries    300\n"));
  EXPECT_THAT(got.output, HasSubstr("witnesses  2 of 2 named\n"));
  for (const auto& note : notes_) {
    const Answer since = verify("log " + keys_ + " --since " + file("old", note) + " " + path("log"));
    EXPECT_EQ(since.exit, kVerified) << since.output;
  }
}

TEST_F(VerifyLog, AcceptsTheLibrarysProofsAndRefusesThemForOtherEntries) {
  for (const std::uint64_t index : {0u, 1u, 255u, 256u, 299u}) {
    file("proof", proof_text(index));
    temp_.write("right", ByteWriter().raw("entry ").u64(index));
    temp_.write("wrong", ByteWriter().raw("entry ").u64(999));
    EXPECT_EQ(verify("proof " + keys_ + " " + path("proof") + " " + path("right")).exit, kVerified);
    EXPECT_EQ(verify("proof " + keys_ + " " + path("proof") + " " + path("wrong")).exit, kForged);
  }
}

TEST_F(VerifyLog, AcceptsTheLibrarysConsistencyProofsAndRefusesTwoHistories) {
  const LogFolder folder(temp_.path() / "log");
  TileSource tiles(folder, 300);
  for (std::size_t i = 0; i < notes_.size(); ++i) {
    const std::uint64_t size = 50 * (i + 1);
    std::string proof;
    const Hashes hashes = *consistency_proof(tiles, size, 300);
    for (const auto& hash : hashes) proof += to_base64(hash) + "\n";
    const std::string files = file("old", notes_[i]) + " " + path("log/checkpoint") + " " + file("proof", proof);
    EXPECT_EQ(verify("consistency " + keys_ + " " + files).exit, kVerified) << size;
    // The same log with another history: signed as well, and not the beginning of this one.
    const std::string other = file("other", sample_note(sample_checkpoint(size)));
    const std::string files_of_other = other + " " + path("log/checkpoint") + " " + path("proof");
    const Answer got = verify("consistency " + keys_ + " " + files_of_other);
    EXPECT_EQ(got.exit, kForged);
    const Answer since = verify("log " + keys_ + " --since " + other + " " + path("log"));
    EXPECT_EQ(since.exit, kForged) << since.output;
  }
  const std::string longer = file("longer", sample_note(sample_checkpoint(301)));
  EXPECT_EQ(verify("log " + keys_ + " --since " + longer + " " + path("log")).exit, kForged);
}

TEST_F(VerifyLog, RefusesEveryFileOfTheLogWithABitChangedOrCutAndMissesEveryOneThatIsGone) {
  int files = 0;
  std::vector<fs::path> all{temp_.path() / "log/checkpoint"};
  for (const auto& found : fs::recursive_directory_iterator(temp_.path() / "log/tile"))
    if (found.is_regular_file()) all.push_back(found.path());
  for (const auto& name : all) {
    if (name.parent_path().extension() == ".p" && name.filename() != "44" && name.filename() != "1") continue;  // older
    ++files;
    const Bytes was = *read_file(name, 1 << 20);
    for (const std::size_t at : {std::size_t{0}, was.size() / 3, was.size() - 1}) {
      Bytes changed = was;
      changed[at] ^= 4;
      temp_.write(name, changed);
      const Answer got = verify("log " + keys_ + " " + path("log"));
      EXPECT_EQ(got.exit, kForged) << name << " " << at << got.output;
      temp_.write(name, ByteView(was).sub(0, at));
      EXPECT_EQ(verify("log " + keys_ + " " + path("log")).exit, kForged) << name << " cut at " << at;
    }
    Bytes longer = was;
    longer.push_back('x');
    temp_.write(name, longer);
    EXPECT_EQ(verify("log " + keys_ + " " + path("log")).exit, kForged) << name << " with a byte more";
    fs::remove(name);
    EXPECT_EQ(verify("log " + keys_ + " " + path("log")).exit, kUnsure) << name;
    temp_.write(name, was);
  }
  EXPECT_EQ(files, 6);
  EXPECT_EQ(verify("log " + keys_ + " " + path("log")).exit, kVerified);
}

TEST_F(VerifyLog, RefusesEntriesAndTilesInAnotherOrder) {
  const auto swapped = [&](const std::string& name, std::size_t one, std::size_t other, std::size_t size) {
    const fs::path file = temp_.path() / "log" / name;
    const Bytes was = *read_file(file, 1 << 20);
    Bytes changed = was;
    for (std::size_t i = 0; i < size; ++i) std::swap(changed[one + i], changed[other + i]);
    temp_.write("log/" + name, changed);
    EXPECT_EQ(verify("log " + keys_ + " " + path("log")).exit, kForged) << name;
    const auto checked = check_folder(LogFolder(temp_.path() / "log"), checkpoint_);
    EXPECT_FALSE(checked) << name;
    temp_.write("log/" + name, was);
  };
  swapped("tile/entries/000", 0, 16, 16);  // two entries of 14 bytes with their lengths
  swapped("tile/0/000", 0, 32, 32);
  swapped("tile/0/001.p/44", 32, 64, 32);
  // Two bundles, one in the place of the other.
  const Bytes full = *read_file(temp_.path() / "log/tile/entries/000", 1 << 20);
  temp_.write("log/tile/entries/001.p/44", ByteView(full).sub(0, 44 * 16));
  EXPECT_EQ(verify("log " + keys_ + " " + path("log")).exit, kForged);
}

TEST_F(VerifyLog, RefusesASignedCheckpointThatTheFilesDoNotHave) {
  file("log/checkpoint", sample_note(sample_checkpoint(300)));
  const Answer got = verify("log " + log_key() + " " + path("log"));
  EXPECT_EQ(got.exit, kForged);
  EXPECT_THAT(got.output, HasSubstr("root"));
}

TEST_F(Verify, RefusesTextsThatTheLogsKeyHasSignedButNoLogHas) {
  const std::string zeros = to_base64(Bytes(32, 0)) + "\n";
  for (const std::string& bad : {"clinic.example/log\n1\n" + zeros, "police.example/log\n0\n" + zeros}) {
    const SignedNote note{bad, {*sample_log_key().sign(bad)}};
    EXPECT_EQ(verify("checkpoint " + log_key() + " " + file("checkpoint", encode_note(note))).exit, kForged) << bad;
  }
}

TEST_F(Verify, AcceptsALogOfThreeLevelsAndRefusesItWithABitChangedInAnyOfThem) {
  auto log = *LogWriter::create(temp_.path() / "log", sample_log_key());
  for (std::uint64_t i = 0; i < 66000; i += 6000) {
    std::vector<Bytes> batch;
    for (std::uint64_t k = i; k < i + 6000; ++k) batch.push_back(ByteWriter().raw("entry ").u64(k).bytes());
    ASSERT_TRUE(log.append(batch));
  }
  EXPECT_EQ(verify("log " + log_key() + " " + path("log")).exit, kVerified);
  for (const std::string name :
       {"tile/entries/257.p/208", "tile/0/255", "tile/1/000", "tile/1/001.p/1", "tile/2/000.p/1"}) {
    const Bytes was = *read_file(temp_.path() / "log" / name, 1 << 20);
    Bytes changed = was;
    changed[20] ^= 1;
    temp_.write("log/" + name, changed);
    EXPECT_EQ(verify("log " + log_key() + " " + path("log")).exit, kForged) << name;
    temp_.write("log/" + name, was);
  }
}

#ifndef __SANITIZE_ADDRESS__  // which keeps what was freed, up to 256 MB
/// The most memory that a program has held, in KiB; it has to end well.
long memory_of(const std::vector<std::string>& words) {
  std::vector<char*> arguments;
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    const int null = ::open("/dev/null", O_WRONLY);
    ::dup2(null, 1);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  int status = -1;
  rusage used{};
  EXPECT_EQ(::wait4(child, &status, 0, &used), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << words[0];
  return used.ru_maxrss;
}

TEST_F(Verify, NeedsAsMuchMemoryForALogTenTimesAsLarge) {
  constexpr std::uint64_t kBatch = 4096;
  auto log = *LogWriter::create(temp_.path() / "log", sample_log_key());
  const auto grow = [&](std::uint64_t entries) {
    while (log.checkpoint().size < entries) {
      std::vector<Bytes> batch;
      for (std::uint64_t i = 0; i < kBatch; ++i)
        batch.push_back(ByteWriter().u8(1).raw(Bytes(503, 7)).u64(log.checkpoint().size + i).bytes());
      ASSERT_TRUE(log.append(batch));
    }
  };
  const std::string key = sample_log_key().verifier().text(), folder = path("log");
  const std::vector<std::vector<std::string>> programs{
      {XCH_VERIFY, "log", "--log-key", key, folder},
      {XCH_PROGRAM, "log", "verify", "--log", folder, "--log-key", key}};
  std::vector<long> small;
  grow(kBatch);
  for (const auto& program : programs) small.push_back(memory_of(program));
  grow(10 * kBatch);  // 21 MB of entries
  for (std::size_t i = 0; i < programs.size(); ++i) {
    const long large = memory_of(programs[i]);
    EXPECT_LT(large, small[i] + 6 * 1024) << programs[i][0];
    EXPECT_LT(large, 200 * 1024) << programs[i][0];
  }
}
#endif

TEST_F(VerifyLog, RefusesTheKeysOfAnotherCoalition) {
  const auto other = signer("clinic.example/log", KeyType::ed25519, 9).verifier();
  EXPECT_EQ(verify("log " + key(other) + " " + path("log")).exit, kForged);
  const auto same_name = signer("police.example/log", KeyType::ed25519, 9).verifier();
  EXPECT_EQ(verify("log " + key(same_name) + " " + path("log")).exit, kForged);
  const std::string stranger = " --witness " + signer("stranger", KeyType::cosignature, 99).verifier().text();
  EXPECT_EQ(verify("log " + log_key() + stranger + " " + path("log")).exit, kForged);
  EXPECT_EQ(verify("log " + log_key() + stranger + " --quorum 0 " + path("log")).exit, kVerified);
}

TEST_F(VerifyLog, PassesOverAnMlDsaWitnessAndCountsItForNoQuorum) {
  const auto key = *VerifierKey::make("pq.example", KeyType::ml_dsa_44, Bytes(1312, 7));
  const std::string ml_dsa = " --witness " + key.text();
  EXPECT_EQ(verify("log " + keys_ + ml_dsa + " " + path("log")).exit, kVerified);
  EXPECT_EQ(verify("log " + keys_ + ml_dsa + " --quorum 3 " + path("log")).exit, kUsage);
}

// ---- policies ------------------------------------------------------------------------------------------------------

std::string policy_key(std::uint8_t n) { return sample_witness(n).verifier().text(); }
std::string policy_log() { return "log " + sample_log_key().verifier().text() + "\n"; }
std::string policy_witnesses() {
  return "witness w1 " + policy_key(1) + " http://127.0.0.1:8417\nwitness w2 " + policy_key(2) + "\nwitness w3 " +
         policy_key(3) + "\n";
}

TEST_F(VerifyLog, AsksForTheWitnessesOfAPolicy) {  // 1 and 2 have signed
  const std::vector<std::pair<std::string, int>> cases{
      {"quorum none\n", kVerified},
      {"quorum w2\n", kVerified},
      {"quorum w3\n", kUnsure},
      {"\t# a comment\n\n group g any w1 w3\t\nquorum g\n", kVerified},
      {"group g 2 w1 w2 w3\nquorum g\n", kVerified},
      {"group g 3 w1 w2 w3\nquorum g\n", kUnsure},
      {"group g all w1 w2\ngroup h all g w3\nquorum h\n", kUnsure},
      {"group g all w1 w2\ngroup h any g w3\nquorum h\n", kVerified},
  };
  const std::string checkpoint = path("log/checkpoint");
  for (const auto& [rules, exit] : cases) {
    const std::string policy = file("policy", policy_log() + policy_witnesses() + rules);
    EXPECT_EQ(verify("checkpoint --policy " + policy + " " + checkpoint).exit, exit) << rules;
    const auto read = LogPolicy::parse(policy_log() + policy_witnesses() + rules);
    ASSERT_TRUE(passes(read));
    const auto note = *LogFolder(temp_.path() / "log").checkpoint();
    EXPECT_EQ(open_checkpoint(note, *LogTrust::by_policy(*read)).has_value(), exit == kVerified) << rules;
  }
  const std::string without_log = file("policy", policy_witnesses() + "quorum w1\n");
  EXPECT_EQ(verify("log " + log_key() + " --policy " + without_log + " " + path("log")).exit, kVerified);
  EXPECT_EQ(verify("log --policy " + without_log + " " + path("log")).exit, kUsage);
  EXPECT_EQ(verify("log " + log_key() + witness(1) + " --policy " + without_log + " " + path("log")).exit, kUsage);
  const std::string other = key(signer("clinic.example/log", KeyType::ed25519, 9).verifier());
  const std::string with_log = file("policy", policy_log() + policy_witnesses() + "quorum w1\n");
  EXPECT_EQ(verify("log " + other + " --policy " + with_log + " " + path("log")).exit, kForged);
  EXPECT_EQ(verify("log --policy " + path("nowhere") + " " + path("log")).exit, kUnsure);
  // Of a signature that does not hold it can be told.
  std::string forged = *LogFolder(temp_.path() / "log").checkpoint();
  forged[forged.size() - 9] ^= 1;
  EXPECT_EQ(verify("checkpoint --policy " + with_log + " " + file("forged", forged)).exit, kForged);
}

TEST_F(VerifyLog, TakesTheSamePoliciesAsTheLibrary) {
  const std::string good = policy_log() + policy_witnesses() + "group g 2 w1 w2\nquorum g\n";
  const std::string ml_dsa = VerifierKey::make("post.example", KeyType::ml_dsa_44, Bytes(1312, 7))->text();
  std::vector<std::string> texts{
      good,
      good + "quorum g\n",
      good + "witness w4 " + policy_key(1) + "\n",
      good + "witness w2 " + policy_key(4) + "\n",
      good + "witness w4 " + ml_dsa + "\n",
      good + "log " + policy_key(4) + "\n",
      good + "group h all g w3 w3\n",
      good + "group h all g w3\ngroup i any w3\n",
      good + "group none all g\n",
      good + "group h 0 g\n",
      good + "group h 02 g w3\n",
      good + "wittness w4 " + policy_key(4) + "\n",
      good + "\r\n",
      good + "# \xff\n",
      policy_witnesses() + "quorum w4\n",
  };
  for (std::size_t n = 3; n < good.size(); n += 29) texts.push_back(good.substr(0, n));
  int taken = 0;
  for (const auto& text : texts) {
    const bool is_taken = LogPolicy::parse(text).has_value();
    const Answer got = verify("log " + log_key() + " --policy " + file("policy", text) + " " + path("log"));
    EXPECT_EQ(got.exit, is_taken ? kVerified : kUsage) << text << got.output;
    taken += is_taken ? 1 : 0;
  }
  EXPECT_EQ(taken, 3);
}

// ---- two histories -------------------------------------------------------------------------------------------------

TEST_F(Verify, IsConvincedByTwoHistoriesAndByNothingLess) {
  const History a("a", 5), b("b", 5);
  const auto found = [&](const std::string& one, const std::string& other) {
    return *find_evidence(one, other, sample_trust(), &b.tree());
  };
  int run = 0;
  for (const Evidence& evidence : {found(a.note(20), b.note(20)), found(a.note(20), b.note(300))}) {
    const std::string whole = encode_evidence(evidence);
    const Answer got = verify("evidence " + log_key() + " " + file("evidence", whole));
    EXPECT_EQ(got.exit, kVerified) << got.output;
    const auto other = signer("police.example/log", KeyType::ed25519, 9).verifier();
    EXPECT_EQ(verify("evidence " + key(other) + " " + path("evidence")).exit, kForged);
    for (std::size_t at = 0; at < whole.size(); at += 37) {
      std::string changed = whole;
      changed[at] ^= 1;
      EXPECT_EQ(verify("evidence " + log_key() + " " + file("changed", changed)).exit, kForged) << at;
      EXPECT_EQ(verify("evidence " + log_key() + " " + file("cut", whole.substr(0, at))).exit, kForged) << at;
      ++run;
    }
  }
  EXPECT_GT(run, 25);
  Evidence one_history{a.note(20), a.note(300), a.checkpoint(20).root, *consistency_proof(a.tree(), 20, 300)};
  EXPECT_EQ(verify("evidence " + log_key() + " " + file("evidence", encode_evidence(one_history))).exit, kForged);
  one_history = {a.note(20), a.note(20), {}, {}};
  EXPECT_EQ(verify("evidence " + log_key() + " " + file("evidence", encode_evidence(one_history))).exit, kForged);
}

TEST_F(VerifyLog, IsConvincedByTheEvidenceThatTheProgramExports) {
  const auto exported = [&](const std::string& earlier) {
    const std::string command = std::string(XCH_PROGRAM) + " log export " + path("evidence") + " --evidence " +
                                earlier + " --log " + path("log") + " " + log_key() + " > /dev/null 2>&1";
    return WEXITSTATUS(std::system(command.c_str()));
  };
  EXPECT_EQ(exported(file("kept", sample_note(sample_checkpoint(150)))), 0);
  EXPECT_EQ(verify("evidence " + log_key() + " " + path("evidence")).exit, kVerified);
  EXPECT_EQ(exported(file("kept", sample_note(sample_checkpoint(300)))), 0);
  EXPECT_EQ(verify("evidence " + log_key() + " " + path("evidence")).exit, kVerified);
  const auto checked = [&](const std::string& keys) {
    const std::string command = std::string(XCH_PROGRAM) + " log check-evidence " + path("evidence") + " " + keys;
    return WEXITSTATUS(std::system((command + " > /dev/null 2>&1").c_str()));
  };
  EXPECT_EQ(checked(log_key()), 0);
  EXPECT_EQ(checked(key(signer("police.example/log", KeyType::ed25519, 9).verifier())), 5) << "another log of that name";
  EXPECT_EQ(checked("--party " + std::string(64, 'a')), 2) << "whose checkpoint it is was not said";
  EXPECT_EQ(checked(log_key() + " --party me"), 2);
  fs::remove(path("evidence"));
  EXPECT_EQ(exported(file("kept", notes_[2])), 5) << "of one history there is none";
  EXPECT_FALSE(fs::exists(path("evidence")));
}

TEST(VerifyProgram, IsSmallAndNeedsLibcryptoAlone) {
  std::size_t lines = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(XCH_SOURCE_DIR) / "tools/verify")) {
    if (entry.path().extension() != ".cpp" && entry.path().extension() != ".hpp") continue;
    const Bytes text = *read_file(entry.path(), 1 << 20);
    lines += static_cast<std::size_t>(std::count(text.begin(), text.end(), std::uint8_t{'\n'}));
  }
  EXPECT_GT(lines, 1000u);
  EXPECT_LT(lines, 1500u);
  std::FILE* pipe = popen("readelf -d " XCH_VERIFY " | sed -n 's/.*(NEEDED).*\\[\\(lib[a-z+_]*\\).*/\\1/p'", "r");
  std::set<std::string> needed;
  char line[256];
  while (std::fgets(line, sizeof line, pipe) != nullptr) needed.insert(std::string(line, std::strcspn(line, "\n")));
  EXPECT_EQ(pclose(pipe), 0);
  for (const auto* usual : {"libc", "libm", "libstdc++", "libgcc_s", "libasan", "libubsan"}) needed.erase(usual);
  EXPECT_EQ(needed, std::set<std::string>{"libcrypto"});
}

TEST_F(VerifyLog, SaysWhatIsWrongWithACommand) {
  for (const std::string& bad :
       {std::string(), std::string("log"), "log " + path("log"), "log " + keys_, "log " + keys_ + " a b",
        "see " + keys_ + " " + path("log"), "log " + keys_ + " --quorum x " + path("log"), std::string("log --log-key"),
        "log " + log_key() + " " + log_key() + " " + path("log"),
        "log " + log_key() + witness(1) + witness(1) + " " + path("log"),
        "checkpoint " + keys_ + " --since x " + path("log/checkpoint"), "log " + keys_ + " --else x " + path("log")}) {
    const Answer got = verify(bad);
    EXPECT_EQ(got.exit, kUsage) << bad << got.output;
    EXPECT_THAT(got.output, HasSubstr("exchange-verify: ")) << bad;
  }
  EXPECT_EQ(verify("--help").exit, kVerified);
  EXPECT_EQ(verify("log " + keys_ + " " + path("nowhere")).exit, kUnsure);
  EXPECT_EQ(verify("checkpoint " + keys_ + " " + path("log")).exit, kUnsure);  // a folder is no file
}

}  // namespace
}  // namespace xch::log
