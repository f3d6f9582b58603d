// The linker's --wrap leads the library's calls of NAME to __wrap_NAME here, and __real_NAME to the library's own.
#include "faults/crypto_calls.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/provider.h>
#include <sodium.h>

#include <tuple>

// libsodium's attributes (warn_unused_result, nonnull) are no part of a type, and none is wanted here.
#pragma GCC diagnostic ignored "-Wignored-attributes"

namespace xch::faults {
namespace {

struct State {
  bool running = false;
  std::uint64_t nth = 0;
  std::string_view only;
  CallRun run;
  std::set<std::string, std::less<>> called;
};
State state;

// One more call; true where it is the one to fail.
bool fails(std::string_view name, bool verdict) {
  if (!state.running) return false;
  if (state.nth == 0) state.called.emplace(name);
  if ((!state.only.empty() && name != state.only) || ++state.run.calls != state.nth) return false;
  state.run.failed = name;
  state.run.verdict = verdict;
  // As OpenSSL itself does where it has no memory. Of libsodium's functions nobody looks there.
  if (!verdict) ERR_raise(ERR_LIB_CRYPTO, ERR_R_MALLOC_FAILURE);
  return true;
}

template <class F>
struct Shape;
template <class R, class... A>
struct Shape<R(A...)> {
  using Return = R;
  using Parameters = std::tuple<A...>;
};
template <class F, std::size_t i>
using P = std::tuple_element_t<i, typename Shape<F>::Parameters>;

}  // namespace

CallRun with_calls(std::uint64_t nth, const std::function<void()>& work, std::string_view only) {
  struct Ends {
    ~Ends() { state.running = false; }
  } ends;
  state = State{true, nth, only, {}, {}};
  work();
  return state.run;
}

const std::set<std::string, std::less<>>& called_now() { return state.called; }

}  // namespace xch::faults

using xch::faults::fails;
using xch::faults::P;
using xch::faults::Shape;

#define XCH_GIVEN_0
#define XCH_GIVEN_1 a0
#define XCH_GIVEN_2 XCH_GIVEN_1, a1
#define XCH_GIVEN_3 XCH_GIVEN_2, a2
#define XCH_GIVEN_4 XCH_GIVEN_3, a3
#define XCH_GIVEN_5 XCH_GIVEN_4, a4
#define XCH_GIVEN_6 XCH_GIVEN_5, a5
#define XCH_GIVEN_8 XCH_GIVEN_6, a6, a7
#define XCH_GIVEN_9 XCH_GIVEN_8, a8
#define XCH_GIVEN_10 XCH_GIVEN_9, a9
#define XCH_TAKEN_0(F)
#define XCH_TAKEN_1(F) P<F, 0> a0
#define XCH_TAKEN_2(F) XCH_TAKEN_1(F), P<F, 1> a1
#define XCH_TAKEN_3(F) XCH_TAKEN_2(F), P<F, 2> a2
#define XCH_TAKEN_4(F) XCH_TAKEN_3(F), P<F, 3> a3
#define XCH_TAKEN_5(F) XCH_TAKEN_4(F), P<F, 4> a4
#define XCH_TAKEN_6(F) XCH_TAKEN_5(F), P<F, 5> a5
#define XCH_TAKEN_8(F) XCH_TAKEN_6(F), P<F, 6> a6, P<F, 7> a7
#define XCH_TAKEN_9(F) XCH_TAKEN_8(F), P<F, 8> a8
#define XCH_TAKEN_10(F) XCH_TAKEN_9(F), P<F, 9> a9

#define XCH_WRAP(n, name, value, verdict)                                                  \
  extern "C" decltype(name) __real_##name;                                                 \
  extern "C" Shape<decltype(name)>::Return __wrap_##name(XCH_TAKEN_##n(decltype(name))) {  \
    if (fails(#name, verdict)) return value;                                               \
    return __real_##name(XCH_GIVEN_##n);                                                   \
  }
#define XCH_FAILS(n, name, value) XCH_WRAP(n, name, value, false)
#define XCH_VERDICT(n, name, value) XCH_WRAP(n, name, value, true)
#define XCH_NEVER(name, why)
#include "faults/crypto_calls.def"
