// The schema bundle as Cap'n Proto nodes: written by the plugin, read by NoteType::load. Internal to both.
//
// A bundle is the canonical encoding of SchemaBundle (include/exchange/schema/bundle.capnp): the nodes reachable from
// the note's struct, each copied field by field from an allow-list, so that every Cap'n Proto compiler from 0.9.2 on
// gives the same bytes: no file, no import, no source position, no brand, names without their path, scope only where
// it is a group's struct, our own annotations only, by id. Reading is strict: a bundle is what writing it again gives.
#pragma once

#include <capnp/message.h>

#include <memory>

#include "base/bytes.hpp"
#include "wire/slots.hpp"

namespace xch::wire {

constexpr std::size_t kMaxBundleBytes = 1024 * 1024;
constexpr std::size_t kMaxBundleNodes = 1024;

/// write_bundle gives the bundle of the note type at `root`, which walk_schema accepted.
Bytes write_bundle(const Nodes& nodes, std::uint64_t root);

/// BundleNodes owns the bytes of a bundle and reads its nodes from them.
class BundleNodes {
 public:
  /// read throws kj::Exception on bytes that are no message; gives nullptr on any other breach of the form.
  static std::unique_ptr<BundleNodes> read(ByteView bundle);
  const Nodes& nodes() const { return nodes_; }
  std::uint64_t root() const { return root_; }

 private:
  BundleNodes() = default;
  kj::Array<capnp::word> words_;  // aligned
  kj::ArrayPtr<const capnp::word> segment_;
  std::unique_ptr<capnp::MessageReader> message_;
  Nodes nodes_;
  std::uint64_t root_ = 0;
};

}  // namespace xch::wire
