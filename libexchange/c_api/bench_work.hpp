// The work item of the benchmark: a note of twelve texts (64 to 256 bytes, 1.5 KB) in four classes to three recipients,
// with a coalition of its own in memory. Keys are fresh and thrown away.
#pragma once

#include <map>
#include <memory>

#include "grant/build.hpp"
#include "grant/status.hpp"
#include "grant/view.hpp"
#include "message/open.hpp"
#include "message/seal.hpp"
#include "wire/schema_bundle.hpp"

namespace xch::c_api {

/// MemoryKeys keeps S_k and wraps in memory: what session/ does over the store, without the store.
class MemoryKeys final : public message::CompartmentKeys {
 public:
  explicit MemoryKeys(crypto::Random& random) : random_(random) {}
  Status secret(const GrantHash& grant, Compartment compartment, MutableView out) override;
  Result<Bytes> wrap(const GrantHash& grant, Compartment compartment, const PartyId& reader) override;
  Status keep_wrap(const GrantHash& grant, Compartment compartment, const PartyId& reader, ByteView sealed) override;
  Status flush() override { return Ok{}; }
  void forget();

 private:
  using Name = std::pair<GrantHash, Compartment>;
  crypto::Random& random_;
  std::map<Name, crypto::Secret<32, struct BenchSecretTag>> secrets_;
  std::map<std::pair<Name, PartyId>, Bytes> wraps_;
};

/// MemoryCache keeps unwrapped S_k of a reader.
class MemoryCache final : public message::SecretCache {
 public:
  bool find(const Digest& wrap_info, const Digest& wrap_hash, MutableView out) override;
  void keep(const GrantHash& grant, Compartment compartment, const Digest& wrap_info, const Digest& wrap_hash,
            ByteView secret) override;
  void forget() { secrets_.clear(); }

 private:
  std::map<std::pair<Digest, Digest>, crypto::Secret<32, struct BenchCacheTag>> secrets_;
};

/// BenchNote is a note type in the work item's four classes, and the length of the text in each of its fields.
struct BenchNote {
  wire::NoteType type;
  std::vector<std::size_t> texts;
  /// load takes a schema bundle.
  static Result<BenchNote> load(ByteView bundle, std::vector<std::size_t> texts);
  /// work_item is the note of the benchmark.
  static Result<BenchNote> work_item();
};

/// BenchWork is everything a seal and an open of such a note need.
class BenchWork {
 public:
  static Result<std::unique_ptr<BenchWork>> make(SuiteId suite, Timestamp now, crypto::Random& random, BenchNote note);
  ~BenchWork();

  const message::Sender& sender() const;
  /// notes gives n inputs with fresh note ids.
  std::vector<message::NoteInput> notes(std::size_t n, crypto::Random& random) const;
  /// knowledge of the reader that sees 8 of the 12 fields.
  const message::Knowledge& reader() const;
  const PartyId& reader_id() const;

 private:
  BenchWork();
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace xch::c_api
