// A packet for somebody outside: what whoever has the code, and even the sending seat with it, may put before its opener; and
// the code as somebody types it.
#include "crypto/digest.hpp"
#include "crypto/labels.hpp"
#include "crypto/padme.hpp"
#include "fuzz/objects.hpp"
#include "fuzz/targets.hpp"
#include "grant/build.hpp"
#include "message/frame.hpp"
#include "message/one_shot.hpp"
#include "message/one_shot_code.hpp"
#include "wire/records.hpp"

namespace xch::fuzz {
namespace of_one_shot {
namespace {

enum Mode : std::uint8_t { kEdits, kRecordBytes, kContentBytes, kCode };
enum Section : std::uint8_t { kTold, kCore, kRecord, kChain, kObject, kObjectRecord, kSections };

constexpr Timestamp kUntil = testing::after_now(5 * kDay);

/// Stage is a packet that harbor sealed for a bakery, and the key that opens it.
struct Stage {
  explicit Stage(SuiteId suite) : pack(naming()), scene(suite, spec(), message_test::progress_type(), "harbor", pack) {
    fill_ring(ring, scene.coalition);
    ring.value(scene.care.built.hash);
    key.emplace(must(crypto::KemPrivateKey::generate(suite, scene.random), "key"));
    auto note = scene.note({{"engaged", "2"}}, {});
    note.expires_at = message_test::kExpires;
    const PartyId bakery = grant::external_id(scene.coalition.id(), "Corner Bakery", kUntil);
    const auto plan = must(message::plan_one_shot(scene.sender, note, bakery, kNow), "plan");
    roster = wire::encode(scene.coalition.signed_roster());
    packet = must(message::seal_one_shot(scene.sender, note, bakery, plan, roster, key->public_key(), scene.random, kNow), "seal")
                 .packet;
    honest = must(open(packet), "open").told;
  }
  static PolicyPack naming() {
    PolicyPack out = message_test::default_pack();
    for (auto& basis : out.bases)
      if (basis.basis == Basis::part2Consent) basis.readers.push_back(Role::ext);
    return out;
  }
  static testing::GrantSpec spec() {
    auto out = Scene::spec_of();
    const Compartment takes_part(FieldClass::eng, Form::yesNo);
    out.rights.push_back({"harbor", takes_part, Rights::write});
    out.externals = {{"Corner Bakery", kUntil, {takes_part}, {"harbor"}}};
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
  Result<message::OpenedOneShot> open(ByteView sealed) const {
    const Digest roots = party::roots_digest(scene.coalition.roster_body());
    return message::open_one_shot(sealed, *key,
                                  {[&](const Digest& shown) { return shown == roots; },
                                   [](const SchemaDigest& digest) {
                                     const auto& type = message_test::progress_type();
                                     return digest == type.schema().digest ? &type : nullptr;
                                   }},
                                  kNow);
  }
  Bytes sealed(ByteView content) {
    const Bytes body = object_body(content, message::kOneShotBody);
    const Bytes info = ByteWriter().raw(crypto::label::kOneShot).raw(message::one_shot_key(key->public_key())).bytes();
    return must(message::seal_frame(message::kOneShotMagic, key->public_key(), info, body, scene.random), "frame");
  }
  Bytes content(ByteView object) const {
    return ByteWriter().u32(static_cast<std::uint32_t>(roster.size())).raw(roster).raw(object).bytes();
  }

  PolicyPack pack;
  Scene scene;
  Ring ring;
  std::optional<crypto::KemPrivateKey> key;
  Bytes roster, packet;
  OneShot honest;
};

class Sender {
 public:
  Sender(Stage& stage, const Script& script) : stage_(stage), script_(script) {}

  Bytes content() {
    OneShot told = stage_.honest;
    apply(kTold, [&](Walk& walk) { alter_member(told, walk); });
    auto core = wire::decode_grant_core(told.grant.body);
    if (core && !script_.edits.empty()) {  // as if the office had signed it so
      apply(kCore, [&](Walk& walk) { alter_member(*core, walk); });
      const auto& office = stage_.scene.coalition["office"];
      if (wire::encode(*core) != told.grant.body)
        told.grant = must(party::sign_object(Kind::grant, wire::encode(*core), office.authority->id, *office.authority_key), "core");
    }
    Bytes bytes = wire::encode(told);
    apply(kRecord, [&](Walk& walk) { walk.words(bytes); });
    return sign(bytes);
  }
  Bytes sign(const Bytes& bytes) {
    const auto& harbor = stage_.scene.coalition["harbor"];
    SealedObject object = sealed_object(Kind::oneShot, bytes, harbor.seat_chain(), harbor.seat.id, *harbor.seat_key);
    const Bytes out = altered_object(std::move(object), kChain, kObject, kObjectRecord,
                          [&](Section section, auto change) { apply(section, change); });
    return stage_.content(out);
  }

 private:
  template <class Change>
  void apply(Section section, Change change) {
    each_edit(script_.edits, section, kSections, stage_.ring, change);
  }
  Stage& stage_;
  const Script& script_;
};

void type_code(ByteView typed) {
  const auto code = message::read_code(typed.text());
  if (!code) {
    const auto& path = code.error().path;
    require(code.error().code == Code::one_shot_code, "what is no code is refused as none");
    return require(path.empty() || (path.size() == 7 && path.compare(0, 6, "group ") == 0 && path[6] >= '1' && path[6] <= '7'),
                   "and no more of it is said than which group");
  }
  const auto again = message::read_code(code->expose().text());
  require(again && equal(again->expose(), code->expose()), "a code that is read is read the same again");
}

void run(ByteView input) {
  const Script script = read_script(input);
  if (script.mode % 4 == kCode) return type_code(script.rest);
  Stage& stage = Stage::of(script.variant);
  Sender sender(stage, script);
  Bytes content;
  switch (script.mode % 4) {
    case kRecordBytes:
      require_same_again(wire::decode_one_shot, wire::encode, script.rest);
      content = sender.sign(script.rest.copy());
      break;
    case kContentBytes: content = script.rest.copy(); break;
    default: content = sender.content();
  }
  const auto opened = stage.open(stage.sealed(content));
  const bool is_honest = script.mode % 4 == kEdits && script.edits.empty();
  require(opened || !is_honest, "an honest packet opens");
  if (!opened)
    return require_refusal(opened.error(), {{3220, 3220}, {3501, 3508}, {3515, 3515}, {3519, 3519}, {3528, 3532}});
  require(!opened->told.fields.empty() && opened->told.to.id == stage.honest.to.id, "what opens is for whom the consent names");
  require(opened->told.expires_at <= opened->told.to.until, "and ends when the consent says");
}

Bytes change(ByteView input, std::size_t most, Draw& draw) { return change_script(input, most, draw, kRecordBytes); }

std::vector<Bytes> seeds() {
  std::vector<Bytes> out;
  for (std::uint8_t suite = 0; suite < 2; ++suite) {
    Stage& stage = Stage::of(suite);
    out.push_back(head_and(kEdits, suite, {}));
    out.push_back(head_and(kRecordBytes, suite, wire::encode(stage.honest)));
    const Script nothing;
    out.push_back(head_and(kContentBytes, suite, Sender(stage, nothing).content()));
    out.push_back(head_and(kCode, suite, message::new_code(stage.scene.random).expose()));
  }
  return out;
}

}  // namespace
}  // namespace of_one_shot

Target one_shot_target() {
  using namespace of_one_shot;
  return {"one_shot", run, change, seeds};
}

}  // namespace xch::fuzz
