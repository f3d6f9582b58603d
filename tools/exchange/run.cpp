#include "run.hpp"

#include <charconv>
#include <cstdlib>

#include "failure.hpp"
#include "files.hpp"
#include "terminal.hpp"

namespace cli {

Run::Run(Args args) : args_(std::move(args)) {
  // A number that is no descriptor would only fail at the prompt, with a less useful text.
  number_of(args_, "--passphrase-fd", 0);
}

bool Run::has_home() const {
  const char* home = std::getenv("EXCHANGE_HOME");
  return args_.has("--home") || (home != nullptr && *home != 0);
}

std::string Run::home_path() const {
  const char* home = std::getenv("EXCHANGE_HOME");
  const std::string path = args_.one("--home", home == nullptr ? "" : home);
  if (!path.empty()) return path;  // an empty one would be a context without a home
  auto missing = failure("EX1015");
  missing.error.fix = "--home DIR or EXCHANGE_HOME names one; exchange init agency DIR makes one";
  throw missing;
}

exchange::Context Run::make(const std::string& path) {
  if (!passphrase_) {
    const int fd = args_.has("--passphrase-fd") ? static_cast<int>(number_of(args_, "--passphrase-fd", 0)) : -1;
    passphrase_ = std::make_unique<Passphrase>(fd, passphrase_ask_);
  }
  xch_options options{};
  options.size = sizeof options;
  options.secret = Passphrase::callback;
  options.user = passphrase_.get();
  return exchange::Context::open(path, &options).value();
}

const exchange::Context& Run::home() {
  if (!home_) home_ = std::make_unique<exchange::Context>(make(home_path()));
  return *home_;
}

const exchange::Context& Run::bare() {
  if (!bare_) bare_ = std::make_unique<exchange::Context>(make(""));
  return *bare_;
}

const Value& Run::take(exchange::Result<exchange::Bytes> answer) {
  const exchange::Bytes bytes = std::move(answer).value();
  answer_ = bytes.view();
  auto value = Value::parse(answer_);
  if (!value) throw failure("EX1001");
  value_ = std::move(*value);
  return value_;
}

const Value& Run::call(const char* verb, const Request& request) { return take(home().call(verb, request.str())); }
const Value& Run::call_bare(const char* verb, const Request& request) { return take(bare().call(verb, request.str())); }

const Value& Run::open(std::string_view envelope) {
  return take(home().open_json({reinterpret_cast<const std::uint8_t*>(envelope.data()), envelope.size()}));
}

bool Run::answered() const {
  if (json()) say(answer_);
  return json();
}

std::uint64_t number_of(const Args& args, std::string_view name, std::uint64_t otherwise) {
  if (!args.has(name)) return otherwise;
  const std::string text = args.one(name);
  std::uint64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size() || out > 1u << 30)
    throw usage(std::string(name) + " is not a number that fits", "exchange help");
  return out;
}

std::string json_input(Run& run, const std::string& path, const std::string& what) {
  std::string text = read_input(path, kMaxJson, what);
  if (is_json(text)) return text;
  // Not JSON: given to the library as a request of its own, it is refused with the id that says why.
  run.bare().call("version", text).value();
  throw failure("EX1301", what);
}

std::string join(const std::vector<Value>& texts, std::string_view between) {
  std::string out;
  for (const auto& text : texts) out += (out.empty() ? "" : std::string(between)) + printable(text.as_text());
  return out;
}

}  // namespace cli
