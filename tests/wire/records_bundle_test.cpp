// View and Bundle: laid down word by word, read in place.
#include <capnp/message.h>
#include <gtest/gtest.h>

#include <cstring>

#include "wire/canonical.hpp"
#include "wire/records.capnp.h"
#include "wire/records_samples.hpp"

namespace xch::wire {
namespace {

namespace rec = ::exchange::records;
using samples::Aligned;

/// OwnedView keeps the bytes that a ViewBorrowed points to.
struct OwnedView {
  Bytes core = encode(samples::header()), terms = encode(samples::terms()), secret = samples::run(32, 0x01);
  Bytes wrap = samples::run(113, 0x02), record = encode(samples::signed_object(Kind::redaction));
  std::vector<Bytes> slots;
  ViewBorrowed view;

  explicit OwnedView(std::size_t slot_count = 8, std::size_t cell = 200) {
    for (std::size_t i = 0; i < slot_count; ++i)
      slots.push_back(samples::run(i % 2 == 0 ? cell + i : 32, static_cast<std::uint8_t>(0x10 + i)));
    view.core = core;
    view.slots_root = samples::digest(0x03);
    view.batch_position = 1000;
    for (unsigned i = 0; i < kBatchDepth; ++i) view.batch_path[i] = samples::digest(static_cast<std::uint8_t>(0x20 + i));
    view.terms = terms;
    view.terms_salt = samples::fixed<Salt>(0x04);
    view.recipient_position = 31;
    view.recipient_salt = samples::fixed<Salt>(0x05);
    for (unsigned i = 0; i < kRecipientDepth; ++i)
      view.recipient_path[i] = samples::digest(static_cast<std::uint8_t>(0x30 + i));
    view.note_secret = secret;
    view.wraps = {{Compartment(FieldClass::con, Form::full), ByteView(wrap)},
                  {Compartment(FieldClass::eng, Form::level), ByteView(wrap).sub(0, 80)}};
    view.redactions = {record};
    for (const Bytes& s : slots) view.slots.push_back(s);
  }
};

Bytes encoded(const ViewBorrowed& v) {
  samples::Pieces memory;
  const auto out = encode_view(v, memory);
  EXPECT_TRUE(out);
  return out ? ByteView(*out).copy() : Bytes{};
}

capnp::Data::Reader data_of(ByteView v) { return capnp::Data::Reader(v.data(), v.size()); }
void set_all(capnp::List<capnp::Data>::Builder to, const std::vector<ByteView>& from) {
  for (unsigned i = 0; i < to.size(); ++i) to.set(i, data_of(from[i]));
}

/// by_library builds the same View with Cap'n Proto's own builder and makes it canonical.
Bytes by_library(const ViewBorrowed& v) {
  canonical::Builder message;
  auto root = message.initRoot<rec::View>();
  root.setVersion(1);
  root.setBatchPosition(v.batch_position);
  root.setRecipientPosition(v.recipient_position);
  root.setCore(data_of(v.core));
  root.setSlotsRoot(data_of(v.slots_root));
  Bytes path;
  for (const auto& d : v.batch_path) path.insert(path.end(), d.bytes.begin(), d.bytes.end());
  root.setBatchPath(data_of(path));
  root.setTerms(data_of(v.terms));
  root.setTermsSalt(data_of(v.terms_salt));
  root.setRecipientSalt(data_of(v.recipient_salt));
  path.clear();
  for (const auto& d : v.recipient_path) path.insert(path.end(), d.bytes.begin(), d.bytes.end());
  root.setRecipientPath(data_of(path));
  root.setNoteSecret(data_of(v.note_secret));
  if (!v.wraps.empty()) {
    auto wraps = root.initWraps(static_cast<unsigned>(v.wraps.size()));
    for (unsigned i = 0; i < wraps.size(); ++i) {
      wraps[i].setCompartment(v.wraps[i].first.value);
      wraps[i].setSealed(data_of(v.wraps[i].second));
    }
  }
  if (!v.redactions.empty()) set_all(root.initRedactions(static_cast<unsigned>(v.redactions.size())), v.redactions);
  set_all(root.initSlots(static_cast<unsigned>(v.slots.size())), v.slots);
  return canonical::to_bytes(message);
}

TEST(View, IsWrittenAsCapnProtoItselfMakesItCanonical) {
  for (const std::size_t slots : {1u, 8u, 64u, 256u})
    for (const std::size_t cell : {32u, 33u, 112u, 1100u}) {
      OwnedView owned(slots, cell);
      EXPECT_EQ(encoded(owned.view), by_library(owned.view)) << slots << " x " << cell;
      owned.view.wraps.clear();
      EXPECT_EQ(encoded(owned.view), by_library(owned.view)) << "no wraps";
      owned.view.redactions.clear();
      EXPECT_EQ(encoded(owned.view), by_library(owned.view)) << "no redactions";
    }
}

void expect_same(const ViewBorrowed& a, const ViewBorrowed& b) {
  EXPECT_TRUE(equal(a.core, b.core) && equal(a.terms, b.terms) && equal(a.note_secret, b.note_secret));
  EXPECT_EQ(a.slots_root, b.slots_root);
  EXPECT_EQ(a.batch_position, b.batch_position);
  EXPECT_EQ(a.batch_path, b.batch_path);
  EXPECT_EQ(a.terms_salt, b.terms_salt);
  EXPECT_EQ(a.recipient_position, b.recipient_position);
  EXPECT_EQ(a.recipient_salt, b.recipient_salt);
  EXPECT_EQ(a.recipient_path, b.recipient_path);
  ASSERT_EQ(a.wraps.size(), b.wraps.size());
  for (std::size_t i = 0; i < a.wraps.size(); ++i)
    EXPECT_TRUE(a.wraps[i].first == b.wraps[i].first && equal(a.wraps[i].second, b.wraps[i].second));
  ASSERT_EQ(a.redactions.size(), b.redactions.size());
  for (std::size_t i = 0; i < a.redactions.size(); ++i) EXPECT_TRUE(equal(a.redactions[i], b.redactions[i]));
  ASSERT_EQ(a.slots.size(), b.slots.size());
  for (std::size_t i = 0; i < a.slots.size(); ++i) EXPECT_TRUE(equal(a.slots[i], b.slots[i]));
}

TEST(View, BorrowsItsCellsFromTheBytes) {
  const OwnedView owned;
  Aligned bytes(encoded(owned.view));
  const auto view = decode_view(bytes.view());
  ASSERT_TRUE(view) << view.error().info().name;
  expect_same(*view, owned.view);
  for (const ByteView slot : view->slots) {
    EXPECT_GE(slot.data(), bytes.view().begin());
    EXPECT_LE(slot.end(), bytes.view().end());
  }
}

TEST(View, RefusesEveryTruncationAndAppendedWords) {
  const Bytes good = encoded(OwnedView().view);
  for (std::size_t size = 0; size < good.size(); ++size) {
    Aligned cut{ByteView(good).sub(0, size)};
    ASSERT_FALSE(decode_view(cut.view())) << size;
  }
  Bytes longer = good;
  longer.resize(longer.size() + 8);
  Aligned extended{ByteView(longer)};
  EXPECT_FALSE(decode_view(extended.view()));
}

TEST(View, TakesNoChangedByteForAnother) {
  Aligned bytes{ByteView(encoded(OwnedView().view))};
  const MutableView b = bytes.view();
  std::size_t taken = 0, refused = 0;
  for (std::size_t at = 0; at < b.size(); ++at)
    for (const unsigned flip : {0x01u, 0x80u, 0xffu}) {
      b[at] = static_cast<std::uint8_t>(b[at] ^ flip);
      const auto view = decode_view(b);
      ++(view ? taken : refused);
      if (view) {
        ASSERT_EQ(encoded(*view), ByteView(b).copy()) << at;
      }
      b[at] = static_cast<std::uint8_t>(b[at] ^ flip);
    }
  EXPECT_GT(taken, 1000u);
  EXPECT_GT(refused, 500u);
  EXPECT_TRUE(decode_view(b));
}

TEST(View, RefusesWhatIsNotAtAnAlignedAddress) {
  const Bytes good = encoded(OwnedView().view);
  std::vector<std::uint64_t> words(good.size() / 8 + 1);
  auto* const start = reinterpret_cast<std::uint8_t*>(words.data()) + 4;
  std::memcpy(start, good.data(), good.size());
  EXPECT_FALSE(decode_view(ByteView(start, good.size())));
}

template <class Change>
Code view_refusal(Change change) {
  OwnedView owned;
  change(owned.view);
  samples::Pieces memory;
  const auto written = encode_view(owned.view, memory);
  EXPECT_FALSE(written);
  // The library's builder writes it all the same: the decoder has to refuse it too, with the same code.
  Aligned bytes{ByteView(by_library(owned.view))};
  const auto read = decode_view(bytes.view());
  EXPECT_FALSE(read);
  if (written || read) return Code::bug;
  EXPECT_EQ(written.error().code, read.error().code);
  return read.error().code;
}

TEST(View, HasLimitsOnBothWays) {
  const Bytes leaf = samples::run(32, 9), short_leaf = samples::run(31, 9), secret = samples::run(33, 9);
  const Bytes short_wrap = samples::run(79, 9), long_wrap = samples::run(114, 9), wrap = samples::run(80, 9);
  const Bytes large(32 + 32 + 1048576 + 16 + 1, 9), record = samples::run(8, 9);
  const Compartment c(FieldClass::con, Form::full);
  EXPECT_EQ(view_refusal([&](auto& v) { v.slots.assign(257, leaf); }), Code::record_limit);
  EXPECT_EQ(view_refusal([&](auto& v) { v.slots[1] = large; }), Code::record_limit);
  EXPECT_EQ(view_refusal([&](auto& v) { v.slots[1] = short_leaf; }), Code::record_malformed);
  EXPECT_EQ(view_refusal([&](auto& v) { v.slots[1] = ByteView(); }), Code::record_malformed);
  EXPECT_EQ(view_refusal([&](auto& v) { v.wraps.assign(65, {c, wrap}); }), Code::record_limit);
  EXPECT_EQ(view_refusal([&](auto& v) { v.wraps[0].second = short_wrap; }), Code::record_malformed);
  EXPECT_EQ(view_refusal([&](auto& v) { v.wraps[0].second = long_wrap; }), Code::record_limit);
  EXPECT_EQ(view_refusal([&](auto& v) { v.wraps[0].first = Compartment(0); }), Code::record_enum);
  EXPECT_EQ(view_refusal([&](auto& v) { v.redactions.assign(65, record); }), Code::record_limit);
  EXPECT_EQ(view_refusal([&](auto& v) { v.note_secret = secret; }), Code::record_malformed);
  EXPECT_EQ(view_refusal([&](auto& v) { v.core = ByteView(); }), Code::record_malformed);
  EXPECT_EQ(view_refusal([&](auto& v) { v.terms = ByteView(); }), Code::record_malformed);
  EXPECT_EQ(view_refusal([&](auto& v) { v.batch_position = 1024; }), Code::record_limit);
  EXPECT_EQ(view_refusal([&](auto& v) { v.recipient_position = 32; }), Code::record_limit);
}

TEST(View, RefusesOtherOrdersOfItsParts) {
  // A view with the cells' list written before the rest: valid Cap'n Proto, but not preorder.
  const OwnedView owned;
  const auto write = [&](bool cells_first) {
    canonical::Words words(4096);
    capnp::FlatMessageBuilder message(words.get());
    auto view = message.initRoot<rec::View>();
    const auto put_cells = [&] {
      set_all(view.initSlots(static_cast<unsigned>(owned.view.slots.size())), owned.view.slots);
    };
    if (cells_first) put_cells();
    view.setVersion(1);
    view.setCore(data_of(owned.view.core));
    view.setSlotsRoot(data_of(owned.view.slots_root));
    view.setBatchPath(data_of(samples::run(320, 1)));
    view.setTerms(data_of(owned.view.terms));
    view.setTermsSalt(data_of(owned.view.terms_salt));
    view.setRecipientSalt(data_of(owned.view.recipient_salt));
    view.setRecipientPath(data_of(samples::run(160, 1)));
    view.setNoteSecret(data_of(owned.view.note_secret));
    if (!cells_first) put_cells();
    const auto segment = message.getSegmentsForOutput()[0].asBytes();
    return Bytes(segment.begin(), segment.end());
  };
  Aligned in_order{ByteView(write(false))};
  EXPECT_TRUE(decode_view(in_order.view()));
  Aligned out_of_order{ByteView(write(true))};
  const auto refused = decode_view(out_of_order.view());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::record_not_canonical);
}

// ---- Bundle --------------------------------------------------------------------------------------------------------

struct OwnedBundle {
  Bytes signature = samples::run(64, 0x41), seat = encode(samples::signed_object(Kind::keyRecord));
  Bytes identity = encode(samples::unsigned_key_record()), staple = encode(samples::staple());
  Bytes first = encoded(OwnedView(8).view), second = encoded(OwnedView(16).view);
  BundleBorrowed bundle;

