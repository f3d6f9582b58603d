// Presentations: one field onward, and each check of the verifier (docs/format.md, "Presentation").
//
// A treatment.status of clinic to harbor under the person's consent; harbor shows fields of it to the defender, who
// reads SUD under the same grant.
#include <algorithm>
#include <functional>

#include "crypto/merkle.hpp"
#include "message/cells.hpp"
#include "message/present.hpp"
#include "vectors/objects.hpp"
#include "vectors/proofs.hpp"
#include "vectors/type_case.hpp"
#include "wire/records.hpp"

namespace xch::vectors {
namespace {

constexpr const char* kJson =
    R"({"admission":"admitted","levelOfCare":"level21Intensive","attendance":"asRequired","diagnosesSud":["F11.20"]})";

testing::GrantSpec spec() {
  auto out = spec_of(Basis::part2Consent, Purpose::coord, "treatment onward");
  out.rights = {{"clinic", full(FieldClass::sud), Rights::both},   {"harbor", full(FieldClass::sud), Rights::both},
                {"defender", full(FieldClass::sud), Rights::read}, {"clinic", full(FieldClass::mh), Rights::both},
                {"harbor", full(FieldClass::mh), Rights::both},    {"defender", full(FieldClass::eng), Rights::read}};
  out.edges = {{"clinic", "harbor"}, {"harbor", "defender"}, {"clinic", "defender"}};
  return out;
}

struct PresentationCases {
  explicit PresentationCases(SuiteId suite)
      : prefix(suite_word(suite) + "/presentations/"),
        pack(pack_for("treatment.status", Basis::part2Consent)),
        scene(suite, spec(), message_test::builtin_type("treatment.status"), "clinic", pack),
        maker(suite, "presentations", given()),
        writer(maker, prefix, spec(), message_test::builtin_type("treatment.status"), "clinic", pack) {
    const auto& type = scene.schema();
    admission = message_test::slot_of(type, "admission");
    level = message_test::slot_of(type, "levelOfCare");
    reseed(writer.scene, prefix + "note");
    input = writer.note("note", kJson, {"harbor", "clinic"});
    const auto batch = writer.scene.seal({input});
    held = open(writer.scene.for_party(batch, "harbor"), "harbor");
    archived = open(writer.scene.for_party(batch, "clinic"), "clinic");
  }

