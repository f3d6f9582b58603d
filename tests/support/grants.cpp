#include "support/grants.hpp"

#include <algorithm>

#include "crypto/digest.hpp"

namespace xch::testing {
namespace {

bool is_planned(const grant::GrantPlan& plan, const PartyId& agency) {
  return std::any_of(plan.readers.begin(), plan.readers.end(), [&](const auto& r) { return r.agency == agency; });
}

grant::PlannedReader reader_of(const Coalition& coalition, const GrantSpec& spec, const std::string& name) {
  const TestParty& party = coalition[name];
  const bool reads_identity = std::any_of(spec.rights.begin(), spec.rights.end(), [&](const GrantRight& r) {
    return r.agency == name && r.compartment == Compartment(FieldClass::id, Form::full) && may_read(r.rights);
  });
  return {party.id(), pseudonym_of(spec.subject, name), party.encryption.id, reads_identity};
}

Bytes chunks_of(const StatusSpec& spec) {
  Bytes chunks(spec.grants / 4);
  for (const auto& [index, state] : spec.states) grant::set_state(chunks, index, state);
  return chunks;
}

}  // namespace

Pseudonym pseudonym_of(std::string_view subject, std::string_view agency) {
  Pseudonym out;
  const Digest digest = crypto::sha256({ByteView(subject), ByteView(std::string_view("/")), ByteView(agency)});
  std::copy_n(digest.bytes.begin(), out.bytes.size(), out.bytes.begin());
  return out;
}

StatusListId status_list_of(std::string_view authority) {
  return fixed_id<StatusListId>("list " + std::string(authority));
}

grant::GrantPlan plan_of(const Coalition& coalition, const GrantSpec& spec) {
  grant::GrantPlan plan;
  plan.core.coalition = coalition.id();
  plan.core.grant_id = fixed_id<GrantId>(spec.grant_id);
  plan.core.authority = coalition[spec.authority].id();
  plan.core.version = spec.version;
  plan.core.effective_at = spec.effective_at;
  plan.core.required_suite = spec.required_suite;
  plan.core.basis = spec.basis;
  plan.core.purposes = spec.purposes;
  plan.core.not_before = spec.not_before;
  plan.core.not_after = spec.not_after;
  plan.core.release = spec.release;
  plan.core.status_list = status_list_of(spec.authority);
  plan.core.status_index = spec.status_index;
  plan.core.policy_pack = coalition.roster_body().policy_pack;
  plan.core.evidence_commit =
      grant::evidence_commit(fixed_id<Salt>("evidence salt"), ByteView(std::string_view("signed form")));
  plan.core.previous = spec.previous;
  plan.core.leaf_count = 256;
  plan.suite = coalition.suite();
  plan.subject_record = spec.subject_record;
  plan.subject_salt = fixed_id<Salt>("subject salt of " + spec.subject);
  for (const auto& right : spec.rights) {
    const PartyId& agency = coalition[right.agency].id();
    plan.rights.push_back({agency, right.compartment, right.rights});
    if (!is_planned(plan, agency)) plan.readers.push_back(reader_of(coalition, spec, right.agency));
  }
  for (const auto& external : spec.externals) {
    const PartyId id = grant::external_id(coalition.id(), external.name, external.until);
    plan.externals.push_back({id, external.name, external.until});
    for (const auto compartment : external.reads) plan.rights.push_back({id, compartment, Rights::read});
    for (const auto& from : external.from) plan.edges.push_back({coalition[from].id(), id});
  }
  for (const auto& [a, b] : spec.edges) plan.edges.push_back({coalition[a].id(), coalition[b].id()});
  return plan;
}

SealedObject object_of(const Coalition& coalition, const GrantView& view, std::string_view authority) {
  const TestParty& office = coalition[authority];
  return must(grant::sign_view(view, office.authority_chain(), office.authority->id, *office.authority_key), "view");
}

TestGrant make_grant(const Coalition& coalition, const GrantSpec& spec) {
  const TestParty& office = coalition[spec.authority];
  crypto::SeededRandom_for_testing random(ByteView(std::string_view(spec.seed)));
  TestGrant out;
  out.built = must(grant::build_grant(plan_of(coalition, spec), office.authority->id, *office.authority_key, random),
                   "grant");
  for (const auto& view : out.built.views) {
    const TestParty& reader = coalition.by_id(view.agency);
    const SealedObject object = object_of(coalition, view, spec.authority);
    out.held[reader.party.name] = must(
        grant::verify_view(object, *coalition.roster(), view.agency, view.encryption_key, kNow, {}), "grant view");
    out.objects[reader.party.name] = object;
  }
  return out;
}

GrantSpec care_spec() {
  const Compartment id(FieldClass::id, Form::full), con(FieldClass::con, Form::full);
  const Compartment eng(FieldClass::eng, Form::full), eng_level(FieldClass::eng, Form::level);
  const Compartment sud(FieldClass::sud, Form::full);
  GrantSpec spec;
  spec.rights = {
      {"harbor", id, Rights::both},     {"harbor", con, Rights::both},   {"harbor", eng, Rights::both},
      {"harbor", eng_level, Rights::write}, {"harbor", sud, Rights::read},
      {"office", id, Rights::both},     {"office", con, Rights::read},   {"office", eng, Rights::read},
      {"clinic", id, Rights::read},     {"clinic", sud, Rights::both},   {"clinic", eng, Rights::both},
      {"liaison", con, Rights::both},   {"liaison", eng_level, Rights::read},
  };
  spec.edges = {{"harbor", "office"}, {"harbor", "clinic"}, {"harbor", "liaison"}};
  return spec;
}

StatusList make_status(const Coalition& coalition, const StatusSpec& spec) {
  const TestParty& authority = coalition[spec.authority];
  StatusBody body;
  body.authority = authority.id();
  body.list = status_list_of(spec.authority);
  body.version = spec.version;
  body.issued_at = spec.issued_at;
  body.next_update = spec.next_update;
  return must(grant::make_status_list(body, chunks_of(spec), authority.authority_chain(), authority.authority->id,
                                      *authority.authority_key),
              "status list");
}

std::shared_ptr<const grant::HeldStatus> hold_status(const Coalition& coalition, const StatusSpec& spec) {
  return must(grant::verify_status_list(make_status(coalition, spec), *coalition.roster(), kNow), "status list");
}

}  // namespace xch::testing
