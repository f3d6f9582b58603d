#include "crypto/key_file.hpp"

#include <sodium.h>

#include "base/encoding.hpp"
#include "crypto/aead.hpp"
#include "crypto/suite.hpp"

namespace xch::crypto {
namespace {

constexpr std::string_view kFirstLine = "# exchange key file 1";
constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kSalt = crypto_pwhash_argon2id_SALTBYTES;
// Body: version, salt, opslimit, memlimit, nonce, then the sealed secret. All before the secret is authenticated.
constexpr std::size_t kPrefix = 1 + kSalt + 8 + 8 + kAeadNonce;
constexpr std::size_t kMinSecret = 16, kMaxSecret = 4096, kMinPassphrase = 10, kMaxPassphrase = 1024;
constexpr std::size_t kMaxPublicKey = 2048;  // with it and the longest secret a file stays below kMaxText
constexpr std::size_t kMaxLine = 128, kMaxText = 16 * 1024;
constexpr KeyFileCost kMinCost{3, 256ull * 1024 * 1024};
// A file from a stranger must not hang the program or eat the machine.
constexpr KeyFileCost kMaxCost{10, 1024ull * 1024 * 1024};

bool is_line(std::string_view text) {
  if (text.empty() || text.size() > kMaxLine || text.front() == ' ' || text.back() == ' ') return false;
  for (const char c : text)
    if (c < 0x20 || c > 0x7e) return false;
  return true;
}

Status check_header(const KeyFileHeader& h) {
  if (!is_enabled(h.suite)) return fail(Code::key_suite);
  if (!is_line(h.purpose) || !is_line(h.owner) || h.public_key.empty()) return fail(Code::key_format);
  if (h.public_key.size() > kMaxPublicKey) return fail(Code::key_format);
  return Ok{};
}

// The comment lines, byte for byte: what is shown to an administrator is what is authenticated.
std::string header_text(const KeyFileHeader& h) {
  std::string out(kFirstLine);
  const auto line = [&](std::string_view key, std::string_view value) {
    out.append("\n# ").append(key).append(": ").append(value);
  };
  line("purpose", h.purpose);
  line("owner", h.owner);
  line("suite", suite_info(h.suite).name);
  line("created", format_time(h.created));
  line("not after", format_time(h.not_after));
  line("public key", to_hex(h.public_key));
  return out.append("\n");
}

// Takes text up to and including `end` off the front.
std::optional<std::string_view> take_until(std::string_view& text, std::string_view start, std::string_view end) {
  if (text.substr(0, start.size()) != start) return std::nullopt;
  const auto at = text.find(end, start.size());
  if (at == std::string_view::npos) return std::nullopt;
  const auto value = text.substr(start.size(), at - start.size());
  text.remove_prefix(at + end.size());
  return value;
}

struct ParsedFile {
  KeyFileHeader header;
  std::string_view header_text;
  Bytes body;
};

Result<KeyFileHeader> parse_header(std::string_view& text) {
  KeyFileHeader h;
  if (!take_until(text, kFirstLine, "\n")) return fail(Code::key_format);
  const auto purpose = take_until(text, "# purpose: ", "\n");
  const auto owner = purpose ? take_until(text, "# owner: ", "\n") : std::nullopt;
  const auto suite = owner ? take_until(text, "# suite: ", "\n") : std::nullopt;
  const auto created = suite ? take_until(text, "# created: ", "\n") : std::nullopt;
  const auto not_after = created ? take_until(text, "# not after: ", "\n") : std::nullopt;
  const auto public_key = not_after ? take_until(text, "# public key: ", "\n") : std::nullopt;
  if (!public_key) return fail(Code::key_format);
  const auto created_time = parse_time(*created), not_after_time = parse_time(*not_after);
  const auto key_bytes = from_hex(*public_key);
  if (!created_time || !not_after_time || !key_bytes) return fail(Code::key_format);
  h.purpose = *purpose;
  h.owner = *owner;
  h.suite = parse_suite(*suite);
  h.created = *created_time;
  h.not_after = *not_after_time;
  h.public_key = *key_bytes;
  if (!check_header(h)) return fail(Code::key_format);
  return h;
}

Result<ParsedFile> parse_file(std::string_view text) {
  if (text.size() > kMaxText) return fail(Code::key_format);
  ParsedFile file;
  std::string_view rest = text;
  XCH_ASSIGN(file.header, parse_header(rest));
  file.header_text = text.substr(0, text.size() - rest.size());
  // One text for one file: what does not come out the same again is refused.
  if (header_text(file.header) != file.header_text) return fail(Code::key_format);
  const auto line = take_until(rest, "", "\n");
  if (!line || !rest.empty()) return fail(Code::key_format);
  auto body = from_base64(*line);
  if (!body || body->size() < kPrefix + kMinSecret + kAeadTag || body->size() > kPrefix + kMaxSecret + kAeadTag)
    return fail(Code::key_format);
  if (body->front() != kVersion) return fail(Code::key_format);
  file.body = std::move(*body);
  return file;
}

KeyFileCost cost_of(const Bytes& body) {
  return {load_u64(body.data() + 1 + kSalt), load_u64(body.data() + 1 + kSalt + 8)};
}

// Refuses what Argon2id cannot do, what is weaker than `least`, and what would hang the machine.
Status check_cost(const KeyFileCost& cost, const KeyFileCost& least) {
  if (cost.opslimit > kMaxCost.opslimit || cost.memlimit_bytes > kMaxCost.memlimit_bytes) return fail(Code::key_format);
  if (cost.opslimit < least.opslimit || cost.memlimit_bytes < least.memlimit_bytes) return fail(Code::key_weak);
  return Ok{};
}

constexpr KeyFileCost kNoMinimum{crypto_pwhash_argon2id_OPSLIMIT_MIN, crypto_pwhash_argon2id_MEMLIMIT_MIN};

Result<AeadKey> unlock_key(ByteView passphrase, ByteView salt, const KeyFileCost& cost) {
  AeadKey key;
  if (sodium_init() < 0) return fail(Code::crypto_unavailable);
  // RFC 9106 Argon2id, version 1.3, one lane.
  const int failed = crypto_pwhash(key.expose_mutable().data(), kAeadKey,
                                   reinterpret_cast<const char*>(passphrase.data()), passphrase.size(), salt.data(),
                                   cost.opslimit, cost.memlimit_bytes, crypto_pwhash_ALG_ARGON2ID13);
  if (failed != 0) return fail(Code::out_of_memory);
  return key;
}

Bytes associated_data(std::string_view header, ByteView prefix) {
  return ByteWriter().raw(header).raw(prefix).bytes();
}

Result<std::string> seal(const KeyFileHeader& header, ByteView secret, ByteView passphrase, Random& random,
                         const KeyFileCost& cost, const KeyFileCost& least) {
  XCH_TRY(check_header(header));
  if (secret.size() < kMinSecret || secret.size() > kMaxSecret) return fail(Code::key_format);
  if (passphrase.size() < kMinPassphrase) return fail(Code::key_passphrase_short);
  if (passphrase.size() > kMaxPassphrase) return fail(Code::usage);
  XCH_TRY(check_cost(cost, least));

  const auto salt = random_fixed<Fixed<kSalt, struct KeyFileSaltTag>>(random);
  const auto nonce = random_fixed<Nonce>(random);
  ByteWriter body;
  body.u8(kVersion).raw(salt).u64(cost.opslimit).u64(cost.memlimit_bytes).raw(nonce);
  const std::string text = header_text(header);
  const Bytes aad = associated_data(text, body);
  XCH_ASSIGN(const AeadKey key, unlock_key(passphrase, salt, cost));
  Bytes sealed(secret.size() + kAeadTag);
  XCH_TRY(aead_seal(Aead::aes256gcm, key.expose(), nonce, aad, secret, sealed));
  return text + to_base64(body.raw(sealed)) + "\n";
}

Result<SecretBytes> open(std::string_view text, ByteView passphrase, KeyFileHeader* header, const KeyFileCost& least) {
  XCH_ASSIGN(ParsedFile file, parse_file(text));
  const KeyFileCost cost = cost_of(file.body);
  XCH_TRY(check_cost(cost, least));
  if (passphrase.size() > kMaxPassphrase) return fail(Code::key_passphrase);

  const ByteView prefix = ByteView(file.body).sub(0, kPrefix), sealed = ByteView(file.body).sub(kPrefix);
  XCH_ASSIGN(const AeadKey key, unlock_key(passphrase, prefix.sub(1, kSalt), cost));
  SecretBytes secret(sealed.size() - kAeadTag);
  XCH_TRY(aead_open(Aead::aes256gcm, key.expose(), prefix.sub(kPrefix - kAeadNonce),
                    associated_data(file.header_text, prefix), sealed, secret.expose_mutable(), Code::key_passphrase));
  if (header != nullptr) *header = std::move(file.header);
  return secret;
}

}  // namespace

Result<std::string> seal_key_file(const KeyFileHeader& header, ByteView secret, ByteView passphrase, Random& random) {
  return seal(header, secret, passphrase, random, KeyFileCost{}, kMinCost);
}

Result<SecretBytes> open_key_file(std::string_view text, ByteView passphrase, KeyFileHeader* header) {
  return open(text, passphrase, header, kMinCost);
}

Result<KeyFileHeader> read_key_file_header(std::string_view text) {
  XCH_ASSIGN(ParsedFile file, parse_file(text));
  return std::move(file.header);
}

Result<std::string> seal_key_file_for_testing(const KeyFileHeader& header, ByteView secret, ByteView passphrase,
                                              Random& random, KeyFileCost cost) {
  return seal(header, secret, passphrase, random, cost, kNoMinimum);
}

Result<SecretBytes> open_key_file_for_testing(std::string_view text, ByteView passphrase, KeyFileHeader* header) {
  return open(text, passphrase, header, kNoMinimum);
}

}  // namespace xch::crypto
