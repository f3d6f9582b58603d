// Many threads, through the C ABI: one context used by all of them, and several contexts at once. Everything that comes
// out is checked, also what the journals say afterwards. Built and run under ThreadSanitizer as well (preset tsan).
#include <gtest/gtest.h>
#include <stdlib.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <mutex>
#include <set>
#include <thread>

#include "soak/homes.hpp"

namespace xch::concurrency {
namespace {

using homes::Coalition;
using homes::Context;
using homes::Json;
using homes::Refused;

constexpr int kThreads = 6;

/// Problems are what went wrong in threads: gtest's own checks stay on the main one.
class Problems {
 public:
  void add(const std::string& what) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (all_.size() < 20) all_.push_back(what);
  }
  void unless(bool right, const std::string& what) {
    if (!right) add(what);
  }
  std::string text() const {
    std::string out;
    for (const auto& line : all_) out += line + "\n";
    return out;
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> all_;
};

/// at_once runs `work` in so many threads that begin together; what one throws is a problem.
void at_once(int threads, Problems& problems, const std::function<void(int)>& work) {
  std::atomic<int> waiting{threads};
  std::vector<std::thread> all;
  for (int i = 0; i < threads; ++i)
    all.emplace_back([&, i] {
      --waiting;
      while (waiting.load() > 0) std::this_thread::yield();
      try {
        work(i);
      } catch (const std::exception& e) {
        problems.add("thread " + std::to_string(i) + ": " + e.what());
      }
    });
  for (auto& thread : all) thread.join();
}

class Threads : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    std::string pattern = (std::filesystem::temp_directory_path() / "xch-threads-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    clock_ms_ =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
            .count();
    coalition_ = std::make_unique<Coalition>(folder_, "p256", clock_ms_);
    grant_ = coalition_->issue("program-office", "p-417", homes::consent_draft(), 60);
  }
  static void TearDownTestSuite() {
    coalition_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  void SetUp() override { ASSERT_NE(coalition_, nullptr); }

  static Context& sender() { return (*coalition_)["case-management"]; }
  static Context& reader() { return (*coalition_)["treatment"]; }
  static std::string text_of(int thread, int i) {
    return "thread " + std::to_string(thread) + ", note " + std::to_string(i);
  }
  static Json request(const std::string& text) {
    return {{"type", "progress.engagement"},
            {"note", {{"engaged", "active"}, {"nextStep", text}}},
            {"grant", grant_},
            {"purpose", "COORD"},
            {"to", {"treatment"}},
            {"deliver", false}};
  }
  /// journal reads it whole, page by page; a hole or a step back is a problem.
  static std::vector<Json> journal(Context& context, Problems& problems, std::size_t page) {
    std::vector<Json> out;
    for (std::uint64_t next = 1;;) {
      const Json rows = context.call("journal.list", {{"from", next}, {"limit", page}}).at("rows");
      for (const auto& row : rows) {
        problems.unless(row.at("seq") == next, "the journal has a hole before " + row.dump());
        next = row.at("seq").get<std::uint64_t>() + 1;
        out.push_back(row);
      }
      if (rows.size() < page) return out;
    }
  }
  static std::size_t count(const std::vector<Json>& rows, const std::string& event) {
    std::size_t out = 0;
    for (const auto& row : rows) out += row.at("event") == event ? 1 : 0;
    return out;
  }

  static std::string folder_, grant_;
  static std::atomic<std::int64_t> clock_ms_;
  static std::unique_ptr<Coalition> coalition_;
};
std::string Threads::folder_, Threads::grant_;
std::atomic<std::int64_t> Threads::clock_ms_{0};
std::unique_ptr<Coalition> Threads::coalition_;

TEST_F(Threads, SealOpenExplainAndReadTheJournalOnOneContext) {
  constexpr int kEach = 8;
  Problems problems;
  const auto sealed_before = count(journal(sender(), problems, 1000), "sealed");
  std::mutex mutex;
  std::set<std::string> headers;
  std::set<std::uint64_t> seqs;
  at_once(kThreads, problems, [&](int thread) {
    std::size_t lines = 0;
    for (int i = 0; i < kEach; ++i) {
      const std::string text = text_of(thread, i);
      const auto sealed = sender().seal(request(text));
      const std::string header = sealed.report.at("notes").at(0).at("header");
      const Json opened = reader().open(sealed.envelopes.at("treatment"));
      const Json& note = opened.at("notes").at(0);
      problems.unless(note.at("note").at("nextStep") == text, "another thread's text: " + note.dump());
      problems.unless(note.at("header") == header && note.at("sender") == "case-management",
                      "another note: " + note.dump());
      problems.unless(note.at("repeat") == false && opened.at("refused").empty(), "not a first open: " + opened.dump());
      {
        const std::lock_guard<std::mutex> lock(mutex);
        problems.unless(headers.insert(header).second, "one header twice");
        problems.unless(seqs.insert(note.at("seq").get<std::uint64_t>()).second, "one line of the journal twice");
      }
      const Json explained = sender().call("errors.explain", {{"id", "EX2218"}});
      problems.unless(explained.at("id") == "EX2218" && !explained.at("text").get<std::string>().empty(), "explain");
      const auto rows = journal(thread % 2 == 0 ? sender() : reader(), problems, 7);
      problems.unless(rows.size() > lines, "the journal did not grow");
      lines = rows.size();
      const Json preview = sender().call("seal.preview", request(text));
      problems.unless(preview.at("refused").is_null() && preview.at("rows").size() >= 1, "preview: " + preview.dump());
    }
  });
  EXPECT_EQ(problems.text(), "");
  EXPECT_EQ(headers.size(), static_cast<std::size_t>(kThreads * kEach));
  EXPECT_EQ(count(journal(sender(), problems, 1000), "sealed") - sealed_before, headers.size());
  EXPECT_EQ(count(journal(reader(), problems, 1000), "opened"), headers.size());
  EXPECT_EQ(problems.text(), "");
}

TEST_F(Threads, OpeningOneEnvelopeAtOnceAreOneFirstOpenAndRepeats) {
  Problems problems;
  const auto sealed = sender().seal(request("opened by all"));
  std::atomic<int> first{0}, repeats{0};
  at_once(kThreads, problems, [&](int) {
    const Json opened = reader().open(sealed.envelopes.at("treatment"));
    const Json& note = opened.at("notes").at(0);
    problems.unless(note.at("note").at("nextStep") == "opened by all", "another text");
    ++(note.at("repeat") == true ? repeats : first);
  });
  EXPECT_EQ(problems.text(), "");
  EXPECT_EQ(first, 1);
  EXPECT_EQ(repeats, kThreads - 1);
}

TEST_F(Threads, WithOneIdempotencyKeyMakeOneNote) {
  Problems problems;
  std::mutex mutex;
  std::map<std::string, std::set<std::string>> headers;
  std::atomic<int> made{0};
  at_once(kThreads, problems, [&](int thread) {
    const std::string key = "case " + std::to_string(thread % 2);
    Json asked = request(key);
    asked["key"] = key;
    const auto sealed = sender().seal(asked);
    made += sealed.report.at("duplicate") == false ? 1 : 0;
    const std::lock_guard<std::mutex> lock(mutex);
    headers[key].insert(sealed.report.at("notes").at(0).at("header").get<std::string>());
  });
  EXPECT_EQ(problems.text(), "");
  EXPECT_EQ(made, 2);
  ASSERT_EQ(headers.size(), 2u);
  for (const auto& [key, different] : headers) EXPECT_EQ(different.size(), 1u) << key;
}

TEST_F(Threads, EachGetTheErrorOfTheirOwnCall) {
  Problems problems;
  const auto sealed = sender().seal(request("for another agency"));
  const std::vector<std::pair<std::string, std::function<void()>>> wrong = {
      {"EX3105", [&] { (void)sender().open(sealed.envelopes.at("treatment")); }},  // not to us
      {"EX1306",
       [&] {
         (void)sender().call("journal.list", {{"form", 1}});
       }},                                                                // no such member
      {"EX3103", [&] { (void)reader().open(std::string(5000, 'x')); }}};  // no envelope
  std::map<std::string, std::string> ids;
  for (const auto& [id, call] : wrong) {
    try {
      call();
      FAIL() << id << " was expected";
    } catch (const Refused& refused) {
      ids[id] = refused.what();
      EXPECT_EQ(refused.id, id) << refused.what();
    }
  }
  at_once(kThreads, problems, [&](int thread) {
    for (int i = 0; i < 20; ++i) {
      const auto& [id, call] = wrong[static_cast<std::size_t>(thread + i) % wrong.size()];
      try {
        call();
        problems.add(id + " was expected");
      } catch (const Refused& refused) {
        problems.unless(refused.what() == ids.at(id),
                        std::string("expected ") + ids.at(id) + ", got " + refused.what());
      }
    }
  });
  EXPECT_EQ(problems.text(), "");
}

// What is delivered while others deliver, take in and open arrives once, and every receipt comes back.
TEST_F(Threads, SendAndTakeInAtTheSameTime) {
  constexpr int kEach = 6, kNotes = 3 * kEach;
  Problems problems;
  coalition_->settle();  // the receipts of other cases
  const auto receipts_before = count(journal(sender(), problems, 1000), "receipt");
  std::mutex opening;
  std::set<std::string> texts;
  std::atomic<bool> all_sent{false};
  std::atomic<int> sending{3};
  at_once(6, problems, [&](int thread) {
    if (thread < 3) {
      for (int i = 0; i < kEach; ++i) {
        Json asked = request(text_of(thread, i));
        asked["deliver"] = true;
        (void)sender().seal(asked);
      }
      if (--sending == 0) all_sent = true;
      return;
    }
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::minutes(4);
    for (;;) {
      const bool last = all_sent.load();
      if (thread == 3) coalition_->carry();
      for (auto* home : {&reader(), &sender()}) {
        const Json taken_in = home->call("inbox.process");
        for (const auto& item : taken_in.at("items")) problems.unless(item.at("error").is_null(), item.dump());
      }
      const Json waiting = reader().call("inbox.list").at("files");
      for (const auto& file : waiting) {
        const Json opened = reader().call("inbox.open", {{"file", file}});
        const std::lock_guard<std::mutex> lock(opening);
        texts.insert(opened.at("notes").at(0).at("note").at("nextStep").get<std::string>());
      }
      if (last && waiting.empty() && (thread != 3 || coalition_->carry().empty())) {
        const std::lock_guard<std::mutex> lock(opening);
        if (texts.size() >= kNotes) return;
      }
      if (std::chrono::steady_clock::now() > give_up) throw std::runtime_error("not everything arrived");
    }
  });
  coalition_->settle();
  EXPECT_EQ(problems.text(), "");
  EXPECT_EQ(texts.size(), static_cast<std::size_t>(kNotes));
  EXPECT_EQ(count(journal(sender(), problems, 1000), "receipt") - receipts_before, static_cast<std::size_t>(kNotes));
  EXPECT_EQ(problems.text(), "");
}

// Two of them are of one home: each has its own keys in memory, and both see one store.
TEST_F(Threads, EachWithAContextOfItsOwnOpenWorkAndClose) {
  constexpr int kEach = 4;
  Problems problems;
  const std::string names[] = {"case-management", "case-management", "treatment"};
  const auto kept = sender().seal(request("before"));
  at_once(4, problems, [&](int thread) {
    if (thread == 3) {  // a context without a home, again and again, while the others work
      for (int i = 0; i < 20; ++i) {
        const Context bare("", clock_ms_);
        problems.unless(bare.call("errors.list").at("rows").size() > 100, "the table of errors");
      }
      return;
    }
    const Context own(coalition_->home(names[thread]), clock_ms_);
    for (int i = 0; i < kEach; ++i) {
      if (thread == 2) {
        const Json opened = own.open(kept.envelopes.at("treatment"));
        problems.unless(opened.at("notes").at(0).at("note").at("nextStep") == "before", "another text");
        continue;
      }
      const auto sealed = own.seal(request(text_of(thread, i)));
      const Json opened = reader().open(sealed.envelopes.at("treatment"));
      problems.unless(opened.at("notes").at(0).at("note").at("nextStep") == text_of(thread, i),
                      "another thread's text");
    }
  });
  EXPECT_EQ(problems.text(), "");
  (void)journal(sender(), problems, 100);
  EXPECT_EQ(problems.text(), "");
}

// The last one, as it closes what the others use: a context that many threads have used closes, and opens again.
TEST_F(Threads, LeaveAContextThatClosesAndOpensAgain) {
  Problems problems;
  const auto sealed = sender().seal(request("kept"));
  at_once(kThreads, problems, [&](int) { (void)reader().open(sealed.envelopes.at("treatment")); });
  const auto lines = journal(reader(), problems, 1000).size();
  coalition_->reopen("treatment");
  coalition_->reopen("case-management");
  EXPECT_EQ(journal(reader(), problems, 1000).size(), lines);
  EXPECT_EQ(reader().open(sealed.envelopes.at("treatment")).at("notes").at(0).at("repeat"), true);
  EXPECT_EQ(problems.text(), "");
}

}  // namespace
}  // namespace xch::concurrency
