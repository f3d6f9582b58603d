// One run of one command: its arguments, the library, and the ways to answer.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "command.hpp"
#include "exchange/exchange.hpp"
#include "json.hpp"
#include "passphrase.hpp"
#include "progress.hpp"
#include "settings.hpp"

namespace cli {

class Run {
 public:
  /// Throws exchange::Exception where a global option does not fit.
  Run(const Command& command, Args args);

  const Command& command() const { return command_; }
  const Args& args() const { return args_; }
  /// json: the answer is read by a program; give prints it. All of it for --json, one member for --field.
  bool json() const { return args_.has("--json") || wants_field(); }
  void give(std::string_view answer) const;
  /// home_path is --home, or that of --as, or else EXCHANGE_HOME. Throws EX1015; EX1002 where --home is another
  /// agency's than --as.
  std::string home_path() const;
  bool has_home() const;
  /// now is the time of this run in unix seconds: that of --at, or the clock's.
  std::int64_t now() const;

  /// home is the opened home; bare a context without one, for the verbs that need none. Both are made on first use.
  const exchange::Context& home();
  const exchange::Context& bare();
  /// ask_twice: this command makes a key file, so a passphrase that is typed is typed twice.
  void ask_twice() { passphrase_ask_ = Passphrase::Ask::twice; }

  /// call runs a verb on the open home, call_bare without one; the answer's text stays readable until the next call.
  const Value& call(const char* verb, const Request& request = {});
  const Value& call_bare(const char* verb, const Request& request = {});
  /// open opens one envelope.
  const Value& open(std::string_view envelope, const Request& request = {});

  /// has_opened_home says whether the home is unlocked already.
  bool has_opened_home() const { return home_ != nullptr; }

  /// answered gives the last answer if json() asks for it; otherwise the caller prints it for people.
  bool answered() const;
  /// answer_json is the last answer as it came.
  const std::string& answer_json() const { return answer_; }

 private:
  /// Callbacks is what the library asks of this run: a passphrase, and the time for --at.
  struct Callbacks {
    std::unique_ptr<Passphrase> passphrase;
    std::int64_t now_ms = -1;
    Progress* progress = nullptr;  // of the call that is made just now
  };
  /// settle takes over the home's config.toml where neither a flag nor the environment says otherwise.
  void settle();
  bool wants_field() const { return args_.has("--field") && !command_.has_option("--field"); }
  const Value& ask(const exchange::Context& context, const char* verb, const Request& request);
  const Value& take(exchange::Result<exchange::Bytes> answer);
  exchange::Context make(const std::string& path);

  const Command& command_;
  Args args_;
  Passphrase::Ask passphrase_ask_ = Passphrase::Ask::once;
  Callbacks callbacks_;
  Settings settings_;
  std::unique_ptr<exchange::Context> home_, bare_;
  std::string answer_;
  Value value_;
};

/// number_of reads an option that is a number. Throws EX1002 naming the option.
std::uint64_t number_of(const Args& args, std::string_view name, std::uint64_t otherwise);
/// json_input checks that a text from outside is one JSON value, so that it can stand inside a request; if not, the
/// library says what is wrong with it. Throws EX13nn.
std::string json_input(Run& run, const std::string& path, const std::string& what);
/// add_envelope gives a verb an envelope: by its name in the spool, or the bytes of any file.
void add_envelope(Request& request, const std::string& named);
std::string join(const std::vector<Value>& texts, std::string_view between = ", ");

}  // namespace cli
