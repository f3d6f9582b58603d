// log: the exchange log of a home, and checks of any log.
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "failure.hpp"
#include "files.hpp"
#include "preview.hpp"
#include "run.hpp"
#include "show.hpp"
#include "terminal.hpp"
#include "witness.hpp"

namespace cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxNote = 1u << 20, kMaxEntry = 65535, kMaxPolicy = 256u << 10;

/// about_log adds which log is meant and whose signatures count.
Request about_log(Run& run) {
  const auto& args = run.args();
  Request out;
  out.text_if("log", args.one("--log")).text_if("log_key", args.one("--log-key"));
  return out;
}
Request about_witnesses(Run& run, Request request) {
  const auto& args = run.args();
  if (args.has("--policy")) request.text("policy", read_input(args.one("--policy"), kMaxPolicy, "--policy"));
  request.texts("witnesses", args.all("--witness"));
  if (args.has("--quorum")) request.natural("quorum", number_of(args, "--quorum", 0));
  return request;
}

/// ask calls a verb that needs a home only where the command line leaves something to it. A home that is named all the
/// same remembers what was verified.
const Value& ask(Run& run, const char* verb, const Request& request, bool complete) {
  return complete && !run.args().has("--home") ? run.call_bare(verb, request) : run.call(verb, request);
}
/// names_key: the log's key is said, by itself or in a policy that names logs.
bool names_key(const Run& run) { return run.args().has("--log-key") || run.args().has("--policy"); }
bool names_log(const Run& run) { return run.args().has("--log") && names_key(run); }

void say_standing(const Value& log) {
  say("log      " + printable(log.str("origin")));
  say("key      " + log.str("log_key"));
  say("folder   " + printable(log.str("folder")));
  say("entries  " + log.str("size"));
  say("waiting  " + log.str("waiting"));
  for (const auto& witness : log["witnesses"].items())
    say("witness  " + printable(witness.str("name")) + ", " + witness.str("size") + " entries cosigned");
  if (!log["witnesses"].items().empty())
    say("cosigned " + log.str("witnessed") + " entries" + (log["enough"].is_true() ? "" : ", by too few for the policy"));
  if (log.has("own_witness")) say("own      " + printable(log.str("own_witness")) + ", a witness of others' logs");
  if (log.str("unproven") != "0") say("proofs   " + log.str("unproven") + " to send, once enough witnesses have signed");
  if (log.str("alarms") != "0") say("ALARM    two histories of others' logs: " + log.str("alarms") + "; exchange log export DIR --alarms");
  if (log["doubtful"].is_true())
    talk("This home was restored. Put the newest copy of the log folder in place, or say that this is it: exchange log init --newest");
}

int init(Run& run) {
  Request request;
  if (run.args().has("--newest")) request.flag("newest", true);
  if (run.args().has("--policy")) request.text("policy", read_input(run.args().one("--policy"), kMaxPolicy, "--policy"));
  request.text_if("own_witness", run.args().one("--own-witness"));
  const auto& log = run.call("log.init", request);
  if (run.answered()) return 0;
  say_standing(log);
  talk("Whoever is to check this log needs its key. The next exchange log flush writes to it.");
  return 0;
}
int preview_init(Run& run) {
  const auto& args = run.args();
  run.call("home.info", Request().text("home", run.home_path()));
  if (args.has("--newest")) return Preview(run).writes("that nobody knows a newer copy of this home's log").say();
  Preview preview(run);
  preview.writes("a key for this home's log, where it has none");
  if (args.has("--policy")) preview.records("which witnesses are asked, and how many are enough");
  if (args.has("--own-witness")) preview.records("that its own witness is " + printable(args.one("--own-witness")));
  return preview.say();
}

int status(Run& run) {
  const auto& log = run.call("log.status");
  if (!run.answered()) say_standing(log);
  return 0;
}

int flush(Run& run) {
  const auto& batch = run.call("log.flush");
  if (!run.answered()) {
    say("added    " + batch.str("entries") + " entries, " + batch.str("events") + " of them events");
    say("entries  " + batch.str("size"));
  }
  // What is written stays written, whatever the witnesses say.
  const Asked asked = ask_witnesses(run);
  if (asked.asked != 0 && !run.json()) say("cosigned by " + std::to_string(asked.cosigned) + " of " + std::to_string(asked.asked) + " witnesses");
  return 0;
}
int preview_flush(Run& run) {
  const std::string waiting = run.call("log.status").str("waiting");
  return Preview(run).writes("a batch of entries to the log, " + waiting + " of them events, and a signed checkpoint").say();
}

