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

/// read_schemas takes the note types the pack is for; read_edges and read_maps name nothing else.
Status read_schemas(const std::vector<NoteSchema>& schemas, PolicyPack& pack);
Status read_edges(const SectionBorrowed& source, PolicyPack& pack);
Status read_maps(const SectionBorrowed& source, const std::vector<NoteSchema>& schemas, PolicyPack& pack);

}  // namespace xch::consent
