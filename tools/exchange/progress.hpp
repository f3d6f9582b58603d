// A line on the terminal while something takes longer than a second: what, how far, how long. Erased at the end.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>

namespace cli {

/// Progress draws from a thread of its own while it lives: on stderr, where that is a terminal and --no-progress and
/// --quiet are not given. Nothing else may print meanwhile, but for a prompt (Hold).
class Progress {
 public:
  explicit Progress(std::string what);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// reached says that `done` of `total` are done.
  void reached(std::size_t done, std::size_t total);

  /// Hold keeps every line away while a prompt waits for its answer; the second starts again after it.
  class Hold {
   public:
    Hold();
    ~Hold();
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;
  };

 private:
  struct Line;
  std::unique_ptr<Line> line_;
};

}  // namespace cli
