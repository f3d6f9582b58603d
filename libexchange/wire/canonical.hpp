// Strict reading and canonical writing of one single-segment Cap'n Proto message. Internal to wire/ and its tests:
// it names Cap'n Proto types.
//
// A record is read once and strictly: whole words, aligned copy, limits on traversal and nesting, canonical, no struct
// larger than this version's, and at the end the plain value is encoded again and has to give the very bytes that came
// in. That last step is what makes "canonical" complete: it also refuses set bits no field owns, lists of another
// element type and empty objects where nothing stands (docs/format.md, "Signed objects").
#pragma once

#include <capnp/any.h>
#include <capnp/message.h>

#include <memory>
#include <new>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/wipe.hpp"
#include "wire/kj_fault.hpp"
#include "wire/records_limits.hpp"

namespace xch::wire::canonical {

/// Words is zeroed, word-aligned scratch memory, wiped when dropped: a record may hold keys or plaintext.
class Words {
 public:
  explicit Words(std::size_t count);
  explicit Words(ByteView bytes);  // a copy; bytes.size() is a multiple of 8
  ~Words();
  Words(Words&& other) noexcept = default;
  Words& operator=(Words&&) = delete;
  Words(const Words&) = delete;
  Words& operator=(const Words&) = delete;

  kj::ArrayPtr<capnp::word> get() { return kj::ArrayPtr<capnp::word>(words_.get(), count_); }
  kj::ArrayPtr<const capnp::word> get() const { return kj::ArrayPtr<const capnp::word>(words_.get(), count_); }
  std::size_t size() const { return count_; }

 private:
  std::unique_ptr<capnp::word[]> words_;
  std::size_t count_;
};

/// Builder is a message under construction in memory that is wiped.
class Builder final : public capnp::MessageBuilder {
 public:
  kj::ArrayPtr<capnp::word> allocateSegment(unsigned minimum_size) override;

 private:
  std::vector<Words> segments_;
};

/// to_bytes gives the canonical single-segment form of the message. (capnp::canonicalize does too, but leaves a copy of
/// the content behind on the heap.)
Bytes to_bytes(capnp::MessageBuilder& message);

/// check_size takes whole words, at least one, at most kMaxRecord bytes. Errors: record_malformed, record_limit.
Status check_size(ByteView bytes);
/// options of a reader over `words` words.
capnp::ReaderOptions options(std::size_t words);
/// check_canonical is the canonical check on bytes alone, without a schema. Errors: those of check_size,
/// record_malformed, record_not_canonical.
Status check_canonical(ByteView bytes);

/// guarded runs a reader's code; what Cap'n Proto throws becomes record_malformed. Its text may quote content and is
/// dropped (docs/format.md, "Errors"). Want of memory is no fault of the record: std::bad_alloc, as from any container.
template <class F>
Status guarded(F&& read) {
  try {
    return read();
  } catch (const kj::Exception& thrown) {
    if (is_for_want_of_memory(thrown)) throw std::bad_alloc();
    return fail(Code::record_malformed);
  }
}

/// fits refuses a struct with more data words or pointers than Record has in this version: record_version.
template <class Record>
Status fits(capnp::AnyStruct::Reader s) {
  using Size = typename Record::_capnpPrivate;
  if (s.getDataSection().size() > Size::dataWordSize * sizeof(capnp::word)) return fail(Code::record_version);
  if (s.getPointerSection().size() > Size::pointerCount) return fail(Code::record_version);
  return Ok{};
}

/// forget wipes what a half-read value may hold; records with secrets specialise it before they are read.
template <class T>
void forget(T&) {}

/// read decodes one record: `fill(reader, value)` reads the struct, `encode_again(value)` is its encoder.
template <class Record, class T, class Fill, class Encode>
Result<T> read(ByteView bytes, Fill fill, Encode encode_again) {
  XCH_TRY(check_size(bytes));
  const Words words(bytes);
  T value;
  const Status status = guarded([&]() -> Status {
    const kj::ArrayPtr<const capnp::word> segment = words.get();
    capnp::SegmentArrayMessageReader message(kj::arrayPtr(&segment, 1), options(words.size()));
    if (!message.isCanonical()) return fail(Code::record_not_canonical);
    const auto root = message.getRoot<Record>();
    XCH_TRY(fits<Record>(root));
    XCH_TRY(fill(root, value));
    Bytes again = encode_again(value);
    const bool same = equal(again, bytes);
    wipe_bytes(again);
    return same ? Status(Ok{}) : fail(Code::record_not_canonical);
  });
  if (status) return value;
  forget(value);
  return fail(status.error());
}

}  // namespace xch::wire::canonical
