// How far a long call has come, for whoever has given a log callback: an event without content.
#pragma once

#include <functional>
#include <string>

#include "c_api/verbs.hpp"

namespace xch::c_api {

/// teller gives {"event":"progress","verb":...,"done":...,"total":...} to the caller's log; nothing where there is none.
inline std::function<void(std::uint64_t done, std::uint64_t total)> teller(const Call& call, std::string_view verb) {
  const auto& log = call.ctx.environment.log;
  if (!log) return {};
  return [&log, verb](std::uint64_t done, std::uint64_t total) {
    log(0, "{\"event\":\"progress\",\"verb\":\"" + std::string(verb) + "\",\"done\":" + std::to_string(done) +
               ",\"total\":" + std::to_string(total) + "}");
  };
}

}  // namespace xch::c_api
