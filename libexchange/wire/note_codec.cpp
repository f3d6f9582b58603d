#include "wire/note_codec.hpp"

#include <algorithm>

#include "wire/value.hpp"
#include "wire/value_capnp.hpp"

namespace xch::wire {
namespace {

using capnp::DynamicEnum;
using capnp::DynamicList;
using capnp::DynamicStruct;
using capnp::HasMode;
using Kind = SchemaMember::Kind;

// CellReader walks a note's struct along the schema's members and fills the cells.
class CellReader {
 public:
  CellReader(const NoteType& type, NoteCells& cells, Memory& memory) : type_(type), cells_(cells), memory_(memory) {}

  void read(const std::vector<BoundMember>& members, DynamicStruct::Reader record) {
    for (const auto& member : members) {
      switch (member.kind) {
        case Kind::slot: read_slot(member, record, false); break;
        case Kind::group: read(member.members, record.get(member.field).as<DynamicStruct>()); break;
        case Kind::choice: read_choice(member, record.get(member.field).as<DynamicStruct>()); break;
        case Kind::record: read_record(member, record); break;
      }
    }
  }
  /// path is where the walk stands: that of the slot read last.
  const std::string& path() const { return path_; }

 private:
  void read_record(const BoundMember& member, DynamicStruct::Reader record) {
    if (!record.has(member.field, HasMode::NON_NULL)) return;
    const auto before = present_;
    read(member.members, record.get(member.field).as<DynamicStruct>());
    // A struct without content cannot be told from no struct once it is cells.
    if (present_ == before) throw Fault(Code::note_malformed);
  }

  void read_choice(const BoundMember& member, DynamicStruct::Reader choice) {
    KJ_IF_MAYBE(chosen, choice.which()) {
      for (const auto& option : member.members)
        if (option.field == *chosen) read_slot(option, choice, true);
    } else {
      throw Fault(Code::note_enum);
    }
  }

  void read_slot(const BoundMember& member, DynamicStruct::Reader record, bool chosen) {
    const auto& slot = type_.schema().slots[member.slot];
    path_ = slot.path;
    auto& cell = *std::lower_bound(cells_.begin(), cells_.end(), slot.index,
                                   [](const CellBorrowed& c, std::uint16_t index) { return c.slot < index; });
    const bool pointer = slot.type == ValueType::text || slot.type == ValueType::data || slot.type == ValueType::message;
    if (pointer && !record.has(member.field, HasMode::NON_NULL)) {
      if (chosen) throw Fault(Code::note_malformed);
      return;
    }
    cell.value = value(slot, member.field, record);
    const bool zero = (slot.type == ValueType::word || slot.type == ValueType::code) && word_from_value(cell.value) == 0u;
    cell.present = chosen || !zero;
    if (!cell.present) cell.value = ByteView();
    if (cell.present) ++present_;
  }

  ByteView value(const SlotSpec& slot, capnp::StructSchema::Field field, DynamicStruct::Reader record) {
    switch (slot.type) {
      case ValueType::none: return ByteView();
      case ValueType::word: return unwrap(value_from_word(word_of(record.get(field), slot.word), memory_));
      case ValueType::code: {
        const auto code = record.get(field).as<DynamicEnum>().getRaw();
        if (code >= slot.codes.size()) throw Fault(Code::note_enum);
        return unwrap(value_from_word(code, memory_));
      }
      case ValueType::text: {
        const auto text = record.get(field).as<capnp::Text>();
        const std::string_view view(text.begin(), text.size());
        if (const auto fault = text_fault(view, slot.format)) throw Fault(*fault);
        return ByteView(view);
      }
      case ValueType::data: {
        const auto data = record.get(field).as<capnp::Data>();
        return ByteView(data.begin(), data.size());
      }
      case ValueType::message:
        return list_value(bounded_list(record.get(field).as<DynamicList>()), slot.format, memory_);
    }
    throw Fault(Code::bug);
  }

  const NoteType& type_;
  NoteCells& cells_;
  Memory& memory_;
  std::string path_;
  std::size_t present_ = 0;
};

// CellWriter walks the schema's members and sets what the cells hold.
class CellWriter {
 public:
  CellWriter(const NoteType& type, const NoteCells& cells, Memory& memory) : type_(type), memory_(memory) {
    by_slot_.resize(type.schema().slots.size());
    for (const auto& cell : cells) {
      const bool known = cell.slot < by_slot_.size() && type.schema().slots[cell.slot].full_slot == cell.slot;
      if (!known || by_slot_[cell.slot]) throw Fault(Code::note_malformed);
      by_slot_[cell.slot] = &cell;
    }
  }

  void write(const std::vector<BoundMember>& members, DynamicStruct::Builder record) {
    for (const auto& member : members) {
      if (!any_present(member)) continue;
      switch (member.kind) {
        case Kind::slot: write_slot(member, record); break;
        case Kind::group: write(member.members, record.get(member.field).as<DynamicStruct>()); break;
        case Kind::choice: write_choice(member, record.get(member.field).as<DynamicStruct>()); break;
        case Kind::record: write(member.members, record.init(member.field).as<DynamicStruct>()); break;
      }
    }
  }
  const std::string& path() const { return path_; }

