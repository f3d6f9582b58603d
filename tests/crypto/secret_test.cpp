#include "crypto/secret.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <set>
#include <string>
#include <thread>

#include "crypto/vectors.hpp"

namespace xch::crypto {
namespace {

using Key = Secret<32, struct TestKeyTag>;

static_assert(!std::is_copy_constructible_v<Key> && !std::is_copy_assignable_v<Key>);
static_assert(!std::is_copy_constructible_v<SecretBytes> && !std::is_copy_assignable_v<SecretBytes>);
template <class T>
concept Comparable = requires(const T& a) { a == a; };
template <class T>
concept Printable = requires(std::ostream& o, const T& a) { o << a; };
static_assert(!Comparable<Key> && !Printable<Key>);

Key filled(std::uint8_t v) {
  Key k;
  for (auto& b : k.expose_mutable()) b = v;
  return k;
}

TEST(Secret, IsWipedWhereItWasMovedFrom) {
  Key a = filled(7);
  Key b = std::move(a);
  EXPECT_TRUE(all_zero(a.expose()));
  EXPECT_EQ(b.expose()[31], 7);
  Key c = filled(9);
  c = std::move(b);
  EXPECT_TRUE(all_zero(b.expose()));
  EXPECT_EQ(c.expose()[0], 7);
}

TEST(Secret, IsWipedWhenItEnds) {
  alignas(Key) std::uint8_t room[sizeof(Key)];
  auto* key = new (room) Key(filled(0xa5));
  key->~Key();
  const volatile std::uint8_t* seen = room;
  for (std::size_t i = 0; i < sizeof(Key); ++i) EXPECT_EQ(seen[i], 0);
}

TEST(Secret, TakesExactlyItsSize) {
  EXPECT_TRUE(Key::from(Bytes(32, 1)));
  EXPECT_EQ(refusal(Key::from(Bytes(31, 1))), Code::record_malformed);
  EXPECT_EQ(refusal(Key::from(Bytes(33, 1))), Code::record_malformed);
}

TEST(EqualCt, ComparesContentAndLength) {
  EXPECT_TRUE(equal_ct(Bytes{1, 2, 3}, Bytes{1, 2, 3}));
  EXPECT_FALSE(equal_ct(Bytes{1, 2, 3}, Bytes{1, 2, 4}));
  EXPECT_FALSE(equal_ct(Bytes{1, 2, 3}, Bytes{1, 2}));
  EXPECT_TRUE(equal_ct({}, {}));
}

TEST(SecretBytes, IsWipedWhereItWasMovedFromAndCleared) {
  SecretBytes a(ByteView(std::string_view("a passphrase")));
  SecretBytes b = std::move(a);
  EXPECT_TRUE(a.empty());
  EXPECT_EQ(b.expose().text(), "a passphrase");
  b.clear();
  EXPECT_EQ(b.size(), 0u);
}

TEST(Arena, HandsOutZeroedAlignedPieces) {
  const auto arena = Arena::make(4096).value();
  for (const std::size_t size : {1u, 15u, 16u, 17u, 100u, 0u, 64u}) {
    const MutableView piece = arena->take(size).value();
    EXPECT_EQ(piece.size(), size);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(piece.data()) % 16, 0u);
    EXPECT_TRUE(all_zero(piece));
    for (auto& b : piece) b = 0xee;
  }
}

TEST(Arena, GivesPiecesThatDoNotOverlap) {
  const auto arena = Arena::make(4096).value();
  std::vector<MutableView> pieces;
  for (std::size_t i = 0; i < 200; ++i) {
    pieces.push_back(arena->take(i * 7).value());
    for (auto& b : pieces.back()) b = static_cast<std::uint8_t>(i);
  }
  for (std::size_t i = 0; i < pieces.size(); ++i)
    for (const auto b : pieces[i]) ASSERT_EQ(b, static_cast<std::uint8_t>(i));
}

TEST(Arena, GrowsBeyondItsFirstRegion) {
  const auto arena = Arena::make(4096).value();
  const MutableView small = arena->take(3000).value();
  const MutableView large = arena->take(3 * 1024 * 1024).value();
  small[2999] = large[3 * 1024 * 1024 - 1] = 1;
  EXPECT_EQ(arena->bytes_in_use(), 3008u + 3 * 1024 * 1024);
}

TEST(Arena, WipesEverythingWhenReset) {
  const auto arena = Arena::make(64 * 1024).value();
  std::vector<MutableView> before;
  for (int i = 0; i < 40; ++i) {
    before.push_back(arena->take(10 * 1024).value());
    for (auto& b : before.back()) b = 0xee;
  }
  arena->reset();
  EXPECT_EQ(arena->bytes_in_use(), 0u);
  // The first region is still there and can be looked at; later ones may be gone.
  EXPECT_TRUE(all_zero(before[0]));
  for (int i = 0; i < 60; ++i) ASSERT_TRUE(all_zero(arena->take(10 * 1024).value()));
}

// Kilobytes of this process that are locked in memory.
std::size_t locked() {
  std::ifstream status("/proc/self/status");
  for (std::string name; status >> name;)
    if (name == "VmLck:") {
      std::size_t kilobytes = 0;
      status >> kilobytes;
      return kilobytes;
    }
  ADD_FAILURE() << "no VmLck in /proc/self/status";
  return 0;
}

// A long-lived process may lock 8 MiB: a region that was set aside must be found again.
TEST(Arena, LosesNoRegionBetweenLargeAndSmallOperations) {
  const auto arena = Arena::make(4096).value();
  const auto use = [&](std::size_t size) {
    arena->take(size).value();
    arena->reset();
  };
  use(1024 * 1024);
  const std::size_t after_one = locked();
  for (int i = 0; i < 20; ++i) {
    use(16);
    use(1024 * 1024);
    use(100 * 1024);
  }
  EXPECT_EQ(locked(), after_one);
}

TEST(Arena, KeepsNothingOfALargeOperationBeyondTheLimitOfTheProcess) {
  const auto arena = Arena::make(4096).value();
  const auto other = Arena::make(4096).value();
  const std::size_t before = locked();
  arena->take(5 * 1024 * 1024).value();
  arena->reset();
  EXPECT_EQ(locked(), before);
  for (Arena* each : {arena.get(), other.get()}) {
    each->take(3 * 1024 * 1024).value();
    each->reset();
  }
  EXPECT_LT(locked(), before + 4 * 1024);  // one of the two, not both
}

TEST(Arena, TakesTheSmallestRegionThatFits) {
  const auto arena = Arena::make(4096).value();
  arena->take(100 * 1024).value();
  arena->take(1024 * 1024).value();
  arena->reset();
  const std::size_t kept = locked();
  arena->take(100 * 1024).value();  // were it put into the large region, the next one would need another
  arena->take(1024 * 1024).value();
  EXPECT_EQ(locked(), kept);
}

TEST(Arena, RefusesAPieceLargerThanMemory) {
  const auto arena = Arena::make().value();
  EXPECT_EQ(refusal(arena->take(SIZE_MAX)), Code::locked_memory);
  EXPECT_EQ(refusal(arena->take(SIZE_MAX / 2)), Code::locked_memory);
  EXPECT_TRUE(arena->take(16));
}

TEST(Arena, RefusesMemoryThatCannotBeLocked) {
#if defined(XCH_SANITIZED)
  GTEST_SKIP() << "not run: a sanitizer makes mlock do nothing";
#endif
  const auto try_without_locking = [] {
    const rlimit none{0, 0};
    if (setrlimit(RLIMIT_MEMLOCK, &none) != 0) _exit(2);
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) _exit(3);  // root may always lock
    const auto arena = Arena::make();
    _exit(!arena && arena.error().code == Code::locked_memory ? 0 : 1);
  };
  EXPECT_EXIT(try_without_locking(), testing::ExitedWithCode(0), "");
}

