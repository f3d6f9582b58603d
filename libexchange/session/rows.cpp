#include "session/rows.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <new>

#include "crypto/aead.hpp"
#include "crypto/digest.hpp"

namespace xch::session {
namespace {

constexpr auto kAead = crypto::Aead::aes256gcm;
// An empty value has no ciphertext of its own: one byte stands before every value, so that no plaintext is empty.
constexpr std::size_t kHead = 1, kOverhead = crypto::kAeadNonce + kHead + crypto::kAeadTag;
constexpr std::uint8_t kRowVersion = 1;

Bytes bound_to(std::string_view space, ByteView key) {
  ByteWriter aad;
  aad.raw(space).u8(0).raw(key);
  return std::move(aad).take();
}

}  // namespace

struct Rows::State {
  std::unique_ptr<store::Store> store;
  StoreKey key;
  crypto::Random& random;
  std::unique_ptr<Mark> mark = nullptr;
  mutable std::atomic<bool> appended{false};

  Result<Bytes> seal(std::string_view space, ByteView key_bytes, ByteView value) const {
    Bytes out(value.size() + kOverhead);
    const MutableView nonce = MutableView(out).sub(0, crypto::kAeadNonce);
    random.fill(nonce);
    const MutableView sealed = MutableView(out).sub(crypto::kAeadNonce);
    // In place: the plaintext is never in memory of its own that would have to be wiped.
    sealed[0] = kRowVersion;
    if (!value.empty()) std::memcpy(sealed.data() + kHead, value.data(), value.size());
    XCH_TRY(crypto::aead_seal(kAead, key.expose(), nonce, bound_to(space, key_bytes),
                              ByteView(sealed).sub(0, kHead + value.size()), sealed));
    return out;
  }

  Result<crypto::SecretBytes> open(std::string_view space, ByteView key_bytes, ByteView sealed) const {
    if (sealed.size() < kOverhead) return fail(Code::store_key);
    crypto::SecretBytes plain(sealed.size() - crypto::kAeadNonce - crypto::kAeadTag);
    XCH_TRY(crypto::aead_open(kAead, key.expose(), sealed.sub(0, crypto::kAeadNonce), bound_to(space, key_bytes),
                              sealed.sub(crypto::kAeadNonce), plain.expose_mutable(), Code::store_key));
    if (plain.expose()[0] != kRowVersion) return fail(Code::store_version);
    return crypto::SecretBytes(plain.expose().sub(kHead));
  }

  Result<std::optional<crypto::SecretBytes>> open_found(std::string_view space, ByteView key_bytes,
                                                        const std::optional<store::Row>& found) const {
    if (!found) return std::optional<crypto::SecretBytes>();
    XCH_ASSIGN(auto value, open(space, key_bytes, found->value));
    return std::optional<crypto::SecretBytes>(std::move(value));
  }