  /// given is what the verifier knows: it asked for one nonce.
  Json given() {
    nonce.fill(0x5a);
    Json out = given_of(scene, "defender");
    out["nonces"] = Json::array({hex_of(nonce)});
    return out;
  }
  std::unique_ptr<message::OpenedBundle> open(const Bytes& envelope, const std::string& by) {
    auto& reader = writer.scene[by];
    auto bundle = std::make_unique<message::OpenedBundle>(
        must(message::open(envelope, reader, writer.scene.cache, writer.scene.arenas, kNow), "open"));
    if (!bundle->views.front().opened) testing::give_up(bundle->views.front().opened.error().code, "open");
    return bundle;
  }
  const testing::TestParty& party(const std::string& name) const { return scene.coalition[name]; }
  message::PresentRequest request(const std::vector<std::uint16_t>& slots) const {
    message::PresentRequest out;
    out.slots = slots;
    out.audience = party("defender").id();
    out.audience_key = party("defender").encryption.id;
    out.nonce = nonce;
    out.purpose = Purpose::coord;
    out.under = scene.care.held.at("harbor");
    return out;
  }
  Presentation body(const std::vector<std::uint16_t>& slots) const {
    const auto& harbor = party("harbor");
    return must(message::make_presentation(*held->views.front().opened, request(slots), harbor.id(), harbor.seat.id,
                                           scene.pack, kNow));
  }
  Presentation body() const { return body({admission, level}); }
  SealedObject signed_by(const Presentation& p, const std::string& name) const {
    SealedObject out;
    out.chain = party(name).seat_chain();
    out.object =
        must(party::sign_object(Kind::presentation, wire::encode(p), party(name).seat.id, *party(name).seat_key));
    return out;
  }
  Json shown(const std::vector<std::uint16_t>& slots) const {
    Json cells = Json::array();
    for (const auto slot : slots) cells.push_back(Json{{"slot", slot}, {"value", hex_of(input.slots[slot].value)}});
    return Json{{"result", "indeterminate"}, {"cells", std::move(cells)}};
  }
  Json as_first() const { return shown({admission, level}); }
  void object(const std::string& name, const std::string& says, const SealedObject& object, Json expect) {
    maker.object(name, says, wire::encode(object), party("defender").encryption.id, std::move(expect));
  }
  void refuses(const std::string& name, const std::string& says, const char* id,
               const std::function<void(Presentation&)>& edit, const std::string& by = "harbor") {
    Presentation changed = body();
    edit(changed);
    object(name, says, signed_by(changed, by), refused(id));
  }
  void opens(const std::string& name, const std::string& says, const std::function<void(Presentation&)>& edit) {
    Presentation changed = body();
    edit(changed);
    object(name, says, signed_by(changed, "harbor"), as_first());
  }
  /// proven adds a presentation with this log proof, for a verifier who has the log's policy where `knows` says so.
  void proven(const std::string& name, const std::string& says, const LogProof& proof, bool knows, Json expect) {
    Presentation changed = body();
    changed.log_proof = wire::encode(proof);
    if (knows) maker.with("log_policy", log.policy());
    object(name, says, signed_by(changed, "harbor"), std::move(expect));
  }
  LogProof proof(const std::vector<SenderLog::Signed>& by) const {
    const auto& note = *held->views.front().opened;
    return log.proof(note.header_hash, sealed_event_at(note.header_hash, note.header, note.header.sealed_at), by);
  }
  void again(const std::string& name, const std::string& says, Json expect) {
    object(name, says, signed_by(body(), "harbor"), std::move(expect));
  }
  /// grant makes the verifier hold another grant, under which the presentation is made.
  testing::TestGrant grant(const std::function<void(testing::GrantSpec&)>& edit) const {
    auto changed = spec();
    edit(changed);
    return testing::make_grant(scene.coalition, changed);
  }
  void under(const testing::TestGrant& grant) { maker.with("grants", Json::array({grant_of(grant, "defender")})); }

