// The events of a home: what each says. Digests, codes, counts and times; no value, name or key (docs/format.md,
// "Exchange log"). Their detail is a plaintext column of the journal.
#pragma once

#include "message/open.hpp"
#include "message/seal.hpp"
#include "session/rows.hpp"
#include "session/state.hpp"

namespace xch::session {

/// note_digest is TH("LX1 note id", sender agency || note_id): what events carry instead of the id.
Digest note_digest(const PartyId& sender, const NoteId& note);

/// The sealed event carries "kind, time, actor key id, header_hash, note id digest and nothing else": it is opened to
/// readers. What depends on the recipient stands in disclosed events, which only auditors read.
Event sealed_event(const HeaderHash& header, const NoteId& note, const PartyId& sender, const KeyId& actor, Timestamp now);
Event disclosed_event(const message::SealReceipt& note, const message::SealReceipt::To& to,
                      const message::NoteInput& input, Role reader, const PolicyHash& policy, const KeyId& actor,
                      Timestamp now);
Event received_event(const Digest& envelope, const KeyId& actor, Timestamp now);
Event opened_event(EventKind kind, const message::Opened& note, const Digest& envelope, const KeyId& actor, Timestamp now);
/// denied_event: what failed, by its exact code; `object` is a header hash where one is known, else the envelope's hash.
Event denied_event(Code code, const Digest& object, const KeyId& actor, Timestamp now);
Event plain_event(EventKind kind, const Digest& object, std::string detail_json, const KeyId& actor, Timestamp now);

/// freshness_name is its word: pending, verified, contradicted.
std::string_view freshness_name(message::Freshness freshness);

/// record_denied notes a refusal. Failures of steps 1 to 5 (docs/format.md, "Open"), and of an object before its signature
/// holds, prove no sender and are counted, one row an hour and code; every other one is a line of the journal.
Status record_denied(Change& change, Code code, const Digest& object, const KeyId& actor, Timestamp now);

}  // namespace xch::session
