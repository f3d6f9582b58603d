// The demo's story: one arrest diversion from the referral to the revoked consent. Every step states what has to come
// out of it, and anything else ends the demo.
#pragma once

#include <string>
#include <vector>

#include "world.hpp"

namespace cli {

class Story {
 public:
  Story(World& world, Teller& teller) : world_(world), teller_(teller) {}

  void coalition();
  void arrest();
  void consent();
  void coordination();
  void nothing_to_share();
  void passing_on();
  void next_version();
  void revocation();
  void logs();
  void audit();

 private:
  /// Expected is what one reader must see: exactly these fields, "field" in full or "field:form".
  struct Expected {
    std::string reader;
    std::vector<std::string> fields;
  };
  /// Sending is one sealing call of the story.
  struct Sending {
    std::string from, type, note;  // note: JSON; empty: nothing to share
    std::string grant, purpose;
    std::vector<std::string> to;
  };

  Request request_of(const Sending& sending) const;
  /// send seals, carries, and lets each reader open; each must see exactly what is expected. Returns the answer of seal.
  Value send(const Sending& sending, const std::vector<Expected>& expected);
  void reader_opens(const Sending& sending, const Expected& expected, const Value& preview);
  /// issue issues a draft of examples/consents at an office and lets the views arrive.
  Value issue(const std::string& office, const std::string& draft, const std::string& last_day, const std::string& revocable_day);
  Request draft(const std::string& file, const std::string& last_day, const std::string& revocable_day);
  /// day is so many days from today, by the clocks that the coalition's consents go by.
  std::string day(int from_today);

  World& world_;
  Teller& teller_;
  std::string today_;
  Value referral_, consent_, condition_, court_;  // the issued grants
  std::string attendance_header_, intake_header_, intake_envelope_;
  std::vector<std::pair<std::string, std::size_t>> full_sizes_;  // of the progress note, by reader
};

}  // namespace cli
