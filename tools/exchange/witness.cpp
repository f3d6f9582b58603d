// init witness, log witness, log cosign: a witness of other agencies' logs. log submit, log collect: to ask those of
// this home's own.
#include "witness.hpp"

#include <time.h>

#include <cstdio>
#include <filesystem>

#include "failure.hpp"
#include "files.hpp"
#include "http.hpp"
#include "preview.hpp"
#include "run.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxRequest = 1u << 20;

// ---- a witness -----------------------------------------------------------------------------------------------------

int init(Run& run) {
  const auto& args = run.args();
  Request request;
  request.text("dir", args.one("DIR")).text_if("name", args.one("--name")).texts("logs", args.all("--log"));
  const auto& witness = run.call_bare("witness.init", request);
  if (run.answered()) return 0;
  say("witness  " + printable(witness.str("name")));
  say("key      " + witness.str("key"));
  for (const auto& log : witness["logs"].items())
    say("log      " + printable(log.str("origin")) + ", " + log.str("size") + " entries cosigned");
  talk("Whoever is to ask this witness puts its key into a policy: exchange help log init");
  return 0;
}
int preview_init(Run& run) {
  const auto& args = run.args();
  Preview preview(run);
  preview.writes("a witness in " + printable(args.one("DIR")) + ", where there is none");
  if (args.has("--log")) preview.writes("that it may cosign these logs");
  return preview.unless("that the keys are keys of logs").say();
}

/// The library's answer to one request of HTTP. What it cannot answer, its operator has to look into: status 500.
http::Answered answer_of(Run& run, const std::string& folder, const http::Asked& asked) {
  try {
    const auto& answer = run.call_bare("witness.handle", Request()
                                                             .text("dir", folder)
                                                             .text("method", asked.method)
                                                             .text("path", asked.path)
                                                             .text("body", to_base64(asked.body)));
    return {static_cast<unsigned>(answer["status"].as_natural()), answer.str("type"), answer.str("body")};
  } catch (const exchange::Exception& error) {
    complain("exchange: " + error.error.text + " (" + error.error.id + ")");
    return {500, {}, {}};
  }
}

/// One line for a request: when, what kind, what came of it. Nothing of what was in it.
void tell(const http::Asked& asked, const http::Answered& answered) {
  const time_t now = ::time(nullptr);
  struct tm parts {};
  char time[32] = "";
  if (::gmtime_r(&now, &parts) != nullptr) (void)::strftime(time, sizeof time, "%Y-%m-%dT%H:%M:%SZ", &parts);
  const bool known = asked.method == "GET" || asked.method == "POST";
  say(std::string(time) + " " + (known ? asked.method : "-") + " " + std::to_string(answered.status));
  std::fflush(stdout);
}

int serve(Run& run) {
  const std::string folder = run.args().one("--dir");
  const auto& witness = run.call_bare("witness.status", Request().text("dir", folder));
  const http::Server server(run.args().one("--listen"));
  const std::string name = witness.str("name");
  Request listens;
  listens.natural("v", 1).text("kind", "witness-listens").text("name", name).text("address", server.address());
  if (run.json()) run.give(listens.str());
  else say("witness " + printable(name) + " listens on " + server.address());
  std::fflush(stdout);
  server.serve([&](const http::Asked& asked) { return answer_of(run, folder, asked); }, tell);
}
int preview_serve(Run& run) {
  run.call_bare("witness.status", Request().text("dir", run.args().one("--dir")));
  return Preview(run).writes("what it cosigns, for whoever asks at " + printable(run.args().one("--listen"))).say();
}

/// What a refusal means, as an id of the table.
const char* id_of(std::uint64_t status) {
  switch (status) {
    case 403: return "EX4102";
    case 404: return "EX4127";
    case 409: return "EX4128";
    case 422: return "EX4109";
    default: return "EX4129";
  }
}

/// files_of are the files that a command is about, at least one of them.
std::vector<std::string> files_of(const Run& run) {
  auto out = run.args().all("FILE");
  if (out.empty()) throw usage("no file was named", "exchange help " + run.command().name);
  return out;
}

