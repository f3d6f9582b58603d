#include "c_api/bench_floor.hpp"

#include <algorithm>

#include "crypto/labels.hpp"
#include "crypto/suite.hpp"
#include "message/cells.hpp"
#include "model/note.hpp"

namespace xch::c_api {
namespace {

namespace label = crypto::label;
using message::kCommitSize;
using message::kSaltSize;

constexpr std::size_t kHash = 32, kLeaf = 1 + kHash, kNode = 1 + 2 * kHash, kSecret = 32;
constexpr std::size_t kBlock = 64;  // of SHA-256: an HMAC hashes a padded key block before its message

// Floor adds up primitives under the names of crypto/floor.hpp.
class Floor {
 public:
  explicit Floor(SuiteId suite) : suite_(crypto::suite_info(suite)) {}
  const Count& count() const { return count_; }
  const crypto::SuiteInfo& suite() const { return suite_; }
  bool p256() const { return suite_.id == SuiteId::p256; }

  void add(const std::string& name, double n) {
    if (n > 0) count_[name] += n;
  }
  void sha(double n, std::size_t bytes) { add("sha-256/" + std::to_string(bytes), n); }
  void random(double n, std::size_t bytes) { add("random/" + std::to_string(bytes), n); }
  void aead(double n, std::size_t bytes) { add((p256() ? "aes-256-gcm/" : "chacha20-poly1305/") + std::to_string(bytes), n); }
  void th(double n, std::string_view text, std::size_t bytes) { sha(n, 1 + text.size() + bytes); }
  void hmac(double n, std::size_t bytes) {
    sha(n, kBlock + bytes);
    sha(n, kBlock + kHash);
  }
  // The same under a key whose two padded blocks were hashed before; those two are not counted.
  void hmac_of_kept_key(double n, std::size_t bytes) {
    sha(n, bytes);
    sha(n, kHash);
  }