  Result<std::vector<Row>> open_all(std::string_view space, std::vector<store::Row> found) const {
    std::vector<Row> out;
    out.reserve(found.size());
    for (auto& row : found) {
      XCH_ASSIGN(auto value, open(space, row.key, row.value));
      out.push_back({std::move(row.key), std::move(value)});
    }
    return out;
  }
};

struct Change::State {
  const Rows::State& rows;
  store::Transaction transaction;
  std::uint64_t journal = 0;  // seq of its newest event
  Timestamp newest = {};      // and of its events the latest time
};

Rows::Rows(std::unique_ptr<store::Store> store, StoreKey key, crypto::Random& random)
    : state_(new State{std::move(store), std::move(key), random}) {}
Rows::~Rows() = default;

MarkKey Rows::mark_key() const {
  Digest derived = crypto::hmac_sha256(state_->key.expose(), {ByteView(std::string_view("home mark"))});
  MarkKey out;
  std::copy(derived.bytes.begin(), derived.bytes.end(), out.expose_mutable().begin());
  crypto::wipe(MutableView(derived.bytes));
  return out;
}

Result<std::optional<Progress>> Rows::progress() const {
  XCH_ASSIGN(const auto row, get(space::kMeta, ByteView(kProgressRow)));
  if (!row) return std::optional<Progress>();
  XCH_ASSIGN(auto progress, decode_progress(row->expose()));
  return std::optional<Progress>(progress);
}

bool Rows::appended() const { return state_->appended; }
void Rows::follow(std::unique_ptr<Mark> mark) { state_->mark = std::move(mark); }

Result<std::optional<crypto::SecretBytes>> Rows::get(std::string_view space, ByteView key) const {
  XCH_ASSIGN(const auto found, state_->store->get(space, key));
  return state_->open_found(space, key, found);
}

Result<std::vector<Row>> Rows::list(std::string_view space, ByteView prefix) const {
  XCH_ASSIGN(auto found, state_->store->list(space, prefix));
  return state_->open_all(space, std::move(found));
}

Result<std::vector<Bytes>> Rows::keys(std::string_view space, ByteView prefix) const {
  return state_->store->keys(space, prefix);
}

Result<Change> Rows::begin() {
  XCH_ASSIGN(auto transaction, state_->store->begin());
  return Change(std::unique_ptr<Change::State>(new Change::State{*state_, std::move(transaction)}));
}

Status Rows::check() const {
  constexpr std::size_t kAtATime = 256;
  XCH_ASSIGN(const auto spaces, state_->store->spaces());
  for (const auto& space : spaces) {
    Bytes after;
    for (;;) {
      XCH_ASSIGN(const auto found, state_->store->list(space, {}, kAtATime, after));
      for (const auto& row : found) XCH_TRY(state_->open(space, row.key, row.value));
      if (found.size() < kAtATime) break;
      after = found.back().key;
    }
  }
  return Ok{};
}

Status Rows::scrub() { return state_->store->scrub(); }
store::Store& Rows::store() const { return *state_->store; }

// ---- Change --------------------------------------------------------------------------------------------------------

Change::Change(std::unique_ptr<State> state) : state_(std::move(state)) {}
Change::Change(Change&&) noexcept = default;
Change::~Change() = default;

Result<std::optional<crypto::SecretBytes>> Change::get(std::string_view space, ByteView key) {
  XCH_ASSIGN(const auto found, state_->transaction.get(space, key));
  return state_->rows.open_found(space, key, found);
}

Result<std::vector<Row>> Change::list(std::string_view space, ByteView prefix) {
  XCH_ASSIGN(auto found, state_->transaction.list(space, prefix));
  return state_->rows.open_all(space, std::move(found));
}

Result<std::vector<Bytes>> Change::keys(std::string_view space, ByteView prefix) {
  return state_->transaction.keys(space, prefix);
}

Result<std::vector<Bytes>> Change::keys_before(std::string_view space, ByteView end) {
  return state_->transaction.keys_before(space, end);
}

Status Change::put(std::string_view space, ByteView key, ByteView value) {
  XCH_ASSIGN(const Bytes sealed, state_->rows.seal(space, key, value));
  return state_->transaction.put(space, key, sealed);
}

Result<Inserted> Change::insert(std::string_view space, ByteView key, ByteView value) {
  XCH_ASSIGN(const Bytes sealed, state_->rows.seal(space, key, value));
  XCH_ASSIGN(const auto there, state_->transaction.insert(space, key, sealed));
  return there ? Inserted::already : Inserted::now;
}

Status Change::erase(std::string_view space, ByteView key) { return state_->transaction.erase(space, key); }

Result<std::uint64_t> Change::append(const Event& event, std::uint64_t least_seq) {
  state_->newest = std::max(state_->newest, event.time);
  store::JournalRow row;
  row.kind = event.kind;
  row.time = event.time;
  row.actor = event.actor;
  row.object = event.object;
  row.detail = ByteView(std::string_view(event.detail_json)).copy();
  XCH_ASSIGN(state_->journal, state_->transaction.append(row, least_seq));
  state_->rows.appended = true;
  return state_->journal;
}

Status Change::put_progress(const Progress& progress) {
  return put(space::kMeta, ByteView(kProgressRow), encode(progress));
}

namespace {

/// The progress that a change makes, written with it. A store from before there were marks begins with the mark's line.
Result<Progress> next_progress(Change& change, const Mark& mark, std::uint64_t journal, Timestamp newest) {
  XCH_ASSIGN(const auto row, change.get(space::kMeta, ByteView(kProgressRow)));
  Progress next = mark.opened_at();
  if (row) {
    XCH_ASSIGN(next, decode_progress(row->expose()));
    // Reconciled by another process meanwhile: what this one has in memory is of the line that ended.
    if (next.line != mark.opened_at().line) return fail(Code::store_older);
  }
  ++next.number;
  next.journal = std::max(next.journal, journal);
  next.time = std::max(next.time, newest);
  XCH_TRY(change.put_progress(next));
  return next;
}

}  // namespace

Status Change::commit() {
  Mark* mark = state_->rows.mark.get();
  if (mark == nullptr) return state_->transaction.commit();
  XCH_ASSIGN(const Progress next, next_progress(*this, *mark, state_->journal, state_->newest));
  XCH_TRY(state_->transaction.commit());
  // It is durable, so it is done: to say otherwise because of the mark would have a caller do it twice. A mark that
  // stays behind is raised by the next change, or when the home is next opened.
  try {
    static_cast<void>(mark->raise(next));
  } catch (const std::bad_alloc&) {
  }
  return Ok{};
}

}  // namespace xch::session