  OwnedBundle() {
    bundle.batch_root = samples::digest(0x42);
    bundle.signature = signature;
    bundle.chain = {seat, identity};
    bundle.staples = {staple};
    bundle.views = {first, second};
  }
};

Bytes by_library(const BundleBorrowed& b) {
  canonical::Builder message;
  auto root = message.initRoot<rec::Bundle>();
  root.setBatchRoot(data_of(b.batch_root));
  root.setSignature(data_of(b.signature));
  if (!b.chain.empty()) set_all(root.initChain(static_cast<unsigned>(b.chain.size())), b.chain);
  if (!b.staples.empty()) set_all(root.initStaples(static_cast<unsigned>(b.staples.size())), b.staples);
  if (!b.views.empty()) set_all(root.initViews(static_cast<unsigned>(b.views.size())), b.views);
  return canonical::to_bytes(message);
}

TEST(Bundle, IsWrittenAsCapnProtoItselfMakesItCanonical) {
  OwnedBundle owned;
  EXPECT_EQ(*encode_bundle(owned.bundle), by_library(owned.bundle));
  owned.bundle.staples.clear();
  EXPECT_EQ(*encode_bundle(owned.bundle), by_library(owned.bundle));
  owned.bundle.chain.clear();
  EXPECT_EQ(*encode_bundle(owned.bundle), by_library(owned.bundle));
}

TEST(Bundle, IsWrittenAtAnyAddressAndExactlyItsSize) {
  const OwnedBundle owned;
  const std::size_t size = encoded_bundle_size(owned.bundle);
  Bytes body(4 + size + 4, 0xee);
  ASSERT_TRUE(encode_bundle_into(owned.bundle, MutableView(body).sub(4, size)));
  EXPECT_TRUE(equal(ByteView(body).sub(4, size), *encode_bundle(owned.bundle)));
  EXPECT_EQ(to_hex(ByteView(body).sub(0, 4)), "eeeeeeee");
  EXPECT_EQ(to_hex(ByteView(body).sub(4 + size)), "eeeeeeee");
  EXPECT_FALSE(encode_bundle_into(owned.bundle, MutableView(body).sub(0, size - 8)));
  EXPECT_FALSE(encode_bundle_into(owned.bundle, MutableView(body).sub(0, size + 1)));
}

TEST(Bundle, BorrowsItsRecordsAndTheyDecodeInPlace) {
  const OwnedBundle owned;
  Aligned bytes{ByteView(*encode_bundle(owned.bundle))};
  const auto bundle = decode_bundle(bytes.view());
  ASSERT_TRUE(bundle) << bundle.error().info().name;
  EXPECT_EQ(bundle->batch_root, owned.bundle.batch_root);
  EXPECT_TRUE(equal(bundle->signature, owned.signature));
  ASSERT_EQ(bundle->chain.size(), 2u);
  EXPECT_TRUE(decode_signed(bundle->chain[0]));
  EXPECT_TRUE(decode_signed(bundle->chain[1]));
  ASSERT_EQ(bundle->staples.size(), 1u);
  EXPECT_TRUE(decode_staple(bundle->staples[0]));
  ASSERT_EQ(bundle->views.size(), 2u);
  for (const ByteView view : bundle->views) {
    EXPECT_GE(view.data(), bytes.view().begin());
    const auto decoded = decode_view(view);
    ASSERT_TRUE(decoded);
    EXPECT_TRUE(decode_header(decoded->core));
    EXPECT_TRUE(decode_terms(decoded->terms));
  }
}

TEST(Bundle, RefusesTruncationExtensionAndChangedStructure) {
  const OwnedBundle owned;
  const Bytes good = *encode_bundle(owned.bundle);
  for (std::size_t size = 0; size < good.size(); size += size < 512 ? 1 : 8) {
    Aligned cut{ByteView(good).sub(0, size)};
    ASSERT_FALSE(decode_bundle(cut.view())) << size;
  }
  Bytes longer = good;
  longer.resize(longer.size() + 8);
  Aligned extended{ByteView(longer)};
  EXPECT_FALSE(decode_bundle(extended.view()));
  Aligned bytes{ByteView(good)};
  const MutableView b = bytes.view();
  for (std::size_t at = 0; at < b.size(); ++at)
    for (const unsigned flip : {0x01u, 0x80u, 0xffu}) {
      b[at] = static_cast<std::uint8_t>(b[at] ^ flip);
      const auto bundle = decode_bundle(b);
      if (bundle) {
        ASSERT_EQ(*encode_bundle(*bundle), ByteView(b).copy()) << at;
      }
      b[at] = static_cast<std::uint8_t>(b[at] ^ flip);
    }
}

template <class Change>
Code bundle_refusal(Change change) {
  OwnedBundle owned;
  change(owned.bundle);
  const auto written = encode_bundle(owned.bundle);
  EXPECT_FALSE(written);
  Aligned bytes{ByteView(by_library(owned.bundle))};
  const auto read = decode_bundle(bytes.view());
  EXPECT_FALSE(read);
  if (written || read) return Code::bug;
  EXPECT_EQ(written.error().code, read.error().code);
  return read.error().code;
}

TEST(Bundle, HasLimitsOnBothWays) {
  const Bytes record = samples::run(8, 9), odd = samples::run(12, 9), signature = samples::run(65, 9);
  EXPECT_EQ(bundle_refusal([&](auto& b) { b.chain.assign(9, record); }), Code::record_limit);
  EXPECT_EQ(bundle_refusal([&](auto& b) { b.staples.assign(1025, record); }), Code::record_limit);
  EXPECT_EQ(bundle_refusal([&](auto& b) { b.views.assign(1025, record); }), Code::record_limit);
  EXPECT_EQ(bundle_refusal([&](auto& b) { b.views.clear(); }), Code::record_malformed);
  EXPECT_EQ(bundle_refusal([&](auto& b) { b.views[0] = odd; }), Code::record_malformed);
  EXPECT_EQ(bundle_refusal([&](auto& b) { b.views[0] = ByteView(); }), Code::record_malformed);
  EXPECT_EQ(bundle_refusal([&](auto& b) { b.signature = signature; }), Code::record_malformed);
}

}  // namespace
}  // namespace xch::wire
