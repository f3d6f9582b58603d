// The ABI in the hands of a caller who gets it wrong: an error with an id, never a crash, and never a word of the content.
#include <exchange/exchange.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "c_api/demo_home.hpp"

namespace {

using xch::test::demo_folder;
using xch::test::demo_home;
using xch::test::demo_passphrase;

/// Failure is one xch_error, copied and freed.
struct Failure {
  std::int32_t code = 0;
  std::string id, text, path, fix;
};

Failure take(xch_error* error) {
  Failure out{xch_error_code(error), xch_error_id(error), xch_error_text(error), xch_error_path(error), xch_error_fix(error)};
  xch_error_free(error);
  return out;
}

std::int32_t passphrase(const char*, std::uint8_t* out, std::size_t* n, void*) {
  std::FILE* file = std::fopen(demo_passphrase().c_str(), "rb");
  if (file == nullptr) return 1;
  *n = std::fread(out, 1, *n, file);
  std::fclose(file);
  while (*n > 0 && out[*n - 1] == '\n') --*n;
  return 0;
}

void count_drop(void* user) { ++*static_cast<int*>(user); }

xch_options options_counting(int& drops) {
  xch_options out{};
  out.size = sizeof out;
  out.user = &drops;
  out.drop_user = count_drop;
  return out;
}

/// A context without a home, and one of case management, opened once for all cases.
class Abi : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    ASSERT_EQ(xch_open(nullptr, nullptr, &bare_, nullptr), XCH_OK);
    ASSERT_FALSE(demo_folder().empty()) << "exchange demo did not run to its end";
    xch_options options{};
    options.size = sizeof options;
    options.secret = passphrase;
    ASSERT_EQ(xch_open(demo_home().c_str(), &options, &home_, nullptr), XCH_OK);
  }
  static void TearDownTestSuite() {
    xch_close(home_);
    xch_close(bare_);
    home_ = bare_ = nullptr;
  }
  void SetUp() override {
    ASSERT_NE(bare_, nullptr);
    ASSERT_NE(home_, nullptr);
  }

  /// The failure of one request to one verb; "seal" and "open" are the data calls. An answer is a test failure.
  static Failure refused(const std::string& verb, const std::string& request) {
    xch_buf* answer = nullptr;
    xch_sealed* sealed = nullptr;
    xch_error* error = nullptr;
    std::int32_t code = 0;
    if (verb == "seal") {
      code = xch_seal_json(home_, request.c_str(), &sealed, &error);
    } else if (verb == "open") {
      code = xch_open_json(home_, {nullptr, 0}, request.c_str(), &answer, &error);
    } else {
      code = xch_call(home_, verb.c_str(), request.c_str(), &answer, &error);
    }
    EXPECT_NE(code, XCH_OK) << verb;
    EXPECT_EQ(answer, nullptr) << verb;
    EXPECT_EQ(sealed, nullptr) << verb;
    EXPECT_NE(error, nullptr) << verb;
    EXPECT_EQ(code, xch_error_code(error)) << verb;
    xch_buf_free(answer);
    xch_sealed_free(sealed);
    return take(error);
  }

  static xch_ctx* bare_;
  static xch_ctx* home_;
};
xch_ctx* Abi::bare_ = nullptr;
xch_ctx* Abi::home_ = nullptr;

/// documented lists the verbs of docs/verbs.md, sorted.
std::vector<std::string> documented() {
  std::ifstream page(XCH_SOURCE_DIR "/docs/verbs.md");
  std::vector<std::string> out;
  bool in_table = false;
  for (std::string line; std::getline(page, line);) {
    if (line.rfind("## ", 0) == 0) in_table = line == "## Verbs";
    if (in_table && line.rfind("| `", 0) == 0) out.push_back(line.substr(3, line.find('`', 3) - 3));
  }
  std::sort(out.begin(), out.end());
  return out;
}

