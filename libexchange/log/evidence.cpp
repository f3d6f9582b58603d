#include "log/evidence.hpp"

#include "log/lines.hpp"

namespace xch::log {
namespace {

constexpr std::string_view kHead = "exchange.log/two-histories@v1";

/// A line of a name and a decimal number.
std::optional<std::uint64_t> numbered(std::string_view& text, std::string_view name) {
  auto line = take_line(text);
  if (!line || !take_prefix(*line, name)) return std::nullopt;
  return parse_decimal(*line);
}

}  // namespace

Result<Evidence> parse_evidence(std::string_view text) {
  if (text.size() > 3 * kNoteMaxBytes || take_line(text) != kHead) return fail(Code::log_evidence);
  const auto first = numbered(text, "first "), second = numbered(text, "second ");
  if (!first || !second || *first > kNoteMaxBytes || *second > kNoteMaxBytes) return fail(Code::log_evidence);
  Evidence out;
  auto line = take_line(text);
  if (line && take_prefix(*line, "begins ")) {
    out.begins = fixed_from_base64<Digest>(*line);
    if (!out.begins) return fail(Code::log_evidence);
    for (line = take_line(text); line && !line->empty(); line = take_line(text)) {
      const auto hash = fixed_from_base64<Digest>(*line);
      if (!hash || out.proof.size() == kProofMax) return fail(Code::log_evidence);
      out.proof.push_back(*hash);
    }
  }
  if (!line || !line->empty() || text.size() != *first + *second) return fail(Code::log_evidence);
  out.first = text.substr(0, static_cast<std::size_t>(*first));
  out.second = text.substr(static_cast<std::size_t>(*first));
  return out;
}

std::string encode_evidence(const Evidence& evidence) {
  std::string out(kHead);
  out += "\nfirst " + std::to_string(evidence.first.size()) + "\n";
  out += "second " + std::to_string(evidence.second.size()) + "\n";
  if (evidence.begins) out += "begins " + to_base64(*evidence.begins) + "\n";
  for (const auto& hash : evidence.proof) out += to_base64(hash) + "\n";
  return out + "\n" + evidence.first + evidence.second;
}

Status check_evidence(const Evidence& evidence, const LogTrust& trust) {
  XCH_ASSIGN(const auto first, open_checkpoint(evidence.first, trust));
  XCH_ASSIGN(const auto second, open_checkpoint(evidence.second, trust));
  if (first.checkpoint.origin != second.checkpoint.origin) return fail(Code::log_evidence);
  return check_contradiction(evidence, {first.checkpoint.size, first.checkpoint.root},
                             {second.checkpoint.size, second.checkpoint.root});
}

Status check_contradiction(const Evidence& evidence, const TreeSeen& a, const TreeSeen& b) {
  if (!evidence.begins) {
    if (a.size != b.size || a.root == b.root) return fail(Code::log_evidence);
    return Ok{};
  }
  if (a.size >= b.size || *evidence.begins == a.root) return fail(Code::log_evidence);
  if (!check_consistency(a.size, b.size, *evidence.begins, b.root, evidence.proof)) return fail(Code::log_evidence);
  return Ok{};
}

Result<Evidence> find_evidence(std::string_view one, std::string_view other, const LogTrust& trust,
                               HashSource* source) {
  XCH_ASSIGN(const auto a, open_checkpoint(one, trust));
  XCH_ASSIGN(const auto b, open_checkpoint(other, trust));
  const bool in_order = a.checkpoint.size <= b.checkpoint.size;
  const std::uint64_t small = std::min(a.checkpoint.size, b.checkpoint.size);
  const std::uint64_t large = std::max(a.checkpoint.size, b.checkpoint.size);
  Evidence out{std::string(in_order ? one : other), std::string(in_order ? other : one), {}, {}};
  if (small != large && small != 0 && source != nullptr) {
    XCH_ASSIGN(out.begins, tree_root(*source, small));
    XCH_ASSIGN(out.proof, consistency_proof(*source, small, large));
  }
  XCH_TRY(check_evidence(out, trust));
  return out;
}

}  // namespace xch::log
