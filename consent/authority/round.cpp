// Shelf and Round: what a call reads, and what it changes.
#include "consent/authority/office.hpp"
#include "crypto/secret.hpp"
#include "wire/records.hpp"

namespace xch::consent {

Result<AuthorityAccess::AuthorityKey> signing_key(const Desk& desk, Basis basis) {
  XCH_ASSIGN(auto key, desk.access->authority_key(basis));
  if (!desk.roster->in_force(*key.record, desk.now)) return fail(Code::seal_key_expired);
  return key;
}

Result<Shelf> Shelf::read(const Desk& desk) {
  XCH_ASSIGN(const auto rows, desk.access->list(space::kGrants));
  Shelf shelf;
  for (const auto& [key, value] : rows) {
    XCH_ASSIGN(auto file, decode_grant_file(value));
    // A row under another grant's key would show one person's grant as another's.
    if (key != grant_key(file.core.grant_id, file.core.version)) return fail(Code::store_damaged);
    shelf.add(std::move(file));
  }
  return shelf;
}

GrantFile* Shelf::newest(const GrantId& id) {
  const auto at = files_.find(id);
  return at == files_.end() ? nullptr : &at->second.rbegin()->second;
}

GrantFile* Shelf::by_hash(const GrantHash& hash) {
  for (auto* file : all())
    if (file->hash == hash) return file;
  return nullptr;
}

std::vector<GrantFile*> Shelf::newest_of_each() {
  std::vector<GrantFile*> out;
  for (auto& [id, versions] : files_) out.push_back(&versions.rbegin()->second);
  return out;
}

std::vector<GrantFile*> Shelf::all() {
  std::vector<GrantFile*> out;
  for (auto& [id, versions] : files_)
    for (auto& [version, file] : versions) out.push_back(&file);
  return out;
}

void Shelf::add(GrantFile file) { files_[file.core.grant_id].insert_or_assign(file.core.version, std::move(file)); }

Round::~Round() {
  // Views on their way hold consent keys and the person's record.
  for (auto& put : puts_) crypto::wipe(put.value);
  for (auto& outgoing : objects_) crypto::wipe(outgoing.object.object.body);
}

void Round::put(const char* where, Bytes key, Bytes value) {
  puts_.push_back({where, std::move(key), std::move(value)});
}

void Round::put(const GrantFile& file) {
  put(space::kGrants, grant_key(file.core.grant_id, file.core.version), encode(file));
}

void Round::event(EventKind kind, const Digest& object, std::string detail_json) {
  events_.push_back({kind, object, std::move(detail_json)});
}

void Round::send(SealedObject object, const PartyId& to, bool grant_view) {
  objects_.push_back({std::move(object), to, grant_view});
}

void Round::publish(Bytes list) { lists_.push_back(std::move(list)); }

Status Round::commit(const Desk& desk) {
  // Durable first: what an agency has been told is never unknown to the office.
  XCH_TRY(desk.access->put_all(puts_, events_));

  Status first = Ok{};
  const auto note = [&](Status done) {
    if (!done && first) first = std::move(done);
  };
  // One spool that is full keeps nothing from the other agencies.
  for (const auto& list : lists_)
    for (const auto& party : desk.roster->roster().parties) note(desk.deliver_list(party.name, list));
  for (const auto& outgoing : objects_) note(desk.access->send_object(outgoing.object, outgoing.to, outgoing.grant_view));
  return first;
}

}  // namespace xch::consent
