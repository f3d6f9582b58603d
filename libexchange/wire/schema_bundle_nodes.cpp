#include "wire/schema_bundle_nodes.hpp"

#include <capnp/any.h>
#include <capnp/serialize.h>

#include <algorithm>
#include <cstring>
#include <set>

#include "wire/slots_annotations.hpp"

namespace xch::wire {
namespace {

namespace schema = capnp::schema;
using Annotations = capnp::List<schema::Annotation>;

// In words; each getter counts what it reads again. It stops a list of 2^29 empty structs in eight bytes.
constexpr std::uint64_t kMaxBundleTraversal = 8 * kMaxBundleBytes;

// Every node the note's struct needs to be read: structs, groups and enums.
class Reachable {
 public:
  explicit Reachable(const Nodes& nodes) : nodes_(nodes) {}

  void add(std::uint64_t id) {
    const auto found = nodes_.find(id);
    if (found == nodes_.end() || !ids_.insert(id).second || !found->second.isStruct()) return;
    for (auto field : found->second.getStruct().getFields()) {
      if (field.isGroup())
        add(field.getGroup().getTypeId());
      else
        add(field.getSlot().getType());
    }
  }
  const std::set<std::uint64_t>& ids() const { return ids_; }

 private:
  void add(schema::Type::Reader type) {
    if (type.isStruct()) add(type.getStruct().getTypeId());
    if (type.isEnum()) add(type.getEnum().getTypeId());
    if (type.isList()) add(type.getList().getElementType());
  }

