// A backup that was put back (session/mark.hpp): it is known for what it is, refused, and after reconciling nothing
// that the lost store did happens a second time.
#include <algorithm>
#include <fstream>

#include "base/file.hpp"
#include "session/world.hpp"

namespace xch::session_test {
namespace {

namespace fs = std::filesystem;
using session::Session;

struct Restored : ::testing::Test {
  GrantHash grant;
  std::unique_ptr<World> world = world_with_care(SuiteId::p256, &grant);

  fs::path home(const std::string& name) const { return world->home(name); }
  fs::path backup(const std::string& name) const { return world->folder() / (name + ".backup"); }
  /// back_up copies a home whole, as an operator does it: with nothing at work on it.
  void back_up(const std::string& name) {
    world->close(name);
    fs::copy(home(name), backup(name), fs::copy_options::recursive);
  }
  void put_store_back(const std::string& name) {
    world->close(name);
    fs::remove_all(home(name) / "store");
    fs::copy(backup(name) / "store", home(name) / "store", fs::copy_options::recursive);
  }
  /// lay_over copies the backup over the home as it is: every file of the same name is written anew in its place.
  void lay_over(const std::string& name) {
    world->close(name);
    for (const auto* gone : {"exchange.db-wal", "exchange.db-shm"}) fs::remove(home(name) / "store" / gone);
    for (const auto& entry : fs::recursive_directory_iterator(backup(name))) {
      const auto to = home(name) / fs::relative(entry.path(), backup(name));
      if (entry.is_directory()) {
        fs::create_directories(to);
        continue;
      }
      std::ofstream(to, std::ios::binary | std::ios::trunc) << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    }
  }
  void put_home_back(const std::string& name) {
    world->close(name);
    fs::remove_all(home(name));
    fs::copy(backup(name), home(name), fs::copy_options::recursive);
  }
  fs::path mark(const std::string& name) const {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(home(name) / "mark")) found.push_back(entry.path());
    EXPECT_EQ(found.size(), 1u);
    return found.front();
  }

