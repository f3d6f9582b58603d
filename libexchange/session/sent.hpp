// What this home has sent, note by note: whose receipt is still missing, and what a new grant version has to replace.
#pragma once

#include <vector>

#include "session/outbox.hpp"

namespace xch::session {

struct SentNote {
  HeaderHash header;
  NoteId note_id;
  GrantHash grant;
  GrantId grant_id;
  SchemaDigest schema;
  BatchId batch;  // its envelopes: outbox rows (batch, part, recipient)
  std::uint16_t part = 0;
  Purpose purpose = Purpose::none;
  Timestamp sealed_at, expires_at;
  struct To {
    PartyId party;
    Timestamp opened_at;  // by its receipt; zero while there is none
  };
  std::vector<To> to;  // without the archive
  std::uint8_t replaced = 0;  // sealed again under a newer grant version
};
Status put_sent(Change& change, const SentNote& sent);
Result<std::optional<SentNote>> find_sent(const Rows& rows, const HeaderHash& header);
Result<std::optional<SentNote>> find_sent(Change& change, const HeaderHash& header);
Result<std::vector<SentNote>> all_sent(const Rows& rows);

}  // namespace xch::session
