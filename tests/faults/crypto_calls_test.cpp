// Every call of OpenSSL and libsodium fails in turn: the nth one, for n = 1, 2, ... until none is left. Each time there
// is an error with its id, or the right result where the call did not matter; and the same call works afterwards.
#include <dlfcn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <sstream>

#include "crypto/code_key.hpp"
#include "crypto/digest.hpp"
#include "crypto/floor.hpp"
#include "crypto/key_file.hpp"
#include "crypto/keys.hpp"
#include "crypto/start.hpp"
#include "faults/crypto_calls.hpp"
#include "faults/homes.hpp"
#include "message/fixture.hpp"
#include "wire/json.hpp"

namespace xch::faults {
namespace {

using testing::must;

// What the list says: the functions that can fail, and all.
using Names = std::set<std::string, std::less<>>;
const Names kCanFail = {
#define XCH_FAILS(n, name, value) #name,
#define XCH_VERDICT(n, name, value) #name,
#define XCH_NEVER(name, why)
#include "faults/crypto_calls.def"
#undef XCH_NEVER
};
const Names kNever = {
#undef XCH_FAILS
#undef XCH_VERDICT
#define XCH_FAILS(n, name, value)
#define XCH_VERDICT(n, name, value)
#define XCH_NEVER(name, why) #name,
#include "faults/crypto_calls.def"
};

// Some bytes, always the same, which no hash is needed for.
class PlainRandom final : public crypto::Random {
 public:
  void fill(MutableView out) override {
    for (auto& byte : out) byte = next_++;
  }

 private:
  std::uint8_t next_ = 1;
};

/// id_of is what the boundary makes of a work's end: "" where all went well.
template <class Work>
std::string id_of(Work work) {
  try {
    const Status done = work();
    return done ? "" : std::string(done.error().info().id);
  } catch (const std::bad_alloc&) {
    return std::string(info(Code::out_of_memory).id);
  }
}

bool may_be_said(const CallRun& run, const std::string& id) {
  return run.verdict ? find_code(id) != nullptr : is_of_the_machine(id);
}

// Key creation, and what keys do, below every session.
Status make_and_use_keys(SuiteId suite) {
  PlainRandom random;
  XCH_ASSIGN(const auto signing, crypto::SignPrivateKey::generate(suite, random));
  XCH_ASSIGN(const auto reading, crypto::KemPrivateKey::generate(suite, random));
  XCH_ASSIGN(const auto public_key, crypto::KemPublicKey::parse(suite, reading.public_key().bytes()));
  const ByteView message(std::string_view("message"));
  XCH_ASSIGN(const auto signature, crypto::sign(signing, KeyId{}, "LX1 test", message));
  return crypto::verify(signing.public_key(), KeyId{}, "LX1 test", message, signature, Code::roster_signature);
}

constexpr std::string_view kPassphrase = "a passphrase of a test";
Status write_and_read_key_file(Bytes& read) {
  PlainRandom random;
  const crypto::KeyFileHeader header{"seat signing",           "harbor", SuiteId::p256, session_test::kNow,
                                     session_test::kNow + kDay, Bytes(33)};
  const ByteView passphrase(kPassphrase);
  XCH_ASSIGN(const auto text,
             crypto::seal_key_file_for_testing(header, Bytes(32, 7), passphrase, random, {1, 8192}));
  XCH_ASSIGN(const auto secret, crypto::open_key_file_for_testing(text, passphrase, nullptr));
  read = secret.expose().copy();
  return Ok{};
}

// The start of the libraries, which a process has once: each try in a process of its own, before this one starts them.
struct Start {
  std::string failed;         // the function that failed
  std::string first, second;  // what the start said, and what the next one said
};
class Starts final : public ::testing::Environment {
 public:
  void SetUp() override {
    for (std::uint64_t n = 1;; ++n) {
      Start start = try_one(n);
      if (start.failed.empty()) return;
      all.push_back(std::move(start));
    }
  }
  static std::vector<Start> all;

