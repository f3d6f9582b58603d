// Where the fields of a struct lie: inside its sections, and no two on the same bits, but members of one union.
#include <algorithm>

#include "wire/slots.hpp"

namespace xch::wire {
namespace {

using capnp::schema::Type;

struct Interval {
  std::uint64_t begin, end;
};
using Intervals = std::vector<Interval>;

// Bits of the data section a field takes; -1 for a pointer.
int data_bits(Type::Reader type) {
  switch (type.which()) {
    case Type::VOID: return 0;
    case Type::BOOL: return 1;
    case Type::INT8:
    case Type::UINT8: return 8;
    case Type::INT16:
    case Type::UINT16:
    case Type::ENUM: return 16;
    case Type::INT32:
    case Type::UINT32:
    case Type::FLOAT32: return 32;
    case Type::INT64:
    case Type::UINT64:
    case Type::FLOAT64: return 64;
    default: return -1;
  }
}

void sort(Intervals& all) {
  std::sort(all.begin(), all.end(), [](const Interval& a, const Interval& b) { return a.begin < b.begin; });
}

bool overlaps(Intervals& all) {
  sort(all);
  for (std::size_t i = 1; i < all.size(); ++i)
    if (all[i].begin < all[i - 1].end) return true;
  return false;
}

// Members of a union may share bits with each other: their places become one.
void merge(Intervals& all) {
  sort(all);
  Intervals out;
  for (const auto& i : all) {
    if (!out.empty() && i.begin < out.back().end)
      out.back().end = std::max(out.back().end, i.end);
    else
      out.push_back(i);
  }
  all = std::move(out);
}

struct Places {
  Intervals bits, pointers;
};

bool collect(const Nodes& nodes, capnp::schema::Node::Reader node, unsigned depth, std::uint32_t& budget, Places& out) {
  const auto record = node.getStruct();
  if (depth > kMaxSchemaDepth) return false;
  Places here;
  for (auto field : record.getFields()) {
    if (budget-- == 0) return false;
    if (field.isGroup()) {
      const auto* group = group_node(nodes, node, field);
      if (!group || !collect(nodes, *group, depth + 1, budget, here)) return false;
      continue;
    }
    const auto width = data_bits(field.getSlot().getType());
    const std::uint64_t begin = field.getSlot().getOffset();
    if (width > 0) here.bits.push_back({begin * static_cast<unsigned>(width), (begin + 1) * static_cast<unsigned>(width)});
    if (width < 0) here.pointers.push_back({begin, begin + 1});
  }
  if (record.getDiscriminantCount() != 0) {
    merge(here.bits);
    merge(here.pointers);
    const std::uint64_t tag = record.getDiscriminantOffset();
    here.bits.push_back({tag * 16, (tag + 1) * 16});
  }
  if (overlaps(here.bits) || overlaps(here.pointers)) return false;
  out.bits.insert(out.bits.end(), here.bits.begin(), here.bits.end());
  out.pointers.insert(out.pointers.end(), here.pointers.begin(), here.pointers.end());
  return true;
}

}  // namespace

const capnp::schema::Node::Reader* group_node(const Nodes& nodes, capnp::schema::Node::Reader parent,
                                              capnp::schema::Field::Reader field) {
  const auto found = nodes.find(field.getGroup().getTypeId());
  if (found == nodes.end() || !found->second.isStruct()) return nullptr;
  const bool ours = found->second.getStruct().getIsGroup() && found->second.getScopeId() == parent.getId();
  return ours ? &found->second : nullptr;
}

std::optional<SchemaRule> broken_layout(const Nodes& nodes, capnp::schema::Node::Reader record) {
  Places out;
  std::uint32_t budget = kMaxSchemaSteps;
  if (!collect(nodes, record, 0, budget, out)) return SchemaRule::apart;
  const auto within = [](const Intervals& all, std::uint64_t end) {
    return std::all_of(all.begin(), all.end(), [end](const Interval& i) { return i.end <= end; });
  };
  const auto sections = record.getStruct();
  if (!within(out.bits, std::uint64_t{sections.getDataWordCount()} * 64)) return SchemaRule::inside;
  if (!within(out.pointers, sections.getPointerCount())) return SchemaRule::inside;
  return std::nullopt;
}

}  // namespace xch::wire
