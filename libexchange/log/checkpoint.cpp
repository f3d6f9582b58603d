#include "log/checkpoint.hpp"

#include <algorithm>

#include "crypto/digest.hpp"
#include "crypto/merkle.hpp"
#include "log/lines.hpp"

namespace xch::log {
namespace {

constexpr std::string_view kProofHead = "c2sp.org/tlog-proof@v1";

}  // namespace

Result<Checkpoint> parse_checkpoint(std::string_view text) {
  std::string_view rest = text;
  const auto origin = take_line(rest), size_line = take_line(rest), root_line = take_line(rest);
  if (!origin || !size_line || !root_line || origin->empty()) return fail(Code::log_checkpoint);
  const auto size = parse_decimal(*size_line);
  const auto root = fixed_from_base64<Digest>(*root_line);
  if (!size || !root) return fail(Code::log_checkpoint);
  if (*size == 0 && *root != crypto::sha256(ByteView())) return fail(Code::log_checkpoint);
  Checkpoint out{std::string(*origin), *size, *root, {}};
  while (const auto line = take_line(rest)) {
    if (line->empty()) return fail(Code::log_checkpoint);
    out.extensions.emplace_back(*line);
  }
  if (!rest.empty()) return fail(Code::log_checkpoint);
  return out;
}

std::string encode_checkpoint(const Checkpoint& checkpoint) {
  std::string out =
      checkpoint.origin + "\n" + std::to_string(checkpoint.size) + "\n" + to_base64(checkpoint.root) + "\n";
  for (const auto& line : checkpoint.extensions) out += line + "\n";
  return out;
}

Result<LogTrust> LogTrust::make(VerifierKey log, std::vector<VerifierKey> witnesses, std::size_t quorum) {
  if (log.type() != KeyType::ed25519) return fail(Code::log_verifier_key);
  std::size_t countable = 0;
  for (const auto& witness : witnesses) {
    if (witness.type() == KeyType::ed25519) return fail(Code::log_verifier_key);
    countable += witness.is_checked() ? 1 : 0;
  }
  if (quorum > countable) return fail(Code::usage);
  LogTrust out;
  witnesses.insert(witnesses.begin(), std::move(log));
  XCH_ASSIGN(out.keys_, TrustList::make(std::move(witnesses)));
  out.quorum_ = quorum;
  return out;
}

Result<LogTrust> LogTrust::by_policy(const LogPolicy& policy, std::vector<VerifierKey> logs) {
  if (logs.empty())
    for (const auto& log : policy.logs()) logs.push_back(log.key);
  if (logs.empty()) return fail(Code::usage);
  LogTrust out;
  out.logs_ = logs.size();
  for (const auto& log : logs)
    if (log.type() != KeyType::ed25519) return fail(Code::log_verifier_key);
  for (const auto& witness : policy.witnesses()) logs.push_back(witness.key);
  XCH_ASSIGN(out.keys_, TrustList::make(std::move(logs)));
  out.policy_ = policy;
  return out;
}

Status LogTrust::check_quorum(const std::vector<Cosigned>& cosigned) const {
  if (!policy_) return cosigned.size() < quorum_ ? fail(Code::log_cosignature) : Status(Ok{});
  std::vector<std::size_t> signed_by;
  for (const auto& one : cosigned) signed_by.push_back(one.witness);
  return policy_->is_met(signed_by) ? Status(Ok{}) : fail(Code::log_quorum);
}

Result<OpenedCheckpoint> open_checkpoint(std::string_view note, const LogTrust& trust) {
  OpenedCheckpoint out;
  XCH_ASSIGN(out.note, parse_note(note));
  XCH_ASSIGN(out.checkpoint, parse_checkpoint(out.note.text));
  // The key's name is the origin: "SHOULD" of tlog-checkpoint, and always so here.
  const auto& keys = trust.keys().keys();
  const auto is_of_log = [&](std::size_t key) {
    return key < trust.logs() && keys[key].name() == out.checkpoint.origin;
  };
  bool known = false;
  for (std::size_t i = 0; i < trust.logs(); ++i) known = known || is_of_log(i);
  if (!known) return fail(Code::log_origin);
  XCH_ASSIGN(const auto verdicts, check_note(out.note, trust.keys()));
  bool by_log = false;
  for (const auto& verdict : verdicts) {
    by_log = by_log || is_of_log(verdict.key);
    if (verdict.key >= trust.logs()) out.cosigned.push_back({verdict.key - trust.logs(), verdict.time});
  }
  if (!by_log) return fail(Code::log_note_signature);
  XCH_TRY(trust.check_quorum(out.cosigned));
  return out;
}

Result<Proof> parse_proof(std::string_view text) {
  if (text.size() > kNoteMaxBytes) return fail(Code::log_proof);
  std::string_view rest = text;
  Proof out;
  if (take_line(rest) != kProofHead) return fail(Code::log_proof);
  auto line = take_line(rest);
  if (line && take_prefix(*line, "extra ")) {
    out.extra = from_base64(*line);
    if (!out.extra || out.extra->empty()) return fail(Code::log_proof);
    line = take_line(rest);
  }
  if (!line || !take_prefix(*line, "index ")) return fail(Code::log_proof);
  const auto index = parse_decimal(*line);
  if (!index) return fail(Code::log_proof);
  out.index = *index;
  for (line = take_line(rest); line && !line->empty(); line = take_line(rest)) {
    const auto hash = fixed_from_base64<Digest>(*line);
    if (!hash || out.hashes.size() == kProofMax) return fail(Code::log_proof);
    out.hashes.push_back(*hash);
  }
  if (!line) return fail(Code::log_proof);
  const auto note = parse_note(rest);
  if (!note || !parse_checkpoint(note->text)) return fail(Code::log_proof);
  out.checkpoint = rest;
  return out;
}

std::string encode_proof(const Proof& proof) {
  std::string out = std::string(kProofHead) + "\n";
  if (proof.extra) out += "extra " + to_base64(*proof.extra) + "\n";
  out += "index " + std::to_string(proof.index) + "\n";
  for (const auto& hash : proof.hashes) out += to_base64(hash) + "\n";
  return out + "\n" + proof.checkpoint;
}

Result<OpenedCheckpoint> check_proof(const Proof& proof, ByteView entry, const LogTrust& trust) {
  XCH_ASSIGN(OpenedCheckpoint opened, open_checkpoint(proof.checkpoint, trust));
  XCH_TRY(check_inclusion(proof.index, opened.checkpoint.size, crypto::leaf_hash(entry), proof.hashes,
                          opened.checkpoint.root));
  return opened;
}

}  // namespace xch::log
