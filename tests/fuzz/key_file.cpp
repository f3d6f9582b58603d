// A key file: what somebody who can write to a home's folder may put there.
#include "crypto/key_file.hpp"

#include <algorithm>
#include <string>

#include "base/encoding.hpp"
#include "fuzz/edits.hpp"
#include "fuzz/targets.hpp"
#include "support/coalition.hpp"

namespace xch::fuzz {

namespace of_key_file {
namespace {

using crypto::KeyFileHeader;

struct Header {
  KeyFileHeader& of;
};
template <class F>
void members(Header& v, F f) {
  each(f, v.of.purpose, v.of.owner, v.of.suite, v.of.created, v.of.not_after, v.of.public_key);
}

enum Mode : std::uint8_t { kEdits, kText };
enum Section : std::uint8_t { kHeader, kSecret, kPassphrase, kTextBytes, kBody, kSections };
constexpr std::string_view kPassphraseText = "a passphrase of the fuzz world";
constexpr crypto::KeyFileCost kCheap{1, 8192};
constexpr std::size_t kCostAt = 1 + 16;  // in the body: version and salt, then both costs

bool same(const KeyFileHeader& a, const KeyFileHeader& b) {
  return a.purpose == b.purpose && a.owner == b.owner && a.suite == b.suite && a.public_key == b.public_key &&
         format_time(a.created) == format_time(b.created) && format_time(a.not_after) == format_time(b.not_after);
}

// The cost that a file asks for, where it can be read: the fuzz world unlocks only what is cheap.
bool is_cheap(std::string_view text) {
  const auto end = text.find_last_not_of('\n');
  const auto begin = end == std::string_view::npos ? end : text.rfind('\n', end);
  if (begin == std::string_view::npos) return true;
  const auto body = from_base64(text.substr(begin + 1, end - begin));
  if (!body || body->size() < kCostAt + 16) return true;
  const std::uint64_t ops = load_u64(body->data() + kCostAt), memory = load_u64(body->data() + kCostAt + 8);
  const bool too_dear = ops > 10 || memory > 1024u * 1024 * 1024;  // refused without being tried
  return too_dear || (ops <= 3 && memory <= 1024 * 1024);
}

void check(std::string_view text, const KeyFileHeader* sealed_header, ByteView secret) {
  const auto header = crypto::read_key_file_header(text);
  if (!header) require_refusal(header.error(), {{6103, 6103}, {6108, 6108}});
  if (!is_cheap(text)) return;
  // A file that costs little to unlock is refused before anybody tries its passphrase.
  const auto strict = crypto::open_key_file(text, ByteView(kPassphraseText), nullptr);
  require(!strict, "a file that costs little to unlock is refused");
  require_refusal(strict.error(), {{6103, 6104}, {6108, 6108}});

  KeyFileHeader read;
  const auto opened = crypto::open_key_file_for_testing(text, ByteView(kPassphraseText), &read);
  if (!opened) {
    require_refusal(opened.error(), {{6103, 6105}, {6108, 6108}});
    require(sealed_header == nullptr, "an honest key file opens");
    return;
  }
  require(header && same(*header, read), "the header is the same with and without the passphrase");
  if (sealed_header == nullptr) return;
  require(same(*sealed_header, read) && equal(opened->expose(), secret), "a key file holds what was put into it");
}

void run(ByteView input) {
  const Script script = read_script(input);
  if (script.mode % 4 == kText) return check(script.rest.text(), nullptr, {});
  static const Ring no_keys;
  KeyFileHeader header{"seat signing", "harbor", (script.variant & 1) == 0 ? SuiteId::p256 : SuiteId::x25519,
                       testing::kNow, testing::after_now(90 * kDay), Bytes(33, 0x42)};
  Bytes secret(32, 0x17);
  std::string passphrase(kPassphraseText);
  for (const auto& edit : script.edits) {
    Walk walk(edit, no_keys);
    Header members{header};
    if (edit.path[0] % kSections == kHeader) alter_member(members, walk);
    if (edit.path[0] % kSections == kSecret) walk.bytes(secret);
    if (edit.path[0] % kSections == kPassphrase) alter(passphrase, walk);
  }
  crypto::SeededRandom_for_testing random(ByteView(std::string_view("fuzz key file")));
  const auto sealed = crypto::seal_key_file_for_testing(header, secret, ByteView(std::string_view(passphrase)), random, kCheap);
  if (!sealed) {
    require_refusal(sealed.error(), {{1002, 1002}, {6103, 6103}, {6107, 6108}});
    return;
  }
  std::string text = *sealed;
  for (const auto& edit : script.edits) {
    Walk walk(edit, no_keys);
    if (edit.path[0] % kSections == kTextBytes) alter(text, walk);
    if (edit.path[0] % kSections != kBody) continue;
    const std::size_t begin = text.rfind('\n', text.size() < 2 ? std::string::npos : text.size() - 2);
    if (begin == std::string::npos || text.empty()) continue;
    auto body = from_base64(std::string_view(text).substr(begin + 1, text.size() - begin - 2));
    if (!body) continue;
    walk.bytes(*body);
    text = text.substr(0, begin + 1) + to_base64(*body) + "\n";
  }
  const bool as_sealed = text == *sealed && passphrase == kPassphraseText;
  check(text, as_sealed ? &header : nullptr, secret);
}

Bytes change(ByteView input, std::size_t most, Draw& draw) { return change_script(input, most, draw, kText); }

std::vector<Bytes> seeds() {
  crypto::SeededRandom_for_testing random(ByteView(std::string_view("fuzz key file")));
  const KeyFileHeader header{"seat signing", "harbor", SuiteId::p256, testing::kNow, testing::after_now(90 * kDay), Bytes(33, 0x42)};
  const auto text = testing::must(crypto::seal_key_file_for_testing(header, Bytes(32, 0x17), ByteView(kPassphraseText), random, kCheap));
  return {head_and(kEdits, 0, {}), head_and(kEdits, 1, {}), head_and(kText, 0, ByteView(std::string_view(text)))};
}

}  // namespace
}  // namespace of_key_file

Target key_file_target() {
  using namespace of_key_file;
  return {"key_file", run, change, seeds};
}

}  // namespace xch::fuzz
