// One note worked through by the formulas of docs/format.md alone: every value for worked.json, the main ones for the
// page's section "Worked example". For tests only.
#pragma once

#include "vectors/world.hpp"

namespace xch::vectors {

struct Worked {
  Bytes envelope;
  Json json;            // worked.json
  std::string section;  // what stands in docs/format.md between the two marks
};

/// The note that is worked through: its seed, and what seal makes of it.
struct WorkedNote {
  WorkedNote();
  Scene scene;
  message::NoteInput input;
  /// sealed is the envelope of message::seal from the same seed.
  Bytes sealed();
};

/// work_through computes the envelope step by step, drawing as "Reproducing bytes in tests" says.
Worked work_through();

std::string worked_text(const Worked& worked);  // of worked.json
/// section_of gives what stands between the marks in a page; with_section puts a new one there.
std::string section_of(const std::string& page);
std::string with_section(const std::string& page, const std::string& section);

}  // namespace xch::vectors
