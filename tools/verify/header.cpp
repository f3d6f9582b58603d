// A note's header as evidence: what it says of its sender's log, and the sender's signature of it.
//
//     exchange.log/note-header@v1
//     core BASE64                 the header
//     slots BASE64                the root of the note's slots
//     position N                  of the note in its batch
//     path BASE64                 ten hashes, one to a line
//     signature BASE64            of the batch's root
//     key BASE64                  key records, from the key that signed up; the last is the agency's identity key
//     signed BASE64               after each but the last: its signature by the next
//
// Header and key records are single Cap'n Proto structs in canonical form (docs/format.md).
#include "verify.hpp"

namespace verify {
namespace {

constexpr std::size_t kBatchDepth = 10;
constexpr std::uint64_t kSeat = 7, kIdentity = 2;  // kinds of key
constexpr std::uint64_t kP256 = 1, kX25519 = 2;    // suites

std::string_view view(const Hash& hash) { return {reinterpret_cast<const char*>(hash.data()), hash.size()}; }

Bytes framed(std::string_view label) { return Bytes(1, static_cast<char>(label.size())) + Bytes(label); }

/// Struct reads the fields of one struct whose pointers are byte lists or nothing; others read as empty.
class Struct {
 public:
  explicit Struct(std::string_view bytes) : bytes_(bytes) {
    if (bytes.size() % 8 != 0 || bytes.size() < 8 || little(0, 4) != 0)
      forged("a record of the evidence is not well-formed");
    data_ = static_cast<std::size_t>(little(4, 2));
    pointers_ = static_cast<std::size_t>(little(6, 2));
    if (8 + 8 * (data_ + pointers_) > bytes.size()) forged("a record of the evidence is not well-formed");
  }
  /// A number of `size` bytes at a byte of the data section.
  std::uint64_t number(std::size_t at, std::size_t size) const { return at + size > 8 * data_ ? 0 : little(8 + at, size); }
  std::string_view bytes(std::size_t index) const {
    if (index >= pointers_) return {};
    const std::size_t at = 8 + 8 * (data_ + index);
    const std::uint64_t low = little(at, 4), high = little(at + 4, 4);
    constexpr std::uint64_t kList = 1, kOfBytes = 2;
    if ((low & 3) != kList || (high & 7) != kOfBytes) return {};
    const std::uint64_t from = at + 8 + 8 * (low >> 2), size = high >> 3;
    if (from > bytes_.size() || size > bytes_.size() - from) forged("a record of the evidence is not well-formed");
    return bytes_.substr(static_cast<std::size_t>(from), static_cast<std::size_t>(size));
  }

 private:
  std::uint64_t little(std::size_t at, std::size_t size) const {
    std::uint64_t out = 0;
    for (std::size_t i = size; i > 0; --i) out = out << 8 | static_cast<unsigned char>(bytes_[at + i - 1]);
    return out;
  }
  std::string_view bytes_;
  std::size_t data_ = 0, pointers_ = 0;
};

/// The parts of a key record that count here.
struct KeyRecord {
  explicit KeyRecord(const Bytes& body) : fields(body), id(labelled_hash("LX1 key id", body)) {}
  std::uint64_t kind() const { return fields.number(2, 2); }
  std::uint64_t suite() const { return fields.number(4, 2); }
  std::string_view subject() const { return fields.bytes(1); }
  std::string_view parent() const { return fields.bytes(2); }
  void check(std::string_view label, std::string_view message, std::string_view signature, const char* refusal) const {
    const Bytes signed_bytes = framed(label) + Bytes(view(id)) + Bytes(message);
    const std::string_view key = fields.bytes(3);
    const bool holds = suite() == kP256     ? p256_verifies(key, signed_bytes, signature)
                       : suite() == kX25519 ? ed25519_verifies(key, signed_bytes, signature)
                                            : false;
    if (!holds) forged(refusal);
  }
  Struct fields;
  Hash id;
};

struct Statement {
  Bytes core, slots, signature, seat, seat_signature, identity;
  std::uint64_t position = 0;
  std::vector<Hash> path;
};

Statement read_statement(std::string_view text) {
  const auto field = [&](std::string_view name) {
    const auto line = next_line(text);
    if (!line || line->substr(0, name.size()) != name) forged("the header in the evidence lacks a line");
    return line->substr(name.size());
  };
  const auto data = [&](std::string_view name) {
    const auto bytes = decode_base64(field(name));
    if (!bytes) forged("the header in the evidence has a line that is not base64");
    return *bytes;
  };
  Statement out;
  next_line(text);  // its head, by which it was known
  out.core = data("core ");
  out.slots = data("slots ");
  const auto position = decode_number(field("position "));
  if (!position || *position >= 1u << kBatchDepth) forged("the header in the evidence has no place in its batch");
  out.position = *position;
  for (std::size_t i = 0; i < kBatchDepth; ++i) {
    const auto hash = decode_hash(field("path "));
    if (!hash) forged("the header in the evidence has a line that is no hash");
    out.path.push_back(*hash);
  }
  out.signature = data("signature ");
  out.seat = data("key ");
  out.seat_signature = data("signed ");
  out.identity = data("key ");
  if (!text.empty()) forged("the header in the evidence has a line more than it may");
  return out;
}

}  // namespace

bool is_header(std::string_view text) { return text.rfind("exchange.log/note-header@v1\n", 0) == 0; }

Hash labelled_hash(std::string_view label, std::string_view message) { return sha256(framed(label) + Bytes(message)); }

Shown check_header(std::string_view text, const Hash& party) {
  const Statement said = read_statement(text);
  const KeyRecord identity(said.identity), seat(said.seat);
  if (identity.id != party || identity.kind() != kIdentity) forged("the header is of another agency than the one named");
  if (seat.kind() != kSeat || seat.parent() != view(identity.id) || seat.subject() != identity.subject())
    forged("the header's key is not one of the agency's seats");
  identity.check("LX1 sign key record", said.seat, said.seat_signature,
                 "the record of the header's key is not signed by the agency");
  const Struct core(said.core);
  if (core.bytes(5) != view(seat.id) || core.bytes(4) != seat.subject()) forged("the header names another sender");
  Hash root = leaf_hash(view(labelled_hash("LX1 header", said.core + said.slots)));
  for (std::size_t level = 0; level < kBatchDepth; ++level) {
    const bool sibling_is_left = ((said.position >> level) & 1) != 0;
    root = sibling_is_left ? node_hash(said.path[level], root) : node_hash(root, said.path[level]);
  }
  seat.check("LX1 sign note", view(root), said.signature, "the header is not signed by its sender");
  Shown out;
  const auto hash_at = [&](std::size_t index) {
    const std::string_view bytes = core.bytes(index);
    Hash hash{};
    if (bytes.size() != hash.size()) forged("the header says nothing of a log");
    for (std::size_t i = 0; i < hash.size(); ++i) hash[i] = static_cast<std::uint8_t>(bytes[i]);
    return hash;
  };
  out.origin = hash_at(9);
  out.root = hash_at(10);
  out.size = core.number(40, 8);
  return out;
}

}  // namespace verify
