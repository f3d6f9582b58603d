// A history of the sample log: 400 entries, the same in every run for one name. For tests only.
#pragma once

#include "crypto/merkle.hpp"
#include "log/evidence.hpp"
#include "log/sample.hpp"
#include "log/witness.hpp"

namespace xch::log {

class History {
 public:
  /// Histories of two names are equal up to `same` entries.
  explicit History(std::string_view name, std::uint64_t same = 0) {
    for (std::uint64_t i = 0; i < 400; ++i)
      tree_.add(crypto::leaf_hash(ByteWriter().raw(i < same ? "same" : name).u64(i)));
  }
  MemoryTree& tree() const { return tree_; }
  Checkpoint checkpoint(std::uint64_t size) const { return {"police.example/log", size, *tree_root(tree_, size), {}}; }
  std::string note(std::uint64_t size) const { return sample_note(checkpoint(size)); }
  std::string request(std::uint64_t old_size, std::uint64_t size) const {
    WitnessRequest out{old_size, {}, note(size)};
    if (old_size != 0) out.proof = *consistency_proof(tree_, old_size, size);
    return encode_witness_request(out);
  }

 private:
  mutable MemoryTree tree_;
};

}  // namespace xch::log
