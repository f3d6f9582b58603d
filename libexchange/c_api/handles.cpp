#include "c_api/handles.hpp"

#include <unistd.h>

#include <cstring>

xch_ctx::~xch_ctx() {
  session.reset();
  magic = 0;
  if (options.drop_user != nullptr) options.drop_user(options.user);
}

xch_buf::~xch_buf() {
  if (data != nullptr) {
    xch::crypto::wipe(xch::MutableView(data, size));
    ::operator delete[](data, std::align_val_t{16});
  }
  magic = 0;
}

namespace xch::c_api {

Result<std::unique_ptr<xch_buf>> make_buffer(ByteView bytes) {
  auto out = std::make_unique<xch_buf>();
  out->data = static_cast<std::uint8_t*>(::operator new[](bytes.size() + 16, std::align_val_t{16}));
  out->size = bytes.size();
  if (bytes.size() > 0) std::memcpy(out->data, bytes.data(), bytes.size());
  out->data[bytes.size()] = 0;  // so that JSON may be read as a C string
  return out;
}

namespace {

// What is left to say where there is no memory for an error either. Made with the library, freed by nobody.
xch_error no_memory{kErrorMagic, &info(Code::out_of_memory), {}};

}  // namespace

std::int32_t report_error(const Error& error, xch_error** out) noexcept {
  const CodeInfo& row = error.info();
  if (out == nullptr) return row.xch;
  auto* made = new (std::nothrow) xch_error;
  *out = made == nullptr ? &no_memory : made;
  if (made == nullptr) return no_memory.info->xch;
  made->info = &row;
  try {
    made->path = error.path;
  } catch (...) {
    made->path.clear();
  }
  return row.xch;
}

void drop_error(xch_error* error) noexcept {
  if (error != &no_memory) delete error;
}

Status usable(const xch_ctx* ctx) {
  if (ctx == nullptr || ctx->magic != kContextMagic) return fail(Code::usage);
  if (ctx->owner != ::getpid()) return fail(Code::forked);
  return Ok{};
}

Result<session::Session*> session_of(xch_ctx* ctx) {
  XCH_TRY(usable(ctx));
  if (!ctx->session) return fail(Code::home_missing);
  return ctx->session.get();
}

}  // namespace xch::c_api
