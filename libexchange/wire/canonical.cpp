#include "wire/canonical.hpp"

#include <algorithm>
#include <cstring>

namespace xch::wire::canonical {
namespace {

constexpr std::size_t kWord = sizeof(capnp::word);
constexpr std::size_t kFirstSegment = 128;  // words: most records fit, and zeroing it costs little

}  // namespace

Words::Words(std::size_t count) : words_(new capnp::word[count]()), count_(count) {}

Words::Words(ByteView bytes) : words_(new capnp::word[bytes.size() / kWord]), count_(bytes.size() / kWord) {
  if (count_ != 0) std::memcpy(words_.get(), bytes.data(), count_ * kWord);
}

Words::~Words() {
  if (words_) wipe_bytes(MutableView(reinterpret_cast<std::uint8_t*>(words_.get()), count_ * kWord));
}

kj::ArrayPtr<capnp::word> Builder::allocateSegment(unsigned minimum_size) {
  const std::size_t size = segments_.empty() ? kFirstSegment : segments_.back().size() * 2;
  segments_.emplace_back(std::max<std::size_t>(size, minimum_size));
  return segments_.back().get();
}

Bytes to_bytes(capnp::MessageBuilder& message) {
  // No message of this content is shorter than its canonical form, the word of root pointer included.
  Words out(message.sizeInWords());
  capnp::FlatMessageBuilder flat(out.get());
  flat.getRoot<capnp::AnyPointer>().setCanonical(message.getRoot<capnp::AnyPointer>().asReader());
  const auto segment = flat.getSegmentsForOutput()[0].asBytes();
  return Bytes(segment.begin(), segment.end());
}

Status check_size(ByteView bytes) {
  if (bytes.size() > kMaxRecord) return fail(Code::record_limit);
  if (bytes.empty() || bytes.size() % kWord != 0) return fail(Code::record_malformed);
  return Ok{};
}

capnp::ReaderOptions options(std::size_t words) {
  capnp::ReaderOptions o;
  o.traversalLimitInWords = std::max<std::uint64_t>(kMinTraversal, kTraversalPerWord * words);
  o.nestingLimit = static_cast<int>(kMaxNesting);
  return o;
}

Status check_canonical(ByteView bytes) {
  XCH_TRY(check_size(bytes));
  const Words words(bytes);
  return guarded([&]() -> Status {
    const kj::ArrayPtr<const capnp::word> segment = words.get();
    capnp::SegmentArrayMessageReader message(kj::arrayPtr(&segment, 1), options(words.size()));
    if (!message.isCanonical()) return fail(Code::record_not_canonical);
    return Ok{};
  });
}

}  // namespace xch::wire::canonical
