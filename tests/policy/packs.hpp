// The default pack and the note types it is for, as the tests of policy/ and of its compiler use them.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <string>
#include <tuple>
#include <vector>

#include "base/memory.hpp"
#include "consent/pack_compiler/compile.hpp"
#include "crypto/digest.hpp"
#include "policy/decide.hpp"
#include "policy/generalise.hpp"
#include "wire/schema_bundle.hpp"

namespace xch::policy_test {

inline Digest sha256(ByteView bytes) { return crypto::sha256(bytes); }

/// note_schemas are the six note types of the default pack (bench.work is not one of them).
inline const std::vector<NoteSchema>& note_schemas() {
  static const std::vector<NoteSchema> all = [] {
    std::vector<NoteSchema> out;
    for (const auto& bundle : wire::builtin_bundles()) {
      if (bundle.name == "bench.work") continue;
      auto type = wire::NoteType::load(bundle.bytes);
      if (!type) std::abort();
      out.push_back(type->schema());
      out.back().digest = retag<SchemaDigest>(sha256(bundle.bytes));
    }
    return out;
  }();
  return all;
}

inline const NoteSchema& note_schema(std::string_view name) {
  for (const auto& schema : note_schemas())
    if (schema.name == name) return schema;
  std::abort();
}

inline const PolicyPack& default_pack() {
  static const PolicyPack pack = [] {
    auto compiled = consent::compile_pack(consent::default_pack_toml(), note_schemas(), sha256);
    if (!compiled) {
      ADD_FAILURE() << compiled.error().info().name << " at " << compiled.error().path;
      std::abort();
    }
    return *compiled;
  }();
  return pack;
}

/// cell_of is a cell of a pack under change; sort_cells puts them in their order again.
inline PackCell& cell_of(PolicyPack& pack, Basis basis, Purpose purpose, Role role, FieldClass field_class) {
  for (auto& cell : pack.cells)
    if (cell.basis == basis && cell.purpose == purpose && cell.role == role && cell.field_class == field_class) return cell;
  std::abort();
}
inline void sort_cells(PolicyPack& pack) {
  const auto key = [](const PackCell& c) { return std::tie(c.basis, c.purpose, c.role, c.field_class); };
  std::sort(pack.cells.begin(), pack.cells.end(), [&](const PackCell& a, const PackCell& b) { return key(a) < key(b); });
}

inline const SlotSpec& slot(const NoteSchema& schema, std::string_view path, Form form = Form::full) {
  for (const auto& s : schema.slots)
    if (s.path == path && s.compartment.form() == form) return s;
  std::abort();
}

/// everything lists every compartment of a schema: the rights of a party that a careless consent names for all.
inline std::vector<Compartment> everything(const NoteSchema& schema) { return schema.compartments; }

template <class T>
std::vector<T> every(std::uint16_t count) {
  std::vector<T> out;
  for (std::uint16_t n = 0; n < count; ++n) out.push_back(static_cast<T>(n));
  return out;
}

/// PlainMemory is ordinary memory for values under test.
class PlainMemory final : public Memory {
 public:
  Result<MutableView> take(std::size_t size) override {
    pieces_.emplace_back((size + 7) / 8 + 1, 0);
    return MutableView(reinterpret_cast<std::uint8_t*>(pieces_.back().data()), size);
  }

 private:
  std::deque<std::vector<std::uint64_t>> pieces_;
};

}  // namespace xch::policy_test
