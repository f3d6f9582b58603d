// The proof that an event about a note stands in a log.
#include "wire/records.hpp"
#include "wire/records_fields.hpp"

namespace xch::wire {

Bytes encode(const LogProof& value) {
  canonical::Builder message;
  auto root = message.initRoot<rec::LogProof>();
  root.setVersion(kRecordVersion);
  root.setHeader(blob(value.header));
  if (!value.entry.empty()) root.setEntry(blob(value.entry));
  root.setBlind(blob(value.blind));
  if (!value.event.empty()) root.setEvent(blob(value.event));
  if (!value.proof.empty()) root.setProof(blob(ByteView(std::string_view(value.proof))));
  return canonical::to_bytes(message);
}

static Status get_log_proof(rec::LogProof::Reader from, LogProof& to) {
  XCH_TRY(is_this_version(from.getVersion()));
  XCH_TRY(read_fixed(from.getHeader(), to.header));
  XCH_TRY(read_bytes(from.getEntry(), kLogEntry, kLogEntry, to.entry));
  XCH_TRY(read_fixed(from.getBlind(), to.blind));
  XCH_TRY(read_bytes(from.getEvent(), 1, kMaxLogEvent, to.event));
  Bytes proof;
  XCH_TRY(read_bytes(from.getProof(), 1, kMaxTlogProof, proof));
  to.proof = ByteView(proof).text();
  return Ok{};
}

Result<LogProof> decode_log_proof(ByteView bytes) {
  return canonical::read<rec::LogProof, LogProof>(bytes, get_log_proof, [](const LogProof& v) { return encode(v); });
}

}  // namespace xch::wire
