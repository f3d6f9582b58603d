#include "session/scope_summary.hpp"

#include "policy/decide.hpp"

namespace xch::session {
namespace {

std::string_view words(Form form) {
  switch (form) {
    case Form::full: return "";
    case Form::yesNo: return "yes or no";
    case Form::level: return "three levels";
    case Form::theme: return "themes";
    case Form::week: return "week";
    case Form::month: return "month";
    case Form::quarter: return "quarter";
    case Form::year: return "year";
    case Form::onOrBefore: return "whether by the due date";
    case Form::bucket: return "ranges";
    case Form::area: return "area";
    case Form::city: return "city";
    case Form::organisationKind: return "kind of organisation";
    case Form::day: return "day";
    case Form::ageBand: return "age band";
    case Form::category: return "category";
    case Form::aggregate: return "totals";
    case Form::initials: return "initials";
    default: return "limited";
  }
}

std::string_view words(Purpose purpose) {
  switch (purpose) {
    case Purpose::coord: return "coordination";
    case Purpose::refer: return "referral";
    case Purpose::intake: return "intake";
    case Purpose::filing: return "the filing decision";
    case Purpose::warrant: return "a warrant";
    case Purpose::court: return "court hearings";
    case Purpose::housing: return "housing";
    case Purpose::safety: return "safety";
    case Purpose::eval: return "evaluation";
    case Purpose::audit: return "audit";
    case Purpose::accounting: return "accounting of disclosures";
    case Purpose::etreat: return "emergency treatment";
    case Purpose::proceeding: return "legal proceedings";
    default: return "nothing";
  }
}

// Full days are said as days; anything else to the second, so that no zone makes the last day one too long.
std::string day_or_time(Timestamp time, bool whole) {
  return whole ? format_date(civil_from_days(static_cast<std::int64_t>(time.seconds / kDay))) : format_time(time);
}

std::string seen(const grant::HeldGrant& grant, const PolicyPack& pack) {
  std::string out;
  FieldClass last = FieldClass::none;
  bool open = false, all = false;
  for (const auto compartment : grant.may_read(grant.agency())) {
    const PackClass* row = policy::class_row(pack, compartment.field_class());
    const std::string title = row == nullptr ? std::string(code_of(compartment.field_class())) : row->title;
    if (compartment.field_class() != last) {
      if (open) out += ")";
      open = false;
      out += (out.empty() ? "" : ", ") + title;
    }
    // Whoever sees all of a class need not be told that its coarser forms are given too.
    all = compartment.form() == Form::full || (all && compartment.field_class() == last);
    last = compartment.field_class();
    if (all) continue;
    out += open ? ", " : " (";
    out += words(compartment.form());
    open = true;
  }
  return open ? out + ")" : out;
}

}  // namespace

std::string scope_summary(const grant::HeldGrant& grant, const PolicyPack& pack) {
  const GrantCore& core = grant.core();
  const std::string fields = seen(grant, pack);
  std::string purposes;
  for (const auto purpose : core.purposes) purposes += (purposes.empty() ? "" : ", ") + std::string(words(purpose));
  const bool whole_days = core.not_before.seconds % kDay == 0 && (core.not_after.seconds + 1) % kDay == 0;
  return "You may see: " + (fields.empty() ? "nothing" : fields) + "; for " + purposes + "; from " +
         day_or_time(core.not_before, whole_days) + " to " + day_or_time(core.not_after, whole_days) +
         ", unless revoked.";
}

}  // namespace xch::session
