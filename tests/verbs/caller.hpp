// A caller of the C ABI with the homes of tests/session, which xch_open would refuse as too cheap to unlock.
#pragma once

#include <unistd.h>

#include <map>
#include <memory>
#include <string>

#include "c_api/handles.hpp"
#include "session/world.hpp"
#include "wire/json.hpp"

namespace xch::verbs_test {

struct Answer {
  std::string id;  // of the error; "" where there is an answer
  std::string path;
  wire::Json json;
  bool is_answer() const { return id.empty(); }
};

class Caller {
 public:
  explicit Caller(session_test::World& world) : world_(world) {}

  Answer call(const std::string& home, const char* verb, const std::string& request) {
    xch_buf* answer = nullptr;
    xch_error* error = nullptr;
    static_cast<void>(xch_call(context(home), verb, request.c_str(), &answer, &error));
    return take(answer, error);
  }
  Answer open(const std::string& home, ByteView envelope) {
    xch_buf* answer = nullptr;
    xch_error* error = nullptr;
    static_cast<void>(xch_open_json(context(home), {envelope.data(), envelope.size()}, "{}", &answer, &error));
    return take(answer, error);
  }

 private:
  static Answer take(xch_buf* answer, xch_error* error) {
    Answer out;
    if (error != nullptr) {
      out.id = xch_error_id(error);
      out.path = xch_error_path(error);
      xch_error_free(error);
      return out;
    }
    out.json = testing::must(wire::parse_json(ByteView(xch_buf_data(answer), xch_buf_size(answer)).text()), "answer");
    xch_buf_free(answer);
    return out;
  }
  xch_ctx* context(const std::string& home) {
    auto& ctx = contexts_[home];
    if (!ctx) {
      world_.close(home);
      ctx = std::make_unique<xch_ctx>();
      ctx->owner = ::getpid();
      ctx->environment = world_.environment();
      ctx->session = testing::must(session::Session::open(world_.home(home), ctx->environment), "home");
    }
    return ctx.get();
  }

  session_test::World& world_;
  std::map<std::string, std::unique_ptr<xch_ctx>> contexts_;
};

}  // namespace xch::verbs_test
