// Cap'n Proto over the caller's memory: builders, canonical copies, the allow-list copy of lists. Internal to wire/.
#pragma once

#include <capnp/any.h>
#include <capnp/dynamic.h>
#include <capnp/message.h>

#include <new>
#include <utility>

#include "base/memory.hpp"
#include "base/result.hpp"
#include "model/slots.hpp"
#include "wire/kj_fault.hpp"
#include "wire/schema_bundle_capnp.hpp"

namespace xch::wire {

constexpr unsigned kMaxListElements = 4096;
constexpr int kMaxMessageNesting = 16;
constexpr std::size_t kMaxNoteBytes = 4u * 1024 * 1024;

/// Fault is how a walk over Cap'n Proto's throwing getters gives up; it never leaves wire/.
struct Fault {
  Error error;
  explicit Fault(Code code) : error(code) {}
  explicit Fault(Error e) : error(std::move(e)) {}
};

/// guarded runs `f`, which gives a Result, and turns whatever escapes into one: kj's own texts may quote a note.
template <class F>
auto guarded(Code malformed, F&& f) -> decltype(f()) {
  try {
    return f();
  } catch (const Fault& fault) {
    return fail(fault.error);
  } catch (const kj::Exception& thrown) {
    return fail(is_for_want_of_memory(thrown) ? Code::out_of_memory : malformed);
  } catch (const std::bad_alloc&) {
    return fail(Code::out_of_memory);
  }
}

template <class T>
T unwrap(Result<T> result) {
  if (!result) throw Fault(std::move(result).error());
  return std::move(*result);
}

/// MemoryMessage builds a message in the caller's memory, since what it builds is plaintext.
class MemoryMessage final : public capnp::MessageBuilder {
 public:
  MemoryMessage(Memory& memory, std::size_t first_words) : memory_(memory), next_words_(first_words) {}
  kj::ArrayPtr<capnp::word> allocateSegment(capnp::uint minimum_words) override;
  /// bytes gives the one segment of a message whose first segment was large enough for all of it.
  MutableView bytes();

 private:
  Memory& memory_;
  std::size_t next_words_;
};

/// AlignedMessage reads bytes from outside: copied into `memory` (aligned), one segment without a frame, bounded.
class AlignedMessage {
 public:
  AlignedMessage(ByteView bytes, Memory& memory);
  AlignedMessage(const AlignedMessage&) = delete;  // the reader points at segment_
  AlignedMessage& operator=(const AlignedMessage&) = delete;
  bool is_canonical();
  capnp::AnyPointer::Reader root() { return reader_.getRoot<capnp::AnyPointer>(); }

 private:
  kj::ArrayPtr<const capnp::word> segment_;
  capnp::SegmentArrayMessageReader reader_;
};

/// canonical copies what `pointer` points to into one segment of `memory`, in canonical form.
MutableView canonical(capnp::AnyPointer::Reader pointer, Memory& memory);

/// list_value gives the value of a list field: a canonical message whose root pointer is the list, rebuilt from what
/// the schema knows. `format` is that of a List(Text). Throws Fault: note_enum, note_text, note_format, note_malformed.
MutableView list_value(capnp::DynamicList::Reader list, TextFormat format, Memory& memory);
/// copy_list is the allow-list copy behind it; `to` has the length of `from`.
void copy_list(capnp::DynamicList::Reader from, TextFormat format, capnp::DynamicList::Builder to);
/// bounded_list gives the list back; throws Fault note_malformed where it has more than kMaxListElements.
capnp::DynamicList::Reader bounded_list(capnp::DynamicList::Reader list);

/// The word of a number (integers sign-extended, floats by bits) and back. Throws Fault: note_format where a float is
/// no number; note_malformed where a word does not fit its type.
std::uint64_t word_of(capnp::DynamicValue::Reader number, WordType type);
capnp::DynamicValue::Reader number_of(std::uint64_t word, WordType type);
/// fits is true when `word` is what word_of gives for some number of `type`.
bool fits(std::uint64_t word, WordType type);

TextFormat format_of(capnp::StructSchema::Field field);

}  // namespace xch::wire
