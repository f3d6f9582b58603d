#include "vectors/notes.hpp"

#include "crypto/digest.hpp"
#include "crypto/hpke.hpp"

namespace xch::vectors {

NoteCases::NoteCases(SuiteId suite)
    : scene(suite, court_spec(), message_test::builtin_type("court.event"), "prosecutor"),
      maker(suite, "notes", given_of(scene, "harbor")),
      prefix(suite == SuiteId::p256 ? "p256/notes/" : "x25519/notes/") {}

Scene::Values NoteCases::event() {
  return {{"startsAt", "2026-12-03T16:30Z"},
          {"court", "Seattle Municipal Court, courtroom 1001"},
          {"type", "4"},
          {"appearance", "3"},
          {"transportNeed", "2"}};
}

message::NoteInput NoteCases::note(const std::string& name, const Scene::Values& values,
                                   const std::vector<std::string>& to) {
  message::NoteInput out = scene.note(values, to);
  out.purpose = Purpose::court;
  const Digest digest = crypto::sha256(ByteView(std::string_view(prefix + name)));
  if (!out.note_id.copy_from(digest.view().sub(0, 16))) testing::give_up(Code::bug, "note id");
  return out;
}

void add_positives(NoteCases& c) {
  const std::string first = "court event";
  reseed(c.scene, c.prefix + first);
  c.input = c.note(first);
  const auto batch = c.scene.seal({c.input});
  const Bytes envelope = c.scene.for_party(batch, "harbor");
  c.header = batch.notes.front().header;
  c.base = c.scene.take_apart(envelope, "harbor");
  c.maker.bytes(first, "A court date from the prosecutor to the case manager, every field present, opens with its values.",
                envelope, views({opened(c.header, c.cells())}));

  const std::string nothing = "nothing to share";
  reseed(c.scene, c.prefix + nothing);
  const auto empty = c.note(nothing, {});
  const auto empty_batch = c.scene.seal({empty});
  c.maker.bytes(nothing, "The same note with every field absent is as long, and every cell says absent.",
                c.scene.for_party(empty_batch, "harbor"),
                views({opened(empty_batch.notes.front().header,
                              cells_of(empty, {full(FieldClass::need), full(FieldClass::leg)}))}));

  const std::string archive = "archive copy";
  reseed(c.scene, c.prefix + archive);
  const auto kept = c.note(archive, NoteCases::event(), {"prosecutor", "harbor"});
  const auto kept_batch = c.scene.seal({kept});
  const auto& prosecutor = c.scene.coalition["prosecutor"];
  const auto as_prosecutor = [&]() -> Maker& {
    return c.maker.with("agency", hex_of(prosecutor.id()))
        .with("keys", Json::array({key_of(prosecutor)}))
        .with("grants", Json::array({grant_of(c.scene.care, "prosecutor")}));
  };
  as_prosecutor().bytes(archive, "The sender's own archive copy holds what the sender may read: LEG, and no NEED.",
                        c.scene.for_party(kept_batch, "prosecutor"),
                        views({opened(kept_batch.notes.front().header, cells_of(kept, {full(FieldClass::leg)}))}));
  c.maker.bytes("beside the archive copy", "The reader's envelope of that same batch holds both classes under the same header.",
                c.scene.for_party(kept_batch, "harbor"),
                views({opened(kept_batch.notes.front().header,
                              cells_of(kept, {full(FieldClass::need), full(FieldClass::leg)}))}));
}

void add_bytes(NoteCases& c) {
  const std::string of = "court event";
  const auto enc = static_cast<std::int64_t>(crypto::hpke_enc_size(c.scene.suite));
  c.maker.flip("magic flipped", "One bit of the magic differs.", of, 0, refused("EX3103"));
  c.maker.flip("suite of no list", "Suite 0x0101 is none.", of, 4, refused("EX3104"));
  c.maker.flip("enc flipped", "One bit of enc differs.", of, 6 + enc / 2, refused("EX3105"));
  c.maker.flip("ciphertext flipped", "One bit in the middle of the ciphertext differs.", of, -4000, refused("EX3105"));
  c.maker.flip("tag flipped", "The last bit of the tag differs.", of, -1, refused("EX3105"));
  c.maker.edit("cut by one", "The last byte is missing.", of, -1, 1, ByteView(), refused("EX3105"));
  c.maker.edit("cut short", "Nothing but the first five bytes.", of, 5, 9813, ByteView(), refused("EX3101"));
}

VectorFile notes_file(SuiteId suite) {
  NoteCases c(suite);
  add_positives(c);
  add_bytes(c);
  return c.maker.take();
}

}  // namespace xch::vectors
