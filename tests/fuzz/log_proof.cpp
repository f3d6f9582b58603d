// A log proof that somebody sends: judged for the event that the header asks for, under a policy that knows the log.
#include "crypto/digest.hpp"
#include "crypto/merkle.hpp"
#include "fuzz/objects.hpp"
#include "fuzz/targets.hpp"
#include "log/entry.hpp"
#include "log/sample.hpp"
#include "session/log_proofs.hpp"
#include "wire/records.hpp"

namespace xch::fuzz {
namespace of_log_proof {
namespace {

/// Stage is a log of 300 entries, of which number 200 is the sealed event of a note; two witnesses have signed it.
struct Stage {
  Stage() {
    const auto fill = [](auto& fixed, std::uint8_t n) { fixed.bytes.fill(n); };
    fill(header.coalition, 1);
    fill(header.sender, 2);
    fill(header.sender_key, 3);
    fill(header.note_id, 4);
    header.sealed_at = Timestamp{1000};
    fill(hash, 5);
    event = session::sealed_event_bytes(hash, header);
    crypto::SeededRandom_for_testing random(ByteView(std::string_view("fuzz")));
    const auto key = must(log::DayKey::from(Bytes(32, 6)), "day key");
    log::MemoryTree tree;
    for (std::uint64_t n = 0; n < 300; ++n) {
      const Bytes entry = must(log::seal_entry(n == 200 ? event : Bytes(75, 9), log::Day{0}, key, random), "entry");
      if (n == 200) honest.entry = entry;
      tree.add(crypto::leaf_hash(entry));
    }
    honest.header = hash;
    honest.event = event;
    const auto opened = must(log::open_entry(honest.entry, key), "entry");
    require(honest.blind.copy_from(opened.blind.expose()), "a blind has 32 bytes");
    log::Proof proof;
    proof.index = 200;
    proof.hashes = must(log::inclusion_proof(tree, proof.index, tree.size()), "proof");
    proof.checkpoint = log::sample_note({"police.example/log", tree.size(), must(log::tree_root(tree, tree.size()), "root"), {}}, {1, 2});
    honest.proof = log::encode_proof(proof);
  }
  static const Stage& one() {
    static const Stage kOne;
    return kOne;
  }
  NoteHeader header;
  HeaderHash hash;
  Bytes event;
  LogProof honest;
};

void run(ByteView input) {
  const Stage& stage = Stage::one();
  require_same_again(wire::decode_log_proof, wire::encode, input);
  const Result<log::LogTrust> trust = log::sample_trust(2);
  const auto proof = wire::decode_log_proof(input);
  for (const auto from : {session::ProofFrom::store, session::ProofFrom::presenter}) {
    const auto check = session::check_log(trust, input, from, stage.hash, stage.header);
    const bool verified = check.freshness == message::Freshness::verified;
    require(!verified || proof.has_value(), "what does not decode verifies nothing");
    if (!verified) continue;
    require(proof->entry == stage.honest.entry && proof->event == stage.event && proof->blind == stage.honest.blind &&
                proof->header == stage.hash,
            "a proof that verifies shows the event that the log has");
    require(check.logged_by == Timestamp{1002}, "the time is that of the second witness");
  }
  if (!proof) return;
  const auto judged = session::judge(*proof, proof->event, stage.header.sealed_at, *trust);
  if (!judged) require_refusal(judged.error(), {{4101, 4106}, {4107, 4108}, {4114, 4114}, {4125, 4125}, {4135, 4135}, {4137, 4137}});
}

Bytes change(ByteView input, std::size_t most, Draw& draw) {
  Bytes out = input.copy();
  out.resize(std::max<std::size_t>(most, out.size()));
  out.resize(change_bytes(out.data(), std::min(input.size(), most), most, draw));
  return out;
}

std::vector<Bytes> seeds() {
  const Stage& stage = Stage::one();
  LogProof shorter = stage.honest;
  shorter.event.resize(75);
  LogProof other = stage.honest;
  other.header.bytes[0] ^= 1;
  return {wire::encode(stage.honest), wire::encode(shorter), wire::encode(other)};
}

}  // namespace
}  // namespace of_log_proof

Target log_proof_target() {
  using namespace of_log_proof;
  return {"log_proof", run, change, seeds};
}

}  // namespace xch::fuzz
