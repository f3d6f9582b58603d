// Everything a sealer is refused for (docs/format.md, "Seal refuses"), each beside what is just allowed, and each before
// any key is used.
#include <algorithm>
#include <functional>

#include "message/fixture.hpp"

namespace xch::message_test {
namespace {

/// WatchedKeys tells whether anything was asked of the gate's keys.
class WatchedKeys final : public message::CompartmentKeys {
 public:
  explicit WatchedKeys(message::CompartmentKeys& keys) : keys_(keys) {}
  Status secret(const GrantHash& grant, Compartment k, MutableView out) override {
    ++asked;
    return keys_.secret(grant, k, out);
  }
  Result<Bytes> wrap(const GrantHash& grant, Compartment k, const PartyId& reader) override {
    ++asked;
    return keys_.wrap(grant, k, reader);
  }
  Status keep_wrap(const GrantHash& grant, Compartment k, const PartyId& reader, ByteView sealed) override {
    ++asked;
    return keys_.keep_wrap(grant, k, reader, sealed);
  }
  Status flush() override {
    ++asked;
    return keys_.flush();
  }
  std::size_t asked = 0;

 private:
  message::CompartmentKeys& keys_;
};

/// WatchedRandom tells whether anything was drawn.
class WatchedRandom final : public crypto::Random {
 public:
  explicit WatchedRandom(crypto::Random& random) : random_(random) {}
  void fill(MutableView out) override {
    ++drawn;
    random_.fill(out);
  }
  std::size_t drawn = 0;

