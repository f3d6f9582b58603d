// Issuing, advancing and renewing: from a checked draft to signed views in the agencies' spools.
#include <algorithm>

#include "consent/authority/lint.hpp"
#include "consent/authority/office.hpp"
#include "consent/authority/period.hpp"
#include "crypto/digest.hpp"
#include "crypto/random.hpp"
#include "wire/records.hpp"

namespace xch::consent {
namespace {

Status refuse_on_error(const std::vector<Judged>& judged) {
  const auto first = std::find_if(judged.begin(), judged.end(), [](const Judged& j) { return j.finding.is_error; });
  if (first == judged.end()) return Ok{};
  return fail(first->code, first->finding.rule);
}

Status check_desk(const Desk& desk) {
  if (desk.roster == nullptr) return fail(Code::roster_missing);
  if (!desk.roster->is_current(desk.now)) return fail(Code::roster_expired);
  if (desk.pack == nullptr) return fail(Code::policy_pack_unknown);
  return Ok{};
}

template <class T>
std::vector<T> in_order(std::vector<T> values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

bool same_restrictions(const std::vector<Restriction>& a, const std::vector<Restriction>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Restriction& x, const Restriction& y) {
    return x.party == y.party && x.field_class == y.field_class;
  });
}

bool same_event(const EndingEvent& a, const EndingEvent& b) { return a.event == b.event && a.asserter == b.asserter; }

bool same_intermediaries(const std::vector<Intermediary>& a, const std::vector<Intermediary>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Intermediary& x, const Intermediary& y) {
    return x.party == y.party && x.members == y.members && x.treating == y.treating;
  });
}

bool same_externals(const std::vector<External>& a, const std::vector<External>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const External& x, const External& y) { return x.name == y.name && x.last_day == y.last_day; });
}

bool shares_the_same(const ConsentDraft& a, const ConsentDraft& b) {
  return a.subject == b.subject && a.basis == b.basis && in_order(a.disclosers) == in_order(b.disclosers) &&
         in_order(a.recipients) == in_order(b.recipients) && in_order(a.classes) == in_order(b.classes) &&
         in_order(a.purposes) == in_order(b.purposes) && same_restrictions(a.restrictions, b.restrictions) &&
         same_intermediaries(a.intermediaries, b.intermediaries) && same_externals(a.externals, b.externals) &&
         a.order.digest == b.order.digest;
}

bool says_the_same(const ConsentDraft& a, const ConsentDraft& b) {
  return shares_the_same(a, b) && a.first_day == b.first_day && a.last_day == b.last_day && a.zone == b.zone &&
         same_event(a.ends_on, b.ends_on) && same_event(a.revocable_on, b.revocable_on);
}

// ---- what a version is made of --------------------------------------------------------------------------------------------

/// evidence_of is what TH("LX1 evidence", salt || evidence) commits to: the signed form, then what it stated and the
/// agreements it relied on. It stays in the office's file.
Bytes evidence_of(const ConsentDraft& draft, const Layout& layout) {
  ByteWriter out;
  out.u32(static_cast<std::uint32_t>(draft.signed_form.size())).raw(draft.signed_form);
  for (const auto* text : {&draft.signer, &draft.signed_day, &draft.proceeding, &draft.revocable_day})
    out.v16(ByteView(std::string_view(*text)));
  out.u8(draft.revocation_explained ? 1 : 0).u8(draft.redisclosure_explained ? 1 : 0);
  for (const auto* text : {&draft.jurisdiction, &draft.order.kind, &draft.order.court, &draft.order.day, &draft.order.digest,
                           &draft.circumstances})
    out.v16(ByteView(std::string_view(*text)));
  for (const auto* names : {&draft.co_signers, &draft.statements, &draft.order.findings}) {
    out.u16(static_cast<std::uint16_t>(names->size()));
    for (const auto& name : *names) out.v16(ByteView(std::string_view(name)));
  }
  out.u32(draft.minor_age);
  out.u16(static_cast<std::uint16_t>(layout.parties.size()));
  for (const auto* party : layout.parties) out.raw(party->id).raw(ByteView(party->agreement_id));
  for (const auto* one : {&draft.ends_on, &draft.revocable_on})
    out.v16(ByteView(std::string_view(one->event))).v16(ByteView(std::string_view(one->asserter)));
  out.v16(ByteView(std::string_view(draft.zone)));
  out.u16(static_cast<std::uint16_t>(draft.intermediaries.size()));
  for (const auto& hub : draft.intermediaries) out.v16(ByteView(std::string_view(hub.party))).u8(hub.treating ? 1 : 0);
  out.u16(static_cast<std::uint16_t>(draft.externals.size()));
  for (const auto& external : draft.externals)
    out.v16(ByteView(std::string_view(external.name))).v16(ByteView(std::string_view(external.last_day)));
  return std::move(out).take();
}

