// A presentation: what a holder of a note, and even the note's sender with it, may show to somebody else.
#include "crypto/labels.hpp"
#include "crypto/merkle.hpp"
#include "fuzz/objects.hpp"
#include "fuzz/targets.hpp"
#include "message/cells.hpp"
#include "message/present.hpp"
#include "wire/records.hpp"

namespace xch::fuzz {
namespace of_presentation {
namespace {

enum Mode : std::uint8_t { kEdits, kPresentationBytes, kObjectBytes };
enum Section : std::uint8_t { kPresentation, kHeader, kAfter, kChain, kObject, kCoreBytes, kRecord, kObjectRecord, kSections };
enum Leave : std::uint8_t { kSlots = 1, kSenderSignature = 2 };  // script.b
enum Doubt : std::uint8_t { kNonceUsed = 1 };                    // script.variant, above the suite's bit

/// Stage is a note that clinic opened under the default pack and may show to harbor.
struct Stage {
  explicit Stage(SuiteId suite) : scene(suite, spec()) {
    fill_ring(ring, scene.coalition);
    ring.value(scene.care.built.hash);
    const auto& harbor = scene.coalition["harbor"];
    const auto& clinic = scene.coalition["clinic"];
    const auto opened = must(scene.open_bundle(scene.envelope()), "note");
    message::PresentRequest request;
    request.slots = {message_test::slot_at("engaged"), message_test::slot_at("nextStep")};
    std::sort(request.slots.begin(), request.slots.end());
    request.audience = harbor.id();
    request.audience_key = harbor.encryption.id;
    request.purpose = Purpose::coord;
    request.under = scene.care.held.at("clinic");
    honest = must(message::make_presentation(*opened.views.front().opened, request, clinic.id(), clinic.seat.id,
                                             scene.pack, kNow),
                  "presentation");
  }
  // clinic writes back to harbor, so that its view shows what harbor may read.
  static testing::GrantSpec spec() {
    auto out = Scene::spec_of();
    for (auto& right : out.rights)
      if (right.agency == "clinic") right.rights = Rights::both;
    return out;
  }
  static Stage& of(std::uint8_t variant) {
    if ((variant & 1) == 0) {
      static Stage p256(SuiteId::p256);
      return p256;
    }
    static Stage x25519(SuiteId::x25519);
    return x25519;
  }

  Scene scene;
  Ring ring;
  Presentation honest;
};

class Presenter {
 public:
  Presenter(Stage& stage, const Script& script)
      : stage_(stage), script_(script), random_(ByteView(std::string_view("fuzz presentation"))) {}

  Bytes object() {
    Presentation shown = stage_.honest;
    apply(kPresentation, [&](Walk& walk) { alter_member(shown, walk); });
    if (!script_.edits.empty()) follow(shown);
    apply(kAfter, [&](Walk& walk) { alter_member(shown, walk); });
    Bytes bytes = wire::encode(shown);
    apply(kRecord, [&](Walk& walk) { walk.words(bytes); });
    return sign(bytes);
  }
  Bytes sign(const Bytes& bytes) {
    const auto& clinic = stage_.scene.coalition["clinic"];
    SealedObject object = sealed_object(Kind::presentation, bytes, clinic.seat_chain(), clinic.seat.id, *clinic.seat_key);
    return altered_object(std::move(object), kChain, kObject, kObjectRecord,
                          [&](Section section, auto change) { apply(section, change); });
  }

 private:
  template <class Change>
  void apply(Section section, Change change) {
    each_edit(script_.edits, section, kSections, stage_.ring, change);
  }

