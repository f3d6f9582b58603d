// exchange-verify: checks the evidence of an exchange log with nothing of libexchange in it.
//
// What is read is either right or refused on the spot: every function below returns only what holds, and throws Refusal
// with a sentence and the program's exit status otherwise.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace verify {

/// The exit statuses of `exchange`: forged evidence is 5, evidence that cannot be told either way is 6.
enum Exit { kVerified = 0, kMachine = 1, kUsage = 2, kForged = 5, kUnsure = 6 };
struct Refusal {
  Exit exit;
  std::string sentence;
};
[[noreturn]] void forged(std::string sentence);
[[noreturn]] void unsure(std::string sentence);

using Bytes = std::string;
using Hash = std::array<std::uint8_t, 32>;

// text.cpp
std::optional<Bytes> decode_base64(std::string_view text);
std::string encode_base64(std::string_view bytes);
std::optional<std::uint64_t> decode_number(std::string_view text);
std::optional<Hash> decode_hash(std::string_view base64);
bool is_utf8(std::string_view text);
std::optional<std::string_view> next_line(std::string_view& rest);
std::uint64_t big_endian(std::string_view bytes);
/// read_file throws: kUnsure where there is no such file, kForged where it is longer than `limit`.
Bytes read_file(const std::string& path, std::size_t limit);
std::optional<Bytes> read_file_if_there(const std::string& path, std::size_t limit);

// hash.cpp
Hash sha256(std::string_view bytes);
Hash leaf_hash(std::string_view entry);
Hash node_hash(const Hash& left, const Hash& right);
bool ed25519_verifies(std::string_view public_key, std::string_view message, std::string_view signature);
/// p256_verifies takes an uncompressed point and r || s of 64 bytes: ECDSA with SHA-256.
bool p256_verifies(std::string_view public_key, std::string_view message, std::string_view signature);

// tree.cpp
/// Edge adds leaves one after the other and gives the root of what it has: RFC 6962 section 2.1.
class Edge {
 public:
  void add(const Hash& leaf);
  std::uint64_t size() const { return size_; }
  Hash root() const;

 private:
  std::uint64_t size_ = 0;
  std::vector<Hash> subtrees_;
};
bool includes(std::uint64_t index, std::uint64_t size, const Hash& leaf, const std::vector<Hash>& proof,
              const Hash& root);
bool is_beginning(std::uint64_t size1, std::uint64_t size2, const Hash& root1, const Hash& root2,
                  const std::vector<Hash>& proof);

// note.cpp
struct Key {
  std::string name, id, public_key;
  int type = 0;  // 1 the log, 4 a witness, 6 ML-DSA: known and not checked
};
/// read_key throws kUsage for what is no verifier key.
Key read_key(std::string_view text);

// policy.cpp
/// Group is a name of a policy: a witness, or others of which so many have to have signed.
struct Group {
  std::size_t witness = 0;  // of a name without members
  std::size_t needed = 0;
  std::vector<std::string> members;
  bool taken = false;  // as a member
};
struct Policy {
  std::vector<Key> logs, witnesses;
  std::map<std::string, Group> groups;
  std::string quorum;  // a name, or "none"
};
/// read_policy throws kUsage for what is no policy.
Policy read_policy(std::string_view text);
bool is_enough(const Policy& policy, const std::vector<bool>& by_witness);

// note.cpp
/// Trust is what the user has said: keys of logs and witnesses, and how many of these, or which, must have signed.
struct Trust {
  std::vector<Key> logs, witnesses;
  std::size_t quorum = 0;
  std::optional<Policy> policy;  // says what the quorum is
  /// Of an older checkpoint no witness is asked: they have seen all that comes before what they sign.
  Trust without_quorum() const { return {logs, witnesses, 0, std::nullopt}; }
};
struct Checkpoint {
  std::string origin;
  std::uint64_t size = 0;
  Hash root{};
  std::size_t cosigned = 0;  // by so many of the witnesses
};
/// check_note reads a checkpoint's note and checks every signature of a known key.
Checkpoint check_note(std::string_view note, const Trust& trust);

struct Proof {
  std::uint64_t index = 0;
  std::vector<Hash> hashes;
  Bytes checkpoint;
};
Proof read_proof(std::string_view text);

/// Evidence is two checkpoints that cannot both be true; `begins` is the root of the larger one's beginning.
struct Evidence {
  Bytes first, second;
  std::optional<Hash> begins;
  std::vector<Hash> proof;
};
Evidence read_evidence(std::string_view text);
/// read_hashes reads a consistency proof: base64 hashes, one to a line.
std::vector<Hash> read_hashes(std::string_view text);

// header.cpp
/// Shown is what a note's header says of its sender's log: `origin` is the labelled hash of the log's name.
struct Shown {
  Hash origin{};
  std::uint64_t size = 0;
  Hash root{};
};
bool is_header(std::string_view text);
Hash labelled_hash(std::string_view label, std::string_view message);
/// check_header checks a header and its signatures up to the agency's identity key, which has this id.
Shown check_header(std::string_view text, const Hash& party);

// folder.cpp
/// check_folder reads a whole log: entries, tiles of every level, root. Where `earlier` is given, its entries must be
/// the beginning of the log's. Progress goes to `tell`, now and then.
void check_folder(const std::string& folder, const Checkpoint& checkpoint, const Checkpoint* earlier,
                  const std::function<void(std::uint64_t)>& tell);

}  // namespace verify