int cosign(Run& run) {
  const auto& args = run.args();
  std::uint64_t refused = 0;
  for (const auto& file : files_of(run)) {
    Output out(file + ".answer");
    const std::string body = read_input(file, kMaxRequest, "FILE");
    const auto& answer = run.call_bare("witness.handle", Request()
                                                             .text("dir", args.one("--witness"))
                                                             .text("method", "POST")
                                                             .text("path", "/add-checkpoint")
                                                             .text("body", to_base64(body)));
    out.write(answer.str("file"));
    const std::uint64_t status = answer["status"].as_natural();
    if (status != 200) refused = status;
    if (!run.answered()) say((status == 200 ? "cosigned  " : "refused   ") + printable(file + ".answer"));
  }
  // The answers say so to those who asked, too.
  if (refused != 0) throw failure(id_of(refused), "FILE");
  return 0;
}
int preview_cosign(Run& run) {
  const auto& args = run.args();
  run.call_bare("witness.status", Request().text("dir", args.one("--witness")));
  Preview preview(run);
  for (const auto& file : files_of(run)) preview.writes("the answer to " + printable(file + ".answer"));
  return preview.unless("that each checkpoint contains what was cosigned before").say();
}

// ---- those of one's own log ----------------------------------------------------------------------------------------

struct Ask {
  std::string witness, url, request;
};
std::vector<Ask> asks_of(Run& run, const std::string& only) {
  std::vector<Ask> out;
  for (const auto& one : run.call("log.submit", Request().text_if("witness", only))["requests"].items())
    out.push_back({one.str("witness"), one.str("url"), one.str("request")});
  return out;
}

/// ask_one asks over HTTP. A witness that holds another size says which, and is asked once more from there.
bool ask_one(Run& run, Ask ask) {
  for (int turn = 0; turn < 2; ++turn) {
    const auto answer = http::post(ask.url + "/add-checkpoint", ask.request);
    if (!answer) throw failure("EX4133", "witness");
    const std::string text = std::to_string(answer->status) + " " + ask.witness + "\n" + answer->body;
    if (run.call("log.collect", Request().text("answer", text))["signed"].is_true()) return true;
    const auto again = asks_of(run, ask.witness);
    if (again.empty()) return true;
    ask = again.front();
  }
  return false;
}

/// A witness's name as that of a file.
std::string file_name(const std::string& witness) {
  std::string out;
  for (const char c : witness) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    out += plain || (c == '.' && !out.empty()) ? c : '_';
  }
  return out + ".request";
}

int submit(Run& run) {
  const auto& args = run.args();
  const std::string only = args.one("--witness");
  if (!args.has("-o")) {
    const Asked asked = ask_witnesses(run, only);
    if (run.json()) {
      Request answer;
      answer.natural("v", 1).text("kind", "log-asked").natural("asked", asked.asked).natural("signed", asked.cosigned);
      run.give(answer.str());
    } else {
      say("asked    " + std::to_string(asked.asked) + " witnesses");
      say("signed   " + std::to_string(asked.cosigned));
    }
    if (asked.cosigned < asked.asked) throw failure("EX4133", "witness");
    if (asked.asked == 0) talk("No witness with a URL is left to ask. For those without one: exchange log submit -o DIR");
    return 0;
  }
  const fs::path folder = args.one("-o");
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw failure("EX1013", "-o");
  const auto asks = asks_of(run, only);
  for (const auto& ask : asks) Output((folder / file_name(ask.witness)).string()).write(ask.request);
  if (run.answered()) return 0;
  for (const auto& ask : asks)
    say(printable((folder / file_name(ask.witness)).string()) + "  for " + printable(ask.witness));
  talk(asks.empty() ? "Every witness has signed the newest checkpoint, or there is none to ask: exchange log status"
                    : "At each witness: exchange log cosign --witness DIR FILE. Then here: exchange log collect FILE...");
  return 0;
}
int preview_submit(Run& run) {
  const auto& args = run.args();
  run.call("log.status");
  Preview preview(run);
  if (args.has("-o")) preview.writes("a request to each witness, to " + printable(args.one("-o")));
  else preview.sends("the newest checkpoint to the witnesses that have a URL", {});
  if (!args.has("-o")) preview.writes("their cosignatures to the log's folder");
  return preview.records("what they were asked").say();
}

