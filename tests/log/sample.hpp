// A log with two witnesses and checkpoints of theirs, the same in every run. For tests only.
#pragma once

#include <string>
#include <vector>

#include "log/checkpoint.hpp"
#include "log/vectors.hpp"

namespace xch::log {

inline SignerKey signer(std::string_view name, KeyType type, std::uint8_t seed) {
  return *SignerKey::make(name, type, Bytes(32, seed));
}
inline SignerKey sample_log_key() { return signer("police.example/log", KeyType::ed25519, 1); }
inline SignerKey sample_witness(std::uint8_t n) {
  return signer("witness" + std::to_string(n) + ".example", KeyType::cosignature, static_cast<std::uint8_t>(16 + n));
}
inline LogTrust sample_trust(std::size_t quorum = 0) {
  const std::vector<VerifierKey> witnesses{sample_witness(1).verifier(), sample_witness(2).verifier()};
  return *LogTrust::make(sample_log_key().verifier(), witnesses, quorum);
}

/// sample_note is a checkpoint signed by the log and cosigned by these witnesses at time 1000 + n.
inline std::string sample_note(const Checkpoint& checkpoint, const std::vector<std::uint8_t>& witnesses = {}) {
  SignedNote note{encode_checkpoint(checkpoint), {}};
  note.signatures.push_back(*sample_log_key().sign(note.text));
  for (const auto n : witnesses) note.signatures.push_back(*sample_witness(n).cosign(note.text, Timestamp{1000u + n}));
  return encode_note(note);
}
inline Checkpoint sample_checkpoint(std::uint64_t size = 7, std::uint8_t fill = 0x5a) {
  Checkpoint out{"police.example/log", size, {}, {}};
  out.root.bytes.fill(fill);
  return out;
}

/// for_every_change calls `test` with every text that differs from `text` in one byte.
template <class Test>
void for_every_change(std::string text, Test test) {
  for (char& c : text) {
    const char was = c;
    for (int x = 1; x < 256; ++x) {
      c = static_cast<char>(was ^ x);
      test(text);
    }
    c = was;
  }
}
/// for_every_truncation calls `test` with every proper beginning of `text`.
template <class Test>
void for_every_truncation(const std::string& text, Test test) {
  for (std::size_t n = 0; n < text.size(); ++n) test(text.substr(0, n));
}

}  // namespace xch::log
