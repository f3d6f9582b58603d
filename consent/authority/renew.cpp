// Renewing: the same sharing for later days, under a form that the person has signed anew.
#include <algorithm>

#include "consent/authority/lint.hpp"
#include "consent/authority/office.hpp"
#include "consent/authority/period.hpp"
#include "crypto/digest.hpp"

namespace xch::consent {
namespace {

std::string first_day_of(const Renewal& renewal, const ConsentDraft& before, Timestamp now) {
  if (!renewal.first_day.empty()) return renewal.first_day;
  return renewal.signed_day.empty() ? day_at(now, days_of(before)) : renewal.signed_day;
}

/// What cannot be renewed at all, whatever the new form says.
Status check_renewable(const GrantFile& file, const Renewal& renewal) {
  if (file.state == GrantState::revoked || file.is_pending()) return fail(Code::revoked);
  if (is_order(file.draft.basis)) return fail(Code::consent_incomplete, "P2-61");
  // 42 CFR 2.31(a)(8): the signature was given for the days that the form named.
  const bool same_paper = !renewal.signed_form.empty() && crypto::sha256(renewal.signed_form) == file.form;
  if (same_paper) return fail(Code::consent_not_signed, "P2-31-8");
  const auto end = end_of_day(renewal.last_day, days_of(file.draft));
  if (!end || *end <= file.core.not_after) return fail(Code::consent_period, "P2-31-7");
  return Ok{};
}

}  // namespace

Result<ConsentDraft> renewed(const Desk& desk, const GrantId& id, const Renewal& renewal) {
  XCH_ASSIGN(auto shelf, Shelf::read(desk));
  const auto* file = shelf.newest(id);
  if (file == nullptr) return fail(Code::not_found);
  XCH_TRY(check_renewable(*file, renewal));
  ConsentDraft draft = file->draft;
  draft.last_day = renewal.last_day;
  draft.first_day = first_day_of(renewal, draft, desk.now);
  draft.signed_day = renewal.signed_day;
  draft.signed_form = renewal.signed_form;
  if (!renewal.signer.empty()) draft.signer = renewal.signer;
  if (!renewal.revocable_day.empty()) draft.revocable_day = renewal.revocable_day;
  // Whose day is over is named no more: the person signs anew for what goes on.
  const auto is_over = [&](const External& external) { return external.last_day < draft.first_day; };
  draft.externals.erase(std::remove_if(draft.externals.begin(), draft.externals.end(), is_over), draft.externals.end());
  return restricted(desk, std::move(draft));
}

Result<IssuedGrant> renew(const Desk& desk, const GrantId& id, const Renewal& renewal) {
  XCH_ASSIGN(const auto draft, renewed(desk, id, renewal));
  return advance(desk, id, draft);
}

}  // namespace xch::consent
