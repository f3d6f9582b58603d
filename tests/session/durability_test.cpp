// S7: no plaintext and no envelope leaves before its event is durable; every return has its event; a journal failure is a
// refusal. Processes are killed for real.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "session/world.hpp"

namespace xch::session_test {
namespace {

struct Durability : ::testing::Test {
  GrantHash grant;
  std::unique_ptr<World> world = world_with_care(SuiteId::p256, &grant);

  /// Runs `body` in a child with no session of its own; gives how it ended.
  template <class Body>
  int in_child(Body body) {
    for (const auto* name : {"office", "harbor", "clinic", "defender", "patrol"}) world->close(name);
    const pid_t child = ::fork();
    if (child == 0) {
      body();
      ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return status;
  }
  /// The session's line comes after the commit and before the return: there the process dies.
  void die_at(const std::string& event) {
    world->on_log = [event](const std::string& line) {
      if (line.find("\"event\":\"" + event + "\"") != std::string::npos) ::kill(::getpid(), SIGKILL);
    };
  }
};

TEST_F(Durability, CJ_AU5_AcceptsAKillAfterTheSealIsRecordedAndLosesNothing) {
  const int status = in_child([&] {
    die_at("sealed");
    auto asked = request(grant);
    asked.idempotency_key = "cad-1";
    (void)(*world)["harbor"].seal(asked);
  });
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGKILL);
  EXPECT_EQ(world->deliver_all(), 0u);  // it died before the spool
  auto& harbor = (*world)["harbor"];
  EXPECT_EQ(count_events(harbor, EventKind::sealed), 1u);
  // Whoever comes next delivers what was recorded, and the caller's retry is answered from the outbox.
  ASSERT_TRUE(passes(harbor.process_inbox()));
  EXPECT_EQ(world->deliver_all(), 2u);
  auto asked = request(grant);
  asked.idempotency_key = "cad-1";
  const auto again = harbor.seal(asked);
  ASSERT_TRUE(passes(again));
  EXPECT_TRUE(again->duplicate);
  EXPECT_EQ(count_events(harbor, EventKind::sealed), 1u);
}

TEST_F(Durability, S7AKillBetweenRecordAndReturnOfAnOpenLeavesItsEventAndOpensAgain) {
  ASSERT_TRUE(passes((*world)["harbor"].seal(request(grant))));
  world->settle();
  const int status = in_child([&] {
    die_at("opened");
    (void)open_waiting((*world)["clinic"]);
  });
  ASSERT_TRUE(WIFSIGNALED(status));
  auto& clinic = (*world)["clinic"];
  EXPECT_EQ(count_events(clinic, EventKind::opened), 1u);
  const auto files = testing::must(clinic.process_inbox(), "inbox");
  (void)files;
  // The same envelope: values again, two events in all, and the one receipt that was recorded goes out.
  const auto kept = std::filesystem::directory_iterator(world->home("clinic") / "spool" / "in" / "cur")->path();
  const auto again = clinic.open_envelope(testing::must(clinic.read_spooled(kept.filename().string()), "file"));
  ASSERT_TRUE(passes(again));
  EXPECT_TRUE(again->notes.front().opened.repeat);
  EXPECT_EQ(value_of(again->notes.front(), "nextStep"), kCanaryText);
  EXPECT_EQ(count_events(clinic, EventKind::reopened), 1u);
  world->settle();
  EXPECT_EQ(count_events((*world)["harbor"], EventKind::receipt), 1u);
}

/// No file of this process may grow beyond 4 KiB: writes fail as on a full disk.
void fill_disk() {
  ::signal(SIGXFSZ, SIG_IGN);
  const rlimit limit{4096, 4096};
  ::setrlimit(RLIMIT_FSIZE, &limit);
}

TEST_F(Durability, CJ_AU5_RefusesToSealOnAFullDiskAndNothingLeaves) {
  const int status = in_child([&] {
    auto& harbor = (*world)["harbor"];
    fill_disk();
    const auto sealed = harbor.seal(request(grant));
    if (sealed) ::_exit(10);
    const auto errc = sealed.error().info().errc;
    ::_exit(errc == Errc::io ? 0 : 11);
  });
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_EQ(count_events((*world)["harbor"], EventKind::sealed), 0u);
  EXPECT_TRUE(passes((*world)["harbor"].process_inbox()));
  EXPECT_EQ(world->deliver_all(), 0u);
  EXPECT_TRUE(passes((*world)["harbor"].seal(request(grant))));
}

TEST_F(Durability, CJ_AU5_RefusesToOpenOnAFullDiskAndNoValueIsReturned) {
  ASSERT_TRUE(passes((*world)["harbor"].seal(request(grant))));
  world->settle();
  const int status = in_child([&] {
    auto& clinic = (*world)["clinic"];
    const auto files = testing::must(clinic.notes_waiting(), "waiting");
    const Bytes envelope = testing::must(clinic.read_spooled(files.front()), "file");
    fill_disk();
    const auto opened = clinic.open_envelope(envelope);
    if (opened) ::_exit(10);
    ::_exit(opened.error().info().errc == Errc::io ? 0 : 11);
  });
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  auto& clinic = (*world)["clinic"];
  EXPECT_EQ(count_events(clinic, EventKind::opened), 0u);
  const auto opened = open_waiting(clinic);
  ASSERT_TRUE(passes(opened));
  EXPECT_FALSE(opened->notes.front().opened.repeat);
}

TEST_F(Durability, AForkedChildMayNotUseTheSession) {
  auto& harbor = (*world)["harbor"];
  const pid_t child = ::fork();
  if (child == 0) ::_exit(refuses(harbor.seal(request(grant)), Code::forked) ? 0 : 1);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace xch::session_test
