// Note types: loaded from a schema bundle, the built-in ones among them.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "model/slots.hpp"

namespace xch::wire {

/// NoteType is a note schema ready for use: its slots, and what note_codec and json_note need to walk its notes.
/// Immutable once its digest is set; any number of threads may read one.
class NoteType {
 public:
  /// load checks every rule that capnpc-exchange checks, and that the bundle is in canonical form with nothing in it
  /// but what its note needs. Errors: schema_invalid, with the path of the field where a rule of a field broke.
  static Result<NoteType> load(ByteView bundle);
  NoteType(NoteType&&) noexcept;
  NoteType& operator=(NoteType&&) noexcept;
  ~NoteType();

  const NoteSchema& schema() const;
  ByteView bundle() const;
  /// set_digest is called once by the layer that hashes: TH("LX1 schema digest", bundle).
  void set_digest(const SchemaDigest& digest);

  struct Internals;
  const Internals& internals() const { return *internals_; }  // for wire/ only

 private:
  explicit NoteType(std::unique_ptr<Internals> internals);
  std::unique_ptr<Internals> internals_;
};

/// BuiltinBundle is one note type of this library, as capnpc-exchange wrote it at build time.
struct BuiltinBundle {
  std::string_view name;
  std::uint64_t type_id = 0;
  ByteView bytes;  // static storage
};

/// builtin_bundles lists the note types of include/exchange/schema/, by name.
const std::vector<BuiltinBundle>& builtin_bundles();

}  // namespace xch::wire