  const Nodes& nodes_;
  std::set<std::uint64_t> ids_;
};

bool copy_value(std::uint64_t id, schema::Value::Reader from, schema::Value::Builder to) {
  switch (id) {
    case annotation::kClass:
    case annotation::kFormat: return from.isEnum() && (to.setEnum(from.getEnum()), true);
    case annotation::kSize: return from.isUint32() && (to.setUint32(from.getUint32()), true);
    case annotation::kIsolate: return from.isVoid() && (to.setVoid(), true);
    case annotation::kNoteType: return from.isText() && (to.setText(from.getText()), true);
    case annotation::kForms:
      return from.isList() && (to.initList().setAs<capnp::List<std::uint16_t>>(
                                   from.getList().getAs<capnp::List<std::uint16_t>>()), true);
    default: return false;
  }
}

template <class Owner>
void copy_annotations(Annotations::Reader from, Owner to) {
  std::vector<schema::Annotation::Reader> ours;
  for (auto a : from)
    if (std::count(std::begin(annotation::kAll), std::end(annotation::kAll), a.getId()) != 0) ours.push_back(a);
  if (ours.empty()) return;
  std::sort(ours.begin(), ours.end(), [](const auto& a, const auto& b) { return a.getId() < b.getId(); });
  auto list = to.initAnnotations(static_cast<unsigned>(ours.size()));
  for (unsigned i = 0; i < ours.size(); ++i) {
    list[i].setId(ours[i].getId());
    copy_value(ours[i].getId(), ours[i].getValue(), list[i].initValue());
  }
}

void copy_type(schema::Type::Reader from, schema::Type::Builder to) {
  switch (from.which()) {
    case schema::Type::VOID: to.setVoid(); break;
    case schema::Type::INT8: to.setInt8(); break;
    case schema::Type::INT16: to.setInt16(); break;
    case schema::Type::INT32: to.setInt32(); break;
    case schema::Type::INT64: to.setInt64(); break;
    case schema::Type::UINT8: to.setUint8(); break;
    case schema::Type::UINT16: to.setUint16(); break;
    case schema::Type::UINT32: to.setUint32(); break;
    case schema::Type::UINT64: to.setUint64(); break;
    case schema::Type::FLOAT32: to.setFloat32(); break;
    case schema::Type::FLOAT64: to.setFloat64(); break;
    case schema::Type::TEXT: to.setText(); break;
    case schema::Type::DATA: to.setData(); break;
    case schema::Type::ENUM: to.initEnum().setTypeId(from.getEnum().getTypeId()); break;
    case schema::Type::STRUCT: to.initStruct().setTypeId(from.getStruct().getTypeId()); break;
    case schema::Type::LIST: copy_type(from.getList().getElementType(), to.initList().initElementType()); break;
    default: KJ_FAIL_REQUIRE("the rules let no other type through");
  }
}

// No field has a default of its own, so the zero of its type stands for all of them.
void zero_default(schema::Type::Reader type, schema::Value::Builder to) {
  switch (type.which()) {
    case schema::Type::VOID: to.setVoid(); break;
    case schema::Type::INT8: to.setInt8(0); break;
    case schema::Type::INT16: to.setInt16(0); break;
    case schema::Type::INT32: to.setInt32(0); break;
    case schema::Type::INT64: to.setInt64(0); break;
    case schema::Type::UINT8: to.setUint8(0); break;
    case schema::Type::UINT16: to.setUint16(0); break;
    case schema::Type::UINT32: to.setUint32(0); break;
    case schema::Type::UINT64: to.setUint64(0); break;
    case schema::Type::FLOAT32: to.setFloat32(0); break;
    case schema::Type::FLOAT64: to.setFloat64(0); break;
    case schema::Type::TEXT: to.adoptText({}); break;
    case schema::Type::DATA: to.adoptData({}); break;
    case schema::Type::ENUM: to.setEnum(0); break;
    case schema::Type::STRUCT: to.initStruct(); break;
    case schema::Type::LIST: to.initList(); break;
    default: KJ_FAIL_REQUIRE("the rules let no other type through");
  }
}

void copy_field(schema::Field::Reader from, schema::Field::Builder to) {
  to.setName(from.getName());
  to.setCodeOrder(from.getCodeOrder());
  copy_annotations(from.getAnnotations(), to);
  to.setDiscriminantValue(from.getDiscriminantValue());
  if (from.getOrdinal().isExplicit()) to.getOrdinal().setExplicit(from.getOrdinal().getExplicit());
  if (from.isGroup()) {
    to.initGroup().setTypeId(from.getGroup().getTypeId());
    return;
  }
  auto slot = to.initSlot();
  slot.setOffset(from.getSlot().getOffset());
  copy_type(from.getSlot().getType(), slot.initType());
  zero_default(from.getSlot().getType(), slot.initDefaultValue());
}

void copy_struct(schema::Node::Struct::Reader from, schema::Node::Struct::Builder to) {
  to.setDataWordCount(from.getDataWordCount());
  to.setPointerCount(from.getPointerCount());
  to.setPreferredListEncoding(from.getPreferredListEncoding());
  to.setIsGroup(from.getIsGroup());
  to.setDiscriminantCount(from.getDiscriminantCount());
  to.setDiscriminantOffset(from.getDiscriminantOffset());
  auto fields = to.initFields(from.getFields().size());
  for (unsigned i = 0; i < fields.size(); ++i) copy_field(from.getFields()[i], fields[i]);
}

void copy_enum(schema::Node::Enum::Reader from, schema::Node::Enum::Builder to) {
  auto enumerants = to.initEnumerants(from.getEnumerants().size());
  for (unsigned i = 0; i < enumerants.size(); ++i) {
    enumerants[i].setName(from.getEnumerants()[i].getName());
    enumerants[i].setCodeOrder(from.getEnumerants()[i].getCodeOrder());
  }
}

void copy_node(schema::Node::Reader from, schema::Node::Builder to) {
  const std::string_view name = from.getDisplayName().cStr();
  const auto cut = name.find_last_of(":.");
  to.setId(from.getId());
  to.setDisplayName(std::string(cut == std::string_view::npos ? name : name.substr(cut + 1)).c_str());
  copy_annotations(from.getAnnotations(), to);
  if (from.isEnum()) return copy_enum(from.getEnum(), to.initEnum());
  if (from.getStruct().getIsGroup()) to.setScopeId(from.getScopeId());
  copy_struct(from.getStruct(), to.initStruct());
}

}  // namespace

Bytes write_bundle(const Nodes& nodes, std::uint64_t root) {
  Reachable reachable(nodes);
  reachable.add(root);
  capnp::MallocMessageBuilder message;
  auto bundle = message.getRoot<capnp::AnyPointer>().initAsAnyStruct(1, 1);
  for (int i = 0; i < 8; ++i) bundle.getDataSection()[static_cast<std::size_t>(i)] = static_cast<kj::byte>(root >> (8 * i));
  auto list = bundle.getPointerSection()[0].initAs<capnp::List<schema::Node>>(static_cast<unsigned>(reachable.ids().size()));
  unsigned i = 0;
  for (auto id : reachable.ids()) copy_node(nodes.at(id), list[i++]);
  const auto words = bundle.asReader().canonicalize();
  const auto bytes = words.asBytes();
  return Bytes(bytes.begin(), bytes.end());
}

std::unique_ptr<BundleNodes> BundleNodes::read(ByteView bundle) {
  if (bundle.empty() || bundle.size() % sizeof(capnp::word) != 0 || bundle.size() > kMaxBundleBytes) return nullptr;
  std::unique_ptr<BundleNodes> out(new BundleNodes());
  out->words_ = kj::heapArray<capnp::word>(bundle.size() / sizeof(capnp::word));
  std::memcpy(out->words_.begin(), bundle.data(), bundle.size());
  out->segment_ = out->words_;
  const auto one_segment = kj::arrayPtr(&out->segment_, 1);
  const capnp::ReaderOptions options{kMaxBundleTraversal, 32};
  if (!capnp::SegmentArrayMessageReader(one_segment, options).isCanonical()) return nullptr;
  out->message_ = std::make_unique<capnp::SegmentArrayMessageReader>(one_segment, options);
  const auto root = out->message_->getRoot<capnp::AnyStruct>();
  const auto data = root.getDataSection();
  for (std::size_t i = 0; i < 8 && i < data.size(); ++i) out->root_ |= static_cast<std::uint64_t>(data[i]) << (8 * i);
  if (root.getPointerSection().size() == 0) return nullptr;
  const auto list = root.getPointerSection()[0].getAs<capnp::List<schema::Node>>();
  if (list.size() > kMaxBundleNodes) return nullptr;
  for (auto node : list) out->nodes_.emplace(node.getId(), node);
  return out;
}

}  // namespace xch::wire
