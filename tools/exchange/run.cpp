#include "run.hpp"

#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>

#include "failure.hpp"
#include "files.hpp"
#include "progress.hpp"
#include "terminal.hpp"

namespace cli {

namespace {

constexpr const char* kHomes = "/etc/exchange";

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// seconds_of reads a day (its first second) or a time of UTC. Throws EX1002.
std::int64_t seconds_of(const std::string& text) {
  std::tm parts{};
  for (const char* form : {"%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%MZ", "%Y-%m-%d"}) {
    parts = {};
    const char* end = ::strptime(text.c_str(), form, &parts);
    if (end != nullptr && *end == 0 && parts.tm_year >= 70) return ::timegm(&parts);
  }
  throw usage("--at is no time", "a day as 2026-11-26, or a time of UTC as 2026-11-26T14:05Z");
}

/// name_of is whose home it is, an agency's or a coalition's. Throws EX1015.
std::string name_of(const std::string& home) {
  const auto library = exchange::Context::open("").value();
  const std::string request = Request().text("home", home).str();
  auto info = library.call("home.info", request);
  if (!info) info = library.call("coalition.info", request);
  return Value::parse(std::move(info).value().view()).value_or(Value()).str("name");
}

class Watch {
 public:
  std::string ms() const { return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start_).count()) + " ms"; }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace

Run::Run(const Command& command, Args args) : command_(command), args_(std::move(args)) {
  // A number that is no descriptor would only fail at the prompt, with a less useful text.
  number_of(args_, "--passphrase-fd", 0);
  settle();
  if (!args_.has("--at")) return;
  if (command_.effect != Effect::reads && !args_.has("--dry-run"))
    throw usage("--at is for commands that only read; this one would record the wrong time", "leave --at out, or add --dry-run");
  callbacks_.now_ms = seconds_of(args_.one("--at")) * 1000;
}

namespace {

/// has_own_folder: the command makes a home of its own, or is about the program: no home's settings are for it.
bool has_own_folder(const Command& command) {
  static const std::vector<std::string> kGroups = {"init", "demo", "help", "explain", "version", "completion", "manual"};
  return std::find(kGroups.begin(), kGroups.end(), command.group()) != kGroups.end();
}

}  // namespace

void Run::settle() {
  if (has_own_folder(command_) || !has_home()) return;
  std::string home;
  try {
    home = home_path();
  } catch (const exchange::Exception&) {  // the command itself says so, if it needs the home
    return;
  }
  settings_ = read_settings(home);
  auto& how = manners();
  how.home_colour = settings_.colour.value_or(true);
  how.verbose = how.verbose || (settings_.verbose.value_or(false) && !how.quiet);
  how.quiet = how.quiet || (settings_.quiet.value_or(false) && !how.verbose);
  how.progress = how.progress && settings_.progress.value_or(true) && !how.quiet;
}

bool Run::has_home() const { return args_.has("--home") || args_.has("--as") || !environment("EXCHANGE_HOME").empty(); }

std::string Run::home_path() const {
  const std::string as = args_.one("--as");
  if (args_.has("--as") && !args_.has("--home")) {
    // One folder of the folder of homes, and no other.
    if (as.empty() || as.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") != std::string::npos)
      throw usage("--as is no agency's name", "a name as in exchange roster list");
    const std::string homes = environment("EXCHANGE_HOMES");
    return (homes.empty() ? kHomes : homes) + "/" + as;
  }
  const std::string path = args_.one("--home", environment("EXCHANGE_HOME"));
  if (path.empty()) {  // an empty one would be a context without a home
    auto missing = failure("EX1015");
    missing.error.fix = "--home DIR or EXCHANGE_HOME names one; exchange init agency DIR makes one";
    throw missing;
  }
  if (!args_.has("--as")) return path;
  if (name_of(path) != as) throw usage("the home of --home is not that of --as; nothing was done", "name one of the two");
  return path;
}

exchange::Context Run::make(const std::string& path) {
  if (!callbacks_.passphrase) {
    const int fd = args_.has("--passphrase-fd") ? static_cast<int>(number_of(args_, "--passphrase-fd", 0)) : -1;
    callbacks_.passphrase = std::make_unique<Passphrase>(fd, passphrase_ask_, settings_.passphrase_file);
  }
  xch_options options{};
  options.size = sizeof options;
  options.user = &callbacks_;
  options.secret = [](const char* what, std::uint8_t* out, std::size_t* n, void* user) {
    return Passphrase::callback(what, out, n, static_cast<Callbacks*>(user)->passphrase.get());
  };
  // Of the library's events the one that says how far a long call has come.
  options.log = [](std::int32_t, const char* text, std::size_t n, void* user) {
    Progress* const progress = static_cast<Callbacks*>(user)->progress;
    const auto event = progress == nullptr ? std::nullopt : Value::parse({text, n});
    if (!event || event->str("event") != "progress") return;
    progress->reached((*event)["done"].as_natural(), (*event)["total"].as_natural());
  };
  if (callbacks_.now_ms >= 0) options.clock = [](void* user) { return static_cast<Callbacks*>(user)->now_ms; };
  return exchange::Context::open(path, &options).value();
}

std::int64_t Run::now() const { return callbacks_.now_ms >= 0 ? callbacks_.now_ms / 1000 : static_cast<std::int64_t>(std::time(nullptr)); }

const exchange::Context& Run::home() {
  if (home_) return *home_;
  const std::string path = home_path();
  detail("exchange: home " + printable(path));
  const Watch watch;
  const Progress progress("unlocking");
  home_ = std::make_unique<exchange::Context>(make(path));
  detail("exchange: unlocked in " + watch.ms());
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

const Value& Run::ask(const exchange::Context& context, const char* verb, const Request& request) {
  const Watch watch;
  Progress progress(command_.name);
  callbacks_.progress = &progress;
  auto given = context.call(verb, request.str());
  callbacks_.progress = nullptr;
  const auto& answer = take(std::move(given));
  detail(std::string("exchange: ") + verb + ", " + watch.ms());
  return answer;
}

const Value& Run::call(const char* verb, const Request& request) { return ask(home(), verb, request); }
const Value& Run::call_bare(const char* verb, const Request& request) { return ask(bare(), verb, request); }

const Value& Run::open(std::string_view envelope, const Request& request) {
  const auto& context = home();
  const Progress progress(command_.name);
  return take(context.open_json({reinterpret_cast<const std::uint8_t*>(envelope.data()), envelope.size()}, request.str()));
}

namespace {

const Value& member_of(const Value& answer, const std::string& path) {
  const Value* at = &answer;
  for (std::size_t from = 0; from <= path.size();) {
    const auto end = std::min(path.find('.', from), path.size());
    const std::string name = path.substr(from, end - from);
    from = end + 1;
    if (at->type() == Value::Type::array) {
      std::size_t i = 0;
      const auto [rest, error] = std::from_chars(name.data(), name.data() + name.size(), i);
      if (error == std::errc() && rest == name.data() + name.size() && i < at->items().size()) {
        at = &at->items()[i];
        continue;
      }
    } else if (at->has(name)) {
      at = &(*at)[name];
      continue;
    }
    std::string there;
    for (const auto& [known, value] : at->members()) there += (there.empty() ? "" : ", ") + printable(known);
    if (at->type() == Value::Type::array) there = std::to_string(at->items().size()) + " items, counted from 0";
    throw usage("--field: there is no such member in the answer", there.empty() ? "there is none at all" : "there are: " + there);
  }
  return *at;
}

}  // namespace

void Run::give(std::string_view answer) const {
  if (!wants_field()) {
    say(answer);
    return;
  }
  const auto value = Value::parse(answer).value_or(Value());
  const std::string field = args_.one("--field");
  const Value& member = member_of(value, field);
  // As a shell wants it: a text without its quotes, unless the form of JSON is asked for too.
  const bool plain = member.type() == Value::Type::text && !args_.has("--json");
  if (!plain) say(member.dump());
  else say(is_terminal(STDOUT_FILENO) ? printable(member.as_text()) : member.as_text());
}

bool Run::answered() const {
  if (json()) give(answer_);
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

void add_envelope(Request& request, const std::string& named) {
  const bool in_spool = named.find('/') == std::string::npos && ::access(named.c_str(), F_OK) != 0 && named != "-";
  if (in_spool) request.text("file", named);
  else request.text("envelope", to_base64(read_input(named, kMaxInRequest, "FILE")));
}

std::string join(const std::vector<Value>& texts, std::string_view between) {
  std::string out;
  for (const auto& text : texts) out += (out.empty() ? "" : std::string(between)) + printable(text.as_text());
  return out;
}

}  // namespace cli
