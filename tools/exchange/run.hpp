// One run of one command: its arguments, the library, and the ways to answer.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "command.hpp"
#include "exchange/exchange.hpp"
#include "json.hpp"
#include "passphrase.hpp"

namespace cli {

class Run {
 public:
  /// Throws exchange::Exception where a global option does not fit.
  explicit Run(Args args);

  const Args& args() const { return args_; }
  bool json() const { return args_.has("--json"); }
  /// home_path is --home, or else EXCHANGE_HOME. Throws EX1015.
  std::string home_path() const;
  bool has_home() const;

  /// home is the opened home; bare a context without one, for the verbs that need none. Both are made on first use.
  const exchange::Context& home();
  const exchange::Context& bare();
  /// ask_twice: this command makes a key file, so a passphrase that is typed is typed twice.
  void ask_twice() { passphrase_ask_ = Passphrase::Ask::twice; }

  /// call runs a verb on the open home, call_bare without one; the answer's text stays readable until the next call.
  const Value& call(const char* verb, const Request& request = {});
  const Value& call_bare(const char* verb, const Request& request = {});
  /// open opens one envelope.
  const Value& open(std::string_view envelope);

  /// answered prints the last answer as one line of JSON if that was asked for; otherwise the caller prints it for people.
  bool answered() const;
  /// answer_json is the last answer as it came.
  const std::string& answer_json() const { return answer_; }

 private:
  const Value& take(exchange::Result<exchange::Bytes> answer);
  exchange::Context make(const std::string& path);

  Args args_;
  Passphrase::Ask passphrase_ask_ = Passphrase::Ask::once;
  std::unique_ptr<Passphrase> passphrase_;
  std::unique_ptr<exchange::Context> home_, bare_;
  std::string answer_;
  Value value_;
};

/// number_of reads an option that is a number. Throws EX1002 naming the option.
std::uint64_t number_of(const Args& args, std::string_view name, std::uint64_t otherwise);
/// json_input checks that a text from outside is one JSON value, so that it can stand inside a request; if not, the
/// library says what is wrong with it. Throws EX13nn.
std::string json_input(Run& run, const std::string& path, const std::string& what);
std::string join(const std::vector<Value>& texts, std::string_view between = ", ");

}  // namespace cli