int collect(Run& run) {
  bool all_signed = true;
  for (const auto& file : files_of(run)) {
    const std::string text = read_input(file, kMaxRequest, "FILE");
    const auto& answer = run.call("log.collect", Request().text("answer", text));
    const bool is_signed = answer["signed"].is_true();
    all_signed = all_signed && is_signed;
    if (run.answered()) continue;
    if (is_signed) say("signed   " + answer.str("size") + " entries, by " + printable(answer.str("witness")));
    else say("holds    " + answer.str("size") + " entries: " + printable(answer.str("witness")));
  }
  if (!all_signed) throw failure("EX4128", "FILE");
  return 0;
}
int preview_collect(Run& run) {
  files_of(run);
  run.call("log.status");
  Preview preview(run);
  preview.writes("the cosignatures to the log's folder").records("what each witness has signed");
  return preview.unless("that the answers hold").say();
}

}  // namespace

Asked ask_witnesses(Run& run, const std::string& only) {
  Asked out;
  for (const auto& ask : asks_of(run, only)) {
    if (ask.url.empty()) continue;
    ++out.asked;
    try {
      out.cosigned += ask_one(run, ask) ? 1 : 0;
    } catch (const exchange::Exception& error) {
      complain("exchange: " + printable(ask.witness) + ": " + error.error.text + " (" + error.error.id + ")");
    }
  }
  return out;
}

Command init_witness_command() {
  using Need = Option::Need;
  return {"init witness",
          "make a witness of other agencies' logs, or let it know more of them",
          {"exchange init witness witness --name patrol.example --log KEY --log KEY"},
          {{"DIR", "", "the witness's folder", Need::must},
           {"--name", "NAME", "its name, for a new one: what others call it"},
           {"--log", "KEY", "the key of a log that it may cosign, NAME+HASH+BASE64; may be repeated", Need::many}},
          "the witness is as it was",
          init,
          Effect::writes,
          preview_init};
}

std::vector<Command> witness_commands() {
  using Need = Option::Need;
  return {
      {"log submit",
       "ask the witnesses to cosign this home's newest checkpoint",
       {"exchange log submit", "exchange log submit -o requests   # for witnesses without a URL"},
       {{"-o", "DIR", "write the requests as files, one for each witness, and ask nobody"},
        {"--witness", "NAME", "this one alone"}},
       "the log is unchanged; ask again",
       submit,
       Effect::writes,
       preview_submit},
      {"log collect",
       "take in what witnesses have answered",
       {"exchange log collect requests/office.example.request.answer"},
       {{"FILE", "", "an answer; may be repeated", Need::many}},
       "the answers before this one were taken in",
       collect,
       Effect::writes,
       preview_collect},
      {"log cosign",
       "answer requests that came as files",
       {"exchange log cosign --witness witness patrol.request"},
       {{"FILE", "", "a request; the answer goes to FILE.answer; may be repeated", Need::many},
        {"--witness", "DIR", "the witness's folder", Need::must}},
       "what was refused is not cosigned; the answer says why",
       cosign,
       Effect::writes,
       preview_cosign},
      {"log witness",
       "answer requests over HTTP, until it is ended",
       {"exchange log witness --dir witness --listen 127.0.0.1:8417"},
       {{"--dir", "DIR", "the witness's folder", Need::must},
        {"--listen", "ADDRESS", "where: an address of this machine and a port", Need::must}},
       "nothing was cosigned that is not on the disk",
       serve,
       Effect::writes,
       preview_serve},
  };
}

}  // namespace cli
