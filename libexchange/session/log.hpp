// Operational lines for the host: event names, counts and digests as JSON. Never content, names or keys.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

namespace xch::session {

enum class LogLevel : int { info = 0, warning = 1, error = 2 };  // error means a bug or a broken machine

/// EventLog hands lines to the host's sink on the calling thread; without a sink it is silent.
class EventLog {
 public:
  explicit EventLog(std::function<void(int level, std::string_view event_json)> sink);
  ~EventLog();
  EventLog(const EventLog&) = delete;
  EventLog& operator=(const EventLog&) = delete;
  void write(LogLevel level, std::string_view event_json) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace xch::session
