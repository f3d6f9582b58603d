// soak: notes of several types, alone and in batches, through six homes: sealed, carried, opened, taken over,
// receipted, some erased; status lists, new grants and new keys at their times, by a clock that runs ahead. At the end
// memory has not grown, no outbox holds anything, every journal is whole, and every disclosure has its receipt.
//
//   soak [--notes N] [--minutes M] [--suite p256|x25519] [--dir D] [--keep]
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "soak/homes.hpp"
#include "soak/stores.hpp"

namespace xch::soak {
namespace {

namespace fs = std::filesystem;
using homes::Coalition;
using homes::Context;
using homes::Json;
using Clock = std::chrono::steady_clock;

constexpr std::int64_t kStart = 1795694400;  // 2026-11-26T12:00:00Z
constexpr std::int64_t kHour = 3600, kDay = 24 * kHour;
constexpr std::size_t kNotesADay = 1250;  // of the clock that runs ahead
constexpr std::int64_t kListEvery = 6 * kHour, kGrantEvery = 9 * kDay, kKeyEvery = 5 * kDay;
constexpr int kGrantDays = 11;
constexpr double kMayGrowMb = 24;  // resident memory, from the end of the warm-up to the end

struct Options {
  std::size_t notes = 200000;
  double minutes = 240;
  std::string suite = "p256", dir;
  bool keep = false;
};

[[noreturn]] void fail(const std::string& what) {
  std::fflush(stdout);
  std::fprintf(stderr, "soak: FAILED: %s\n", what.c_str());
  std::exit(1);
}
void require(bool right, const std::string& what) {
  if (!right) fail(what);
}

double resident_mb() {
  long pages = 0, ignored = 0;
  if (FILE* file = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(file, "%ld %ld", &ignored, &pages) != 2) pages = 0;
    std::fclose(file);
  }
  return static_cast<double>(pages) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1e6;
}

std::size_t files_below(const fs::path& folder) {
  std::size_t out = 0;
  std::error_code ignored;
  for (const auto& entry : fs::recursive_directory_iterator(folder, ignored)) out += entry.is_regular_file() ? 1 : 0;
  return out;
}

/// Flow is one way that notes go: a call seals `batch` notes of a type, and there are `calls` of them a round.
struct Flow {
  const char *from, *type, *grant, *purpose;
  std::vector<const char*> to;
  std::size_t batch, calls;
  Json note;
};
std::vector<Flow> flows() {
  const Json engaged{{"engaged", "active"}, {"contacts", "threeToFive"}, {"participation", "asRequired"}};
  Json progress = engaged;
  progress.update({{"goals", {"permanentHousing", "employment"}},
                   {"barriers", {"identification", "phone"}},
                   {"nextStep", "Birth certificate ordered; appointment at the licensing office."},
                   {"medicationSupport", "yes"},
                   {"wellbeing", "Sleeps better since moving into the shelter."},
                   {"narrative", "Met four times, twice at the drop-in centre. Kept every appointment since."}});
  return {
      {"case-management", "progress.engagement", "consent", "COORD", {"treatment", "public-defender"}, 20, 1, progress},
      {"treatment",
       "treatment.status",
       "consent",
       "COORD",
       {"case-management"},
       5,
       2,
       {{"admission", "admitted"},
        {"levelOfCare", "level1Outpatient"},
        {"attendance", "asRequired"},
        {"diagnosesSud", {"F11.20"}}}},
      {"case-management", "progress.engagement", "condition", "FILING", {"prosecutor"}, 10, 1, engaged},
      {"prosecutor",
       "filing.coord",
       "condition",
       "FILING",
       {"case-management"},
       1,
       5,
       {{"caseNumber", "26-1-00417-3"},
        {"charge", "RCW 69.50.4013"},
        {"hearingAt", "2026-12-20T16:30Z"},
        {"posture", "hold"}}},
      {"prosecutor",
       "court.event",
       "facts",
       "COURT",
       {"police-liaison", "case-management", "public-defender"},
       10,
       1,
       {{"startsAt", "2026-12-20T16:30Z"},
        {"court", "Seattle Municipal Court"},
        {"type", "review"},
        {"appearance", "appeared"}}},
      {"case-management",
       "intake.status",
       "condition",
       "FILING",
       {"prosecutor"},
       1,
       5,
       {{"metByDueDate", "yes"}, {"completedOn", "2026-11-09"}, {"assessmentDone", "yes"}}},
  };
}

/// Costs says how long each kind of call took, by tenths of the run: what gets slower with what a home has seen.
class Costs {
 public:
  template <class Call>
  auto timed(const std::string& name, std::size_t tenth, Call call) {
    const auto begin = Clock::now();
    auto out = call();
    Tenth& at = all_[name][std::min<std::size_t>(tenth, 9)];
    at.ms += std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
    ++at.calls;
    return out;
  }
  void print() const {
    std::printf("soak: milliseconds a call, in the first tenth of the run and in the last\n");
    for (const auto& [name, tenths] : all_)
      std::printf("  %-14s %8.2f %8.2f\n", name.c_str(), tenths.front().mean(), tenths.back().mean());
  }

