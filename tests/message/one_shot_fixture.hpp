// A packet to somebody outside, taken apart and put together again by somebody who has every key. For tests only.
#pragma once

#include <algorithm>
#include <functional>
#include <string>

#include "crypto/hpke.hpp"
#include "crypto/labels.hpp"
#include "crypto/padme.hpp"
#include "message/fixture.hpp"
#include "message/frame.hpp"
#include "message/one_shot.hpp"
#include "wire/records.hpp"

namespace xch::message_test {

constexpr Timestamp kUntil = after_now(5 * kDay);
constexpr Compartment kTakesPart(FieldClass::eng, Form::yesNo);
constexpr const char* kBakery = "Corner Bakery";

template <class T>
::testing::AssertionResult refuses_at(const Result<T>& result, Code code, const std::string& path) {
  auto out = refuses(result, code);
  if (out && result.error().path != path) return ::testing::AssertionFailure() << result.error().path << ", not " << path;
  return out;
}

/// The default pack, in which a Part 2 consent may name an external recipient too: harbor is a Part 2 program.
inline const PolicyPack& outside_pack() {
  static const PolicyPack pack = [] {
    PolicyPack out = default_pack();
    for (auto& basis : out.bases)
      if (basis.basis == Basis::part2Consent) basis.readers.push_back(Role::ext);
    return out;
  }();
  return pack;
}

inline testing::GrantSpec outside_spec() {
  auto spec = Scene::spec_of();
  spec.rights.push_back({"harbor", kTakesPart, Rights::write});
  spec.externals = {{kBakery, kUntil, {kTakesPart}, {"harbor"}}};
  return spec;
}

/// Harbor, a Part 2 program, tells a bakery that the person takes part.
struct OneShotOf : ::testing::TestWithParam<SuiteId> {
  Scene scene{GetParam(), outside_spec(), progress_type(), "harbor", outside_pack()};
  crypto::KemPrivateKey key = must(crypto::KemPrivateKey::generate(GetParam(), scene.random));
  PartyId bakery = grant::external_id(scene.coalition.id(), kBakery, kUntil);

  message::NoteInput note(const Scene::Values& values = {{"engaged", "2"}}) {
    auto out = scene.note(values, {});
    out.expires_at = kExpires;
    return out;
  }
  Result<message::OneShotPlan> plan(const message::NoteInput& input, Timestamp at = kNow) {
    return message::plan_one_shot(scene.sender, input, bakery, at);
  }
  Bytes roster_bytes() { return wire::encode(scene.coalition.signed_roster()); }
  Bytes sealed() {
    const auto input = note();
    const auto planned = must(plan(input), "plan");
    return must(message::seal_one_shot(scene.sender, input, bakery, planned, roster_bytes(), key.public_key(),
                                       scene.random, kNow),
                "seal")
        .packet;
  }
  message::OneShotKnowledge knowledge() {
    const Digest roots = party::roots_digest(scene.coalition.roster_body());
    return {[roots](const Digest& shown) { return shown == roots; },
            [](const SchemaDigest& digest) { return digest == progress().digest ? &progress_type() : nullptr; }};
  }
  Result<message::OpenedOneShot> open(ByteView packet, Timestamp now = kNow) {
    return message::open_one_shot(packet, key, knowledge(), now);
  }

  // A packet taken apart, and put together by somebody who has harbor's seat.
  Bytes content() {
    const Bytes packet = sealed();
    Bytes body(packet.size() - 6 - crypto::hpke_overhead(GetParam()));
    must(crypto::hpke_open(key, info(), ByteView(packet).sub(0, 6), ByteView(packet).sub(6), body, Code::bug));
    return ByteView(body).sub(4, load_u32(body.data())).copy();
  }
  OneShot told() {
    const Bytes all = content();
    const auto object = must(wire::decode_sealed_object(ByteView(all).sub(4 + load_u32(all.data()))));
    return must(wire::decode_one_shot(object.object.body));
  }
  Bytes info() {
    return ByteWriter().raw(crypto::label::kOneShot).raw(message::one_shot_key(key.public_key())).bytes();
  }
  SealedObject signed_by(const OneShot& v, const std::string& name = "harbor", Kind kind = Kind::oneShot) {
    const auto& party = scene.coalition[name];
    return {party.seat_chain(), must(party::sign_object(kind, wire::encode(v), party.seat.id, *party.seat_key))};
  }
  Bytes with_roster(ByteView roster, const SealedObject& object) {
    return ByteWriter().u32(static_cast<std::uint32_t>(roster.size())).raw(roster).raw(wire::encode(object)).bytes();
  }
  Bytes framed_body(ByteView body) {
    return must(message::seal_frame("LXP1", key.public_key(), info(), body, scene.random));
  }
  Bytes framed(ByteView inside, std::size_t size = message::kOneShotBody) {
    Bytes body(std::max<std::size_t>(size, crypto::padme(4 + inside.size())));
    store_u32(body.data(), static_cast<std::uint32_t>(inside.size()));
    std::copy(inside.begin(), inside.end(), body.begin() + 4);
    return framed_body(body);
  }
  Bytes put(const SealedObject& object) { return framed(with_roster(roster_bytes(), object)); }
  Result<message::OpenedOneShot> changed(const std::function<void(OneShot&)>& change, Timestamp now = kNow) {
    OneShot v = told();
    change(v);
    return open(put(signed_by(v)), now);
  }
  /// A grant, or what is none, as the office signs it.
  Signed granted_by_office(Bytes body) {
    const auto& office = scene.coalition["office"];
    return must(party::sign_object(Kind::grant, std::move(body), office.authority->id, *office.authority_key));
  }
  /// The same with a grant that the office signed anew.
  Result<message::OpenedOneShot> regranted(const std::function<void(GrantCore&)>& change) {
    return changed([&](OneShot& v) {
      GrantCore core = must(wire::decode_grant_core(v.grant.body));
      change(core);
      v.grant = granted_by_office(wire::encode(core));
    });
  }
};

}  // namespace xch::message_test
