// A case of every note type that notes_types.cpp does not tell a story with: its example, as far as its sender may write it
// under the default pack, and what each reader gets of that.
#include <algorithm>
#include <set>

#include "policy/decide.hpp"
#include "support/example_note.hpp"
#include "vectors/notes.hpp"
#include "vectors/type_case.hpp"

namespace xch::vectors {
namespace {

struct Way {
  const char *type, *from, *to;
  Basis basis;
  Purpose purpose;
};
constexpr Way kWays[] = {
    {"accounting.report", "clinic", "harbor", Basis::part2Consent, Purpose::coord},
    {"accounting.request", "harbor", "clinic", Basis::part2Consent, Purpose::coord},
    {"emergency.disclosure", "clinic", "harbor", Basis::part2Consent, Purpose::coord},
    {"eval.extract", "harbor", "harbor", Basis::part2Consent, Purpose::coord},
    {"housing.coord", "harbor", "harbor", Basis::part2Consent, Purpose::coord},
    {"jail.booking", "prosecutor", "defender", Basis::originatorAuthority, Purpose::court},
    {"jail.release", "prosecutor", "harbor", Basis::originatorAuthority, Purpose::court},
    {"le.contact", "patrol", "harbor", Basis::originatorAuthority, Purpose::refer},
    {"notice.breach", "clinic", "harbor", Basis::part2Consent, Purpose::coord},
    {"notice.deny", "clinic", "harbor", Basis::part2Consent, Purpose::coord},
    {"notice.exit", "harbor", "defender", Basis::part2Consent, Purpose::coord},
    {"notice.revocation", "harbor", "clinic", Basis::part2Consent, Purpose::coord},
    {"notice.transfer", "harbor", "clinic", Basis::part2Consent, Purpose::coord},
    {"order.court", "clinic", "harbor", Basis::part2Consent, Purpose::coord},
    {"overdose.event", "clinic", "harbor", Basis::part2Consent, Purpose::coord},
    {"owg.action", "harbor", "defender", Basis::part2Consent, Purpose::coord},
    {"owg.packet", "harbor", "clinic", Basis::part2Consent, Purpose::coord},
    {"referral.community", "harbor", "harbor", Basis::part2Consent, Purpose::coord},
    {"referral.social", "patrol", "harbor", Basis::originatorAuthority, Purpose::refer},
    {"safety.alert", "patrol", "harbor", Basis::originatorAuthority, Purpose::safety},
    {"screen.result", "prosecutor", "office", Basis::originatorAuthority, Purpose::refer},
    {"warrant.quash", "prosecutor", "harbor", Basis::originatorAuthority, Purpose::warrant},
    {"warrant.status", "prosecutor", "defender", Basis::originatorAuthority, Purpose::warrant},
};

std::vector<Compartment> terms_of(const Scene& scene, const NoteSchema& schema, const Way& way) {
  policy::Query query;
  query.basis = way.basis;
  query.purpose = way.purpose;
  query.reader_is_sender = std::string_view(way.from) == way.to;
  query.reader_role = scene.coalition[way.to].party.role;
  query.reader_may_read = query.sender_may_write = schema.compartments;
  return policy::terms_of(scene.pack, schema, query);
}

}  // namespace

void add_long_alert(NoteCases& c) {
  auto spec = spec_of(Basis::originatorAuthority, Purpose::safety, "alert");
  spec.authority = "patrol";
  spec.rights = {{"patrol", full(FieldClass::saf), Rights::both}, {"harbor", full(FieldClass::saf), Rights::read}};
  spec.edges = {{"patrol", "harbor"}};
  TypeCase alert(c.maker, c.prefix, spec, message_test::builtin_type("safety.alert"), "patrol");
  alert.expires_after = 72 * kHour;
  const std::string hazard = R"({"hazards":["weapons"]})";
  alert.add("alert", "A safety alert that lives as long as the pack lets it.", hazard, {{"harbor", {full(FieldClass::saf)}}});
  reseed(alert.scene, c.prefix + "long alert");
  const auto note = alert.note("long alert", hazard, {"harbor"});
  auto parts = alert.scene.take_apart(alert.scene.for_party(alert.scene.seal({note}), "harbor"), "harbor");
  parts.header.expires_at = parts.header.sealed_at + (72 * kHour + 1);
  c.maker.knowing(given_of(alert.scene, "harbor"))
      .bytes("long alert", "A safety alert that claims a second more.", alert.scene.put_together(parts), one_view("EX3331"));
}

std::size_t add_every_type(NoteCases& c) {
  for (const auto& way : kWays) {
    const auto& type = message_test::builtin_type(way.type);
    auto spec = spec_of(way.basis, way.purpose, way.type);
    if (way.basis == Basis::originatorAuthority) spec.authority = way.from;
    const bool archive = std::string_view(way.from) == way.to;
    const auto terms = terms_of(c.main.scene, type.schema(), way);

    std::set<FieldClass> classes;
    for (const auto k : terms) classes.insert(k.field_class());
    for (const auto k : type.schema().compartments) {
      if (classes.count(k.field_class()) == 0) continue;
      if (way.basis == Basis::originatorAuthority && k.form() != Form::full) continue;
      const bool reads = std::find(terms.begin(), terms.end(), k) != terms.end();
      spec.rights.push_back({way.from, k, archive && reads ? Rights::both : Rights::write});
      if (reads && !archive) spec.rights.push_back({way.to, k, Rights::read});
    }
    if (!archive) spec.edges = {{way.from, way.to}};

    Json note = Json::parse(testing::example_note(way.type));
    for (const auto& slot : type.schema().slots)
      if (slot.compartment.form() == Form::full && classes.count(slot.compartment.field_class()) == 0) note.erase(slot.path);
    TypeCase to(c.maker, c.prefix, spec, type, way.from);
    to.expires_after = way.purpose == Purpose::safety ? 72 * kHour : 0;
    to.add(way.type, std::string("The example of ") + way.type + ", as its reader gets it.", note.dump(), {{way.to, terms}});
  }
  return std::size(kWays);
}

}  // namespace xch::vectors
