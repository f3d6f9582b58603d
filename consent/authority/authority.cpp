// Authority: the office on an open home.
#include "consent/authority/authority.hpp"

#include <map>
#include <mutex>

#include "base/file_lock.hpp"
#include "consent/authority/office.hpp"
#include "consent/authority/plan.hpp"

namespace xch::consent {
namespace {

/// Turn: reading the office's files, changing them and writing them back is one step, of one call in one process.
struct Turn {
  std::unique_lock<std::mutex> among_threads;
  FileLock among_processes;
};

/// Whoever comes second waits a moment. Errors: store_busy, file_io, store_full.
Result<Turn> take_turn(const session::Session& session) {
  static std::mutex threads;
  std::unique_lock<std::mutex> here(threads);
  XCH_ASSIGN(auto lock, FileLock::take(session.home() / ".lock"));
  return Turn{std::move(here), std::move(lock)};
}

Result<Desk> desk_of(session::Session& session) {
  Desk desk;
  desk.access = &session.authority_access();
  XCH_ASSIGN(desk.roster, session.roster());
  XCH_ASSIGN(desk.pack, session.pack());
  desk.self = session.info().party;
  XCH_ASSIGN(desk.now, session.now());
  desk.deliver_list = [&session](const std::string& party, ByteView list) { return session.deliver(party, list, ".lxs"); };
  XCH_TRY(take_arrived_acks(desk));
  return desk;
}

/// The journal is read in pieces: numbers may leap, so the next piece begins after the last line of this one.
Result<std::vector<session::JournalRow>> whole_journal(const session::Session& session) {
  constexpr std::size_t kPiece = 1000;
  std::vector<session::JournalRow> out;
  for (std::uint64_t from = 1;;) {
    XCH_ASSIGN(auto piece, session.journal(from, kPiece));
    const bool more = piece.size() == kPiece;
    if (more) from = piece.back().seq + 1;
    for (auto& row : piece) out.push_back(std::move(row));
    if (!more) return out;
  }
}

}  // namespace

Result<Authority> Authority::of(session::Session& session) {
  for (std::uint16_t b = 1; b < kBasisCount; ++b)
    if (session.authority_access().authority_key(static_cast<Basis>(b))) return Authority(session);
  return fail(Code::consent_authority);
}

Result<IssuedGrant> Authority::issue(const ConsentDraft& draft) {
  XCH_ASSIGN(const auto turn, take_turn(*session_));
  XCH_ASSIGN(const auto desk, desk_of(*session_));
  return consent::issue(desk, draft);
}

Result<IssuedGrant> Authority::advance(const GrantId& id, const ConsentDraft& draft) {
  XCH_ASSIGN(const auto turn, take_turn(*session_));
  XCH_ASSIGN(const auto desk, desk_of(*session_));
  return consent::advance(desk, id, draft);
}

Result<IssuedGrant> Authority::renew(const GrantId& id, const Renewal& renewal) {
  XCH_ASSIGN(const auto turn, take_turn(*session_));
  XCH_ASSIGN(const auto desk, desk_of(*session_));
  return consent::renew(desk, id, renewal);
}

Result<ConsentDraft> Authority::renewed(const GrantId& id, const Renewal& renewal) const {
  XCH_ASSIGN(const auto turn, take_turn(*session_));
  XCH_ASSIGN(const auto desk, desk_of(*session_));
  return consent::renewed(desk, id, renewal);
}

Result<GrantStanding> Authority::standing(const GrantId& id) const {
  XCH_ASSIGN(const auto turn, take_turn(*session_));
  XCH_ASSIGN(const auto desk, desk_of(*session_));
  return consent::standing(desk, id);
}

Result<std::vector<HistoryLine>> Authority::history(const GrantId& id) const {
  XCH_ASSIGN(const auto turn, take_turn(*session_));
  XCH_ASSIGN(const auto desk, desk_of(*session_));
  XCH_ASSIGN(const auto journal, whole_journal(*session_));
  return consent::history(desk, id, journal);
}

Result<std::vector<GrantRow>> Authority::list() const {
  XCH_ASSIGN(const auto turn, take_turn(*session_));
  XCH_ASSIGN(const auto desk, desk_of(*session_));
  return consent::list(desk);
}

Result<std::vector<GrantFindings>> Authority::check() const {
  XCH_ASSIGN(const auto turn, take_turn(*session_));
  XCH_ASSIGN(const auto desk, desk_of(*session_));
  return consent::check(desk);
}

Result<GrantRow> Authority::show(const GrantId& id) const {
  XCH_ASSIGN(const auto turn, take_turn(*session_));
  XCH_ASSIGN(const auto desk, desk_of(*session_));
  return consent::show(desk, id);
}

Status Authority::note(const ConsentDraft& draft, DraftStep step) {
  XCH_ASSIGN(const auto turn, take_turn(*session_));
  XCH_ASSIGN(const auto desk, desk_of(*session_));
  return consent::note(desk, draft, step);
}

Status Authority::keep_back(const std::string& subject, const std::vector<Restriction>& asked) {
  XCH_ASSIGN(const auto turn, take_turn(*session_));
  XCH_ASSIGN(const auto desk, desk_of(*session_));
  return consent::keep_back(desk, subject, asked);
}

Result<KeptBack> Authority::kept_back(const std::string& subject) const {
  XCH_ASSIGN(const auto turn, take_turn(*session_));
  XCH_ASSIGN(const auto desk, desk_of(*session_));
  return consent::kept_back(desk, subject);
}

Result<std::map<GrantHash, std::vector<std::string>>> Authority::behind(const std::string& intermediary) const {
  XCH_ASSIGN(const auto turn, take_turn(*session_));
  XCH_ASSIGN(const auto desk, desk_of(*session_));
  if (desk.roster == nullptr) return fail(Code::roster_missing);
  if (desk.pack == nullptr) return fail(Code::policy_pack_unknown);
  XCH_ASSIGN(auto shelf, Shelf::read(desk));
  std::map<GrantHash, std::vector<std::string>> out;
  for (const auto* file : shelf.all())
    for (const auto& hub : file->draft.intermediaries) {
      if (hub.party != intermediary) continue;
      auto& names = out[file->hash];
      names.insert(names.end(), hub.members.begin(), hub.members.end());
      if (hub.treating)
        for (const auto* party : consent::behind(hub, file->draft, *desk.pack, *desk.roster)) names.push_back(party->name);
    }
  return out;
}

Result<ConsentDraft> Authority::restricted(const ConsentDraft& draft) const {
  XCH_ASSIGN(const auto turn, take_turn(*session_));
  XCH_ASSIGN(const auto desk, desk_of(*session_));
  return consent::restricted(desk, draft);
}

Result<std::size_t> Authority::send_again(const GrantId& id) {
  XCH_ASSIGN(const auto turn, take_turn(*session_));
  XCH_ASSIGN(const auto desk, desk_of(*session_));
  return consent::send_again(desk, id);
}

Result<RevokeAnswer> Authority::revoke(const GrantId& id, const std::string& reason) {
  XCH_ASSIGN(const auto turn, take_turn(*session_));
  XCH_ASSIGN(const auto desk, desk_of(*session_));
  return consent::revoke(desk, id, reason);
}

Result<RevokeAnswer> Authority::suspend(const GrantId& id) {
  XCH_ASSIGN(const auto turn, take_turn(*session_));
  XCH_ASSIGN(const auto desk, desk_of(*session_));
  return consent::suspend(desk, id);
}

Result<std::size_t> Authority::end_due() {
  XCH_ASSIGN(const auto turn, take_turn(*session_));
  XCH_ASSIGN(const auto desk, desk_of(*session_));
  return consent::end_due(desk);
}

Result<std::uint32_t> Authority::publish_status() {
  XCH_ASSIGN(const auto turn, take_turn(*session_));
  XCH_ASSIGN(const auto desk, desk_of(*session_));
  return consent::publish_status(desk);
}

Result<std::size_t> Authority::close_gap(bool nothing_ended) {
  XCH_ASSIGN(const auto turn, take_turn(*session_));
  XCH_ASSIGN(const auto desk, desk_of(*session_));
  return consent::close_gap(desk, nothing_ended);
}

Status Authority::take_ack(const GrantHash& grant, const PartyId& reader) {
  XCH_ASSIGN(const auto turn, take_turn(*session_));
  XCH_ASSIGN(const auto desk, desk_of(*session_));
  return consent::take_ack(desk, grant, reader);
}

}  // namespace xch::consent
