// A built grant in one suite, and an authority that signs whatever a test makes of it.
#pragma once

#include <functional>

#include "support/expect.hpp"
#include "support/grants.hpp"
#include "wire/records.hpp"

namespace xch::testing {

inline constexpr Compartment kId{FieldClass::id, Form::full}, kCon{FieldClass::con, Form::full},
    kEng{FieldClass::eng, Form::full}, kEngLevel{FieldClass::eng, Form::level}, kSud{FieldClass::sud, Form::full};

class WithAGrant : public ::testing::TestWithParam<SuiteId> {
 protected:
  Coalition coalition{GetParam(), fixed_id<PolicyHash>("the pack in force")};
  GrantSpec spec = care_spec();

  const TestParty& office() { return coalition["office"]; }
  const PartyId& id_of(std::string_view name) { return coalition[name].id(); }

  Result<grant::BuiltGrant> build(const grant::GrantPlan& plan, std::string_view seed = "test grant") {
    crypto::SeededRandom_for_testing random{ByteView(seed)};
    return grant::build_grant(plan, office().authority->id, *office().authority_key, random);
  }
  grant::GrantPlan plan() { return plan_of(coalition, spec); }

  GrantView view_of(const grant::BuiltGrant& built, std::string_view name) {
    for (const auto& view : built.views)
      if (view.agency == id_of(name)) return view;
    give_up(Code::party_unknown, "view_of");
  }
  GrantView view_of(std::string_view name) { return view_of(must(build(plan())), name); }

  /// The authority signs a core that the test changed, and puts it into the view.
  void sign_core(GrantView& view, const std::function<void(GrantCore&)>& change) {
    GrantCore core = must(wire::decode_grant_core(view.core.body));
    change(core);
    view.core =
        must(party::sign_object(Kind::grant, wire::encode(core), office().authority->id, *office().authority_key));
  }
  /// The authority makes a tree of exactly the view's entries, so that every proof holds whatever they say.
  void prove_again(GrantView& view);

  auto verify(const SealedObject& object, std::string_view self, const grant::KnownGrant& known = {},
              Timestamp now = kNow) {
    return grant::verify_view(object, *coalition.roster(), id_of(self), coalition[self].encryption.id, now, known);
  }
  auto verify(const GrantView& view, std::string_view self, const grant::KnownGrant& known = {}) {
    return verify(object_of(coalition, view), self, known);
  }
};

}  // namespace xch::testing
