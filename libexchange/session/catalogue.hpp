// The note types a home knows, with their digests.
#pragma once

#include <map>
#include <memory>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "wire/schema_bundle.hpp"

namespace xch::session {

class Catalogue {
 public:
  /// load reads the built-in bundles. Errors: schema_invalid.
  static Result<Catalogue> load();
  const wire::NoteType* named(std::string_view name) const;
  const wire::NoteType* with_digest(const SchemaDigest& digest) const;
  /// schemas copies what every type says of its fields.
  std::vector<NoteSchema> schemas() const;

 private:
  std::vector<std::unique_ptr<const wire::NoteType>> types_;
  std::map<std::string, const wire::NoteType*, std::less<>> by_name_;
  std::map<SchemaDigest, const wire::NoteType*> by_digest_;
};

}  // namespace xch::session