  Result<std::unique_ptr<Session>> open(const std::string& name) {
    return Session::open(home(name), world->environment());
  }
  Timestamp reconcile(const std::string& name) {
    auto restored = must(Session::open_restored(home(name), world->environment()), "restored");
    const Timestamp until = must(restored->reconcile(), "reconcile");
    must(restored->new_mark(), "mark");
    return until;
  }
  Bytes sealed_to(const std::string& name, const session::SealRequest& asked) {
    for (const auto& e : must((*world)["harbor"].seal(asked), "seal").envelopes)
      if (e.to == world->party(name).id) return e.envelope;
    return {};
  }
  Bytes sealed_to(const std::string& name) { return sealed_to(name, request(grant)); }
  Code refusal(const Result<session::OpenAnswer>& answer) {
    if (!answer) return answer.error().code;
    return answer->refused.empty() ? Code::bug : answer->refused.front().code;
  }
};

TEST_F(Restored, AnOldStorePutBackIsRefused) {
  back_up("clinic");
  const Bytes envelope = sealed_to("clinic");
  ASSERT_TRUE(passes((*world)["clinic"].open_envelope(envelope)));
  put_store_back("clinic");
  EXPECT_TRUE(refuses(open("clinic"), Code::store_older));
  EXPECT_EQ(info(Code::store_older).id, "EX5110");
  // Also where the home was not closed in between: what works on the newer store is not disturbed by the check.
  EXPECT_TRUE(refuses(open("clinic"), Code::store_older));
}

TEST_F(Restored, AStoreOfBeforeItsFirstChangeIsRefusedToo) {
  const auto fresh = world->folder() / "fresh";
  session::AgencyPlan plan;
  plan.name = "fresh";
  plan.kind = PartyKind::part2Program;
  plan.role = Role::txp;
  plan.coalition = testing::fixed_id<CoalitionId>("some coalition");
  must(session::create_agency_home(fresh, plan, world->root(), world->environment()), "home");
  fs::copy(fresh / "store", world->folder() / "first-store", fs::copy_options::recursive);
  must(must(Session::open(fresh, world->environment()))->new_nonce());
  fs::remove_all(fresh / "store");
  fs::copy(world->folder() / "first-store", fresh / "store", fs::copy_options::recursive);
  EXPECT_TRUE(refuses(Session::open(fresh, world->environment()), Code::store_older));
}

TEST_F(Restored, AHomeCopiedBackWholeIsRefused) {
  back_up("clinic");
  put_home_back("clinic");
  EXPECT_TRUE(refuses(open("clinic"), Code::store_copied));
  EXPECT_EQ(info(Code::store_copied).id, "EX5111");
}

TEST_F(Restored, AHomeLaidOverTheOneThatWentOnIsRefused) {
  back_up("clinic");
  ASSERT_TRUE(passes((*world)["clinic"].open_envelope(sealed_to("clinic"))));
  lay_over("clinic");
  EXPECT_TRUE(refuses(open("clinic"), Code::store_older));
}

TEST_F(Restored, AHomeMovedWithinItsDiskIsTheSameHome) {
  world->close("clinic");
  fs::rename(home("clinic"), world->folder() / "elsewhere");
  EXPECT_TRUE(passes(Session::open(world->folder() / "elsewhere", world->environment())));
}

TEST_F(Restored, AMarkThatIsMissingChangedOrOfAnotherHomeIsRefused) {
  world->close("clinic");
  world->close("defender");
  const auto file = mark("clinic");
  const Bytes good = must(read_file(file, 4096), "mark");
  const auto rewrite = [&](const Bytes& bytes) {
    std::ofstream(file, std::ios::binary | std::ios::trunc)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  };
  for (std::size_t i = 0; i < good.size(); ++i) {
    Bytes changed = good;
    changed[i] ^= 0x01;
    rewrite(changed);
    auto rows = open("clinic");
    ASSERT_TRUE(refuses(rows, Code::store_mark)) << "byte " << i;
    if (i == 8) i = good.size() - 40;  // each opening costs a key derivation: a few of each part
  }
  for (const std::size_t length : {std::size_t{0}, std::size_t{40}, good.size() - 1}) {
    rewrite(Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(length)));
    EXPECT_TRUE(refuses(open("clinic"), Code::store_mark)) << length;
  }
  Bytes longer = good;
  longer.push_back(0);
  rewrite(longer);
  EXPECT_TRUE(refuses(open("clinic"), Code::store_mark));
  rewrite(must(read_file(mark("defender"), 4096), "another's"));
  EXPECT_TRUE(refuses(open("clinic"), Code::store_mark));
  rewrite(good);
  EXPECT_TRUE(passes(open("clinic")));
  fs::remove_all(home("clinic") / "mark");
  EXPECT_TRUE(refuses(open("clinic"), Code::store_mark));
  EXPECT_EQ(info(Code::store_mark).id, "EX5112");
}

TEST_F(Restored, ManyChangesByTwoProcessesLeaveOneMarkThatOpens) {
  auto other = must(open("clinic"), "second");
  for (int i = 0; i < 20; ++i) {
    must((*world)["clinic"].new_nonce());
    must(other->new_nonce());
  }
  other.reset();
  world->close("clinic");
  mark("clinic");
  EXPECT_TRUE(passes(open("clinic")));
}

