// Steps 7 and 8: the header, the batch path, redaction records, the recipient.
#include <algorithm>
#include <functional>

#include "crypto/digest.hpp"
#include "message/cells.hpp"
#include "vectors/notes.hpp"
#include "wire/records.hpp"

namespace xch::vectors {
namespace {

void add_fields(NoteCases& c) {
  c.refuses("header of the other suite", "The header names the other suite.", "EX3217",
            [&](Parts& p) { p.header.suite = testing::other_suite(c.suite); });
  c.refuses("header of another coalition", "The header names another coalition.", "EX3218",
            [](Parts& p) { p.header.coalition.bytes[0] ^= 1; });
  c.refuses("header of another sender", "The header names another sender than the chain.", "EX3219",
            [&](Parts& p) { p.header.sender = c.main.scene.coalition["patrol"].id(); });
  c.refuses("unknown schema", "The reader knows no schema of this digest.", "EX3220",
            [](Parts& p) { p.header.schema_digest.bytes[0] ^= 1; });
  c.refuses("schema of another type", "The digest is known, but the type id is not its own.", "EX3220",
            [](Parts& p) { p.header.schema_id ^= 1; });
  c.maker.with("schemas", Json::array());
  c.again("schema not here", "The reader has no schema at all.", one_view("EX3220"));
  const auto& bench = message_test::builtin_type("bench.work");
  c.maker.with("schemas", Json::array({schema_of(c.main.scene.type), schema_of(bench)}));
  c.refuses("schema of no pack", "The reader knows the schema, but the pack does not list it.", "EX3221",
            [&](Parts& p) {
              p.header.schema_digest = bench.schema().digest;
              p.header.schema_id = bench.schema().type_id;
            });
  c.refuses("slot count of the header", "The header states 16 slots where the schema has 8.", "EX3222",
            [](Parts& p) { p.header.slot_count = 16; });
  c.refuses("slot count of the view", "The view has 16 slots where the schema has 8.", "EX3222",
            [](Parts& p) { p.slots.resize(16, Bytes(32, 7)); });
  c.refuses("unknown part", "Part 7 is no compartment.", "EX3223", [](Parts& p) { p.header.part = 7; });
  c.refuses("part not isolated", "The part is a compartment of the schema that is not isolated.", "EX3223",
            [](Parts& p) { p.header.part = full(FieldClass::leg).value; });
  c.refuses("path of another note", "The batch path leads to another root than the signed one.", "EX3224",
            [](Parts& p) { p.batch_root = crypto::sha256(ByteView()); });
  c.refuses("batch path flipped", "One bit of the batch path differs.", "EX3224", [&](Parts& p) {
    p.batch_root = c.main.scene.batch_root_of(p);
    p.batch_path[9].bytes[0] ^= 1;
  });
  c.refuses("batch position of another", "The batch position is another than the leaf's.", "EX3224", [&](Parts& p) {
    p.batch_root = c.main.scene.batch_root_of(p);
    p.batch_position ^= 1;
  });
  c.refuses("slots root edited", "The slots root is another than the one that was signed.", "EX3224", [&](Parts& p) {
    p.batch_root = c.main.scene.batch_root_of(p);
    p.slots_root = crypto::sha256(ByteView());
  });
}

// ---- redaction records
// -------------------------------------------------------------------------------------------------

struct RedactionCases {
  explicit RedactionCases(NoteCases& cases) : c(cases), harbor(cases.main.scene.coalition["harbor"]) {
    // The agency's own seat stands in its roster.
    Roster body = only(c.main.scene.coalition.roster_body(), {"office", "prosecutor", "harbor"});
    for (auto& party : body.parties)
      if (party.id == harbor.id()) party.keys.push_back(harbor.seat.signed_record);
    roster = Json::array({roster_of(c.main.scene.coalition.sign(body))});
    const auto& slots = c.main.scene.schema().slots;
    for (const auto& slot : slots)
      if (slot.compartment == full(FieldClass::need)) gone.push_back(slot.index);
  }

