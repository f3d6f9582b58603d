// What passing on starts from: a note of harbor that clinic has opened, to be shown back to harbor.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>

#include "message/fixture.hpp"
#include "wire/records.hpp"

namespace xch::message_test {

/// clinic writes back to harbor too, so that its view shows what harbor may read.
inline testing::GrantSpec onward_spec() {
  auto spec = Scene::spec_of();
  for (auto& right : spec.rights)
    if (right.agency == "clinic") right.rights = Rights::both;
  return spec;
}

class Onward : public ::testing::TestWithParam<SuiteId> {
 protected:
  Onward() {
    envelope = scene.envelope();
    opened = std::make_unique<message::OpenedBundle>(must(scene.open_bundle(envelope)));
    request.slots = {slot_at("engaged"), slot_at("nextStep")};
    std::sort(request.slots.begin(), request.slots.end());
    request.audience = scene.coalition["harbor"].id();
    request.audience_key = scene.coalition["harbor"].encryption.id;
    request.nonce[0] = 9;
    request.purpose = Purpose::coord;
    request.under = scene.care.held.at("clinic");
  }
  const message::Opened& note() { return *opened->views.front().opened; }
  Status check(Timestamp now = kNow, const PolicyPack& pack = default_pack()) {
    return message::check_present(note(), request, scene.coalition["clinic"].party, scene.coalition["harbor"].party, pack,
                                  now);
  }
  Presentation body(Timestamp now = kNow) {
    const auto& clinic = scene.coalition["clinic"];
    return must(message::make_presentation(note(), request, clinic.id(), clinic.seat.id, default_pack(), now));
  }
  SealedObject signed_by(const Presentation& p, const std::string& name = "clinic") {
    const auto& party = scene.coalition[name];
    SealedObject out;
    out.chain = party.seat_chain();
    out.object = must(party::sign_object(Kind::presentation, wire::encode(p), party.seat.id, *party.seat_key));
    return out;
  }
  Result<message::VerifiedPresentation> verify(const SealedObject& object, Timestamp now = kNow, bool nonce_is_open = true) {
    return message::verify_presentation(object, scene["harbor"], request.audience_key, nonce_is_open, now);
  }
  /// another_grant is what clinic or harbor holds of a second grant of the same person, built from the usual one.
  testing::TestGrant another_grant(const std::function<void(testing::GrantSpec&)>& edit) {
    auto spec = onward_spec();
    spec.grant_id = spec.seed = "grant two";
    edit(spec);
    return testing::make_grant(scene.coalition, spec);
  }
  template <class Edit>
  Result<message::VerifiedPresentation> changed(Edit edit) {
    Presentation p = body();
    edit(p);
    return verify(signed_by(p));
  }

  Scene scene{GetParam(), onward_spec()};
  Bytes envelope;
  std::unique_ptr<message::OpenedBundle> opened;
  message::PresentRequest request;
};

}  // namespace xch::message_test