int show_events(Run& run) {
  const auto& answer = run.call("log.show", about_log(run).text_if("day", run.args().one("--day")));
  if (run.answered()) return 0;
  Table table({"index", "time", "event", "object", "detail"});
  for (const auto& row : answer["rows"].items())
    table.row({row.str("index"), row.str("time"), row.str("event"), row.str("object").substr(0, 12), shown(row["detail"])});
  if (table.empty()) say("There is no event that this home can read.");
  else table.print();
  if (answer["closed"].as_natural() != 0) talk("Not opened, for want of a day's key: " + answer.str("closed") + " entries.");
  return 0;
}

int verify(Run& run) {
  const auto& args = run.args();
  Request request = about_witnesses(run, about_log(run));
  if (args.has("--threads")) request.natural("threads", number_of(args, "--threads", 0));
  const std::string seen = args.one("--seen");
  std::error_code error;
  if (args.has("--since")) request.text("since", read_input(args.one("--since"), kMaxNote, "--since"));
  else if (!seen.empty() && fs::exists(seen, error)) request.text("since", read_input(seen, kMaxNote, "--seen"));
  const auto& checked = ask(run, "log.verify", request, names_log(run));
  if (!seen.empty()) Output(seen).write(checked.str("checkpoint"));
  if (run.answered()) return 0;
  say("log      " + printable(checked.str("origin")));
  say("entries  " + checked.str("size") + ", all of them under the signed checkpoint");
  say("signed   by the log and " + checked.str("cosigned") + " witnesses");
  if (checked["earlier"].as_natural() != 0) say("earlier  what was seen of it before is unchanged");
  return 0;
}
int preview_log_verify(Run& run) {
  const std::string seen = run.args().one("--seen");
  Preview preview(run);
  if (!seen.empty()) preview.writes("the checkpoint that was verified to " + printable(seen));
  else if (!names_log(run)) preview.records("the checkpoint that was verified, for the next time");
  return preview.unless("that the log holds").say();
}

// ---- log follow ----------------------------------------------------------------------------------------------------

/// Follower looks at a log again and again, and at what came since: it has to contain what was seen before.
class Follower {
 public:
  explicit Follower(Run& run)
      : run_(run), seen_(run.args().one("--seen")), most_(number_of(run.args(), "--count", 0)),
        every_(number_of(run.args(), "--every", 60)) {
    if (every_ == 0 || every_ > kDay) throw usage("--every is a number of seconds, from 1 to a day", "exchange help log follow");
    std::error_code error;
    if (run.args().has("--since")) known_ = read_input(run.args().one("--since"), kMaxNote, "--since");
    else if (!seen_.empty() && fs::exists(seen_, error)) known_ = read_input(seen_, kMaxNote, "--seen");
  }

  int run() {
    for (std::uint64_t shown = 0;;) {
      if (look() && ++shown == most_) return 0;
      std::this_thread::sleep_for(std::chrono::seconds(every_));
    }
  }

 private:
  static constexpr std::uint64_t kDay = 86400;

  /// look says whether there is a new checkpoint. A file that is missing may be on its way: a copy is made file by file.
  bool look() {
    Request request = about_witnesses(run_, about_log(run_));
    request.text_if("since", known_);
    try {
      const auto& head = ask(run_, "log.follow", request, names_log(run_));
      const std::string note = head.str("checkpoint");
      if (note == known_) return false;
      known_ = note;
      if (!seen_.empty()) Output(seen_).write(note);
      if (!run_.answered())
        say(head.str("size") + " entries, " + (head.has("grown") ? head.str("grown") + " of them new, " : "") +
            "cosigned by " + head.str("cosigned") + " witnesses");
      std::fflush(stdout);  // whoever reads it through a pipe reads it now
      return true;
    } catch (const exchange::Exception& refused) {
      constexpr int kCannotTell = 6;
      if (refused.error.exit != kCannotTell || known_.empty()) throw;
      talk(refused.error.text + " (" + refused.error.id + "); looking again");
      return false;
    }
  }

  Run& run_;
  std::string seen_, known_;
  std::uint64_t most_, every_;
};

int follow(Run& run) { return Follower(run).run(); }
int preview_follow(Run& run) {
  const std::string seen = run.args().one("--seen");
  Preview preview(run);
  if (!seen.empty()) preview.writes("each checkpoint that was verified to " + printable(seen));
  return preview.unless("that the log holds").say();
}

int prove(Run& run) {
  const auto& args = run.args();
  if (args.has("--index") == args.has("--seq")) throw usage("say which entry: --index N, or --seq N of the journal", "exchange help log prove");
  Output file(run.json() && !args.has("-o") ? "-" : args.one("-o"));
  Request request = about_log(run);
  const char* which = args.has("--seq") ? "--seq" : "--index";
  request.natural(which + 2, number_of(args, which, 0));
  const auto& proof = ask(run, "log.prove", request, names_log(run));
  if (!run.json() || args.has("-o")) file.write(proof.str("proof"));
  if (args.has("--entry")) Output(args.one("--entry")).write(from_base64(proof.str("entry")));
  run.answered();
  return 0;
}
int preview_prove(Run& run) {
  Preview preview(run);
  preview.writes("the proof to " + output_named(run));
  if (run.args().has("--entry")) preview.writes("the entry to " + printable(run.args().one("--entry")));
  return preview.unless("that the log has this entry").say();
}

