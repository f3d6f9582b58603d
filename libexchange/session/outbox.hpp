// What leaves a home. An envelope is a row before it is a file: the row and the event that it was sealed are one
// transaction; the file in spool/out follows, under a name chosen with the row, and may be written again.
#pragma once

#include <string>
#include <vector>

#include "model/note.hpp"
#include "session/rows.hpp"

namespace xch::session {

using BatchId = Fixed<16, struct BatchIdTag>;

/// OutboxKey names one envelope: the call that made it, the part of the schema, the recipient.
struct OutboxKey {
  BatchId batch;
  std::uint16_t part = 0;
  PartyId to;
  Bytes bytes() const { return ByteWriter().raw(batch.view()).u16(part).raw(to.view()).bytes(); }
};

/// Outgoing is one envelope or object on its way: `headers` are the notes in it.
struct Outgoing {
  OutboxKey key;
  KeyId sealed_to;       // encryption key: erased with it where it is our own
  Timestamp keep_until;  // after it the bytes may go
  std::vector<HeaderHash> headers;
  Bytes envelope;
};
Bytes encode(const Outgoing& outgoing);
/// decode_stored reads a row without its key: of the outbox or of a redacted copy.
Result<Outgoing> decode_stored(ByteView row);
Result<Outgoing> decode_outgoing(ByteView key, ByteView row);

/// Delivery is a file to be: mailbox (party name), opaque file name with its extension.
struct Delivery {
  std::string mailbox, file;
};
/// new_file_name is opaque: 16 random bytes in hex and the extension (".lxe", ".lxo", ...).
std::string new_file_name(crypto::Random& random, std::string_view extension);

/// put_outgoing writes the row, and when it is due; take_outgoing takes both away. queue_delivery adds that it has to become a file.
Status put_outgoing(Change& change, const Outgoing& outgoing);
Status take_outgoing(Change& change, const Outgoing& outgoing);
/// erase_overdue erases the rows whose time was over before `now`, but for those that have not become a file yet. It
/// reads none that is not due.
Status erase_overdue(Change& change, Timestamp now);
Result<Delivery> decode_delivery(ByteView row);
Status queue_delivery(Change& change, const OutboxKey& key, const Delivery& delivery);

}  // namespace xch::session
