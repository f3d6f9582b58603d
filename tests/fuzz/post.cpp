#include "fuzz/post.hpp"

#include <cstring>
#include <set>

#include "crypto/hpke.hpp"
#include "crypto/labels.hpp"
#include "crypto/merkle.hpp"
#include "crypto/suite.hpp"
#include "message/cells.hpp"
#include "message/frame.hpp"
#include "wire/records.hpp"

namespace xch::fuzz {
namespace {

constexpr std::size_t kMostViews = 1100;  // some more than a bundle may have

/// Place is where a view stands and what hides it.
struct Place {
  Parts& parts;
};
template <class F>
void members(Place& v, F f) {
  each(f, v.parts.terms_salt, v.parts.recipient_salt, v.parts.recipient_position, v.parts.batch_position,
       v.parts.recipient_path, v.parts.batch_path, v.parts.note_secret, v.parts.to, v.parts.to_key);
}

bool reads(const RecipientTerms& terms, Compartment k) {
  return std::find(terms.compartments.begin(), terms.compartments.end(), k) != terms.compartments.end();
}

class Post {
 public:
  Post(World& world, const Draft& draft, const std::vector<Edit>& edits, Reach reach)
      : world_(world), scene_(world.scene), views_(draft.views), edits_(edits), reach_(reach), random_(world.random()) {}

  Posted make() {
    for (std::size_t i = 0; i < views_.size(); ++i) made_.push_back(make_core(i));
    place_in_batch();
    for (std::size_t i = 0; i < views_.size(); ++i) make_view(i);
    return seal(make_bundle());
  }

 private:
  struct Made {
    Bytes terms, core;
    std::vector<Bytes> slots;
    Digest slots_root;
  };

  template <class Change>
  void for_each_edit(Section section, Change change) {
    const auto first = static_cast<unsigned>(reach_.from), count = static_cast<unsigned>(reach_.to) - first + 1;
    if (static_cast<unsigned>(section) < first) return;
    each_edit(edits_, static_cast<unsigned>(section) - first, count, world_.ring, change);
  }
  template <class Change>
  void for_each_edit_of(std::size_t view, Section section, Change change) {
    for_each_edit(section, [&](Walk& walk) {
      if (walk.edit().path[6] % views_.size() == view) change(walk);
    });
  }

  // What the reader newly reads gets a wrap and absent cells; what it no longer reads loses both.
  void follow_terms(Parts& parts, const RecipientTerms& before) {
    const auto lost = [&](Compartment k) { return reads(before, k) && !reads(parts.terms, k); };
    std::erase_if(parts.wraps, [&](const auto& wrap) { return lost(wrap.first); });
    for (const auto& slot : scene_.schema().slots) {
      const Compartment k = slot.compartment;
      if (lost(k) && parts.salted.erase(slot.index) != 0) parts.slots[slot.index].assign(32, 0xA5);
      if (reads(before, k) || !reads(parts.terms, k) || slot.index >= parts.slots.size()) continue;
      Bytes salted(message::kSaltSize + slot.size);
      random_.fill(MutableView(salted).sub(0, message::kSaltSize));
      parts.salted[slot.index] = std::move(salted);
    }
    std::set<Compartment> done;
    for (const auto k : parts.terms.compartments)
      if (!reads(before, k) && done.insert(k).second) parts.wraps.emplace_back(k, make_wrap(parts, k));
    std::sort(parts.wraps.begin(), parts.wraps.end(), [](const auto& x, const auto& y) { return x.first < y.first; });
  }

  Bytes make_wrap(const Parts& parts, Compartment k) {
    Bytes out(32 + crypto::hpke_overhead(scene_.suite), 0x5A);
    const auto* key = scene_.care.held.at(scene_.from)->class_public_key(parts.to, k);
    if (key == nullptr) return out;
    const Digest info = message::class_wrap_info(scene_.care.built.hash, scene_.coalition[scene_.from].id(), parts.to, k,
                                                 key->bytes());
    must(crypto::hpke_seal(*key, message::class_wrap_hpke_info(info), {}, scene_.secret(k), random_, out), "wrap");
    return out;
  }

