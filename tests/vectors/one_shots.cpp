// Packets for one recipient outside the coalition: every check of docs/format.md, "One-shot packet". harbor, a Part 2
// program, tells a bakery that the person takes part.
#include "message/one_shot.hpp"

#include <algorithm>
#include <functional>

#include "crypto/code_key.hpp"
#include "crypto/hpke.hpp"
#include "crypto/labels.hpp"
#include "crypto/padme.hpp"
#include "message/object_frame.hpp"
#include "message/one_shot_code.hpp"
#include "vectors/objects.hpp"
#include "wire/records.hpp"

namespace xch::vectors {
namespace {

constexpr const char* kFirst = "a packet";
constexpr const char* kCode = "147AD-8BEHS-FJNRH-PSWZT-X036S-47ADF-BEHM2";
constexpr const char* kBakery = "Corner Bakery";
constexpr Timestamp kUntil = after_now(5 * kDay), kEnds = after_now(2 * kDay);
constexpr Compartment kTakesPart(FieldClass::eng, Form::yesNo);

/// A pack in which a Part 2 consent may name an external recipient too.
PolicyPack outside_pack() {
  PolicyPack pack = pack_for("progress.engagement", Basis::part2Consent);
  pack.bases.front().readers.push_back(Role::ext);
  return pack;
}

testing::GrantSpec outside_spec() {
  auto spec = Scene::spec_of();
  spec.rights.push_back({"harbor", kTakesPart, Rights::write});
  spec.externals = {{kBakery, kUntil, {kTakesPart}, {"harbor"}}};
  return spec;
}

struct OneShotCases {
  explicit OneShotCases(SuiteId suite)
      : prefix(suite_word(suite) + "/one-shots/"),
        pack(outside_pack()),
        scene(suite, outside_spec(), message_test::progress_type(), "harbor", pack),
        key(must(crypto::code_key(suite, ByteView(std::string_view(kCode))))),
        roster(only(scene.coalition.roster_body(), {"office", "harbor"})),
        bakery(grant::external_id(scene.coalition.id(), kBakery, kUntil)),
        maker(suite, "one-shots", given()) {
    const auto input = note();
    const auto plan = must(message::plan_one_shot(scene.sender, input, bakery, kNow));
    reseed(scene, prefix + kFirst);
    const Bytes packet = must(message::seal_one_shot(scene.sender, input, bakery, plan, roster_bytes(roster),
                                                     key.public_key(), scene.random, kNow))
                             .packet;
    Bytes body(packet.size() - 6 - crypto::hpke_overhead(suite));
    must(crypto::hpke_open(key, info(), ByteView(packet).sub(0, 6), ByteView(packet).sub(6), body, Code::bug));
    inside = ByteView(body).sub(4, load_u32(body.data())).copy();
    const auto object = must(wire::decode_sealed_object(ByteView(inside).sub(4 + load_u32(inside.data()))));
    told = must(wire::decode_one_shot(object.object.body));
    maker.bytes(kFirst, "Whether the person takes part, for a bakery that the consent names.", packet, opened(told));
  }

  Json given() const {
    return Json{{"now", time_of(kNow)},
                {"code", kCode},
                {"roots", Json::array({hex_of(party::roots_digest(roster))})},
                {"schemas", Json::array({schema_of(scene.type)})}};
  }
  message::NoteInput note() {
    auto out = scene.note({{"engaged", "2"}}, {});
    out.note_id = note_id_of("one-shot one");
    out.expires_at = kEnds;
    return out;
  }
  Bytes info() const {
    return ByteWriter().raw(crypto::label::kOneShot).raw(message::one_shot_key(key.public_key())).bytes();
  }
  Bytes roster_bytes(const Roster& body, const std::vector<std::size_t>& by = {0, 1}) const {
    return wire::encode(scene.coalition.sign(body, by));
  }
  SealedObject signed_by(const OneShot& v, const std::string& name = "harbor", Kind kind = Kind::oneShot) const {
    const auto& party = scene.coalition[name];
    return {party.seat_chain(), must(party::sign_object(kind, wire::encode(v), party.seat.id, *party.seat_key))};
  }
  static Bytes joined(ByteView roster, ByteView object) {
    return ByteWriter().u32(static_cast<std::uint32_t>(roster.size())).raw(roster).raw(object).bytes();
  }
  static Json opened(const OneShot& v) {
    Json cells = Json::array();
    for (const auto& field : v.fields)
      cells.push_back(Json{{"slot", field.slot}, {"value", hex_of(field.value)}});
    return Json{{"id", hex_of(v.id)}, {"to", v.to.name}, {"cells", std::move(cells)}};
  }

