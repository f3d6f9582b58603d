// Out of memory: the nth allocation fails, for n = 1, 2, ... until none does. Each time there is an answer or an error
// of the machine with its id; nothing is leaked, nothing half-done stays, and the same call works afterwards.
//
// By default every n up to some tens is tried and then fewer and fewer of them, so that the suite takes seconds;
// XCH_FAULTS=all tries every one.
#include "crypto/key_file.hpp"
#include "faults/heap.hpp"
#include "faults/homes.hpp"

namespace xch::faults {
namespace {

using testing::must;

// A work that fails with its nth allocation, once. Of one that is refused and left no trace in the journal nothing may
// be kept: it is done again until nothing is, since a cache or OpenSSL's list of sixteen errors may grow for a while, and
// a leak grows for ever.
template <class Work, class Trace>
HeapRun tried(std::uint64_t n, Then then, const Answer& answer, Work work, Trace trace) {
  const std::size_t before = trace();
  const HeapRun first = with_heap(n, then, work);
  if (!first.failed || first.kept <= 0) return first;
  for (int i = 0; i < 20; ++i) {
    if (answer.code == XCH_OK || trace() != before) return first;
    if (with_heap(n, then, work).kept <= 0) return first;
  }
  ADD_FAILURE() << "leaked where allocation " << n << " fails";
  return first;
}

class Memory : public ::testing::TestWithParam<std::tuple<SuiteId, Then>> {
 protected:
  Memory() : homes(std::get<0>(GetParam())), then(std::get<1>(GetParam())) {}
  Homes homes;
  const Then then;
};
INSTANTIATE_TEST_SUITE_P(Heap, Memory,
                         ::testing::Combine(::testing::Values(SuiteId::p256, SuiteId::x25519),
                                            ::testing::Values(Then::goes_on, Then::stays_out)),
                         [](const auto& run) {
                           return std::string(std::get<0>(run.param) == SuiteId::p256 ? "p256" : "x25519") +
                                  (std::get<1>(run.param) == Then::goes_on ? "Once" : "ForGood");
                         });

TEST_P(Memory, MayEndWhileSealing) {
  const std::size_t before = homes.outgoing("harbor");
  std::uint64_t n = 1, refused = 0, sealed = 0;
  const auto seal = [&] {
    const Answer answer = homes.seal();
    sealed += answer.code == XCH_OK ? 1 : 0;
    return answer;
  };
  ASSERT_EQ(seal().code, XCH_OK);
  for (;; n = next_after(n)) {
    SCOPED_TRACE("allocation " + std::to_string(n));
    Answer answer;
    const auto work = [&] { answer = seal(); };
    const HeapRun run = tried(n, then, answer, work, [&] { return homes.journalled("harbor"); });
    if (!run.failed) break;
    EXPECT_EQ(answer.gives, answer.code == XCH_OK);
    EXPECT_TRUE(answer.code == XCH_OK || is_of_the_machine(answer.id)) << answer.code << " " << answer.id;
    EXPECT_EQ(homes.half_written("harbor"), 0u);
    refused += answer.code == XCH_OK ? 0 : 1;
    if (refused % 16 != 1) continue;
    EXPECT_EQ(seal().id, "") << "a later try works";
  }
  EXPECT_GT(refused, 100u);
  EXPECT_EQ(seal().id, "");
  // What the caller was told of has left, at the latest with the next delivery. (Of a call that fails once all is durable
  // the caller is not told: its idempotency key finds the note again.)
  EXPECT_GE(homes.outgoing("harbor"), before + sealed);
  homes.world().deliver_all();
  for (const auto& item : must(homes.session("clinic").process_inbox()).items)
    EXPECT_FALSE(item.error) << item.what << " " << item.error->info().id;
}

TEST_P(Memory, MayEndWhileOpening) {
  ASSERT_EQ(homes.open(homes.fresh_envelope()).code, XCH_OK);
  std::uint64_t n = 1, refused = 0;
  for (;; n = next_after(n)) {
    SCOPED_TRACE("allocation " + std::to_string(n));
    const Bytes envelope = homes.fresh_envelope();
    const std::size_t opened = homes.events("clinic", EventKind::opened);
    Answer answer;
    const auto open = [&] { answer = homes.open(envelope); };
    const HeapRun run = tried(n, then, answer, open, [&] { return homes.journalled("clinic"); });
    if (!run.failed) break;
    EXPECT_EQ(answer.gives, answer.code == XCH_OK);
    EXPECT_TRUE(answer.code == XCH_OK || is_of_the_machine(answer.id)) << answer.code << " " << answer.id;
    refused += answer.code == XCH_OK ? 0 : 1;
    EXPECT_EQ(homes.open(envelope).id, "") << "a later try works";
    EXPECT_EQ(homes.events("clinic", EventKind::opened), opened + 1) << "a note is opened for the first time once";
  }
  EXPECT_GT(refused, 100u);
}

TEST_P(Memory, MayEndWhileIssuingAConsent) {
  ASSERT_EQ(homes.issue().code, XCH_OK);
  std::uint64_t n = 1, refused = 0;
  for (;; n = next_after(n)) {
    SCOPED_TRACE("allocation " + std::to_string(n));
    Answer answer;
    std::size_t issued = 0;
    const std::size_t before = homes.consents();
    const auto issue = [&] {
      answer = homes.issue();
      issued += answer.code == XCH_OK ? 1 : 0;
    };
    const HeapRun run = tried(n, then, answer, issue, [&] { return homes.journalled("office"); });
    if (!run.failed) break;
    EXPECT_EQ(answer.gives, answer.code == XCH_OK);
    EXPECT_TRUE(answer.code == XCH_OK || is_of_the_machine(answer.id)) << answer.code << " " << answer.id;
    EXPECT_GE(homes.consents(), before + issued);
    EXPECT_EQ(homes.half_written("office"), 0u);
    refused += answer.code == XCH_OK ? 0 : 1;
  }
  EXPECT_GT(refused, 100u);
  EXPECT_EQ(homes.issue().id, "") << "a later try works";
  homes.world().deliver_all();
  for (const auto& item : must(homes.session("clinic").process_inbox()).items)
    EXPECT_FALSE(item.error) << item.what << " " << item.error->info().id;
}

TEST_P(Memory, MayEndWhileAHomeIsOpened) {
  const auto folder = homes.world().home("defender");
  homes.world().close("defender");
  const auto environment = homes.world().environment();
  std::uint64_t n = 1, refused = 0;
  for (;; n = next_after(n)) {
    SCOPED_TRACE("allocation " + std::to_string(n));
    Answer answer;
    const auto open = [&] {
      // As xch_open does: whatever is thrown is an error of the boundary.
      answer = {};
      try {
        const auto session = session::Session::open(folder, environment);
        if (!session) answer.id = info(session.error().code).id;
      } catch (const std::bad_alloc&) {
        answer.id = info(Code::out_of_memory).id;
      }
      answer.code = answer.id.empty() ? XCH_OK : XCH_E_MEMORY;
    };
    const HeapRun run = tried(n, then, answer, open, [] { return std::size_t{0}; });
    if (!run.failed) break;
    EXPECT_TRUE(answer.code == XCH_OK || is_of_the_machine(answer.id)) << answer.id;
    refused += answer.code == XCH_OK ? 0 : 1;
  }
  EXPECT_GT(refused, 50u);
  EXPECT_TRUE(session::Session::open(folder, environment).has_value()) << "a later try works";
}

TEST(MemoryOfKeyFiles, MayEndWhileOneIsWrittenOrRead) {
  const ByteView passphrase(std::string_view("a passphrase of a test"));
  const crypto::KeyFileHeader header{"seat signing",         "harbor", SuiteId::p256, session_test::kNow,
                                     session_test::kNow + kDay, Bytes(33)};
  const auto write = [&] {
    return crypto::seal_key_file_for_testing(header, Bytes(32, 7), passphrase, crypto::system_random(), {1, 8192});
  };
  const std::string text = must(write());
  for (const auto then : {Then::goes_on, Then::stays_out}) {
    std::uint64_t n = 1, refused = 0;
    for (;; ++n) {
      std::string written, read;
      const HeapRun run = with_heap(n, then, [&] {
        try {
          const auto made = write();
          written = made ? "" : info(made.error().code).id;
          const auto opened = crypto::open_key_file_for_testing(text, passphrase, nullptr);
          read = opened ? "" : info(opened.error().code).id;
        } catch (const std::bad_alloc&) {
          ++refused;
        }
      });
      if (!run.failed) break;
      for (const auto& id : {written, read}) EXPECT_TRUE(id.empty() || is_of_the_machine(id)) << n << " " << id;
    }
    EXPECT_GT(refused, 5u);
  }
  EXPECT_TRUE(crypto::open_key_file_for_testing(text, passphrase, nullptr).has_value());
}

// The heap of this program itself.
TEST(Heap, FailsWhereItIsTold) {
  const auto three = [] {
    for (int i = 0; i < 3; ++i) {
      void* volatile block = std::malloc(10);  // or the compiler would leave the pair out
      std::free(block);
    }
  };
  EXPECT_EQ(with_heap(0, Then::goes_on, three).calls, 3u);
  EXPECT_FALSE(with_heap(4, Then::goes_on, three).failed);
  EXPECT_TRUE(with_heap(3, Then::goes_on, three).failed);
  void* kept = nullptr;
  EXPECT_GT(with_heap(0, Then::goes_on, [&] { kept = std::malloc(100); }).kept, 99);
  EXPECT_LT(with_heap(0, Then::goes_on, [&] { std::free(kept); }).kept, -99);
  EXPECT_THROW(with_heap(1, Then::goes_on, [] { std::vector<int> none(100); }), std::bad_alloc);
}

}  // namespace
}  // namespace xch::faults
