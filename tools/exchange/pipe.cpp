// pipe: one JSON request a line on stdin, one answer a line on stdout, in order. Any language that can start a process
// can use the library like this, with one unlocking of the home for any number of calls (docs/pipe.md). The demo's
// agencies run in it.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

#include "failure.hpp"
#include "files.hpp"
#include "run.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

// An envelope of 16 MiB in base64, and room for the rest of the request.
constexpr std::size_t kMaxLine = 24u * 1024 * 1024;

/// The verbs that write, send and record nothing. Any other is only named by --dry-run.
constexpr std::array<std::string_view, 30> kReading = {
    "version",     "errors.explain", "errors.list",    "home.info",     "coalition.info", "schema.classes", "inspect",      "bench",
    "roster.show", "policy.show",    "policy.explain", "seal.preview",  "grants.list",    "consent.check",  "consent.list", "consent.show",
    "inbox.list",  "inbox.read",     "key.list",       "journal.list",  "doctor",         "schema.check",
    "consent.draft", "consent.rules", "policy.check", "policy.lint",   "policy.diff",    "policy.prove",  "policy.test",    "policy.matrix"};

// ---- lines -----------------------------------------------------------------------------------------------------------

enum class Read : std::uint8_t { line, last, too_long, end };  // last: it ends without a line break

/// read_line reads one line. What is longer than kMaxLine is passed over to its end, so that the next line is whole.
Read read_line(std::string& line) {
  line.clear();
  bool too_long = false, any = false;
  for (int c; (c = std::getc(stdin)) != EOF; any = true) {
    if (c == '\n') return too_long ? Read::too_long : Read::line;
    if (line.size() < kMaxLine) line += static_cast<char>(c);
    else too_long = true;
  }
  if (std::ferror(stdin) != 0) throw failure("EX1013", "stdin");
  return too_long ? Read::too_long : any ? Read::last : Read::end;
}

bool is_blank(const std::string& line) { return line.find_first_not_of(" \t\r") == std::string::npos; }

/// refusal_of is the library's own reason why a text is no JSON: it is given to it as a request.
exchange::Exception refusal_of(Run& run, const std::string& text) {
  auto answer = run.bare().call("version", text);
  return answer ? failure("EX1301", "line") : exchange::Exception(answer.error());
}

/// parsed is the line as an object of known members. Throws EX13nn.
Value parsed(Run& run, const std::string& text, std::string& id) {
  // A parser of C strings would take a NUL for the end of the line, and never see what follows it.
  if (text.find('\0') != std::string::npos) throw failure("EX1309", "line");
  auto line = Value::parse(text);
  if (!line) throw refusal_of(run, text);
  if (line->type() != Value::Type::object) throw failure("EX1307", "line");
  id = (*line)["id"].dump();
  std::size_t place = 0;
  for (const auto& [name, value] : line->members()) {
    ++place;
    static constexpr std::array<std::string_view, 4> kMembers = {"id", "verb", "request", "envelope"};
    if (std::find(kMembers.begin(), kMembers.end(), name) == kMembers.end()) throw failure("EX1306", "member " + std::to_string(place));
  }
  if (!line->has("verb")) throw failure("EX1310", "verb");
  if ((*line)["verb"].type() != Value::Type::text) throw failure("EX1307", "verb");
  if (line->str("verb").find('\0') != std::string::npos) throw failure("EX1309", "verb");
  return std::move(*line);
}

// ---- answers ---------------------------------------------------------------------------------------------------------

std::string seal_answer(Run& run, const Value& request) {
  const auto sealed = run.home().seal_json(request.dump()).value();
  auto report = Value::parse(sealed.report()).value_or(Value());
  Value envelopes = Value::array();
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    const auto envelope = sealed.envelope(i);
    Value one = Value::object();
    one.set("to", Value::text(std::string(sealed.mailbox(i))));
    one.set("bytes", Value::number(std::to_string(envelope.n)));
    one.set("envelope", Value::text(to_base64({reinterpret_cast<const char*>(envelope.p), envelope.n})));
    envelopes.add(std::move(one));
  }
  report.set("envelopes", std::move(envelopes));
  return report.dump();
}