int check_proof(Run& run) {
  const auto& args = run.args();
  Request request = about_witnesses(run, Request());
  request.text_if("log_key", args.one("--log-key"));
  request.text("proof", read_input(args.one("PROOF"), kMaxNote, "PROOF"));
  request.text("entry", to_base64(read_input(args.one("ENTRY"), kMaxEntry, "ENTRY")));
  const auto& checked = ask(run, "log.check_proof", request, names_key(run));
  if (run.answered()) return 0;
  say("log      " + printable(checked.str("origin")));
  say("entry    " + checked.str("index") + " of " + checked.str("size"));
  say("signed   by the log and " + checked.str("cosigned") + " witnesses");
  return 0;
}

int check_evidence(Run& run) {
  const auto& args = run.args();
  Request request;
  request.text("evidence", read_input(args.one("FILE"), 3 * kMaxNote, "FILE"));
  request.text_if("log_key", args.one("--log-key")).text_if("party", args.one("--party"));
  if (args.has("--policy")) request.text("policy", read_input(args.one("--policy"), kMaxPolicy, "--policy"));
  const auto& checked = ask(run, "log.check_evidence", request, true);
  if (run.answered()) return 0;
  if (checked.has("origin")) say("log      " + printable(checked.str("origin")));
  say("entries  " + checked.str("first") + " and " + checked.str("second"));
  say("the log has shown two histories");
  return 0;
}

/// Two checkpoints that cannot both be true, in one file that convinces anybody who has the log's key.
int export_evidence(Run& run) {
  const auto& args = run.args();
  Output file(args.one("DIR"));
  Request request = about_log(run);
  request.text("earlier", read_input(args.one("--evidence"), kMaxNote, "--evidence"));
  const auto& found = ask(run, "log.evidence", request, names_log(run));
  file.write(found.str("evidence"));
  if (run.answered()) return 0;
  say("log      " + printable(found.str("origin")) + " has shown two histories");
  talk("Whoever has the log's key can check it: exchange-verify evidence --log-key KEY FILE");
  return 0;
}

/// Every contradiction that this home was shown, a file each, for exchange-verify.
int export_alarms(Run& run) {
  const auto& answer = run.call("log.alarms");
  const fs::path folder = run.args().one("DIR");
  if (answer["alarms"].items().empty()) {
    if (!run.answered()) say("no log has shown two histories here");
    return 0;
  }
  std::error_code error;
  if (!fs::create_directory(folder, error)) throw usage("DIR is there already, or cannot be made", "exchange help log export");
  std::size_t number = 0;
  for (const auto& alarm : answer["alarms"].items()) {
    const fs::path path = folder / (std::to_string(++number) + ".evidence");
    Output file(path.string());
    file.write(alarm.str("evidence"));
    if (!run.answered()) say(printable(alarm.str("party")) + " has shown two roots of " + alarm.str("size") + " entries: " + printable(path.string()));
  }
  talk("Whoever knows the agency's identity key can check it: exchange-verify evidence --party KEY-ID FILE");
  return 0;
}

int export_log(Run& run) {
  if (run.args().has("--alarms")) return export_alarms(run);
  if (run.args().has("--evidence")) return export_evidence(run);
  if (run.args().has("--log") || run.args().has("--log-key"))
    throw usage("--log and --log-key are for --evidence; this home's own log is copied", "exchange help log export");
  const std::string to = fs::absolute(run.args().one("DIR")).string();
  const auto& copy = run.call("log.export", Request().text("to", to));
  if (run.answered()) return 0;
  say("log      " + printable(copy.str("origin")));
  say("key      " + copy.str("log_key"));
  say("entries  " + copy.str("size"));
  return 0;
}
int preview_export(Run& run) {
  if (run.args().has("--alarms"))
    return Preview(run).writes("the evidence of two histories, a file each, to " + printable(run.args().one("DIR"))).say();
  if (run.args().has("--evidence"))
    return Preview(run).writes("the evidence to " + printable(run.args().one("DIR"))).unless("that there are two histories").say();
  run.call("log.status");
  return Preview(run).writes("a copy of the log to " + printable(run.args().one("DIR"))).say();
}

}  // namespace