 private:
  bool is_present(std::uint16_t slot) const { return by_slot_[slot] && by_slot_[slot]->present; }

  bool any_present(const BoundMember& member) const {
    if (member.kind == Kind::slot) return is_present(member.slot);
    for (const auto& inner : member.members)
      if (any_present(inner)) return true;
    return false;
  }

  void write_choice(const BoundMember& member, DynamicStruct::Builder choice) {
    const BoundMember* chosen = nullptr;
    for (const auto& option : member.members) {
      if (!is_present(option.slot)) continue;
      path_ = type_.schema().slots[option.slot].path;
      if (chosen) throw Fault(Code::note_malformed);
      chosen = &option;
    }
    write_slot(*chosen, choice);
  }

  void write_slot(const BoundMember& member, DynamicStruct::Builder record) {
    const auto& slot = type_.schema().slots[member.slot];
    const auto value = by_slot_[member.slot]->value;
    path_ = slot.path;
    switch (slot.type) {
      case ValueType::none:
        if (!value.empty()) throw Fault(Code::note_malformed);
        record.set(member.field, capnp::VOID);
        break;
      case ValueType::word: record.set(member.field, number_of(word(value), slot.word)); break;
      case ValueType::code: {
        const auto code = word(value);
        if (code >= slot.codes.size()) throw Fault(Code::note_enum);
        record.set(member.field, DynamicEnum(member.field.getType().asEnum(), static_cast<std::uint16_t>(code)));
        break;
      }
      case ValueType::text: {
        if (const auto fault = text_fault(value.text(), slot.format)) throw Fault(*fault);
        auto text = record.init(member.field, static_cast<capnp::uint>(value.size())).as<capnp::Text>();
        std::copy(value.begin(), value.end(), text.begin());
        break;
      }
      case ValueType::data:
        record.set(member.field, capnp::Data::Reader(value.data(), value.size()));
        break;
      case ValueType::message: write_list(member, slot, value, record); break;
    }
  }

  void write_list(const BoundMember& member, const SlotSpec& slot, ByteView value, DynamicStruct::Builder record) {
    AlignedMessage message(value, memory_);
    const auto root = message.root();
    if (root.isNull() || !root.isList()) throw Fault(Code::note_malformed);
    const auto list = bounded_list(root.getAs<DynamicList>(member.field.getType().asList()));
    copy_list(list, slot.format, record.init(member.field, list.size()).as<DynamicList>());
  }

  static std::uint64_t word(ByteView value) {
    const auto word = word_from_value(value);
    if (!word) throw Fault(Code::note_malformed);
    return *word;
  }

  const NoteType& type_;
  Memory& memory_;
  std::vector<const CellBorrowed*> by_slot_;
  std::string path_;
};

// An error without a path gets the place the walk had reached.
template <class Walk>
Error placed(Error error, const Walk& walk) {
  if (error.path.empty() && error.info().errc == Errc::malformed) error.path = walk.path();
  return error;
}

MutableView write_note(const NoteType& type, const NoteCells& cells, Memory& memory) {
  CellWriter writer(type, cells, memory);
  std::size_t words = 64;
  for (const auto& cell : cells) words += cell.value.size() / 8 + 2;
  MemoryMessage scratch(memory, words);
  auto root = scratch.getRoot<capnp::AnyPointer>();
  try {
    writer.write(type.internals().members, root.initAs<DynamicStruct>(type.internals().root));
  } catch (const Fault& fault) {
    throw Fault(placed(fault.error, writer));
  }
  return canonical(root.asReader(), memory);
}

}  // namespace

Result<NoteCells> cells_from_note(const NoteType& type, ByteView note, Memory& memory) {
  NoteCells cells;
  for (const auto& slot : type.schema().slots) {
    if (slot.full_slot != slot.index) continue;
    cells.emplace_back();
    cells.back().slot = slot.index;
  }
  CellReader reader(type, cells, memory);
  auto status = guarded(Code::note_malformed, [&]() -> Status {
    AlignedMessage message(note, memory);
    if (!message.is_canonical() || !message.root().isStruct()) return fail(Code::note_malformed);
    reader.read(type.internals().members, message.root().getAs<DynamicStruct>(type.internals().root));
    return Ok{};
  });
  if (!status) return fail(placed(std::move(status).error(), reader));

  // What the schema does not name survives copying and canonical form; it does not survive writing the cells again.
  return guarded(Code::note_malformed, [&]() -> Result<NoteCells> {
    if (!equal(write_note(type, cells, memory), note)) return fail(Code::note_unknown_data);
    return std::move(cells);
  });
}

Result<MutableView> note_from_cells(const NoteType& type, const NoteCells& cells, Memory& memory) {
  return guarded(Code::note_malformed, [&]() -> Result<MutableView> { return write_note(type, cells, memory); });
}

}  // namespace xch::wire
