// Authority: the office on an open home.
#include "consent/authority/authority.hpp"

#include <mutex>

#include "consent/authority/office.hpp"

namespace xch::consent {
namespace {

// Reading the office's files, changing them and writing them back is one step: the calls of one process take turns.
std::mutex& turns() {
  static std::mutex mutex;
  return mutex;
}

Result<Desk> desk_of(session::Session& session) {
  Desk desk;
  desk.access = &session.authority_access();
  desk.roster = session.roster();
  desk.pack = session.pack();
  desk.self = session.info().party;
  XCH_ASSIGN(desk.now, session.now());
  desk.deliver_list = [&session](const std::string& party, ByteView list) { return session.deliver(party, list, ".lxs"); };
  XCH_TRY(take_arrived_acks(desk));
  return desk;
}

}  // namespace

Result<Authority> Authority::of(session::Session& session) {
  for (std::uint16_t b = 1; b < kBasisCount; ++b)
    if (session.authority_access().authority_key(static_cast<Basis>(b))) return Authority(session);
  return fail(Code::consent_authority);
}

Result<IssuedGrant> Authority::issue(const ConsentDraft& draft) {
  const std::lock_guard<std::mutex> turn(turns());
  XCH_ASSIGN(const auto desk, desk_of(*session_));
  return consent::issue(desk, draft);
}

Result<IssuedGrant> Authority::advance(const GrantId& id, const ConsentDraft& draft) {
  const std::lock_guard<std::mutex> turn(turns());
  XCH_ASSIGN(const auto desk, desk_of(*session_));
  return consent::advance(desk, id, draft);
}

Result<std::vector<GrantRow>> Authority::list() const {
  const std::lock_guard<std::mutex> turn(turns());
  XCH_ASSIGN(const auto desk, desk_of(*session_));
  return consent::list(desk);
}

Result<GrantRow> Authority::show(const GrantId& id) const {
  const std::lock_guard<std::mutex> turn(turns());
  XCH_ASSIGN(const auto desk, desk_of(*session_));
  return consent::show(desk, id);
}

Result<std::size_t> Authority::send_again(const GrantId& id) {
  const std::lock_guard<std::mutex> turn(turns());
  XCH_ASSIGN(const auto desk, desk_of(*session_));
  return consent::send_again(desk, id);
}

Result<RevokeAnswer> Authority::revoke(const GrantId& id, const std::string& reason) {
  const std::lock_guard<std::mutex> turn(turns());
  XCH_ASSIGN(const auto desk, desk_of(*session_));
  return consent::revoke(desk, id, reason);
}

Result<RevokeAnswer> Authority::suspend(const GrantId& id) {
  const std::lock_guard<std::mutex> turn(turns());
  XCH_ASSIGN(const auto desk, desk_of(*session_));
  return consent::suspend(desk, id);
}

Result<std::uint32_t> Authority::publish_status() {
  const std::lock_guard<std::mutex> turn(turns());
  XCH_ASSIGN(const auto desk, desk_of(*session_));
  return consent::publish_status(desk);
}

Status Authority::take_ack(const GrantHash& grant, const PartyId& reader) {
  const std::lock_guard<std::mutex> turn(turns());
  XCH_ASSIGN(const auto desk, desk_of(*session_));
  return consent::take_ack(desk, grant, reader);
}

}  // namespace xch::consent
