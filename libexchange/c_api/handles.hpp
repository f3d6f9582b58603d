// The opaque handles of exchange.h and the one guard around every function of the boundary.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "crypto/secret.hpp"
#include "exchange/exchange.h"
#include "session/session.hpp"

constexpr std::uint32_t kContextMagic = 0x58434831, kBufferMagic = 0x58434832, kErrorMagic = 0x58434833,
                        kSealedMagic = 0x58434834;

struct xch_ctx {
  std::uint32_t magic = kContextMagic;
  pid_t owner = 0;
  xch_options options{};
  xch::session::Environment environment;
  std::unique_ptr<xch::session::Session> session;  // null: opened without a home
  ~xch_ctx();
};

struct xch_buf {
  std::uint32_t magic = kBufferMagic;
  std::uint8_t* data = nullptr;  // 16-byte aligned
  std::size_t size = 0;
  ~xch_buf();
};

struct xch_error {
  std::uint32_t magic = kErrorMagic;
  const xch::CodeInfo* info = nullptr;
  std::string path;
};

struct xch_sealed {
  std::uint32_t magic = kSealedMagic;
  xch::session::SealAnswer answer;
  std::string report;
};

namespace xch::c_api {

/// make_buffer copies bytes into an aligned buffer. Errors: out_of_memory.
Result<std::unique_ptr<xch_buf>> make_buffer(ByteView bytes);

/// report_error makes the caller's error; where there is no memory for one, it is the out_of_memory that is always there.
std::int32_t report_error(const Error& error, xch_error** out) noexcept;
void drop_error(xch_error* error) noexcept;

/// guard runs one boundary function: whatever escapes becomes a code, nothing is thrown into the caller.
template <class F>
std::int32_t guard(xch_error** error, F&& body) noexcept {
  if (error != nullptr) *error = nullptr;
  try {
    const Status done = body();
    if (done) return XCH_OK;
    return report_error(done.error(), error);
  } catch (const std::bad_alloc&) {
    return report_error(Error(Code::out_of_memory), error);
  } catch (...) {
    return report_error(Error(Code::bug), error);
  }
}

/// usable checks a context handle: type tag and process. Errors: usage, forked.
Status usable(const xch_ctx* ctx);
/// session_of is the context's open home. Errors: usage, forked, home_missing.
Result<session::Session*> session_of(xch_ctx* ctx);

}  // namespace xch::c_api
