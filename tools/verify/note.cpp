#include <algorithm>

#include "verify.hpp"

namespace verify {
namespace {

constexpr std::string_view kDash = "\xe2\x80\x94 ";
constexpr std::size_t kSignaturesMax = 100, kHashesMax = 63;

[[noreturn]] void no_key() { throw Refusal{kUsage, "not a verifier key; it is written NAME+HASH+BASE64"}; }

bool starts_with(std::string_view text, std::string_view start) { return text.substr(0, start.size()) == start; }

bool is_name(std::string_view name) {
  if (name.empty() || !is_utf8(name)) return false;
  const bool plain = std::all_of(name.begin(), name.end(),
                                 [](char c) { return c != '+' && static_cast<unsigned char>(c) > 0x20; });
  if (!plain) return false;
  for (const char* space : {"\xc2\x85", "\xc2\xa0", "\xe1\x9a\x80", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf",
                            "\xe2\x81\x9f", "\xe3\x80\x80"})
    if (name.find(space) != std::string_view::npos) return false;
  for (char last = '\x80'; last <= '\x8a'; ++last)  // U+2000 to U+200A
    if (name.find(std::string("\xe2\x80") + last) != std::string_view::npos) return false;
  return true;
}

struct Line {
  std::string_view name;
  std::string id, signature;
};

Line read_signature(std::string_view line) {
  if (!starts_with(line, kDash)) forged("the note has a line among its signatures that is none");
  line.remove_prefix(kDash.size());
  const auto space = line.find(' ');
  if (space == std::string_view::npos || !is_name(line.substr(0, space)))
    forged("a signature line has no name of a key");
  const auto data = decode_base64(line.substr(space + 1));
  if (!data || data->size() < 5) forged("a signature line has no signature");
  return {line.substr(0, space), data->substr(0, 4), data->substr(4)};
}

bool holds(const Key& key, std::string_view text, std::string_view signature) {
  if (key.type == 1) return ed25519_verifies(key.public_key, text, signature);
  if (signature.size() != 8 + 64) return false;
  const std::uint64_t time = big_endian(signature.substr(0, 8));
  if (time == 0 || time >> 63 != 0) return false;
  const std::string message = "cosignature/v1\ntime " + std::to_string(time) + "\n" + std::string(text);
  return ed25519_verifies(key.public_key, message, signature.substr(8));
}

Checkpoint read_checkpoint(std::string_view text) {
  const auto origin = next_line(text), size_line = next_line(text), root_line = next_line(text);
  if (!origin || !size_line || !root_line || origin->empty()) forged("the note is no checkpoint");
  const auto size = decode_number(*size_line);
  const auto root = decode_hash(*root_line);
  if (!size || !root) forged("the checkpoint has no size or no root");
  if (*size == 0 && *root != sha256("")) forged("the checkpoint of an empty log has the root of another");
  while (const auto line = next_line(text))
    if (line->empty()) forged("the checkpoint has an empty line");
  return {std::string(*origin), *size, *root, 0};
}

}  // namespace

Key read_key(std::string_view text) {
  const auto first = text.find('+');
  const auto second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos) no_key();
  const auto data = decode_base64(text.substr(second + 1));
  if (!data || data->size() < 2 || !is_name(text.substr(0, first))) no_key();
  Key out;
  out.name = text.substr(0, first);
  out.type = static_cast<unsigned char>((*data)[0]);
  out.public_key = data->substr(1);
  const bool sized = out.type == 6 ? out.public_key.size() == 1312 : out.public_key.size() == 32;
  if ((out.type != 1 && out.type != 4 && out.type != 6) || !sized) no_key();
  // c2sp.org/signed-note: "SHA-256(<name> || 0x0A || <type> || <public key>)[:4]".
  const Hash hash = sha256(out.name + "\n" + *data);
  out.id.assign(hash.begin(), hash.begin() + 4);
  std::string hex;
  for (const char c : out.id) {
    hex += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
    hex += "0123456789abcdef"[c & 15];
  }
  if (hex != text.substr(first + 1, second - first - 1)) no_key();
  return out;
}

