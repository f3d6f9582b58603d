// Many threads on one session, many processes on one home.
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "session/world.hpp"

namespace xch::session_test {
namespace {

TEST(Concurrency, TwoThreadsSealAndOpenOnOneSession) {
  GrantHash grant;
  const auto world = world_with_care(SuiteId::p256, &grant);
  auto& harbor = (*world)["harbor"];
  auto& clinic = (*world)["clinic"];
  constexpr int kEach = 8;
  std::atomic<int> sealed{0}, opened{0};
  const auto work = [&] {
    for (int i = 0; i < kEach; ++i) {
      auto asked = request(grant);
      asked.deliver = false;
      const auto answer = harbor.seal(asked);
      if (!answer) continue;
      ++sealed;
      for (const auto& e : answer->envelopes) {
        if (e.to != world->party("clinic").id) continue;
        const auto got = clinic.open_envelope(e.envelope);
        if (got && got->notes.size() == 1 && value_of(got->notes.front(), "nextStep") == kCanaryText) ++opened;
      }
    }
  };
  std::thread one(work), two(work);
  one.join();
  two.join();
  EXPECT_EQ(sealed, 2 * kEach);
  EXPECT_EQ(opened, 2 * kEach);
  EXPECT_EQ(count_events(harbor, EventKind::sealed), 2u * kEach);
  EXPECT_EQ(count_events(clinic, EventKind::opened), 2u * kEach);
}

TEST(Concurrency, TwoThreadsWithOneIdempotencyKeyMakeOneNote) {
  GrantHash grant;
  const auto world = world_with_care(SuiteId::p256, &grant);
  auto& harbor = (*world)["harbor"];
  auto asked = request(grant);
  asked.idempotency_key = "cad-7";
  Result<session::SealAnswer> a = fail(Code::bug), b = fail(Code::bug);
  std::thread one([&] { a = harbor.seal(asked); }), two([&] { b = harbor.seal(asked); });
  one.join();
  two.join();
  ASSERT_TRUE(passes(a));
  ASSERT_TRUE(passes(b));
  EXPECT_NE(a->duplicate, b->duplicate);
  EXPECT_EQ(a->notes.front().header, b->notes.front().header);
  EXPECT_EQ(count_events(harbor, EventKind::sealed), 1u);
}

TEST(Concurrency, TwoProcessesUseOneHome) {
  GrantHash grant;
  const auto world = world_with_care(SuiteId::p256, &grant);
  for (const auto* name : {"office", "harbor", "clinic", "defender", "patrol"}) world->close(name);
  constexpr int kEach = 6;
  pid_t children[2];
  for (auto& child : children) {
    child = ::fork();
    if (child != 0) continue;
    int failed = 0;
    for (int i = 0; i < kEach; ++i) failed += (*world)["harbor"].seal(request(grant)) ? 0 : 1;
    ::_exit(failed);
  }
  for (const auto child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
  }
  EXPECT_EQ(count_events((*world)["harbor"], EventKind::sealed), 2u * kEach);
  ASSERT_TRUE(passes((*world)["harbor"].process_inbox()));
  EXPECT_EQ(world->deliver_all(), 4u * kEach);
  // Both made wraps with one S_k: every envelope opens.
  auto& clinic = (*world)["clinic"];
  ASSERT_TRUE(passes(clinic.process_inbox()));
  const auto files = testing::must(clinic.notes_waiting(), "waiting");
  EXPECT_EQ(files.size(), 2u * kEach);
  for (const auto& file : files) {
    const auto opened = clinic.open_envelope(testing::must(clinic.read_spooled(file), "file"));
    ASSERT_TRUE(passes(opened));
    EXPECT_EQ(opened->notes.size(), 1u);
  }
}

TEST(Concurrency, OneProcessSeesWhatAnotherTookIn) {
  GrantHash grant;
  const auto world = world_with_care(SuiteId::p256, &grant);
  auto& here = (*world)["harbor"];
  auto there = testing::must(session::Session::open(world->home("harbor"), world->environment()), "second session");
  EXPECT_TRUE(passes(here.seal(request(grant))));
  world->advance(kHour);
  world->publish_status({{7, GrantState::revoked}});
  world->deliver_all();
  ASSERT_TRUE(passes(there->process_inbox()));
  EXPECT_TRUE(refuses(here.seal(request(grant)), Code::revoked));
}

}  // namespace
}  // namespace xch::session_test
