#include "vectors/world.hpp"

#include <algorithm>

#include "crypto/digest.hpp"
#include "wire/records.hpp"

namespace xch::vectors {

void reseed(Scene& scene, const std::string& name) {
  scene.random = crypto::SeededRandom_for_testing(ByteView(std::string_view("LX1 vectors " + name)));
}

NoteId note_id_of(const std::string& name) {
  NoteId out;
  if (!out.copy_from(crypto::sha256(ByteView(std::string_view(name))).view().sub(0, 16)))
    testing::give_up(Code::bug, "note id");
  return out;
}

testing::GrantSpec court_spec() {
  testing::GrantSpec spec;
  spec.basis = Basis::justiceCondition;
  spec.purposes = {Purpose::filing, Purpose::court};
  spec.rights = {{"prosecutor", full(FieldClass::leg), Rights::both},
                 {"prosecutor", full(FieldClass::need), Rights::write},
                 {"harbor", full(FieldClass::leg), Rights::read},
                 {"harbor", full(FieldClass::need), Rights::read}};
  spec.edges = {{"prosecutor", "harbor"}};
  spec.grant_id = "court condition";
  spec.seed = "vectors: court condition";
  return spec;
}

testing::GrantSpec facts_spec() {
  testing::GrantSpec spec;
  spec.authority = "prosecutor";
  spec.basis = Basis::originatorAuthority;
  spec.purposes = {Purpose::court};
  spec.rights = {
      {"prosecutor", full(FieldClass::leg), Rights::both}, {"prosecutor", full(FieldClass::need), Rights::both},
      {"harbor", full(FieldClass::leg), Rights::read},     {"harbor", full(FieldClass::need), Rights::read},
      {"defender", full(FieldClass::leg), Rights::read},   {"liaison", full(FieldClass::leg), Rights::read},
      {"office", full(FieldClass::leg), Rights::read}};
  spec.edges = {
      {"prosecutor", "harbor"}, {"prosecutor", "defender"}, {"prosecutor", "liaison"}, {"prosecutor", "office"}};
  spec.not_before = before_now(10 * kDay);
  spec.effective_at = before_now(10 * kDay);
  spec.not_after = after_now(20 * kDay);
  spec.grant_id = "own facts";
  spec.status_index = 300;
  spec.seed = "vectors: own facts";
  return spec;
}

PolicyPack pack_for(const std::string& type, Basis basis) {
  PolicyPack pack = message_test::default_pack();
  pack.zone.clear();  // of drafts, and no vector has one
  const auto keep = [](auto& rows, auto wanted) {
    rows.erase(std::remove_if(rows.begin(), rows.end(), [&](const auto& row) { return !wanted(row); }), rows.end());
  };
  keep(pack.bases, [&](const PackBasis& row) { return row.basis == basis; });
  keep(pack.cells, [&](const PackCell& row) { return row.basis == basis && row.effect != Effect::deny; });
  keep(pack.notices, [&](const PackNotice& row) { return row.notice == pack.bases.front().notice; });
  keep(pack.maps, [&](const PackMap& row) { return row.schema == type; });
  keep(pack.schemas, [&](const PackSchema& row) { return row.name == type; });
  keep(pack.edges, [&](const PackEdge& row) { return row.schema == type; });
  if (basis != Basis::originatorAuthority) pack.originator = {};
  return pack;
}

// ---- what a party knows
// ------------------------------------------------------------------------------------------------

Json time_of(Timestamp at) { return at.seconds; }

Json key_of(const testing::TestParty& party) {
  const auto secret = crypto::export_private_key(*party.encryption_key);
  return Json{{"id", hex_of(party.encryption.id)},
              {"private", hex_of(secret.expose())},
              {"public", hex_of(party.encryption_key->public_key().bytes())},
              {"not_before", time_of(party.encryption.record.not_before)},
              {"not_after", time_of(party.encryption.record.not_after)}};
}

Json roster_of(const SignedRoster& roster) { return base64_of(wire::encode(roster)); }

Roster only(Roster roster, const std::vector<std::string>& names) {
  const auto other = [&](const Party& party) {
    return std::find(names.begin(), names.end(), party.name) == names.end();
  };
  roster.parties.erase(std::remove_if(roster.parties.begin(), roster.parties.end(), other), roster.parties.end());
  return roster;
}

Json pack_of(const testing::Coalition& coalition, const PolicyPack& pack) {
  const auto& root = coalition.root(0);
  const Signed object = must(
      party::sign_object(Kind::policyPack, wire::encode(pack), party::root_key_id(root.public_key().bytes()), root));
  return base64_of(wire::encode(object));
}

Json schema_of(const wire::NoteType& type) { return base64_of(type.bundle()); }

Json grant_of(const testing::TestGrant& grant, const std::string& holder) {
  return base64_of(wire::encode(grant.objects.at(holder)));
}

Json list_of(const StatusList& list) { return base64_of(wire::encode(list)); }

Json given_of_roster(const testing::Coalition& coalition, const std::string& name, const PolicyPack& pack) {
  const auto& party = coalition[name];
  Json out;
  out["now"] = time_of(kNow);
  out["agency"] = hex_of(party.id());
  out["keys"] = Json::array({key_of(party)});
  out["rosters"] = Json::array({roster_of(coalition.signed_roster())});
  out["pack"] = pack_of(coalition, pack);
  return out;
}

Json given_of(const Scene& scene, const std::string& name) {
  Json out = given_of_roster(scene.coalition, name, scene.pack);
  out["schemas"] = Json::array({schema_of(scene.type)});
  out["grants"] = Json::array({grant_of(scene.care, name)});
  return out;
}

// ---- what comes out
// ----------------------------------------------------------------------------------------------------

Json cells_of(const message::NoteInput& note, const std::vector<Compartment>& compartments) {
  Json out = Json::array();
  for (const auto slot : slots_of_part(*note.schema, note.part)) {
    const Compartment k = note.schema->slots[slot].compartment;
    if (std::find(compartments.begin(), compartments.end(), k) == compartments.end()) continue;
    const auto& value = note.slots[slot];
    out.push_back(Json{{"slot", slot}, {"value", value.present ? hex_of(value.value) : Json(nullptr)}});
  }
  return out;
}

Json opened(const HeaderHash& header, Json cells) {
  return Json{
      {"header_hash", hex_of(header)}, {"repeat", false}, {"redacted", Json::array()}, {"cells", std::move(cells)}};
}

Json views(std::vector<Json> all) {
  Json out = Json::array();
  for (auto& view : all) out.push_back(std::move(view));
  return Json{{"views", std::move(out)}};
}

}  // namespace xch::vectors
