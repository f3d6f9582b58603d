// Real homes: what they write passes, and an auditor whom the roster names can tell.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/report.hpp"
#include "session/catalogue.hpp"
#include "session/exchange_log.hpp"
#include "session/world.hpp"

namespace xch::session_test {
namespace {

using audit::Outcome;

class HomeKeys final : public audit::DayKeys {
 public:
  explicit HomeKeys(session::Session& home) : home_(home) {}
  Result<session::FoundDayKey> find(const std::filesystem::path& folder, const log::VerifierKey& key,
                                    log::Day day) override {
    return home_.exchange_log().day_key(folder, key, day);
  }
  Status keep(const log::VerifierKey& key, log::Day day, const log::DayKey& day_key) override {
    return home_.exchange_log().keep_day_key(key, day, day_key);
  }

 private:
  session::Session& home_;
};

std::string told(const audit::Audit& audit) {
  std::string out = audit.sentence() + "\n";
  for (const auto& result : audit.checks) {
    out += std::string(result.check->id) + " " + std::string(code_of(result.outcome)) + ": " + result.summary + "\n";
    for (const auto& finding : result.findings) out += "  " + finding.text + "\n";
  }
  return out;
}

TEST(AuditOfHomes, PassesWhatHomesWriteAndTellsNothingToWhoIsNoAuditor) {
  GrantHash grant;
  const auto world = world_with_care(SuiteId::p256, &grant);
  auto& harbor = (*world)["harbor"];
  must(harbor.seal(request(grant)), "seal");
  world->settle();
  must(open_waiting((*world)["clinic"]), "open");
  must(open_waiting((*world)["defender"]), "open");
  world->settle();

  audit::Given given;
  given.parties = must(harbor.roster(), "roster")->roster().parties;
  given.schemas = must(session::Catalogue::load(), "catalogue").schemas();
  given.packs.emplace(must(harbor.roster(), "roster")->roster().policy_pack, *must(harbor.pack(), "pack"));
  given.now = world->now();
  for (const auto* name : {"harbor", "clinic", "defender", "office"}) {
    auto log = (*world)[name].exchange_log();
    must(log.flush(), "flush");
    given.logs.push_back({log.folder(), must(log::VerifierKey::parse(must(log.standing(), name).verifier_key), name)});
  }

  // Every home reads its own log; together they have all keys.
  struct AllKeys final : audit::DayKeys {
    explicit AllKeys(World& homes) : world(homes) {}
    Result<session::FoundDayKey> find(const std::filesystem::path& folder, const log::VerifierKey& key,
                                      log::Day day) override {
      return HomeKeys(world[folder.parent_path().filename().string()]).find(folder, key, day);
    }
    Status keep(const log::VerifierKey&, log::Day, const log::DayKey&) override { return fail(Code::bug); }
    World& world;
  } all(*world);
  given.journals.push_back({given.logs[0].key->text(), must(harbor.journal(1, 10000), "journal")});
  const auto audit = audit::run_audit(given, all);
  EXPECT_EQ(audit.verdict(), Outcome::pass) << told(audit);
  EXPECT_EQ(audit.check("open-has-seal")->looked_at, 2u) << told(audit);
  EXPECT_EQ(audit.check("receipts")->looked_at, 4u) << told(audit);
  EXPECT_EQ(audit.check("decisions")->outcome, Outcome::pass) << told(audit);
  EXPECT_EQ(audit.check("journal")->outcome, Outcome::pass) << told(audit);
  EXPECT_GE(audit.check("decisions")->looked_at, 2u) << "the archive copy as well";

  // Whoever is no auditor opens its own log alone.
  HomeKeys patrol((*world)["patrol"]);
  const auto closed = audit::run_audit(given, patrol);
  EXPECT_EQ(closed.verdict(), Outcome::indeterminate) << told(closed);
  EXPECT_EQ(closed.check("tree")->outcome, Outcome::pass);
  EXPECT_EQ(closed.check("day-keys")->outcome, Outcome::indeterminate);
  for (const auto& log : closed.logs) EXPECT_TRUE(log.entries.empty());
}

}  // namespace
}  // namespace xch::session_test
