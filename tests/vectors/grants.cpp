// Grant views in their object envelopes: every check of docs/format.md, "Object envelope" and "Grant".
#include <algorithm>
#include <functional>

#include "crypto/hpke.hpp"
#include "crypto/labels.hpp"
#include "message/cells.hpp"
#include "vectors/objects.hpp"
#include "wire/records.hpp"

namespace xch::vectors {
namespace {

constexpr std::uint32_t kBody = 8192;  // of small_pack
constexpr const char* kFirst = "grant view";

testing::GrantSpec spec() {
  auto out = court_spec();
  out.rights.push_back({"prosecutor", full(FieldClass::id), Rights::write});
  out.rights.push_back({"prosecutor", full(FieldClass::txt), Rights::both});
  out.rights.push_back({"harbor", full(FieldClass::mh), Rights::read});  // and nobody writes it
  out.rights.push_back({"harbor", full(FieldClass::id), Rights::read});
  const std::string_view record = R"({"name":"Maria Reyes"})";
  out.subject_record = ByteView(record).copy();
  return out;
}

struct GrantCases {
  explicit GrantCases(SuiteId suite)
      : prefix(suite_word(suite) + "/grants/"),
        coalition(suite, message_test::hash_of(small_pack())),
        maker(suite, "grants", given_of_roster(coalition, "harbor", small_pack())),
        grant(testing::make_grant(coalition, spec())),
        harbor(coalition["harbor"]),
        office(coalition["office"]) {}

  const GrantView& view_of(const std::string& name) const {
    for (const auto& view : grant.built.views)
      if (view.agency == coalition[name].id()) return view;
    testing::give_up(Code::bug, "no view");
  }
  Bytes seal_body(const std::string& name, ByteView body) const {
    crypto::SeededRandom_for_testing random(ByteView(std::string_view("LX1 vectors " + prefix + name)));
    Bytes out(6 + crypto::hpke_overhead(coalition.suite()) + body.size());
    std::copy_n("LXO1", 4, out.begin());
    store_u16(out.data() + 4, static_cast<std::uint16_t>(coalition.suite()));
    must(crypto::hpke_seal(harbor.encryption_key->public_key(),
                           message::object_hpke_info(harbor.id(), harbor.encryption.id), ByteView(out).sub(0, 6), body,
                           random, MutableView(out).sub(6)));
    return out;
  }
  static Bytes body_of(ByteView content) {
    Bytes out(kBody);
    store_u32(out.data(), static_cast<std::uint32_t>(content.size()));
    std::copy(content.begin(), content.end(), out.begin() + 4);
    return out;
  }
  Bytes seal(const std::string& name, const SealedObject& object) const {
    return seal_body(name, body_of(wire::encode(object)));
  }
  static Json taken(const GrantHash& hash) { return Json{{"grant_hash", hex_of(hash)}}; }

  /// opened adds an object as its envelope held it.
  void opened(const std::string& name, const std::string& says, const SealedObject& object, Json expect) {
    maker.object(name, says, wire::encode(object), harbor.encryption.id, std::move(expect));
  }
  void object(const std::string& name, const std::string& says, const char* id,
              const std::function<void(SealedObject&)>& edit) {
    SealedObject changed = testing::object_of(coalition, view_of("harbor"));
    edit(changed);
    opened(name, says, changed, refused(id));
  }
  /// view changes harbor's view and signs it again; core does so with the core inside.
  void view(const std::string& name, const std::string& says, const char* id,
            const std::function<void(GrantView&)>& edit) {
    GrantView changed = view_of("harbor");
    edit(changed);
    opened(name, says, testing::object_of(coalition, changed), refused(id));
  }
  GrantView with_core(const std::function<void(GrantCore&)>& edit) const {
    GrantView out = view_of("harbor");
    GrantCore core = must(wire::decode_grant_core(out.core.body));
    edit(core);
    out.core = must(party::sign_object(Kind::grant, wire::encode(core), office.authority->id, *office.authority_key));
    return out;
  }
  void core(const std::string& name, const std::string& says, const char* id,
            const std::function<void(GrantCore&)>& edit) {
    opened(name, says, testing::object_of(coalition, with_core(edit)), refused(id));
  }
  void holding(const testing::TestGrant& held) { maker.with("grants", Json::array({grant_of(held, "harbor")})); }

