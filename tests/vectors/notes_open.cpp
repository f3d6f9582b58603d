// Notes that open, and what a second arrival is.
#include "crypto/digest.hpp"
#include "crypto/hpke.hpp"
#include "vectors/notes.hpp"

namespace xch::vectors {
namespace {

Json mark(const PartyId& sender, const NoteId& note, const HeaderHash& header) {
  return Json::array({Json{{"sender", hex_of(sender)}, {"note_id", hex_of(note)}, {"header_hash", hex_of(header)}}});
}

void add_readers(NoteCases& c) {
  const std::vector<Compartment> both{full(FieldClass::need), full(FieldClass::leg)}, leg{full(FieldClass::leg)};
  auto& main = c.main;
  const std::string nothing = "nothing to share";
  reseed(main.scene, c.prefix + nothing);
  auto empty = main.note(nothing, {}, {"harbor"});
  empty.purpose = Purpose::court;
  const auto empty_batch = main.scene.seal({empty});
  c.maker.bytes(nothing, "The same note with every field absent is as long, and every cell says absent.",
                main.scene.for_party(empty_batch, "harbor"),
                views({opened(empty_batch.notes.front().header, cells_of(empty, both))}));

  const std::string archive = "archive copy";
  reseed(main.scene, c.prefix + archive);
  auto kept = main.note(archive, NoteCases::event(), {"prosecutor", "harbor"});
  kept.purpose = Purpose::court;
  const auto batch = main.scene.seal({kept});
  const HeaderHash header = batch.notes.front().header;
  c.maker.knowing(given_of(main.scene, "prosecutor"))
      .bytes(archive, "The sender's own archive copy holds what the sender may read: LEG, and no NEED.",
             main.scene.for_party(batch, "prosecutor"), views({opened(header, cells_of(kept, leg))}));
  c.maker.bytes("beside the archive copy",
                "The reader's envelope of that batch holds both classes under the same header.",
                main.scene.for_party(batch, "harbor"), views({opened(header, cells_of(kept, both))}));

  // Originator authority: one note, four readers and the writer's archive, each with its own terms.
  Sealing facts(c.suite, facts_spec(), "court.event", "prosecutor", "harbor", c.prefix);
  const std::string own = "own facts";
  reseed(facts.scene, c.prefix + own);
  auto note = facts.note(own, NoteCases::event(), {"harbor", "defender", "liaison", "office", "prosecutor"});
  note.purpose = Purpose::court;
  const auto five = facts.scene.seal({note});
  for (const auto& [reader, terms] :
       std::map<std::string, std::vector<Compartment>>{{"harbor", both}, {"liaison", leg}, {"prosecutor", both}})
    c.maker.knowing(given_of(facts.scene, reader))
        .bytes(own + " to " + reader, "A note under originator authority to five readers, as " + reader + " opens it.",
               facts.scene.for_party(five, reader), views({opened(five.notes.front().header, cells_of(note, terms))}));
}

void add_keys_of_time(NoteCases& c) {
  // A newer key is live beside the one the note was sealed to.
  crypto::SeededRandom_for_testing random(ByteView(std::string_view("LX1 vectors newer key")));
  const auto newer = must(crypto::KemPrivateKey::generate(c.suite, random));
  const auto& harbor = c.main.scene.coalition["harbor"];
  KeyRecord record = c.main.scene.coalition.record(KeyKind::agencyEncryption, "harbor", newer.public_key().bytes(),
                                                   harbor.identity.id);
  record.serial = 99;
  const auto certified = testing::certified(record, *harbor.identity_key);
  Json newer_key = key_of(harbor);
  newer_key["id"] = hex_of(certified.id);
  newer_key["private"] = hex_of(crypto::export_private_key(newer).expose());
  newer_key["public"] = hex_of(newer.public_key().bytes());
  c.maker.with("keys", Json::array({newer_key, key_of(harbor)}));
  c.again("second newest key", "The note was sealed to the second newest of the live keys.", c.as_first());
  c.maker.with("keys", Json::array({newer_key}));
  c.again("key erased", "The key the note was sealed to is gone.", refused("EX3105"));

  Json window = key_of(harbor);
  window["not_after"] = time_of(kNow);
  c.maker.with("keys", Json::array({window}));
  c.again("last second of the key", "sealedAt is the last second of the reader's key.", c.as_first());
  window["not_after"] = time_of(before_now(1));
  c.maker.with("keys", Json::array({window}));
  c.again("second after the key", "sealedAt is one second after the reader's key.", one_view("EX3227"));
  window = key_of(harbor);
  window["not_before"] = time_of(kNow);
  c.maker.with("keys", Json::array({window}));
  c.again("first second of the key", "sealedAt is the first second of the reader's key.", c.as_first());
  window["not_before"] = time_of(after_now(1));
  c.maker.with("keys", Json::array({window}));
  c.again("second before the key", "sealedAt is one second before the reader's key.", one_view("EX3227"));
}

void add_arrivals(NoteCases& c) {
  const auto& header = c.main.base.header;
  Json repeated = opened(c.main.header, c.cells());
  repeated["repeat"] = true;
  c.maker.with("seen", mark(header.sender, header.note_id, c.main.header));
  c.again("repeat", "The same envelope again gives the same values and says that it is a repeat.", views({repeated}));
  c.maker.with("seen", mark(c.main.scene.coalition["patrol"].id(), header.note_id, c.main.header));
  c.again("note id of another sender", "Another sender has used this note id; ids belong to senders.", c.as_first());
  HeaderHash other = c.main.header;
  other.bytes[0] ^= 1;
  c.maker.with("seen", mark(header.sender, header.note_id, other));
  c.again("replay alarm", "Another note of this sender bore this note id.", one_view("EX3417"));
}

}  // namespace

void add_positives(NoteCases& c) {
  c.maker.bytes(NoteCases::kFirst,
                "A court date from the prosecutor to the case manager, every field present, opens with its values.",
                c.main.envelope, c.as_first());
  add_readers(c);
  add_keys_of_time(c);
  add_arrivals(c);
  c.opens("thread", "The terms name the last note of the thread.",
          [](Parts& p) { p.terms.thread_prev = testing::fixed_id<HeaderHash>("the note before"); });
}

}  // namespace xch::vectors