 private:
  struct Tenth {
    double ms = 0;
    std::size_t calls = 0;
    double mean() const { return calls == 0 ? 0 : ms / static_cast<double>(calls); }
  };
  std::map<std::string, std::array<Tenth, 10>> all_;
};

class Soak {
 public:
  explicit Soak(const Options& options) : options_(options), coalition_(options.dir, options.suite, clock_ms_) {}

  void run() {
    const auto begin = Clock::now();
    deadline_ =
        begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(60 * options_.minutes));
    std::printf("soak: %zu notes, suite %s, at most %.0f minutes, homes in %s\n", options_.notes,
                options_.suite.c_str(), options_.minutes, options_.dir.c_str());
    std::printf("%9s %7s %8s %8s %9s %9s %8s %9s\n", "notes", "notes/s", "opened", "receipts", "day", "rss MB",
                "store MB", "kB/note");
    renew();
    last_ = begin_ = Clock::now();
    while (notes_ < options_.notes && Clock::now() < deadline_) round();
    progress(true);
    if (notes_ < options_.notes) std::printf("soak: stopped by time after %zu notes\n", notes_);
    rest();
    costs_.print();
    check_memory();
    coalition_.close();
    check_stores(true);
    end_of_time();
    check_stores(false);
    std::printf("soak: ok, %zu notes in %.0f s, %zu views opened, %zu notes erased\n", notes_,
                seconds(begin, Clock::now()), opened_, erased_);
  }

 private:
  static double seconds(Clock::time_point from, Clock::time_point to) {
    return std::chrono::duration<double>(to - from).count();
  }
  std::int64_t now() const { return clock_ms_.load() / 1000; }
  template <class Call>
  auto timed(const std::string& name, Call call) {
    return costs_.timed(name, 10 * notes_ / options_.notes, call);
  }

  // ---- what has its time -------------------------------------------------------------------------------------------

  void renew() {
    if (now() >= next_keys_) {
      if (next_keys_ != 0) coalition_.rotate();
      next_keys_ = now() + kKeyEvery;
    }
    if (now() >= next_list_) {
      for (const auto* office : {"program-office", "prosecutor"})
        if (next_list_ != 0) coalition_[office].call("consent.publish");
      coalition_.settle();
      next_list_ = now() + kListEvery;
      erase_due();
    }
    if (now() >= next_grants_) {
      const std::string subject = "p-" + std::to_string(++subjects_);
      grants_["consent"] = coalition_.issue("program-office", subject, homes::consent_draft(), kGrantDays);
      grants_["condition"] = coalition_.issue("program-office", subject, homes::condition_draft(), kGrantDays);
      grants_["facts"] = coalition_.issue("prosecutor", subject, homes::facts_draft(), kGrantDays);
      next_grants_ = now() + kGrantEvery;
    }
  }

  void erase_due() {
    for (const auto& member : homes::members())
      keys_erased_ += timed("key.erase_due", [&] { return coalition_[member.name].call("key.erase_due"); })
                          .at("count")
                          .get<std::size_t>();
  }

  // ---- notes -------------------------------------------------------------------------------------------------------

  void round() {
    renew();
    std::size_t sent = 0;
    for (const auto& flow : flows_)
      for (std::size_t i = 0; i < flow.calls && notes_ + sent < options_.notes; ++i)
        sent += seal(flow, options_.notes - notes_ - sent);
    deliver();
    erase_one();
    notes_ += sent;
    clock_ms_ += static_cast<std::int64_t>(sent) * kDay * 1000 / static_cast<std::int64_t>(kNotesADay);
    progress(false);
  }

