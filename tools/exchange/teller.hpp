// How the demo tells its story: to people in plain words, or as one JSON object a line.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "exchange/exchange.hpp"
#include "json.hpp"

namespace cli {

/// Seen is one field of a note, as its reader saw it or, with an empty value, as it did not.
struct Seen {
  std::string field, field_class, value, why, because;
};

class Teller {
 public:
  explicit Teller(bool json) : json_(json) {}

  void step(const std::string& title);
  int step_number() const { return step_; }
  /// tell says one paragraph.
  void tell(const std::string& text);
  /// pause leaves a line empty.
  void pause();
  /// rows says a small table.
  void rows(std::vector<std::string> headings, const std::vector<std::vector<std::string>>& cells);
  /// sealed says what left: one envelope a reader.
  void sealed(const std::string& from, const std::string& type, const Value& answer, double ms);
  /// saw says what one reader found, field by field, and what it did not find and why.
  void saw(const std::string& reader, const std::string& from, const Value& note, const std::vector<Seen>& seen, const std::vector<Seen>& withheld,
           std::size_t bytes, double ms);
  /// preview shows the decision table of a dry run.
  void preview(const std::string& who, const Value& preview);
  /// refused says a refusal that had to come.
  void refused(const std::string& who, const std::string& what, const exchange::Error& error);
  /// end closes the story.
  void end(bool ok, const std::string& why);

 private:
  double seconds() const;
  Request line(const char* kind) const;

  bool json_;
  int step_ = 0;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace cli
