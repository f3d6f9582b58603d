// The office on real homes: a coalition, its agencies, files carried between their spools, and nothing else.
#include <gmock/gmock.h>

#include <filesystem>

#include "consent/coalition/coalition.hpp"
#include "consent/office.hpp"

namespace xch::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class Homes : public ::testing::Test {
 protected:
  Homes() {
    std::string name = (fs::temp_directory_path() / "xch-homes-XXXXXX").string();
    folder = ::mkdtemp(name.data());
    environment.clock = [this]() -> Result<Timestamp> { return now; };
    environment.secret = [](std::string_view) -> Result<crypto::SecretBytes> {
      return crypto::SecretBytes(ByteView(std::string_view("correct horse battery")));
    };
    environment.random = &random;
    environment.key_cost_for_testing = crypto::KeyFileCost{1, 8192};

    consent::CoalitionPlan plan;
    plan.name = "demo";
    plan.suite = SuiteId::x25519;
    info = must(consent::Coalition::create(folder / "coalition", plan, environment), "coalition");
    enrol("office", PartyKind::programOffice, Role::pm, "", {Basis::part2Consent, Basis::justiceCondition}, false);
    enrol("patrol", PartyKind::justice, Role::leo, "WA0170130", {}, true);
    enrol("prosecutor", PartyKind::justice, Role::pros, "WA017013A", {}, false);
    enrol("harbor", PartyKind::part2Program, Role::cm, "", {}, false);
    enrol("clinic", PartyKind::part2Program, Role::txp, "", {}, false);
    enrol("defender", PartyKind::defence, Role::pd, "", {}, false);
    enrol("hub", PartyKind::community, Role::relay, "", {}, false);
    const auto roster = must(consent::Coalition::publish(folder / "coalition", 30 * kDay, environment), "roster");
    const auto pack = must(consent::Coalition::policy_file(folder / "coalition"), "pack");
    const auto pinned = party::roster_hash(must(wire::decode_signed_roster(roster), "roster").body);
    for (auto& [party, session] : sessions) {
      session = must(session::Session::open(folder / party, environment), "open");
      must(session->import_roster(roster, pinned), "import roster");
      must(session->import_policy(pack), "import pack");
    }
  }
  ~Homes() override {
    sessions.clear();
    fs::remove_all(folder);
  }

  void enrol(const std::string& name, PartyKind kind, Role role, const std::string& ori, std::vector<Basis> bases, bool originates) {
    session::AgencyPlan plan;
    plan.name = name;
    plan.kind = kind;
    plan.role = role;
    plan.ori = ori;
    plan.coalition = info.id;
    plan.suite = info.suite;
    plan.authority_bases = std::move(bases);
    plan.originates = originates;
    const auto party = must(session::create_agency_home(folder / name, plan, info.roots[0], environment), "home");
    must(consent::Coalition::admit(folder / "coalition", party, before_now(kDay), after_now(300 * kDay), environment), "admit");
    sessions[name];
  }
  /// carry moves what lies in every home's outbox to the homes it is for, and lets them take it in.
  void carry() {
    for (const auto& [from, session] : sessions) {
      for (const auto& [to, other] : sessions) {
        const fs::path out = folder / from / "spool" / "out" / to / "new";
        if (!fs::exists(out)) continue;
        for (const auto& file : fs::directory_iterator(out))
          fs::rename(file.path(), folder / to / "spool" / "in" / "new" / file.path().filename());
      }
    }
    for (const auto& [name, session] : sessions) {
      const auto report = must(session->process_inbox(), "inbox");
      for (const auto& item : report.items)
        EXPECT_FALSE(item.error) << name << ": " << item.what << ": " << (item.error ? info_of(*item.error) : "");
    }
  }
  static std::string info_of(const Error& error) { return std::string(error.info().name); }
  consent::Authority authority(const std::string& name) { return must(consent::Authority::of(*sessions[name]), "authority"); }
  std::vector<GrantState> states_at(const std::string& name) {
    std::vector<GrantState> out;
    for (const auto& grant : must(sessions[name]->grants(), "grants")) out.push_back(grant.state);
    return out;
  }

  fs::path folder;
  Timestamp now = kNow;
  crypto::SeededRandom_for_testing random{ByteView(std::string_view("homes"))};
  session::Environment environment;
  consent::CoalitionInfo info;
  std::map<std::string, std::unique_ptr<session::Session>> sessions;
};

