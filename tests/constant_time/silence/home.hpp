// A home that holds what a vector says its reader holds, and everything that could leave it. For tests only.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "session/session.hpp"
#include "support/coalition.hpp"
#include "vectors/vector_file.hpp"

namespace xch::silence {

using vectors::Json;

class Home {
 public:
  /// The home of `given`: its keys, records taken in the order in which they came, marks and arrivals.
  Home(SuiteId suite, const Json& given);
  ~Home();
  Home(const Home&) = delete;
  Home& operator=(const Home&) = delete;

  session::Session& session() { return *session_; }
  /// arrives puts a file into the inbox and lets the home judge it, opening what is a note.
  struct Judged {
    bool refused = false;
    std::string code;  // of the first refusal
  };
  Judged arrives(ByteView bytes, std::string_view extension);
  /// opens gives the bytes to open_envelope, as a caller does that has a spool of its own.
  Judged opens(ByteView envelope);
  /// seals_to_me puts a record of a vector into an object envelope to this home's newest key.
  Bytes seals_to_me(ByteView record);

  /// leaving is every byte that could get to anybody: the files of spool/out with their names, and the queue of what is
  /// to become one. Empty when there is none.
  std::string leaving() const;
  void forget_what_left();

 private:
  void write_keys(const Json& given, const testing::Coalition& coalition, const std::vector<SignedRoster>& rosters);
  void take_records(const Json& given, const std::vector<SignedRoster>& rosters);
  void take_logs(const Json& given, const std::vector<SignedRoster>& rosters);
  session::Environment environment();

  std::filesystem::path top_, home_;
  SuiteId suite_;
  PartyId party_;
  Timestamp now_;
  std::unique_ptr<session::Session> session_;
};

}  // namespace xch::silence
