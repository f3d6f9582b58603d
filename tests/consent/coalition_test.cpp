// A coalition's own home: root keys, enrolments, rosters of rising version, the signed pack.
#include "consent/coalition/coalition.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>

#include "base/file_lock.hpp"
#include "consent/coalition/ori.hpp"
#include "consent/office.hpp"
#include "wire/party_record.hpp"

namespace xch::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A home of its own for each test; cheap key files, since a real one costs a second.
class CoalitionHome : public ::testing::Test {
 protected:
  CoalitionHome() {
    std::string name = (fs::temp_directory_path() / "xch-coalition-XXXXXX").string();
    folder = ::mkdtemp(name.data());
    home = folder / "coalition";
    environment.clock = [this]() -> Result<Timestamp> { return now; };
    environment.secret = [this](std::string_view what) -> Result<crypto::SecretBytes> {
      if (std::find(absent.begin(), absent.end(), what) != absent.end()) return fail(Code::key_passphrase_missing);
      return crypto::SecretBytes(ByteView("correct horse " + std::string(what)));
    };
    environment.random = &random;
    environment.key_cost_for_testing = crypto::KeyFileCost{1, 8192};
  }
  ~CoalitionHome() override { fs::remove_all(folder); }

  consent::CoalitionInfo create(SuiteId suite = SuiteId::x25519) {
    consent::CoalitionPlan plan;
    plan.name = "demo";
    plan.suite = suite;
    return must(consent::Coalition::create(home, plan, environment), "create");
  }
  struct Agency {
    Party party;
    CertifiedKey identity;
    std::optional<crypto::SignPrivateKey> identity_key;
  };
  /// An enrolment as an agency's home makes it: identity by a root, seat and encryption key by itself.
  Agency enrol(const consent::CoalitionInfo& info, const std::string& name, PartyKind kind, Role role, const std::string& ori) {
    Agency out;
    out.party.id = fixed_id<PartyId>(name);
    out.party.name = name;
    out.party.kind = kind;
    out.party.role = role;
    out.party.ori = ori;
    out.identity_key = must(crypto::SignPrivateKey::generate(info.suite, random));
    const auto seat = must(crypto::SignPrivateKey::generate(info.suite, random));
    const auto kem = must(crypto::KemPrivateKey::generate(info.suite, random));
    KeyRecord record;
    record.kind = KeyKind::agencyIdentity;
    record.suite = info.suite;
    record.coalition = info.id;
    record.subject = out.party.id;
    record.serial = 1;
    record.not_before = before_now(kDay);
    record.not_after = after_now(6 * kDay);
    record.parent = info.roots[0];
    record.public_key = out.identity_key->public_key().bytes().copy();
    out.identity = vouched(record);
    record.parent = out.identity.id;
    record.kind = KeyKind::seat;
    record.public_key = seat.public_key().bytes().copy();
    const auto seat_record = certified(record, *out.identity_key);
    record.kind = KeyKind::agencyEncryption;
    record.public_key = kem.public_key().bytes().copy();
    const auto kem_record = certified(record, *out.identity_key);
    out.party.keys = {out.identity.signed_record, seat_record.signed_record, kem_record.signed_record};
    return out;
  }
  Agency harbor(const consent::CoalitionInfo& info) { return enrol(info, "harbor", PartyKind::part2Program, Role::cm, ""); }
  Status admit(const Party& party) {
    return consent::Coalition::admit(home, party, before_now(kDay), after_now(365 * kDay), environment);
  }
  std::shared_ptr<const party::VerifiedRoster> publish(const party::VerifiedRoster* previous = nullptr) {
    const auto bytes = must(consent::Coalition::publish(home, 30 * kDay, environment), "publish");
    return must(party::verify_roster(must(wire::decode_signed_roster(bytes), "roster"), previous), "roster");
  }
  std::vector<std::string> left_behind() const {
    std::vector<std::string> out;
    for (const auto& entry : fs::directory_iterator(folder)) out.push_back(entry.path().filename().string());
    return out;
  }

  fs::path folder, home;
  Timestamp now = kNow;
  std::vector<std::string> absent;
  crypto::SeededRandom_for_testing random{ByteView(std::string_view("coalition home"))};
  session::Environment environment;
};

// ---- making one -------------------------------------------------------------------------------------------------------

