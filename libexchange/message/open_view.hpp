// Steps 7 to 16 for one view, once the bundle's sender and signature are proven. Internal to message/.
#pragma once

#include <map>

#include "message/open.hpp"

namespace xch::message {

/// Bytes derived for one view; wiped when the view fails.
class Derived final : public Memory {
 public:
  explicit Derived(crypto::Arena& arena) : arena_(arena) {}
  ~Derived() override {
    if (kept_) return;
    for (auto piece : pieces_) crypto::wipe(piece);
  }
  Derived(const Derived&) = delete;
  Derived& operator=(const Derived&) = delete;
  Result<MutableView> take(std::size_t size) override {
    XCH_ASSIGN(MutableView piece, arena_.take(size));
    pieces_.push_back(piece);
    return piece;
  }
  void keep() { kept_ = true; }

 private:
  crypto::Arena& arena_;
  std::vector<MutableView> pieces_;
  bool kept_ = false;
};

struct ParsedView {
  ViewBorrowed view;
  NoteHeader header;
  RecipientTerms terms;
  HeaderHash hash;
};
struct ParsedStaple {
  ByteView bytes;
  StatusHash hash;
  std::uint32_t chunk = 0;
  bool decoded = false;
  Staple staple;
};

/// What steps 1 to 3 give: the bundle decoded, nothing of it proven yet. Its bytes lie in the caller's memory.
struct ParsedBundle {
  SuiteId suite = SuiteId::none;
  GateKey opened_with;
  BundleBorrowed bundle;
  std::vector<ParsedView> views;
  std::vector<ParsedStaple> staples;
};
Result<ParsedBundle> open_and_parse(ByteView envelope, const Knowledge& knowledge, Memory& memory);

/// What steps 1 to 6 proved, shared by the views of a bundle.
struct ProvenBundle {
  const Knowledge& knowledge;
  SecretCache& cache;
  Timestamp now;
  SuiteId suite = SuiteId::none;
  Digest envelope_hash;
  GateKey opened_with;
  std::shared_ptr<const party::VerifiedRoster> roster;  // of sealed_at
  std::shared_ptr<const party::VerifiedChain> chain;    // the sender's
  const PolicyPack* pack = nullptr;
  Digest batch_root;
  ByteView signature;
  std::vector<ParsedStaple> staples;
  std::vector<Bytes> learned;  // staples newer than what is held
};

Result<Opened> open_view(ProvenBundle& bundle, const ParsedView& view, Derived& memory);

}  // namespace xch::message
