// Grants and status lists of the test coalition. For tests only.
#pragma once

#include <initializer_list>

#include "grant/build.hpp"
#include "grant/status.hpp"
#include "grant/view.hpp"
#include "support/coalition.hpp"

namespace xch::testing {

struct GrantRight {
  std::string agency;
  Compartment compartment;
  Rights rights = Rights::read;
};
using GrantEdge = std::pair<std::string, std::string>;

/// GrantExternal is an external recipient that reads these compartments, by what `from` sends.
struct GrantExternal {
  std::string name;
  Timestamp until;
  std::vector<Compartment> reads;
  std::vector<std::string> from;
};

/// GrantSpec is what a test says of a grant; every agency with a right gets a view.
struct GrantSpec {
  std::string authority = "office";
  Basis basis = Basis::part2Consent;
  std::vector<Purpose> purposes{Purpose::coord};
  std::vector<GrantRight> rights;
  std::vector<GrantEdge> edges;
  std::vector<GrantExternal> externals;
  Timestamp not_before = before_now(20 * kDay), not_after = after_now(100 * kDay);
  Timestamp effective_at = before_now(20 * kDay);
  std::uint32_t version = 1;
  GrantHash previous;
  std::uint32_t status_index = 7;
  std::string grant_id = "grant one";
  SuiteId required_suite = SuiteId::none;
  Release release = Release::issued;
  std::string subject = "p-417";  // gives the pseudonyms: one per (subject, agency)
  Bytes subject_record;           // goes to every agency that reads (ID, full); may be empty
  std::string seed = "test grant";
};

/// TestGrant is a built grant with what each agency received and holds, by party name.
struct TestGrant {
  grant::BuiltGrant built;
  std::map<std::string, SealedObject, std::less<>> objects;
  std::map<std::string, std::shared_ptr<grant::HeldGrant>, std::less<>> held;
};

/// plan_of is the plan a spec stands for; build it with grant::build_grant to get at its refusals.
grant::GrantPlan plan_of(const Coalition& coalition, const GrantSpec& spec);
TestGrant make_grant(const Coalition& coalition, const GrantSpec& spec);
/// object_of signs a view as its authority does.
SealedObject object_of(const Coalition& coalition, const GrantView& view, std::string_view authority = "office");
Pseudonym pseudonym_of(std::string_view subject, std::string_view agency);

/// care_spec is the grant most tests use: harbor (CM) writes ID, CON and ENG for office, clinic and liaison, who read
/// parts of it and write back; each is harbor's edge and nobody else's.
GrantSpec care_spec();

struct StatusSpec {
  std::string authority = "office";
  std::uint32_t version = 1;
  Timestamp issued_at = before_now(5 * kMinute), next_update = after_now(10 * kMinute);
  std::map<std::uint32_t, GrantState> states;  // what is not named is active
  std::uint32_t grants = 1024;                 // states in the list, a multiple of 256
};
/// status_list_of is the list an authority uses for all its grants.
StatusListId status_list_of(std::string_view authority);
StatusList make_status(const Coalition& coalition, const StatusSpec& spec = {});
std::shared_ptr<const grant::HeldStatus> hold_status(const Coalition& coalition, const StatusSpec& spec = {});

}  // namespace xch::testing