  std::string prefix;
  std::array<std::uint8_t, 32> nonce{};
  PolicyPack pack;
  Scene scene;
  Maker maker;
  TypeCase writer;
  SenderLog log{scene.coalition.id(), "clinic"};
  std::uint16_t admission = 0, level = 0;
  message::NoteInput input;
  std::unique_ptr<message::OpenedBundle> held, archived;
};

void add_shown(PresentationCases& c) {
  const auto& defender = c.party("defender");
  crypto::SeededRandom_for_testing random(ByteView(std::string_view("LX1 vectors presentation")));
  const Bytes envelope =
      must(message::seal_object(c.signed_by(c.body(), "harbor"), defender.id(), defender.encryption.id,
                                defender.encryption_key->public_key(), message::kObjectBody, random));
  c.maker.bytes("in its envelope", "Two fields in an object envelope of the usual size.", envelope, c.as_first());
  c.again("two fields", "The same presentation as it stood in the envelope.", c.as_first());
  c.object("one field", "One field alone.", c.signed_by(c.body({c.level}), "harbor"), c.shown({c.level}));
  const auto& clinic = c.party("clinic");
  auto request = c.request({c.admission, c.level});
  request.under = c.scene.care.held.at("clinic");
  const Presentation own = must(message::make_presentation(*c.archived->views.front().opened, request, clinic.id(),
                                                           clinic.seat.id, c.scene.pack, kNow));
  c.object("by the sender", "The note's own sender presents it from its archive.", c.signed_by(own, "clinic"),
           c.as_first());
  Presentation not_own = own;
  not_own.presenter_key = c.party("harbor").seat.id;
  c.object("as the sender", "A recipient presents as the sender.", c.signed_by(not_own, "harbor"), refused("EX3512"));
}

void add_proven(PresentationCases& c) {
  const std::vector<SenderLog::Signed> two{{0, after_now(600)}, {1, after_now(700)}};
  Json passed = c.as_first();
  passed["result"] = "pass";
  c.proven("log proof", "The sealed event's log proof goes along, and two of three witnesses signed.", c.proof(two), true, passed);
  c.proven("log proof of an unknown log", "The verifier has no policy that names the log.", c.proof(two), false, c.as_first());
  c.proven("log proof of one witness", "One witness signed where two have to.", c.proof({{2, after_now(600)}}), true, c.as_first());
  c.proven("log proof too late", "The second witness signed a day and a second after sealing.",
           c.proof({{0, after_now(600)}, {1, after_now(kDay + 1)}}), true, c.as_first());
  LogProof bad = c.proof(two);
  bad.entry[300] ^= 1;
  c.proven("log proof of another entry", "One bit of the entry differs.", bad, true, refused("EX3534"));
  bad = c.proof(two);
  bad.header.bytes[0] ^= 1;
  c.proven("log proof of another note", "The proof names another header.", bad, true, refused("EX3534"));
  bad = c.proof(two);
  bad.event[5] ^= 1;
  c.proven("log proof of another event", "The event differs from what the header says.", bad, true, refused("EX3534"));
  bad = c.proof(two);
  bad.proof[bad.proof.size() - 9] = bad.proof[bad.proof.size() - 9] == 'A' ? 'B' : 'A';
  c.proven("log proof with a forged cosignature", "A known witness's signature does not verify.", bad, true, refused("EX3534"));
  Presentation cut = c.body();
  cut.log_proof = wire::encode(c.proof(two));
  cut.log_proof.resize(cut.log_proof.size() - 8);
  c.object("log proof cut short", "The log proof lacks its last word.", c.signed_by(cut, "harbor"), refused("EX3534"));
}

void add_presenter(PresentationCases& c) {
  SealedObject object = c.signed_by(c.body(), "harbor");
  object.object.kind = Kind::receipt;
  c.object("another kind", "The object is a receipt by its kind.", object, refused("EX3508"));
  object = c.signed_by(c.body(), "harbor");
  object.chain =
      c.party("harbor").authority ? c.party("harbor").authority_chain() : c.party("office").authority_chain();
  c.object("chain of an authority", "The presenter's chain is a consent authority's.", object, refused("EX3520"));
  object = c.signed_by(c.body(), "harbor");
  object.chain.pop_back();
  c.object("chain cut", "The presenter's chain lacks its identity.", object, refused("EX3520"));
  object = c.signed_by(c.body(), "harbor");
  object.object.signature[9] ^= 1;
  c.object("signature flipped", "One bit of the presenter's signature differs.", object, refused("EX3507"));
  object = c.signed_by(c.body(), "harbor");
  object.object.body.resize(object.object.body.size() + 8);
  const auto& harbor = c.party("harbor");
  object.object = must(party::sign_object(Kind::presentation, object.object.body, harbor.seat.id, *harbor.seat_key));
  c.object("word behind the body", "A zero word follows the body.", object, refused("EX3506"));
  c.maker.with("now", time_of(c.scene.coalition.roster_body().expires + 1));
  c.again("roster expired", "The newest roster has expired.", refused("EX3214"));

  c.refuses("for another audience", "The presentation is for another agency.", "EX3510",
            [&](Presentation& p) { p.audience = c.party("patrol").id(); });
  c.refuses("for another key", "The presentation is for another key of the audience.", "EX3510",
            [](Presentation& p) { p.audience_key.bytes[0] ^= 1; });
  c.maker.with("nonces", Json::array());
  c.again("nonce used", "The nonce was used before.", refused("EX3511"));
  c.refuses("nonce of nobody", "The nonce was never asked for.", "EX3511", [](Presentation& p) { p.nonce[31] ^= 1; });
  c.refuses("another presenter key", "The body names another key than the chain's.", "EX3512",
            [&](Presentation& p) { p.presenter_key = c.party("patrol").seat.id; });
  c.opens("300 seconds ahead", "The presentation's time lies 300 seconds ahead.",
          [](Presentation& p) { p.time = after_now(300); });
  c.refuses("301 seconds ahead", "The presentation's time lies 301 seconds ahead.", "EX3512",
            [](Presentation& p) { p.time = after_now(301); });
  Roster roster = only(c.scene.coalition.roster_body(), {"office", "harbor", "clinic", "defender"});
  roster.revoked = {{harbor.seat.id, kNow}};
  c.maker.with("rosters", Json::array({roster_of(c.scene.coalition.sign(roster))}));
  c.again("presenter revoked", "The presenter's seat was revoked in the second of presenting.", refused("EX3520"));
  c.refuses(
      "no recipient", "The presenter's agency is neither the sender nor that recipient.", "EX3512",
      [&](Presentation& p) { p.presenter_key = c.party("patrol").seat.id; }, "patrol");
  c.refuses("recipient salt flipped", "The presenter's recipient salt is not the leaf's.", "EX3512",
            [](Presentation& p) { p.recipient_salt.bytes[0] ^= 1; });
  c.refuses("other terms", "The terms digest is not the leaf's.", "EX3512",
            [](Presentation& p) { p.terms_digest.bytes[0] ^= 1; });
  c.refuses("recipient path flipped", "One bit of the recipient's path differs.", "EX3512",
            [](Presentation& p) { p.recipient_path[2].bytes[0] ^= 1; });
}

void add_note(PresentationCases& c) {
  c.refuses("header of no record", "The header's last word is missing.", "EX3506",
            [](Presentation& p) { p.core.resize(p.core.size() - 8); });
  c.refuses("note's signature flipped", "One bit of the note's signature differs.", "EX3513",
            [](Presentation& p) { p.batch_signature[9] ^= 1; });
  c.refuses("note signed by the presenter", "The presenter signed the note's root itself.", "EX3513",
            [&](Presentation& p) {
              const auto& harbor = c.party("harbor");
              p.batch_signature =
                  must(crypto::sign(*harbor.seat_key, harbor.seat.id, "LX1 sign note", p.batch_root)).view().copy();
            });
  c.refuses("presenter's chain as the sender's", "The presenter put its own chain and signature under the note.",
            "EX3520", [&](Presentation& p) {
              const auto& harbor = c.party("harbor");
              p.sender_chain = harbor.seat_chain();
              p.batch_signature =
                  must(crypto::sign(*harbor.seat_key, harbor.seat.id, "LX1 sign note", p.batch_root)).view().copy();
            });
  c.refuses("slots root edited", "The slots root is another than the signed one.", "EX3513",
            [](Presentation& p) { p.slots_root.bytes[0] ^= 1; });
  c.refuses("header edited", "The header says another purpose than the signed one.", "EX3513", [](Presentation& p) {
    NoteHeader header = must(wire::decode_header(p.core));
    header.purpose = Purpose::intake;
    p.core = wire::encode(header);
  });
  c.refuses("batch path flipped", "One bit of the batch path differs.", "EX3513",
            [](Presentation& p) { p.batch_path[7].bytes[0] ^= 1; });
  c.refuses("sender's chain cut", "The sender's chain lacks its identity.", "EX3520",
            [](Presentation& p) { p.sender_chain.pop_back(); });
  c.maker.with("schemas", Json::array());
  c.again("schema not here", "The verifier has no schema of this digest.", refused("EX3515"));
  c.maker.with("pack", nullptr);
  c.again("policy pack not here", "The policy pack is not here.", refused("EX2003"));
}

void add_slots(PresentationCases& c) {
  c.refuses("no slot", "No slot is disclosed.", "EX3515", [](Presentation& p) { p.slots.clear(); });
  c.refuses("padding slot", "A slot past the schema's last is disclosed.", "EX3515",
            [&](Presentation& p) { p.slots.back().index = static_cast<std::uint16_t>(c.scene.schema().slots.size()); });
  c.refuses("slot twice", "A slot stands twice.", "EX3506", [](Presentation& p) { p.slots.push_back(p.slots.back()); });
  c.refuses("slots out of order", "The slots do not ascend.", "EX3506",
            [](Presentation& p) { std::swap(p.slots[0], p.slots[1]); });
  c.refuses("value edited", "One bit of a value differs from the sender's.", "EX3517",
            [](Presentation& p) { p.slots[1].plain[5] ^= 1; });
  c.refuses("salt of another cell", "A cell bears another cell's salt.", "EX3517",
            [](Presentation& p) { p.slots[1].salt = p.slots[0].salt; });
  c.refuses("ciphertext of another cell", "A cell bears another cell's ciphertext hash.", "EX3517",
            [](Presentation& p) { p.slots[1].ct_hash = p.slots[0].ct_hash; });
  c.refuses("slot path flipped", "One bit of a slot's path differs.", "EX3517",
            [](Presentation& p) { p.slots[0].path[1].bytes[0] ^= 1; });
  c.refuses("index edited", "A cell is shown as another slot of its size.", "EX3517",
            [&](Presentation& p) { p.slots[1].index = message_test::slot_of(c.scene.schema(), "attendance"); });
  c.refuses("plain a byte longer", "A plain is one byte longer than its slot.", "EX3519",
            [](Presentation& p) { p.slots[1].plain.push_back(0); });
  const auto absent = message_test::slot_of(c.scene.schema(), "medicationSupport");
  c.object("absent slot", "A slot is shown that holds nothing.", c.signed_by(c.body({absent}), "harbor"),
           refused("EX3518"));
}

// A sender who committed to a plain that is none: the presenter shows it faithfully.
void add_plains(PresentationCases& c) {
  const auto lying = [&](const std::string& name, const std::string& says,
                         const std::function<void(MutableView)>& edit) {
    auto& scene = c.writer.scene;
    reseed(scene, c.prefix + name);
    const auto note = c.writer.note(name, kJson, {"harbor"});
    Parts parts = scene.take_apart(scene.for_party(scene.seal({note}), "harbor"), "harbor");
    Parts& changed = parts;
    edit(MutableView(changed.salted.at(c.level)).sub(32));
    const Bytes envelope = scene.put_together(changed);
    // Opening refuses it, so the body is made of the parts themselves.
    const auto after = scene.take_apart(envelope, "harbor");
    std::vector<Digest> leaves;
    for (std::uint16_t i = 0; i < after.slots.size(); ++i) {
      Digest leaf;
      if (!leaf.copy_from(ByteView(after.slots[i]).sub(0, 32))) testing::give_up(Code::bug, "slot");
      if (after.slots[i].size() > 32)
        leaf = message::cell_leaf(i, leaf, message::cell_ct_hash(ByteView(after.slots[i]).sub(32)));
      leaves.push_back(leaf);
    }
    Presentation p = c.body({c.level});
    p.core = wire::encode(after.header);
    p.slots_root = crypto::merkle_root(leaves);
    p.batch_root = scene.batch_root_of(changed);
    const auto& clinic = scene.coalition["clinic"];
    p.batch_signature =
        must(crypto::sign(*clinic.seat_key, clinic.seat.id, "LX1 sign note", p.batch_root)).view().copy();
    p.batch_position = after.batch_position;
    p.batch_path = after.batch_path;
    auto& slot = p.slots.front();
    const Bytes& salted = changed.salted.at(c.level);
    if (!slot.salt.copy_from(ByteView(salted).sub(0, 32))) testing::give_up(Code::bug, "salt");
    slot.plain = ByteView(salted).sub(32).copy();
    slot.ct_hash = message::cell_ct_hash(ByteView(after.slots[c.level]).sub(32));
    slot.path = crypto::merkle_path(c.level, leaves);
    p.recipient_salt = after.recipient_salt;
    p.recipient_position = after.recipient_position;
    p.recipient_path = after.recipient_path;
    p.terms_digest = message::terms_digest(after.terms_salt, wire::encode(after.terms));
    c.object(name, says, c.signed_by(p, "harbor"), refused("EX3519"));
  };
  lying("committed padding", "The sender committed to padding that is not zero.", [](MutableView p) { p[31] = 1; });
  lying("committed flag", "The sender committed to a present flag of 2.", [](MutableView p) { p[0] = 2; });
  lying("committed code", "The sender committed to a code of no enumerant.", [](MutableView p) { p[5] = 200; });
}

void add_basis(PresentationCases& c) {
  c.maker.with("grants", Json::array());
  c.again("grant unknown", "The verifier does not hold the grant under which it is shown.", refused("EX3301"));
  c.refuses("grant of another hash", "The presentation names a grant that the verifier does not hold.", "EX3301",
            [](Presentation& p) { p.redisclosing_grant.bytes[0] ^= 1; });
  c.refuses("another notice", "The notice is not the one of the note's basis.", "EX3514",
            [](Presentation& p) { p.notice = Notice::p2Short; });
  c.refuses("another purpose", "The purpose is none of the grant's.", "EX3514",
            [](Presentation& p) { p.purpose = Purpose::court; });
  const auto with = [&](const std::string& name, const std::string& says, const char* id,
                        const std::function<void(testing::GrantSpec&)>& edit) {
    const auto grant = c.grant(edit);
    c.under(grant);
    Presentation p = c.body();
    p.redisclosing_grant = grant.built.hash;
    c.object(name, says, c.signed_by(p, "harbor"), id == nullptr ? c.as_first() : refused(id));
  };
  const auto seed = [](testing::GrantSpec& s, const std::string& id) {
    s.grant_id = id;
    s.seed = "vectors: onward, " + id;
  };
  with("another grant", "It is shown under another grant of the person.", nullptr,
       [&](auto& s) { seed(s, "another"); });
  with("last second of the grant", "The grant ends in the second of presenting.", nullptr, [&](auto& s) {
    seed(s, "ends now");
    s.not_after = kNow;
  });
  with("second after the grant", "The grant ended a second before.", "EX3514", [&](auto& s) {
    seed(s, "has ended");
    s.not_after = before_now(1);
  });
  with("second before the grant", "The grant begins a second later.", "EX3514", [&](auto& s) {
    seed(s, "begins");
    s.not_before = after_now(1);
  });
  with("presenter no edge", "The verifier's view has no entry of the presenter.", "EX3514", [&](auto& s) {
    seed(s, "no edge");
    s.edges = {{"clinic", "harbor"}, {"clinic", "defender"}};
  });
  with("compartment not readable", "The verifier may not read the slot's compartment under that grant.", "EX3514",
       [&](auto& s) {
         seed(s, "other class");
         for (auto& right : s.rights)
           if (right.agency == "defender") right.compartment = full(FieldClass::mh);
         s.rights.pop_back();
       });
  with("basis without leave", "Under the condition of a criminal case nobody presents.", "EX3514", [&](auto& s) {
    seed(s, "condition");
    s.basis = Basis::justiceCondition;
    s.purposes = {Purpose::court};
  });
  with("verifier without Part 2", "The verifier holds no Part 2 compartment.", "EX3514", [&](auto& s) {
    seed(s, "no part 2");
    s.rights = {{"harbor", full(FieldClass::eng), Rights::both}, {"defender", full(FieldClass::eng), Rights::read}};
    s.edges = {{"harbor", "defender"}};
  });
  // Revoked or superseded by the time of presenting.
  testing::StatusSpec revoked;
  revoked.states = {{7, GrantState::revoked}};
  revoked.issued_at = kNow;
  c.maker.with("status_lists", Json::array({list_of(testing::make_status(c.scene.coalition, revoked))}));
  c.again("grant revoked", "A list issued in the second of presenting shows the grant revoked.", refused("EX3514"));
  revoked.issued_at = after_now(1);
  revoked.next_update = after_now(kMinute);
  c.maker.with("now", time_of(after_now(kMinute)))
      .with("status_lists", Json::array({list_of(testing::make_status(c.scene.coalition, revoked))}));
  c.again("grant revoked a second later", "A list issued a second after presenting shows the grant revoked.",
          c.as_first());
  const auto next = c.grant([&](auto& s) {
    s.version = 2;
    s.previous = c.scene.care.built.hash;
    s.effective_at = kNow;
    s.status_index = 8;
    s.seed = "vectors: onward, version 2";
  });
  c.maker.with("grants", Json::array({grant_of(c.scene.care, "defender"), grant_of(next, "defender")}));
  c.again("grant superseded", "A later version took effect in the second of presenting.", refused("EX3514"));
}

}  // namespace

VectorFile presentations_file(SuiteId suite) {
  PresentationCases c(suite);
  add_shown(c);
  add_proven(c);
  add_presenter(c);
  add_note(c);
  add_slots(c);
  add_plains(c);
  add_basis(c);
  return c.maker.take();
}

}  // namespace xch::vectors
