// The homes of a world, each behind a context of the C ABI, and what a caller sees of a call. For tests only.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "c_api/handles.hpp"
#include "session/world.hpp"

namespace xch::faults {

/// Answer is the outcome of one call of the C ABI as its caller has it.
struct Answer {
  std::int32_t code = 0;
  bool gives = false;      // an answer or a sealed handle came with it
  std::string id;          // of the refusal
  std::size_t envelopes = 0;
};

/// What a machine without memory may say. Whatever a reader says of bytes ("not valid") would be a lie here, and would
/// make an agency put away what is good.
inline bool is_of_the_machine(const std::string& id) {
  const CodeInfo* row = find_code(id);
  return row != nullptr && row->errc == Errc::io;
}

/// next_after is the next n to try: every one up to 64 and then fewer and fewer; with XCH_FAULTS=all every one.
std::uint64_t next_after(std::uint64_t n);

class Homes {
 public:
  explicit Homes(SuiteId suite);

  session_test::World& world() { return *world_; }
  xch_ctx* operator[](const std::string& home) { return contexts_.at(home).get(); }
  session::Session& session(const std::string& home) { return *contexts_.at(home)->session; }

  /// The three works of this suite. Their requests are made beforehand: what fails is the library's own allocation.
  Answer seal();                         // harbor seals a note for clinic and puts it into its outbox
  Answer open(ByteView envelope);        // clinic opens it
  Answer issue();                        // office issues a consent, each time for another person

  /// An envelope for clinic that nothing was done with yet.
  Bytes fresh_envelope();
  /// Files in a home's outbox, and half-written ones.
  std::size_t outgoing(const std::string& home) const;
  std::size_t half_written(const std::string& home) const;
  /// Rows of a home's journal.
  std::size_t journalled(const std::string& home);
  /// Consents that the office lists.
  std::size_t consents();
  std::size_t events(const std::string& home, EventKind kind) {
    return session_test::count_events(session(home), kind);
  }

  /// Where it is set, it is given what a call gave: an envelope, or an answer's JSON.
  std::function<void(ByteView)> on_answer;

 private:
  Answer answer_of(std::int32_t code, xch_buf* buffer, xch_error* error) const;

  GrantHash grant_;
  std::unique_ptr<session_test::World> world_;
  std::map<std::string, std::unique_ptr<xch_ctx>> contexts_;
  std::string seal_request_, issue_request_;
};

}  // namespace xch::faults
