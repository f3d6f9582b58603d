#include "session/learn.hpp"

#include "session/events.hpp"
#include "session/json_line.hpp"
#include "wire/records.hpp"

namespace xch::session {
namespace {

Bytes version_key(const ListKey& list, std::uint32_t version) {
  return ByteWriter().raw(list.authority.view()).raw(list.list.view()).u32(version).bytes();
}

std::string status_detail(const StatusBody& body, std::string_view what) {
  return JsonLine()
      .word("what", what)
      .hex("authority", body.authority)
      .hex("list", body.list)
      .number("version", body.version)
      .number("issued", body.issued_at.seconds)
      .text();
}

// Evidence that an authority's key is misused: kept for ever, beside the body held first.
Status keep_twin(Change& change, const StatusBody& body, const StatusHash& hash, ByteView signed_body, const KeyId& actor,
                 Timestamp now) {
  const Bytes key = ByteWriter().raw(version_key({body.authority, body.list}, body.version)).raw(hash.view()).bytes();
  XCH_ASSIGN(const Inserted inserted, change.insert(space::kStatusTwin, key, signed_body));
  if (inserted == Inserted::already) return Ok{};
  XCH_TRY(change.append(
      plain_event(EventKind::status, retag<Digest>(hash), status_detail(body, "two-bodies-of-one-version"), actor, now)));
  return Ok{};
}

Status keep_version(Change& change, const ListKey& list, const HeldVersion& version) {
  XCH_TRY(change.put(space::kStatusAt, version_key(list, version.version), encode(version)));
  return touch(change, Part::status);
}

}  // namespace

Status learn_staple(Change& change, const Held& held, ByteView bytes, const KeyId& actor, Timestamp now) {
  // Somebody else is learning from the same list: the next note teaches what this one would.
  if (!unchanged(change, held.generations, Part::status)) return Ok{};
  XCH_ASSIGN(const Staple staple, wire::decode_staple(bytes));
  XCH_ASSIGN(const StatusBody body, wire::decode_status_body(staple.signed_body.body));
  const ListKey list{body.authority, body.list};
  const StatusHash hash = grant::status_hash(staple.signed_body.body);
  static const ListHistory kNone;
  const ListHistory* known = held.status->find(list);
  const ListHistory& history = known == nullptr ? kNone : *known;
  auto version = history.of_staple(body, hash, staple.chunk_index, staple.chunk);
  if (!version && version.error().code == Code::status_conflict)
    return keep_twin(change, body, hash, wire::encode(staple.signed_body), actor, now);
  if (!version) return fail(std::move(version).error());
  if (!*version) return Ok{};
  return keep_version(change, list, **version);
}

Status take_status_list(const Session::State& state, const Call& call, ByteView bytes) {
  const auto roster = call.held->rosters->newest();
  if (!roster) return fail(Code::roster_missing);
  const auto decoded = wire::decode_status_list(bytes);
  if (!decoded) return fail(Code::status_malformed);
  XCH_ASSIGN(const auto list, grant::verify_status_list(*decoded, *roster, call.now));
  const StatusBody& body = list->body();
  const ListKey key{body.authority, body.list};
  static const ListHistory kNone;
  const ListHistory* known = call.held->status->find(key);
  const ListHistory& history = known == nullptr ? kNone : *known;
  const KeyId actor = state.actor(*call.held);
  auto version = history.of_list(*list);
  XCH_ASSIGN(auto change, state.rows->begin());
  XCH_TRY(unchanged(change, call.held->generations, Part::status));
  if (!version && version.error().code == Code::status_conflict) {
    XCH_TRY(keep_twin(change, body, list->hash(), wire::encode(decoded->signed_body), actor, call.now));
    XCH_TRY(change.commit());
    return fail(Code::status_conflict);
  }
  if (!version) return fail(std::move(version).error());
  if (!*version) return Ok{};
  XCH_TRY(keep_version(change, key, **version));
  XCH_TRY(change.put(space::kStatusList, key.bytes(), encode_whole(*list, roster->roster().version, call.now)));
  XCH_TRY(change.append(
      plain_event(EventKind::status, retag<Digest>(list->hash()), status_detail(body, "list"), actor, call.now)));
  return change.commit();
}

Status check_status_now(const Held& held, const grant::HeldGrant& grant, Timestamp now) {
  const GrantCore& core = grant.core();
  const ListHistory* list = held.status->find({core.authority, core.status_list});
  if (list == nullptr || !list->whole()) return fail(Code::seal_status_missing);
  const auto& whole = *list->whole();
  if (now > whole.body().next_update || whole.body().version < list->newest_version()) return fail(Code::seal_status_stale);
  XCH_ASSIGN(const GrantState state, whole.state_of(core.status_index));
  if (state == GrantState::active) return Ok{};
  if (state == GrantState::revoked) return fail(Code::revoked);
  return fail(state == GrantState::suspended ? Code::suspended : Code::status_reserved);
}

}  // namespace xch::session