TEST_F(Restored, AfterReconcilingAHeldNoteOpensOnlyAsARepeat) {
  back_up("clinic");
  const Bytes opened = sealed_to("clinic");
  std::string value;
  {
    const auto first = must((*world)["clinic"].open_envelope(opened), "first");  // goes before its session does
    value = value_of(first.notes.front(), "nextStep");
  }
  world->advance(3600);
  put_store_back("clinic");
  reconcile("clinic");
  auto& clinic = (*world)["clinic"];
  EXPECT_EQ(refusal(clinic.open_envelope(opened)), Code::open_before_restore);
  EXPECT_EQ(count_events(clinic, EventKind::opened), 0u);
  const auto again = clinic.open_envelope(opened, session::OpenAs::repeat);
  ASSERT_TRUE(passes(again));
  ASSERT_EQ(again->notes.size(), 1u);
  EXPECT_TRUE(again->notes.front().opened.repeat);
  EXPECT_EQ(value_of(again->notes.front(), "nextStep"), value);
  EXPECT_EQ(count_events(clinic, EventKind::opened), 0u);
  EXPECT_EQ(count_events(clinic, EventKind::reopened), 1u);
  // From here on it is known: no question is asked any more.
  const auto third = clinic.open_envelope(opened);
  ASSERT_TRUE(passes(third));
  EXPECT_TRUE(third->notes.front().opened.repeat);
}

TEST_F(Restored, AfterReconcilingWhatWasOpenedBeforeTheBackupIsStillKnown) {
  const Bytes envelope = sealed_to("clinic");
  ASSERT_TRUE(passes((*world)["clinic"].open_envelope(envelope)));
  back_up("clinic");
  must((*world)["clinic"].new_nonce());
  put_store_back("clinic");
  reconcile("clinic");
  const auto again = (*world)["clinic"].open_envelope(envelope);
  ASSERT_TRUE(passes(again));
  EXPECT_TRUE(again->notes.front().opened.repeat);
}

TEST_F(Restored, AfterReconcilingALaterNoteOpensAsUsual) {
  back_up("clinic");
  must((*world)["clinic"].new_nonce());
  put_store_back("clinic");
  const Timestamp until = reconcile("clinic");
  world->set_now(Timestamp{until.seconds + 1});
  const auto answer = (*world)["clinic"].open_envelope(sealed_to("clinic"));
  ASSERT_TRUE(passes(answer));
  ASSERT_EQ(answer->notes.size(), 1u);
  EXPECT_FALSE(answer->notes.front().opened.repeat);
}

TEST_F(Restored, TheGapEndsWhenTheLostStoreWasLastAtWorkWhereItsOwnMarkTellsIt) {
  back_up("clinic");
  must((*world)["clinic"].open_envelope(sealed_to("clinic")));
  const Timestamp last = world->now();
  put_store_back("clinic");
  world->advance(30 * kDay);
  EXPECT_LT(reconcile("clinic"), last + kDay);
  // A copied mark tells nothing about what was done since.
  world->close("clinic");
  fs::remove_all(backup("clinic"));
  back_up("clinic");
  put_home_back("clinic");
  world->advance(30 * kDay);
  EXPECT_GE(reconcile("clinic"), world->now());
}

TEST_F(Restored, NoJournalNumberIsUsedTwiceWithOtherContent) {
  back_up("clinic");
  must((*world)["clinic"].open_envelope(sealed_to("clinic")));
  std::map<std::uint64_t, std::string> lost;
  for (const auto& row : must((*world)["clinic"].journal(1, 100000), "journal")) lost[row.seq] = row.detail_json;
  put_store_back("clinic");
  world->advance(60);
  reconcile("clinic");
  must((*world)["clinic"].open_envelope(sealed_to("clinic"), session::OpenAs::repeat));
  std::size_t fresh = 0;
  for (const auto& row : must((*world)["clinic"].journal(1, 100000), "journal")) {
    const auto at = lost.find(row.seq);
    if (at != lost.end())
      EXPECT_EQ(row.detail_json, at->second) << row.seq;
    else
      ++fresh;
  }
  EXPECT_GE(fresh, 2u);
  // The gap is said, and dated.
  bool told = false;
  for (const auto& row : must((*world)["clinic"].journal(1, 100000), "journal"))
    told |= row.detail_json.find("\"what\":\"reconciled\"") != std::string::npos;
  EXPECT_TRUE(told);
}

TEST_F(Restored, AfterReconcilingTheSameCallMakesAnotherNoteId) {
  back_up("harbor");
  auto asked = request(grant);
  asked.idempotency_key = "cad-88121";
  const auto lost = must((*world)["harbor"].seal(asked), "seal").notes.front().note_id;
  put_store_back("harbor");
  reconcile("harbor");
  EXPECT_NE(must((*world)["harbor"].seal(asked), "again").notes.front().note_id, lost);
}

