// The tables of a pack that stand by themselves. Internal to consent/pack_compiler/. Each reads its section of the
// source into `pack`, in the order the pack wants.
#pragma once

#include <vector>

#include "consent/pack_compiler/compile.hpp"
#include "consent/pack_compiler/source.hpp"

namespace xch::consent {

Status read_parameters(const SectionBorrowed& source, PolicyPack& pack);
Status read_classes(const SectionBorrowed& source, PolicyPack& pack);
Status read_bases(const SectionBorrowed& source, PolicyPack& pack);
Status read_forms(const SectionBorrowed& source, PolicyPack& pack);
Status read_notices(const SectionBorrowed& source, const HashFunction& sha256, PolicyPack& pack);

/// read_edges reads [edge] and with it the pack's note types; an edge names one of `at_hand`.
Status read_edges(const SectionBorrowed& source, const std::vector<NoteSchema>& at_hand, PolicyPack& pack);
/// schemas_of picks the pack's note types from those at hand, by name.
std::vector<NoteSchema> schemas_of(const PolicyPack& pack, const std::vector<NoteSchema>& at_hand);
/// read_maps reads [map]; `schemas` are the pack's.
Status read_maps(const SectionBorrowed& source, const std::vector<NoteSchema>& schemas, PolicyPack& pack);

}  // namespace xch::consent
