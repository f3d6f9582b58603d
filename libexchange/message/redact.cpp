// redact: the same signed root with fewer cells, in a copy that opens for its own reader only.
#include <algorithm>
#include <set>

#include "message/cells.hpp"
#include "message/frame.hpp"
#include "message/open_view.hpp"
#include "message/present.hpp"
#include "message/seal.hpp"
#include "party/chain.hpp"
#include "wire/records.hpp"

namespace xch::message {
namespace {

bool is_reason(const std::string& reason) {
  return !reason.empty() && reason.size() <= 32 && std::all_of(reason.begin(), reason.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

// Whole compartments, absent slots included: a gap of one slot would say that this one held something.
std::vector<std::uint16_t> widen(const Opened& note, const std::vector<std::uint16_t>& slots) {
  std::set<Compartment> touched;
  for (const auto& cell : note.cells)
    if (std::find(slots.begin(), slots.end(), cell.slot) != slots.end())
      touched.insert(note.schema->slots[cell.slot].compartment);
  std::vector<std::uint16_t> out;
  for (const auto& cell : note.cells)
    if (touched.count(note.schema->slots[cell.slot].compartment) != 0) out.push_back(cell.slot);
  return out;
}

const Opened* find(const OpenedBundle& bundle, const HeaderHash& which) {
  for (const auto& view : bundle.views)
    if (view.opened && view.opened->header_hash == which) return &*view.opened;
  return nullptr;
}

}  // namespace

Result<Bytes> redact(ByteView envelope, const HeaderHash& which, const RedactRequest& request, const Knowledge& knowledge,
                     const GateKey& own_key, const crypto::KemPublicKey& own_public, const KeyId& seat,
                     const crypto::SignPrivateKey& seat_key, crypto::ArenaPool& arenas, crypto::Random& random,
                     Timestamp now) {
  if (request.slots.empty() || !is_reason(request.reason)) return fail(Code::redact_nothing);
  struct NoCache final : SecretCache {
    bool find(const Digest&, const Digest&, MutableView) override { return false; }
    void keep(const GrantHash&, Compartment, const Digest&, const Digest&, ByteView) override {}
  } no_cache;
  XCH_ASSIGN(const OpenedBundle opened, open(envelope, knowledge, no_cache, arenas, now));
  const Opened* note = find(opened, which);
  if (note == nullptr) return fail(Code::not_found);

  Redaction record;
  record.header = which;
  record.slots = widen(*note, request.slots);
  record.reason = request.reason;
  record.time = now;
  record.redactor = seat;
  record.opened_under = note->opened_under;
  if (record.slots.empty()) return fail(Code::redact_nothing);
  XCH_ASSIGN(const Signed signed_record, party::sign_object(Kind::redaction, wire::encode(record), seat, seat_key));
  const Bytes record_bytes = wire::encode(signed_record);

  XCH_ASSIGN(const auto arena, arenas.lease());
  XCH_ASSIGN(const ParsedBundle parsed, open_and_parse(envelope, knowledge, *arena));
  const auto source = std::find_if(parsed.views.begin(), parsed.views.end(), [&](const auto& v) { return v.hash == which; });
  if (source == parsed.views.end()) return fail(Code::not_found);
  ViewBorrowed view = source->view;
  for (const auto slot : record.slots) view.slots[slot] = note->leaves[slot].view();
  view.redactions.emplace_back(record_bytes);
  XCH_ASSIGN(const MutableView encoded, wire::encode_view(view, *arena));

  BundleBorrowed bundle = parsed.bundle;
  bundle.views = {ByteView(encoded)};
  bundle.staples.clear();
  for (const auto& staple : parsed.staples)
    if (staple.decoded && staple.hash == source->header.status) bundle.staples.push_back(staple.bytes);

  const std::size_t length = wire::encoded_bundle_size(bundle);
  const std::uint64_t bound = std::max<std::uint64_t>(bundle_bound({note->schema}), length);
  XCH_ASSIGN(MutableView body, arena->take(padded_body(bound)));
  store_u32(body.data(), static_cast<std::uint32_t>(length));
  XCH_TRY(wire::encode_bundle_into(bundle, body.sub(4, length)));
  XCH_ASSIGN(Bytes out, seal_frame(kNoteMagic, own_public, envelope_hpke_info(knowledge.self(), own_key.id), body, random));

  // Post-condition: the copy opens, to the same signed root, with exactly these slots gone.
  XCH_ASSIGN(const OpenedBundle again, open(out, knowledge, no_cache, arenas, now));
  const Opened* copy = find(again, which);
  if (copy == nullptr || copy->slots_root != note->slots_root ||
      copy->redacted.size() != note->redacted.size() + record.slots.size())
    return fail(Code::bug);
  return out;
}

}  // namespace xch::message