  // As if the sender had sealed the note so: recipients, core, slots, batch and its signature follow.
  void follow(Presentation& shown) {
    auto header = wire::decode_header(shown.core);
    if (header) {
      if (shown.recipient_path.size() <= kRecipientDepth)
        header->recipients_root = crypto::sparse_root(
            shown.recipient_position,
            message::recipient_leaf(shown.recipient_salt, stage_.scene.coalition["clinic"].id(), shown.recipient_key, shown.terms_digest),
            shown.recipient_path);
      apply(kHeader, [&](Walk& walk) { alter_member(*header, walk); });
      shown.core = wire::encode(*header);
      apply(kCoreBytes, [&](Walk& walk) { walk.words(shown.core); });
      if ((script_.b & kSlots) == 0) plant(shown, header->slot_count);
    }
    if ((script_.b & kSenderSignature) != 0 || shown.batch_path.size() > 16) return;
    const auto& harbor = stage_.scene.coalition["harbor"];
    shown.batch_root = crypto::sparse_root(
        shown.batch_position, message::batch_leaf(message::header_hash(shown.core, shown.slots_root)), shown.batch_path);
    shown.batch_signature =
        must(crypto::sign(*harbor.seat_key, harbor.seat.id, crypto::sign_label(Kind::note), shown.batch_root)).view().copy();
  }

  void plant(Presentation& shown, std::uint16_t slot_count) {
    if (slot_count == 0 || slot_count > kMaxSlots) return;
    std::vector<Digest> leaves(slot_count);
    for (auto& leaf : leaves) leaf = crypto::random_fixed<Digest>(random_);
    const NoteCtx ctx = message::note_ctx(shown.core);
    for (const auto& slot : shown.slots)
      if (slot.index < slot_count)
        leaves[slot.index] = message::cell_leaf(slot.index, message::cell_commit(ctx, slot.index, slot.salt, slot.plain), slot.ct_hash);
    for (auto& slot : shown.slots)
      if (slot.index < slot_count) slot.path = crypto::merkle_path(slot.index, leaves);
    shown.slots_root = crypto::merkle_root(leaves);
  }

  Stage& stage_;
  const Script& script_;
  crypto::SeededRandom_for_testing random_;
};

void run(ByteView input) {
  const Script script = read_script(input);
  Stage& stage = Stage::of(script.variant);
  const auto& harbor = stage.scene.coalition["harbor"];
  Presenter presenter(stage, script);
  Bytes object;
  switch (script.mode % 4) {
    case kPresentationBytes:
      require_same_again(wire::decode_presentation, wire::encode, script.rest);
      object = presenter.sign(script.rest.copy());
      break;
    case kObjectBytes:
      require_same_again(wire::decode_sealed_object, wire::encode, script.rest);
      object = script.rest.copy();
      break;
    default: object = presenter.object();
  }
  const bool nonce_is_open = (script.variant >> 1 & kNonceUsed) == 0;
  const bool is_honest = script.mode % 4 == kEdits && script.edits.empty() && script.a == 0 && nonce_is_open;
  crypto::SeededRandom_for_testing random(ByteView(std::string_view("fuzz envelope")));
  const auto opened = open_posted(harbor, post_object(harbor, object_body(object, message::kObjectBody), random),
                                  stage.scene.pack.grant_view_size);
  require(opened || !is_honest, "an honest object envelope opens");
  if (!opened) return;
  require_same_again(wire::decode_presentation, wire::encode, opened->object.object.body);
  const Knows knows(stage.scene, "harbor", script.a);
  const auto verified = message::verify_presentation(opened->object, knows, opened->opened_under, nonce_is_open, kNow);
  if (!verified) {
    require_refusal(verified.error(), {{2003, 2003}, {3214, 3214}, {3301, 3301}, {3506, 3508}, {3510, 3520}});
    require(!is_honest, "an honest presentation is verified");
    return;
  }
  require(verified->verification == message::Verification::indeterminate, "without a log nothing is more than indeterminate");
  require(!verified->slots.empty(), "a verified presentation shows something");
}

Bytes change(ByteView input, std::size_t most, Draw& draw) { return change_script(input, most, draw, kPresentationBytes); }

std::vector<Bytes> seeds() {
  std::vector<Bytes> out;
  for (std::uint8_t suite = 0; suite < 2; ++suite) {
    Stage& stage = Stage::of(suite);
    const Script nothing;
    out.push_back(head_and(kEdits, suite, {}));
    out.push_back(head_and(kPresentationBytes, suite, wire::encode(stage.honest)));
    out.push_back(head_and(kObjectBytes, suite, Presenter(stage, nothing).object()));
  }
  return out;
}

}  // namespace
}  // namespace of_presentation

Target presentation_target() {
  using namespace of_presentation;
  return {"presentation", run, change, seeds};
}

}  // namespace xch::fuzz