/// all_calls is every verb, and the two data calls.
const std::vector<std::string>& all_calls() {
  static const std::vector<std::string> kAll = [] {
    auto out = documented();
    out.insert(out.end(), {"seal", "open"});
    return out;
  }();
  return kAll;
}

TEST_F(Abi, HasTheVerbsThatItsPageLists) {
  xch_buf* answer = nullptr;
  ASSERT_EQ(xch_call(bare_, "version", "{}", &answer, nullptr), XCH_OK);
  const std::string text(reinterpret_cast<const char*>(xch_buf_data(answer)), xch_buf_size(answer));
  xch_buf_free(answer);
  std::string listed = "\"verbs\":[";
  for (const auto& verb : documented()) listed += (listed.back() == '[' ? "\"" : ",\"") + verb + "\"";
  EXPECT_NE(text.find(listed + "]"), std::string::npos) << text << "\n" << listed;
  EXPECT_GE(documented().size(), 40u);
}

TEST_F(Abi, IsVersionOne) { EXPECT_EQ(xch_abi_version() >> 16, 1u); }

TEST_F(Abi, TakesNullForAnythingThatIsReadOrFreed) {
  EXPECT_EQ(xch_error_code(nullptr), XCH_OK);
  EXPECT_STREQ(xch_error_id(nullptr), "");
  EXPECT_STREQ(xch_error_text(nullptr), "");
  EXPECT_STREQ(xch_error_path(nullptr), "");
  EXPECT_STREQ(xch_error_fix(nullptr), "");
  EXPECT_EQ(xch_error_exit(nullptr), 0);
  EXPECT_EQ(xch_buf_data(nullptr), nullptr);
  EXPECT_EQ(xch_buf_size(nullptr), 0u);
  EXPECT_EQ(xch_sealed_count(nullptr), 0u);
  EXPECT_EQ(xch_sealed_envelope(nullptr, 0, nullptr, nullptr), XCH_NOT_FOUND);
  EXPECT_EQ(xch_sealed_report(nullptr, nullptr), XCH_E_USAGE);
  xch_error_free(nullptr);
  xch_buf_free(nullptr);
  xch_sealed_free(nullptr);
  xch_close(nullptr);
}

TEST_F(Abi, RefusesEveryCallWithoutWhatItNeeds) {
  xch_buf *answer = nullptr, *message = nullptr;
  xch_sealed* sealed = nullptr;
  const xch_slice none{nullptr, 0};
  EXPECT_EQ(xch_open(nullptr, nullptr, nullptr, nullptr), XCH_E_USAGE);
  EXPECT_EQ(xch_seal_json(nullptr, nullptr, nullptr, nullptr), XCH_E_USAGE);
  EXPECT_EQ(xch_seal_json(nullptr, "{}", &sealed, nullptr), XCH_E_USAGE);
  EXPECT_EQ(xch_seal_json(home_, nullptr, &sealed, nullptr), XCH_E_USAGE);
  EXPECT_EQ(xch_seal_json(home_, "{}", nullptr, nullptr), XCH_E_USAGE);
  EXPECT_EQ(xch_open_json(nullptr, none, nullptr, nullptr, nullptr), XCH_E_USAGE);
  EXPECT_EQ(xch_open_json(nullptr, none, "{}", &answer, nullptr), XCH_E_USAGE);
  EXPECT_EQ(xch_open_json(home_, none, nullptr, &answer, nullptr), XCH_E_USAGE);
  EXPECT_EQ(xch_open_json(home_, none, "{}", nullptr, nullptr), XCH_E_USAGE);
  EXPECT_EQ(xch_seal_capnp(nullptr, 0, none, nullptr, 0, nullptr, nullptr, nullptr), XCH_E_USAGE);
  EXPECT_EQ(xch_seal_capnp(nullptr, 0, none, &none, 1, "{}", &sealed, nullptr), XCH_E_USAGE);
  EXPECT_EQ(xch_seal_capnp(home_, 0, none, nullptr, 1, "{}", &sealed, nullptr), XCH_E_USAGE);
  EXPECT_EQ(xch_seal_capnp(home_, 0, none, &none, 0, "{}", &sealed, nullptr), XCH_E_USAGE);
  EXPECT_EQ(xch_seal_capnp(home_, 0, none, &none, 1, "{}", &sealed, nullptr), XCH_E_USAGE) << "a hash of no bytes";
  EXPECT_EQ(xch_open_capnp(nullptr, none, 0, nullptr, nullptr, nullptr), XCH_E_USAGE);
  EXPECT_EQ(xch_open_capnp(nullptr, none, 0, &message, &answer, nullptr), XCH_E_USAGE);
  EXPECT_EQ(xch_open_capnp(home_, none, 0, nullptr, &answer, nullptr), XCH_E_USAGE);
  EXPECT_EQ(xch_call(nullptr, nullptr, nullptr, nullptr, nullptr), XCH_E_USAGE);
  EXPECT_EQ(xch_call(nullptr, "version", "{}", &answer, nullptr), XCH_E_USAGE);
  EXPECT_EQ(xch_call(bare_, nullptr, "{}", &answer, nullptr), XCH_E_USAGE);
  EXPECT_EQ(xch_call(bare_, "version", nullptr, &answer, nullptr), XCH_E_USAGE);
  EXPECT_EQ(xch_call(bare_, "version", "{}", nullptr, nullptr), XCH_E_USAGE);
  EXPECT_EQ(answer, nullptr);
  EXPECT_EQ(message, nullptr);
  EXPECT_EQ(sealed, nullptr);
}

