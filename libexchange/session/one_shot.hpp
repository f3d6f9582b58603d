// One-shot packets: a person's grant names somebody who is in no roster, and this home seals what that recipient may have to
// a key of its own, made for this packet from a code.
//
//   seal      the event, and what was given to whom, are in the store, durable; only then packet and code leave. The code is
//             shown once: nobody here can say it again, and whoever loses it gets a new packet.
//   the rest  is no home's: message::open_one_shot needs the packet, the code and the digest of the coalition's roots.
#pragma once

#include <string>
#include <vector>

#include "message/one_shot.hpp"
#include "session/rows.hpp"
#include "session/session.hpp"

namespace xch::session {

struct OneShotRequest {
  NoteSource note;  // of one person; every field that it has is given
  std::optional<GrantHash> grant;  // or, by the person: the newest version in force
  std::string subject;
  Basis basis = Basis::none;
  Purpose purpose = Purpose::none;
  std::string to;  // as the grant names the recipient
  std::optional<Timestamp> expires_at;  // default: kOneShotDays, no longer than the grant, its recipient and the pack allow
};

/// OneShotRecord is what this home keeps of a packet: neither a value nor the code.
struct OneShotRecord {
  NoteId id;
  Digest body;  // SHA-256 of the signed body
  GrantHash grant;
  GrantId grant_id;
  PartyId to;
  std::string name, type;
  Basis basis = Basis::none;
  Purpose purpose = Purpose::none;
  Timestamp sealed_at, expires_at;
  std::vector<std::string> fields;  // "engaged (yes-no)"
  std::uint64_t journal_seq = 0;
};

struct OneShotAnswer {
  OneShotRecord record;
  Bytes packet;
  crypto::SecretBytes code;
  Digest roots;  // party::roots_digest, to be given with the code
};

class OneShots {
 public:
  explicit OneShots(Session::State& state) : state_(state) {}

  /// preview is every check of seal, and writes nothing; the record has neither id nor sequence number.
  Result<OneShotRecord> preview(const OneShotRequest& request) const;
  /// Errors: those of reading a note and of message::plan_one_shot, seal_no_grant, roster_missing, policy_pack_unknown,
  /// key_*, store_*.
  Result<OneShotAnswer> seal(const OneShotRequest& request);
  /// records are all packets of this home, by time.
  Result<std::vector<OneShotRecord>> records() const;
  /// roots is what somebody outside compares. Errors: roster_missing.
  Result<Digest> roots() const;

 private:
  Session::State& state_;
};

/// put_packet_sent keeps for the grant's authority that an external recipient was sent a packet (authority space
/// "packets-sent": grant hash || sender || u64 time || recipient), and says so in the journal.
Status put_packet_sent(Change& change, const PacketSent& sent, const PartyId& from, const KeyId& actor, Timestamp now);

}  // namespace xch::session
