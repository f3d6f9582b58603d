// How grants end, and what the office knows of them afterwards.
#include <algorithm>

#include "base/encoding.hpp"
#include "consent/authority/office.hpp"
#include "consent/authority/period.hpp"
#include "wire/records.hpp"

namespace xch::consent {
namespace {

constexpr std::size_t kMaxReason = 200;

Status tell_holders(const Desk& desk, const GrantFile& file, Round& round) {
  const RevocationNotice notice{file.hash, file.state, file.ended_at};
  XCH_ASSIGN(const auto key, signing_key(desk, file.draft.basis));
  for (const auto& holder : file.holders) {
    if (desk.roster->encryption_key(holder.party, desk.now) == nullptr) continue;  // the status list is what decides
    SealedObject object;
    object.chain = key.chain;
    XCH_ASSIGN(object.object, party::sign_object(Kind::receipt, wire::encode(notice), key.record->id, *key.key));
    round.send(std::move(object), holder.party, false);
  }
  return Ok{};
}

std::string state_detail(const GrantFile& file, bool pending) {
  const std::string of_event = file.event_at.seconds == 0 ? "" : ",\"at\":" + std::to_string(file.event_at.seconds);
  return "{\"state\":" + std::to_string(static_cast<unsigned>(file.state)) + of_event + (pending ? ",\"pending\":true}" : "}");
}

/// note_expired says in the journal that a grant's last day is over; its state is left as it is, since the days decide.
void note_expired(const Desk& desk, GrantFile& file, Round& round) {
  file.expired_at = desk.now;
  await_no_more(file, round);
  round.put(file);
  round.event(EventKind::status, retag<Digest>(file.hash),
              "{\"what\":\"expired\",\"until\":" + std::to_string(file.core.not_after.seconds) + "}");
}

/// lodge keeps a revocation until its day: the index stays active, and nothing published or sent says otherwise.
void lodge(const Desk& desk, GrantFile& file, const std::string& reason, Round& round) {
  file.pending_since = desk.now;
  file.reason = reason;
  round.put(file);
  round.event(EventKind::status, retag<Digest>(file.hash), state_detail(file, true));
}

bool on_same_form(const GrantFile& file, const GrantFile& named) {
  return !named.form.is_zero() && file.form == named.form && file.draft.subject == named.draft.subject;
}

RevokeAnswer answer_for(const GrantFile& file) {
  RevokeAnswer out;
  out.pending = file.is_pending();
  out.effective_at = out.pending ? file.revocable_at : file.ended_at;
  for (const auto& holder : file.holders) out.told.push_back(holder.name);
  return out;
}

Status check_roster(const Desk& desk) {
  if (desk.roster == nullptr) return fail(Code::roster_missing);
  return Ok{};
}

}  // namespace

GrantRow row_of(const GrantFile& file) {
  GrantRow row;
  row.hash = file.hash;
  row.id = file.core.grant_id;
  row.version = file.core.version;
  row.subject = file.draft.subject;
  row.basis = file.core.basis;
  row.state = file.state;
  row.revocation_pending = file.is_pending();
  row.revocable_at = file.revocable_at;
  row.not_before = file.core.not_before;
  row.not_after = file.core.not_after;
  row.last_day = day_at(file.core.not_after, days_of(file.draft));
  row.zone = file.draft.zone;
  row.revocable_day = day_at(file.revocable_at, days_of(file.draft));
  row.ends_on = file.draft.ends_on;
  row.ended_by_event = file.event_at.seconds != 0;
  row.externals = file.draft.externals;
  row.intermediaries = file.draft.intermediaries;
  for (const auto& holder : file.holders) {
    row.given_to.push_back(holder.name);
    if (holder.acknowledged.seconds != 0) row.acknowledged.push_back(holder.name);
  }
  return row;
}

Status end(const Desk& desk, GrantFile& file, GrantState state, std::string reason, Lists& lists, Round& round) {
  file.state = state;
  file.ended_at = desk.now;
  file.reason = std::move(reason);
  XCH_TRY(lists.turn(file, state));
  if (state == GrantState::revoked) await_no_more(file, round);
  round.put(file);
  round.event(EventKind::status, retag<Digest>(file.hash), state_detail(file, false));
  return tell_holders(desk, file, round);
}

Status end_due(const Desk& desk, Shelf& shelf, Lists& lists, Round& round) {
  XCH_TRY(take_stated_events(desk, shelf, lists, round));
  for (auto* file : shelf.newest_of_each()) {
    if (file->state == GrantState::active && file->core.not_after < desk.now && file->expired_at.seconds == 0)
      note_expired(desk, *file, round);
    if (!file->is_pending() || desk.now < file->revocable_at) continue;
    XCH_TRY(end(desk, *file, GrantState::revoked, file->reason, lists, round));
  }
  return Ok{};
}

Result<std::size_t> end_due(const Desk& desk) {
  XCH_TRY(check_roster(desk));
  XCH_ASSIGN(auto shelf, Shelf::read(desk));
  const auto in_force = [&] {
    const auto files = shelf.newest_of_each();
    return std::count_if(files.begin(), files.end(), [](const auto* file) { return file->state != GrantState::revoked; });
  };
  const auto before = in_force();
  XCH_ASSIGN(auto lists, Lists::read(desk));
  Round round;
  XCH_TRY(end_due(desk, shelf, lists, round));
  if (round.empty()) return std::size_t{0};
  XCH_TRY(lists.publish(desk, round, false));
  XCH_TRY(round.commit(desk));
  return static_cast<std::size_t>(before - in_force());
}

Status forget_views(const Desk& desk, Shelf& shelf, Round& round) {
  if (desk.pack == nullptr) return Ok{};
  const auto window = std::uint64_t{desk.pack->retention_days} * kDay;
  for (const auto* file : shelf.all()) {
    const auto over = file->state == GrantState::revoked ? file->ended_at : file->core.not_after;
    if (desk.now <= over + window) continue;
    for (const auto& holder : file->holders) {
      if (holder.acknowledged.seconds != 0) continue;
      auto key = view_key(file->hash, holder.party);
      XCH_ASSIGN(auto kept, desk.access->get(space::kViews, key));
      if (!kept) continue;
      crypto::wipe(*kept);
      round.put(space::kViews, std::move(key), Bytes());
    }
  }
  return Ok{};
}

Result<RevokeAnswer> revoke(const Desk& desk, const GrantId& id, const std::string& reason) {
  XCH_TRY(check_roster(desk));
  if (reason.size() > kMaxReason || !is_utf8(ByteView(std::string_view(reason)))) return fail(Code::usage, "reason");
  XCH_ASSIGN(auto shelf, Shelf::read(desk));
  XCH_ASSIGN(auto lists, Lists::read(desk));
  Round round;
  XCH_TRY(end_due(desk, shelf, lists, round));
  auto* named = shelf.newest(id);
  if (named == nullptr) return fail(Code::not_found);

  // 42 CFR 2.35(c): a revocation lodged before its day waits for that one grant. It takes effect at once for every
  // other grant that the person gave on the same form.
  for (auto* file : shelf.newest_of_each()) {
    if (file != named && !on_same_form(*file, *named)) continue;
    if (file->state == GrantState::revoked || file->is_pending()) continue;
    if (desk.now < file->revocable_at) {
      lodge(desk, *file, reason, round);
      continue;
    }
    XCH_TRY(end(desk, *file, GrantState::revoked, reason, lists, round));
  }
  XCH_ASSIGN(auto outside, sent_outside(desk, shelf, id));
  XCH_TRY(lists.publish(desk, round, false));
  XCH_TRY(round.commit(desk));
  auto out = answer_for(*named);
  out.outside = std::move(outside);
  return out;
}

Result<RevokeAnswer> suspend(const Desk& desk, const GrantId& id) {
  XCH_TRY(check_roster(desk));
  XCH_ASSIGN(auto shelf, Shelf::read(desk));
  XCH_ASSIGN(auto lists, Lists::read(desk));
  Round round;
  XCH_TRY(end_due(desk, shelf, lists, round));
  auto* file = shelf.newest(id);
  if (file == nullptr) return fail(Code::not_found);
  if (file->state == GrantState::revoked) return fail(Code::revoked);
  if (file->state == GrantState::active) XCH_TRY(end(desk, *file, GrantState::suspended, file->reason, lists, round));
  XCH_TRY(lists.publish(desk, round, false));
  XCH_TRY(round.commit(desk));
  auto answer = answer_for(*file);
  answer.pending = false;
  answer.effective_at = file->ended_at;
  return answer;
}

Result<std::size_t> close_gap(const Desk& desk, bool nothing_ended) {
  XCH_ASSIGN(auto shelf, Shelf::read(desk));
  XCH_ASSIGN(auto lists, Lists::read(desk));
  if (lists.empty()) return std::size_t{0};
  Round round;
  std::size_t suspended = 0;
  for (auto* file : shelf.newest_of_each()) {
    if (nothing_ended || file->state != GrantState::active || file->core.not_after < desk.now) continue;
    file->state = GrantState::suspended;
    file->ended_at = desk.now;
    XCH_TRY(lists.turn(*file, GrantState::suspended));
    round.put(*file);
    round.event(EventKind::status, retag<Digest>(file->hash), state_detail(*file, false));
    ++suspended;
  }
  lists.close_gap(round);
  // Nothing is signed or sent here: a key or a roster that has ended must not keep an office from closing its gap.
  XCH_TRY(round.commit(desk));
  return suspended;
}

Result<std::uint32_t> publish_status(const Desk& desk) {
  XCH_TRY(check_roster(desk));
  XCH_ASSIGN(auto shelf, Shelf::read(desk));
  XCH_ASSIGN(auto lists, Lists::read(desk));
  // Before the first grant there is a list all the same: an office that publishes none would tell that it has none.
  for (std::uint16_t b = 1; b < kBasisCount; ++b) {
    const auto basis = static_cast<Basis>(b);
    const auto key = desk.access->authority_key(basis);
    if (!key && key.error().code != Code::key_missing) return fail(key.error());
    if (key) lists.of(key->record->id, basis, desk.access->random());
  }
  if (lists.empty()) return fail(Code::consent_authority);
  Round round;
  XCH_TRY(end_due(desk, shelf, lists, round));
  XCH_TRY(forget_views(desk, shelf, round));
  XCH_ASSIGN(const auto version, lists.publish(desk, round, true));
  XCH_TRY(round.commit(desk));
  return version;
}

Result<std::vector<GrantRow>> list(const Desk& desk) {
  XCH_ASSIGN(auto shelf, Shelf::read(desk));
  std::vector<GrantRow> out;
  for (const auto* file : shelf.newest_of_each()) out.push_back(row_of(*file));
  return out;
}

Result<GrantRow> show(const Desk& desk, const GrantId& id) {
  XCH_ASSIGN(auto shelf, Shelf::read(desk));
  const auto* file = shelf.newest(id);
  if (file == nullptr) return fail(Code::not_found);
  return row_of(*file);
}

namespace {

/// acknowledge notes that a holder has its view, and drops the copy kept for sending it again.
/// docs/format.md, "Grant": the authority erases class_sk once receipt is acknowledged.
void acknowledge(const GrantFile& file, Holder& holder, Timestamp at, Round& round) {
  holder.acknowledged = at;
  round.put(space::kViews, view_key(file.hash, holder.party), Bytes());
}

Holder* holder_of(GrantFile& file, const PartyId& party) {
  const auto at = std::find_if(file.holders.begin(), file.holders.end(),
                               [&](const Holder& candidate) { return candidate.party == party; });
  return at == file.holders.end() ? nullptr : &*at;
}

}  // namespace

Status take_ack(const Desk& desk, const GrantHash& hash, const PartyId& reader) {
  XCH_ASSIGN(auto shelf, Shelf::read(desk));
  auto* file = shelf.by_hash(hash);
  auto* holder = file == nullptr ? nullptr : holder_of(*file, reader);
  if (holder == nullptr) return fail(Code::not_found);

  Round round;
  if (holder->acknowledged.seconds != 0) return Ok{};  // said before
  acknowledge(*file, *holder, desk.now, round);
  round.put(*file);
  return round.commit(desk);
}

Status take_arrived_acks(const Desk& desk) {
  XCH_ASSIGN(const auto rows, desk.access->list(space::kArrived));
  if (rows.empty()) return Ok{};
  XCH_ASSIGN(auto shelf, Shelf::read(desk));
  std::map<GrantHash, GrantFile*> files;
  for (auto* file : shelf.all()) files[file->hash] = file;

  Round round;
  bool news = false;
  for (const auto& [key, value] : rows) {
    GrantHash hash;
    PartyId reader;
    if (!hash.copy_from(ByteView(key).sub(0, GrantHash::kSize)) || !reader.copy_from(ByteView(key).sub(GrantHash::kSize)))
      return fail(Code::store_damaged);
    const auto file = files.find(hash);
    auto* holder = file == files.end() ? nullptr : holder_of(*file->second, reader);
    // Of a grant that was never given to its sender an acknowledgement says nothing; one time is enough.
    if (holder == nullptr || holder->acknowledged.seconds != 0) continue;
    acknowledge(*file->second, *holder, value.size() == 8 ? Timestamp{load_u64(value.data())} : desk.now, round);
    round.put(*file->second);
    news = true;
  }
  return news ? round.commit(desk) : Status(Ok{});
}

}  // namespace xch::consent
