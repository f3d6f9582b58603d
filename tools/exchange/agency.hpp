// An agency of the demo: a process of its own with a home of its own. This side holds the ends of its pipe, nothing else.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "exchange/exchange.hpp"
#include "json.hpp"

namespace cli {

/// Outcome is what a process answered: an answer, or its error.
struct Outcome {
  bool ok = false;
  Value answer;
  exchange::Error error;
  double ms = 0;
};

/// run_once runs one command of this program, with --json, in a process of its own, to its end.
Outcome run_once(const std::vector<std::string>& words, const std::string& passphrase_file);

/// Agency is a running `exchange pipe --home HOME`. Starting it asks for nothing: the first answer waits until the
/// home is unlocked.
class Agency {
 public:
  Agency(const std::string& home, const std::string& passphrase_file);
  ~Agency();
  Agency(const Agency&) = delete;
  Agency& operator=(const Agency&) = delete;

  /// ask sends one request and waits for its answer. `envelope` is for the verb "open".
  Outcome ask(const char* verb, const Request& request = {}, std::string_view envelope = {});

 private:
  int pid_ = -1;
  std::FILE* to_ = nullptr;
  std::FILE* from_ = nullptr;
};

}  // namespace cli