TEST_F(Abi, WritesNullForTheErrorOfACallThatWorks) {
  xch_buf* answer = nullptr;
  auto* error = reinterpret_cast<xch_error*>(&answer);  // anything that is not NULL
  ASSERT_EQ(xch_call(bare_, "version", "{}", &answer, &error), XCH_OK);
  EXPECT_EQ(error, nullptr);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(xch_buf_data(answer)) % 16, 0u);
  EXPECT_EQ(std::strlen(reinterpret_cast<const char*>(xch_buf_data(answer))), xch_buf_size(answer));
  xch_buf_free(answer);
}

TEST_F(Abi, SaysThatAHomeIsMissingAndDropsTheUserOnce) {
  int drops = 0;
  const xch_options options = options_counting(drops);
  xch_ctx* ctx = bare_;
  xch_error* error = nullptr;
  EXPECT_EQ(xch_open((demo_folder() + "/nobody").c_str(), &options, &ctx, &error), XCH_NOT_FOUND);
  EXPECT_EQ(ctx, nullptr);
  EXPECT_EQ(take(error).id, "EX1015");
  EXPECT_EQ(drops, 1);
}

TEST_F(Abi, DropsTheUserOnceWhenAContextIsClosed) {
  int drops = 0;
  const xch_options options = options_counting(drops);
  xch_ctx* ctx = nullptr;
  ASSERT_EQ(xch_open(nullptr, &options, &ctx, nullptr), XCH_OK);
  EXPECT_EQ(drops, 0);
  xch_close(ctx);
  EXPECT_EQ(drops, 1);
}

TEST_F(Abi, RefusesAVerbOfAHomeWithoutOne) {
  xch_buf* answer = nullptr;
  xch_error* error = nullptr;
  EXPECT_EQ(xch_call(bare_, "grants.list", "{}", &answer, &error), XCH_NOT_FOUND);
  EXPECT_EQ(take(error).id, "EX1015");
}

TEST_F(Abi, RefusesAPassphraseThatIsNotTheHomes) {
  xch_options options{};
  options.size = sizeof options;
  options.secret = [](const char*, std::uint8_t* out, std::size_t* n, void*) -> std::int32_t {
    std::memcpy(out, "another one", *n = 11);
    return 0;
  };
  xch_ctx* ctx = nullptr;
  EXPECT_EQ(xch_open((demo_folder() + "/treatment").c_str(), &options, &ctx, nullptr), XCH_E_KEY);
  EXPECT_EQ(ctx, nullptr);
}