 private:
  const crypto::SuiteInfo& suite_;
  Count count_;
};

// RFC 9180 section 4: LabeledExtract hashes "HPKE-v1" || suite_id || label || ikm, LabeledExpand
// u16 || "HPKE-v1" || suite_id || label || info || u8. In the KEM suite_id has 5 bytes, elsewhere 10.
enum HpkeId : std::size_t { kKem = 5, kHpke = 10 };
void extract(Floor& floor, double n, HpkeId id, std::string_view text, std::size_t ikm) {
  floor.hmac(n, 7 + id + text.size() + ikm);
}
void expand(Floor& floor, double n, HpkeId id, std::string_view text, std::size_t info) {
  floor.hmac(n, 2 + 7 + id + text.size() + info + 1);
}

// Sections 4.1 and 5.1 after the key agreement: ExtractAndExpand, then the key schedule of mode base.
void hpke_secrets(Floor& floor, double n, std::size_t info) {
  extract(floor, n, kKem, "eae_prk", 32);
  expand(floor, n, kKem, "shared_secret", floor.suite().enc + floor.suite().kem_public_key);
  extract(floor, n, kHpke, "psk_id_hash", 0);
  extract(floor, n, kHpke, "info_hash", info);
  extract(floor, n, kHpke, "secret", 0);
  expand(floor, n, kHpke, "key", 1 + 2 * kHash);
  expand(floor, n, kHpke, "base_nonce", 1 + 2 * kHash);
}
void hpke_seal(Floor& floor, double n, std::size_t info, std::size_t plain) {
  if (floor.p256()) {
    // EVP_PKEY_generate draws its scalar itself, so DeriveKeyPair and its 32 random bytes are not counted.
    floor.add("p256 keygen", n);
    floor.add("p256 ecdh", n);
  } else {
    floor.random(n, 32);
    extract(floor, n, kKem, "dkp_prk", 32);
    expand(floor, n, kKem, "sk", 0);
    floor.add("x25519 base", n);
    floor.add("x25519", n);
  }
  hpke_secrets(floor, n, info);
  floor.aead(n, plain);
}
void hpke_open(Floor& floor, double n, std::size_t info, std::size_t plain) {
  if (floor.p256()) {
    floor.add("p256 point", n);
    floor.add("p256 ecdh", n);
  } else {
    floor.add("x25519", n);
  }
  hpke_secrets(floor, n, info);
  floor.aead(n, plain);
}

// What a wrap and an envelope are bound to.
std::size_t class_wrap_info(Floor& floor, double n) {
  floor.th(n, label::kClassWrapInfo, kHash + 2 * PartyId::kSize + 2 + 2 + floor.suite().kem_public_key);
  return label::kClassWrap.size() + kHash;
}
std::size_t envelope_info(Floor& floor, double n) {
  floor.th(n, label::kEnvelopeInfo, PartyId::kSize + KeyId::kSize);
  return label::kEnvelope.size() + kHash;
}

// One cell, the same both ways: commitment, key and nonce (44 bytes, so two blocks of HKDF), AEAD, and the leaf.
void cell(Floor& floor, double n, std::size_t slot_size) {
  const std::size_t salted = kSaltSize + slot_size;
  const std::size_t key_info = 1 + label::kCellKey.size() + 2 + kCommitSize + 1;
  floor.th(n, label::kCellCommit, NoteCtx::kSize + 2 + salted);
  floor.hmac_of_kept_key(n, key_info);
  floor.hmac_of_kept_key(n, kHash + key_info);
  floor.aead(n, salted);
  floor.th(n, label::kCellCt, salted + crypto::kAeadTag);
  floor.th(n, label::kCellLeaf, 2 + kCommitSize + kHash);
  floor.sha(n, kLeaf);
}
void compartment_prk(Floor& floor, double n) { floor.hmac(n, 2 * kSecret + 2); }
void header(Floor& floor, double n, std::size_t core) {
  floor.th(n, label::kNoteCtx, core);
  floor.th(n, label::kHeader, core + kHash);
  floor.sha(n, kLeaf);  // the batch's leaf
}
void reader_leaf(Floor& floor, double n, std::size_t terms) {
  floor.th(n, label::kRecipientTerms, kSaltSize + terms);
  floor.th(n, label::kRecipient, kSaltSize + PartyId::kSize + KeyId::kSize + kHash);
  floor.sha(n, kLeaf);
}
// What ECDSA signs is a hash; Ed25519 hashes inside.
void signed_root(Floor& floor) {
  if (floor.p256()) floor.th(1, crypto::sign_label(Kind::note), KeyId::kSize + kHash);
}

}  // namespace

Count floor_of_seal(const WorkShape& work, Secrets secrets, std::size_t notes) {
  Floor floor(work.suite);
  const auto n = static_cast<double>(notes);
  const auto readers = work.readers.size();
  // Per note: recipients_root, the core, M, salts and opaque leaves in one draw, prk_k, cells, slots_root, the header.
  for (const auto& reader : work.readers) reader_leaf(floor, n, reader.terms);
  floor.sha(n * expected_inner_nodes(kRecipientDepth, readers), kNode);
  floor.random(n, 2 * kSaltSize * readers + kSecret + kSaltSize * work.slots);
  compartment_prk(floor, n * static_cast<double>(work.compartments));
  for (const auto size : work.sealed_cells) cell(floor, n, size);
  floor.sha(n * static_cast<double>(work.slots - work.sealed_cells.size()), kLeaf);
  floor.sha(n * static_cast<double>(work.slots - 1), kNode);
  header(floor, n, work.core);
  // Per batch: the tree, the signature, and each reader's wraps if they are new.
  floor.sha(expected_inner_nodes(kBatchDepth, notes), kNode);
  signed_root(floor);
  floor.add(floor.p256() ? "ecdsa sign" : "ed25519 sign", 1);
  if (secrets == Secrets::fresh) {
    floor.random(static_cast<double>(work.compartments), kSecret);  // S_k
    double wraps = 0;
    for (const auto& reader : work.readers) wraps += static_cast<double>(reader.compartments);
    hpke_seal(floor, wraps, class_wrap_info(floor, wraps), kSecret);
  }
  // Per envelope.
  const auto envelopes = static_cast<double>(readers);
  hpke_seal(floor, envelopes, envelope_info(floor, envelopes), notes == 1 ? work.body : work.batch_body);
  return floor.count();
}

Count floor_of_open(const WorkShape& work, Secrets secrets) {
  Floor floor(work.suite);
  const auto& reader = work.readers[work.opening];
  const auto compartments = static_cast<double>(reader.compartments);
  hpke_open(floor, 1, envelope_info(floor, 1), work.body);                            // 2
  header(floor, 1, work.core);                                                        // 3, 7
  floor.th(1, label::kStatusHash, work.status_body);                                  // 3
  signed_root(floor);                                                                 // 5
  floor.add(floor.p256() ? "ecdsa verify" : "ed25519 verify", 1);
  floor.sha(1, work.envelope);                                                        // the envelope's name in events
  floor.sha(kBatchDepth, kNode);                                                      // 7
  reader_leaf(floor, 1, reader.terms);                                                // 8
  floor.sha(kRecipientDepth, kNode);
  floor.th(1, label::kStatusChunk, 4 + kStatusChunk);                                 // 11
  floor.sha(1, kLeaf);
  floor.sha(static_cast<double>(work.status_path), kNode);
  floor.sha(static_cast<double>(work.slots - 1), kNode);                              // 13
  if (secrets == Secrets::fresh)                                                      // 14
    hpke_open(floor, compartments, class_wrap_info(floor, compartments), kSecret);
  compartment_prk(floor, compartments);                                               // 15
  for (const auto size : work.opened_cells) cell(floor, 1, size);                     // 13 and 15
  return floor.count();
}

double expected_inner_nodes(unsigned depth, std::size_t leaves) {
  const double places = static_cast<double>(std::size_t{1} << depth);
  double nodes = 0;
  for (unsigned level = 0; level < depth; ++level) {
    // A node of this level covers `below` places; it is missing if all leaves lie elsewhere.
    const double on_level = static_cast<double>(std::size_t{1} << level), below = places / on_level;
    double missing = 1;
    for (std::size_t i = 0; i < leaves; ++i) missing *= std::max(0.0, places - below - static_cast<double>(i)) / (places - static_cast<double>(i));
    nodes += on_level * (1 - missing);
  }
  return nodes;
}

}  // namespace xch::c_api