/// pseudonym_for keeps one pseudonym of a person toward an agency, so that the agency knows its grants to be about one
/// person. An evaluator or auditor gets another one in each grant, the same in all its versions.
Pseudonym pseudonym_for(Shelf& shelf, const std::string& subject, const GrantId& grant, const Party& party,
                        crypto::Random& random) {
  for (const auto* file : shelf.all()) {
    if (file->draft.subject != subject) continue;
    if (knows_by_pseudonym_only(party.role) && file->core.grant_id != grant) continue;
    for (const auto& holder : file->holders)
      if (holder.party == party.id) return holder.pseudonym;
  }
  return crypto::random_fixed<Pseudonym>(random);
}

bool reads_identity(const Layout& layout, const PartyId& party) {
  const Compartment identity(FieldClass::id, Form::full);
  return std::any_of(layout.rights.begin(), layout.rights.end(), [&](const grant::PlannedRight& right) {
    return right.agency == party && right.compartment == identity && may_read(right.rights);
  });
}

Timestamp revocable_from(const ConsentDraft& draft, const PolicyPack& pack, const GrantFile* previous) {
  const auto* basis = policy::basis_row(pack, draft.basis);
  if (basis == nullptr || !basis->pending_revocation) return Timestamp{};
  // Where an event alone makes it revocable, that comes no later than its last day.
  const auto& day = draft.revocable_day.empty() ? draft.last_day : draft.revocable_day;
  auto at = start_of_day(day, days_of(draft)).value_or(Timestamp{});
  // A revocation already lodged is not put off by a new version, and what an event has made revocable stays so.
  const bool settled = previous != nullptr && (previous->is_pending() || previous->revocable_event_at.seconds != 0);
  if (settled) at = std::min(at, previous->revocable_at);
  return at;
}

GrantCore core_of(const Desk& desk, const ConsentDraft& draft, const GrantFile* previous, const ListFile& list,
                  std::uint32_t index) {
  GrantCore core;
  core.coalition = desk.roster->roster().coalition;
  core.authority = desk.self;
  core.version = previous == nullptr ? 1 : previous->core.version + 1;
  core.effective_at = desk.now;
  core.basis = draft.basis;
  core.purposes = in_order(draft.purposes);
  core.not_before = *start_of_day(draft.first_day, days_of(draft));
  core.not_after = *end_of(draft, *policy::basis_row(*desk.pack, draft.basis));
  core.release = Release::issued;
  core.status_list = list.id;
  core.status_index = index;
  core.policy_pack = desk.roster->roster().policy_pack;
  if (previous != nullptr) core.previous = previous->hash;
  core.leaf_count = desk.pack->grant_leaves;
  return core;
}

/// put_views stores each view for sending again and queues it; the copies on the way are wiped by the round.
Status put_views(grant::BuiltGrant& built, const AuthorityAccess::AuthorityKey& key, Round& round) {
  for (auto& view : built.views) {
    round.put(space::kViews, view_key(built.hash, view.agency), wire::encode(view));
    auto object = grant::sign_view(view, key.chain, key.record->id, *key.key);
    const auto agency = view.agency;
    grant::wipe_view(view);
    if (!object) return fail(std::move(object).error());
    round.send(std::move(*object), agency, true);
  }
  return Ok{};
}

std::string grant_detail(const GrantFile& file) {
  return "{\"basis\":\"" + std::string(code_of(file.core.basis)) + "\",\"version\":" + std::to_string(file.core.version) +
         ",\"holders\":" + std::to_string(file.holders.size()) + "}";
}

