// The life of a key and of a roster, from the command line: made, named, shown, retired; added, removed, verified.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "program.hpp"
#include "table.hpp"

namespace xch::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class Keys : public testing::Test {
 protected:
  std::vector<json> keys(const std::string& who) const {
    const auto ran = demo_.as(who, {"key", "list", "--json"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    return json::parse(ran.out)["rows"].get<std::vector<json>>();
  }
  /// encryption is the newest encryption key in this state.
  json encryption(const std::string& who, const std::string& state) const {
    json found;
    for (const auto& key : keys(who))
      if (key["kind"] == "agency-encryption" && key["state"] == state &&
          (found.is_null() || found["serial"] < key["serial"]))
        found = key;
    EXPECT_FALSE(found.is_null()) << state;
    return found;
  }
  std::string file(const std::string& name) const { return folder_.path / name; }
  /// publish lets the coalition sign the next roster; import lets the two agencies of these tests take it in, as each
  /// must take them in order.
  void publish() const { EXPECT_EQ(demo_.as("coalition", {"roster", "publish", "-o", file("next.roster")}).status, 0); }
  void import() const {
    for (const char* who : {"patrol", "prosecutor"}) {
      const auto taken = demo_.as(who, {"roster", "import", file("next.roster")});
      EXPECT_EQ(taken.status, 0) << taken.err;
    }
  }
  Ran add(const std::string& enrolment) const {
    return demo_.as("coalition", {"roster", "add", file(enrolment), "--from", day(-1), "--until", day(300)});
  }

  Folder folder_;
  const Demo& demo_ = spare();
};

TEST_F(Keys, AreShownOneByOneWithTheirPublicHalf) {
  for (const auto& key : keys("patrol")) {
    const std::string id = key["id"];
    const auto ran = demo_.as("patrol", {"key", "show", id});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_THAT(ran.out, StartsWith("id          " + id + "\n"));
    EXPECT_THAT(ran.out, HasSubstr("kind        " + key["kind"].get<std::string>() + ", suite p256"));
    EXPECT_THAT(ran.out, HasSubstr("public key  "));
    EXPECT_TRUE(fits(ran.out.substr(0, ran.out.find("public key")))) << ran.out;
    const auto shown = json::parse(demo_.as("patrol", {"key", "show", id, "--json"}).out);
    EXPECT_EQ(shown["state"], key["state"]);
    EXPECT_EQ(shown["key_kind"], key["kind"]);
    EXPECT_GE(shown["public_key"].get<std::string>().size(), 44u);
  }
  const auto none = demo_.as("patrol", {"key", "show", std::string(64, 'a')});
  EXPECT_EQ(none.status, 7);
  EXPECT_THAT(none.err, HasSubstr("(EX6101)"));
  const auto bad = demo_.as("patrol", {"key", "show", "short"});
  EXPECT_EQ(bad.status, 2);
  EXPECT_THAT(bad.err, HasSubstr("KEY is 64 characters of 0 to 9 and a to f"));
}

TEST_F(Keys, GoOutAsAnEnrolmentOrAsOneRecordAndNothingSecretWithThem) {
  const auto whole = demo_.as("patrol", {"key", "export-public", "-o", file("patrol.enrolment")});
  EXPECT_EQ(whole.status, 0) << whole.err;
  EXPECT_EQ(add("patrol.enrolment").status, 0) << "the coalition takes it in";
  const std::string id = encryption("patrol", "in force")["id"];
  const auto one = demo_.as("patrol", {"key", "export-public", id, "-o", file("patrol.key")});
  EXPECT_EQ(one.status, 0) << one.err;
  EXPECT_LT(fs::file_size(file("patrol.key")), fs::file_size(file("patrol.enrolment")));
  EXPECT_EQ(add("patrol.key").status, 5) << "one record is no enrolment";
  const auto answer = json::parse(demo_.as("patrol", {"key", "export-public", id, "--json"}).out);
  EXPECT_EQ(answer["kind"], "key-record");
  EXPECT_EQ(answer["id"], id);
  EXPECT_EQ(demo_.as("patrol", {"key", "export-public", std::string(64, 'a'), "-o", file("none")}).status, 7);
  EXPECT_FALSE(fs::exists(file("none"))) << "nothing is written for a key that is not there";
  for (const auto& name : {"patrol.enrolment", "patrol.key"})
    EXPECT_EQ(fs::status(file(name)).permissions() & fs::perms::others_all, fs::perms::none);
}

TEST_F(Keys, AreRotatedNamedByTheNextRosterAndThenRetired) {
  const std::string old = encryption("patrol", "in force")["id"];
  const auto early = demo_.as("patrol", {"key", "retire", "-o", file("early")});
  EXPECT_THAT(early.err, HasSubstr("(EX6111)")) << "there is none to take its place";
  EXPECT_FALSE(fs::exists(file("early")));

  const auto rotated = demo_.as("patrol", {"key", "rotate", "-o", file("rotated.enrolment")});
  ASSERT_EQ(rotated.status, 0) << rotated.err;
  const std::string made = encryption("patrol", "not in the roster")["id"];
  EXPECT_THAT(demo_.as("patrol", {"key", "retire", old, "-o", file("early")}).err, HasSubstr("(EX6111)"))
      << "nobody knows the new one yet";

  ASSERT_EQ(add("rotated.enrolment").status, 0);
  publish();
  import();
  EXPECT_EQ(encryption("patrol", "in force")["id"], made);
  const auto dry = demo_.as("patrol", {"key", "retire", "-o", file("early"), "--dry-run"});
  EXPECT_EQ(dry.status, 0) << dry.err;
  EXPECT_THAT(dry.out, HasSubstr("would record  that " + old.substr(0, 16) + " is retired"));
  EXPECT_FALSE(fs::exists(file("early")));
  const auto retired = demo_.as("patrol", {"key", "retire", old, "-o", file("retired.enrolment")});
  ASSERT_EQ(retired.status, 0) << retired.err;
  EXPECT_THAT(retired.err, HasSubstr("retired " + old.substr(0, 16)));
  EXPECT_EQ(encryption("patrol", "retired")["id"], old);
  const auto shown = demo_.as("patrol", {"key", "show", old});
  EXPECT_THAT(shown.out, HasSubstr("state       retired"));
  EXPECT_THAT(shown.out, HasSubstr("opens until "));
  EXPECT_THAT(demo_.as("patrol", {"key", "retire", made, "-o", file("early")}).err, HasSubstr("(EX6111)"))
      << "the one in force stays";

  ASSERT_EQ(add("retired.enrolment").status, 0);
  publish();
  import();
  const auto roster = json::parse(demo_.as("prosecutor", {"roster", "show", "--json"}).out);
  std::string named;
  for (const auto& party : roster["parties"])
    if (party["name"] == "patrol")
      for (const auto& key : party["keys"]) named += key["id"].get<std::string>() + " ";
  EXPECT_THAT(named, HasSubstr(made));
  EXPECT_THAT(named, Not(HasSubstr(old))) << "nobody seals to it any more";
  // What was sealed to the old key still opens.
  for (const auto& name : names(demo_.folder / "envelopes"))
    if (name.find("-to-patrol.lxe") != std::string::npos) {
      EXPECT_EQ(demo_.as("patrol", {"open", demo_.folder / "envelopes" / name}).status, 0) << name;
    }
  EXPECT_EQ(demo_.as("patrol", {"doctor"}).status, 0) << demo_.as("patrol", {"doctor"}).out;
}

TEST_F(Keys, OfOtherKindsAreRotatedByName) {
  const auto seat = demo_.as("patrol", {"key", "rotate", "--which", "seat", "-o", file("seat.enrolment")});
  EXPECT_EQ(seat.status, 0) << seat.err;
  const auto none = demo_.as("patrol", {"key", "rotate", "--which", "authority", "-o", file("none")});
  EXPECT_EQ(none.status, 7) << "patrol may not issue consents";
  EXPECT_FALSE(fs::exists(file("none")));
  const auto bad = demo_.as("patrol", {"key", "rotate", "--which", "root", "-o", file("none")});
  EXPECT_EQ(bad.status, 2);
  EXPECT_THAT(bad.err, HasSubstr("--which is one of encryption, seat, authority, originator"));
}

// ---- the roster --------------------------------------------------------------------------------------------------------

class Rosters : public Keys {};

TEST_F(Rosters, LoseAnAgencyWithTheNextVersionAndGetItBack) {
  const auto removed = demo_.as("coalition", {"roster", "remove", "treatment"});
  EXPECT_EQ(removed.status, 0) << removed.err;
  EXPECT_THAT(demo_.as("coalition", {"roster", "list"}).out, Not(HasSubstr("treatment")));
  EXPECT_THAT(demo_.as("prosecutor", {"roster", "list"}).out, HasSubstr("treatment"))
      << "the roster in force is signed and stays";
  publish();
  import();
  EXPECT_THAT(demo_.as("prosecutor", {"roster", "list"}).out, Not(HasSubstr("treatment")));
  EXPECT_NE(demo_.as("coalition", {"roster", "remove", "treatment"}).status, 0) << "it is gone already";
  EXPECT_THAT(demo_.as("coalition", {"roster", "remove", "nobody"}).err, HasSubstr("(EX6208)"));

  fs::copy_file(demo_.folder / "files/treatment.enrolment", file("treatment.enrolment"));
  EXPECT_EQ(add("treatment.enrolment").status, 0);
  publish();
  import();
  EXPECT_THAT(demo_.as("prosecutor", {"roster", "list"}).out, HasSubstr("treatment"));
}

TEST_F(Rosters, AreVerifiedAgainstAHomeAHashOrNothing) {
  publish();
  const auto held = demo_.as("prosecutor", {"roster", "verify", file("next.roster")});
  EXPECT_EQ(held.status, 0) << held.err;
  EXPECT_THAT(held.out, HasSubstr("It follows the roster that this home has in force."));
  const auto alone = run({"roster", "verify", file("next.roster"), "--json"});
  EXPECT_EQ(alone.status, 6) << "whose roots they are nobody can tell";
  const auto answer = json::parse(alone.out);
  EXPECT_EQ(answer["verification"], "indeterminate");
  const std::string hash = answer["hash"];
  EXPECT_THAT(demo_.as("prosecutor", {"roster", "show", "--json"}).out, Not(HasSubstr(hash))) << "nothing was taken in";
  EXPECT_EQ(run({"roster", "verify", file("next.roster"), "--trust", hash}).status, 0);
  const auto other = run({"roster", "verify", file("next.roster"), "--trust", std::string(64, 'a')});
  EXPECT_EQ(other.status, 5);
  EXPECT_THAT(other.out, IsEmpty());
  import();
  EXPECT_THAT(demo_.as("prosecutor", {"roster", "verify", file("next.roster")}).out,
              HasSubstr("It is the roster that this home has in force."));
}

TEST_F(Rosters, ThatAreCutOrAlteredAreRefused) {
  publish();
  import();
  const auto good = read(file("next.roster"));
  for (const std::size_t size : {good.size() - 1, good.size() / 2, std::size_t{8}}) {
    const auto cut = folder_.write("cut.roster", good.substr(0, size));
    EXPECT_EQ(run({"roster", "verify", cut}).status, 5) << size;
    EXPECT_EQ(demo_.as("prosecutor", {"roster", "import", cut}).status, 5) << size;
  }
  for (std::size_t i = 0; i < good.size(); i += 1 + good.size() / 12) {
    auto changed = good;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    const auto ran = run({"roster", "verify", folder_.write("changed.roster", changed)});
    EXPECT_EQ(ran.status, 5) << i << ran.out;
    EXPECT_THAT(ran.out, IsEmpty()) << i;
  }
}

TEST_F(Rosters, TakeNoEnrolmentTwiceUnderAnotherNameOrPastItsEnd) {
  const auto enrolment = demo_.folder / "files/patrol.enrolment";
  const auto over = demo_.as("coalition", {"roster", "add", enrolment, "--from", day(10), "--until", day(1)});
  EXPECT_EQ(over.status, 2) << over.err;
  auto changed = read(enrolment);
  changed[changed.size() / 2] = static_cast<char>(changed[changed.size() / 2] ^ 1);
  const auto altered = demo_.as(
      "coalition", {"roster", "add", folder_.write("altered", changed), "--from", day(0), "--until", day(300)});
  EXPECT_EQ(altered.status, 5) << altered.out << altered.err;
  const auto same = demo_.as("coalition", {"roster", "add", enrolment, "--from", day(0), "--until", day(300)});
  EXPECT_EQ(same.status, 0) << "an agreement that is renewed: " << same.err;
  const auto next = json::parse(demo_.as("coalition", {"roster", "list", "--json"}).out);
  EXPECT_EQ(std::count_if(next["parties"].begin(), next["parties"].end(),
                          [](const json& party) { return party["name"] == "patrol"; }),
            1);
}

}  // namespace
}  // namespace xch::cli