std::string open_answer(Run& run, const Value& line) {
  if (!line.has("envelope")) throw failure("EX1310", "envelope");
  const std::string envelope = from_base64(line.str("envelope"));
  if (envelope.empty()) throw failure("EX1308", "envelope");
  run.open(envelope);
  return run.answer_json();
}

std::string verb_answer(Run& run, const std::string& verb, const Value& request) {
  const auto& context = run.has_home() ? run.home() : run.bare();
  return std::string(context.call(verb.c_str(), request.dump()).value().view());
}

/// would_answer is what --dry-run says: a reading verb's answer, the preview of a seal, and of the rest its name.
std::string would_answer(Run& run, const std::string& verb, const Value& request) {
  if (verb == "seal") return verb_answer(run, "seal.preview", request);
  if (std::find(kReading.begin(), kReading.end(), verb) != kReading.end()) return verb_answer(run, verb, request);
  const auto version = Value::parse(verb_answer(run, "version", Value::object())).value_or(Value());
  const auto& verbs = version["verbs"].items();
  if (verb != "open" && std::none_of(verbs.begin(), verbs.end(), [&](const Value& known) { return known.as_text() == verb; })) throw failure("EX1004", "verb");
  return Request().natural("v", 1).text("kind", "dry-run").text("verb", verb).flag("done", false).str();
}

std::string answer_to(Run& run, const Value& line) {
  const std::string verb = line.str("verb");
  const Value request = line.has("request") ? line["request"] : Value::object();
  if (run.args().has("--dry-run")) return would_answer(run, verb, request);
  if (verb == "seal") return seal_answer(run, request);
  if (verb == "open") return open_answer(run, line);
  return verb_answer(run, verb, request);
}

void say_refused(const std::string& id, const exchange::Error& error) {
  say("{\"id\":" + id + ",\"ok\":false,\"code\":" + std::to_string(error.code) + ",\"error\":" + error_json(error) + "}");
}

/// answered says one line's answer; false for a refusal.
bool answered(Run& run, Read how, const std::string& text) {
  std::string id = "null";
  try {
    if (how == Read::too_long) throw failure("EX1014", "line");
    const std::string answer = answer_to(run, parsed(run, text, id));
    say("{\"id\":" + id + ",\"ok\":true,\"code\":0,\"answer\":" + answer + "}");
    return true;
  } catch (exchange::Exception& refused) {
    // A whole request without its line break is answered; a part of one means that whoever wrote it stopped.
    if (how == Read::last && id == "null") refused.error.fix = "the input ended within this line; send it again whole";
    say_refused(id, refused.error);
    return false;
  }
}

int pipe_lines(Run& run) {
  // Unlock before the first request: a wrong passphrase is an error of the call, not of a request.
  if (run.has_home()) run.home();
  if (is_terminal(STDIN_FILENO) && manners().ask) talk("exchange: one request a line, as {\"id\":1,\"verb\":\"version\"}; end with Ctrl-D");
  std::string text;
  bool all = true;
  for (Read how; (how = read_line(text)) != Read::end;) {
    if (how != Read::too_long && is_blank(text)) continue;
    all &= answered(run, how, text);
    if (std::fflush(stdout) != 0) throw failure("EX1013", "stdout");
  }
  return all ? 0 : 8;
}

}  // namespace

std::vector<Command> pipe_commands() {
  return {{"pipe",
           "requests as lines of JSON on stdin, answers on stdout",
           {"echo '{\"id\":1,\"verb\":\"roster.show\"}' | exchange pipe --home patrol",
            "exchange pipe --home patrol --passphrase-fd 3 3< passphrase < requests"},
           {},
           "",
           pipe_lines,
           Effect::writes,
           pipe_lines}};
}

}  // namespace cli
