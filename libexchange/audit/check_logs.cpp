// Checks of each log by itself: signature, tree, witnesses, day keys; and of two copies of one log.
#include "audit/check.hpp"

namespace xch::audit {
namespace {

/// A file that is not there proves nothing; anything else that does not hold does.
Outcome outcome_of(Code code) {
  return info(code).errc == Errc::unsure || info(code).errc == Errc::io ? Outcome::indeterminate : Outcome::fail;
}

CheckResult check_checkpoint(const Audit& audit, const Index& index) {
  Work work(audit, index, "checkpoint");
  for (const auto& log : audit.logs) {
    work.looked();
    if (log.signature)
      work.finding(outcome_of(log.signature->code),
                   "The checkpoint of " + log.origin + ": " + said(log.signature->code) + ".", {{log.origin, {}}});
    else if (!log.source.key)
      work.cannot_tell("Which key signs the log " + log.origin + " was not said.", {{log.origin, {}}});
  }
  return std::move(work).done("log", "logs", "signed by its own key");
}

CheckResult check_tree(const Audit& audit, const Index& index) {
  Work work(audit, index, "tree");
  for (const auto& log : audit.logs) {
    work.looked();
    if (!log.readable())
      work.cannot_tell(
          "The log " + log.origin + " has no checkpoint that can be read, so nothing says what its entries have to be.",
          {{log.origin, {}}});
    else if (log.tree)
      work.finding(outcome_of(log.tree->code), "The log " + log.origin + ": " + said(log.tree->code) + ".",
                   {{log.origin, {}}});
  }
  return std::move(work).done("log", "logs", "every entry and every tile stands under the signed root");
}

/// What notes have shown of a log is held against its tree; a copy that is shorter does not say.
void compare_shown(Work& work, const ReadLog& log, const ShownLogs& shown) {
  const log::LogFolder files(log.source.folder);
  log::TileSource tiles(files, log.checkpoint->size);
  for (const auto& view : shown.views) {
    if (view.log.origin != session::log_origin_hash(log.origin) || view.log.size > log.checkpoint->size) continue;
    work.looked();
    const auto root = log::tree_root(tiles, view.log.size);
    if (root && *root == view.log.root) continue;
    const bool decided = root && !log.signature && log.source.key;
    work.finding(decided ? Outcome::fail : outcome_of(root ? Code::log_root : root.error().code),
                 "A note showed another root of the first " + std::to_string(view.log.size) + " entries of " + log.origin +
                     " than this copy has: " + said(root ? Code::log_fork : root.error().code) + ".",
                 {{log.origin, {}}});
  }
}

CheckResult check_copies(const Audit& audit, const Index& index, const Given& given) {
  Work work(audit, index, "one-history");
  for (const auto& alarm : given.shown.alarms) {
    work.looked();
    work.fails("The log of " + audit.name_of(alarm.by) + " has shown this home two roots of its first " +
                   std::to_string(alarm.size) + " entries: " + said(Code::log_fork) + ".",
               {{audit.name_of(alarm.by), {}}});
  }
  for (const auto& log : audit.logs)
    if (log.readable()) compare_shown(work, log, given.shown);
  for (std::size_t i = 0; i < audit.logs.size(); ++i) {
    for (std::size_t j = i + 1; j < audit.logs.size(); ++j) {
      const auto &a = audit.logs[i], &b = audit.logs[j];
      if (!a.readable() || !b.readable() || a.origin != b.origin) continue;
      work.looked();
      const auto fault = two_histories(a, b);
      if (!fault) continue;
      // What nobody has signed proves nothing against the agency.
      const bool signed_both = !a.signature && !b.signature && a.source.key && b.source.key;
      work.finding(signed_both ? outcome_of(fault->code) : Outcome::indeterminate,
                   "Two copies of " + a.origin + ": " + said(fault->code) + ".", {{a.origin, {}}});
    }
  }
  if (work.looked_at() == 0)
    return std::move(work).not_asked("No log was given twice and no note has shown one, so there was nothing to compare.");
  return std::move(work).done("comparison", "comparisons", "one history");
}

CheckResult check_witnesses(const Audit& audit, const Index& index, const Given& given) {
  Work work(audit, index, "cosigned");
  if (!given.witnesses.are_asked())
    return std::move(work).not_asked(given.witnesses.policy ? "The policy asks for no witness."
                                                            : "No witness was named (--witness or --policy).");
  for (const auto& log : audit.logs) {
    work.looked();
    if (!log.readable() || !log.source.key || log.signature)
      work.cannot_tell("The log " + log.origin + " has no checkpoint of its own that witnesses could have signed.",
                       {{log.origin, {}}});
    else if (log.cosignature)
      // Too few cosignatures may come yet; one that does not hold is a forgery.
      work.finding(log.cosignature->code == Code::log_note_signature ? Outcome::fail : Outcome::indeterminate,
                   "The log " + log.origin + ": " + said(log.cosignature->code) + ".", {{log.origin, {}}});
  }
  return std::move(work).done("log", "logs", "cosigned");
}

CheckResult check_day_keys(const Audit& audit, const Index& index) {
  Work work(audit, index, "day-keys");
  for (const auto& log : audit.logs) {
    work.looked();
    if (!log.readable())
      work.cannot_tell("The log " + log.origin + " has no checkpoint that can be read.", {{log.origin, {}}});
    for (const auto& fault : log.days)
      work.fails("The day-key file of " + day_text(Timestamp{*fault.index * kDay}) + " in " + log.origin +
                     " is not the one that the log has fixed for this auditor: " + said(fault.code) + ".",
                 {{log.origin, {}}});
    for (const auto& fault : log.wrong)
      work.finding(outcome_of(fault.code),
                   "Entry " + std::to_string(*fault.index) + " of " + log.origin + ": " + said(fault.code) + ".",
                   {{log.origin, fault.index}});
    if (log.closed == 0) continue;
    std::string days;
    for (std::size_t i = 0; i < log.closed_days.size() && i < 3; ++i)
      days += (i == 0 ? "" : ", ") + day_text(Timestamp{log.closed_days[i] * kDay});
    if (log.closed_days.size() > 3) days += " and others";
    work.cannot_tell("In " + log.origin + " " + counted(log.closed, "entry is", "entries are") +
                         " of days whose key this auditor does not have (" + days + ").",
                     {{log.origin, {}}});
  }
  return std::move(work).done("log", "logs", "every entry was opened");
}

}  // namespace

void check_logs(const Audit& audit, const Index& index, const Given& given, std::vector<CheckResult>& out) {
  out.push_back(check_checkpoint(audit, index));
  out.push_back(check_tree(audit, index));
  out.push_back(check_copies(audit, index, given));
  out.push_back(check_witnesses(audit, index, given));
  out.push_back(check_day_keys(audit, index));
}

}  // namespace xch::audit
