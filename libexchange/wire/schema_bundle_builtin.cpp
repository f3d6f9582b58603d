// The note types of this library, embedded as capnpc-exchange wrote them.
#include "wire/bundles/bench_work.bundles.hpp"
#include "wire/bundles/court_event.bundles.hpp"
#include "wire/bundles/filing_coord.bundles.hpp"
#include "wire/bundles/intake_status.bundles.hpp"
#include "wire/bundles/progress_engagement.bundles.hpp"
#include "wire/bundles/referral_arrest.bundles.hpp"
#include "wire/bundles/treatment_status.bundles.hpp"
#include "wire/schema_bundle.hpp"

namespace xch::wire {
namespace {

template <class Bundle>
BuiltinBundle builtin() {
  return {Bundle::name, Bundle::type_id, ByteView(Bundle::bytes, sizeof(Bundle::bytes))};
}

}  // namespace

const std::vector<BuiltinBundle>& builtin_bundles() {
  namespace bundles = exchange::bundles;
  static const std::vector<BuiltinBundle> all = {
      builtin<bundles::BenchWork>(),          builtin<bundles::CourtEvent>(),     builtin<bundles::FilingCoord>(),
      builtin<bundles::IntakeStatus>(),       builtin<bundles::ProgressEngagement>(), builtin<bundles::ReferralArrest>(),
      builtin<bundles::TreatmentStatus>(),
  };
  return all;
}

}  // namespace xch::wire
