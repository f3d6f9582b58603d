// pipe: one JSON request a line on stdin, one answer a line on stdout. Any language that can start a process can use
// the library like this, with one unlocking of the home for any number of calls. The demo's agencies run in it.
#include <sys/types.h>

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

/// read_line reads one line of at most kMaxLine bytes; false at the end of the input.
bool read_line(std::string& line) {
  line.clear();
  for (int c; (c = std::fgetc(stdin)) != EOF;) {
    if (c == '\n') return true;
    line += static_cast<char>(c);
    if (line.size() > kMaxLine) throw failure("EX1014", "line");
  }
  return !line.empty();
}

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

std::string answer_to(Run& run, const Value& line) {
  const std::string verb = line.str("verb");
  const Value request = line["request"].is_null() ? Value::object() : line["request"];
  if (verb == "seal") return seal_answer(run, request);
  if (verb == "open") {
    run.open(from_base64(line.str("envelope")));
    return run.answer_json();
  }
  const auto& context = run.has_home() ? run.home() : run.bare();
  return std::string(context.call(verb.c_str(), request.dump()).value().view());
}

int pipe_lines(Run& run) {
  // Unlock before the first request: a wrong passphrase is an error of the call, not of a request.
  if (run.has_home()) run.home();
  std::string text;
  while (read_line(text)) {
    std::string id = "null";
    try {
      const auto line = Value::parse(text);
      if (!line || line->type() != Value::Type::object) throw failure("EX1301", "line");
      id = (*line)["id"].dump();
      const std::string answer = answer_to(run, *line);
      say("{\"id\":" + id + ",\"ok\":true,\"answer\":" + answer + "}");
    } catch (const exchange::Exception& refused) {
      say("{\"id\":" + id + ",\"ok\":false,\"error\":" + error_json(refused.error) + "}");
    }
    if (std::fflush(stdout) != 0) throw failure("EX1013", "stdout");
  }
  return 0;
}

}  // namespace

std::vector<Command> pipe_commands() {
  return {{"pipe",
           "requests as lines of JSON on stdin, answers on stdout",
           {"echo '{\"id\":1,\"verb\":\"roster.show\"}' | exchange pipe --home patrol",
            "exchange pipe --home patrol --passphrase-fd 3 3< passphrase < requests"},
           {},
           "",
           pipe_lines}};
}

}  // namespace cli