/// make_version builds, signs and files one version of a grant; `previous` is null for the first.
Result<GrantFile> make_version(const Desk& desk, const ConsentDraft& draft, const GrantFile* previous, Shelf& shelf,
                               Lists& lists, Round& round) {
  auto& random = desk.access->random();
  XCH_ASSIGN(const auto key, signing_key(desk, draft.basis));
  auto& list = lists.of(key.record->id, draft.basis, random);
  const auto layout = lay_out(draft, *desk.pack, *desk.roster);

  grant::GrantPlan plan;
  plan.core = core_of(desk, draft, previous, list.file, Lists::take_index(list, random));
  plan.core.grant_id = previous == nullptr ? crypto::random_fixed<GrantId>(random) : previous->core.grant_id;
  const auto evidence_salt = crypto::random_fixed<Salt>(random);
  auto evidence = evidence_of(draft, layout);
  plan.core.evidence_commit = grant::evidence_commit(evidence_salt, evidence);
  plan.suite = desk.roster->roster().suite;
  plan.rights = layout.rights;
  plan.edges = layout.edges;
  plan.externals = layout.externals;
  plan.subject_record = ByteView(std::string_view(draft.subject_record)).copy();
  plan.subject_salt = crypto::random_fixed<Salt>(random);

  GrantFile file;
  for (const auto* party : layout.parties) {
    const auto* target = desk.roster->encryption_key(party->id, desk.now);
    if (target == nullptr) return fail(Code::seal_recipient_key);
    const auto pseudonym = pseudonym_for(shelf, draft.subject, plan.core.grant_id, *party, random);
    plan.readers.push_back({party->id, pseudonym, target->id, reads_identity(layout, party->id)});
    file.holders.push_back({party->id, party->name, pseudonym, Timestamp{}});
  }
  auto built = grant::build_grant(plan, key.record->id, *key.key, random);
  crypto::wipe(plan.subject_record);
  if (!built) return fail(std::move(built).error());

  file.hash = built->hash;
  file.signed_core = built->signed_core;
  file.core = built->core;
  file.draft = draft;
  file.draft.signed_form.clear();
  if (!draft.signed_form.empty()) file.form = crypto::sha256(draft.signed_form);
  file.subject_salt = plan.subject_salt;
  file.authority_key = key.record->id;
  file.revocable_at = revocable_from(draft, *desk.pack, previous);
  if (previous != nullptr && previous->is_pending()) {
    file.pending_since = previous->pending_since;
    file.reason = previous->reason;
  }
  if (previous != nullptr) file.revocable_event_at = previous->revocable_event_at;

  XCH_TRY(put_views(*built, key, round));
  round.put(file);
  round.put(space::kEvidence, grant_key(file.core.grant_id, file.core.version),
            std::move(ByteWriter().raw(evidence_salt).raw(evidence)).take());
  round.event(EventKind::grant, retag<Digest>(file.hash), grant_detail(file));
  if (is_order(draft.basis)) round.event(EventKind::courtOrder, retag<Digest>(file.hash), order_detail(draft));
  return file;
}

IssuedGrant answer_for(const GrantFile& file) {
  IssuedGrant out{file.hash, file.core.grant_id, file.core.version, file.core.not_before, file.core.not_after, {}};
  for (const auto& holder : file.holders) out.given_to.push_back(holder.name);
  return out;
}

}  // namespace

bool differs_in_days_only(const ConsentDraft& a, const ConsentDraft& b) {
  return shares_the_same(a, b) && a.referred_by == b.referred_by && a.subject_record == b.subject_record;
}

Result<IssuedGrant> issue(const Desk& desk, const ConsentDraft& asked) {
  XCH_TRY(check_desk(desk));
  XCH_ASSIGN(const auto draft, restricted(desk, asked));
  XCH_TRY(refuse_on_error(judge(draft, *desk.pack, *desk.roster, desk.self, desk.now)));
  XCH_ASSIGN(auto shelf, Shelf::read(desk));
  XCH_ASSIGN(auto lists, Lists::read(desk));
  Round round;
  XCH_TRY(end_due(desk, shelf, lists, round));
  for (const auto* file : shelf.newest_of_each())
    if (file->state == GrantState::active && desk.now <= file->core.not_after && says_the_same(file->draft, draft))
      return fail(Code::consent_exists);

  XCH_ASSIGN(const auto file, make_version(desk, draft, nullptr, shelf, lists, round));
  await_events(desk, file, round);
  XCH_TRY(lists.publish(desk, round, false));
  XCH_TRY(round.commit(desk));
  return answer_for(file);
}