TEST_F(Homes, TakeInAGrantAcknowledgeItAndSeeItEnd) {
  auto office = authority("office");
  const auto issued = must(office.issue(care_draft()), "issue");
  carry();  // views and the first list
  for (const char* name : {"harbor", "clinic", "defender"}) {
    const auto held = sessions[name]->grant(issued.hash);
    ASSERT_NE(held, nullptr) << name;
    EXPECT_THAT(states_at(name), ElementsAre(GrantState::active)) << name;
  }
  EXPECT_THAT(states_at("prosecutor"), IsEmpty());
  EXPECT_THAT(must(office.show(issued.id), "show").acknowledged, IsEmpty());
  carry();  // acknowledgements
  EXPECT_THAT(must(office.show(issued.id), "show").acknowledged, ElementsAre("harbor", "clinic", "defender"));
  EXPECT_EQ(must(office.send_again(issued.id), "send again"), 0u);

  now = after_now(kHour);
  EXPECT_FALSE(must(office.revoke(issued.id, "asked by the person"), "revoke").pending);
  carry();
  for (const char* name : {"harbor", "clinic", "defender"})
    EXPECT_THAT(states_at(name), ElementsAre(GrantState::revoked)) << name;
}

TEST_F(Homes, GiveTheNewVersionOnlyToThoseWhoRemain) {
  auto office = authority("office");
  const auto first = must(office.issue(care_draft()), "issue");
  carry();
  now = after_now(kHour);
  auto draft = care_draft();
  draft.recipients = {"clinic"};
  const auto second = must(office.advance(first.id, draft), "advance");
  carry();
  EXPECT_NE(sessions["clinic"]->grant(second.hash), nullptr);
  EXPECT_EQ(sessions["defender"]->grant(second.hash), nullptr);
  EXPECT_THAT(states_at("defender"), ElementsAre(GrantState::revoked));
  EXPECT_THAT(states_at("clinic"), UnorderedElementsAre(GrantState::revoked, GrantState::active));
}

TEST_F(Homes, P2_24_AcceptsThatTheOfficeSaysWhoReceivesThroughAnIntermediary) {
  auto office = authority("office");
  auto draft = care_draft();
  draft.recipients.clear();
  draft.classes = {FieldClass::id, FieldClass::sud};
  draft.intermediaries = {{"hub", {"clinic", "defender"}, false}};
  const auto named = must(office.issue(draft), "issue");
  draft.subject = "p-418";
  draft.signed_form = ByteView(std::string_view("signed by another")).copy();
  draft.intermediaries = {{"hub", {}, true}};
  const auto treating = must(office.issue(draft), "issue");
  const auto behind = must(office.behind("hub"), "behind");
  ASSERT_EQ(behind.size(), 2u);
  EXPECT_THAT(behind.at(named.hash), ElementsAre("clinic", "defender"));
  EXPECT_THAT(behind.at(treating.hash), ElementsAre("clinic"));
  EXPECT_THAT(must(office.behind("clinic"), "behind"), IsEmpty());
}

TEST_F(Homes, P2_35_c_SeeAPendingRevocationOnItsDay) {
  auto office = authority("office");
  const auto issued = must(office.issue(justice_draft()), "issue");
  carry();
  EXPECT_TRUE(must(office.revoke(issued.id, ""), "revoke").pending);
  must(office.publish_status(), "publish");
  carry();
  EXPECT_THAT(states_at("prosecutor"), ElementsAre(GrantState::active));
  EXPECT_TRUE(must(office.show(issued.id), "show").revocation_pending);
}

TEST_F(Homes, LetAnOriginatorHoldItsOwnGrant) {
  auto patrol = authority("patrol");
  const auto issued = must(patrol.issue(referral_draft()), "issue");
  carry();
  for (const char* name : {"patrol", "office", "harbor"}) {
    EXPECT_NE(sessions[name]->grant(issued.hash), nullptr) << name;
    EXPECT_THAT(states_at(name), ElementsAre(GrantState::active)) << name;
  }
  carry();
  EXPECT_THAT(must(patrol.show(issued.id), "show").acknowledged, ElementsAre("patrol", "office", "harbor"));
}

TEST_F(Homes, WithoutAnAuthorityKeyAreNoOffice) {
  EXPECT_TRUE(refuses(consent::Authority::of(*sessions["harbor"]), Code::consent_authority));
  EXPECT_TRUE(passes(consent::Authority::of(*sessions["office"])));
}

TEST_F(Homes, KeepTheOfficesFilesOverARestart) {
  auto office = authority("office");
  const auto issued = must(office.issue(care_draft()), "issue");
  sessions["office"] = nullptr;
  sessions["office"] = must(session::Session::open(folder / "office", environment), "open");
  const auto rows = must(authority("office").list(), "list");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].hash, issued.hash);
  EXPECT_EQ(rows[0].subject, "p-417");
}

}  // namespace
}  // namespace xch::testing
