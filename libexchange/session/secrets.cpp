#include "session/secrets.hpp"

#include <cstring>

namespace xch::session {
namespace {

// 65,536 secrets are 8 MiB; beyond that an agency's hot set is not in them anyway.
constexpr std::size_t kMaxOpenSecrets = 65536;

void copy_out(const CompartmentSecret& secret, MutableView out) {
  std::memcpy(out.data(), secret.expose().data(), CompartmentSecret::kSize);
}

Bytes secret_key(const GrantHash& grant, Compartment compartment) {
  return ByteWriter().raw(grant.view()).u16(compartment.value).bytes();
}

Bytes wrap_key(const GrantHash& grant, Compartment compartment, const PartyId& reader) {
  return ByteWriter().raw(grant.view()).u16(compartment.value).raw(reader.view()).bytes();
}

}  // namespace

bool OpenSecrets::find(const Digest& wrap_info, const Digest& wrap_hash, MutableView out) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = entries_.find({wrap_info, wrap_hash});
  if (found == entries_.end() || out.size() != CompartmentSecret::kSize) return false;
  copy_out(found->second.secret, out);
  return true;
}

void OpenSecrets::keep(const GrantHash& grant, Compartment, const Digest& wrap_info, const Digest& wrap_hash,
                       ByteView secret) {
  auto copy = CompartmentSecret::from(secret);
  if (!copy) return;
  const std::lock_guard<std::mutex> lock(mutex_);
  if (entries_.size() >= kMaxOpenSecrets) entries_.clear();
  entries_.try_emplace({wrap_info, wrap_hash}, Entry{grant, std::move(*copy)});
}

void OpenSecrets::forget(const GrantHash& grant) {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (auto it = entries_.begin(); it != entries_.end();) it = it->second.grant == grant ? entries_.erase(it) : ++it;
}

bool SealSecrets::find_secret(const GrantHash& grant, Compartment compartment, MutableView out) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = secrets_.find({grant, compartment});
  if (found == secrets_.end()) return false;
  copy_out(found->second, out);
  return true;
}

void SealSecrets::keep_secret(const GrantHash& grant, Compartment compartment, ByteView secret) {
  auto copy = CompartmentSecret::from(secret);
  if (!copy) return;
  const std::lock_guard<std::mutex> lock(mutex_);
  secrets_.try_emplace({grant, compartment}, std::move(*copy));
}

std::optional<Bytes> SealSecrets::find_wrap(const GrantHash& grant, Compartment compartment, const PartyId& reader) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = wraps_.find({grant, compartment, reader});
  if (found == wraps_.end()) return std::nullopt;
  return found->second;
}

void SealSecrets::keep_wrap(const GrantHash& grant, Compartment compartment, const PartyId& reader, const Bytes& wrap) {
  const std::lock_guard<std::mutex> lock(mutex_);
  wraps_.emplace(std::tuple(grant, compartment, reader), wrap);
}

void SealSecrets::forget(const GrantHash& grant) {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (auto it = secrets_.begin(); it != secrets_.end();)
    it = it->first.first == grant ? secrets_.erase(it) : std::next(it);
  for (auto it = wraps_.begin(); it != wraps_.end();)
    it = std::get<0>(it->first) == grant ? wraps_.erase(it) : std::next(it);
}

Status SealKeys::secret(const GrantHash& grant, Compartment compartment, MutableView out) {
  if (out.size() != CompartmentSecret::kSize) return fail(Code::bug);
  if (secrets_.find_secret(grant, compartment, out)) return Ok{};
  const Bytes key = secret_key(grant, compartment);
  XCH_ASSIGN(auto row, rows_.get(space::kSecret, key));
  if (!row) {
    // Made at first use; where another process was quicker, its row stands.
    XCH_ASSIGN(auto change, rows_.begin());
    const auto fresh = crypto::random_secret<32, CompartmentSecretTag>(random_);
    XCH_TRY(change.insert(space::kSecret, key, fresh.expose()));
    XCH_ASSIGN(row, change.get(space::kSecret, key));
    XCH_TRY(change.commit());
  }
  if (!row || row->size() != CompartmentSecret::kSize) return fail(Code::store_damaged);
  secrets_.keep_secret(grant, compartment, row->expose());
  std::memcpy(out.data(), row->expose().data(), row->size());
  return Ok{};
}

Result<Bytes> SealKeys::wrap(const GrantHash& grant, Compartment compartment, const PartyId& reader) {
  for (const auto& made : new_wraps_)
    if (made.grant == grant && made.compartment == compartment && made.reader == reader) return made.sealed;
  if (auto known = secrets_.find_wrap(grant, compartment, reader)) return std::move(*known);
  XCH_ASSIGN(const auto row, rows_.get(space::kWrap, wrap_key(grant, compartment, reader)));
  if (!row) return Bytes();
  Bytes wrap = row->expose().copy();
  secrets_.keep_wrap(grant, compartment, reader, wrap);
  return wrap;
}

Status SealKeys::keep_wrap(const GrantHash& grant, Compartment compartment, const PartyId& reader, ByteView sealed) {
  new_wraps_.push_back({grant, compartment, reader, sealed.copy()});
  return Ok{};
}

Status SealKeys::flush() {
  if (new_wraps_.empty()) return Ok{};
  XCH_ASSIGN(auto change, rows_.begin());
  for (const auto& wrap : new_wraps_) {
    XCH_ASSIGN(const Inserted inserted,
               change.insert(space::kWrap, wrap_key(wrap.grant, wrap.compartment, wrap.reader), wrap.sealed));
    // Wraps are "made once per reader and sent again byte for byte": somebody else's came first.
    if (inserted == Inserted::already) return fail(Code::store_busy);
  }
  XCH_TRY(change.commit());
  for (const auto& wrap : new_wraps_) secrets_.keep_wrap(wrap.grant, wrap.compartment, wrap.reader, wrap.sealed);
  new_wraps_.clear();
  return Ok{};
}

}  // namespace xch::session
