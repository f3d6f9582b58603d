#include "session/statement.hpp"

#include "base/encoding.hpp"
#include "crypto/digest.hpp"
#include "crypto/labels.hpp"
#include "crypto/merkle.hpp"
#include "log/lines.hpp"
#include "message/cells.hpp"
#include "party/records.hpp"
#include "party/roster.hpp"
#include "wire/records.hpp"

namespace xch::session {
namespace {

constexpr std::string_view kHead = "exchange.log/note-header@v1\n";

void add_line(std::string& text, std::string_view name, ByteView bytes) {
  text.append(name).append(" ").append(to_base64(bytes)).append("\n");
}

struct Statement {
  Bytes core;
  Digest slots_root;
  std::uint16_t position = 0;
  std::vector<Digest> path;
  Bytes signature;
  Signed seat, identity;
};

/// Lines takes the lines in their order, each with the name that it has to have.
struct Lines {
  std::string_view rest;
  Result<std::string_view> take(std::string_view name) {
    auto line = log::take_line(rest);
    if (!line || !log::take_prefix(*line, name)) return fail(Code::log_evidence);
    return *line;
  }
  Result<Bytes> bytes(std::string_view name) {
    XCH_ASSIGN(const auto line, take(name));
    auto out = from_base64(line);
    return out ? Result<Bytes>(std::move(*out)) : fail(Code::log_evidence);
  }
  Result<Digest> digest(std::string_view name) {
    XCH_ASSIGN(const auto line, take(name));
    const auto out = log::fixed_from_base64<Digest>(line);
    return out ? Result<Digest>(*out) : fail(Code::log_evidence);
  }
};

Result<Statement> parse(std::string_view text) {
  if (!log::take_prefix(text, kHead)) return fail(Code::log_evidence);
  Lines lines{text};
  Statement out;
  XCH_ASSIGN(out.core, lines.bytes("core "));
  XCH_ASSIGN(out.slots_root, lines.digest("slots "));
  XCH_ASSIGN(const auto line, lines.take("position "));
  const auto position = log::parse_decimal(line);
  if (!position || *position >= 1u << kBatchDepth) return fail(Code::log_evidence);
  out.position = static_cast<std::uint16_t>(*position);
  while (out.path.size() < kBatchDepth) {
    XCH_ASSIGN(const Digest hash, lines.digest("path "));
    out.path.push_back(hash);
  }
  XCH_ASSIGN(out.signature, lines.bytes("signature "));
  out.seat.kind = out.identity.kind = Kind::keyRecord;
  XCH_ASSIGN(out.seat.body, lines.bytes("key "));
  XCH_ASSIGN(out.seat.signature, lines.bytes("signed "));
  XCH_ASSIGN(out.identity.body, lines.bytes("key "));
  return lines.rest.empty() ? Result<Statement>(std::move(out)) : fail(Code::log_evidence);
}

Result<crypto::SignPublicKey> signing_key(const CertifiedKey& key) {
  return crypto::SignPublicKey::parse(key.record.suite, key.record.public_key);
}

}  // namespace

Digest log_origin_hash(std::string_view origin) { return crypto::th(crypto::label::kLogOrigin, {ByteView(origin)}); }

std::string header_statement(const message::Opened& note) {
  std::string out(kHead);
  add_line(out, "core", note.core);
  add_line(out, "slots", note.slots_root);
  out += "position " + std::to_string(note.batch_position) + "\n";
  for (const auto& hash : note.batch_path) add_line(out, "path", hash);
  add_line(out, "signature", note.batch_signature);
  for (const auto& record : note.sender_chain) {
    add_line(out, "key", record.body);
    if (!record.signature.empty()) add_line(out, "signed", record.signature);
  }
  return out;
}

Result<LogReference> read_header_statement(std::string_view text, const KeyId& identity_key) {
  constexpr Code kBad = Code::log_evidence;
  XCH_ASSIGN(auto said, parse(text));
  XCH_ASSIGN(const auto identity, party::read_record(said.identity, kBad));
  if (identity.id != identity_key || identity.record.kind != KeyKind::agencyIdentity) return fail(kBad);
  said.seat.signer = identity.id;
  XCH_ASSIGN(const auto seat, party::read_record(said.seat, kBad));
  if (seat.record.kind != KeyKind::seat || seat.record.subject != identity.record.subject) return fail(kBad);
  const auto identity_public = signing_key(identity), seat_public = signing_key(seat);
  if (!identity_public || !seat_public) return fail(kBad);
  XCH_TRY(party::check_certified(seat, *identity_public, kBad));
  const auto header = wire::decode_header(said.core);
  if (!header || header->sender_key != seat.id || header->sender != seat.record.subject) return fail(kBad);
  const Digest leaf = message::batch_leaf(message::header_hash(said.core, said.slots_root));
  const Digest root = crypto::sparse_root(said.position, leaf, said.path);
  XCH_TRY(crypto::verify(*seat_public, seat.id, crypto::sign_label(Kind::note), root, said.signature, kBad));
  return header->checkpoint;
}

Result<TwoHistories> check_evidence(const log::Evidence& evidence, const Believed& believed) {
  TwoHistories out;
  const auto read = [&](const std::string& part) -> Result<LogReference> {
    if (std::string_view(part).substr(0, kHead.size()) == kHead) {
      if (!believed.identity) return fail(Code::usage, "party");
      return read_header_statement(part, *believed.identity);
    }
    if (believed.logs == nullptr) return fail(Code::usage, "log_key");
    XCH_ASSIGN(const auto opened, log::open_checkpoint(part, *believed.logs));
    out.origin = opened.checkpoint.origin;
    return LogReference{log_origin_hash(out.origin), opened.checkpoint.size, opened.checkpoint.root};
  };
  XCH_ASSIGN(out.first, read(evidence.first));
  XCH_ASSIGN(out.second, read(evidence.second));
  if (out.first.origin != out.second.origin) return fail(Code::log_evidence);
  XCH_TRY(log::check_contradiction(evidence, {out.first.size, out.first.root}, {out.second.size, out.second.root}));
  return out;
}

}  // namespace xch::session