TEST_F(Restored, AfterReconcilingANonceOfBeforeIsVoid) {
  const auto nonce = must((*world)["clinic"].new_nonce(), "nonce");
  back_up("clinic");
  must((*world)["clinic"].new_nonce());
  put_store_back("clinic");
  reconcile("clinic");
  auto& harbor = (*world)["harbor"];
  const auto sealed = must(harbor.seal(request(grant)), "seal");
  const auto archive = std::find_if(sealed.envelopes.begin(), sealed.envelopes.end(),
                                    [&](const auto& e) { return e.to == world->party("harbor").id; });
  const auto present = [&](const std::array<std::uint8_t, 32>& asked) {
    return must(harbor.present(archive->envelope, sealed.notes.front().header, {"nextStep"}, "clinic", asked,
                               Purpose::coord, std::nullopt),
                "present");
  };
  EXPECT_TRUE(refuses((*world)["clinic"].verify(present(nonce).envelope), Code::verify_nonce));
  EXPECT_TRUE(passes((*world)["clinic"].verify(present(must((*world)["clinic"].new_nonce())).envelope)));
}

TEST_F(Restored, AnotherOldStoreIsRefusedAgainAfterReconciling) {
  back_up("clinic");
  must((*world)["clinic"].new_nonce());
  put_store_back("clinic");
  reconcile("clinic");
  ASSERT_TRUE(passes(open("clinic")));
  put_store_back("clinic");
  EXPECT_TRUE(refuses(open("clinic"), Code::store_older));
  lay_over("clinic");
  EXPECT_TRUE(refuses(open("clinic"), Code::store_older));
}

TEST_F(Restored, CutOffBeforeTheNewMarkItIsStillRefusedAndCanBeDoneAgain) {
  back_up("clinic");
  must((*world)["clinic"].new_nonce());
  put_store_back("clinic");
  must(must(Session::open_restored(home("clinic"), world->environment()))->reconcile());
  EXPECT_FALSE(open("clinic"));
  reconcile("clinic");
  EXPECT_TRUE(passes(open("clinic")));
}

TEST_F(Restored, WhoHasTheHomeOpenMeanwhileWritesNothingMore) {
  auto other = must(open("clinic"), "other");
  reconcile("clinic");
  EXPECT_TRUE(refuses(other->new_nonce(), Code::store_older));
}

TEST_F(Restored, AHomeThatWasMovedIsTakenAsItIs) {
  const Bytes envelope = sealed_to("clinic");
  back_up("clinic");
  put_home_back("clinic");
  auto moved = must(Session::open_restored(home("clinic"), world->environment()));
  ASSERT_TRUE(passes(moved->take_as_moved()));
  ASSERT_TRUE(passes(moved->new_mark()));
  moved.reset();
  const auto answer = (*world)["clinic"].open_envelope(envelope);
  ASSERT_TRUE(passes(answer));
  ASSERT_EQ(answer->notes.size(), 1u);
  EXPECT_FALSE(answer->notes.front().opened.repeat);
}

TEST_F(Restored, NothingPassesForMovedThatTheMarkDisproves) {
  back_up("clinic");
  must((*world)["clinic"].new_nonce());
  put_store_back("clinic");
  EXPECT_TRUE(
      refuses(must(Session::open_restored(home("clinic"), world->environment()))->take_as_moved(), Code::store_older));
  reconcile("clinic");
  EXPECT_TRUE(
      refuses(must(Session::open_restored(home("clinic"), world->environment()))->take_as_moved(), Code::usage));
  fs::remove_all(home("clinic") / "mark");
  EXPECT_TRUE(
      refuses(must(Session::open_restored(home("clinic"), world->environment()))->take_as_moved(), Code::store_mark));
}

}  // namespace
}  // namespace xch::session_test
