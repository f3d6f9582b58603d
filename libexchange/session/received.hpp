// What has come in: envelopes by their SHA-256, and the replay marks of opened notes.
#pragma once

#include <string>
#include <vector>

#include "message/knowledge.hpp"
#include "session/rows.hpp"

namespace xch::session {

enum class ReceivedState : std::uint8_t { waiting = 0, opened = 1, refused = 2 };

struct ReceivedEnvelope {
  Digest envelope;
  Timestamp received_at;
  std::uint64_t journal_seq = 0;
  ReceivedState state = ReceivedState::waiting;
  std::string file;       // in spool/in/cur; empty when it came by hand
  KeyId opened_under;     // agency key, once opened: the file is erased with it
  std::vector<HeaderHash> headers;  // opened notes in it
};
Status put_received(Change& change, const ReceivedEnvelope& received);
Result<std::optional<ReceivedEnvelope>> find_received(const Rows& rows, const Digest& envelope);
Result<std::optional<ReceivedEnvelope>> find_received(Change& change, const Digest& envelope);
/// find_in_file is the envelope whose file this is.
Result<std::optional<ReceivedEnvelope>> find_in_file(Change& change, const std::string& file);
/// all_in_files is every envelope that has a file: as many as there are notes not yet taken over, however many have come.
Result<std::vector<ReceivedEnvelope>> all_in_files(const Rows& rows);
Result<std::vector<ReceivedEnvelope>> all_in_files(Change& change);

/// ReplayRow is one mark: (sender, note id) was opened first with this header, by that event.
struct ReplayRow {
  HeaderHash header;
  Timestamp first_opened;
  std::uint64_t journal_seq = 0;
  Digest envelope;
};
Bytes replay_key(const PartyId& sender, const NoteId& note);
Bytes encode(const ReplayRow& row);
Result<ReplayRow> decode_replay(ByteView row);

}  // namespace xch::session
