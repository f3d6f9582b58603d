#include "crypto/secret.hpp"

#include <sodium.h>

#include <atomic>
#include <mutex>
#include <new>
#include <vector>

namespace xch::crypto {
namespace {

constexpr std::size_t kAlign = 16;
constexpr std::size_t kPage = 4096;
constexpr std::size_t kCanary = 16;  // sodium_malloc puts this many bytes of its own before the block
// After reset an arena keeps its first region, and further ones as long as all arenas of the process together keep no
// more than this; a pool keeps at most this many arenas. An unprivileged process may usually lock 8 MiB in all.
constexpr std::size_t kKeptBytes = 4 * 1024 * 1024;
constexpr std::size_t kKeptArenas = 4;

std::atomic<std::size_t> kept_bytes{0};

bool may_keep(std::size_t size) {
  if (kept_bytes.fetch_add(size) + size <= kKeptBytes) return true;
  kept_bytes.fetch_sub(size);
  return false;
}

std::size_t round_up(std::size_t v, std::size_t to) { return (v + to - 1) / to * to; }

}  // namespace

void wipe(MutableView memory) {
  if (memory.size() != 0) sodium_memzero(memory.data(), memory.size());
}

bool equal_ct(ByteView a, ByteView b) {
  if (a.size() != b.size()) return false;
  return a.empty() || sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

// A region's free bytes are always zero: it is wiped when made and again where it was used.
struct Arena::Region {
  std::uint8_t* base = nullptr;
  std::size_t size = 0, used = 0;
  Region* next = nullptr;

  static Region* make(std::size_t at_least) {
    if (at_least > SIZE_MAX - 2 * kPage) return nullptr;
    if (sodium_init() < 0) return nullptr;
    // Whole pages, less the canary, and a multiple of 16: then the block starts 16-byte aligned.
    const std::size_t size = round_up(at_least + kCanary, kPage) - kCanary;
    auto* memory = static_cast<std::uint8_t*>(sodium_malloc(size));
    if (memory == nullptr) return nullptr;
    // sodium_malloc does not report a failing mlock ("not a hard error"); here it is one.
    auto* region = new (std::nothrow) Region;
    if (region == nullptr || sodium_mlock(memory, size) != 0) {
      sodium_free(memory);
      delete region;
      return nullptr;
    }
    sodium_memzero(memory, size);
    region->base = memory;
    region->size = size;
    return region;
  }
  static void destroy(Region* list) {
    while (list != nullptr) {
      Region* next = list->next;
      sodium_free(list->base);  // wipes
      delete list;
      list = next;
    }
  }
};

Result<std::unique_ptr<Arena>> Arena::make(std::size_t first_bytes) {
  std::unique_ptr<Arena> arena(new Arena);
  arena->head_ = Region::make(first_bytes);
  if (arena->head_ == nullptr) return fail(Code::locked_memory);
  return arena;
}

Arena::~Arena() {
  for (const Region* region = spare_; region != nullptr; region = region->next) kept_bytes.fetch_sub(region->size);
  Region::destroy(head_);
  Region::destroy(spare_);
}

Result<MutableView> Arena::take(std::size_t size) {
  if (size > SIZE_MAX - kAlign) return fail(Code::locked_memory);
  const std::size_t need = round_up(size, kAlign);
  if (head_->size - head_->used < need) {
    // The smallest spare that fits: the large one is for the large piece that made it.
    Region** spare = nullptr;
    for (Region** at = &spare_; *at != nullptr; at = &(*at)->next)
      if ((*at)->size >= need && (spare == nullptr || (*at)->size < (*spare)->size)) spare = at;
    Region* region = spare == nullptr ? nullptr : *spare;
    if (region != nullptr) {
      *spare = region->next;
      kept_bytes.fetch_sub(region->size);
    }
    if (region == nullptr) region = Region::make(need > 2 * head_->size ? need : 2 * head_->size);
    if (region == nullptr) region = Region::make(need);  // doubling was a wish
    if (region == nullptr) return fail(Code::locked_memory);
    region->next = head_;
    head_ = region;
  }
  MutableView piece(head_->base + head_->used, size);
  head_->used += need;
  in_use_ += need;
  return piece;
}

void Arena::reset() {
  Region* all = head_;
  head_ = nullptr;
  in_use_ = 0;
  Region* surplus = nullptr;
  // The oldest region is last and always stays; newer ones stay as spares while they fit.
  while (all != nullptr) {
    Region* region = all;
    all = all->next;
    sodium_memzero(region->base, region->used);
    region->used = 0;
    Region** to = &surplus;
    if (all == nullptr) to = &head_;
    if (all != nullptr && may_keep(region->size)) to = &spare_;
    region->next = *to;
    *to = region;
  }
  Region::destroy(surplus);
}

std::size_t Arena::bytes_in_use() const { return in_use_; }

struct ArenaPool::State {
  std::mutex mutex;
  std::vector<std::unique_ptr<Arena>> idle;
};

ArenaPool::ArenaPool() : state_(std::make_unique<State>()) { state_->idle.reserve(kKeptArenas); }
ArenaPool::~ArenaPool() = default;

Result<ArenaPool::Lease> ArenaPool::lease() {
  {
    const std::lock_guard lock(state_->mutex);
    if (!state_->idle.empty()) {
      Lease lease(this, std::move(state_->idle.back()));
      state_->idle.pop_back();
      return lease;
    }
  }
  XCH_ASSIGN(auto arena, Arena::make());
  return Lease(this, std::move(arena));
}

ArenaPool::Lease::Lease(Lease&&) noexcept = default;

ArenaPool::Lease& ArenaPool::Lease::operator=(Lease&& o) noexcept {
  std::swap(pool_, o.pool_);
  std::swap(arena_, o.arena_);
  return *this;
}

ArenaPool::Lease::~Lease() {
  if (arena_ == nullptr) return;
  arena_->reset();
  const std::lock_guard lock(pool_->state_->mutex);
  if (pool_->state_->idle.size() < kKeptArenas) pool_->state_->idle.push_back(std::move(arena_));
}

}  // namespace xch::crypto
