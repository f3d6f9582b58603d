// A coalition of homes behind the C ABI alone, with a clock that the caller sets and a courier that renames files: for
// programs that run many calls and look at what stays behind. For tests only.
#pragma once

#include <exchange/exchange.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace xch::homes {

using Json = nlohmann::json;

/// Refused is a call that came back with an error; what() names the verb, the id and the text.
class Refused : public std::runtime_error {
 public:
  Refused(const std::string& call, const std::string& id_, const std::string& text)
      : std::runtime_error(call + ": " + id_ + ": " + text), id(id_) {}
  std::string id;
};

/// Given is what a context's callbacks see; it lives as long as the context.
struct Given {
  std::atomic<std::int64_t>* clock_ms = nullptr;
};

/// Context is one xch_ctx, closed when dropped. Its calls throw Refused. Any number of threads.
class Context {
 public:
  /// `home` empty: a context for verbs that need none.
  Context(const std::string& home, std::atomic<std::int64_t>& clock_ms);
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  Json call(const char* verb, const Json& request = Json::object()) const;
  struct Sealed {
    Json report;
    std::map<std::string, std::string> envelopes;  // by mailbox
  };
  Sealed seal(const Json& request) const;
  Json open(std::string_view envelope) const;
  xch_ctx* raw() const { return context_; }

 private:
  Given given_;
  xch_ctx* context_ = nullptr;
};

/// Member is an agency as it enrols.
struct Member {
  const char *name, *role, *kind, *ori;
  std::vector<std::string> authority_bases;
  bool originates;
};
/// The six: prosecutor, police-liaison, program-office, case-management, treatment, public-defender.
const std::vector<Member>& members();

class Coalition {
 public:
  /// makes every home below `folder`, the roster and the policy, and opens the homes named.
  Coalition(std::string folder, const std::string& suite, std::atomic<std::int64_t>& clock_ms);

  Context& operator[](const std::string& name) { return *open_.at(name); }
  std::string home(const std::string& name) const { return folder_ + "/" + name; }
  void close() { open_.clear(); }
  void reopen(const std::string& name);

  /// issue makes a grant for a person of that name, from today for `days` days, and lets every view and acknowledgement
  /// arrive; the grant's hash.
  std::string issue(const std::string& office, const std::string& subject, Json draft, int days);
  /// rotate gives every home a new encryption key and publishes them.
  void rotate();
  /// carry moves every file of every out spool to its mailbox, and says to whom how many.
  std::map<std::string, std::size_t> carry();
  /// settle carries and lets every home take in until nothing moves.
  void settle();
  std::string day(int from_today) const;

 private:
  void publish();

  std::string folder_;
  std::atomic<std::int64_t>& clock_ms_;
  Context bare_;
  Json coalition_;
  std::map<std::string, std::unique_ptr<Context>> open_;
};

/// The drafts of three grants among the six: a named consent (treatment and defender hear from case management, and it
/// from treatment), the condition of a case (the prosecutor and case management), and the prosecutor's own facts.
Json consent_draft();
Json condition_draft();
Json facts_draft();

std::string base64_of(std::string_view bytes);

}  // namespace xch::homes