  void change_plain(Bytes& salted, Walk& walk) {
    constexpr std::size_t kFlag = message::kSaltSize, kLength = kFlag + 1, kValue = kFlag + message::kPlainHead;
    const std::uint8_t what = walk.next();
    if (salted.size() < kValue || what % 4 == 0) return walk.bytes(salted);
    if (what % 4 == 1) return static_cast<void>(salted[kFlag] = static_cast<std::uint8_t>(walk.edit().value));
    const std::uint32_t length = load_u32(salted.data() + kLength);
    if (what % 4 == 2) return store_u32(salted.data() + kLength, static_cast<std::uint32_t>(walk.number(length, 32)));
    Bytes value = ByteView(salted).sub(kValue, length).copy();
    walk.words(value);
    value.resize(std::min(value.size(), salted.size() - kValue));
    std::fill(salted.begin() + kValue, salted.end(), std::uint8_t{0});
    std::copy(value.begin(), value.end(), salted.begin() + kValue);
    salted[kFlag] = 1;
    store_u32(salted.data() + kLength, static_cast<std::uint32_t>(value.size()));
  }

  void change_parts(std::size_t i) {
    Parts& parts = views_[i];
    const RecipientTerms before = parts.terms;
    for_each_edit_of(i, Section::terms, [&](Walk& walk) { alter(parts.terms, walk); });
    follow_terms(parts, before);
    for_each_edit_of(i, Section::plain, [&](Walk& walk) {
      if (parts.salted.empty()) return;
      auto at = parts.salted.begin();
      std::advance(at, walk.next() % parts.salted.size());
      change_plain(at->second, walk);
    });
    for_each_edit_of(i, Section::wraps, [&](Walk& walk) { alter_list(parts.wraps, walk); });
    for_each_edit_of(i, Section::redactions, [&](Walk& walk) {
      if (parts.redactions.empty()) return;
      alter_encoded(parts.redactions[walk.next() % parts.redactions.size()], wire::decode_signed, wire::encode, walk);
    });
  }

  Made make_core(std::size_t i) {
    Parts& parts = views_[i];
    change_parts(i);
    Place place{parts};
    for_each_edit_of(i, Section::place, [&](Walk& walk) {
      if (walk.edit().path[5] % 2 == 0) alter_member(place, walk);
    });
    Made out;
    out.terms = wire::encode(parts.terms);
    for_each_edit_of(i, Section::terms_bytes, [&](Walk& walk) { walk.words(out.terms); });
    const Digest leaf = message::recipient_leaf(parts.recipient_salt, parts.to, parts.to_key,
                                                message::terms_digest(parts.terms_salt, out.terms));
    parts.header.recipients_root = crypto::sparse_root(parts.recipient_position, leaf, parts.recipient_path);
    for_each_edit_of(i, Section::header, [&](Walk& walk) { alter_member(parts.header, walk); });
    out.core = wire::encode(parts.header);
    for_each_edit_of(i, Section::core_bytes, [&](Walk& walk) { walk.words(out.core); });

    const NoteCtx ctx = message::note_ctx(out.core);
    out.slots = parts.slots;
    for (const auto& [slot, salted] : parts.salted)
      if (!salted.empty()) out.slots[slot] = make_cell(parts, ctx, slot, salted);
    for_each_edit_of(i, Section::slots, [&](Walk& walk) { alter_list(out.slots, walk); });
    std::vector<Digest> leaves;
    for (std::uint16_t slot = 0; slot < out.slots.size(); ++slot) leaves.push_back(leaf_of(slot, out.slots[slot]));
    out.slots_root = crypto::merkle_root(leaves);
    return out;
  }

  Bytes make_cell(const Parts& parts, const NoteCtx& ctx, std::uint16_t slot, const Bytes& salted) {
    const Compartment k = scene_.schema().slots[slot].compartment;
    const crypto::Expander prk(message::compartment_prk(ctx, parts.note_secret, scene_.secret(k), k));
    Bytes out(message::kCommitSize + salted.size() + crypto::kAeadTag);
    must(message::seal_cell(crypto::suite_info(scene_.suite).aead, ctx, prk, slot, salted, MutableView(out)), "cell");
    return out;
  }

