#include "policy/obligations.hpp"

#include <algorithm>
#include <iterator>

namespace xch::policy {
namespace {

constexpr ObligationRow kRows[] = {
    {Obligation::noRedisclosure, KeptBy::both,
     "Do not pass it on, by mouth or by hand either, unless a consent or an order of a court lets you.",
     "42 CFR 2.32, 2.33"},
    {Obligation::noUseAgainst, KeptBy::both,
     "Do not use it against the person in any proceeding or investigation.", "42 CFR 2.12(a), (d)"},
    {Obligation::minimumNecessary, KeptBy::library,
     "These are the fields that the purpose needs; the rest was left out before it was sent.", "42 CFR 2.13(a)"},
    {Obligation::accounting, KeptBy::library,
     "This disclosure is recorded, and the person can ask for the list.", "42 CFR 2.25, 45 CFR 164.528"},
    {Obligation::officialDutiesOnly, KeptBy::organisation,
     "Use it for your official duties in this case alone.", "42 CFR 2.35(d)"},
    {Obligation::deleteAfter, KeptBy::both,
     "Delete it by the date, also where you copied it to; then confirm that.", "28 CFR 23, HL7 DELAU"},
    {Obligation::noIntegrate, KeptBy::organisation,
     "Do not make it part of an intelligence file or of another record.", "28 CFR 23"},
    {Obligation::humanApproval, KeptBy::library,
     "It is shown and passed on only after a person of your agency has approved that.", "HL7 HUAPRV"},
};

}  // namespace

std::string_view kept_by_text(KeptBy kept_by) {
  switch (kept_by) {
    case KeptBy::library: return "library";
    case KeptBy::both: return "both";
    case KeptBy::organisation: return "organisation";
  }
  return "organisation";
}

const ObligationRow* obligation_row(Obligation obligation) {
  const auto* row = std::find_if(std::begin(kRows), std::end(kRows),
                                 [&](const ObligationRow& each) { return each.obligation == obligation; });
  return row == std::end(kRows) ? nullptr : row;
}

std::optional<Timestamp> done_by(Obligation obligation, Timestamp note_expires) {
  if (obligation != Obligation::deleteAfter) return std::nullopt;
  return note_expires;
}

}  // namespace xch::policy