  std::size_t seal(const Flow& flow, std::size_t most) {
    const std::size_t batch = std::min(flow.batch, most);
    Json notes = Json::array();
    for (std::size_t i = 0; i < batch; ++i) notes.push_back(flow.note);
    const bool archive = ++calls_ % 4 == 0;
    const Json request{{"type", flow.type},       {"notes", notes}, {"grant", grants_.at(flow.grant)},
                       {"purpose", flow.purpose}, {"to", flow.to},  {"archive", archive}};
    const auto sealed = timed("seal", [&] { return coalition_[flow.from].seal(request); });
    require(sealed.report.at("notes").size() == batch, "a call sealed another number of notes");
    for (const auto& note : sealed.report.at("notes"))
      expected_.insert({note.at("header").get<std::string>(), flow.to.size()});
    if (archive && sealed.envelopes.count(flow.from) != 0)
      archived_ = {flow.from, sealed.report.at("notes").at(0).at("header").get<std::string>()};
    return batch;
  }

  void deliver() {
    const auto moved = coalition_.carry();
    for (const auto& [name, files] : moved) {
      Context& home = coalition_[name];
      take_in(name);
      const Json waiting = timed("inbox.list", [&] { return home.call("inbox.list"); });
      for (const auto& file : waiting.at("files")) {
        const Json answer = timed("inbox.open", [&] { return home.call("inbox.open", {{"file", file}}); });
        require(answer.at("refused").empty(), name + " refuses a note: " + answer.at("refused").dump());
        for (const auto& note : answer.at("notes")) {
          const auto at = expected_.find(note.at("header").get<std::string>());
          require(at != expected_.end(), name + " opened what nobody sealed");
          require(note.at("repeat") == false, name + " opened a note twice");
          require(!note.at("fields").empty(), name + " saw no field");
          if (--at->second == 0) expected_.erase(at);
          ++opened_;
        }
        timed("inbox.ack", [&] { return home.call("inbox.ack", {{"file", file}}); });
      }
    }
    require(expected_.empty(), std::to_string(expected_.size()) + " notes did not reach all their readers");
    for (const auto& [name, files] : coalition_.carry()) {
      take_in(name);
      receipts_ += files;
    }
  }

  void take_in(const std::string& name) {
    const Json taken_in = timed("inbox.process", [&] { return coalition_[name].call("inbox.process"); });
    for (const auto& item : taken_in.at("items"))
      require(item.at("error").is_null() && item.at("waits") == false, name + " does not take in: " + item.dump());
  }

  // The archive copy of one note a round.
  void erase_one() {
    if (archived_.second.empty()) return;
    timed("erase", [&] { return coalition_[archived_.first].call("erase", {{"header", archived_.second}}); });
    archived_ = {};
    ++erased_;
  }

  // ---- progress ----------------------------------------------------------------------------------------------------

  void progress(bool last) {
    const auto at = Clock::now();
    if (!last && seconds(last_, at) < 5) return;
    const double mb = resident_mb();
    // Warm: caches are full and every way has been gone, once for each of the first days.
    if (warm_mb_ == 0 && notes_ >= std::min<std::size_t>(options_.notes / 2, 20000)) warm_mb_ = mb;
    peak_mb_ = std::max(peak_mb_, mb);
    double store = 0;
    for (const auto& member : homes::members()) store += store_mb(coalition_.home(member.name));
    std::printf("%9zu %7.1f %8zu %8zu %9.1f %9.1f %8.1f %9.2f\n", notes_,
                static_cast<double>(notes_ - last_notes_) / std::max(1e-3, seconds(last_, at)), opened_, receipts_,
                static_cast<double>(now() - kStart) / static_cast<double>(kDay), mb, store,
                notes_ == 0 ? 0 : 1000 * store / static_cast<double>(notes_));
    std::fflush(stdout);
    last_ = at;
    last_notes_ = notes_;
  }

  // ---- the end -----------------------------------------------------------------------------------------------------

  void rest() {
    coalition_.settle();
    for (const auto& member : homes::members()) {
      require(files_below(fs::path(coalition_.home(member.name)) / "spool" / "out") == 0,
              std::string("the outbox of ") + member.name + " is not empty");
      require(files_below(fs::path(coalition_.home(member.name)) / "spool" / "in") == 0,
              std::string("the inbox of ") + member.name + " is not empty");
    }
  }