TEST_F(CoalitionHome, HoldsRootsThresholdAndTheHashOfItsPack) {
  const auto made = create();
  EXPECT_EQ(made.roots.size(), 3u);
  EXPECT_EQ(made.threshold, 2);
  EXPECT_EQ(made.roster_version, 0u);
  EXPECT_EQ(made.policy, default_policy_hash());
  const auto read = must(consent::Coalition::info(home), "info");
  EXPECT_EQ(read.id, made.id);
  EXPECT_EQ(read.name, "demo");
  EXPECT_EQ(read.suite, made.suite);
  EXPECT_EQ(read.roots, made.roots);
  EXPECT_EQ(read.policy, made.policy);
}

TEST_F(CoalitionHome, WorksInTheDefaultSuiteToo) {
  const auto info = create(SuiteId::p256);
  ASSERT_TRUE(passes(admit(harbor(info).party)));
  EXPECT_EQ(publish()->roster().suite, SuiteId::p256);
}

TEST_F(CoalitionHome, SignsThePackByARootOfTheRoster) {
  const auto info = create();
  const auto signed_pack = must(wire::decode_signed(must(consent::Coalition::policy_file(home), "pack")), "pack");
  EXPECT_EQ(signed_pack.kind, Kind::policyPack);
  EXPECT_EQ(signed_pack.signer, info.roots[0]);
  const auto roster = publish();
  EXPECT_EQ(crypto::th_as<PolicyHash>(crypto::label::kPolicyHash, {signed_pack.body}), roster->roster().policy_pack);
  const auto root = must(crypto::SignPublicKey::parse(info.suite, roster->roster().roots[0].public_key), "root");
  EXPECT_TRUE(passes(crypto::verify(root, signed_pack.signer, crypto::sign_label(Kind::policyPack), signed_pack.body,
                                    signed_pack.signature, Code::object_signature)));
  EXPECT_TRUE(passes(wire::decode_policy_pack(signed_pack.body)));
}

