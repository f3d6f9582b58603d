// Every note type, batches, and notes of an isolated class.
#include <algorithm>

#include "crypto/merkle.hpp"
#include "message/cells.hpp"
#include "vectors/notes.hpp"
#include "vectors/type_case.hpp"

namespace xch::vectors {
namespace {

void add_referral(NoteCases& c) {
  const std::string json =
      R"({"name":"Maria Reyes","aliases":["Mari Ortega"],"dateOfBirth":"1991-07-14","language":"es-MX",)"
      R"("interpreterNeeded":"no","phone":"+1 206 555 0142","whereToFind":"M2; under the viaduct",)"
      R"("incidentNumber":"26-081442","eligibleCharges":["RCW 69.50.4013","RCW 9A.56.050"],)"
      R"("handoffAt":"2026-11-26T11:25Z","observedNeeds":["shelter","identification"],"hazards":["noVoicemail"],)"
      R"("officerObservation":"Calm and cooperative."})";
  using F = FieldClass;
  auto spec = spec_of(Basis::originatorAuthority, Purpose::refer, "referral");
  spec.authority = "patrol";
  for (const auto f : {F::id, F::con, F::loc, F::need, F::leg, F::txt, F::saf}) {
    spec.rights.push_back({"patrol", full(f), Rights::both});
    spec.rights.push_back({"harbor", full(f), Rights::read});
  }
  spec.rights.push_back({"prosecutor", full(F::leg), Rights::read});
  spec.edges = {{"patrol", "harbor"}, {"patrol", "prosecutor"}};
  TypeCase referral(c.maker, c.prefix, spec, message_test::builtin_type("referral.arrest"), "patrol");
  const std::vector<Compartment> all{full(F::id),  full(F::con), full(F::loc), full(F::need),
                                     full(F::leg), full(F::txt), full(F::saf)};
  referral.add("referral", "A referral after an arrest, before any consent: dates, places, lists and free text.", json,
               {{"harbor", all}, {"prosecutor", {full(F::leg)}}});
}

// Victim data, alone in a note, a batch, a signature and an envelope.
void add_isolated(NoteCases& c) {
  using F = FieldClass;
  auto victim = spec_of(Basis::part2Consent, Purpose::coord, "victim's release");
  victim.rights = {{"patrol", full(F::sdv), Rights::write},
                   {"patrol", full(F::id), Rights::write},
                   {"harbor", full(F::sdv), Rights::read},
                   {"harbor", full(F::id), Rights::read}};
  victim.edges = {{"patrol", "harbor"}};
  TypeCase isolated(c.maker, c.prefix, victim, message_test::builtin_type("referral.arrest"), "patrol");
  const std::string present = R"({"name":"Maria Reyes","victimPresent":"yes"})";
  isolated.add("isolated part", "A note of the isolated class alone: its part is the compartment.", present,
               {{"harbor", {full(F::sdv)}}}, full(F::sdv).value);
  isolated.add("beside the isolated part",
               "Part 0 of the same schema under the same grant never has the isolated class.", present,
               {{"harbor", {full(F::id)}}});
}

void add_progress(NoteCases& c) {
  using F = FieldClass;
  auto spec = spec_of(Basis::justiceCondition, Purpose::filing, "progress for the prosecutor");
  for (const auto k : {full(F::eng), full(F::sud)}) spec.rights.push_back({"harbor", k, Rights::both});
  for (const auto k : {form(F::eng, Form::level), form(F::sud, Form::yesNo)}) {
    spec.rights.push_back({"harbor", k, Rights::write});
    spec.rights.push_back({"prosecutor", k, Rights::read});
  }
  spec.edges = {{"harbor", "prosecutor"}};
  const std::vector<Compartment> coarse{form(F::eng, Form::level), form(F::sud, Form::yesNo)},
      own{full(F::eng), full(F::sud)};
  TypeCase filing(c.maker, c.prefix, spec, message_test::builtin_type("progress.engagement"), "harbor");
  filing.add("progress",
             "The prosecutor gets levels and the one bit of 42 CFR 2.35, the author's archive the whole values.",
             R"({"engaged":"intermittent","contacts":"sixOrMore","participation":"partly","medicationSupport":"yes"})",
             {{"prosecutor", coarse}, {"harbor", own}});
  auto intake_spec = spec;
  TypeCase intake(c.maker, c.prefix, intake_spec, message_test::builtin_type("intake.status"), "harbor");
  intake.add("intake", "Was intake done in time: the level to the prosecutor, the whole to the author.",
             R"({"metByDueDate":"yes","completedOn":"2026-11-20","assessmentDone":"no"})",
             {{"prosecutor", {form(F::eng, Form::level)}}, {"harbor", {full(F::eng)}}});

  auto care = spec_of(Basis::part2Consent, Purpose::coord, "care");
  for (const auto f : {F::eng, F::need, F::sud, F::mh, F::txt}) {
    care.rights.push_back({"harbor", full(f), Rights::both});
    care.rights.push_back({"clinic", full(f), Rights::read});
  }
  care.rights.push_back({"defender", full(F::need), Rights::read});
  care.rights.push_back({"defender", full(F::sud), Rights::read});
  care.edges = {{"harbor", "clinic"}, {"harbor", "defender"}};
  TypeCase group(c.maker, c.prefix, care, message_test::builtin_type("progress.engagement"), "harbor");
  const std::vector<Compartment> all{full(F::eng), full(F::need), full(F::sud), full(F::mh), full(F::txt)};
  group.add(
      "progress in care", "The work group: lists of codes, words, and each reader its own part.",
      R"({"engaged":"active","goals":["permanentHousing","employment"],"barriers":[],"servicesConnected":["shelter"],)"
      R"("nextStep":"call on Monday","participation":"asRequired","contactApproach":"calmAndSlow","wellbeing":"tired",)"
      R"("narrative":"Met twice."})",
      {{"clinic", all}, {"defender", {full(F::need), full(F::sud)}}});
}

void add_treatment(NoteCases& c) {
  using F = FieldClass;
  auto spec = spec_of(Basis::part2Consent, Purpose::coord, "treatment");
  for (const auto f : {F::sud, F::mh, F::orgs}) {
    spec.rights.push_back({"clinic", full(f), Rights::both});
    spec.rights.push_back({"harbor", full(f), Rights::read});
  }
  spec.edges = {{"clinic", "harbor"}};
  TypeCase treatment(c.maker, c.prefix, spec, message_test::builtin_type("treatment.status"), "clinic");
  treatment.add(
      "treatment", "Treatment facts from a Part 2 program to the case manager.",
      R"({"admission":"admitted","levelOfCare":"level21Intensive","attendance":"asRequired",)"
      R"("diagnosesSud":["F11.20"],"diagnosesMh":["F43.10","F32.1"],"senderOrganisation":"Harbor House Recovery"})",
      {{"harbor", {full(F::sud), full(F::mh), full(F::orgs)}}});
  const auto& scene = treatment.scene;
  reseed(treatment.scene, c.prefix + "null list");
  const auto listed = treatment.note("null list", R"({"diagnosesSud":["F11.20"]})", {"harbor"});
  Parts parts = treatment.scene.take_apart(scene.for_party(treatment.scene.seal({listed}), "harbor"), "harbor");
  const MutableView plain = MutableView(parts.salted.at(message_test::slot_of(scene.schema(), "diagnosesSud"))).sub(32);
  std::fill(plain.begin(), plain.end(), std::uint8_t{0});
  must(message::write_plain(true, Bytes(8), plain));
  c.maker.knowing(given_of(scene, "harbor"))
      .bytes("null list", "A list's message has a null root.", treatment.scene.put_together(parts), one_view("EX3415"));

  auto posture = spec_of(Basis::originatorAuthority, Purpose::filing, "filing posture");
  posture.authority = "prosecutor";
  posture.rights = {{"prosecutor", full(F::leg), Rights::both}, {"defender", full(F::leg), Rights::read}};
  posture.edges = {{"prosecutor", "defender"}};
  TypeCase filing(c.maker, c.prefix, posture, message_test::builtin_type("filing.coord"), "prosecutor");
  filing.add(
      "filing", "The prosecutor's posture to the defender.",
      R"({"caseNumber":"26-1-00417-3","charge":"RCW 69.50.4013","hearingAt":"2026-12-03T16:30Z","posture":"hold",)"
      R"("deadline":"2026-12-01"})",
      {{"defender", {full(F::leg)}}});
}

// ---- batches
// -----------------------------------------------------------------------------------------------------------

void add_batches(NoteCases& c) {
  auto& main = c.main;
  const std::vector<Compartment> both{full(FieldClass::need), full(FieldClass::leg)};
  reseed(main.scene, c.prefix + "batch of three");
  std::vector<message::NoteInput> notes;
  for (const std::string name : {"batch 1", "batch 2", "batch 3"}) {
    auto values = NoteCases::event();
    if (name == "batch 2") values.erase("court");
    notes.push_back(main.note(name, values, {"harbor"}));
    notes.back().purpose = Purpose::court;
  }
  const auto batch = main.scene.seal(notes);
  std::vector<Json> answers;
  for (std::size_t i = 0; i < notes.size(); ++i)
    answers.push_back(opened(batch.notes[i].header, cells_of(notes[i], both)));
  c.maker.bytes("batch of three", "Three notes of one batch under one signature.",
                main.scene.for_party(batch, "harbor"), views(answers));

  // The second note is under a grant that the reader does not hold: the others open all the same.
  reseed(main.scene, c.prefix + "one of three fails");
  auto all = main.scene.take_all_apart(main.scene.for_party(main.scene.seal(notes), "harbor"), "harbor");
  all[1].header.grant.bytes[0] ^= 1;
  std::vector<Digest> leaves;
  for (const auto& parts : all) leaves.push_back(message::batch_leaf(main.scene.header_of_parts(parts)));
  const auto tree = crypto::sparse_tree(kBatchDepth, leaves, main.scene.random);
  std::vector<Bytes> encoded;
  answers.clear();
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].batch_position = tree.positions[i];
    all[i].batch_path = tree.paths[i];
    encoded.push_back(main.scene.view_of(all[i]));
    answers.push_back(i == 1 ? refused("EX3301")
                             : opened(main.scene.header_of_parts(all[i]), cells_of(notes[i], both)));
  }
  c.maker.bytes("one of three fails", "One view fails, and takes no other with it.",
                main.scene.put_views(all[0], encoded), views(answers));
}

}  // namespace

void add_types(NoteCases& c) {
  add_isolated(c);
  // Nothing in the larger types depends on the suite.
  if (c.suite == SuiteId::p256) {
    add_referral(c);
    add_progress(c);
    add_every_type(c);
  }
  add_long_alert(c);
  add_treatment(c);
  add_batches(c);
}

}  // namespace xch::vectors