  static Digest leaf_of(std::uint16_t slot, const Bytes& bytes) {
    Digest out;
    std::copy_n(bytes.begin(), std::min(bytes.size(), out.bytes.size()), out.bytes.begin());
    return bytes.size() <= 32 ? out : message::cell_leaf(slot, out, message::cell_ct_hash(ByteView(bytes).sub(32)));
  }

  // One note keeps its place in its batch; several are a batch of their own.
  void place_in_batch() {
    std::vector<Digest> leaves;
    for (const auto& made : made_) leaves.push_back(message::batch_leaf(message::header_hash(made.core, made.slots_root)));
    if (leaves.size() > 1) {
      const auto tree = crypto::sparse_tree(kBatchDepth, leaves, random_);
      for (std::size_t i = 0; i < views_.size(); ++i) {
        views_[i].batch_position = tree.positions[i];
        views_[i].batch_path = tree.paths[i];
      }
    }
    batch_root_ = crypto::sparse_root(views_[0].batch_position, leaves[0], views_[0].batch_path);
    for (std::size_t i = 0; i < views_.size(); ++i) {
      Place place{views_[i]};
      for_each_edit_of(i, Section::place, [&](Walk& walk) {
        if (walk.edit().path[5] % 2 == 1) alter_member(place, walk);
      });
    }
  }

  void make_view(std::size_t i) {
    const Parts& parts = views_[i];
    const Made& made = made_[i];
    ViewBorrowed view;
    view.core = made.core;
    view.slots_root = made.slots_root;
    view.batch_position = parts.batch_position;
    std::copy_n(parts.batch_path.begin(), std::min<std::size_t>(parts.batch_path.size(), kBatchDepth), view.batch_path.begin());
    view.terms = made.terms;
    view.terms_salt = parts.terms_salt;
    view.recipient_position = parts.recipient_position;
    view.recipient_salt = parts.recipient_salt;
    std::copy_n(parts.recipient_path.begin(), std::min<std::size_t>(parts.recipient_path.size(), kRecipientDepth),
                view.recipient_path.begin());
    view.note_secret = parts.note_secret;
    for (const auto& [k, sealed] : parts.wraps) view.wraps.emplace_back(k, sealed);
    for (const auto& record : parts.redactions) view.redactions.emplace_back(record);
    for (const auto& slot : made.slots) view.slots.emplace_back(slot);
    message_test::HeapMemory memory;
    const auto encoded = wire::encode_view(view, memory);
    if (!encoded) return;
    Bytes bytes = ByteView(*encoded).copy();
    for_each_edit_of(i, Section::view_bytes, [&](Walk& walk) { walk.words(bytes); });
    encoded_.push_back(std::move(bytes));
  }

  Bytes make_bundle() {
    auto chain = views_[0].chain;
    auto staples = views_[0].staples;
    for_each_edit(Section::chain, [&](Walk& walk) {
      if (walk.edit().path[5] % 4 == 0) return alter_list(chain, walk);
      if (!chain.empty()) alter_encoded(chain[walk.next() % chain.size()], wire::decode_signed, wire::encode, walk);
    });
    for_each_edit(Section::staples, [&](Walk& walk) {
      if (walk.edit().path[5] % 4 == 0) return alter_list(staples, walk);
      if (!staples.empty()) alter_encoded(staples[walk.next() % staples.size()], wire::decode_staple, wire::encode, walk);
    });
    for_each_edit(Section::views, [&](Walk& walk) { alter_list(encoded_, walk); });
    if (encoded_.size() > kMostViews) encoded_.resize(kMostViews);

    BundleBorrowed bundle;
    const Bytes signature = make_signature();
    bundle.batch_root = batch_root_;
    bundle.signature = signature;
    for (const auto& record : chain) bundle.chain.emplace_back(record);
    for (const auto& staple : staples) bundle.staples.emplace_back(staple);
    for (const auto& view : encoded_) bundle.views.emplace_back(view);
    auto bytes = wire::encode_bundle(bundle);
    if (!bytes) return {};
    for_each_edit(Section::bundle_bytes, [&](Walk& walk) { walk.words(*bytes); });
    return std::move(*bytes);
  }

