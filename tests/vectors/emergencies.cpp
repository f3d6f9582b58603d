// What is told in a medical emergency: every check of docs/format.md, "Break-glass". harbor, a Part 2 program, tells
// the clinic.
#include <algorithm>
#include <functional>

#include "message/break_glass.hpp"
#include "vectors/objects.hpp"
#include "wire/records.hpp"

namespace xch::vectors {
namespace {

constexpr const char* kFirst = "in its envelope";

struct EmergencyCases {
  explicit EmergencyCases(SuiteId suite)
      : pack(pack_for("progress.engagement", Basis::part2Consent)),
        scene(suite, Scene::spec_of(), message_test::progress_type(), "harbor", pack),
        maker(suite, "emergencies", given("clinic")) {}

  /// given is what a party knows who opens: its keys, the roster and the note type.
  Json given(const std::string& name) const {
    Json out = given_of_roster(scene.coalition, name, pack);
    out.erase("pack");
    out["schemas"] = Json::array({schema_of(scene.type)});
    return out;
  }
  const testing::TestParty& party(const std::string& name) const { return scene.coalition[name]; }
  BreakGlass told(const std::string& to = "clinic") const {
    BreakGlass v;
    v.id = testing::fixed_id<BreakGlassId>("emergency one");
    v.coalition = scene.coalition.id();
    v.sender = party("harbor").id();
    v.recipient = party(to).id();
    v.recipient_key = party(to).encryption.id;
    v.time = kNow;
    v.schema_id = scene.schema().type_id;
    v.schema_digest = scene.schema().digest;
    v.personnel = "Dr. Amal Haddad";
    v.facility = "County Hospital, emergency room";
    v.discloser = "J. Ortiz";
    v.nature = "found unconscious, overdose suspected";
    v.fields = {{message_test::slot_at("nextStep"), ByteView(std::string_view("call on Monday")).copy()}};
    return v;
  }
  SealedObject signed_by(const BreakGlass& v, const std::string& name = "harbor", Kind kind = Kind::breakGlass) const {
    SealedObject out;
    out.chain = party(name).seat_chain();
    out.object = must(party::sign_object(kind, wire::encode(v), party(name).seat.id, *party(name).seat_key));
    return out;
  }
  static Json opened(const BreakGlass& v) {
    Json cells = Json::array();
    for (const auto& field : v.fields) cells.push_back(Json{{"slot", field.slot}, {"value", hex_of(field.value)}});
    return Json{{"id", hex_of(v.id)}, {"cells", std::move(cells)}};
  }
  void object(const std::string& name, const std::string& says, const SealedObject& object, Json expect,
              const std::string& by = "clinic") {
    maker.object(name, says, wire::encode(object), party(by).encryption.id, std::move(expect));
  }
  void refuses(const std::string& name, const std::string& says, const char* id,
               const std::function<void(BreakGlass&)>& edit, const std::string& by = "harbor") {
    BreakGlass changed = told();
    edit(changed);
    object(name, says, signed_by(changed, by), refused(id));
  }
  void opens(const std::string& name, const std::string& says, const std::function<void(BreakGlass&)>& edit) {
    BreakGlass changed = told();
    edit(changed);
    object(name, says, signed_by(changed), opened(changed));
  }