TEST(ArenaPool, ReusesAnArenaAndWipesItInBetween) {
  ArenaPool pool;
  std::uint8_t* first = nullptr;
  {
    const auto lease = pool.lease().value();
    const MutableView piece = lease->take(100).value();
    first = piece.data();
    for (auto& b : piece) b = 0xee;
  }
  const auto lease = pool.lease().value();
  const MutableView piece = lease->take(100).value();
  EXPECT_EQ(piece.data(), first);
  EXPECT_TRUE(all_zero(piece));
}

TEST(ArenaPool, GivesEachLeaseItsOwnArena) {
  ArenaPool pool;
  auto a = pool.lease().value();
  auto b = pool.lease().value();
  EXPECT_NE(&*a, &*b);
  a = std::move(b);
  EXPECT_TRUE(a->take(10));
}

TEST(ArenaPool, ServesManyThreads) {
  ArenaPool pool;
  std::vector<std::thread> threads;
  std::atomic<int> dirty{0};
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        const auto lease = pool.lease().value();
        const MutableView piece = lease->take(1000).value();
        if (!all_zero(piece)) ++dirty;
        for (auto& b : piece) b = 0xee;
      }
    });
  for (auto& t : threads) t.join();
  EXPECT_EQ(dirty, 0);
}

}  // namespace
}  // namespace xch::crypto
