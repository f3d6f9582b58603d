#include "log/note.hpp"

#include <algorithm>
#include <array>

#include "crypto/digest.hpp"
#include "crypto/ed25519.hpp"
#include "log/lines.hpp"

namespace xch::log {
namespace {

constexpr std::string_view kDash = "\xe2\x80\x94 ";  // U+2014 and a space
constexpr std::string_view kPrivate = "PRIVATE+KEY+";
constexpr std::size_t kEd25519Key = 32, kMlDsa44Key = 1312, kTime = 8;

// The white space of Unicode (White_Space=yes) above ASCII, in UTF-8.
constexpr std::array<std::string_view, 19> kSpaces{
    "\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x81", "\xe2\x80\x82", "\xe2\x80\x83",
    "\xe2\x80\x84", "\xe2\x80\x85", "\xe2\x80\x86", "\xe2\x80\x87", "\xe2\x80\x88", "\xe2\x80\x89", "\xe2\x80\x8a",
    "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80"};

NoteKeyId key_id(std::string_view name, KeyType type, ByteView public_key) {
  const std::array<std::uint8_t, 2> between{0x0a, static_cast<std::uint8_t>(type)};
  NoteKeyId id;
  (void)id.copy_from(crypto::sha256({ByteView(name), between, public_key}).view().sub(0, NoteKeyId::kSize));
  return id;
}

bool is_note_text(std::string_view text) {
  if (text.empty() || text.back() != '\n' || text.size() > kNoteMaxBytes || !is_utf8(ByteView(text))) return false;
  // "MUST NOT contain any ASCII control characters (those below U+0020) other than newline."
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; });
}

// c2sp.org/tlog-cosignature: the signed message of a v1 Ed25519 cosignature.
Bytes cosigned_message(std::string_view note_text, std::uint64_t time) {
  return ByteWriter().raw("cosignature/v1\ntime ").raw(std::to_string(time)).raw("\n").raw(note_text).bytes();
}

// The three parts NAME+HEX+BASE64; the last may have pluses of its own.
struct KeyParts {
  std::string_view name, id, data;
};
std::optional<KeyParts> split_key(std::string_view text) {
  const auto first = text.find('+');
  if (first == std::string_view::npos) return std::nullopt;
  const auto second = text.find('+', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  return KeyParts{text.substr(0, first), text.substr(first + 1, second - first - 1), text.substr(second + 1)};
}

std::string key_prefix(const VerifierKey& key) { return key.name() + "+" + to_hex(key.id()) + "+"; }

Result<NoteSignature> parse_signature(std::string_view line) {
  if (!take_prefix(line, kDash)) return fail(Code::log_note);
  const auto space = line.find(' ');
  if (space == std::string_view::npos || !is_key_name(line.substr(0, space))) return fail(Code::log_note);
  const auto data = from_base64(line.substr(space + 1));
  if (!data || data->size() <= NoteKeyId::kSize) return fail(Code::log_note);
  NoteSignature out{std::string(line.substr(0, space)), {}, ByteView(*data).sub(NoteKeyId::kSize).copy()};
  (void)out.id.copy_from(ByteView(*data).sub(0, NoteKeyId::kSize));
  return out;
}

}  // namespace

bool is_key_name(std::string_view name) {
  if (name.empty() || !is_utf8(ByteView(name))) return false;
  for (const char c : name)
    if (c == '+' || static_cast<unsigned char>(c) <= 0x20) return false;
  return std::none_of(kSpaces.begin(), kSpaces.end(),
                      [&](std::string_view space) { return name.find(space) != std::string_view::npos; });
}

// Verifier keys.

Result<VerifierKey> VerifierKey::parse(std::string_view text) {
  const auto parts = split_key(text);
  if (!parts) return fail(Code::log_verifier_key);
  const auto data = from_base64(parts->data);
  if (!data || data->size() < 2) return fail(Code::log_verifier_key);
  XCH_ASSIGN(VerifierKey key, make(parts->name, static_cast<KeyType>((*data)[0]), ByteView(*data).sub(1)));
  if (parts->id != to_hex(key.id_)) return fail(Code::log_verifier_key);
  return key;
}