struct LargerOptions {
  xch_options known;
  std::uint64_t later;
};

TEST_F(Abi, TakesLargerOptionsOnlyWhileTheirTailIsZero) {
  int drops = 0;
  LargerOptions options{options_counting(drops), 0};
  options.known.size = sizeof options;
  xch_ctx* ctx = nullptr;
  ASSERT_EQ(xch_open(nullptr, &options.known, &ctx, nullptr), XCH_OK);
  xch_close(ctx);
  EXPECT_EQ(drops, 1);

  options.later = 1;
  xch_error* error = nullptr;
  EXPECT_EQ(xch_open(nullptr, &options.known, &ctx, &error), XCH_E_USAGE);
  EXPECT_EQ(ctx, nullptr);
  EXPECT_EQ(take(error).id, "EX1003");
  EXPECT_EQ(drops, 2);
}

TEST_F(Abi, RefusesOptionsThatAreNoneOrAskForWhatIsNotBuilt) {
  xch_ctx* ctx = nullptr;
  xch_error* error = nullptr;
  xch_options options{};
  EXPECT_EQ(xch_open(nullptr, &options, &ctx, &error), XCH_E_USAGE) << "size 0";
  EXPECT_EQ(take(error).id, "EX1003");
  options.size = sizeof options;
  options.flags = 1;
  EXPECT_EQ(xch_open(nullptr, &options, &ctx, &error), XCH_E_USAGE);
  EXPECT_EQ(take(error).id, "EX1003");
  options.flags = 0;
  options.put = [](const char*, xch_slice, xch_slice, std::uint64_t, void*) -> std::int32_t { return 0; };
  EXPECT_EQ(xch_open(nullptr, &options, &ctx, &error), XCH_E_USAGE);
  EXPECT_EQ(take(error).id, "EX1005");
  EXPECT_EQ(ctx, nullptr);
}

TEST_F(Abi, RefusesAVerbThatIsNone) {
  for (const auto* verb : {"", "versions", "Version", "grants", "grants.list.all"}) {
    const Failure failure = refused(verb, "{}");
    EXPECT_EQ(failure.code, XCH_E_USAGE) << verb;
    EXPECT_EQ(failure.id, "EX1004") << verb;
  }
}

constexpr const char* kCanary = "QXCANARY417";

/// Nothing of the request may stand in an error, wherever it came from.
void expect_no_canary(const Failure& failure, const std::string& where) {
  for (const auto* part : {&failure.id, &failure.text, &failure.path, &failure.fix})
    EXPECT_EQ(part->find(kCanary), std::string::npos) << where << ": " << failure.id << " " << *part;
}

struct Malformed {
  const char* what;
  std::string json;
  const char* id;
  const char* path;
};

std::vector<Malformed> malformed_requests() {
  const std::string canary = kCanary;
  std::string deep;
  for (int i = 0; i < 17; ++i) deep += "{\"a\":";
  return {
      {"no JSON", canary, "EX1301", ""},
      {"cut short", "{\"note\":\"" + canary, "EX1301", "member 1"},
      {"something after the end", "{} " + canary, "EX1301", ""},
      {"nothing", "", "EX1301", ""},
      {"too deep", deep + "\"" + canary + "\"" + std::string(17, '}'), "EX1302", nullptr},
      {"much too deep", "{\"a\":" + std::string(100000, '['), "EX1302", nullptr},
      {"a member twice", "{\"v\":1,\"note\":\"" + canary + "\",\"note\":2}", "EX1303", "member 3"},
      {"too large", "{\"note\":\"" + canary + std::string(4u * 1024 * 1024, 'x') + "\"}", "EX1304", ""},
      {"no UTF-8", "{\"note\":\"" + canary + "\xff\"}", "EX1305", nullptr},
      {"a member nobody knows", "{\"no such " + canary + "\":1}", "EX1306", "member 1"},
      {"no object", "[\"" + canary + "\"]", "EX1307", ""},
      {"another version", "{\"v\":2}", "EX1308", "v"},
  };
}