  Redaction record() const {
    Redaction out;
    out.header = c.main.header;
    out.slots = gone;
    out.reason = "retention";
    out.time = after_now(60);
    out.redactor = harbor.seat.id;
    out.opened_under = harbor.encryption.id;
    return out;
  }
  Bytes signed_by(const Redaction& record, const testing::TestParty& party) const {
    return wire::encode(
        must(party::sign_object(Kind::redaction, wire::encode(record), party.seat.id, *party.seat_key)));
  }
  /// apply puts the record into the view and leaves in place of what it names.
  void apply(Parts& p, const Bytes& bytes) const {
    p.redactions = {bytes};
    const auto envelope = c.main.scene.take_apart(c.main.envelope, "harbor");
    for (const auto slot : gone) {
      Digest commit;
      if (!commit.copy_from(ByteView(envelope.slots[slot]).sub(0, 32))) testing::give_up(Code::bug, "cell");
      const Digest leaf =
          message::cell_leaf(slot, commit, message::cell_ct_hash(ByteView(envelope.slots[slot]).sub(32)));
      p.raw(slot, leaf.view().copy());
    }
  }
  Json answer() const {
    Json cells = Json::array(), redacted = Json::array();
    for (const auto& cell : c.cells())
      if (std::find(gone.begin(), gone.end(), cell.at("slot").get<std::uint16_t>()) == gone.end())
        cells.push_back(cell);
    for (const auto slot : gone) redacted.push_back(slot);
    Json view = opened(c.main.header, cells);
    view["redacted"] = redacted;
    return views({view});
  }
  template <class Edit>
  void add(const std::string& name, const std::string& says, Json expect, Edit edit) {
    c.maker.with("rosters", roster).bytes(name, says, c.main.changed(name, edit), std::move(expect));
  }
  void add_refused(const std::string& name, const std::string& says, const std::function<void(Redaction&)>& edit) {
    add(name, says, one_view("EX3403"), [&](Parts& p) {
      Redaction changed = record();
      edit(changed);
      apply(p, signed_by(changed, harbor));
    });
  }

