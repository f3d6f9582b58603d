#include <ctime>

#include "session/home.hpp"

namespace xch::session {

Environment default_environment() {
  Environment environment;
  environment.clock = []() -> Result<Timestamp> {
    const std::time_t now = std::time(nullptr);
    if (now < 0) return fail(Code::clock);
    return Timestamp{static_cast<std::uint64_t>(now)};
  };
  environment.random = &crypto::system_random();
  return environment;
}

}  // namespace xch::session