  void check_memory() {
    std::printf("soak: resident %.1f MB after the warm-up, %.1f MB at the end, %.1f MB at most\n", warm_mb_,
                resident_mb(), peak_mb_);
    require(resident_mb() - warm_mb_ < kMayGrowMb, "memory has grown");
  }

  void check_stores(bool print) {
    std::size_t disclosed = 0, receipts = 0, lines = 0;
    for (const auto& member : homes::members()) {
      const std::string home = coalition_.home(member.name);
      const Journal journal = read_journal(home);
      require(journal.whole, std::string("the journal of ") + member.name + " has a hole");
      require(journal.without_receipt == 0,
              std::to_string(journal.without_receipt) + " disclosures of " + member.name + " have no receipt");
      require(rows_in(home, "queue") == 0, std::string("the queue of ") + member.name + " is not empty");
      require(journal.denied == 0, std::string("the journal of ") + member.name + " has refusals");
      disclosed += journal.disclosed;
      receipts += journal.receipts;
      lines += journal.lines;
      if (print) print_store(member.name, home, notes_);
    }
    require(receipts == opened_ && disclosed == opened_, "disclosures, opens and receipts are not equally many");
    if (print)
      std::printf("soak: %zu journal lines without a hole, %zu disclosures, each with its receipt\n", lines, disclosed);
  }

  // Sixty days on, every key that could open anything of this is erased, with the envelopes kept for it.
  void end_of_time() {
    double before = 0, after = 0;
    for (const auto& member : homes::members()) before += store_mb(coalition_.home(member.name));
    clock_ms_ += 60 * kDay * 1000;
    for (const auto& member : homes::members()) coalition_.reopen(member.name);
    erase_due();
    require(keys_erased_ > 0, "no key was erased");
    coalition_.close();
    for (const auto& member : homes::members()) {
      require(rows_in(coalition_.home(member.name), "outbox") == 0,
              std::string(member.name) + " still keeps envelopes");
      after += store_mb(coalition_.home(member.name));
    }
    std::printf("soak: %zu keys and secrets erased; stores %.1f MB before the last erasing, %.1f MB after\n",
                keys_erased_, before, after);
  }

  const Options options_;
  std::atomic<std::int64_t> clock_ms_{kStart * 1000};
  Coalition coalition_;
  const std::vector<Flow> flows_ = flows();
  std::map<std::string, std::string> grants_;
  std::int64_t next_list_ = 0, next_grants_ = 0, next_keys_ = 0;
  std::size_t notes_ = 0, last_notes_ = 0, opened_ = 0, receipts_ = 0, erased_ = 0, keys_erased_ = 0, calls_ = 0,
              subjects_ = 0;
  std::map<std::string, std::size_t> expected_;   // header: readers that have not opened it
  std::pair<std::string, std::string> archived_;  // home, header
  Costs costs_;
  double warm_mb_ = 0, peak_mb_ = 0;
  Clock::time_point begin_, last_, deadline_;
};

int usage() {
  std::fputs("usage: soak [--notes N] [--minutes M] [--suite p256|x25519] [--dir D] [--keep]\n", stderr);
  return 2;
}

bool parse(int argc, char** argv, Options& out) {
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--keep") {
      out.keep = true;
      continue;
    }
    if (++i >= argc) return false;
    const std::string value = argv[i];
    char* end = nullptr;
    if (name == "--notes")
      out.notes = std::strtoul(value.c_str(), &end, 10);
    else if (name == "--minutes")
      out.minutes = std::strtod(value.c_str(), &end);
    else if (name == "--suite")
      out.suite = value;
    else if (name == "--dir")
      out.dir = value;
    else
      return false;
    if (end != nullptr && *end != 0) return false;
  }
  return out.notes > 0 && out.minutes > 0;
}

}  // namespace
}  // namespace xch::soak

int main(int argc, char** argv) {
  using namespace xch::soak;
  Options options;
  if (!parse(argc, argv, options)) return usage();
  if (options.dir.empty()) {
    std::string pattern = (fs::temp_directory_path() / "exchange-soak-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) fail("no folder to work in");
    options.dir = pattern;
  }
  try {
    Soak(options).run();
  } catch (const std::exception& e) {
    fail(e.what());
  }
  std::error_code ignored;
  if (!options.keep) fs::remove_all(options.dir, ignored);
}
