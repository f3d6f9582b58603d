#include "world.hpp"

#include <sys/random.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <exception>
#include <filesystem>
#include <set>
#include <thread>

#include "courier.hpp"
#include "failure.hpp"
#include "files.hpp"

namespace cli {

const std::vector<Member>& members() {
  static const std::vector<Member> kMembers = {
      {"patrol", "LEO", "justice-agency", "WA0170000", {}, true, "officers on the street"},
      {"police-liaison", "LES", "justice-agency", "WA0170000", {}, false, "the same department's diversion desk"},
      {"prosecutor", "PROS", "justice-agency", "WA017015A", {}, true, "holds the charge while the person takes part"},
      {"program-office", "PM", "programme-office", "", {"part2-consent", "justice-condition", "plain-release"}, false, "runs the programme, issues consents"},
      {"case-management", "CM", "part2-program", "", {}, false, "works with the person"},
      {"treatment", "TXP", "part2-program", "", {}, false, "treats the person"},
      {"public-defender", "PD", "defence", "", {}, false, "defends the person"},
  };
  return kMembers;
}

const std::vector<Member>& everybody() {
  static const std::vector<Member> kEverybody = [] {
    std::vector<Member> all = members();
    all.push_back({kAuditor, "AUD", "oversight", "", {}, false, "reads the logs, and no note"});
    return all;
  }();
  return kEverybody;
}

std::string day_at(std::time_t at) {
  struct tm parts {};
  ::gmtime_r(&at, &parts);
  char buffer[16];
  std::strftime(buffer, sizeof buffer, "%Y-%m-%d", &parts);
  return buffer;
}

std::string day_after(const std::string& day, int days) {
  struct tm parts {};
  if (::strptime(day.c_str(), "%Y-%m-%d", &parts) == nullptr) throw Unexpected{"no day: " + day};
  parts.tm_mday += days;
  return day_at(::timegm(&parts));
}

namespace {

std::string new_passphrase() {
  static constexpr char kLetters[] = "abcdefghijkmnpqrstuvwxyz23456789";  // 32 of them: 100 bits in 20
  unsigned char random[20];
  if (::getrandom(random, sizeof random, 0) != static_cast<ssize_t>(sizeof random)) throw failure("EX1011");
  std::string out;
  for (const unsigned char byte : random) out += kLetters[byte & 31];
  return out;
}

void save(const std::string& path, std::string_view bytes) {
  Output file(path);
  file.write(bytes);
}

/// in_pairs runs the jobs two at a time: unlocking a key file takes 256 MiB and half a second, on purpose.
template <class Job>
void in_pairs(const std::vector<Member>& all, Job job) {
  for (std::size_t i = 0; i < all.size(); i += 2) {
    std::exception_ptr failed;
    std::thread second;
    if (i + 1 < all.size())
      second = std::thread([&] {
        try {
          job(all[i + 1]);
        } catch (...) {
          failed = std::current_exception();
        }
      });
    try {
      job(all[i]);
    } catch (...) {
      if (second.joinable()) second.join();
      throw;
    }
    if (second.joinable()) second.join();
    if (failed) std::rethrow_exception(failed);
  }
}

std::string describe(const exchange::Error& error) {
  return error.text + (error.path.empty() ? "" : " at " + error.path) + " (" + error.id + ")";
}

}  // namespace

// ---- setting up --------------------------------------------------------------------------------------------------------

Value World::once(const std::string& who, const std::vector<std::string>& words) {
  Outcome outcome = run_once(words, passphrase(who));
  if (!outcome.ok) throw Unexpected{who + ": exchange " + words[0] + " " + words[1] + ": " + describe(outcome.error)};
  return std::move(outcome.answer);
}

void World::found() {
  std::filesystem::create_directories(folder_ + "/envelopes");
  std::filesystem::create_directories(folder_ + "/files");
  for (const auto& member : everybody()) save(passphrase(member.name), new_passphrase() + "\n");
  save(passphrase("coalition"), new_passphrase() + "\n");
  make_homes();
  start_agencies();
}

void World::make_homes() {
  const Value coalition = once("coalition", {"init", "coalition", home("coalition"), "--name", "county", "--suite", suite_});
  const std::string root = coalition["roots"].items().empty() ? "" : coalition["roots"].items()[0].as_text();
  teller_.tell("The coalition \"county\" makes 3 root keys, of which 2 sign each roster (suite " + suite_ + ").");

  in_pairs(everybody(), [&](const Member& member) {
    std::vector<std::string> words = {"init",   "agency",        home(member.name), "--name",      member.name,         "--role", member.role, "--kind",
                                      member.kind, "--coalition", coalition.str("id"), "--root", root, "--suite", suite_, "-o", folder_ + "/files/" + member.name + ".enrolment"};
    if (*member.ori != 0) words.insert(words.end(), {"--ori", member.ori});
    for (const char* basis : member.authority) words.insert(words.end(), {"--authority", basis});
    if (member.originates) words.push_back("--originates");
    once(member.name, words);
  });
  const std::string today = day_at(std::time(nullptr));  // an agreement's days are those of UTC
  std::vector<std::vector<std::string>> rows;
  for (const auto& member : everybody()) {
    once("coalition", {"roster", "add", folder_ + "/files/" + member.name + ".enrolment", "--home", home("coalition"), "--from", today,
                       "--until", day_after(today, 365)});
    rows.push_back({member.name, member.role, member.kind, member.is});
  }
  teller_.rows({"agency", "role", "kind", "is"}, rows);
}

void World::start_agencies() {
  const std::string roster = folder_ + "/files/county.roster", policy = folder_ + "/files/county.policy";
  const Value published = once("coalition", {"roster", "publish", "--home", home("coalition"), "-o", roster, "--policy", policy});
  std::string words;
  for (const auto& word : published["words"].items()) words += (words.empty() ? "" : " ") + word.as_text();
  teller_.tell("Each made a home with keys of its own and handed over an enrolment file. The coalition publishes roster and policy pack as files. "
               "Every agency compares the roster's words by phone, then imports both: " + words + ".");

  const std::string roster_bytes = to_base64(read_input(roster, kMaxJson, "roster")), policy_bytes = to_base64(read_input(policy, kMaxJson, "policy"));
  for (const auto& member : everybody()) agencies_.emplace(member.name, nullptr);
  in_pairs(everybody(), [&](const Member& member) {
    agencies_.at(member.name) = std::make_unique<Agency>(home(member.name), passphrase(member.name));
    must(member.name, "roster.import", Request().text("roster", roster_bytes).text("trust", published.str("hash")));
    must(member.name, "policy.import", Request().text("policy", policy_bytes));
  });
}

// ---- logs and their witnesses -----------------------------------------------------------------------------------------

void World::make_witnesses() {
  std::filesystem::create_directories(folder_ + "/witnesses");
  std::map<std::string, std::string> logs;
  for (const auto& member : members()) logs[member.name] = must(member.name, "log.status").answer.str("log_key");
  std::map<std::string, std::string> witnesses;
  for (const auto& member : members()) {
    std::vector<std::string> others;
    for (const auto& [who, key] : logs)
      if (who != member.name) others.push_back(key);
    const std::string name = member.name;
    witnesses[name] = must(name, "witness.init", Request().text("dir", folder_ + "/witnesses/" + name).text("name", name + ".witness").texts("logs", others)).answer.str("key");
    witness_keys_.push_back(witnesses[name]);
  }
  // One policy for all: each believes all seven logs, by what four of the seven have signed.
  std::string policy, group = "group most 4";
  for (const auto& [who, key] : logs) policy += "log " + key + "\n";
  for (const auto& [who, key] : witnesses) {
    policy += "witness " + who + " " + key + "\n";
    group += " " + who;
  }
  policy += group + "\nquorum most\n";
  for (const auto& member : members()) {
    save(folder_ + "/files/" + member.name + ".policy", policy);
    must(member.name, "log.init", Request().text("policy", policy).text("own_witness", folder_ + "/witnesses/" + member.name));
  }
}

void World::ask_witnesses(const std::string& who) {
  const Value asked = must(who, "log.submit").answer;
  for (const auto& ask : asked["requests"].items()) {
    const std::string name = ask.str("witness"), witness = name.substr(0, name.find('.'));
    if (witness == who) continue;  // nobody vouches for its own log
    const std::string file = folder_ + "/files/" + who + "-to-" + witness + ".request";
    save(file, ask.str("request"));
    Request request;
    request.text("dir", folder_ + "/witnesses/" + witness).text("method", "POST").text("path", "/add-checkpoint").text("body", to_base64(ask.str("request")));
    const std::string answer = must(witness, "witness.handle", request).answer.str("file");
    save(file + ".answer", answer);
    if (!must(who, "log.collect", Request().text("answer", answer)).answer["signed"].is_true()) throw Unexpected{witness + " did not sign the log of " + who};
  }
}

std::vector<World::Witnessed> World::witness_each_other() {
  for (const auto& member : members()) must(member.name, "log.flush");
  make_witnesses();
  std::vector<Witnessed> out;
  for (const auto& member : members()) {
    ask_witnesses(member.name);
    const Value log = must(member.name, "log.status").answer;
    out.push_back({member.name, log["size"].as_natural(), log["enough"].is_true() && log.str("witnessed") == log.str("size")});
  }
  return out;
}

Value World::audit() {
  std::vector<std::string> folders, keys;
  for (const auto& member : members()) {
    folders.push_back(home(member.name) + "/log");
    keys.push_back(must(member.name, "log.status").answer.str("log_key"));
  }
  Request request;
  request.texts("logs", folders).texts("log_keys", keys).flag("files", true);
  // Six witnesses have signed each log; the policies of the demo ask for four of them.
  request.texts("witnesses", witness_keys_).natural("quorum", 4);
  Value answer = must(kAuditor, "audit.run", request).answer;
  save(folder_ + "/report.html", answer.str("html"));
  return answer;
}

// ---- asking --------------------------------------------------------------------------------------------------------------

Outcome World::must(const std::string& who, const char* verb, const Request& request, std::string_view envelope) {
  Outcome outcome = agencies_.at(who)->ask(verb, request, envelope);
  if (!outcome.ok) throw Unexpected{who + ": " + verb + ": " + describe(outcome.error)};
  return outcome;
}

void World::must_refuse(const std::string& who, const char* verb, const Request& request, const std::string& id, const std::string& what,
                        std::string_view envelope) {
  const Outcome outcome = agencies_.at(who)->ask(verb, request, envelope);
  if (outcome.ok) throw Unexpected{who + " " + what + ": done, but it had to be refused with " + id};
  if (outcome.error.id != id) throw Unexpected{who + " " + what + ": refused with " + describe(outcome.error) + ", expected " + id};
  teller_.refused(who, what, outcome.error);
}

std::string World::grant_subject(const std::string& who, const std::string& grant) {
  const Outcome held = must(who, "grants.list");
  for (const auto& row : held.answer["rows"].items())
    if (row.str("grant") == grant) return row.str("subject");
  throw Unexpected{who + " does not hold the grant it was sent"};
}

// ---- the courier -----------------------------------------------------------------------------------------------------------

bool World::carry_all() {
  receivers_.clear();
  for (const auto& member : members()) {
    const std::string from = member.name;
    for (const auto& file : outgoing(home(from))) {
      const std::string extension = std::filesystem::path(file.name).extension();
      std::string bytes = carry(home(from), file, home(file.to) + "/spool/in");
      char number[16];
      std::snprintf(number, sizeof number, "%03zu", ++carried_);
      save(folder_ + "/envelopes/" + number + "-step" + std::to_string(teller_.step_number()) + "-" + from + "-to-" + file.to + extension, bytes);
      last_[from + ">" + file.to + extension] = std::move(bytes);
      receivers_.push_back(file.to);
    }
  }
  return !receivers_.empty();
}

World::Settled World::settle() {
  Settled out;
  std::set<std::string> ask;
  for (const auto& member : members()) ask.insert(member.name);  // its own view may lie in an agency's own inbox
  for (int round = 0; round < 10; ++round) {
    const bool moved = carry_all();
    out.files += receivers_.size();
    ask.insert(receivers_.begin(), receivers_.end());
    for (const auto& who : ask) {
      const Outcome taken = must(who, "inbox.process");
      for (const auto& item : taken.answer["items"].items()) {
        if (!item["error"].is_null()) throw Unexpected{who + " could not take in a " + item.str("what") + ": " + item["error"].str("text") + " (" + item["error"].str("id") + ")"};
        if (item["waits"].is_true()) out.waits.push_back(who + ": " + item.str("what"));
      }
    }
    ask.clear();
    if (!moved && round > 0) return out;
  }
  throw Unexpected{"the spools do not come to rest"};
}

const std::string& World::last_from(const std::string& from, const std::string& to, const std::string& extension) const {
  const auto at = last_.find(from + ">" + to + extension);
  if (at == last_.end()) throw Unexpected{"no envelope went from " + from + " to " + to};
  return at->second;
}

}  // namespace cli
