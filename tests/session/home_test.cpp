// Homes: made whole or not at all, opened by their passphrase alone.
#include <sys/stat.h>

#include <fstream>

#include "crypto/keys.hpp"
#include "party/roster.hpp"
#include "session/world.hpp"
#include "support/coalition.hpp"

namespace xch::session_test {
namespace {

namespace fs = std::filesystem;

struct Homes : ::testing::Test {
  World world;
  session::AgencyPlan plan() {
    session::AgencyPlan out;
    out.name = "harbor-two";
    out.kind = PartyKind::part2Program;
    out.role = Role::cm;
    out.coalition = world.roster().coalition.is_zero() ? testing::fixed_id<CoalitionId>("c") : world.roster().coalition;
    return out;
  }
  KeyId root = testing::fixed_id<KeyId>("root");
};

TEST_F(Homes, AreReadableByTheirOwnerOnly) {
  for (const auto& entry : fs::recursive_directory_iterator(world.home("harbor"))) {
    struct stat found {};
    ASSERT_EQ(::stat(entry.path().c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 077, 0u) << entry.path().filename();
  }
}

TEST_F(Homes, RefuseToBeMadeOverOneAnother) {
  EXPECT_TRUE(refuses(session::create_agency_home(world.home("harbor"), plan(), root, world.environment()), Code::home_exists));
}

TEST_F(Homes, LeaveNothingBehindWhenTheyCannotBeMade) {
  auto environment = world.environment();
  environment.secret = [](std::string_view) -> Result<crypto::SecretBytes> { return fail(Code::key_passphrase_missing); };
  const auto before = std::distance(fs::directory_iterator(world.folder()), fs::directory_iterator());
  EXPECT_TRUE(refuses(session::create_agency_home(world.folder() / "x", plan(), root, environment), Code::key_passphrase_missing));
  environment.secret = [](std::string_view) -> Result<crypto::SecretBytes> { return crypto::SecretBytes(ByteView(std::string_view("short"))); };
  EXPECT_TRUE(refuses(session::create_agency_home(world.folder() / "x", plan(), root, environment), Code::key_passphrase_short));
  EXPECT_EQ(std::distance(fs::directory_iterator(world.folder()), fs::directory_iterator()), before);
}

TEST_F(Homes, RefuseANameThatIsNoFolderName) {
  for (const auto* name : {"", "Harbor", "a/b", "..", "a_b", "abcdefghijklmnopqrstuvwxyz0123456789"}) {
    auto asked = plan();
    asked.name = name;
    EXPECT_TRUE(refuses(session::create_agency_home(world.folder() / "x", asked, root, world.environment()), Code::usage)) << name;
  }
  auto asked = plan();
  asked.suite = SuiteId::pq;
  EXPECT_TRUE(refuses(session::create_agency_home(world.folder() / "x", asked, root, world.environment()), Code::not_supported_yet));
  asked = plan();
  asked.ori = "WA01";
  EXPECT_TRUE(refuses(session::create_agency_home(world.folder() / "x", asked, root, world.environment()), Code::usage));
  asked = plan();
  asked.authority_bases = {Basis::originatorAuthority};
  EXPECT_TRUE(refuses(session::create_agency_home(world.folder() / "x", asked, root, world.environment()), Code::usage));
}

TEST_F(Homes, OpenWithTheirPassphraseAlone) {
  auto environment = world.environment();
  environment.secret = [](std::string_view) -> Result<crypto::SecretBytes> {
    return crypto::SecretBytes(ByteView(std::string_view("another passphrase")));
  };
  EXPECT_TRUE(refuses(session::Session::open(world.home("harbor"), environment), Code::key_passphrase));
  environment.secret = nullptr;
  EXPECT_TRUE(refuses(session::Session::open(world.home("harbor"), environment), Code::key_passphrase_missing));
  EXPECT_TRUE(refuses(session::Session::open(world.folder() / "none", world.environment()), Code::home_missing));
}

TEST_F(Homes, RefuseACheapKeyFileOutsideTests) {
  auto environment = world.environment();
  environment.key_cost_for_testing.reset();
  EXPECT_TRUE(refuses(session::Session::open(world.home("harbor"), environment), Code::key_weak));
}

TEST_F(Homes, RefuseAKeyFileThatOthersMayRead) {
  world.close("harbor");
  fs::permissions(world.home("harbor") / "keys" / "home.key", fs::perms::group_read, fs::perm_options::add);
  EXPECT_TRUE(refuses(session::Session::open(world.home("harbor"), world.environment()), Code::key_mode));
}

TEST_F(Homes, TellsABrokenDescriptionFromAMissingOne) {
  std::ofstream(world.home("harbor") / "agency.json") << "{\"name\": \"harbor\"";
  EXPECT_TRUE(refuses(session::read_home_info(world.home("harbor")), Code::record_malformed));
  fs::remove(world.home("harbor") / "agency.json");
  EXPECT_TRUE(refuses(session::read_home_info(world.home("harbor")), Code::home_missing));
}

TEST_F(Homes, RefuseAFirstRosterThatNobodyCompared) {
  world.found();
  const auto home = world.folder() / "late";
  ASSERT_TRUE(passes(session::create_agency_home(home, plan(), world.root(), world.environment())));
  auto session = must(session::Session::open(home, world.environment()), "session");
  EXPECT_EQ(must(session->roster()), nullptr);
  EXPECT_EQ(must(session->pack()), nullptr);
  EXPECT_TRUE(refuses(session->import_roster(world.first_roster(), std::nullopt), Code::roster_missing));
  EXPECT_TRUE(refuses(session->import_roster(world.first_roster(), RosterHash()), Code::roster_signature));
  EXPECT_EQ(must(session->roster()), nullptr);
  const RosterHash hash = must(world["harbor"].roster())->hash();
  EXPECT_TRUE(passes(session->import_roster(world.first_roster(), hash)));
  EXPECT_NE(must(session->roster()), nullptr);
  // It is not in that roster itself: nothing can be sealed here.
  EXPECT_TRUE(refuses(session->seal(request(GrantHash())), Code::policy_pack_unknown));
}

TEST_F(Homes, RefuseTheRosterOfAnotherCoalition) {
  world.found();
  auto asked = plan();
  asked.coalition = testing::fixed_id<CoalitionId>("another coalition");
  const auto home = world.folder() / "stranger";
  ASSERT_TRUE(passes(session::create_agency_home(home, asked, world.root(), world.environment())));
  auto session = must(session::Session::open(home, world.environment()), "session");
  const RosterHash hash = must(world["harbor"].roster())->hash();
  EXPECT_TRUE(refuses(session->import_roster(world.first_roster(), hash), Code::roster_malformed));
  // Of this coalition, but enrolled under a root that the roster does not have.
  const auto other = world.folder() / "other-root";
  ASSERT_TRUE(passes(session::create_agency_home(other, plan(), root, world.environment())));
  session = must(session::Session::open(other, world.environment()), "session");
  EXPECT_TRUE(refuses(session->import_roster(world.first_roster(), hash), Code::roster_roots));
}

TEST_F(Homes, DoctorFindsWhatIsWrong) {
  world.found();
  const auto problems = [&](const std::string& check) {
    for (const auto& finding : must(world["harbor"].doctor(), "doctor"))
      if (finding.check == check) return finding.ok;
    ADD_FAILURE() << "no check " << check;
    return false;
  };
  EXPECT_TRUE(problems("clock"));
  EXPECT_TRUE(problems("store"));
  EXPECT_TRUE(problems("libcrypto"));
  EXPECT_TRUE(problems("key modes"));
  EXPECT_TRUE(problems("encryption key"));
  EXPECT_TRUE(problems("roster"));
  fs::permissions(world.home("harbor") / "keys" / "home.key", fs::perms::others_read, fs::perm_options::add);
  EXPECT_FALSE(problems("key modes"));
  world.advance(8 * kDay);
  EXPECT_FALSE(problems("encryption key"));
  world.advance(400 * kDay);
  EXPECT_FALSE(problems("roster"));
  world.set_now(Timestamp{kNow.seconds - 400 * kDay});
  EXPECT_FALSE(problems("clock"));
}

}  // namespace
}  // namespace xch::session_test