Result<VerifierKey> VerifierKey::make(std::string_view name, KeyType type, ByteView public_key) {
  if (!is_key_name(name)) return fail(Code::log_verifier_key);
  const bool ed25519 = type == KeyType::ed25519 || type == KeyType::cosignature;
  if (!ed25519 && type != KeyType::ml_dsa_44) return fail(Code::log_verifier_key);
  if (public_key.size() != (ed25519 ? kEd25519Key : kMlDsa44Key)) return fail(Code::log_verifier_key);
  VerifierKey out;
  out.name_ = name;
  out.type_ = type;
  out.id_ = key_id(name, type, public_key);
  out.public_key_ = public_key.copy();
  if (!ed25519) return out;
  XCH_ASSIGN(out.key_, crypto::SignPublicKey::parse(SuiteId::x25519, public_key));
  return out;
}

std::string VerifierKey::text() const {
  return key_prefix(*this) + to_base64(ByteWriter().u8(static_cast<std::uint8_t>(type_)).raw(public_key_));
}

Result<Timestamp> VerifierKey::check(std::string_view note_text, ByteView signature) const {
  if (type_ == KeyType::ed25519) {
    XCH_TRY(crypto::ed25519_check(key_, ByteView(note_text), signature, Code::log_note_signature));
    return Timestamp{};
  }
  if (type_ != KeyType::cosignature || signature.size() != kTime + crypto::kSignature)
    return fail(Code::log_note_signature);
  const std::uint64_t time = load_u64(signature.data());
  // "the timestamp MUST NOT be zero" where a tree is cosigned; from 2^63 on it is no decimal number of these formats.
  if (time == 0 || time >> 63 != 0) return fail(Code::log_note_signature);
  const Bytes message = cosigned_message(note_text, time);
  XCH_TRY(crypto::ed25519_check(key_, message, signature.sub(kTime), Code::log_note_signature));
  return Timestamp{time};
}

// Notes.

Result<SignedNote> parse_note(std::string_view bytes) {
  if (!is_note_text(bytes)) return fail(Code::log_note);
  // "the last empty line": what precedes it may have empty lines of its own.
  const auto blank = bytes.rfind("\n\n");
  if (blank == std::string_view::npos) return fail(Code::log_note);
  SignedNote out;
  out.text = bytes.substr(0, blank + 1);
  std::string_view rest = bytes.substr(blank + 2);
  if (rest.empty()) return fail(Code::log_note);
  while (const auto line = take_line(rest)) {
    if (out.signatures.size() == kSignaturesMax) return fail(Code::log_note);
    XCH_ASSIGN(NoteSignature signature, parse_signature(*line));
    out.signatures.push_back(std::move(signature));
  }
  return out;
}

std::string encode_signature(const NoteSignature& signature) {
  const std::string data = to_base64(ByteWriter().raw(signature.id).raw(signature.bytes));
  return std::string(kDash) + signature.name + " " + data + "\n";
}

std::string encode_note(const SignedNote& note) {
  std::string out = note.text + "\n";
  for (const auto& signature : note.signatures) out += encode_signature(signature);
  return out;
}

// Signer keys.

Result<SignerKey> SignerKey::parse(ByteView text) {
  std::string_view rest = text.text();
  if (!take_prefix(rest, kPrivate)) return fail(Code::log_verifier_key);
  const auto parts = split_key(rest);
  if (!parts) return fail(Code::log_verifier_key);
  auto data = from_base64(parts->data);
  if (!data) return fail(Code::log_verifier_key);
  const crypto::SecretBytes seed{ByteView(*data).sub(1)};
  const auto type = static_cast<KeyType>(data->empty() ? 0 : (*data)[0]);
  crypto::wipe(*data);
  XCH_ASSIGN(SignerKey key, make(parts->name, type, seed.expose()));
  if (parts->id != to_hex(key.verifier_.id())) return fail(Code::log_verifier_key);
  return key;
}