  /// body adds a packet whose padded body is `content` under a length of its own, at the size given.
  void body(const std::string& name, const std::string& says, std::uint32_t length, std::size_t size, const char* id,
            std::uint8_t last = 0) {
    reseed(scene, prefix + name);
    Bytes out(size);
    store_u32(out.data(), length);
    std::copy(inside.begin(), inside.end(), out.begin() + 4);
    out.back() = last;
    maker.bytes(name, says, must(message::seal_frame("LXP1", key.public_key(), info(), out, scene.random)), refused(id));
  }
  void object(const std::string& name, const std::string& says, const SealedObject& object, Json expect) {
    maker.content(name, says, joined(roster_bytes(roster), wire::encode(object)), std::move(expect));
  }
  void with_roster(const std::string& name, const std::string& says, ByteView other, Json expect) {
    maker.content(name, says, joined(other, wire::encode(signed_by(told))), std::move(expect));
  }
  using Edit = std::function<void(OneShot&)>;
  void refuses(const std::string& name, const std::string& says, const char* id, const Edit& edit) {
    OneShot changed = told;
    edit(changed);
    object(name, says, signed_by(changed), refused(id));
  }
  void opens(const std::string& name, const std::string& says, const Edit& edit) {
    OneShot changed = told;
    edit(changed);
    object(name, says, signed_by(changed), opened(changed));
  }
  /// regranted has a grant that the office signed anew.
  Edit regranted(const std::function<void(GrantCore&)>& edit) const {
    return [this, edit](OneShot& v) {
      GrantCore core = must(wire::decode_grant_core(v.grant.body));
      edit(core);
      const auto& office = scene.coalition["office"];
      v.grant = must(party::sign_object(Kind::grant, wire::encode(core), office.authority->id, *office.authority_key));
    };
  }

