// The one file with spdlog: header-only, a logger of its own, nothing registered with the process, which may use
// spdlog itself.
#define SPDLOG_HEADER_ONLY
#define FMT_HEADER_ONLY
#include "session/log.hpp"

#include <spdlog/details/null_mutex.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>

#include <mutex>

namespace xch::session {
namespace {

class HostSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  explicit HostSink(std::function<void(int, std::string_view)> to) : to_(std::move(to)) {}

 private:
  // The host's function says for itself how it copes with threads; the line goes to it as it is.
  void sink_it_(const spdlog::details::log_msg& message) override {
    const LogLevel level = message.level >= spdlog::level::err    ? LogLevel::error
                           : message.level >= spdlog::level::warn ? LogLevel::warning
                                                                  : LogLevel::info;
    to_(static_cast<int>(level), std::string_view(message.payload.data(), message.payload.size()));
  }
  void flush_() override {}
  std::function<void(int, std::string_view)> to_;
};

spdlog::level::level_enum level_of(LogLevel level) {
  if (level == LogLevel::error) return spdlog::level::err;
  return level == LogLevel::warning ? spdlog::level::warn : spdlog::level::info;
}

}  // namespace

struct EventLog::State {
  explicit State(std::function<void(int, std::string_view)> sink)
      : logger("exchange", std::make_shared<HostSink>(std::move(sink))) {
    // A host's sink that throws must not make spdlog print to stderr.
    logger.set_error_handler([](const std::string&) {});
  }
  spdlog::logger logger;
};

EventLog::EventLog(std::function<void(int, std::string_view)> sink) {
  if (sink) state_ = std::make_unique<State>(std::move(sink));
}
EventLog::~EventLog() = default;

void EventLog::write(LogLevel level, std::string_view event_json) const {
  if (!state_) return;
  state_->logger.log(level_of(level), spdlog::string_view_t(event_json.data(), event_json.size()));
}

}  // namespace xch::session
