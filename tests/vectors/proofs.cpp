#include "vectors/proofs.hpp"

#include "crypto/merkle.hpp"
#include "log/entry.hpp"
#include "session/heard.hpp"
#include "session/log_proofs.hpp"

namespace xch::vectors {
namespace {

log::SignerKey signer(const std::string& name, log::KeyType type, std::uint8_t seed) {
  return must(log::SignerKey::make(name, type, Bytes(32, seed)), "signer");
}

log::DayKey day_key() { return must(log::DayKey::from(Bytes(32, 0x44)), "day key"); }

/// The event with which entries that nobody is shown are made.
Bytes dummy(std::uint8_t n) { return Bytes(75, n); }

}  // namespace

SenderLog::SenderLog(const CoalitionId& coalition, const std::string& party)
    : key_(signer(session::log_origin(coalition, party), log::KeyType::ed25519, 0x41)) {
  for (std::uint8_t n = 0; n < 3; ++n)
    witnesses_.push_back(signer("witness-" + std::to_string(n + 1) + ".example", log::KeyType::cosignature, static_cast<std::uint8_t>(0x51 + n)));
  crypto::SeededRandom_for_testing random(ByteView(std::string_view("LX1 vectors log")));
  log::MemoryTree tree;
  for (std::uint8_t n = 1; n <= 5; ++n) {
    entries_.push_back(must(log::seal_entry(dummy(n), log::day_of(kNow), day_key(), random), "entry"));
    tree.add(crypto::leaf_hash(entries_.back()));
  }
  reference_ = {session::log_origin_hash(key_.verifier().name()), tree.size(), must(log::tree_root(tree, tree.size()), "root")};
}

std::string SenderLog::policy() const {
  std::string out = "log " + key_.verifier().text() + "\n", names;
  for (std::size_t n = 0; n < witnesses_.size(); ++n) {
    const std::string name = "w" + std::to_string(n + 1);
    out += "witness " + name + " " + witnesses_[n].verifier().text() + "\n";
    names += " " + name;
  }
  return out + "group two 2" + names + "\nquorum two\n";
}

LogProof SenderLog::proof(const HeaderHash& header, ByteView event, const std::vector<Signed>& by) const {
  crypto::SeededRandom_for_testing random(ByteView(std::string_view("LX1 vectors log proof")));
  LogProof out;
  out.header = header;
  out.event = event.copy();
  out.entry = must(log::seal_entry(event, log::day_of(kNow), day_key(), random), "entry");
  const auto opened = must(log::open_entry(out.entry, day_key()), "entry");
  if (!out.blind.copy_from(opened.blind.expose())) std::abort();
  log::MemoryTree tree;
  for (const auto& entry : entries_) tree.add(crypto::leaf_hash(entry));
  tree.add(crypto::leaf_hash(out.entry));
  for (std::uint8_t n = 7; n <= 8; ++n)
    tree.add(crypto::leaf_hash(must(log::seal_entry(dummy(n), log::day_of(kNow), day_key(), random), "entry")));
  log::Proof proof;
  proof.index = 5;
  proof.hashes = must(log::inclusion_proof(tree, proof.index, tree.size()), "proof");
  log::SignedNote note{log::encode_checkpoint({key_.verifier().name(), tree.size(), must(log::tree_root(tree, tree.size()), "root"), {}}), {}};
  note.signatures.push_back(must(key_.sign(note.text), "sign"));
  for (const auto& one : by) note.signatures.push_back(must(witnesses_[one.witness].cosign(note.text, one.time), "cosign"));
  proof.checkpoint = log::encode_note(note);
  out.proof = log::encode_proof(proof);
  return out;
}

Bytes sealed_event_at(const HeaderHash& hash, NoteHeader header, Timestamp time) {
  header.sealed_at = time;
  return session::sealed_event_bytes(hash, header);
}

}  // namespace xch::vectors