Checkpoint check_note(std::string_view note, const Trust& trust) {
  const bool plain = std::all_of(note.begin(), note.end(),
                                 [](char c) { return static_cast<unsigned char>(c) >= 0x20 || c == '\n'; });
  if (!plain || !is_utf8(note) || note.empty() || note.back() != '\n') forged("not the text of a signed note");
  const auto blank = note.rfind("\n\n");
  if (blank == std::string_view::npos || blank + 2 == note.size()) forged("the note has no signature");
  const std::string_view text = note.substr(0, blank + 1);
  Checkpoint out = read_checkpoint(text);
  const auto is_origin = [&](const Key& log) { return log.name == out.origin; };
  if (std::none_of(trust.logs.begin(), trust.logs.end(), is_origin))
    forged("the checkpoint is of another log than the key");

  std::string_view rest = note.substr(blank + 2);
  bool by_log = false;
  std::vector<bool> by_witness(trust.witnesses.size(), false);
  std::size_t lines = 0;
  while (const auto line = next_line(rest)) {
    if (++lines > kSignaturesMax) forged("the note has too many signatures");
    const Line signature = read_signature(*line);
    const auto is_of = [&](const Key& key) {
      return key.type != 6 && key.name == signature.name && key.id == signature.id;
    };
    for (const auto& log : trust.logs) {
      if (!is_of(log)) continue;
      if (!holds(log, text, signature.signature)) forged("the log's signature does not verify");
      by_log = by_log || is_origin(log);
    }
    for (std::size_t i = 0; i < trust.witnesses.size(); ++i) {
      if (!is_of(trust.witnesses[i])) continue;
      if (!holds(trust.witnesses[i], text, signature.signature)) forged("a witness's signature does not verify");
      by_witness[i] = true;
    }
  }
  if (!by_log) forged("the checkpoint is not signed by the log's key");
  out.cosigned = static_cast<std::size_t>(std::count(by_witness.begin(), by_witness.end(), true));
  if (out.cosigned < trust.quorum) forged("too few of the named witnesses have signed the checkpoint");
  if (trust.policy && !is_enough(*trust.policy, by_witness))
    unsure("too few witnesses have signed the checkpoint yet for what the policy asks");
  return out;
}

Proof read_proof(std::string_view text) {
  if (next_line(text) != "c2sp.org/tlog-proof@v1") forged("not a proof of the format tlog-proof");
  auto line = next_line(text);
  if (line && starts_with(*line, "extra ")) {
    const auto extra = decode_base64(line->substr(6));
    if (!extra || extra->empty()) forged("the proof's line of extra data is not base64");
    line = next_line(text);
  }
  if (!line || !starts_with(*line, "index ")) forged("the proof does not say which entry it is for");
  const auto index = decode_number(line->substr(6));
  if (!index) forged("the proof does not say which entry it is for");
  const auto end = starts_with(text, "\n") ? 0 : text.find("\n\n");
  if (end == std::string_view::npos) forged("the proof has no checkpoint");
  Proof out;
  out.index = *index;
  out.hashes = read_hashes(end == 0 ? std::string_view() : text.substr(0, end + 1));
  out.checkpoint = text.substr(end == 0 ? 1 : end + 2);
  return out;
}

Evidence read_evidence(std::string_view text) {
  const auto length = [&](std::string_view name) {
    const auto line = next_line(text);
    const auto number = line && starts_with(*line, name) ? decode_number(line->substr(name.size())) : std::nullopt;
    if (!number) forged("the evidence does not say how long its checkpoints are");
    return *number;
  };
  if (next_line(text) != "exchange.log/two-histories@v1") forged("not evidence of two histories");
  const std::uint64_t first = length("first "), second = length("second ");
  Evidence out;
  const auto end = starts_with(text, "\n") ? 0 : text.find("\n\n");
  if (end == std::string_view::npos) forged("the evidence has no checkpoints");
  std::string_view lines = end == 0 ? std::string_view() : text.substr(0, end + 1);
  text.remove_prefix(end == 0 ? 1 : end + 2);
  if (const auto begins = next_line(lines)) {
    out.begins = starts_with(*begins, "begins ") ? decode_hash(begins->substr(7)) : std::nullopt;
    if (!out.begins) forged("the evidence has a line that is none of its own");
    out.proof = read_hashes(lines);
  }
  if (first > text.size() || second != text.size() - first)
    forged("the evidence's checkpoints are not as long as it says");
  out.first = text.substr(0, static_cast<std::size_t>(first));
  out.second = text.substr(static_cast<std::size_t>(first));
  return out;
}

std::vector<Hash> read_hashes(std::string_view text) {
  std::vector<Hash> out;
  while (const auto line = next_line(text)) {
    const auto hash = decode_hash(*line);
    if (!hash || out.size() == kHashesMax) forged("the proof has a line that is no hash, or too many");
    out.push_back(*hash);
  }
  if (!text.empty()) forged("the proof's last line has no end");
  return out;
}

}  // namespace verify