  std::string prefix;
  PolicyPack pack;
  Scene scene;
  crypto::KemPrivateKey key;
  Roster roster;
  PartyId bakery;
  Maker maker;
  Bytes inside;  // roster and object of the first packet
  OneShot told;
};

void add_code(OneShotCases& c) {
  const auto typed = [&](const std::string& name, const std::string& says, const std::string& code, Json expect) {
    c.maker.with("code", code).edit(name, says, kFirst, 0, 0, ByteView(), std::move(expect));
  };
  typed("typed freely", "Small letters, O for 0, I and L for 1, spaces for hyphens.",
        " i47ad 8behs fjnrh pswzt xO36s 47adf behm2 ", OneShotCases::opened(c.told));
  typed("typed without hyphens", "No hyphens.", "L47AD8BEHSFJNRHPSWZTX036S47ADFBEHM2", OneShotCases::opened(c.told));
  typed("misheard", "One character of the third group is another.", "147AD-8BEHS-FJNRG-PSWZT-X036S-47ADF-BEHM2",
        refused("EX3527"));
  typed("groups exchanged", "The first two groups stand in each other's place.",
        "8BEHS-147AD-FJNRH-PSWZT-X036S-47ADF-BEHM2", refused("EX3527"));
  typed("a letter that no code has", "U is no character of a code.", "U47AD-8BEHS-FJNRH-PSWZT-X036S-47ADF-BEHM2",
        refused("EX3527"));
  typed("code cut", "The last character is missing.", "147AD-8BEHS-FJNRH-PSWZT-X036S-47ADF-BEHM", refused("EX3527"));
  crypto::SeededRandom_for_testing random(ByteView(std::string_view("LX1 vectors another code")));
  const auto other = message::new_code(random);
  typed("code of another packet", "The code is that of another packet.", std::string(other.expose().text()),
        refused("EX3528"));
}

void add_packet(OneShotCases& c) {
  const std::size_t size = c.maker.file().bytes_of(c.maker.file().at(kFirst)).size();
  c.maker.cut("five bytes", "The packet is cut to five bytes.", kFirst, 5, refused("EX3501"));
  c.maker.cut("a byte short", "The packet lacks its last byte.", kFirst, size - 1, refused("EX3501"));
  c.maker.edit("a note's magic", "The packet says that it is a note.", kFirst, 2, 1, ByteView(std::string_view("E")),
               refused("EX3502"));
  c.maker.edit("an object's magic", "The packet says that it is an object.", kFirst, 2, 1,
               ByteView(std::string_view("O")), refused("EX3502"));
  c.maker.edit("break-glass magic", "The packet says that it tells in an emergency.", kFirst, 2, 1,
               ByteView(std::string_view("B")), refused("EX3502"));
  c.maker.edit("suite 3", "The reserved suite pq is refused by name.", kFirst, 4, 2,
               ByteView(std::string_view("\0\3", 2)), refused("EX3503"));
  c.maker.flip("enc flipped", "One bit of enc differs.", kFirst, 9, refused("EX3528"));
  c.maker.flip("tag flipped", "One bit of the tag differs.", kFirst, -1, refused("EX3528"));
  const Bytes zero{0};
  c.maker.edit("one byte more", "A zero byte follows the tag.", kFirst, static_cast<std::int64_t>(size), 0, zero,
               refused("EX3528"));
  c.maker.edit("16 MiB and one byte", "One byte more than the longest packet.", kFirst,
               static_cast<std::int64_t>(size), 0, zero, refused("EX3505"), (16u << 20) + 1 - size);
  const auto length = static_cast<std::uint32_t>(c.inside.size());
  c.body("padding of one bit", "The last byte of the padding is not zero.", length, message::kOneShotBody, "EX3505", 1);
  c.body("length past the body", "The length is longer than the body.", message::kOneShotBody, message::kOneShotBody,
         "EX3505");
  c.body("off the grid", "The body is of no size that Padme gives.", length, message::kOneShotBody + 8, "EX3505");
  c.body("length one short", "The last byte of the content stands where zeros must be.", length - 1,
         message::kOneShotBody, "EX3505");
}

void add_content(OneShotCases& c) {
  const ByteView all(c.inside);
  c.maker.content("as it lay there", "The same content as it lay in the packet.", all, OneShotCases::opened(c.told));
  c.maker.content("three bytes", "The content has no length.", all.sub(0, 3), refused("EX3506"));
  c.maker.content("roster alone", "No object follows the roster.", all.sub(0, 4 + load_u32(all.data())),
                  refused("EX3506"));
  Bytes changed = all.copy();
  store_u32(changed.data(), static_cast<std::uint32_t>(changed.size()));
  c.maker.content("roster past the content", "The roster is longer than the content.", changed, refused("EX3506"));
  changed = all.copy();
  changed.push_back(0);
  c.maker.content("a byte behind the object", "A zero byte follows the object.", changed, refused("EX3506"));
  changed = all.copy();
  changed.resize(changed.size() - 8);
  c.maker.content("object cut by a word", "The object lacks its last word.", changed, refused("EX3506"));
  c.with_roster("one root alone", "One root of the two that must have signed the roster.",
                c.roster_bytes(c.roster, {0}), refused("EX3507"));
  Roster second = c.roster;
  second.version = 2;
  second.previous = party::roster_hash(c.scene.coalition.sign(c.roster).body);
  c.with_roster("a later roster", "Version 2 of the roster has the same roots.", c.roster_bytes(second),
                OneShotCases::opened(c.told));
  const testing::Coalition other(testing::other_suite(c.scene.coalition.suite()));
  const Roster theirs = only(other.roster_body(), {"office", "harbor"});
  const Bytes their_bytes = wire::encode(other.sign(theirs));
  c.with_roster("other roots", "The roots are not those that were given with the code.", their_bytes, refused("EX3529"));
  c.maker.with("roots", Json::array({hex_of(party::roots_digest(theirs))}));
  c.with_roster("roster of the other suite", "The roster is of another suite than the packet.", their_bytes,
                refused("EX3503"));
}

void add_signer(OneShotCases& c) {
  c.object("another kind", "The object is a presentation by its kind.",
           c.signed_by(c.told, "harbor", Kind::presentation), refused("EX3508"));
  SealedObject object = c.signed_by(c.told);
  object.object.signature[9] ^= 1;
  c.object("signature flipped", "One bit of the signature differs.", object, refused("EX3507"));
  object = c.signed_by(c.told);
  object.chain.pop_back();
  c.object("chain cut", "The chain lacks its identity.", object, refused("EX3507"));
  object = c.signed_by(c.told, "harbor", Kind::receipt);
  object.object.kind = Kind::oneShot;
  c.object("another label", "The signature is one of a receipt.", object, refused("EX3507"));
  const auto& harbor = c.scene.coalition["harbor"];
  Bytes longer = wire::encode(c.told);
  longer.resize(longer.size() + 8);
  object = c.signed_by(c.told);
  object.object = must(party::sign_object(Kind::oneShot, longer, harbor.seat.id, *harbor.seat_key));
  c.object("word behind the body", "A zero word follows the body.", object, refused("EX3506"));
  OneShot fields = c.told;
  fields.fields.clear();
  c.object("no field", "Nothing is told.", c.signed_by(fields), refused("EX3506"));
  fields.fields = {c.told.fields.front(), c.told.fields.front()};
  c.object("field twice", "A field stands twice.", c.signed_by(fields), refused("EX3506"));
  c.refuses("another coalition", "It names another coalition.", "EX3507",
            [](OneShot& v) { v.coalition.bytes[0] ^= 1; });
  c.refuses("another sender", "It names another sender than its seat's.", "EX3507",
            [&](OneShot& v) { v.sender = c.scene.coalition["office"].id(); });
  c.refuses("for another key", "It names another one-time key.", "EX3507", [](OneShot& v) { v.key.bytes[0] ^= 1; });
  c.refuses("before the roster", "It was sealed before the roster was made.", "EX3507",
            [](OneShot& v) { v.sealed_at = before_now(31 * kDay); });
  Roster changed = c.roster;
  changed.revoked = {{harbor.seat.id, kNow}};
  c.with_roster("seat revoked", "The seat was revoked in the second of sealing.", c.roster_bytes(changed),
                refused("EX3507"));
  changed = c.roster;
  for (auto& party : changed.parties)
    if (party.id == harbor.id()) party.agreement_not_after = before_now(1);
  c.with_roster("agreement over", "The sender's agreement had ended a second before.", c.roster_bytes(changed),
                refused("EX3507"));
}

void add_times(OneShotCases& c) {
  const auto at = [&](const std::string& name, const std::string& says, Timestamp now, Json expect) {
    c.maker.with("now", time_of(now)).edit(name, says, kFirst, 0, 0, ByteView(), std::move(expect));
  };
  at("300 seconds early", "The clock shows 300 seconds before it was sealed.", before_now(300),
     OneShotCases::opened(c.told));
  at("301 seconds early", "The clock shows 301 seconds before it was sealed.", before_now(301), refused("EX3531"));
  at("last second", "The last second of its life.", kEnds, OneShotCases::opened(c.told));
  at("expired", "A second past its end.", kEnds + 1, refused("EX3532"));
}

void add_grant(OneShotCases& c) {
  const auto grant = [&](const std::string& name, const std::string& says, const std::function<void(GrantCore&)>& edit) {
    c.refuses(name, says, "EX3530", c.regranted(edit));
  };
  c.refuses("grant's signature flipped", "One bit of the grant's signature differs.", "EX3530",
            [](OneShot& v) { v.grant.signature[3] ^= 1; });
  c.refuses("no chain of an authority", "The chain of the key that signed the grant is missing.", "EX3530",
            [](OneShot& v) { v.authority.clear(); });
  c.refuses("a seat's chain", "The chain is that of a seat.", "EX3530",
            [&](OneShot& v) { v.authority = c.scene.coalition["harbor"].seat_chain(); });
  grant("grant of another authority", "The grant names another authority.",
        [&](GrantCore& g) { g.authority = c.scene.coalition["harbor"].id(); });
  grant("grant of another coalition", "The grant names another coalition.",
        [](GrantCore& g) { g.coalition.bytes[0] ^= 1; });
  grant("a basis that is not the office's", "The office issues nothing on this basis.",
        [](GrantCore& g) { g.basis = Basis::plainRelease; });
  grant("grant of another suite", "The grant asks for the other suite.", [&](GrantCore& g) {
    g.required_suite = testing::other_suite(c.scene.coalition.suite());
  });
  c.opens("grant of this suite", "The grant asks for this suite.",
          c.regranted([&](GrantCore& g) { g.required_suite = c.scene.coalition.suite(); }));
  c.refuses("another basis", "The basis is not the grant's.", "EX3530",
            [](OneShot& v) { v.basis = Basis::justiceCondition; });
  c.refuses("another purpose", "The purpose is none of the grant's.", "EX3530",
            [](OneShot& v) { v.purpose = Purpose::housing; });
  grant("sealed before the grant", "The grant begins a second later.", [](GrantCore& g) { g.not_before = after_now(1); });
  grant("sealed before its moment", "The grant takes effect a second later.",
        [](GrantCore& g) { g.effective_at = after_now(1); });
  grant("longer than the grant", "The grant ends a second before the packet.",
        [](GrantCore& g) { g.not_after = before_now(1) + 2 * kDay; });
  c.refuses("ends before it begins", "The packet ends before it was sealed.", "EX3530", [](OneShot& v) {
    v.sealed_at = after_now(60);
    v.expires_at = after_now(59);
  });
}

void add_recipient(OneShotCases& c) {
  const CoalitionId coalition = c.scene.coalition.id();
  c.refuses("another name", "The name is another than the id's.", "EX3530",
            [](OneShot& v) { v.to.name = "Corner Tavern"; });
  c.refuses("another last second", "The recipient's end is another than the id's.", "EX3530",
            [](OneShot& v) { v.to.until = kUntil + 1; });
  c.refuses("somebody whom no consent names", "Name, end and id agree, and no entry is of that id.", "EX3530",
            [&](OneShot& v) {
              v.to.name = "Corner Tavern";
              v.to.id = grant::external_id(coalition, v.to.name, v.to.until);
            });
  c.refuses("longer than the recipient", "The packet ends a second after the recipient's end.", "EX3530",
            [](OneShot& v) { v.expires_at = kUntil + 1; });
  c.opens("as long as the recipient", "The packet ends with the recipient.",
          [](OneShot& v) { v.expires_at = kUntil; });
  c.refuses("no entry", "The field has no entry.", "EX3530", [](OneShot& v) { v.entries.clear(); });
  c.refuses("the whole value", "The whole value, where the entry is of a form.", "EX3530",
            [](OneShot& v) { v.fields[0].slot = message_test::slot_at("engaged"); });
  c.refuses("path flipped", "One bit of an entry's path differs.", "EX3530",
            [](OneShot& v) { v.entries[0].path[0].bytes[0] ^= 1; });
  c.refuses("salt flipped", "One bit of an entry's salt differs.", "EX3530",
            [](OneShot& v) { v.entries[0].entry.salt.bytes[0] ^= 1; });
  c.refuses("entry that writes", "An entry gives a right to write.", "EX3530",
            [](OneShot& v) { v.entries[0].entry.rights = Rights::both; });
  c.refuses("entry twice", "An entry stands twice.", "EX3506",
            [](OneShot& v) { v.entries.push_back(v.entries.front()); });
  for (const auto& view : c.scene.care.built.views)
    for (const auto& proven : view.own) {
      const bool whole = proven.entry.compartment == full(FieldClass::eng) && may_read(proven.entry.rights);
      if (!whole || view.agency != c.scene.coalition["clinic"].id()) continue;
      c.refuses("entry of an agency", "The entry is one of a member of the coalition.", "EX3530", [&](OneShot& v) {
        v.entries = {proven};
        v.fields[0].slot = message_test::slot_at("engaged");
      });
    }
}

void add_fields(OneShotCases& c) {
  c.refuses("schema not here", "The recipient has no schema of this digest.", "EX3220",
            [](OneShot& v) { v.schema_digest.bytes[0] ^= 1; });
  c.refuses("another type", "The type id is another than the schema's.", "EX3220", [](OneShot& v) { v.schema_id ^= 1; });
  c.refuses("padding slot", "The slot is past the schema's last.", "EX3515", [&](OneShot& v) {
    v.fields[0].slot = static_cast<std::uint16_t>(c.scene.schema().slots.size());
  });
  c.refuses("value of no member", "The value is none that the type has.", "EX3519",
            [](OneShot& v) { v.fields[0].value = Bytes(8, 0x7f); });
}

}  // namespace

VectorFile one_shots_file(SuiteId suite) {
  OneShotCases c(suite);
  add_code(c);
  add_packet(c);
  add_content(c);
  add_signer(c);
  add_times(c);
  add_grant(c);
  add_recipient(c);
  add_fields(c);
  return c.maker.take();
}

}  // namespace xch::vectors
