// The probes: each does one thing of the library with its secrets marked, and says whether the outcome was right. What
// memcheck reports meanwhile is the other half of the answer.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace xch::constant_time {

struct Probe {
  std::string name;
  std::function<void()> run;
  bool leaks = false;  // on purpose: memcheck has to report it
};

/// expect ends the program with a line where something is not as it has to be.
void expect(bool right, const char* what);

void add_primitives(std::vector<Probe>& to);
void add_padding(std::vector<Probe>& to);
void add_opening(std::vector<Probe>& to);
void add_leaks(std::vector<Probe>& to);

}  // namespace xch::constant_time
