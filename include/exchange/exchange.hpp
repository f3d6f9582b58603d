// exchange.hpp - header-only C++17 over exchange.h. No C++ symbol crosses the shared object: any compiler, any -std.
#pragma once

#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "exchange.h"

namespace exchange {

/// Error is what a call that did not do what it should came back with; code > 0 is a true answer, < 0 a failure.
struct Error {
  int code = 0;
  std::string id, text, path, fix;
  int exit = 1;
};
struct Exception : std::runtime_error {
  Error error;
  explicit Exception(Error e) : std::runtime_error(e.id + ": " + e.text), error(std::move(e)) {}
};

/// Result is a value or an Error. value() throws Exception; the others do not.
template <class T>
class [[nodiscard]] Result {
  std::variant<T, Error> v_;

 public:
  Result(T t) : v_(std::move(t)) {}      // NOLINT
  Result(Error e) : v_(std::move(e)) {}  // NOLINT
  explicit operator bool() const { return v_.index() == 0; }
  const Error& error() const { return std::get<1>(v_); }
  T value() && {
    if (!*this) throw Exception(error());
    return std::move(std::get<0>(v_));
  }
  T& operator*() { return std::get<0>(v_); }
  T* operator->() { return &std::get<0>(v_); }
};

/// Bytes is memory of the library: move-only, wiped when dropped.
class Bytes {
  std::unique_ptr<xch_buf, void (*)(xch_buf*)> b_;

 public:
  explicit Bytes(xch_buf* b = nullptr) : b_(b, xch_buf_free) {}
  xch_slice slice() const { return {xch_buf_data(b_.get()), xch_buf_size(b_.get())}; }
  std::string_view view() const {
    const auto s = slice();
    return {reinterpret_cast<const char*>(s.p), s.n};
  }
};

/// Sealed is the envelopes of one sealing call.
class Sealed {
  std::unique_ptr<xch_sealed, void (*)(xch_sealed*)> s_;

 public:
  explicit Sealed(xch_sealed* s = nullptr) : s_(s, xch_sealed_free) {}
  std::size_t size() const { return xch_sealed_count(s_.get()); }
  xch_slice envelope(std::size_t i) const {
    xch_slice e{}, m{};
    xch_sealed_envelope(s_.get(), i, &e, &m);
    return e;
  }
  std::string_view mailbox(std::size_t i) const {
    xch_slice e{}, m{};
    xch_sealed_envelope(s_.get(), i, &e, &m);
    return {reinterpret_cast<const char*>(m.p), m.n};
  }
  std::string_view report() const {
    xch_slice r{};
    xch_sealed_report(s_.get(), &r);
    return {reinterpret_cast<const char*>(r.p), r.n};
  }
};

inline Error take(xch_error* e, int rc) {
  if (e == nullptr) return {rc, "EX1006", "out of memory; nothing was done", "", "", 1};
  Error r{xch_error_code(e), xch_error_id(e), xch_error_text(e), xch_error_path(e), xch_error_fix(e), xch_error_exit(e)};
  xch_error_free(e);
  return r;
}

/// json_string quotes a text for a JSON request (RFC 8259 section 7).
inline std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (u < 0x20) {
      char buffer[8];
      std::snprintf(buffer, sizeof buffer, "\\u%04x", u);
      out += buffer;
    } else {
      out += c;
    }
  }
  return out + '"';
}

struct Agency { std::string name; };
struct Subject { std::string pseudonym; };  // hex, as in the grant list
struct Grant { std::string hash; };         // hex; empty: found by subject and basis

/// SealRequest says for whom and why; the notes come beside it.
struct SealRequest {
  Subject subject;
  Grant grant;
  std::string basis;
  std::string purpose;
  std::vector<Agency> to;  // empty: everyone who may see something
  std::string idempotency_key;
  std::string json() const {
    std::string out = "{\"v\":1";
    const auto add = [&](const char* name, const std::string& value) {
      if (!value.empty()) out += std::string(",\"") + name + "\":" + json_string(value);
    };
    add("subject", subject.pseudonym);
    add("grant", grant.hash);
    add("basis", basis);
    add("purpose", purpose);
    add("key", idempotency_key);
    if (!to.empty()) {
      out += ",\"to\":[";
      for (std::size_t i = 0; i < to.size(); ++i) out += (i ? "," : "") + json_string(to[i].name);
      out += "]";
    }
    return out + "}";
  }
};

/// Context is one open home: any number of threads may call at once. Copies share it.
class Context {
  std::shared_ptr<xch_ctx> c_;

 public:
  static Result<Context> open(const std::string& home, const xch_options* options = nullptr) {
    xch_ctx* c = nullptr;
    xch_error* e = nullptr;
    if (const int rc = xch_open(home.empty() ? nullptr : home.c_str(), options, &c, &e)) return take(e, rc);
    Context x;
    x.c_ = {c, xch_close};
    return x;
  }
  xch_ctx* raw() const { return c_.get(); }
  Result<Sealed> seal_json(const std::string& request) const {
    xch_sealed* s = nullptr;
    xch_error* e = nullptr;
    if (const int rc = xch_seal_json(raw(), request.c_str(), &s, &e)) return take(e, rc);
    return Sealed(s);
  }
  Result<Bytes> open_json(xch_slice envelope, const std::string& request = "{}") const {
    xch_buf* b = nullptr;
    xch_error* e = nullptr;
    if (const int rc = xch_open_json(raw(), envelope, request.c_str(), &b, &e)) return take(e, rc);
    return Bytes(b);
  }
  Result<Bytes> call(const char* verb, const std::string& request = "{}") const {
    xch_buf* b = nullptr;
    xch_error* e = nullptr;
    if (const int rc = xch_call(raw(), verb, request.c_str(), &b, &e)) return take(e, rc);
    return Bytes(b);
  }
};

}  // namespace exchange
