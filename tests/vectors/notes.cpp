#include "vectors/notes.hpp"

#include "crypto/digest.hpp"

namespace xch::vectors {

Sealing::Sealing(SuiteId suite, const testing::GrantSpec& spec, const std::string& type, const std::string& from,
                 const std::string& reader, std::string seeds)
    : scene(suite, spec, message_test::builtin_type(type), from),
      log(scene.coalition.id(), from), to(reader), prefix(std::move(seeds)) {
  scene.sender.checkpoint = log.reference();
  if (spec.authority == "office") return;
  testing::StatusSpec status;
  status.authority = spec.authority;
  scene.status = testing::hold_status(scene.coalition, status);
}

message::NoteInput Sealing::note(const std::string& name, const Scene::Values& values,
                                 const std::vector<std::string>& readers) {
  message::NoteInput out = scene.note(values, readers);
  out.note_id = note_id_of(prefix + name);
  return out;
}

void Sealing::seal(const std::string& name, const Scene::Values& values, Purpose purpose, Timestamp expires) {
  reseed(scene, prefix + name);
  input = note(name, values, {to});
  input.purpose = purpose;
  input.expires_at = expires;
  const auto batch = scene.seal({input});
  envelope = scene.for_party(batch, to);
  header = batch.notes.front().header;
  base = scene.take_apart(envelope, to);
}

NoteCases::NoteCases(SuiteId with)
    : suite(with),
      prefix(suite_word(with) + "/notes/"),
      main(with, court_spec(), "court.event", "prosecutor", "harbor", prefix),
      maker(with, "notes", given_of(main.scene, "harbor")) {
  main.seal(kFirst, event(), Purpose::court);
}

Scene::Values NoteCases::event() {
  return {{"startsAt", "2026-12-03T16:30Z"},
          {"court", "Seattle Municipal Court, courtroom 1001"},
          {"type", "4"},
          {"appearance", "3"},
          {"transportNeed", "2"}};
}

VectorFile notes_file(SuiteId suite) {
  NoteCases c(suite);
  add_positives(c);
  add_types(c);
  add_bytes(c);
  add_sender(c);
  add_header(c);
  add_grant(c);
  add_status(c);
  add_cells(c);
  add_log(c);
  return c.maker.take();
}

}  // namespace xch::vectors