 private:
  static Start try_one(std::uint64_t n) {
    std::array<int, 2> pipe{};
    if (::pipe(pipe.data()) != 0) testing::give_up(Code::bug, "pipe");
    const pid_t child = ::fork();
    if (child == 0) {
      std::string first;
      const CallRun run = with_calls(n, [&] { first = id_of([] { return crypto::start(); }); });
      std::string second = id_of([] { return crypto::start(); });
      if (second.empty()) second = id_of([] { return make_and_use_keys(SuiteId::p256); });
      const std::string line = std::string(run.failed) + "|" + first + "|" + second + "|";
      const bool written = ::write(pipe[1], line.data(), line.size()) == static_cast<ssize_t>(line.size());
      ::_exit(written ? 0 : 1);
    }
    ::close(pipe[1]);
    std::string line;
    std::array<char, 256> buffer;
    for (ssize_t got; (got = ::read(pipe[0], buffer.data(), buffer.size())) > 0;)
      line.append(buffer.data(), static_cast<std::size_t>(got));
    ::close(pipe[0]);
    int status = 0;
    if (::waitpid(child, &status, 0) != child || status != 0)
      return {"the process", "", "ended with " + std::to_string(status)};
    std::istringstream in(line);
    Start start;
    std::getline(in, start.failed, '|');
    std::getline(in, start.first, '|');
    std::getline(in, start.second, '|');
    return start;
  }
};
std::vector<Start> Starts::all;
const auto* const kStarts = ::testing::AddGlobalTestEnvironment(new Starts);

TEST(CryptoCalls, MayFailAtTheStartWhichMayBeMadeAgain) {
  EXPECT_GT(Starts::all.size(), 12u);
  for (const auto& start : Starts::all) {
    EXPECT_EQ(start.first, info(Code::crypto_unavailable).id) << start.failed;
    EXPECT_EQ(start.second, "") << start.failed;
  }
}

class CallsOfSuite : public ::testing::TestWithParam<SuiteId> {};
INSTANTIATE_TEST_SUITE_P(Suites, CallsOfSuite, ::testing::Values(SuiteId::p256, SuiteId::x25519),
                         [](const auto& run) { return run.param == SuiteId::p256 ? "p256" : "x25519"; });

TEST_P(CallsOfSuite, MayFailWhileKeysAreMadeAndUsed) {
  ASSERT_TRUE(crypto::start());
  std::uint64_t n = 1, refused = 0;
  for (;; ++n) {
    std::string id;
    const CallRun run = with_calls(n, [&] { id = id_of([] { return make_and_use_keys(GetParam()); }); });
    if (run.failed.empty()) break;
    EXPECT_TRUE(id.empty() || may_be_said(run, id)) << n << " " << run.failed << " " << id;
    refused += id.empty() ? 0 : 1;
    EXPECT_EQ(id_of([] { return make_and_use_keys(GetParam()); }), "") << "a later try works: " << run.failed;
  }
  EXPECT_GT(refused, 5u);
}

TEST(CryptoCalls, MayFailWhileAKeyFileIsWrittenAndRead) {
  ASSERT_TRUE(crypto::start());
  std::uint64_t n = 1, refused = 0;
  for (;; ++n) {
    Bytes read;
    std::string id;
    const CallRun run = with_calls(n, [&] { id = id_of([&] { return write_and_read_key_file(read); }); });
    if (run.failed.empty()) break;
    EXPECT_TRUE(id.empty() ? read == Bytes(32, 7) : may_be_said(run, id)) << n << " " << run.failed << " " << id;
    refused += id.empty() ? 0 : 1;
    EXPECT_EQ(id_of([&] { return write_and_read_key_file(read); }), "") << "a later try works: " << run.failed;
    EXPECT_EQ(read, Bytes(32, 7));
  }
  EXPECT_GT(refused, 10u);
}

// The benchmark of the primitives calls each thousands of times: the first call of each function fails.
const std::vector<std::string> kFloor = {"p256 keygen",  "p256 point",   "p256 ecdh",          "ecdsa sign",
                                         "ecdsa verify", "x25519 base",  "x25519",             "ed25519 sign",
                                         "ed25519 verify", "sha-256/64", "aes-256-gcm/64",     "chacha20-poly1305/64",
                                         "chacha20-poly1305/4096", "random/32"};
Status measure() {
  XCH_ASSIGN(const auto costs, crypto::measure_floor(0, kFloor));
  return costs.size() == kFloor.size() ? Status(Ok{}) : fail(Code::bug);
}
TEST(CryptoCalls, MayFailWhileTheirCostIsMeasured) {
  ASSERT_TRUE(crypto::start());
  std::size_t refused = 0;
  for (const auto& name : kCanFail) {
    std::string id;
    const CallRun run = with_calls(1, [&] { id = id_of(measure); }, name);
    if (run.failed.empty()) continue;
    EXPECT_EQ(id, info(Code::crypto_unavailable).id) << name;
    ++refused;
  }
  EXPECT_GT(refused, 20u);
  EXPECT_EQ(id_of(measure), "");
}

TEST_P(CallsOfSuite, MayFailWhileACodeBecomesAKey) {
  const ByteView code(std::string_view("7K2MQ-00000"));
  const auto key = [&](Bytes& out) -> Status {
    XCH_ASSIGN(const auto made, crypto::code_key(GetParam(), code));
    out = ByteView(made.public_key().bytes()).copy();
    return Ok{};
  };
  Bytes right;
  ASSERT_EQ(id_of([&] { return key(right); }), "");
  std::uint64_t n = 1, refused = 0;
  for (;; ++n) {
    Bytes made;
    std::string id;
    const CallRun run = with_calls(n, [&] { id = id_of([&] { return key(made); }); });
    if (run.failed.empty()) break;
    if (id.empty()) EXPECT_EQ(made, right) << run.failed;
    else EXPECT_TRUE(may_be_said(run, id)) << n << " " << run.failed << " " << id;
    refused += id.empty() ? 0 : 1;
  }
  EXPECT_GT(refused, 2u);
}

// Nothing of the grant is kept yet: the compartments' secrets are drawn and wrapped for each reader.
TEST_P(CallsOfSuite, MayFailWhileTheFirstNoteUnderAGrantIsSealed) {
  message_test::Scene scene(GetParam());
  const auto notes = std::vector<message::NoteInput>{scene.note()};
  std::uint64_t n = 1, refused = 0;
  for (;; ++n) {
    message_test::GateKeys keys(scene.random);
    std::optional<message::SealedBatch> sealed;
    std::string id;
    const auto seal = [&]() -> Status {
      XCH_ASSIGN(sealed, message::seal(scene.sender, notes, testing::kNow, keys, scene.arenas, scene.random));
      return Ok{};
    };
    const CallRun run = with_calls(n, [&] { id = id_of(seal); });
    SCOPED_TRACE("call " + std::to_string(n) + ", " + std::string(run.failed));
    if (!id.empty()) {
      EXPECT_TRUE(may_be_said(run, id)) << id;
      ++refused;
      ASSERT_EQ(id_of(seal), "") << "the same keys serve a later try";
    }
    for (const std::string reader : {"harbor", "clinic", "defender"})
      ASSERT_TRUE(testing::passes(scene.open(scene.for_party(*sealed, reader), reader))) << reader;
    if (run.failed.empty()) break;
  }
  EXPECT_GT(refused, 50u);
}

// Behind the boundary, in homes.
class CallsOfHomes : public CallsOfSuite {
 protected:
  CallsOfHomes() : homes(GetParam()) {
    homes.on_answer = [this](ByteView bytes) { given = bytes.copy(); };
  }
  /// opened_note is the note in the answer to an opening, as JSON; "" where there is none.
  std::string opened_note(ByteView answer) const {
    const auto json = wire::parse_json(answer.text());
    if (!json) return "";
    const auto* notes = json->find("notes");
    if (notes == nullptr || notes->items().empty()) return "";
    const auto* note = notes->items().front().find("note");
    return note == nullptr ? "" : wire::write_json(*note);
  }
  Homes homes;
  Bytes given;  // with the last answer
};
INSTANTIATE_TEST_SUITE_P(Suites, CallsOfHomes, ::testing::Values(SuiteId::p256, SuiteId::x25519),
                         [](const auto& run) { return run.param == SuiteId::p256 ? "p256" : "x25519"; });

TEST_P(CallsOfHomes, MayFailWhileSealing) {
  ASSERT_EQ(homes.seal().code, XCH_OK);
  ASSERT_EQ(homes.open(Bytes(given)).code, XCH_OK);
  const std::string right = opened_note(given);
  ASSERT_FALSE(right.empty());
  const std::size_t before = homes.outgoing("harbor");
  std::uint64_t n = 1, refused = 0, sealed = 0;
  for (;; ++n) {
    Answer answer;
    const CallRun run = with_calls(n, [&] { answer = homes.seal(); });
    if (run.failed.empty()) break;
    SCOPED_TRACE("call " + std::to_string(n) + ", " + std::string(run.failed));
    EXPECT_EQ(answer.gives, answer.code == XCH_OK);
    if (answer.code != XCH_OK) {
      EXPECT_TRUE(may_be_said(run, answer.id)) << answer.id;
      ++refused;
      ASSERT_EQ(homes.seal().code, XCH_OK) << "a later try works";
    }
    ++sealed;
    ASSERT_EQ(homes.open(Bytes(given)).code, XCH_OK);
    EXPECT_EQ(opened_note(given), right);
  }
  EXPECT_GT(refused, 100u);
  EXPECT_GE(homes.outgoing("harbor"), before + sealed);
  EXPECT_EQ(homes.half_written("harbor"), 0u);
}

TEST_P(CallsOfHomes, MayFailWhileOpening) {
  ASSERT_EQ(homes.open(homes.fresh_envelope()).code, XCH_OK);
  const std::string right = opened_note(given);
  ASSERT_FALSE(right.empty());
  std::uint64_t n = 1, refused = 0;
  for (;; ++n) {
    const Bytes envelope = homes.fresh_envelope();
    Answer answer;
    const CallRun run = with_calls(n, [&] { answer = homes.open(envelope); });
    if (run.failed.empty()) break;
    SCOPED_TRACE("call " + std::to_string(n) + ", " + std::string(run.failed));
    EXPECT_EQ(answer.gives, answer.code == XCH_OK);
    if (answer.code == XCH_OK) {
      EXPECT_EQ(opened_note(given), right);
    } else {
      EXPECT_TRUE(may_be_said(run, answer.id)) << answer.id;
      ++refused;
    }
    ASSERT_EQ(homes.open(envelope).code, XCH_OK) << "a later try works";
    EXPECT_EQ(opened_note(given), right);
  }
  EXPECT_GT(refused, 100u);
  EXPECT_EQ(homes.events("clinic", EventKind::opened), n + 1) << "each note is opened for the first time once";
}

// An office hashes much, and longer with each consent it has: each function's calls are counted by themselves, those of
// hashing are thinned out (XCH_FAULTS=all tries every one), and every now and then a new office goes on.
TEST_P(CallsOfHomes, MayFailWhileIssuingAConsent) {
  constexpr std::uint64_t kEach = 60;
  std::uint64_t refused = 0, issued = kEach;
  std::unique_ptr<Homes> office;
  for (const auto& name : kCanFail) {
    const bool of_hashing = name.rfind("EVP_Digest", 0) == 0 || name == "EVP_MD_CTX_copy_ex";
    for (std::uint64_t n = 1;; n = of_hashing ? next_after(n) : n + 1) {
      if (issued >= kEach) {
        office = std::make_unique<Homes>(GetParam());
        ASSERT_EQ(office->issue().id, "");
        issued = 1;
      }
      Answer answer;
      const CallRun run = with_calls(n, [&] { answer = office->issue(); }, name);
      SCOPED_TRACE("call " + std::to_string(n) + " of " + name);
      issued += answer.code == XCH_OK ? 1 : 0;
      EXPECT_EQ(answer.gives, answer.code == XCH_OK);
      EXPECT_TRUE(answer.code == XCH_OK || may_be_said(run, answer.id)) << answer.id;
      refused += answer.code == XCH_OK ? 0 : 1;
      if (answer.code != XCH_OK) {
        ASSERT_EQ(office->issue().id, "") << "a later try works";
        ++issued;
      }
      if (issued >= kEach) {
        EXPECT_GE(office->consents(), issued);
        EXPECT_EQ(office->half_written("office"), 0u);
        // What left on the way is whole: every reader takes it in.
        office->world().deliver_all();
        for (const auto& item : must(office->session("clinic").process_inbox()).items)
          EXPECT_FALSE(item.error) << item.what << " " << item.error->info().id;
      }
      if (run.failed.empty()) break;
    }
  }
  EXPECT_GT(refused, 100u);
}

// The list is whole: no object of the library imports a function of the two libraries that does not stand in it, and
// every function in it that can fail is called in the works above, each of whose calls fails once.
Names imported() {
  Names out;
  const std::string command = std::string(XCH_NM) + " -u -P " + XCH_ARCHIVES;
  FILE* nm = ::popen(command.c_str(), "r");
  if (nm == nullptr) testing::give_up(Code::bug, "nm");
  std::array<char, 4096> line;
  while (std::fgets(line.data(), line.size(), nm) != nullptr) {
    const std::string name(line.data(), std::string_view(line.data()).find_first_of(" \n"));
    void* at = ::dlsym(RTLD_DEFAULT, name.c_str());
    Dl_info where{};
    if (at == nullptr || ::dladdr(at, &where) == 0 || where.dli_fname == nullptr) continue;
    const std::string_view file(where.dli_fname);
    if (file.find("libcrypto") != file.npos || file.find("libsodium") != file.npos) out.insert(name);
  }
  EXPECT_EQ(::pclose(nm), 0);
  return out;
}
TEST(CryptoCallsList, HasWhatTheLibraryImportsAndNothingElse) {
  Names listed = kCanFail;
  listed.insert(kNever.begin(), kNever.end());
  EXPECT_GT(listed.size(), 80u);
  const Names used = imported();
  for (const auto& name : used) EXPECT_TRUE(listed.count(name)) << name << " is not in crypto_calls.def";
  for (const auto& name : listed) EXPECT_TRUE(used.count(name)) << name << " is called no more";
}

TEST(CryptoCallsList, HasNoFunctionThatTheseTestsDoNotReach) {
  Names called;
  for (const auto& start : Starts::all) called.insert(start.failed);
  const auto reach = [&](const auto& work) {
    (void)with_calls(0, work);
    called.insert(called_now().begin(), called_now().end());
  };
  for (const auto suite : {SuiteId::p256, SuiteId::x25519}) {
    Homes homes(suite);
    const Bytes envelope = homes.fresh_envelope();
    reach([&] { EXPECT_EQ(homes.seal().code, XCH_OK); });
    reach([&] { EXPECT_EQ(homes.open(envelope).code, XCH_OK); });
    reach([&] { EXPECT_EQ(homes.issue().code, XCH_OK); });
    reach([&] { EXPECT_EQ(id_of([&] { return make_and_use_keys(suite); }), ""); });
    reach([&] { EXPECT_TRUE(crypto::code_key(suite, ByteView(std::string_view("7K2MQ-00000")))); });
  }
  Bytes read;
  reach([&] { EXPECT_EQ(id_of([&] { return write_and_read_key_file(read); }), ""); });
  reach([&] { EXPECT_EQ(id_of(measure), ""); });
  EXPECT_EQ(called, kCanFail);
}

}  // namespace
}  // namespace xch::faults
