#include "policy/replay.hpp"

#include <algorithm>
#include <iterator>

namespace xch::policy {
namespace {

std::vector<Compartment> without(const std::vector<Compartment>& all, const std::vector<Compartment>& some) {
  std::vector<Compartment> out;
  std::set_difference(all.begin(), all.end(), some.begin(), some.end(), std::back_inserter(out));
  return out;
}

}  // namespace

Replayed replay(const DecisionRecord& record, const PolicyPack& pack, const NoteSchema& schema) {
  Replayed out;
  out.terms = terms_of(pack, schema, record.query);
  out.notice = notice_of(pack, record.query.basis, out.terms);
  out.obligations = obligations_of(pack, record.query.basis, out.terms);
  out.added = without(out.terms, record.terms);
  out.removed = without(record.terms, out.terms);
  out.same = out.terms == record.terms && record.notice.value_or(out.notice) == out.notice &&
             record.obligations.value_or(out.obligations) == out.obligations;
  return out;
}

}  // namespace xch::policy
