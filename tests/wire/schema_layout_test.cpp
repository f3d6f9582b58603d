// Where a bundle from outside says its fields lie: nothing outside the struct, no two in one place. Cap'n Proto's own
// check of the places counts in 32 bits and takes some that are far outside; reading such a note would read there.
#include <capnp/any.h>
#include <capnp/message.h>
#include <capnp/schema.capnp.h>
#include <gtest/gtest.h>

#include <functional>

#include "wire/note_support.hpp"
#include "wire/schema_bundle_nodes.hpp"

namespace xch::wire {
namespace {

using NodesBuilder = capnp::List<capnp::schema::Node>::Builder;

// The bundle of the note type with every shape, changed by `edit`.
Bytes bundle_with(const std::function<void(NodesBuilder)>& edit) {
  const auto read = BundleNodes::read(everything().bundle());
  capnp::MallocMessageBuilder message;
  auto top = message.getRoot<capnp::AnyPointer>().initAsAnyStruct(1, 1);
  auto list = top.getPointerSection()[0].initAs<capnp::List<capnp::schema::Node>>(static_cast<unsigned>(read->nodes().size()));
  unsigned n = 0;
  for (const auto& [id, node] : read->nodes()) list.setWithCaveats(n++, node);
  edit(list);
  for (std::size_t i = 0; i < 8; ++i) top.getDataSection()[i] = static_cast<kj::byte>(read->root() >> (8 * i));
  const auto words = top.asReader().canonicalize();
  const auto bytes = words.asBytes();
  return Bytes(bytes.begin(), bytes.end());
}

void set_tag(NodesBuilder nodes, std::uint32_t place) {
  for (auto node : nodes)
    if (node.isStruct() && node.getStruct().getDiscriminantCount() != 0) node.getStruct().setDiscriminantOffset(place);
}
bool is_pointer(capnp::schema::Type::Reader type) { return type.isText() || type.isData() || type.isList() || type.isStruct(); }
void set_place(NodesBuilder nodes, bool pointer, std::uint32_t place) {
  for (auto node : nodes) {
    if (!node.isStruct()) continue;
    for (auto field : node.getStruct().getFields()) {
      if (!field.isSlot() || field.getSlot().getType().isVoid() || is_pointer(field.getSlot().getType().asReader()) != pointer) continue;
      field.getSlot().setOffset(place);
      return;
    }
  }
}

TEST(SchemaLayout, TakesTheHonestBundleWrittenAgain) {
  const auto bytes = bundle_with([](NodesBuilder) {});
  ASSERT_TRUE(NoteType::load(bytes));
  EXPECT_TRUE(equal(bytes, everything().bundle()));
}

TEST(SchemaLayout, RefusesAUnionsTagOutsideTheStruct) {
  // 2^32-1: one more, in 32 bits, is none. 65535 words are the most a struct may have.
  for (const std::uint32_t place : {0xffffffffu, 0x7fffffffu, 0x0fffffffu, 4u * 65535u, 4u * 64u}) {
    const auto type = NoteType::load(bundle_with([&](NodesBuilder nodes) { set_tag(nodes, place); }));
    ASSERT_FALSE(type) << place;
    EXPECT_EQ(type.error().code, Code::schema_invalid) << place;
  }
}

TEST(SchemaLayout, RefusesAFieldOutsideItsSection) {
  for (const bool pointer : {false, true})
    for (const std::uint32_t place : {0xffffffffu, 0x7fffffffu, 0x1fffffffu, 0x0fffffffu, 0x07ffffffu, 0x03ffffffu, 65535u, 4096u}) {
      const auto type = NoteType::load(bundle_with([&](NodesBuilder nodes) { set_place(nodes, pointer, place); }));
      ASSERT_FALSE(type) << pointer << " " << place;
      EXPECT_EQ(type.error().code, Code::schema_invalid) << pointer << " " << place;
    }
}

TEST(SchemaLayout, RefusesTwoFieldsInOnePlace) {
  const auto type = NoteType::load(bundle_with([](NodesBuilder nodes) {
    for (auto node : nodes) {
      if (!node.isStruct() || node.getStruct().getIsGroup()) continue;
      for (auto field : node.getStruct().getFields())
        if (field.isSlot() && is_pointer(field.getSlot().getType().asReader())) field.getSlot().setOffset(0);
    }
  }));
  ASSERT_FALSE(type);
  EXPECT_EQ(type.error().code, Code::schema_invalid);
}

}  // namespace
}  // namespace xch::wire