  std::string prefix;
  testing::Coalition coalition;
  Maker maker;
  testing::TestGrant grant;
  testing::TestParty& harbor;
  testing::TestParty& office;
};

void add_accepted(GrantCases& c) {
  c.maker.bytes(kFirst, "A view with the subject's record, for a reader who may read (ID, full).",
                c.seal(kFirst, testing::object_of(c.coalition, c.view_of("harbor"))),
                GrantCases::taken(c.grant.built.hash));
  c.holding(c.grant);
  c.maker.edit("grant view again", "The same view once more.", kFirst, 0, 0, ByteView(),
               GrantCases::taken(c.grant.built.hash));
  auto next = spec();
  next.version = 2;
  next.previous = c.grant.built.hash;
  next.effective_at = before_now(60);
  next.status_index = 8;
  next.seed = "vectors: version 2";
  const auto second = testing::make_grant(c.coalition, next);
  GrantView of_second;
  for (const auto& view : second.built.views)
    if (view.agency == c.harbor.id()) of_second = view;
  c.holding(c.grant);
  c.opened("version 2", "Version 2 with new keys and index, and the pseudonym of version 1.",
           testing::object_of(c.coalition, of_second), GrantCases::taken(second.built.hash));
  c.holding(second);
  c.maker.edit("older version", "Version 1 comes after version 2.", kFirst, 0, 0, ByteView(), refused("EX2208"));
  GrantView other = of_second;
  other.pseudonym.bytes[0] ^= 1;
  c.holding(c.grant);
  c.opened("another pseudonym", "Version 2 names another pseudonym than version 1.",
           testing::object_of(c.coalition, other), refused("EX2209"));
  auto writer = spec();
  writer.rights = {{"harbor", full(FieldClass::leg), Rights::write},
                   {"prosecutor", full(FieldClass::leg), Rights::read}};
  writer.seed = "vectors: a writer";
  const auto writing = testing::make_grant(c.coalition, writer);
  c.opened("writer's view", "A view of who only writes has no consent keys.", writing.objects.at("harbor"),
           GrantCases::taken(writing.built.hash));
  auto own = facts_spec();
  own.seed = "vectors: originator";
  const auto facts = testing::make_grant(c.coalition, own);
  c.opened("originator's view", "A view under originator authority: the authority's chain has two records.",
           facts.objects.at("harbor"), GrantCases::taken(facts.built.hash));
}

void add_envelope(GrantCases& c) {
  const std::size_t enc = crypto::hpke_enc_size(c.coalition.suite());
  c.maker.cut("five bytes", "Too short to have a magic and a suite.", kFirst, 5, refused("EX3501"));
  c.maker.cut("cut by one", "One byte shorter than the shortest object.", kFirst, 6 + enc + 16 + kBody - 1,
              refused("EX3501"));
  const Bytes zero{0}, b{'B'}, e{'E'};
  c.maker.edit("one byte more", "A zero byte follows the tag.", kFirst, static_cast<std::int64_t>(6 + enc + 16 + kBody),
               0, zero, refused("EX3504"));
  c.maker.flip("magic flipped", "One bit of the magic differs.", kFirst, 0, refused("EX3502"));
  c.maker.edit("note magic", "A note's magic is none of an object.", kFirst, 2, 1, e, refused("EX3502"));
  c.maker.edit("break-glass", "The reserved magic LXB1 is refused by name.", kFirst, 2, 1, b, refused("EX3509"));
  c.maker.edit("one-shot magic", "A packet for somebody outside is opened with its code.", kFirst, 2, 1,
               ByteView(std::string_view("P")), refused("EX3533"));
  c.maker.flip("suite of no list", "Suite 0x0101 or 0x0102 is none.", kFirst, 4, refused("EX3503"));
  const Bytes other{static_cast<std::uint8_t>(c.coalition.suite() == SuiteId::p256 ? 2 : 1)};
  c.maker.edit("the other suite", "The number of the other suite.", kFirst, 5, 1, other, refused("EX3503"));
  c.maker.flip("enc flipped", "One bit of enc differs.", kFirst, 9, refused("EX3504"));
  c.maker.flip("tag flipped", "The last bit of the tag differs.", kFirst, -1, refused("EX3504"));
  const auto& defender = c.coalition["defender"];
  c.maker.with("agency", hex_of(defender.id())).with("keys", Json::array({key_of(defender)}));
  c.maker.edit("of another agency", "The agency has no key that opens it.", kFirst, 0, 0, ByteView(),
               refused("EX3504"));

  const Bytes content = wire::encode(testing::object_of(c.coalition, c.view_of("harbor")));
  const auto body = [&](const std::string& name, const std::string& says, const char* id, const Bytes& bytes) {
    c.maker.bytes(name, says, c.seal_body(name, bytes), refused(id));
  };
  Bytes bytes = GrantCases::body_of(content);
  bytes.back() = 1;
  body("last byte of the padding", "The last byte of the padding is not zero.", "EX3505", bytes);
  bytes = GrantCases::body_of(content);
  store_u32(bytes.data(), kBody - 3);
  body("length beyond the body", "The length reaches one byte beyond the body.", "EX3505", bytes);
  bytes = GrantCases::body_of(content);
  bytes.push_back(0);
  body("length off the grid", "The body is neither of the two sizes nor a Padme length.", "EX3505", bytes);
  body("nothing inside", "The content has no byte.", "EX3506", Bytes(kBody));
  Bytes longer = content;
  longer.resize(content.size() + 8);
  body("word behind the object", "A zero word follows the object.", "EX3506", GrantCases::body_of(longer));
  body("object cut", "The object's last word is missing.", "EX3506",
       GrantCases::body_of(ByteView(content).sub(0, content.size() - 8)));
}

void add_authority(GrantCases& c) {
  c.object("another kind", "The object is a receipt by its kind.", "EX2201",
           [](SealedObject& o) { o.object.kind = Kind::receipt; });
  c.object("chain of a seat", "The chain is a seat's.", "EX2202",
           [&](SealedObject& o) { o.chain = c.office.seat_chain(); });
  c.object("no chain", "The chain is empty.", "EX2202", [](SealedObject& o) { o.chain.clear(); });
  c.object("authority of no roster", "The authority's record does not stand in the roster.", "EX2202",
           [&](SealedObject& o) {
             KeyRecord record = c.office.authority->record;
             record.serial += 1;
             o.chain = {testing::vouched(record).signed_record};
           });
  const auto with_roster = [&](const std::function<void(Roster&)>& edit) {
    Roster body = c.coalition.roster_body();
    edit(body);
    c.maker.with("rosters", Json::array({roster_of(c.coalition.sign(body))}));
  };
  const auto again = [&](const std::string& name, const std::string& says, Json expect) {
    c.maker.edit(name, says, kFirst, 0, 0, ByteView(), std::move(expect));
  };
  const Json good = GrantCases::taken(c.grant.built.hash);
  with_roster([&](Roster& r) { r.revoked = {{c.office.authority->id, kNow}}; });
  again("authority revoked", "The authority's key is revoked from this second on.", refused("EX2202"));
  with_roster([&](Roster& r) { r.revoked = {{c.office.authority->id, after_now(1)}}; });
  again("authority revoked in a second", "The authority's key ends one second from now.", good);
  const auto agreement = [&](Timestamp until) {
    with_roster([&](Roster& r) {
      for (auto& party : r.parties)
        if (party.name == "office") party.agreement_not_after = until;
    });
  };
  agreement(kNow);
  again("last second of the agreement", "It is the last second of the authority's agreement.", good);
  agreement(before_now(1));
  again("second after the agreement", "The authority's agreement ended a second ago.", refused("EX2202"));
  const Timestamp end = c.office.authority->record.not_after;
  Roster long_lived = c.coalition.roster_body();
  long_lived.expires = end + kDay;
  const Json roster = Json::array({roster_of(c.coalition.sign(long_lived))});
  c.maker.with("rosters", roster).with("now", time_of(end));
  again("last second of the authority's key", "It is the last second of the authority's window.", good);
  c.maker.with("rosters", roster).with("now", time_of(end + 1));
  again("second after the authority's key", "The authority's window ended a second ago.", refused("EX2202"));

  c.object("view's signature flipped", "One bit of the view's signature differs.", "EX2203",
           [](SealedObject& o) { o.object.signature[7] ^= 1; });
  c.object("view signed by another key", "The office's seat signed the view.", "EX2203", [&](SealedObject& o) {
    o.object = must(party::sign_object(Kind::grantView, o.object.body, c.office.seat.id, *c.office.seat_key));
  });
  c.object("view under another label", "The view is signed under the label of grants.", "EX2203", [&](SealedObject& o) {
    const auto signature = must(
        crypto::sign(*c.office.authority_key, c.office.authority->id, crypto::sign_label(Kind::grant), o.object.body));
    o.object.signature = signature.view().copy();
  });
  c.view("core's signature flipped", "One bit of the core's signature differs.", "EX2203",
         [](GrantView& v) { v.core.signature[7] ^= 1; });
  c.view("core of another kind", "The core is signed as a view.", "EX2201", [&](GrantView& v) {
    v.core = must(party::sign_object(Kind::grantView, v.core.body, c.office.authority->id, *c.office.authority_key));
  });
  c.core("core of another authority", "The core names another authority than the chain.", "EX2202",
         [&](GrantCore& g) { g.authority = c.coalition["prosecutor"].id(); });
}

void add_core(GrantCases& c) {
  c.core("version 0", "Grant versions count from 1.", "EX2201", [](GrantCore& g) { g.version = 0; });
  c.core("version 1 with a previous", "Version 1 names a previous core.", "EX2201",
         [](GrantCore& g) { g.previous.bytes[0] = 1; });
  c.core("version 2 without a previous", "Version 2 names no previous core.", "EX2201",
         [](GrantCore& g) { g.version = 2; });
  c.core("window backwards", "The grant ends before it begins.", "EX2201",
         [](GrantCore& g) { g.not_after = Timestamp{g.not_before.seconds - 1}; });
  c.core("255 leaves", "A grant's tree has at least 256 leaves.", "EX2201", [](GrantCore& g) { g.leaf_count = 255; });
  c.core("no purpose", "The grant names no purpose.", "EX2201", [](GrantCore& g) { g.purposes.clear(); });
  c.core("suite 3 demanded", "The grant demands the reserved suite.", "EX2201",
         [](GrantCore& g) { g.required_suite = SuiteId::pq; });
  c.core("purposes out of order", "The grant's purposes do not ascend.", "EX2201",
         [](GrantCore& g) { std::swap(g.purposes[0], g.purposes[1]); });
  c.core("another coalition", "The core names another coalition.", "EX2211",
         [](GrantCore& g) { g.coalition.bytes[0] ^= 1; });
  c.core("basis not the authority's", "The authority's record does not list the basis.", "EX2211",
         [](GrantCore& g) { g.basis = Basis::originatorAuthority; });
  c.core("gated", "Gated release is reserved.", "EX2212", [](GrantCore& g) { g.release = Release::gated; });
  c.core("another policy pack", "The core names another pack than the roster pins.", "EX2213",
         [](GrantCore& g) { g.policy_pack.bytes[0] ^= 1; });
  c.core("another entries root", "The entries lead to another root.", "EX2205",
         [](GrantCore& g) { g.entries_root.bytes[0] ^= 1; });
  c.core("another subject", "The subject record is not the one committed to.", "EX2210",
         [](GrantCore& g) { g.subject_commit.bytes[0] ^= 1; });
}

void add_entries(GrantCases& c) {
  c.view("view of another agency", "The view names another agency.", "EX2204",
         [&](GrantView& v) { v.agency = c.coalition["clinic"].id(); });
  c.view("view of another key", "The view names another key than the one that opened it.", "EX2204",
         [](GrantView& v) { v.encryption_key.bytes[0] ^= 1; });
  c.view("entries out of order", "The own entries do not ascend by index.", "EX2201",
         [](GrantView& v) { std::swap(v.own[0], v.own[1]); });
  c.view("consent keys out of order", "The consent keys do not ascend by compartment.", "EX2201",
         [](GrantView& v) { std::swap(v.class_keys[0], v.class_keys[1]); });
  const auto by_index = [](const ProvenEntry& a, const ProvenEntry& b) { return a.entry.index < b.entry.index; };
  c.view("edge outside the pair", "An edge entry of a compartment that the reader neither reads nor writes.", "EX2206",
         [&](GrantView& v) {
           for (const auto& proven : c.view_of("prosecutor").own)
             if (proven.entry.compartment == full(FieldClass::txt)) v.edges.push_back(proven);
           std::sort(v.edges.begin(), v.edges.end(), by_index);
         });
  c.view("two entries of one compartment", "Two entries of one agency and compartment.", "EX2206", [&](GrantView& v) {
    ProvenEntry twin = v.own[0];
    twin.entry.index = static_cast<std::uint16_t>(twin.entry.index ^ 1);
    v.own.push_back(twin);
    std::sort(v.own.begin(), v.own.end(), by_index);
  });
  c.view("own entry of another", "An own entry names another agency.", "EX2205", [&](GrantView& v) {
    for (auto& proven : v.own)
      if (proven.entry.compartment == full(FieldClass::mh)) proven.entry.agency = c.coalition["clinic"].id();
  });
  c.view("own path flipped", "One bit of an own entry's path differs.", "EX2205",
         [](GrantView& v) { v.own[0].path[3].bytes[0] ^= 1; });
  c.view("edge path cut", "An edge entry's path lacks its last hash.", "EX2205",
         [](GrantView& v) { v.edges[0].path.pop_back(); });
  c.view("entry salt flipped", "One bit of an entry's salt differs.", "EX2205",
         [](GrantView& v) { v.own[0].entry.salt.bytes[0] ^= 1; });
  c.view("right added", "An own entry says more than the authority signed.", "EX2205",
         [](GrantView& v) { v.own[0].entry.rights = Rights::both; });
  c.view("class key swapped in", "An own entry's class_pk is another key.", "EX2205", [&](GrantView& v) {
    for (auto& proven : v.own)
      if (!proven.entry.class_pk.empty()) proven.entry.class_pk = c.harbor.encryption_key->public_key().bytes().copy();
  });
  c.view("consent key missing", "An own entry with read right has no consent key.", "EX2207",
         [](GrantView& v) { v.class_keys.pop_back(); });
  c.view("consent key too many", "A consent key of a compartment that the reader may not read.", "EX2207",
         [](GrantView& v) {
           v.class_keys.push_back({full(FieldClass::txt), v.class_keys.back().secret});
         });
  c.view("another consent key", "A consent key is not the private half of its entry's key.", "EX2207",
         [](GrantView& v) { v.class_keys[0].secret[20] ^= 1; });
  c.view("consent keys exchanged", "Two consent keys stand under each other's compartment.", "EX2207",
         [](GrantView& v) { std::swap(v.class_keys[0].secret, v.class_keys[1].secret); });
  c.view("subject record changed", "One letter of the subject record differs.", "EX2210",
         [](GrantView& v) { v.subject_record[9] ^= 1; });
  c.view("subject salt changed", "One bit of the subject salt differs.", "EX2210",
         [](GrantView& v) { v.subject_salt.bytes[0] ^= 1; });
  // A view whose agency may not read (ID, full), with the record all the same.
  auto without = spec();
  without.rights.pop_back();
  without.seed = "vectors: no identity";
  const auto grant = testing::make_grant(c.coalition, without);
  GrantView curious;
  for (const auto& view : grant.built.views)
    if (view.agency == c.harbor.id()) curious = view;
  const std::string name = "subject record without the right";
  c.opened("no subject record", "A view of who may not read (ID, full) has no subject record.",
           testing::object_of(c.coalition, curious), GrantCases::taken(grant.built.hash));
  curious.subject_record = without.subject_record;
  curious.subject_salt = testing::fixed_id<Salt>("subject salt of " + without.subject);
  c.opened(name, "The record is with a view whose agency may not read (ID, full).",
           testing::object_of(c.coalition, curious), refused("EX2210"));
}

/// Whom harbor may send to outside the coalition, beside its rights.
void add_externals(GrantCases& c) {
  auto outside = spec();
  outside.rights.push_back({"harbor", full(FieldClass::eng), Rights::write});
  const Timestamp until = after_now(5 * kDay);
  outside.externals = {{"Corner Bakery", until, {full(FieldClass::eng)}, {"harbor"}},
                       {"City Hall", until, {full(FieldClass::eng)}, {"harbor"}}};
  outside.seed = "vectors: external recipients";
  const auto grant = testing::make_grant(c.coalition, outside);
  GrantView honest;
  for (const auto& view : grant.built.views)
    if (view.agency == c.harbor.id()) honest = view;
  c.opened("external recipients", "A view that names two recipients who are in no roster.",
           testing::object_of(c.coalition, honest), GrantCases::taken(grant.built.hash));
  const auto refuses = [&](const std::string& name, const std::string& says, const char* id, auto edit) {
    GrantView changed = honest;
    edit(changed);
    c.opened(name, says, testing::object_of(c.coalition, changed), refused(id));
  };
  refuses("external recipients descending", "The external recipients do not ascend by id.", "EX2201",
          [](GrantView& v) { std::swap(v.externals[0], v.externals[1]); });
  refuses("another name outside", "An external recipient's name is another than its id's.", "EX2223",
          [](GrantView& v) { v.externals[0].name += "!"; });
  refuses("another end outside", "An external recipient's end is another than its id's.", "EX2223",
          [](GrantView& v) { ++v.externals[0].until.seconds; });
  refuses("external recipient without an entry", "Name, end and id agree, and no entry is of that id.", "EX2223",
          [&](GrantView& v) {
            v.externals = {{grant::external_id(c.coalition.id(), "Tavern", until), "Tavern", until}};
          });
  refuses("external recipient that writes", "An entry of an external recipient says that it may write.", "EX2205",
          [&](GrantView& v) {
            for (auto& proven : v.edges)
              if (proven.entry.agency == v.externals[0].id) proven.entry.rights = Rights::both;
          });
}

}  // namespace

VectorFile grants_file(SuiteId suite) {
  GrantCases c(suite);
  add_accepted(c);
  add_envelope(c);
  add_authority(c);
  add_core(c);
  add_entries(c);
  add_externals(c);
  return c.maker.take();
}

}  // namespace xch::vectors
