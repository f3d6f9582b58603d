// View and Bundle: what an envelope carries. Both are written and checked word by word (records_layout.hpp), so that a
// cell is copied once when sealing and not at all when opening.
#include <algorithm>

#include "wire/records.hpp"
#include "wire/records_fields.hpp"
#include "wire/records_layout.hpp"

namespace xch::wire {
namespace {

// The positions below are those that the compiler gives records.capnp: the data word holds version (16 bits),
// batchPosition (16) and recipientPosition (8); pointers stand by ordinal.
using ViewSize = rec::View::_capnpPrivate;
using WrapSize = rec::Wrap::_capnpPrivate;
using BundleSize = rec::Bundle::_capnpPrivate;
static_assert(ViewSize::dataWordSize == 1 && ViewSize::pointerCount == 11, "records.capnp changed: View");
static_assert(WrapSize::dataWordSize == 1 && WrapSize::pointerCount == 1, "records.capnp changed: Wrap");
static_assert(BundleSize::dataWordSize == 0 && BundleSize::pointerCount == 5, "records.capnp changed: Bundle");

template <std::size_t N>
std::array<std::uint8_t, N * Digest::kSize> joined(const std::array<Digest, N>& path) {
  std::array<std::uint8_t, N * Digest::kSize> out;
  for (std::size_t i = 0; i < N; ++i) std::copy_n(path[i].bytes.begin(), Digest::kSize, out.begin() + i * Digest::kSize);
  return out;
}

template <class List>
std::size_t list_words(const List& list) {
  std::size_t words = list.size();
  for (const ByteView item : list) words += words_of(item.size());
  return words;
}

// ---- View ----------------------------------------------------------------------------------------------------------

std::size_t view_words(const ViewBorrowed& v) {
  std::size_t words = 1 + ViewSize::dataWordSize + ViewSize::pointerCount;
  words += words_of(v.core.size()) + words_of(v.terms.size()) + words_of(v.note_secret.size());
  words += words_of(3 * Digest::kSize + (kBatchDepth + kRecipientDepth) * Digest::kSize);
  if (!v.wraps.empty()) words += 1;
  for (const auto& wrap : v.wraps) words += 2 + words_of(wrap.second.size());
  return words + list_words(v.redactions) + list_words(v.slots);
}

/// lay_view is the one description of a View's bytes, for writing and for checking.
template <class Words>
bool lay_view(const ViewBorrowed& v, Words words) {
  Layout<Words> lay(words);
  const auto batch_path = joined(v.batch_path);
  const auto recipient_path = joined(v.recipient_path);
  constexpr std::size_t kData = 1, kPointers = 2;
  return lay.root(ViewSize::dataWordSize, ViewSize::pointerCount) &&
         lay.word(kData, kRecordVersion | static_cast<std::uint64_t>(v.batch_position) << 16 |
                             static_cast<std::uint64_t>(v.recipient_position) << 32) &&
         lay.data(kPointers + 0, v.core) &&                   //
         lay.data(kPointers + 1, v.slots_root.view()) &&      //
         lay.data(kPointers + 2, batch_path) &&               //
         lay.data(kPointers + 3, v.terms) &&                  //
         lay.data(kPointers + 4, v.terms_salt.view()) &&      //
         lay.data(kPointers + 5, v.recipient_salt.view()) &&  //
         lay.data(kPointers + 6, recipient_path) &&           //
         lay.data(kPointers + 7, v.note_secret) &&            //
         lay.struct_list(kPointers + 8, v.wraps.size(),
                         [&](std::size_t i, std::size_t word, std::size_t pointer) {
                           return lay.word(word, v.wraps[i].first.value) && lay.data(pointer, v.wraps[i].second);
                         }) &&
         lay.data_list(kPointers + 9, v.redactions) && lay.data_list(kPointers + 10, v.slots);
}

/// check_view is what a View must be on either way: within the limits, and no list or byte string empty that the
/// layout takes for full.
Status check_view(const ViewBorrowed& v) {
  if (v.batch_position >= kMaxViews || v.recipient_position >= kMaxRecipients) return fail(Code::record_limit);
  if (v.core.empty() || v.terms.empty() || v.note_secret.size() != 32) return fail(Code::record_malformed);
  if (v.wraps.size() > kMaxCompartments || v.redactions.size() > kMaxRedactions) return fail(Code::record_limit);
  for (const auto& wrap : v.wraps) {
    if (!is_known(wrap.first)) return fail(Code::record_enum);
    if (wrap.second.size() < kMinWrap) return fail(Code::record_malformed);
    if (wrap.second.size() > kMaxWrap) return fail(Code::record_limit);
  }
  for (const ByteView record : v.redactions)
    if (record.empty()) return fail(Code::record_malformed);
  if (v.slots.size() > kMaxSlots) return fail(Code::record_limit);
  if (v.slots.empty()) return fail(Code::record_malformed);
  for (const ByteView slot : v.slots) {
    if (slot.size() < Digest::kSize) return fail(Code::record_malformed);
    if (slot.size() > kMaxCell) return fail(Code::record_limit);
  }
  return Ok{};
}

template <std::size_t N>
Status read_path(capnp::Data::Reader from, std::array<Digest, N>& to) {
  if (from.size() != N * Digest::kSize) return fail(Code::record_malformed);
  for (std::size_t i = 0; i < N; ++i) std::copy_n(from.begin() + i * Digest::kSize, Digest::kSize, to[i].bytes.begin());
  return Ok{};
}

/// Borrowed lists are as short as their limit before memory is taken for them.
Status read_views(capnp::List<capnp::Data>::Reader from, std::size_t max, std::vector<ByteView>& to) {
  if (from.size() > max) return fail(Code::record_limit);
  to.reserve(from.size());
  for (const auto item : from) to.push_back(view(item));
  return Ok{};
}

Status read_wraps(capnp::List<rec::Wrap>::Reader from, std::vector<std::pair<Compartment, ByteView>>& to) {
  if (from.size() > kMaxCompartments) return fail(Code::record_limit);
  to.reserve(from.size());
  for (const auto wrap : from) {
    XCH_TRY(canonical::fits<rec::Wrap>(wrap));
    to.emplace_back(Compartment(wrap.getCompartment()), view(wrap.getSealed()));
  }
  return Ok{};
}

Status get_view(rec::View::Reader from, ViewBorrowed& to) {
  XCH_TRY(is_this_version(from.getVersion()));
  to.batch_position = from.getBatchPosition();
  to.recipient_position = from.getRecipientPosition();
  to.core = view(from.getCore());
  XCH_TRY(read_fixed(from.getSlotsRoot(), to.slots_root));
  XCH_TRY(read_path(from.getBatchPath(), to.batch_path));
  to.terms = view(from.getTerms());
  XCH_TRY(read_fixed(from.getTermsSalt(), to.terms_salt));
  XCH_TRY(read_fixed(from.getRecipientSalt(), to.recipient_salt));
  XCH_TRY(read_path(from.getRecipientPath(), to.recipient_path));
  to.note_secret = view(from.getNoteSecret());
  XCH_TRY(read_wraps(from.getWraps(), to.wraps));
  XCH_TRY(read_views(from.getRedactions(), kMaxRedactions, to.redactions));
  XCH_TRY(read_views(from.getSlots(), kMaxSlots, to.slots));
  return check_view(to);
}

// ---- Bundle --------------------------------------------------------------------------------------------------------

std::size_t bundle_words(const BundleBorrowed& b) {
  return 1 + BundleSize::pointerCount + words_of(Digest::kSize) + words_of(b.signature.size()) + list_words(b.chain) +
         list_words(b.staples) + list_words(b.views);
}

template <class Words>
bool lay_bundle(const BundleBorrowed& b, Words words) {
  Layout<Words> lay(words);
  return lay.root(BundleSize::dataWordSize, BundleSize::pointerCount) &&  //
         lay.data(1, b.batch_root.view()) &&                              //
         lay.data(2, b.signature) &&                                      //
         lay.data_list(3, b.chain) &&                                     //
         lay.data_list(4, b.staples) &&                                   //
         lay.data_list(5, b.views);
}

/// Each member is a record: whole words, and not nothing.
Status check_members(const std::vector<ByteView>& list, std::size_t max) {
  if (list.size() > max) return fail(Code::record_limit);
  for (const ByteView item : list)
    if (item.empty() || item.size() % kWordBytes != 0) return fail(Code::record_malformed);
  return Ok{};
}

Status check_bundle(const BundleBorrowed& b) {
  if (b.signature.size() != kSignatureSize) return fail(Code::record_malformed);
  XCH_TRY(check_members(b.chain, kMaxKeyChain));
  XCH_TRY(check_members(b.staples, kMaxStaples));
  XCH_TRY(check_members(b.views, kMaxViews));
  if (b.views.empty()) return fail(Code::record_malformed);
  return Ok{};
}

Status get_bundle(rec::Bundle::Reader from, BundleBorrowed& to) {
  XCH_TRY(read_fixed(from.getBatchRoot(), to.batch_root));
  to.signature = view(from.getSignature());
  XCH_TRY(read_views(from.getChain(), kMaxKeyChain, to.chain));
  XCH_TRY(read_views(from.getStaples(), kMaxStaples, to.staples));
  XCH_TRY(read_views(from.getViews(), kMaxViews, to.views));
  return check_bundle(to);
}

// ---- reading in place ----------------------------------------------------------------------------------------------

/// read_in_place reads a record whose value borrows from `bytes`; `lies_so` is the layout check that stands for
/// "canonical": preorder, nothing between, nothing after, nothing this version does not know.
template <class Record, class T, class Get, class Check>
Result<T> read_in_place(ByteView bytes, Get get_value, Check lies_so) {
  XCH_TRY(canonical::check_size(bytes));
  if (reinterpret_cast<std::uintptr_t>(bytes.data()) % alignof(capnp::word) != 0) return fail(Code::record_malformed);
  T value;
  const Status status = canonical::guarded([&]() -> Status {
    const std::size_t words = bytes.size() / kWordBytes;
    const kj::ArrayPtr<const capnp::word> segment(reinterpret_cast<const capnp::word*>(bytes.data()), words);
    capnp::SegmentArrayMessageReader message(kj::arrayPtr(&segment, 1), canonical::options(words));
    const auto root = message.getRoot<Record>();
    XCH_TRY(canonical::fits<Record>(root));
    XCH_TRY(get_value(root, value));
    if (!lies_so(value)) return fail(Code::record_not_canonical);
    return Ok{};
  });
  if (!status) return fail(status.error());
  return value;
}

}  // namespace

Result<MutableView> encode_view(const ViewBorrowed& value, Memory& memory) {
  XCH_TRY(check_view(value));
  XCH_ASSIGN(const MutableView out, memory.take(view_words(value) * kWordBytes));
  lay_view(value, WordWriter(out.data()));
  return out;
}

Result<ViewBorrowed> decode_view(ByteView bytes) {
  return read_in_place<rec::View, ViewBorrowed>(bytes, get_view, [bytes](const ViewBorrowed& v) {
    return view_words(v) * kWordBytes == bytes.size() && lay_view(v, WordChecker(bytes.data()));
  });
}

std::size_t encoded_bundle_size(const BundleBorrowed& value) { return bundle_words(value) * kWordBytes; }

Status encode_bundle_into(const BundleBorrowed& value, MutableView out) {
  XCH_TRY(check_bundle(value));
  if (out.size() != encoded_bundle_size(value)) return fail(Code::bug);
  lay_bundle(value, WordWriter(out.data()));
  return Ok{};
}

Result<Bytes> encode_bundle(const BundleBorrowed& value) {
  XCH_TRY(check_bundle(value));
  Bytes out(encoded_bundle_size(value));
  XCH_TRY(encode_bundle_into(value, out));
  return out;
}

Result<BundleBorrowed> decode_bundle(ByteView bytes) {
  return read_in_place<rec::Bundle, BundleBorrowed>(bytes, get_bundle, [bytes](const BundleBorrowed& b) {
    return encoded_bundle_size(b) == bytes.size() && lay_bundle(b, WordChecker(bytes.data()));
  });
}

}  // namespace xch::wire