 private:
  crypto::Random& random_;
};

class Seal : public ::testing::TestWithParam<SuiteId> {
 protected:
  /// sealed gives what seal answers, and expects the same of a dry run; a refusal has touched no key.
  static Status sealed(Scene& scene, const std::vector<message::NoteInput>& notes, Timestamp at = kNow) {
    WatchedKeys keys(scene.keys);
    WatchedRandom random(scene.random);
    const auto answer = message::seal(scene.sender, notes, at, keys, scene.arenas, random);
    const Status dry = message::check_seal(scene.sender, notes, at);
    EXPECT_EQ(answer.has_value(), dry.has_value());
    if (answer) {
      EXPECT_GT(keys.asked, 0u);
      return Ok{};
    }
    EXPECT_EQ(answer.error().code, dry.error().code);
    EXPECT_EQ(answer.error().path, dry.error().path);
    EXPECT_EQ(keys.asked, 0u);
    EXPECT_EQ(random.drawn, 0u);
    return fail(answer.error());
  }
  Status sealed(const message::NoteInput& note, Timestamp at = kNow) { return sealed(scene, {note}, at); }
  template <class Edit>
  Status changed(Edit edit, Timestamp at = kNow) {
    message::NoteInput note = scene.note();
    edit(note);
    return sealed(note, at);
  }
  template <class Edit>
  Status with_spec(Edit edit, Timestamp at = kNow) {
    auto spec = Scene::spec_of();
    edit(spec);
    Scene other(GetParam(), spec);
    auto note = other.note({{"engaged", "1"}});
    note.expires_at = at;
    return sealed(other, {note}, at);
  }
  /// with_roster seals once more under a roster that was changed and signed again.
  template <class Edit>
  Status with_roster(Edit edit, Timestamp at = kNow,
                     const std::vector<std::string>& to = {"harbor", "clinic", "defender"}) {
    Scene other(GetParam());
    Roster roster = other.coalition.roster_body();
    edit(other, roster);
    other.sender.roster = other.coalition.adopt(roster);
    return sealed(other, {other.note(Scene::usual(), to)}, at);
  }
  template <class Edit>
  Status with_pack(Edit edit) {
    PolicyPack pack = default_pack();
    edit(pack);
    Scene other(GetParam());
    other.sender.pack = &pack;
    return sealed(other, {other.note()});
  }
  static Party& party_in(Roster& roster, const std::string& name) {
    return *std::find_if(roster.parties.begin(), roster.parties.end(), [&](const Party& p) { return p.name == name; });
  }
  Scene scene{GetParam()};
};
XCH_FOR_EVERY_SUITE(Seal);

TEST_P(Seal, TakesAWholeNote) { EXPECT_TRUE(passes(changed([](message::NoteInput&) {}))); }

// ---- roster and pack

TEST_P(Seal, RefusesUnderAnExpiredRoster) {
  const auto ending = [&](Timestamp at) {
    return with_roster([](Scene&, Roster& r) { r.expires = after_now(60); }, at);
  };
  EXPECT_TRUE(passes(ending(after_now(60))));
  EXPECT_TRUE(refuses(ending(after_now(61)), Code::seal_roster_expired));
}

TEST_P(Seal, RefusesUnlessGrantRosterAndCallerNameOnePack) {
  const auto hash = scene.sender.policy_hash;
  PolicyHash other = hash;
  other.bytes[0] ^= 1;
  scene.sender.policy_hash = other;  // the caller's, not the roster's
  EXPECT_TRUE(refuses(changed([](message::NoteInput&) {}), Code::seal_policy_pack));
  scene.sender.policy_hash = hash;
  EXPECT_TRUE(passes(changed([](message::NoteInput&) {})));
  EXPECT_TRUE(refuses(with_roster([&](Scene&, Roster& r) { r.policy_pack = other; }), Code::seal_policy_pack));
  EXPECT_TRUE(refuses(with_roster([&](Scene& s, Roster& r) {  // both of another pack than the grant's
    r.policy_pack = other;
    s.sender.policy_hash = other;
  }), Code::seal_policy_pack));
}

// ---- grant and status

TEST_P(Seal, RefusesWithoutAGrantAndUnderASupersededOne) {
  EXPECT_TRUE(refuses(changed([](message::NoteInput& n) { n.grant = nullptr; }), Code::seal_no_grant));
  EXPECT_TRUE(passes(changed([](message::NoteInput& n) { n.next_version_from = kNow + 1; })));
  EXPECT_TRUE(refuses(changed([](message::NoteInput& n) { n.next_version_from = kNow; }), Code::seal_grant_superseded));
}

TEST_P(Seal, RefusesWithoutAFreshListOfTheGrantsAuthority) {
  const StatusBody body = scene.status->body();
  EXPECT_TRUE(refuses(changed([](message::NoteInput& n) { n.status = nullptr; }), Code::seal_status_missing));
  testing::StatusSpec patrol;
  patrol.authority = "patrol";
  const auto others = testing::hold_status(scene.coalition, patrol);
  EXPECT_TRUE(refuses(changed([&](message::NoteInput& n) { n.status = others; }), Code::seal_status_missing));
  // The authority's own under another name, and another authority's under the same name.
  const auto named = [&](const std::string& authority, const StatusListId& list) {
    const auto& signing = scene.coalition[authority];
    StatusBody other = body;
    other.authority = signing.id();
    other.list = list;
    const auto held = must(grant::verify_status_list(
        must(grant::make_status_list(other, Bytes(256), signing.authority_chain(), signing.authority->id,
                                     *signing.authority_key)), *scene.coalition.roster(), kNow));
    return changed([&](message::NoteInput& n) { n.status = held; });
  };
  EXPECT_TRUE(passes(named("office", body.list)));
  EXPECT_TRUE(refuses(named("office", testing::fixed_id<StatusListId>("another list")), Code::seal_status_missing));
  EXPECT_TRUE(refuses(named("patrol", body.list), Code::seal_status_missing));
  const auto at = [&](Timestamp t) { return changed([](message::NoteInput&) {}, t); };
  EXPECT_TRUE(passes(at(body.next_update)));
  EXPECT_TRUE(refuses(at(body.next_update + 1), Code::seal_status_stale));
  EXPECT_TRUE(passes(at(Timestamp{body.issued_at.seconds - kClockSkew})));
  EXPECT_TRUE(refuses(at(Timestamp{body.issued_at.seconds - kClockSkew - 1}), Code::seal_status_stale));
  EXPECT_TRUE(passes(changed([&](message::NoteInput& n) { n.newest_status_version = body.version; })));
  EXPECT_TRUE(refuses(changed([&](message::NoteInput& n) { n.newest_status_version = body.version + 1; }),
                      Code::seal_status_rollback));
}

TEST_P(Seal, RefusesAnyStateButActive) {
  const auto with_state = [&](GrantState state) {
    testing::StatusSpec spec;
    spec.states[7] = state;
    const auto list = testing::hold_status(scene.coalition, spec);
    return changed([&](message::NoteInput& n) { n.status = list; });
  };
  EXPECT_TRUE(passes(with_state(GrantState::active)));
  EXPECT_TRUE(refuses(with_state(GrantState::revoked), Code::revoked));
  EXPECT_TRUE(refuses(with_state(GrantState::suspended), Code::suspended));
  EXPECT_TRUE(refuses(with_state(GrantState::reserved), Code::status_reserved));
  const auto at_index = [&](std::uint32_t index) {
    return with_spec([&](testing::GrantSpec& s) { s.status_index = index; });
  };
  EXPECT_TRUE(passes(at_index(1023)));
  EXPECT_TRUE(refuses(at_index(1024), Code::status_index));
}

TEST_P(Seal, RefusesOutsideTheGrantsWindow) {
  const auto beginning = [&](Timestamp not_before, Timestamp effective_at, Timestamp at) {
    return with_spec([&](testing::GrantSpec& s) {
      s.not_before = not_before;
      s.effective_at = effective_at;
    }, at);
  };
  EXPECT_TRUE(passes(beginning(after_now(60), before_now(60), after_now(60))));
  EXPECT_TRUE(refuses(beginning(after_now(60), before_now(60), after_now(59)), Code::seal_grant_not_yet));
  EXPECT_TRUE(passes(beginning(before_now(60), after_now(60), after_now(60))));
  EXPECT_TRUE(refuses(beginning(before_now(60), after_now(60), after_now(59)), Code::seal_grant_not_yet));
  const auto ending = [&](Timestamp at) {
    return with_spec([](testing::GrantSpec& s) { s.not_after = after_now(60); }, at);
  };
  EXPECT_TRUE(passes(ending(after_now(60))));
  EXPECT_TRUE(refuses(ending(after_now(61)), Code::seal_grant_expired));
}

TEST_P(Seal, RefusesALongerLifeThanTheTypeMayHave) {
  const PolicyPack pack = living(2);
  Scene brief(GetParam(), Scene::spec_of(), progress_type(), "harbor", pack);
  const auto until = [&](Timestamp t) {
    auto note = brief.note();
    note.expires_at = t;
    return sealed(brief, {note});
  };
  EXPECT_TRUE(passes(until(after_now(2 * kHour))));
  EXPECT_TRUE(refuses(until(after_now(2 * kHour + 1)), Code::seal_outlives_type));
}

TEST_P(Seal, RefusesAnExpiryBeyondTheGrantOrInThePast) {
  const Timestamp end = scene.care.built.core.not_after;
  const auto until = [&](Timestamp t) { return changed([&](message::NoteInput& n) { n.expires_at = t; }); };
  EXPECT_TRUE(passes(until(end)));
  EXPECT_TRUE(refuses(until(end + 1), Code::seal_grant_expired));
  EXPECT_TRUE(passes(until(kNow)));
  EXPECT_TRUE(refuses(until(before_now(1)), Code::seal_grant_expired));
}

TEST_P(Seal, RefusesWithoutAPurposeOfTheGrant) {
  EXPECT_TRUE(refuses(changed([](message::NoteInput& n) { n.purpose = Purpose::none; }), Code::seal_purpose_missing));
  EXPECT_TRUE(refuses(changed([](message::NoteInput& n) { n.purpose = Purpose::filing; }), Code::seal_purpose));
  EXPECT_TRUE(passes(changed([](message::NoteInput& n) { n.purpose = Purpose::coord; })));
}

TEST_P(Seal, RefusesInAnotherSuiteThanTheGrantDemands) {
  const auto demanding = [&](SuiteId suite) {
    const auto held = scene.demanding(suite, "harbor");
    return changed([&](message::NoteInput& n) { n.grant = held; });
  };
  EXPECT_TRUE(passes(demanding(GetParam())));
  EXPECT_TRUE(refuses(demanding(testing::other_suite(GetParam())), Code::seal_suite));
}

TEST_P(Seal, RefusesUnderAGrantWhoseAuthorityIsNotValid) {
  const auto revoked_at = [&](Timestamp t) {
    return with_roster([&](Scene& s, Roster& r) { r.revoked.push_back({s.coalition["office"].authority->id, t}); });
  };
  EXPECT_TRUE(passes(revoked_at(kNow + 1)));
  EXPECT_TRUE(refuses(revoked_at(kNow), Code::seal_basis));
}

TEST_P(Seal, RefusesWhatOriginatorAuthorityDoesNotGive) {
  const auto by_patrol = [&](const std::function<void(testing::GrantSpec&, PolicyPack&)>& edit,
                             const std::function<void(Scene&, Roster&)>& edit_roster = nullptr) {
    testing::GrantSpec spec;
    spec.authority = "patrol";
    spec.basis = Basis::originatorAuthority;
    spec.purposes = {Purpose::refer};
    spec.not_before = spec.effective_at = before_now(kDay);
    spec.not_after = after_now(20 * kDay);
    spec.rights = {{"patrol", Compartment(FieldClass::con, Form::full), Rights::both},
                   {"harbor", Compartment(FieldClass::con, Form::full), Rights::read}};
    spec.edges = {{"patrol", "harbor"}};
    PolicyPack pack = default_pack();
    edit(spec, pack);
    Scene other(GetParam(), spec, builtin_type("referral.arrest"), "patrol");
    other.sender.pack = &pack;
    if (edit_roster) {
      Roster roster = other.coalition.roster_body();
      edit_roster(other, roster);
      other.sender.roster = other.coalition.adopt(roster);
    }
    testing::StatusSpec list;
    list.authority = "patrol";
    auto note = other.note({{"phone", "555 0100"}}, {"patrol", "harbor"});
    note.status = testing::hold_status(other.coalition, list);
    note.purpose = Purpose::refer;
    note.expires_at = kNow;
    return sealed(other, {note});
  };
  EXPECT_TRUE(passes(by_patrol([](auto&, auto&) {})));
  EXPECT_TRUE(passes(by_patrol([](auto& s, auto&) { s.not_after = s.not_before + 30 * kDay; })));
  EXPECT_TRUE(refuses(by_patrol([](auto& s, auto&) { s.not_after = s.not_before + 30 * kDay + 1; }), Code::seal_originator));
  EXPECT_TRUE(refuses(by_patrol([](auto& s, auto&) { s.rights[1].rights = Rights::both; }), Code::seal_originator));
  EXPECT_TRUE(refuses(by_patrol([](auto&, auto& p) { p.originator.kinds.clear(); }), Code::seal_originator));
  // A reader who has left the roster has no role, and who has none may be named for nothing.
  EXPECT_TRUE(refuses(by_patrol([](auto&, auto&) {}, [](Scene& s, Roster& r) {
    const PartyId harbor = s.coalition["harbor"].id();
    r.parties.erase(std::find_if(r.parties.begin(), r.parties.end(), [&](const Party& p) { return p.id == harbor; }));
  }), Code::seal_originator));
}

// ---- recipients

TEST_P(Seal, RefusesANoteTypeThePackDoesNotAllow) {
  EXPECT_TRUE(passes(with_pack([](PolicyPack&) {})));
  EXPECT_TRUE(refuses(with_pack([](PolicyPack& p) { p.schemas.clear(); }), Code::seal_schema));
  EXPECT_TRUE(refuses(with_pack([](PolicyPack& p) {
    for (auto& row : p.schemas) row.type_id ^= 1;
  }), Code::seal_schema));
}

TEST_P(Seal, RefusesWhoIsUnknownNoPartnerOrOnNoEdgeOfThePack) {
  const auto to = [&](const PartyId& party) { return changed([&](message::NoteInput& n) { n.to = {{party, {}}}; }); };
  EXPECT_TRUE(passes(to(scene.coalition["clinic"].id())));
  EXPECT_TRUE(refuses(to(testing::fixed_id<PartyId>("nobody")), Code::seal_recipient_unknown));
  EXPECT_TRUE(refuses(to(scene.coalition["liaison"].id()), Code::seal_recipient_not_named));
  EXPECT_TRUE(refuses(with_pack([](PolicyPack& p) { p.edges.clear(); }), Code::policy_denied));
  // A grant may name police; no edge of the pack sends them this type.
  auto spec = Scene::spec_of();
  spec.rights.push_back({"patrol", Compartment(FieldClass::eng, Form::full), Rights::read});
  spec.edges.push_back({"harbor", "patrol"});
  Scene other(GetParam(), spec);
  EXPECT_TRUE(refuses(sealed(other, {other.note(Scene::usual(), {"patrol"})}), Code::policy_denied));
}

TEST_P(Seal, RefusesNobodyMoreThanThirtyTwoAndOneTwice) {
  EXPECT_TRUE(refuses(changed([](message::NoteInput& n) { n.to.clear(); }), Code::seal_terms_empty));
  EXPECT_TRUE(refuses(changed([](message::NoteInput& n) { n.to.push_back(n.to.front()); }), Code::usage));
  EXPECT_TRUE(refuses(changed([](message::NoteInput& n) { n.to.resize(kMaxRecipients, n.to.front()); }), Code::usage));
  EXPECT_TRUE(refuses(changed([](message::NoteInput& n) { n.to.resize(kMaxRecipients + 1, n.to.front()); }),
                      Code::seal_batch_too_large));
}

TEST_P(Seal, RefusesObligationsNobodyCarriesOutHere) {
  EXPECT_TRUE(refuses(with_pack([](PolicyPack& p) { p.executable.clear(); }), Code::obligation_unknown));
  EXPECT_TRUE(refuses(with_pack([](PolicyPack& p) {
    for (auto& row : p.bases) row.obligations.push_back(Obligation::deleteAfter);
    for (auto& row : p.bases) std::sort(row.obligations.begin(), row.obligations.end());
  }), Code::obligation_unknown));
}

TEST_P(Seal, RefusesAReaderWhoseTermsWouldBeEmpty) {
  const auto reading = [&](const std::string& who, Compartment what) {
    auto spec = Scene::spec_of();
    spec.rights.erase(std::remove_if(spec.rights.begin(), spec.rights.end(),
                                     [&](const auto& r) { return r.agency == who; }), spec.rights.end());
    spec.rights.push_back({who, what, Rights::read});
    if (what.form() != Form::full) spec.rights.push_back({"harbor", what, Rights::write});
    spec.edges.push_back({"harbor", who});
    Scene other(GetParam(), spec);
    return sealed(other, {other.note(Scene::usual(), {who})});
  };
  EXPECT_TRUE(passes(reading("clinic", Compartment(FieldClass::eng, Form::full))));
  // The pack gives this role the whole value and no other form, and police a level under another basis only.
  EXPECT_TRUE(refuses(reading("clinic", Compartment(FieldClass::eng, Form::level)), Code::seal_terms_empty));
  EXPECT_TRUE(refuses(reading("liaison", Compartment(FieldClass::eng, Form::level)), Code::seal_terms_empty));
}

TEST_P(Seal, RefusesASupersededOrMissingNotice) {
  EXPECT_TRUE(refuses(with_pack([](PolicyPack& p) {
    for (auto& row : p.notices) row.superseded = true;
  }), Code::notice_superseded));
  EXPECT_TRUE(refuses(with_pack([](PolicyPack& p) { p.notices.clear(); }), Code::notice_superseded));
  EXPECT_TRUE(passes(with_pack([](PolicyPack& p) {  // one that no basis here names
    for (auto& row : p.notices) row.superseded = row.notice == Notice::originator;
  })));
}

TEST_P(Seal, RefusesAReaderWithoutAKeyInForce) {
  const auto revoked_at = [&](Timestamp t) {
    return with_roster([&](Scene& s, Roster& r) { r.revoked.push_back({s.coalition["clinic"].encryption.id, t}); });
  };
  EXPECT_TRUE(passes(revoked_at(kNow + 1)));
  EXPECT_TRUE(refuses(revoked_at(kNow), Code::seal_recipient_key));
  EXPECT_TRUE(refuses(with_roster([](Scene&, Roster& r) { party_in(r, "clinic").keys.pop_back(); }),
                      Code::seal_recipient_key));
}

TEST_P(Seal, RefusesWithoutTheAgreementOfEitherSide) {
  for (const std::string side : {"harbor", "clinic"}) {
    const auto until = [&](Timestamp t) {
      return with_roster([&](Scene&, Roster& r) { party_in(r, side).agreement_not_after = t; });
    };
    EXPECT_TRUE(passes(until(kNow))) << side;
    EXPECT_TRUE(refuses(until(before_now(1)), Code::seal_agreement)) << side;
    const auto from = [&](Timestamp t) {
      return with_roster([&](Scene&, Roster& r) { party_in(r, side).agreement_not_before = t; });
    };
    EXPECT_TRUE(passes(from(kNow))) << side;
    EXPECT_TRUE(refuses(from(kNow + 1), Code::seal_agreement)) << side;
  }
}

TEST_P(Seal, AsksForItsSendersAgreementThoughItKeepsNoCopy) {
  const auto until = [&](Timestamp t) {
    return with_roster([&](Scene&, Roster& r) { party_in(r, "harbor").agreement_not_after = t; }, kNow, {"clinic"});
  };
  EXPECT_TRUE(passes(until(kNow)));
  EXPECT_TRUE(refuses(until(before_now(1)), Code::seal_agreement));
}

TEST_P(Seal, RefusesASenderThatIsNotInTheRoster) {
  EXPECT_TRUE(refuses(with_roster([](Scene& s, Roster& r) {
    const PartyId harbor = s.coalition["harbor"].id();
    r.parties.erase(std::find_if(r.parties.begin(), r.parties.end(), [&](const Party& p) { return p.id == harbor; }));
  }, kNow, {"clinic"}), Code::party_unknown));
}

// ---- values and totals

TEST_P(Seal, RefusesAFieldTheSenderMayNotWriteByItsPath) {
  auto spec = Scene::spec_of();
  spec.rights.erase(std::remove_if(spec.rights.begin(), spec.rights.end(), [](const auto& r) {
    return r.compartment == Compartment(FieldClass::mh, Form::full);
  }), spec.rights.end());
  Scene other(GetParam(), spec);
  auto values = Scene::usual();
  values.erase("contactApproach");
  const Status refused = sealed(other, {other.note({{"engaged", "1"}}), other.note(values)});
  ASSERT_TRUE(refuses(refused, Code::seal_no_write_right));
  EXPECT_EQ(refused.error().path, "notes[1].wellbeing");
  values.erase("wellbeing");
  EXPECT_TRUE(passes(sealed(other, {other.note(values)})));
}

TEST_P(Seal, RefusesAValueTooLargeForItsSlotByItsPath) {
  const auto of = [&](std::size_t size) { return sealed(scene.note({{"nextStep", std::string(size, 'n')}})); };
  EXPECT_TRUE(passes(of(251)));
  const Status refused = of(252);
  ASSERT_TRUE(refuses(refused, Code::seal_value_too_large));
  EXPECT_EQ(refused.error().path, "notes[0].nextStep");
  const std::string left(252, 'n');  // in a slot that is absent
  EXPECT_TRUE(refuses(changed([&](message::NoteInput& n) {
    n.slots[slot_at("nextStep")] = {false, ByteView(std::string_view(left))};
  }), Code::seal_value_too_large));
}

TEST_P(Seal, RefusesABatchTooLargeForOneRecipient) {
  const auto note = scene.note({}, {"clinic"});
  const auto check = [&](const std::vector<message::NoteInput>& notes) {
    return message::check_seal(scene.sender, notes, kNow);
  };
  // 16,384 slots of 32 each.
  const std::size_t most = kMaxBundleSlots / progress().slot_count;
  EXPECT_TRUE(passes(check(std::vector<message::NoteInput>(most, note))));
  EXPECT_TRUE(refuses(check(std::vector<message::NoteInput>(most + 1, note)), Code::seal_batch_too_large));
  // The same notes to two recipients who get half each.
  std::vector<message::NoteInput> halves(most + 1, note);
  for (std::size_t i = 0; i < halves.size(); i += 2) halves[i].to = {{scene.coalition["defender"].id(), {}}};
  EXPECT_TRUE(passes(check(halves)));
  // 16 MiB of envelope.
  NoteSchema large = progress();
  large.view_bound = 5 * 1024 * 1024;
  auto big = note;
  big.schema = &large;
  EXPECT_TRUE(passes(check({big, big, big})));
  EXPECT_TRUE(refuses(check({big, big, big, big}), Code::seal_batch_too_large));
}

// 1,024 notes, of which every one may have four wraps; of a type that takes little room.
TEST_P(Seal, RefusesMoreNotesOrWrapsThanABundleHolds) {
  auto spec = Scene::spec_of();
  spec.grant_id = spec.seed = "grant two";
  for (auto& right : spec.rights)
    if (right.compartment == Compartment(FieldClass::txt, Form::full)) right.rights = Rights::both;
  const auto wider = testing::make_grant(scene.coalition, spec).held.at("harbor");
  NoteSchema brief = progress();
  brief.slot_count = 8;
  brief.view_bound = 4096;
  const auto notes = [&](std::size_t count, std::size_t wide, const std::string& to) {
    auto note = scene.note({}, {to});
    note.schema = &brief;
    std::vector<message::NoteInput> out(count, note);
    for (std::size_t i = 0; i < wide; ++i) out[i].grant = wider;
    return message::check_seal(scene.sender, out, kNow);
  };
  static_assert(kMaxBundleWraps == 4 * kMaxViews);
  EXPECT_TRUE(passes(notes(kMaxViews, 0, "clinic")));
  EXPECT_TRUE(refuses(notes(kMaxViews + 1, 0, "clinic"), Code::usage));
  EXPECT_TRUE(passes(notes(kMaxViews, 0, "harbor")));
  EXPECT_TRUE(refuses(notes(kMaxViews, 1, "harbor"), Code::seal_batch_too_large));
  EXPECT_TRUE(passes(notes(kMaxViews - 1, 1, "harbor")));
}

TEST_P(Seal, SaysWhichNoteOfTheBatchItRefuses) {
  auto second = scene.note();
  second.grant = nullptr;
  const Status refused = sealed(scene, {scene.note(), second});
  ASSERT_TRUE(refuses(refused, Code::seal_no_grant));
  EXPECT_EQ(refused.error().path, "notes[1]");
}

TEST_P(Seal, RefusesACallThatIsNone) {
  EXPECT_TRUE(refuses(sealed(scene, {}), Code::usage));
  EXPECT_TRUE(refuses(changed([](message::NoteInput& n) { n.schema = nullptr; }), Code::usage));
  EXPECT_TRUE(refuses(changed([](message::NoteInput& n) { n.slots.pop_back(); }), Code::usage));
  EXPECT_TRUE(refuses(changed([](message::NoteInput& n) { n.slots.push_back({}); }), Code::usage));
  auto other_part = scene.note();
  other_part.part = Compartment(FieldClass::sdv, Form::full).value;
  const Status refused = sealed(scene, {scene.note(), other_part});
  ASSERT_TRUE(refuses(refused, Code::usage));
  EXPECT_EQ(refused.error().path, "notes[1]");
  const message::Sender whole = scene.sender;
  scene.sender.pack = nullptr;
  EXPECT_TRUE(refuses(changed([](message::NoteInput&) {}), Code::usage));
  scene.sender = whole;
  scene.sender.roster = nullptr;
  EXPECT_TRUE(refuses(changed([](message::NoteInput&) {}), Code::usage));
  scene.sender = whole;
  scene.sender.seat_key = nullptr;
  EXPECT_TRUE(refuses(changed([](message::NoteInput&) {}), Code::usage));
}

}  // namespace
}  // namespace xch::message_test
