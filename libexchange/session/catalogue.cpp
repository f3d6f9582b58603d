#include "session/catalogue.hpp"

#include "crypto/digest.hpp"
#include "crypto/labels.hpp"

namespace xch::session {

Result<Catalogue> Catalogue::load() {
  Catalogue out;
  for (const auto& bundle : wire::builtin_bundles()) {
    XCH_ASSIGN(auto type, wire::NoteType::load(bundle.bytes));
    type.set_digest(crypto::th_as<SchemaDigest>(crypto::label::kSchemaDigest, {bundle.bytes}));
    auto kept = std::make_unique<const wire::NoteType>(std::move(type));
    out.by_name_.emplace(kept->schema().name, kept.get());
    out.by_digest_.emplace(kept->schema().digest, kept.get());
    out.types_.push_back(std::move(kept));
  }
  return out;
}

const wire::NoteType* Catalogue::named(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : found->second;
}

const wire::NoteType* Catalogue::with_digest(const SchemaDigest& digest) const {
  const auto found = by_digest_.find(digest);
  return found == by_digest_.end() ? nullptr : found->second;
}

std::vector<NoteSchema> Catalogue::schemas() const {
  std::vector<NoteSchema> out;
  for (const auto& type : types_) out.push_back(type->schema());
  return out;
}

}  // namespace xch::session
