// Names, values and passphrases planted in every input appear in no log line, error, journal column, row or relay-visible
// byte, in no encoding.
#include <algorithm>
#include <fstream>

#include "base/encoding.hpp"
#include "session/world.hpp"

namespace xch::session_test {
namespace {

namespace fs = std::filesystem;

std::string json_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) out += "\\u00" + to_hex(ByteView(std::string_view(&c, 1)));
  return out;
}

/// written gives the ways in which a secret may stand in an input.
std::vector<std::string> written(const std::string& secret) {
  return {secret, to_hex(ByteView(std::string_view(secret))), to_base64(ByteView(std::string_view(secret))),
          json_escaped(secret)};
}

std::vector<std::string> canaries() {
  std::vector<std::string> out;
  for (const std::string& secret : {std::string(kCanaryName), std::string(kCanaryText), std::string("tests are no secret"),
                                    std::string("cad-secret-88121")}) {
    for (const auto& text : written(secret)) out.push_back(text);
    // base64 of every alignment, without the bytes that neighbours change
    for (std::size_t shift = 0; shift < 3; ++shift) {
      const std::string text = to_base64(ByteView(std::string_view(secret)).sub(shift, (secret.size() - shift) / 3 * 3));
      out.push_back(text);
    }
  }
  return out;
}

void expect_clean(const std::string& where, const std::string& bytes) {
  for (const auto& canary : canaries()) EXPECT_EQ(bytes.find(canary), std::string::npos) << where << " holds a canary";
}

std::string read(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

TEST(Canary, StaysInside) {
  GrantHash grant;
  const auto world = world_with_care(SuiteId::p256, &grant);
  auto& harbor = (*world)["harbor"];
  auto& clinic = (*world)["clinic"];
  auto asked = request(grant);
  asked.idempotency_key = "cad-secret-88121";
  ASSERT_TRUE(passes(harbor.seal(asked)));
  std::vector<Error> errors;
  const auto keep = [&](const auto& result) {
    if (!result) errors.push_back(result.error());
  };
  auto bad = request(grant, std::string(R"({"nextStep": "moonlit-harbour-meeting-at-dawn", "Zephyrine Quillfeather": 1})"));
  keep(harbor.seal(bad));
  bad = request(grant, std::string(R"({"engaged": "Zephyrine Quillfeather"})"));
  keep(harbor.seal(bad));
  bad = request(grant, std::string(R"({"nextStep": "moonlit-harbour-meeting-at-dawn)"));
  keep(harbor.seal(bad));
  bad = request(grant);
  bad.to = {kCanaryName};
  keep(harbor.seal(bad));
  bad = request(grant);
  bad.grant.reset();
  bad.subject = kCanaryName;
  keep(harbor.seal(bad));
  bad = asked;
  bad.notes.front().json = progress_note("another");
  keep(harbor.seal(bad));
  for (const auto& secret : {std::string(kCanaryName), std::string(kCanaryText)})
    for (const auto& text : written(secret)) {
      keep(harbor.seal(request(grant, "{\"engaged\": \"" + text + "\"}")));          // no such code
      keep(harbor.seal(request(grant, "{\"" + text + "\": 1}")));                     // no such field
      keep(harbor.seal(request(grant, "{\"nextStep\": \"" + text + "\", \"nextStep\": \"\"}")));  // twice
      keep(harbor.seal(request(grant, "{\"nextStep\": [\"" + text + "\"]}")));        // wrong type
      keep(harbor.seal(request(grant, "{\"nextStep\": \"" + text)));                  // cut off
      keep(harbor.seal(request(grant, "{\"nextStep\": \"" + text + "\\u0000\"}")));   // NUL
      bad = request(grant);
      bad.to = {text};
      keep(harbor.seal(bad));
      keep(clinic.open_envelope(ByteView(std::string_view(text))));
      keep(clinic.read_spooled(text));
    }
  EXPECT_EQ(errors.size(), 6u + 2 * 4 * 9) << "something was not refused";
  keep(clinic.redact(ByteView(std::string_view(kCanaryText)), HeaderHash(), {kCanaryName}, kCanaryText));
  keep(clinic.open_envelope(ByteView(std::string_view(kCanaryText))));
  keep(clinic.read_spooled(kCanaryName));
  EXPECT_EQ(errors.size(), 9u + 2 * 4 * 9);

  // Relay-visible bytes: what lies in the spools.
  std::size_t files = 0;
  for (const auto* name : {"harbor", "office"})
    for (const auto& entry : fs::recursive_directory_iterator(world->home(name) / "spool")) {
      if (!entry.is_regular_file()) continue;
      ++files;
      expect_clean(entry.path().filename().string(), read(entry.path()));
      expect_clean("a file's name", entry.path().filename().string());
    }
  EXPECT_GE(files, 2u);
  world->settle();
  ASSERT_TRUE(passes(open_waiting(clinic)));
  world->settle();

  for (const auto& error : errors) expect_clean("an error", error.path + std::string(error.info().text));
  const auto lines = world->log_lines();
  EXPECT_GE(lines.size(), 2u);
  for (const auto& line : lines) {
    expect_clean("a log line", line);
    for (const auto* name : {"harbor", "clinic", "office"}) EXPECT_EQ(line.find(name), std::string::npos);
  }
  std::size_t rows = 0;
  for (const auto* name : {"harbor", "clinic", "office"}) {
    for (const auto& row : must((*world)[name].journal(1, 10000), "journal")) {
      ++rows;
      expect_clean("a journal row", row.detail_json);
      for (const auto* party : {"harbor", "clinic", "office", "defender", "patrol"})
        EXPECT_EQ(row.detail_json.find(party), std::string::npos);
    }
    world->close(name);
    for (const auto& entry : fs::recursive_directory_iterator(world->home(name)))
      if (entry.is_regular_file()) expect_clean(entry.path().filename().string(), read(entry.path()));
  }
  EXPECT_GE(rows, 10u);
}

TEST(Canary, S4EnvelopesOfOneNoteShareNoEightBytesAfterTheSixth) {
  GrantHash grant;
  const auto world = world_with_care(SuiteId::p256, &grant);
  const auto sealed = must((*world)["harbor"].seal(request(grant)), "seal");
  ASSERT_EQ(sealed.envelopes.size(), 3u);
  for (std::size_t a = 0; a < 3; ++a) {
    std::vector<std::string_view> pieces;
    const ByteView first = ByteView(sealed.envelopes[a].envelope).sub(6);
    for (std::size_t at = 0; at + 8 <= first.size(); ++at) pieces.push_back(first.sub(at, 8).text());
    std::sort(pieces.begin(), pieces.end());
    for (std::size_t b = a + 1; b < 3; ++b) {
      const ByteView second = ByteView(sealed.envelopes[b].envelope).sub(6);
      for (std::size_t at = 0; at + 8 <= second.size(); ++at)
        EXPECT_FALSE(std::binary_search(pieces.begin(), pieces.end(), second.sub(at, 8).text()));
    }
  }
}

}  // namespace
}  // namespace xch::session_test