Result<SignerKey> SignerKey::make(std::string_view name, KeyType type, ByteView seed) {
  if (type != KeyType::ed25519 && type != KeyType::cosignature) return fail(Code::log_verifier_key);
  if (seed.size() != kEd25519Key) return fail(Code::log_verifier_key);
  XCH_ASSIGN(auto key, crypto::SignPrivateKey::from_bytes(SuiteId::x25519, seed));
  XCH_ASSIGN(VerifierKey verifier, VerifierKey::make(name, type, key.public_key().bytes()));
  return SignerKey(std::move(verifier), std::move(key));
}

Result<SignerKey> SignerKey::generate(std::string_view name, KeyType type, crypto::Random& random) {
  const auto seed = crypto::random_secret<kEd25519Key, struct NoteSeedTag>(random);
  return make(name, type, seed.expose());
}

crypto::SecretBytes SignerKey::text() const {
  const crypto::SecretBytes seed = crypto::export_private_key(key_);
  crypto::SecretBytes data(1 + seed.size());
  data.expose_mutable()[0] = static_cast<std::uint8_t>(verifier_.type());
  std::copy(seed.expose().begin(), seed.expose().end(), data.expose_mutable().begin() + 1);
  std::string encoded = to_base64(data.expose());
  const std::string prefix = std::string(kPrivate) + key_prefix(verifier_);
  crypto::SecretBytes out(prefix.size() + encoded.size());
  std::copy(prefix.begin(), prefix.end(), out.expose_mutable().begin());
  std::copy(encoded.begin(), encoded.end(), out.expose_mutable().begin() + prefix.size());
  crypto::wipe(MutableView(reinterpret_cast<std::uint8_t*>(encoded.data()), encoded.size()));
  return out;
}

Result<NoteSignature> SignerKey::sign(std::string_view note_text) const {
  if (verifier_.type() != KeyType::ed25519) return fail(Code::usage);
  if (!is_note_text(note_text)) return fail(Code::log_note);
  XCH_ASSIGN(const auto signature, crypto::ed25519_sign(key_, ByteView(note_text)));
  return NoteSignature{verifier_.name(), verifier_.id(), signature.view().copy()};
}

Result<NoteSignature> SignerKey::cosign(std::string_view note_text, Timestamp time) const {
  if (verifier_.type() != KeyType::cosignature) return fail(Code::usage);
  if (time.seconds == 0 || time.seconds >> 63 != 0) return fail(Code::usage);
  if (!is_note_text(note_text)) return fail(Code::log_note);
  XCH_ASSIGN(const auto signature, crypto::ed25519_sign(key_, cosigned_message(note_text, time.seconds)));
  return NoteSignature{verifier_.name(), verifier_.id(), ByteWriter().u64(time.seconds).raw(signature).bytes()};
}

// Trust.

Result<TrustList> TrustList::make(std::vector<VerifierKey> keys) {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (keys[i].name() == keys[j].name() && keys[i].id() == keys[j].id()) return fail(Code::log_verifier_key);
      if (equal(keys[i].public_key(), keys[j].public_key())) return fail(Code::log_verifier_key);
    }
  }
  TrustList out;
  out.keys_ = std::move(keys);
  return out;
}

Result<std::vector<NoteVerdict>> check_note(const SignedNote& note, const TrustList& trust) {
  std::vector<NoteVerdict> out;
  for (const auto& signature : note.signatures) {
    const auto& keys = trust.keys();
    const auto known = std::find_if(keys.begin(), keys.end(), [&](const VerifierKey& key) {
      return key.is_checked() && key.id() == signature.id && key.name() == signature.name;
    });
    if (known == keys.end()) continue;
    XCH_ASSIGN(const Timestamp time, known->check(note.text, signature.bytes));
    const auto place = static_cast<std::size_t>(known - keys.begin());
    const auto same = std::find_if(out.begin(), out.end(), [&](const NoteVerdict& v) { return v.key == place; });
    if (same == out.end()) out.push_back({place, time});
    else same->time = std::max(same->time, time);
  }
  if (out.empty()) return fail(Code::log_note_signature);
  return out;
}

}  // namespace xch::log