TEST_F(CoalitionHome, KeepsEveryFileFromOthers) {
  create();
  for (const auto& entry : fs::recursive_directory_iterator(home)) {
    struct stat status {};
    ASSERT_EQ(::stat(entry.path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 077, 0u) << entry.path();
  }
}

TEST_F(CoalitionHome, RefusesToBeMadeTwiceAndLeavesTheFirst) {
  const auto first = create();
  consent::CoalitionPlan plan;
  plan.name = "demo";
  EXPECT_TRUE(refuses(consent::Coalition::create(home, plan, environment), Code::home_exists));
  EXPECT_EQ(must(consent::Coalition::info(home), "info").id, first.id);
  EXPECT_THAT(left_behind(), ElementsAre("coalition"));
}

TEST_F(CoalitionHome, RefusesPlansThatAreNone) {
  const auto with = [](auto change) {
    consent::CoalitionPlan plan;
    plan.name = "demo";
    plan.suite = SuiteId::x25519;
    change(plan);
    return plan;
  };
  const auto refused = [&](auto change, Code code) { return refuses(consent::Coalition::create(home, with(change), environment), code); };
  EXPECT_TRUE(refused([](auto& plan) { plan.name = "King County"; }, Code::usage));
  EXPECT_TRUE(refused([](auto& plan) { plan.name = "../demo"; }, Code::usage));
  EXPECT_TRUE(refused([](auto& plan) { plan.suite = SuiteId::pq; }, Code::not_supported_yet));
  EXPECT_TRUE(refused([](auto& plan) { plan.suite = SuiteId::none; }, Code::usage));
  EXPECT_TRUE(refused([](auto& plan) { plan.roots = 0; }, Code::usage));
  EXPECT_TRUE(refused([](auto& plan) { plan.roots = 17; }, Code::usage));
  EXPECT_TRUE(refused([](auto& plan) { plan.threshold = 0; }, Code::usage));
  EXPECT_TRUE(refused([](auto& plan) { plan.threshold = 4; }, Code::usage));
  EXPECT_TRUE(refused([](auto& plan) { plan.pack_toml = "name = "; }, Code::policy_pack_malformed));
  EXPECT_TRUE(refused([&](auto&) { absent = {"root-2"}; }, Code::key_passphrase_missing));
  EXPECT_THAT(left_behind(), IsEmpty());
  absent.clear();
  EXPECT_TRUE(passes(consent::Coalition::create(home, with([](auto&) {}), environment)));
}

TEST_F(CoalitionHome, IsMissingWhereThereIsNone) {
  EXPECT_TRUE(refuses(consent::Coalition::info(home), Code::home_missing));
  EXPECT_TRUE(refuses(consent::Coalition::policy_file(home), Code::home_missing));
  EXPECT_TRUE(refuses(consent::Coalition::publish(home, kDay, environment), Code::home_missing));
  EXPECT_TRUE(refuses(consent::Coalition::remove(home, "harbor", environment), Code::home_missing));
}

TEST_F(CoalitionHome, RefusesACharterThatWasDamaged) {
  create();
  std::ifstream in(home / "coalition.json");
  const std::string text((std::istreambuf_iterator<char>(in)), {});
  for (const std::string& cut : {text.substr(0, text.size() / 2), std::string("{}"), std::string("[]"), std::string()}) {
    std::ofstream(home / "coalition.json", std::ios::trunc) << cut;
    EXPECT_TRUE(refuses(consent::Coalition::info(home), Code::record_malformed));
  }
  std::ofstream(home / "coalition.json", std::ios::trunc) << text;
  EXPECT_TRUE(passes(consent::Coalition::info(home)));
}

// ---- admitting ----------------------------------------------------------------------------------------------------------

TEST_F(CoalitionHome, PutsAnEnrolmentIntoTheNextRosterWithItsAgreement) {
  const auto info = create();
  ASSERT_TRUE(passes(admit(harbor(info).party)));
  const auto roster = publish();
  const auto* party = roster->party_named("harbor");
  ASSERT_NE(party, nullptr);
  EXPECT_EQ(party->agreement_not_before, before_now(kDay));
  EXPECT_EQ(party->agreement_not_after, after_now(365 * kDay));
  EXPECT_NE(party->agreement_id, decltype(party->agreement_id){});
  EXPECT_NE(roster->encryption_key(party->id, kNow), nullptr);
}

TEST_F(CoalitionHome, ReplacesTheSamePartyAndKeepsItsAgreementId) {
  const auto info = create();
  ASSERT_TRUE(passes(admit(harbor(info).party)));
  const auto agreement = publish()->party_named("harbor")->agreement_id;
  auto again = harbor(info).party;
  again.name = "harbor-house";
  ASSERT_TRUE(passes(admit(again)));
  const auto roster = publish();
  EXPECT_EQ(roster->roster().parties.size(), 1u);
  EXPECT_EQ(roster->party_named("harbor-house")->agreement_id, agreement);
}

TEST_F(CoalitionHome, RefusesAnotherPartyOfTheSameName) {
  const auto info = create();
  ASSERT_TRUE(passes(admit(harbor(info).party)));
  auto twin = enrol(info, "harbor-2", PartyKind::part2Program, Role::cm, "").party;
  EXPECT_TRUE(passes(admit(twin)));
  twin.name = "harbor";
  EXPECT_TRUE(refuses(admit(twin), Code::usage));
}

TEST_F(CoalitionHome, RefusesEnrolmentsWithoutNameKindRoleOrKeys) {
  const auto good = harbor(create()).party;
  const auto refused = [&](auto change) {
    Party party = good;
    change(party);
    return refuses(admit(party), Code::usage);
  };
  EXPECT_TRUE(refused([](Party& party) { party.name = "../harbor"; }));
  EXPECT_TRUE(refused([](Party& party) { party.name = ""; }));
  EXPECT_TRUE(refused([](Party& party) { party.id = PartyId(); }));
  EXPECT_TRUE(refused([](Party& party) { party.kind = PartyKind::none; }));
  EXPECT_TRUE(refused([](Party& party) { party.role = Role::none; }));
  EXPECT_TRUE(refused([](Party& party) { party.keys.clear(); }));
  EXPECT_TRUE(refuses(consent::Coalition::admit(home, good, kNow, before_now(1), environment), Code::usage));
  EXPECT_TRUE(passes(admit(good)));
}

TEST_F(CoalitionHome, RefusesKeyRecordsThatARosterWouldNotCarry) {
  const auto info = create();
  const auto good = harbor(info);
  const auto with_seat = [&](auto change, bool by_itself = true) {
    KeyRecord record = must(wire::decode_key_record(good.party.keys[1].body), "seat");
    change(record);
    const auto other = must(crypto::SignPrivateKey::generate(info.suite, random));
    Party party = good.party;
    party.keys[1] = certified(record, by_itself ? *good.identity_key : other).signed_record;
    return admit(party);
  };
  EXPECT_TRUE(passes(with_seat([](KeyRecord&) {})));
  EXPECT_TRUE(refuses(with_seat([](KeyRecord& r) { r.coalition = fixed_id<CoalitionId>("another"); }), Code::key_record_malformed));
  EXPECT_TRUE(refuses(with_seat([](KeyRecord& r) { r.subject = fixed_id<PartyId>("clinic"); }), Code::key_record_malformed));
  EXPECT_TRUE(refuses(with_seat([](KeyRecord& r) { r.suite = SuiteId::p256; }), Code::key_record_malformed));
  EXPECT_TRUE(refuses(with_seat([](KeyRecord& r) { r.public_key.pop_back(); }), Code::key_record_malformed));
  EXPECT_TRUE(refuses(with_seat([](KeyRecord& r) { r.parent = fixed_id<KeyId>("nobody"); }), Code::key_record_parent));
  EXPECT_TRUE(refuses(with_seat([&](KeyRecord& r) { r.parent = info.roots[0]; }), Code::key_record_parent));
  EXPECT_TRUE(refuses(with_seat([](KeyRecord& r) { r.kind = KeyKind::auditor; }), Code::key_record_parent));
  EXPECT_TRUE(refuses(with_seat([](KeyRecord&) {}, false), Code::key_record_signature));

  Party signed_identity = good.party;
  signed_identity.keys[0] = certified(good.identity.record, *good.identity_key).signed_record;  // a root's record carries none
  EXPECT_TRUE(refuses(admit(signed_identity), Code::key_record_signature));
}

TEST_F(CoalitionHome, RefusesAnOriThatIsNotOneOfTheRole) {
  const auto info = create();
  EXPECT_TRUE(refuses(admit(enrol(info, "da", PartyKind::justice, Role::pros, "WA0170130").party), Code::usage));
  EXPECT_TRUE(passes(admit(enrol(info, "da", PartyKind::justice, Role::pros, "WA017013A").party)));
  EXPECT_TRUE(refuses(admit(enrol(info, "ngo", PartyKind::community, Role::cm, "WA0170130").party), Code::usage));
  EXPECT_TRUE(passes(admit(enrol(info, "ngo", PartyKind::community, Role::cm, "").party)));
}

TEST_F(CoalitionHome, LeavesARemovedPartyOutOfTheNextRoster) {
  const auto info = create();
  ASSERT_TRUE(passes(admit(harbor(info).party)));
  EXPECT_TRUE(refuses(consent::Coalition::remove(home, "clinic", environment), Code::party_unknown));
  EXPECT_TRUE(passes(consent::Coalition::remove(home, "harbor", environment)));
  EXPECT_TRUE(publish()->roster().parties.empty());
}

// ---- publishing ------------------------------------------------------------------------------------------------------------

TEST_F(CoalitionHome, ChainsItsRostersByHashAndRaisesTheirVersion) {
  const auto info = create();
  const auto first = publish();
  EXPECT_EQ(first->roster().version, 1u);
  EXPECT_TRUE(first->roster().previous.is_zero());
  EXPECT_EQ(first->roster().issued, kNow);
  EXPECT_EQ(first->roster().expires, after_now(30 * kDay));
  ASSERT_TRUE(passes(admit(harbor(info).party)));
  now = after_now(60);
  const auto second = publish(first.get());
  EXPECT_EQ(second->roster().version, 2u);
  EXPECT_EQ(second->roster().previous, first->hash());
  EXPECT_EQ(must(consent::Coalition::info(home), "info").roster_version, 2u);
}

TEST_F(CoalitionHome, SignsWithAnyRootsThatReachTheThreshold) {
  create();
  absent = {"root-0"};
  const auto bytes = must(consent::Coalition::publish(home, kDay, environment), "publish");
  const auto signed_roster = must(wire::decode_signed_roster(bytes), "roster");
  ASSERT_EQ(signed_roster.signatures.size(), 2u);
  EXPECT_EQ(signed_roster.signatures[0].root_index, 1);
  EXPECT_EQ(signed_roster.signatures[1].root_index, 2);
  absent = {"root-0", "root-2"};
  EXPECT_TRUE(refuses(consent::Coalition::publish(home, kDay, environment), Code::key_passphrase_missing));
  EXPECT_EQ(must(consent::Coalition::info(home), "info").roster_version, 1u);
}

TEST_F(CoalitionHome, PassesOverARootThatIsKeptElsewhere) {
  create();
  fs::remove(home / "keys" / "root-1.key");
  const auto bytes = must(consent::Coalition::publish(home, kDay, environment), "publish");
  EXPECT_EQ(must(wire::decode_signed_roster(bytes), "roster").signatures[1].root_index, 2);
}

TEST_F(CoalitionHome, RefusesARootKeyThatOthersMayReadOrThatIsAnothers) {
  create();
  fs::permissions(home / "keys" / "root-0.key", fs::perms::group_read, fs::perm_options::add);
  EXPECT_TRUE(refuses(consent::Coalition::publish(home, kDay, environment), Code::key_mode));
  fs::permissions(home / "keys" / "root-0.key", fs::perms::group_read, fs::perm_options::remove);
  environment.secret = [](std::string_view) -> Result<crypto::SecretBytes> {
    return crypto::SecretBytes(ByteView(std::string_view("not the passphrase")));
  };
  EXPECT_TRUE(refuses(consent::Coalition::publish(home, kDay, environment), Code::key_passphrase));
  environment.secret = [](std::string_view) -> Result<crypto::SecretBytes> {
    return crypto::SecretBytes(ByteView(std::string_view("correct horse root-1")));
  };
  fs::copy_file(home / "keys" / "root-1.key", home / "keys" / "root-0.key", fs::copy_options::overwrite_existing);
  fs::permissions(home / "keys" / "root-0.key", fs::perms::owner_read);
  EXPECT_TRUE(refuses(consent::Coalition::publish(home, kDay, environment), Code::key_format));
}

TEST_F(CoalitionHome, PublishesARevokedKeyWithTheFirstTimeGiven) {
  const auto info = create();
  const auto party = harbor(info);
  ASSERT_TRUE(passes(admit(party.party)));
  ASSERT_TRUE(passes(consent::Coalition::revoke_key(home, party.identity.id, environment)));
  now = after_now(60);
  ASSERT_TRUE(passes(consent::Coalition::revoke_key(home, party.identity.id, environment)));
  const auto roster = publish();
  ASSERT_EQ(roster->roster().revoked.size(), 1u);
  EXPECT_EQ(roster->revoked_at(party.identity.id), std::optional(kNow));
}

TEST_F(CoalitionHome, AdoptsARosterThatItPublishedAfterItsBackup) {
  const auto info = create();
  const auto party = harbor(info);
  ASSERT_TRUE(passes(admit(party.party)));
  must(consent::Coalition::publish(home, kDay, environment), "publish");
  fs::copy(home, folder / "backup", fs::copy_options::recursive);
  const auto other = enrol(info, "clinic", PartyKind::part2Program, Role::txp, "");
  ASSERT_TRUE(passes(admit(other.party)));
  ASSERT_TRUE(passes(consent::Coalition::remove(home, "harbor", environment)));
  ASSERT_TRUE(passes(consent::Coalition::revoke_key(home, party.identity.id, environment)));
  now = after_now(60);
  const auto two = must(consent::Coalition::publish(home, kDay, environment), "publish");

  home = folder / "backup";
  EXPECT_EQ(must(consent::Coalition::info(home), "info").roster_version, 1u);
  ASSERT_TRUE(passes(consent::Coalition::adopt(home, two)));
  ASSERT_TRUE(passes(consent::Coalition::adopt(home, two)));  // once is enough
  EXPECT_EQ(must(consent::Coalition::roster_file(home), "roster"), two);
  const auto parties = must(consent::Coalition::parties(home), "parties");
  ASSERT_EQ(parties.size(), 1u);
  EXPECT_EQ(parties.front().name, "clinic");
  now = after_now(120);
  const auto three = publish();
  EXPECT_EQ(three->roster().version, 3u);
  EXPECT_EQ(three->roster().previous, party::roster_hash(must(wire::decode_signed_roster(two), "roster").body));
  EXPECT_TRUE(three->revoked_at(party.identity.id).has_value());
}

TEST_F(CoalitionHome, AdoptsNothingOlderAndNothingOfOthers) {
  create();
  const auto one = must(consent::Coalition::publish(home, kDay, environment), "publish");
  now = after_now(60);
  must(consent::Coalition::publish(home, kDay, environment), "publish");
  EXPECT_TRUE(refuses(consent::Coalition::adopt(home, one), Code::roster_rollback));
  EXPECT_TRUE(refuses(consent::Coalition::adopt(home, bytes_of("x")), Code::roster_malformed));
  home = folder / "another";
  create();
  EXPECT_TRUE(refuses(consent::Coalition::roster_file(home), Code::roster_missing));
  EXPECT_TRUE(refuses(consent::Coalition::adopt(home, one), Code::roster_malformed));
}

TEST_F(CoalitionHome, TheSecondProcessWaitsAMomentAndThenSaysSo) {
  create();
  const auto held = must(FileLock::take(home / ".lock"), "lock");
  EXPECT_TRUE(refuses(consent::Coalition::publish(home, kDay, environment), Code::store_busy));
  EXPECT_EQ(must(consent::Coalition::info(home), "info").roster_version, 0u);
}

TEST_F(CoalitionHome, RefusesARosterOfNoTimeOrOfMoreThanAYear) {
  create();
  EXPECT_TRUE(refuses(consent::Coalition::publish(home, 0, environment), Code::usage));
  EXPECT_TRUE(refuses(consent::Coalition::publish(home, 366 * kDay + 1, environment), Code::usage));
  EXPECT_TRUE(passes(consent::Coalition::publish(home, 366 * kDay, environment)));
}

TEST_F(CoalitionHome, DoesNotPublishByAClockThatWasSetBack) {
  create();
  publish();
  now = before_now(1);
  EXPECT_TRUE(refuses(consent::Coalition::publish(home, kDay, environment), Code::clock));
  environment.clock = nullptr;
  EXPECT_TRUE(refuses(consent::Coalition::publish(home, kDay, environment), Code::clock));
}

TEST_F(CoalitionHome, TakesNoStrayFileForARoster) {
  create();
  publish();
  std::ofstream(home / "rosters" / "roster-7.lxr.tmp") << "half";
  std::ofstream(home / "rosters" / "roster-08.lxr") << "odd";
  std::ofstream(home / "rosters" / "copy of roster-9.lxr") << "copy";
  EXPECT_EQ(must(consent::Coalition::info(home), "info").roster_version, 1u);
  EXPECT_EQ(must(consent::Coalition::publish(home, kDay, environment), "publish").empty(), false);
  EXPECT_EQ(must(consent::Coalition::info(home), "info").roster_version, 2u);
}

// ---- ORIs -------------------------------------------------------------------------------------------------------------------

std::string ori_of(PartyKind kind, Role role, std::string ori) {
  Party party;
  party.kind = kind;
  party.role = role;
  party.ori = std::move(ori);
  return consent::ori_mismatch(party);
}

TEST(Ori, EndsInTheCharacterOfTheRole) {
  EXPECT_EQ(ori_of(PartyKind::justice, Role::leo, "WA0170130"), "");
  EXPECT_EQ(ori_of(PartyKind::justice, Role::les, "WASPD0000"), "");
  EXPECT_EQ(ori_of(PartyKind::justice, Role::pros, "WA017013A"), "");
  EXPECT_EQ(ori_of(PartyKind::justice, Role::court, "WA017013J"), "");
  EXPECT_EQ(ori_of(PartyKind::justice, Role::prob, "WA017013G"), "");
  EXPECT_NE(ori_of(PartyKind::justice, Role::leo, "WA017013A"), "");
  EXPECT_NE(ori_of(PartyKind::justice, Role::pros, "WA0170130"), "");
  EXPECT_NE(ori_of(PartyKind::justice, Role::court, "WA017013G"), "");
  EXPECT_NE(ori_of(PartyKind::justice, Role::prob, "WA017013J"), "");
}

TEST(Ori, HasNineCharactersAndBelongsToCriminalJusticeAlone) {
  for (const char* ori : {"", "WA01701A", "WA0170133A", "wa017013A", "1A017013A", "WA01701-A"})
    EXPECT_NE(ori_of(PartyKind::justice, Role::pros, ori), "") << ori;
  EXPECT_EQ(ori_of(PartyKind::defence, Role::pd, ""), "");
  EXPECT_NE(ori_of(PartyKind::defence, Role::pd, "WA017013A"), "");
  EXPECT_NE(ori_of(PartyKind::part2Program, Role::txp, "WA0170130"), "");
  EXPECT_EQ(ori_of(PartyKind::justice, Role::pm, "WA017013C"), "");  // corrections run the programme
  EXPECT_EQ(ori_of(PartyKind::justice, Role::pm, ""), "");
  EXPECT_NE(ori_of(PartyKind::justice, Role::pm, "WA017013X"), "");
}

}  // namespace
}  // namespace xch::testing
