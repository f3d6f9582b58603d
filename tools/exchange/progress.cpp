#include "progress.hpp"

#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>

#include "how_far.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kPatience = std::chrono::seconds(1);
constexpr auto kEvery = std::chrono::milliseconds(200);

std::atomic<int> g_held{0};
std::atomic<unsigned> g_prompts{0};  // how many there were

void draw(const std::string& text) {
  const std::string line = "\r\x1b[K" + text;
  if (::write(STDERR_FILENO, line.data(), line.size()) < 0) return;  // a line that is lost is no loss
}

}  // namespace

struct Progress::Line {
  std::string what;
  std::atomic<std::size_t> done{0}, total{0};
  std::mutex mutex;
  std::condition_variable wake;
  bool over = false, drawn = false;
  std::thread thread;

  std::string text(Clock::duration since) const {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since).count();
    const std::string far = how_far(done, total, std::chrono::duration<double>(since).count());
    return "exchange: " + what + (far.empty() ? "" : ", " + far) + ", " + std::to_string(seconds) + " s";
  }

  void run() {
    std::unique_lock<std::mutex> lock(mutex);
    auto start = Clock::now();
    unsigned prompts = g_prompts;
    while (!wake.wait_for(lock, kEvery, [&] { return over; })) {
      const unsigned seen = g_prompts;
      if (g_held > 0 || seen != prompts) {
        prompts = seen;
        start = Clock::now();
        continue;
      }
      if (Clock::now() - start < kPatience) continue;
      draw(text(Clock::now() - start));
      drawn = true;
    }
    if (drawn) draw("");
  }
};

Progress::Progress(std::string what) {
  if (!manners().progress || !is_terminal(STDERR_FILENO)) return;
  line_ = std::make_unique<Line>();
  line_->what = std::move(what);
  line_->thread = std::thread([line = line_.get()] { line->run(); });
}

Progress::~Progress() {
  if (!line_) return;
  {
    const std::lock_guard<std::mutex> lock(line_->mutex);
    line_->over = true;
  }
  line_->wake.notify_one();
  line_->thread.join();
}

void Progress::reached(std::size_t done, std::size_t total) {
  if (!line_) return;
  line_->done = done;
  line_->total = total;
}

Progress::Hold::Hold() { ++g_held; }
Progress::Hold::~Hold() {
  ++g_prompts;
  --g_held;
}

}  // namespace cli