  NoteCases& c;
  const testing::TestParty& harbor;
  Json roster;
  std::vector<std::uint16_t> gone;
};

void add_redactions(NoteCases& c) {
  RedactionCases r(c);
  r.add("redacted copy", "A copy without NEED, redacted by a seat of the reader's own agency.", r.answer(),
        [&](Parts& p) { r.apply(p, r.signed_by(r.record(), r.harbor)); });
  const auto& prosecutor = c.main.scene.coalition["prosecutor"];
  r.add("redacted by the sender's seat", "The same, redacted by the seat that signed the batch.", r.answer(),
        [&](Parts& p) {
          Redaction record = r.record();
          record.redactor = prosecutor.seat.id;
          r.apply(p, r.signed_by(record, prosecutor));
        });
  // Sealed again to a key that came later; the record names the key of the first opening.
  const KeyId later = testing::fixed_id<KeyId>("a key that came later");
  Json fresh = key_of(r.harbor);
  fresh["id"] = hex_of(later);
  fresh["not_before"] = time_of(after_now(1));
  Json former = key_of(r.harbor);
  former.erase("private");
  former.erase("public");
  const auto copy_under_later_key = [&](Parts& p) {
    r.apply(p, r.signed_by(r.record(), r.harbor));
    p.leaf_key = r.harbor.encryption.id;
    p.to_key = later;
  };
  c.maker.with("keys", Json::array({fresh})).with("former_keys", Json::array({former}));
  r.add("redacted copy under a later key", "The copy is sealed to a later key; step 8 takes the one the record names.",
        r.answer(), copy_under_later_key);
  c.maker.with("keys", Json::array({fresh}));
  r.add("redacted copy of no former key", "The key that the record names was never the reader's.", one_view("EX3226"),
        copy_under_later_key);

  r.add_refused("redaction of another note", "The record names another header.",
                [](Redaction& x) { x.header.bytes[0] ^= 1; });
  r.add_refused("redactor not the signer", "The record names another redactor than its signer.",
                [&](Redaction& x) { x.redactor = prosecutor.seat.id; });
  r.add_refused("redaction outside the terms", "The record names a slot that is in no terms.",
                [](Redaction& x) { x.slots.push_back(7); });
  r.add_refused("redaction of a slot still there", "The record names a slot whose cell is there.", [](Redaction& x) {
    x.slots = {0, 6};
  });
  r.add("redacted by a stranger", "A seat of neither agency signed the record.", one_view("EX3403"), [&](Parts& p) {
    const auto& patrol = c.main.scene.coalition["patrol"];
    Redaction record = r.record();
    record.redactor = patrol.seat.id;
    r.apply(p, r.signed_by(record, patrol));
  });
  r.add("redaction's signature flipped", "One bit of the record's signature differs.", one_view("EX3403"),
        [&](Parts& p) {
          Signed record = must(wire::decode_signed(r.signed_by(r.record(), r.harbor)));
          record.signature[5] ^= 1;
          r.apply(p, wire::encode(record));
        });
  r.add("redactions that disagree", "A second record names another key under which the note first opened.",
        one_view("EX3403"), [&](Parts& p) {
          r.apply(p, r.signed_by(r.record(), r.harbor));
          Redaction second = r.record();
          second.opened_under.bytes[0] ^= 1;
          p.redactions.push_back(r.signed_by(second, r.harbor));
        });
  r.add("redaction of another kind", "A key record stands where a redaction record belongs.", one_view("EX3403"),
        [&](Parts& p) { r.apply(p, wire::encode(r.harbor.seat.signed_record)); });
}

void add_recipient(NoteCases& c) {
  auto& scene = c.main.scene;
  c.refuses("recipient salt flipped", "The recipient's salt is not the leaf's.", "EX3225", [](Parts& p) {
    p.keep_recipients_root = true;
    p.recipient_salt.bytes[0] ^= 1;
  });
  c.refuses("terms salt flipped", "The terms' salt is not the leaf's.", "EX3225", [](Parts& p) {
    p.keep_recipients_root = true;
    p.terms_salt.bytes[0] ^= 1;
  });
  c.refuses("recipient path flipped", "One bit of the recipient's path differs.", "EX3225", [](Parts& p) {
    p.keep_recipients_root = true;
    p.recipient_path[4].bytes[31] ^= 1;
  });
  c.refuses("recipient position of another", "The recipient's position is another than the leaf's.", "EX3225",
            [](Parts& p) {
              p.keep_recipients_root = true;
              p.recipient_position ^= 1;
            });
  c.refuses("other terms than signed", "The terms are others than those in the leaf.", "EX3225", [](Parts& p) {
    p.keep_recipients_root = true;
    p.terms.thread_prev.bytes[0] ^= 1;
  });
  c.refuses("leaf of an unknown key", "The leaf names a key that the reader does not have.", "EX3225",
            [](Parts& p) { p.leaf_key = testing::fixed_id<KeyId>("another key"); });
  // Surreptitious forwarding: a batch to harbor, sealed to an outsider by somebody who opened it.
  const auto& defender = scene.coalition["defender"];
  c.maker.with("agency", hex_of(defender.id()))
      .with("keys", Json::array({key_of(defender)}))
      .with("grants", Json::array());
  c.refuses("forwarded to an outsider", "The view of another agency, sealed to this one with nothing signed anew.",
            "EX3225", [&](Parts& p) {
              p.keep_recipients_root = true;
              p.to = defender.id();
              p.to_key = defender.encryption.id;
            });
  Json second = key_of(scene.coalition["harbor"]);
  second["id"] = hex_of(testing::fixed_id<KeyId>("another key"));
  c.maker.with("keys", Json::array({key_of(scene.coalition["harbor"]), second}));
  c.refuses("leaf of another live key",
            "The leaf names another live key of the reader than the one that opened the envelope.", "EX3226",
            [](Parts& p) { p.leaf_key = testing::fixed_id<KeyId>("another key"); });
  c.refuses("empty terms", "The terms name no compartment.", "EX3228", [](Parts& p) { p.terms.compartments.clear(); });
}

}  // namespace

void add_header(NoteCases& c) {
  add_fields(c);
  add_redactions(c);
  add_recipient(c);
}

}  // namespace xch::vectors
