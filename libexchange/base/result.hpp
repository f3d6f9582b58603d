// The one error channel inside the library. base/errors.def is the one table behind it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace xch {

/// Errc is the class of a failure: what the caller should do about it.
enum class Errc : std::uint8_t { malformed = 1, unsupported, rejected, denied, missing, conflict, io, misuse, unsure };

/// Code is one exact local failure: one line of base/errors.def. It never leaves the agency (docs/format.md, "Open").
enum class Code : std::uint16_t {
#define XCH_ERROR(code, errc, id, xch, exit, text, fix) code,
#include "base/errors.def"
#undef XCH_ERROR
};

/// CodeInfo is the line of the table: everything the boundaries need, text from literals only.
struct CodeInfo {
  Code code;
  std::string_view name;  // "open_batch_signature"
  Errc errc;
  std::string_view id;  // "EX3204", never reused
  int xch;              // the C ABI's code (exchange.h)
  int exit;             // the program's exit status
  std::string_view text;
  std::string_view fix;
};

const CodeInfo& info(Code code);
/// find_code looks an EX id up; nullptr when there is none.
const CodeInfo* find_code(std::string_view ex_id);
std::size_t code_count();
const CodeInfo& code_at(std::size_t index);

/// Error is a code and, where a schema or request position helps, its path ("contact.phone"). The path is made
/// from schema or request member names alone: no value, key, person's name or length ever enters it.
struct Error {
  Code code;
  std::string path;

  explicit Error(Code c) : code(c) {}
  Error(Code c, std::string p) : code(c), path(std::move(p)) {}
  const CodeInfo& info() const { return xch::info(code); }
};

template <class T>
using Result = tl::expected<T, Error>;

struct Ok {};
/// Status is the result of a call that gives nothing but success.
using Status = Result<Ok>;

inline tl::unexpected<Error> fail(Code code) { return tl::unexpected<Error>(Error(code)); }
inline tl::unexpected<Error> fail(Code code, std::string path) {
  return tl::unexpected<Error>(Error(code, std::move(path)));
}
inline tl::unexpected<Error> fail(Error e) { return tl::unexpected<Error>(std::move(e)); }

// Guards: straight-line control flow without an else.
#define XCH_CONCAT2(a, b) a##b
#define XCH_CONCAT(a, b) XCH_CONCAT2(a, b)
/// XCH_TRY(expr): return the error of a Result or Status, else go on.
#define XCH_TRY(expr)                                                       \
  do {                                                                      \
    auto&& xch_try_result = (expr);                                         \
    if (!xch_try_result) return ::xch::fail(std::move(xch_try_result).error()); \
  } while (false)
/// XCH_ASSIGN(decl, expr): declare `decl` from the value of a Result, or return its error.
#define XCH_ASSIGN_IMPL(tmp, decl, expr)                       \
  auto tmp = (expr);                                           \
  if (!tmp) return ::xch::fail(std::move(tmp).error());        \
  decl = std::move(*tmp)
#define XCH_ASSIGN(decl, expr) XCH_ASSIGN_IMPL(XCH_CONCAT(xch_result_, __LINE__), decl, expr)

}  // namespace xch
