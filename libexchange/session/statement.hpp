// Statements of what a log was: a signed checkpoint, or a note's header with its sender's signature of it. Two that
// cannot both be true are evidence of two histories (log/evidence.hpp; docs/log.md, "Two histories").
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "log/evidence.hpp"
#include "message/open.hpp"

namespace xch::session {

/// log_origin_hash is what a header carries of a log's name.
Digest log_origin_hash(std::string_view origin);

/// header_statement is a note's header and its sender's signature of it, from the key that the roster vouches for down.
std::string header_statement(const message::Opened& note);
/// read_header_statement checks the signatures up to the agency's identity key, which has this id, and gives what the
/// header says of its sender's log. Errors: log_evidence.
Result<LogReference> read_header_statement(std::string_view text, const KeyId& identity);

/// Believed is whose statements count: of checkpoints the keys of logs, of headers an agency's identity key.
struct Believed {
  const log::LogTrust* logs = nullptr;
  std::optional<KeyId> identity;
};
/// check_evidence says that a log has shown two histories, and gives what each statement says of it. Errors: usage (a
/// statement whose key was not named), log_evidence (it does not show that), those of open_checkpoint.
struct TwoHistories {
  LogReference first, second;
  std::string origin;  // the log's name, where a checkpoint says it
};
Result<TwoHistories> check_evidence(const log::Evidence& evidence, const Believed& believed);

}  // namespace xch::session