std::vector<Command> log_commands() {
  using Need = Option::Need;
  const Option log{"--log", "DIR", "the folder of a log; else the home's own"};
  const Option key{"--log-key", "KEY", "the log's key, NAME+HASH+BASE64; else the home's own"};
  const Option witness{"--witness", "KEY", "a witness that must have signed; may be repeated", Need::many};
  const Option quorum{"--quorum", "N", "how many of them are enough (all)"};
  const Option policy{"--policy", "FILE", "instead: logs, witnesses and a quorum, as in tlog-policy"};
  std::vector<Command> out{
      {"log init",
       "make the key of this home's log, and show it",
       {"exchange log init", "exchange log init --policy witnesses.policy"},
       {{"--newest", "", "this home was restored, and nobody has a newer copy of its log"},
        {"--policy", "FILE", "the witnesses to ask, and how many are enough (tlog-policy)"},
        {"--own-witness", "DIR", "the witness that this agency is to others: what notes show is held against it"}},
       "the log is unchanged",
       init,
       Effect::writes,
       preview_init},
      {"log status", "how far this home's log has come", {"exchange log status"}, {}, "", status, Effect::reads},
      {"log flush", "write what happened since to the log, and sign it", {"exchange log flush   # once an hour, from cron"}, {}, "nothing was written to the log; the events wait", flush, Effect::writes, preview_flush},
      {"log show",
       "the events of a log, for its own home and its auditors",
       {"exchange log show --day 2026-11-26", "exchange log show --log police-log --log-key KEY --json"},
       {log, key, {"--day", "DAY", "the batches of one day, as 2026-11-26"}},
       "",
       show_events,
       Effect::reads},
      {"log verify",
       "check a whole log: every entry, the tree, the signatures",
       {"exchange log verify", "exchange log verify --log police-log --log-key KEY --seen police.seen"},
       {log, key, witness, quorum, policy,
        {"--since", "FILE", "a checkpoint of before, which the log must contain"},
        {"--seen", "FILE", "likewise the one of the last time, kept in this file"},
        {"--threads", "N", "how many read and hash (all processors, at most 8)"}},
       "",
       verify,
       Effect::writes,
       preview_log_verify},
      {"log follow",
       "look at a log again and again, and check what is new in it",
       {"exchange log follow --log police-log --log-key KEY --seen police.seen", "exchange log follow --every 3600"},
       {log, key, witness, quorum, policy,
        {"--since", "FILE", "a checkpoint of before, which the log must contain"},
        {"--seen", "FILE", "likewise the one of the last time, kept in this file"},
        {"--every", "SECONDS", "how often (60)"},
        {"--count", "N", "end after so many checkpoints; else it goes on"}},
       "",
       follow,
       Effect::writes,
       preview_follow},
      {"log prove",
       "write the proof that an entry stands in a log",
       {"exchange log prove --seq 17 -o seal.proof --entry seal.entry", "exchange log prove --index 40 --log police-log --log-key KEY -o a.proof"},
       {{"--index", "N", "the entry's number, from 0"},
        {"--seq", "N", "or the event's number in this home's journal"},
        log,
        key,
        {"-o", "FILE", "where the proof goes; - is stdout"},
        {"--entry", "FILE", "where the entry goes, which the proof is of"}},
       "nothing was written",
       prove,
       Effect::writes,
       preview_prove},
      {"log check-proof",
       "check such a proof, with no other file of the log",
       {"exchange log check-proof seal.proof seal.entry --log-key KEY"},
       {{"PROOF", "", "the proof", Need::must}, {"ENTRY", "", "the entry", Need::must}, key, witness, quorum, policy},
       "",
       check_proof,
       Effect::reads},
      {"log check-evidence",
       "check that a file shows two histories of a log",
       {"exchange log check-evidence fork.evidence --log-key KEY", "exchange log check-evidence 1.evidence --party KEY-ID"},
       {{"FILE", "", "the evidence", Need::must},
        {"--log-key", "KEY", "the log's key, NAME+HASH+BASE64: for a checkpoint"},
        {"--policy", "FILE", "instead: the logs of a tlog-policy"},
        {"--party", "KEY-ID", "the agency's identity key, by its id in hex: for a note's header"}},
       "",
       check_evidence,
       Effect::reads},
      {"log export",
       "copy this home's log, for whoever is to check it",
       {"exchange log export police-log",
        "exchange log export fork.evidence --evidence police.seen \\\n    --log police-log --log-key KEY"},
       {{"DIR", "", "the folder to make; of evidence the file", Need::must},
        {"--evidence", "OLD", "instead: prove that a log does not contain this checkpoint of its own"},
        {"--alarms", "", "instead: what notes have shown this home of logs with two histories, a file each"},
        log, key},
       "nothing is there that could be taken for a log",
       export_log,
       Effect::writes,
       preview_export},
  };
  for (auto& command : witness_commands()) out.push_back(std::move(command));
  return out;
}

}  // namespace cli