  PolicyPack pack;
  Scene scene;
  Maker maker;
};

void add_envelope(EmergencyCases& c) {
  const auto& clinic = c.party("clinic");
  crypto::SeededRandom_for_testing random(ByteView(std::string_view("LX1 vectors emergency")));
  const Bytes envelope =
      must(message::seal_break_glass(c.signed_by(c.told()), clinic.id(), clinic.encryption.id,
                                     clinic.encryption_key->public_key(), random));
  c.maker.bytes(kFirst, "One field told to a provider, in an envelope of the usual size.", envelope,
                c.opened(c.told()));
  c.maker.cut("five bytes", "The envelope is cut to five bytes.", kFirst, 5, refused("EX3501"));
  c.maker.cut("a byte short", "The envelope lacks its last byte.", kFirst, envelope.size() - 1, refused("EX3501"));
  c.maker.edit("a note's magic", "The envelope says that it is a note.", kFirst, 2, 1,
               ByteView(std::string_view("E")), refused("EX3502"));
  c.maker.edit("an object's magic", "The envelope says that it is an object.", kFirst, 2, 1,
               ByteView(std::string_view("O")), refused("EX3502"));
  c.maker.flip("suite flipped", "The suite is another.", kFirst, 5, refused("EX3503"), 3);
  c.maker.flip("enc flipped", "One bit of enc differs.", kFirst, 9, refused("EX3504"));
  c.maker.flip("tag flipped", "One bit of the tag differs.", kFirst, -1, refused("EX3504"));
}

void add_signer(EmergencyCases& c) {
  c.object("as it stood", "The same object as it stood in the envelope.", c.signed_by(c.told()), c.opened(c.told()));
  c.object("another kind", "The object is a presentation by its kind.",
           c.signed_by(c.told(), "harbor", Kind::presentation), refused("EX3508"));
  SealedObject object = c.signed_by(c.told());
  object.object.signature[9] ^= 1;
  c.object("signature flipped", "One bit of the signature differs.", object, refused("EX3507"));
  object = c.signed_by(c.told());
  object.chain.pop_back();
  c.object("chain cut", "The chain lacks its identity.", object, refused("EX3507"));
  c.object("another label", "The signature is one of a receipt.",
           [&] {
             auto receipt = c.signed_by(c.told(), "harbor", Kind::receipt);
             receipt.object.kind = Kind::breakGlass;
             return receipt;
           }(),
           refused("EX3507"));
  object = c.signed_by(c.told());
  Bytes longer = object.object.body;
  longer.resize(longer.size() + 8);
  const auto& harbor = c.party("harbor");
  object.object = must(party::sign_object(Kind::breakGlass, longer, harbor.seat.id, *harbor.seat_key));
  c.object("word behind the body", "A zero word follows the body.", object, refused("EX3506"));
  c.object("signed by another", "A seat of another agency signed in the sender's name.",
           c.signed_by(c.told(), "defender"), refused("EX3507"));
  c.refuses("for another", "It names another recipient.", "EX3507",
            [&](BreakGlass& v) { v.recipient = c.party("defender").id(); });
  c.refuses("for another key", "It names another key of the recipient.", "EX3507",
            [](BreakGlass& v) { v.recipient_key.bytes[0] ^= 1; });
  c.refuses("another coalition", "It names another coalition.", "EX3507",
            [](BreakGlass& v) { v.coalition.bytes[0] ^= 1; });
  c.opens("300 seconds ahead", "Its time lies 300 seconds ahead.", [](BreakGlass& v) { v.time = after_now(300); });
  c.refuses("301 seconds ahead", "Its time lies 301 seconds ahead.", "EX3507",
            [](BreakGlass& v) { v.time = after_now(301); });
  c.refuses("before the key", "Its time lies before the recipient's key was a target.", "EX3507",
            [](BreakGlass& v) { v.time = before_now(3 * kDay + 1); });
  c.maker.with("now", time_of(c.scene.coalition.roster_body().expires + 1));
  c.object("roster expired", "The newest roster has expired.", c.signed_by(c.told()), refused("EX3214"));
}

void add_parties(EmergencyCases& c) {
  c.refuses(
      "told by no provider", "The sender is a defender.", "EX3514",
      [&](BreakGlass& v) { v.sender = c.party("defender").id(); }, "defender");
  for (const std::string name : {"patrol", "prosecutor", "defender", "office"}) {
    if (!c.scene.coalition.roster()->party(c.party(name).id())) continue;
    c.maker.knowing(c.given(name));
    c.object("told to " + name, "The recipient treats nobody.", c.signed_by(c.told(name)), refused("EX2130"), name);
  }
}

void add_content(EmergencyCases& c) {
  const std::vector<std::pair<std::string, std::string BreakGlass::*>> facts = {{"personnel", &BreakGlass::personnel},
                                                                               {"facility", &BreakGlass::facility},
                                                                               {"discloser", &BreakGlass::discloser},
                                                                               {"nature", &BreakGlass::nature}};
  for (const auto& [name, fact] : facts) {
    c.refuses("no " + name, "The fact is missing.", "EX2129", [&](BreakGlass& v) { (v.*fact).clear(); });
    c.refuses("blank " + name, "The fact is blank.", "EX2129", [&](BreakGlass& v) { v.*fact = "  "; });
    c.refuses("two lines of " + name, "The fact has a line feed.", "EX2129", [&](BreakGlass& v) { v.*fact = "a\nb"; });
  }
  c.opens("longest facts", "The facts are as long as they may be.", [](BreakGlass& v) {
    v.personnel.assign(256, 'p');
    v.nature.assign(1024, 'n');
  });
  c.refuses("a fact too long", "A name of 257 bytes.", "EX3506", [](BreakGlass& v) { v.facility.assign(257, 'f'); });
  c.refuses("schema not here", "The recipient has no schema of this digest.", "EX3220",
            [](BreakGlass& v) { v.schema_digest.bytes[0] ^= 1; });
  c.refuses("another type", "The type id is another than the schema's.", "EX3220",
            [](BreakGlass& v) { v.schema_id ^= 1; });
  c.refuses("no field", "Nothing is told.", "EX3506", [](BreakGlass& v) { v.fields.clear(); });
  c.refuses("field twice", "A field stands twice.", "EX3506",
            [](BreakGlass& v) { v.fields.push_back(v.fields.front()); });
  c.refuses("padding slot", "The slot is past the schema's last.", "EX3515",
            [&](BreakGlass& v) { v.fields[0].slot = static_cast<std::uint16_t>(c.scene.schema().slots.size()); });
  c.refuses("a coarser form", "The slot is that of a form.", "EX3515",
            [](BreakGlass& v) { v.fields[0].slot = message_test::slot_at("engaged", Form::level); });
  c.refuses("no text", "The value is no UTF-8.", "EX3519", [](BreakGlass& v) { v.fields[0].value = Bytes{0xff}; });
}

}  // namespace

VectorFile emergencies_file(SuiteId suite) {
  EmergencyCases c(suite);
  add_envelope(c);
  add_signer(c);
  add_parties(c);
  add_content(c);
  return c.maker.take();
}

}  // namespace xch::vectors
