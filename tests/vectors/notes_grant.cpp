// Steps 9, 10 and 12: the grant, its times, the terms that follow from it.
#include "vectors/notes.hpp"
#include "wire/records.hpp"

namespace xch::vectors {
namespace {

/// under makes the header name another grant, which the reader holds instead of its own.
void under(NoteCases& c, const testing::TestGrant& grant, Parts& p) {
  p.header.grant = grant.built.hash;
  c.maker.with("grants", Json::array({grant_of(grant, "harbor")}));
}

void add_authority(NoteCases& c) {
  auto& scene = c.main.scene;
  c.maker.with("grants", Json::array());
  c.again("grant unknown", "The reader does not hold the grant; its view may be on its way.", one_view("EX3301"));
  c.refuses("grant of another hash", "The header names a grant that the reader does not hold.", "EX3301",
            [](Parts& p) { p.header.grant.bytes[0] ^= 1; });

  const Roster first = only(scene.coalition.roster_body(), {"office", "prosecutor", "harbor"});
  const SignedRoster signed_first = scene.coalition.sign(first);
  Roster body = first;
  body.version = 2;
  body.previous = party::roster_hash(signed_first.body);
  body.issued = before_now(60);
  body.revoked = {{scene.coalition["office"].authority->id, kNow}};
  const auto with_roster = [&](const Roster& next) {
    c.maker.with("rosters", Json::array({roster_of(signed_first), roster_of(scene.coalition.sign(next))}));
  };
  with_roster(body);
  c.again("authority revoked", "The authority's key was revoked in the second of sealing.", one_view("EX3302"));
  body.revoked.front().revoked_at = after_now(1);
  with_roster(body);
  c.again("authority revoked a second later", "The authority's key ends one second after sealing.", c.as_first());

  const auto ended = [&](const std::string& party, Timestamp at) {
    Roster next = first;
    for (auto& row : next.parties)
      if (row.name == party) row.agreement_not_after = at;
    c.maker.with("rosters", Json::array({roster_of(scene.coalition.sign(next))}));
  };
  for (const std::string who : {"prosecutor", "harbor"}) {
    ended(who, kNow);
    c.again("last second of the agreement of " + who, "sealedAt is the last second of its agreement.", c.as_first());
    ended(who, before_now(1));
    c.again("second after the agreement of " + who, "sealedAt is one second after its agreement.", one_view("EX3306"));
  }
}

void add_suite_and_purpose(NoteCases& c) {
  auto spec = court_spec();
  spec.required_suite = c.suite;
  Sealing same(c.suite, spec, "court.event", "prosecutor", "harbor", c.prefix);
  same.seal("suite demanded", NoteCases::event(), Purpose::court);
  c.maker.knowing(given_of(same.scene, "harbor"))
      .bytes("suite demanded", "The grant demands the suite that the roster pins.", same.envelope,
             views({opened(same.header, c.cells())}));
  // A grant whose consent keys are of the other suite, signed by an authority of this one.
  auto& coalition = c.main.scene.coalition;
  auto plan = testing::plan_of(coalition, spec);
  plan.core.required_suite = plan.suite = testing::other_suite(c.suite);
  const auto& office = coalition["office"];
  crypto::SeededRandom_for_testing random(ByteView(std::string_view("vectors: the other suite")));
  testing::TestGrant other;
  other.built = must(grant::build_grant(plan, office.authority->id, *office.authority_key, random));
  for (const auto& view : other.built.views)
    other.objects[coalition.by_id(view.agency).party.name] = testing::object_of(coalition, view);
  c.refuses("other suite demanded", "The grant demands the other suite.", "EX3304",
            [&](Parts& p) { under(c, other, p); });

  c.refuses("another basis", "The header's basis is not the grant's.", "EX3303",
            [](Parts& p) { p.header.basis = Basis::part2Consent; });
  c.refuses("another purpose", "The header's purpose is none of the grant's.", "EX3305",
            [](Parts& p) { p.header.purpose = Purpose::coord; });
  c.refuses("no purpose", "The header names no purpose.", "EX3305", [](Parts& p) { p.header.purpose = Purpose::none; });
}

// Grants of originator authority that break one of the pack's rules each; the authority signed them all the same.
void add_originator(NoteCases& c) {
  Sealing own(c.suite, facts_spec(), "court.event", "prosecutor", "harbor", c.prefix);
  own.seal("originator", NoteCases::event(), Purpose::court);
  const auto broken = [&](const std::string& name, const std::string& says, auto edit) {
    auto spec = facts_spec();
    edit(spec);
    const auto grant = testing::make_grant(own.scene.coalition, spec);
    c.maker.knowing(given_of(own.scene, "harbor"));
    const Bytes bytes = own.changed(name, [&](Parts& p) { under(c, grant, p); });
    c.maker.bytes(name, says, bytes, one_view("EX3307"));
  };
  broken("originator too long", "The grant is one second longer than the pack's days.",
         [](testing::GrantSpec& s) { s.not_after = s.not_before + 30 * kDay + 1; });
  broken("originator of another class", "The grant lets the reader read a class that no row opens to its role.",
         [](testing::GrantSpec& s) {
           s.rights.push_back({"harbor", full(FieldClass::loc), Rights::read});
         });
  broken("originator of a coarser form", "The grant gives a coarser form; originators give whole values only.",
         [](testing::GrantSpec& s) {
           s.rights.push_back({"harbor", Compartment(FieldClass::leg, Form::category), Rights::read});
         });
  broken("originator with a second writer", "The grant lets a reader write.", [](testing::GrantSpec& s) {
    for (auto& right : s.rights)
      if (right.agency == "harbor") right.rights = Rights::both;
  });
  broken("originator for another purpose", "One of the grant's purposes is none of the pack's originator rows.",
         [](testing::GrantSpec& s) { s.purposes.push_back(Purpose::audit); });
  broken("originator of a class not its own", "The writer writes a class that the pack does not let it write.",
         [](testing::GrantSpec& s) {
           s.rights.push_back({"prosecutor", full(FieldClass::chri), Rights::read});
           s.rights.push_back({"harbor", full(FieldClass::chri), Rights::read});
         });
}

void add_times(NoteCases& c) {
  const auto with_grant = [&](auto edit) {
    auto spec = court_spec();
    edit(spec);
    Sealing out(c.suite, spec, "court.event", "prosecutor", "harbor", c.prefix);
    return testing::make_grant(out.scene.coalition, spec);
  };
  const auto sealed_under = [&](const std::string& name, const std::string& says, auto edit, Timestamp expires) {
    auto spec = court_spec();
    edit(spec);
    Sealing out(c.suite, spec, "court.event", "prosecutor", "harbor", c.prefix);
    out.seal(name, NoteCases::event(), Purpose::court, expires);
    c.maker.knowing(given_of(out.scene, "harbor"))
        .bytes(name, says, out.envelope, views({opened(out.header, c.cells())}));
  };
  const auto usual = message_test::kExpires;
  sealed_under(
      "first second of the grant", "sealedAt is the grant's first second.",
      [](testing::GrantSpec& s) { s.not_before = s.effective_at = kNow; }, usual);
  const auto begins = with_grant([](testing::GrantSpec& s) { s.not_before = after_now(1); });
  c.refuses("second before the grant", "sealedAt is one second before the grant begins.", "EX3308",
            [&](Parts& p) { under(c, begins, p); });
  const auto effective = with_grant([](testing::GrantSpec& s) { s.effective_at = after_now(1); });
  c.refuses("second before it takes effect", "sealedAt is one second before the grant's version takes effect.",
            "EX3308", [&](Parts& p) { under(c, effective, p); });
  const auto brief = [](testing::GrantSpec& s) { s.not_after = kNow; };
  sealed_under("last second of the grant", "sealedAt and expiresAt are the grant's last second.", brief, kNow);
  const auto over = with_grant(brief);
  c.maker.with("now", time_of(after_now(1)));
  c.refuses("second after the grant", "sealedAt is one second after the grant's last.", "EX3309", [&](Parts& p) {
    under(c, over, p);
    p.header.sealed_at = after_now(1);
    p.header.expires_at = kNow;
  });
  c.refuses("expiry beyond the grant", "expiresAt is one second after the grant's last.", "EX3310", [&](Parts& p) {
    under(c, over, p);
    p.header.expires_at = after_now(1);
  });
  c.refuses("sealed after its own end", "sealedAt is one second after expiresAt.", "EX3311",
            [](Parts& p) { p.header.expires_at = before_now(1); });
  c.maker.with("now", time_of(usual));
  c.again("last second of the note", "It is opened in the second of expiresAt.", c.as_first());
  c.maker.with("now", time_of(usual + 1));
  c.again("expired", "It comes one second after expiresAt.", one_view("EX3312"));
}

// ---- 12
// ----------------------------------------------------------------------------------------------------------------

/// A pack with an edit, and a coalition, grant and header that name it.
template <class Edit>
void by_pack(NoteCases& c, const std::string& name, const std::string& says, const std::string& id, Edit edit) {
  PolicyPack pack = pack_for("court.event", Basis::justiceCondition);
  edit(pack);
  const Scene other(c.suite, court_spec(), c.main.scene.type, "prosecutor", pack);
  c.maker.knowing(given_of(other, "harbor"));
  c.refuses(name, says, id, [&](Parts& p) {
    p.header.policy_pack = message_test::hash_of(pack);
    p.header.grant = other.care.built.hash;
  });
}

void add_terms(NoteCases& c) {
  c.refuses("compartment less", "The terms lack a compartment that the reader would get.", "EX3327",
            [](Parts& p) { p.terms.compartments.pop_back(); });
  c.refuses("compartment more", "The terms have a compartment that the pack gives the reader in no form.", "EX3327",
            [](Parts& p) { p.terms.compartments.push_back(Compartment(FieldClass::leg, Form::category)); });
  auto reading = court_spec();
  for (auto& right : reading.rights)
    if (right.compartment == full(FieldClass::need) && right.agency == "prosecutor") right.rights = Rights::read;
  const auto no_write = testing::make_grant(c.main.scene.coalition, reading);
  c.refuses("sender may not write", "The grant gives the sender no right to write a compartment of the terms.",
            "EX3327", [&](Parts& p) { under(c, no_write, p); });
  c.refuses("another notice", "The notice is not the one that the basis asks for.", "EX3328",
            [](Parts& p) { p.terms.notice = Notice::p2Short; });
  c.refuses("no notice", "The terms name no notice.", "EX3328", [](Parts& p) { p.terms.notice = Notice::none; });
  c.refuses("obligation not executable", "The terms name an obligation that this version cannot carry out.", "EX3330",
            [](Parts& p) { p.terms.obligations.push_back(Obligation::deleteAfter); });
  c.refuses("obligation missing", "An obligation of the basis is missing.", "EX3329",
            [](Parts& p) { p.terms.obligations.pop_back(); });
  c.refuses("obligation more", "An obligation that does not follow from the terms.", "EX3329",
            [](Parts& p) { p.terms.obligations.push_back(Obligation::noIntegrate); });
  by_pack(c, "notice superseded", "The pack in force says that the notice is superseded.", "EX3328",
          [](PolicyPack& pack) {
            for (auto& notice : pack.notices)
              notice.superseded = notice.superseded || notice.notice == Notice::p2Long2024;
          });
}

}  // namespace

void add_grant(NoteCases& c) {
  add_authority(c);
  add_suite_and_purpose(c);
  add_originator(c);
  add_times(c);
  add_terms(c);
}

}  // namespace xch::vectors