Result<IssuedGrant> advance(const Desk& desk, const GrantId& id, const ConsentDraft& asked) {
  XCH_TRY(check_desk(desk));
  XCH_ASSIGN(const auto draft, restricted(desk, asked));
  XCH_ASSIGN(auto shelf, Shelf::read(desk));
  XCH_ASSIGN(auto lists, Lists::read(desk));
  Round round;
  XCH_TRY(end_due(desk, shelf, lists, round));
  auto* old = shelf.newest(id);
  if (old == nullptr) return fail(Code::not_found);
  if (old->state == GrantState::revoked) return fail(Code::revoked);
  if (draft.subject != old->draft.subject) return fail(Code::usage, "subject");
  if (draft.basis != old->draft.basis) return fail(Code::usage, "basis");
  XCH_TRY(refuse_on_error(judge(draft, *desk.pack, *desk.roster, desk.self, desk.now)));

  XCH_ASSIGN(const auto file, make_version(desk, draft, old, shelf, lists, round));
  // effective_at is the issued_at of the first list that shows the old index revoked: the one of this very call.
  XCH_TRY(end(desk, *old, GrantState::revoked, kAdvanced, lists, round));
  await_events(desk, file, round);  // after the end of the version before, which waits for nothing any more
  XCH_TRY(lists.publish(desk, round, false));
  XCH_TRY(round.commit(desk));
  return answer_for(file);
}

Result<std::vector<GrantFindings>> check(const Desk& desk) {
  XCH_TRY(check_desk(desk));
  XCH_ASSIGN(auto shelf, Shelf::read(desk));
  std::vector<GrantFindings> out;
  for (const auto* file : shelf.newest_of_each()) {
    if (file->state != GrantState::active || file->core.not_after < desk.now) continue;
    auto draft = file->draft;
    // Only the digest of the signed form is kept, and that it was there is all the lint asks.
    if (!file->form.is_zero()) draft.signed_form = ByteView(file->form).copy();
    auto findings = lint(draft, *desk.pack, *desk.roster, desk.self, desk.now);
    XCH_ASSIGN(const auto today, restricted(desk, draft));
    if (today.restrictions.size() > draft.restrictions.size())
      findings.insert(findings.begin(), {true, "P2-22/26", "42 CFR 2.22, 2.26",
                                         "It gives what the person has since asked to have kept back.",
                                         "Make the next version with exchange consent advance, or revoke it."});
    if (!findings.empty()) out.push_back({file->core.grant_id, std::move(findings)});
  }
  return out;
}

Result<std::size_t> send_again(const Desk& desk, const GrantId& id) {
  XCH_TRY(check_desk(desk));
  XCH_ASSIGN(auto shelf, Shelf::read(desk));
  const auto* file = shelf.newest(id);
  if (file == nullptr) return fail(Code::not_found);
  XCH_ASSIGN(const auto key, desk.access->authority_key_of(file->authority_key));

  Round round;
  std::size_t count = 0;
  for (const auto& holder : file->holders) {
    const auto* target = desk.roster->encryption_key(holder.party, desk.now);
    if (holder.acknowledged.seconds != 0 || target == nullptr) continue;
    XCH_ASSIGN(auto kept, desk.access->get(space::kViews, view_key(file->hash, holder.party)));
    if (!kept) continue;
    auto view = wire::decode_grant_view(*kept);
    crypto::wipe(*kept);
    if (!view) return fail(Code::store_damaged);
    // The agency may have rotated since: the view names the key that it is sealed to.
    view->encryption_key = target->id;
    auto object = grant::sign_view(*view, key.chain, key.record->id, *key.key);
    grant::wipe_view(*view);
    if (!object) return fail(std::move(object).error());
    round.send(std::move(*object), holder.party, true);
    ++count;
  }
  round.event(EventKind::grant, retag<Digest>(file->hash), "{\"sent_again\":" + std::to_string(count) + "}");
  XCH_TRY(round.commit(desk));
  return count;
}

}  // namespace xch::consent
