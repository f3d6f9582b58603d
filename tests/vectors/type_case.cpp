#include "vectors/type_case.hpp"

#include "wire/json_note.hpp"

namespace xch::vectors {

TypeCase::TypeCase(Maker& to, std::string seeds, const testing::GrantSpec& spec, const wire::NoteType& type,
                   const std::string& from, const PolicyPack& pack)
    : maker(to),
      prefix(std::move(seeds)),
      scene(to.file().suite, spec, type, from, pack),
      purpose(spec.purposes.front()) {
  testing::StatusSpec status;
  status.authority = spec.authority;
  scene.status = testing::hold_status(scene.coalition, status);
}

message::NoteInput TypeCase::note(const std::string& name, const std::string& json, const std::vector<std::string>& to,
                                  std::uint16_t part) {
  message::NoteInput out = scene.note({}, to);
  const auto cells = must(wire::cells_from_json(scene.type, must(wire::parse_json(json)), memory), name.c_str());
  for (const auto& cell : cells) {
    out.slots[cell.slot].present = cell.present;
    out.slots[cell.slot].value = cell.value;
  }
  must(message::fill_forms(scene.pack, scene.schema(), out.slots, memory), "forms");
  out.note_id = note_id_of(prefix + name);
  out.purpose = purpose;
  out.part = part;
  if (expires_after != 0) out.expires_at = kNow + expires_after;
  return out;
}

void TypeCase::add(const std::string& name, const std::string& says, const std::string& json,
                   const std::vector<std::pair<std::string, std::vector<Compartment>>>& readers, std::uint16_t part) {
  std::vector<std::string> to;
  for (const auto& reader : readers) to.push_back(reader.first);
  reseed(scene, prefix + name);
  const auto input = note(name, json, to, part);
  const auto batch = scene.seal({input});
  for (const auto& [reader, terms] : readers)
    maker.knowing(given_of(scene, reader))
        .bytes(readers.size() == 1 ? name : name + " to " + reader, says, scene.for_party(batch, reader),
               views({opened(batch.notes.front().header, cells_of(input, terms))}));
}

testing::GrantSpec spec_of(Basis basis, Purpose purpose, const std::string& id) {
  testing::GrantSpec spec;
  spec.basis = basis;
  spec.purposes = {purpose};
  spec.grant_id = id;
  spec.seed = "vectors: " + id;
  if (basis == Basis::originatorAuthority) {
    spec.not_before = spec.effective_at = before_now(5 * kDay);
    spec.not_after = after_now(25 * kDay);
  }
  return spec;
}

}  // namespace xch::vectors