TEST_F(Abi, RefusesAMalformedRequestToAnyVerbWithOneErrorAndNoContent) {
  for (const auto& request : malformed_requests())
    for (const auto& verb : all_calls()) {
      const Failure failure = refused(verb, request.json);
      const std::string where = verb + ", " + request.what;
      EXPECT_EQ(failure.id, request.id) << where;
      if (request.path != nullptr) {
        EXPECT_EQ(failure.path, request.path) << where;
      }
      EXPECT_LT(failure.code, 0) << where;
      EXPECT_LT(failure.path.size(), 512u) << where;
      expect_no_canary(failure, where);
    }
}

TEST_F(Abi, SaysNothingOfAValueItRefuses) {
  const std::string c = std::string("\"") + kCanary + "\"";
  const std::vector<std::pair<const char*, std::string>> requests = {
      {"errors.explain", "{\"id\":" + c + "}"},
      {"home.info", "{\"home\":" + c + "}"},
      {"inspect", "{\"object\":" + c + "}"},
      {"coalition.info", "{\"home\":" + c + "}"},
      {"roster.import", "{\"roster\":" + c + "}"},
      {"policy.import", "{\"policy\":" + c + "}"},
      {"inbox.open", "{\"file\":" + c + "}"},
      {"inbox.read", "{\"file\":" + c + "}"},
      {"verify", "{\"object\":" + c + "}"},
      {"erase", "{\"header\":" + c + "}"},
      {"consent.show", "{\"id\":" + c + "}"},
      {"consent.check", "{\"basis\":" + c + "}"},
      {"consent.issue", "{\"subject\":" + c + ",\"basis\":\"part2-consent\"}"},
      {"journal.list", "{\"from\":" + c + "}"},
      {"seal", "{\"type\":" + c + ",\"note\":{}}"},
      {"seal", "{\"type\":\"progress.engagement\",\"note\":" + c + "}"},
      {"seal", "{\"type\":\"progress.engagement\",\"note\":{\"engaged\":" + c + "},\"subject\":" + c +
                   ",\"basis\":\"justice-condition\",\"purpose\":\"FILING\"}"},
      {"seal", "{\"type\":\"progress.engagement\",\"note\":{},\"grant\":" + c + ",\"purpose\":\"FILING\"}"},
      {"seal", "{\"type\":\"progress.engagement\",\"note\":{},\"purpose\":" + c + "}"},
      {"seal", "{\"type\":\"progress.engagement\",\"note\":{},\"expires\":" + c + "}"},
      {"seal", "{\"type\":\"progress.engagement\",\"note\":{},\"to\":[" + c + "]}"},
      {"seal", "{\"type\":\"progress.engagement\",\"note\":{},\"deliver\":" + c + "}"},
      {"open", "{\"file\":" + c + "}"},
  };
  for (const auto& [verb, request] : requests) {
    const Failure failure = refused(verb, request);
    EXPECT_EQ(failure.id.substr(0, 2), "EX") << verb;
    EXPECT_NE(failure.id, "EX1001") << verb << ": a refusal and no bug";
    EXPECT_FALSE(failure.text.empty()) << verb;
    EXPECT_FALSE(failure.fix.empty()) << verb;
    expect_no_canary(failure, verb + std::string(", ") + request);
  }
}

TEST_F(Abi, RefusesBytesThatAreNoEnvelope) {
  const std::string bytes = std::string("LXS1") + kCanary + std::string(5000, 'x');
  for (const std::size_t n : {std::size_t{0}, std::size_t{1}, std::size_t{6}, bytes.size()}) {
    xch_buf* answer = nullptr;
    xch_error* error = nullptr;
    const xch_slice envelope{reinterpret_cast<const std::uint8_t*>(bytes.data()), n};
    EXPECT_LT(xch_open_json(home_, envelope, "{}", &answer, &error), 0) << n;
    EXPECT_EQ(answer, nullptr) << n;
    expect_no_canary(take(error), std::to_string(n));
  }
}

}  // namespace
