// What the tests of notes share: memory that counts, the note types by name, notes as canonical bytes.
#pragma once

#include <capnp/message.h>
#include <gtest/gtest.h>
#include <openssl/sha.h>

#include <deque>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "note_everything.bundles.hpp"
#include "note_everything.capnp.h"
#include "note_wider.capnp.h"
#include "wire/json_note.hpp"
#include "wire/note_codec.hpp"
#include "wire/schema_bundle.hpp"
#include "wire/value.hpp"

namespace xch::wire {

// HeapMemory hands out zeroed, aligned pieces until `limit` bytes are gone.
class HeapMemory final : public Memory {
 public:
  explicit HeapMemory(std::size_t limit = SIZE_MAX) : limit_(limit) {}
  Result<MutableView> take(std::size_t size) override {
    if (size > limit_ - used_) return fail(Code::locked_memory);
    used_ += size;
    pieces_.emplace_back(size / 8 + 1);
    return MutableView(reinterpret_cast<std::uint8_t*>(pieces_.back().data()), size);
  }
  std::size_t used() const { return used_; }

 private:
  std::size_t limit_, used_ = 0;
  std::deque<std::vector<std::uint64_t>> pieces_;
};

template <class Bundle>
NoteType load_bundle() {
  auto type = NoteType::load(ByteView(Bundle::bytes, sizeof(Bundle::bytes)));
  if (!type) throw std::runtime_error(std::string(type.error().info().name) + " " + type.error().path);
  return std::move(*type);
}

inline const NoteType& everything() {
  static const NoteType type = load_bundle<exchange::bundles::Everything>();
  return type;
}

inline const BuiltinBundle& builtin(std::string_view name) {
  for (const auto& bundle : builtin_bundles())
    if (bundle.name == name) return bundle;
  throw std::runtime_error("no such note type");
}

inline NoteType builtin_type(std::string_view name) {
  auto type = NoteType::load(builtin(name).bytes);
  if (!type) throw std::runtime_error(std::string(type.error().info().name) + " " + type.error().path);
  return std::move(*type);
}

template <class Reader>
Bytes canonical_bytes(Reader reader) {
  const auto words = capnp::canonicalize(reader);
  return Bytes(words.asBytes().begin(), words.asBytes().end());
}

inline const SlotSpec& slot_of(const NoteType& type, std::string_view path, Form form = Form::full) {
  for (const auto& slot : type.schema().slots)
    if (slot.path == path && slot.compartment.form() == form) return slot;
  throw std::runtime_error("no such slot");
}

inline const CellBorrowed* cell_of(const NoteType& type, const NoteCells& cells, std::string_view path) {
  for (const auto& cell : cells)
    if (cell.slot == slot_of(type, path).index) return &cell;
  return nullptr;
}

inline std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path);
  return std::string(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
}

template <class T>
std::string_view code_name(const Result<T>& result) {
  return result ? "ok" : result.error().info().name;
}

// A note of test.everything (or of its wider twin) with something in every field but the union, which is `number`.
template <class Builder>
void fill(Builder note) {
  note.setI8(-128);
  note.setI16(-2);
  note.setI32(-2147483647);
  note.setI64(-9007199254740993);
  note.setU8(200);
  note.setU16(65535);
  note.setU32(4000000000u);
  note.setU64(18446744073709551615u);
  note.setF32(0.5f);
  note.setF64(-1.25e300);
  note.setKind(static_cast<decltype(note.getKind())>(2));
  note.setFree("two\nlines \xC3\xA9");
  note.setDate("2026-03-31");
  note.setTime("2026-03-31T14:05Z");
  note.setCode("26-1-00417-3");
  note.setName("Maria Reyes");
  note.setPlace("M3; 3rd and Pike");
  const kj::byte data[] = {0, 1, 255};
  note.setData(kj::arrayPtr(data, 3));
  auto texts = note.initTexts(2);
  texts.set(0, "one");
  texts.set(1, "two");
  auto kinds = note.initKinds(3);
  for (unsigned i = 0; i < 3; ++i) kinds.set(i, static_cast<decltype(note.getKind())>(i % 2 + 1));
  auto numbers = note.initNumbers(2);
  numbers.set(0, -1);
  numbers.set(1, 7);
  auto items = note.initItems(3);
  items[0].setLabel("first");
  items[0].setOn("2026-01-02");
  items[0].setCount(3);
  items[0].setKind(static_cast<decltype(note.getKind())>(1));
  items[0].initTags(1).set(0, "tag");
  items[0].getChoice().setNumber(0);
  items[0].initInner().setDeep("deep");
  items[0].getPair().setSecond(1.5f);
  items[2].getChoice().setText("text");
  note.getGroup().setPhone("+1 206 555 0100");
  note.getGroup().setMail("m@example.org");
  note.initRecord().setStreet("Pine St");
  note.getRecord().setFloor(4);
  note.getRecord().initDeeper().setNote("third bell");
  note.getChoice().setNumber(-7);
  note.setVictim("never with the others");
}

inline Bytes full_note() {
  capnp::MallocMessageBuilder message;
  fill(message.initRoot<::everything::Everything>());
  return canonical_bytes(message.getRoot<::everything::Everything>().asReader());
}

}  // namespace xch::wire