  Bytes make_signature() {
    const auto& sending = scene_.coalition[scene_.from];
    KeyId id = sending.seat.id;
    Kind kind = Kind::note;
    for_each_edit(Section::signature, [&](Walk& walk) {
      const std::uint8_t what = walk.next();
      if (what % 4 == 0) alter(id, walk);
      if (what % 4 == 1) alter(kind, walk);
      if (what % 4 == 2) alter(batch_root_, walk);
    });
    const crypto::SignPrivateKey* key = world_.ring.by_id(id);
    const std::string_view label = crypto::sign_label(kind).empty() ? crypto::sign_label(Kind::note) : crypto::sign_label(kind);
    Bytes out = must(crypto::sign(key == nullptr ? *sending.seat_key : *key, id, label, batch_root_), "signature").view().copy();
    for_each_edit(Section::signature, [&](Walk& walk) {
      if (walk.next() % 4 == 3) walk.bytes(out);
    });
    return out;
  }

  Posted seal(Bytes bundle) {
    if (bundle.empty()) return {};
    Bytes body(message::padded_body(bundle.size()));
    store_u32(body.data(), static_cast<std::uint32_t>(bundle.size()));
    std::memcpy(body.data() + 4, bundle.data(), bundle.size());
    for_each_edit(Section::body, [&](Walk& walk) { walk.bytes(body); });
    Posted out = post_body(world_, body);
    for_each_edit(Section::frame, [&](Walk& walk) { walk.bytes(out.envelope); });
    out.bundle = std::move(bundle);
    return out;
  }

  World& world_;
  Scene& scene_;
  std::vector<Parts> views_;
  const std::vector<Edit>& edits_;
  Reach reach_;
  crypto::SeededRandom_for_testing random_;
  std::vector<Made> made_;
  std::vector<Bytes> encoded_;
  Digest batch_root_;
};

}  // namespace

Posted post(World& world, const Draft& draft, const std::vector<Edit>& edits, Reach reach) {
  return Post(world, draft, edits, reach).make();
}

Posted post_body(World& world, ByteView body) {
  Posted out;
  if (body.empty()) return out;
  const auto& clinic = world.party("clinic");
  auto random = world.random();
  out.envelope = must(message::seal_frame(message::kNoteMagic, clinic.encryption_key->public_key(),
                                          message::envelope_hpke_info(clinic.id(), clinic.encryption.id), body, random),
                      "envelope");
  return out;
}

Posted post_bundle(World& world, ByteView bundle) {
  Bytes body(message::padded_body(bundle.size()));
  store_u32(body.data(), static_cast<std::uint32_t>(bundle.size()));
  std::copy(bundle.begin(), bundle.end(), body.begin() + 4);
  Posted out = post_body(world, body);
  out.bundle = bundle.copy();
  return out;
}

Posted post_view(World& world, ByteView bytes) {
  const Parts& honest = world.drafts[0].views[0];
  const auto& sending = world.party("harbor");
  message_test::HeapMemory memory;
  BundleBorrowed bundle;
  if (const auto view = wire::decode_view(aligned(memory, bytes)))
    bundle.batch_root =
        crypto::sparse_root(view->batch_position, message::batch_leaf(message::header_hash(view->core, view->slots_root)),
                            {view->batch_path.begin(), view->batch_path.end()});
  const auto signature = must(crypto::sign(*sending.seat_key, sending.seat.id, crypto::sign_label(Kind::note), bundle.batch_root));
  bundle.signature = signature;
  for (const auto& record : honest.chain) bundle.chain.emplace_back(record);
  for (const auto& staple : honest.staples) bundle.staples.emplace_back(staple);
  bundle.views.push_back(bytes);
  const auto encoded = wire::encode_bundle(bundle);
  return encoded ? post_bundle(world, *encoded) : Posted{};
}

Bytes bundle_of(World& world, ByteView envelope) {
  const Bytes body = world.scene.body_of(envelope);
  return ByteView(body).sub(4, load_u32(body.data())).copy();
}

Bytes view_of(World& world, ByteView envelope) {
  message_test::HeapMemory memory;
  const Bytes bytes = bundle_of(world, envelope);
  return must(wire::decode_bundle(aligned(memory, bytes)), "bundle").views.front().copy();
}

}  // namespace xch::fuzz
