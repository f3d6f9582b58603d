// open: the ordered checks of docs/format.md, "Open", steps 1 to 16, as a pure function of bytes, keys and given state.
#pragma once

#include <memory>
#include <vector>

#include "base/result.hpp"
#include "crypto/secret.hpp"
#include "message/knowledge.hpp"
#include "model/note.hpp"

namespace xch::message {

/// OpenedCell is one opened slot of the reader's terms; its views point into the Opened's arena.
struct OpenedCell {
  std::uint16_t slot = 0;
  bool present = false;
  ByteView value;
  ByteView salt;      // 32 bytes, for presenting
  ByteView plain;     // plain_i
  Digest ct_hash;
};

/// Opened is what one party got from one view: values with the terms on them. It owns the arena its cells live in.
struct Opened {
  HeaderHash header_hash;
  NoteHeader header;
  Bytes core;                        // as received
  const wire::NoteType* type = nullptr;
  const NoteSchema* schema = nullptr;  // type's
  RecipientTerms terms;
  std::shared_ptr<const grant::HeldGrant> grant;
  std::vector<OpenedCell> cells;     // slots of the terms, ascending; redacted ones left out
  std::vector<std::uint16_t> redacted;
  bool repeat = false;               // the replay store has this very header
  Freshness freshness = Freshness::pending;
  KeyId opened_under;
  Digest terms_digest;

  // What presenting and redacting need again.
  Digest slots_root, batch_root;
  Bytes batch_signature;
  std::uint16_t batch_position = 0;
  std::vector<Digest> batch_path;
  std::vector<Signed> sender_chain;
  Salt recipient_salt, terms_salt;
  std::uint8_t recipient_position = 0;
  std::vector<Digest> recipient_path;
  std::vector<Digest> leaves;        // of all slots
  Bytes staple;                      // canonical, as received
};

/// ViewOutcome is one view of a bundle: opened, or refused with its exact local code. A refusal names the header it
/// concerns once step 7 was reached.
struct ViewOutcome {
  Result<Opened> opened;
  HeaderHash header_hash;
  PartyId sender;
  NoteId note_id;
};

/// OpenedBundle is the outcome of one envelope: steps 1 to 6 are over when it exists.
struct OpenedBundle {
  std::vector<ViewOutcome> views;
  std::vector<Bytes> staples;  // canonical, proven ones newer than the newest held: for session/ to keep
  Digest envelope_hash;        // SHA-256 of the envelope
  crypto::ArenaPool::Lease arena;  // holds every value above
};

/// open does steps 1 to 16. Its errors are the open_* codes of steps 1 to 6; those of 7 to 16 stand in each view's
/// outcome. Nothing is sent to anybody. Cost: one HPKE open and two or three signatures per envelope (chain and staple
/// remembered), one HPKE open per compartment not in `cache`, one AEAD per cell.
Result<OpenedBundle> open(ByteView envelope, const Knowledge& knowledge, SecretCache& cache, crypto::ArenaPool& arenas,
                          Timestamp now);

}  // namespace xch::message
