// witness.*: a witness of other agencies' logs, in a folder of its own (libexchange/log/witness.hpp, docs/log.md).
#include <filesystem>

#include "c_api/answers.hpp"
#include "c_api/verbs.hpp"
#include "consent/coalition/charter.hpp"
#include "log/witness.hpp"

namespace xch::c_api {
namespace {

namespace fs = std::filesystem;
using log::Witness;
using log::WitnessAnswer;

Result<Json> standing_json(const Witness& witness) {
  XCH_ASSIGN(const auto logs, witness.logs());
  Json out = answer("witness");
  out.set("name", witness.verifier().name());
  out.set("key", witness.verifier().text());
  Json list = Json::array();
  for (const auto& log : logs) {
    Json one = Json::object();
    one.set("origin", log.key.name());
    one.set("log_key", log.key.text());
    one.set("size", Json::natural(log.size));
    if (!log.note.empty()) one.set("checkpoint", log.note);
    list.add(std::move(one));
  }
  out.set("logs", std::move(list));
  return out;
}

/// The witness in the folder; a new one where there is none.
Result<Witness> found_or_made(const Call& call, const fs::path& folder, const std::string& name) {
  auto found = Witness::open(folder);
  if (found && !name.empty() && found->verifier().name() != name) return fail(Code::home_exists, "name");
  if (found || found.error().code != Code::witness_missing) return found;
  if (name.empty()) return fail(Code::json_missing, "name");
  if (!log::is_key_name(name)) return fail(Code::json_range, "name");
  XCH_ASSIGN(auto key, log::SignerKey::generate(name, log::KeyType::cosignature, consent::random_of(call.ctx.environment)));
  return Witness::create(folder, std::move(key));
}

Result<Json> witness_init(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"dir", "name", "logs"}));
  XCH_ASSIGN(const std::string folder, request.text("dir"));
  XCH_ASSIGN(const std::string name, request.text_or("name", ""));
  XCH_ASSIGN(const auto texts, request.texts("logs"));
  std::vector<log::VerifierKey> logs;
  for (const auto& text : texts) {
    auto key = log::VerifierKey::parse(text);
    if (!key) return fail(key.error().code, "logs");
    logs.push_back(std::move(*key));
  }
  XCH_ASSIGN(const auto witness, found_or_made(call, folder, name));
  for (const auto& key : logs) {
    const auto known = witness.trust(key);
    if (!known) return fail(known.error().code, "logs");
  }
  return standing_json(witness);
}

Result<Json> witness_status(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"dir"}));
  XCH_ASSIGN(const std::string folder, request.text("dir"));
  XCH_ASSIGN(const auto witness, Witness::open(folder));
  return standing_json(witness);
}

// ---- c2sp.org/tlog-witness: a request of HTTP, answered -------------------------------------------------------------

/// The last parts of a path: whatever stands before them is a prefix that the operator has chosen.
bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

Result<WitnessAnswer> route(const Witness& witness, std::string_view method, std::string_view path, ByteView body,
                            const Call& call) {
  if (ends_with(path, "/add-checkpoint")) {
    if (method != "POST") return WitnessAnswer{405, {}};
    const auto& clock = call.ctx.environment.clock;
    XCH_ASSIGN(const Timestamp now, clock ? clock() : Result<Timestamp>(fail(Code::clock)));
    return witness.add_checkpoint(body.text(), now);
  }
  constexpr std::string_view kCheckpoint = "/checkpoint";
  constexpr std::size_t kHex = 2 * Digest::kSize;
  if (!ends_with(path, kCheckpoint) || path.size() <= kHex + kCheckpoint.size()) return WitnessAnswer{404, {}};
  if (method != "GET") return WitnessAnswer{405, {}};
  path.remove_suffix(kCheckpoint.size());
  if (path[path.size() - kHex - 1] != '/') return WitnessAnswer{404, {}};
  return witness.newest(path.substr(path.size() - kHex));
}

Result<Json> witness_handle(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"dir", "method", "path", "body"}));
  XCH_ASSIGN(const std::string folder, request.text("dir"));
  XCH_ASSIGN(const std::string method, request.text("method"));
  XCH_ASSIGN(const std::string path, request.text("path"));
  XCH_ASSIGN(const auto body, request.base64_if("body"));
  XCH_ASSIGN(const auto witness, Witness::open(folder));
  XCH_ASSIGN(const auto answered, route(witness, method, path, body ? ByteView(*body) : ByteView(), call));
  Json out = answer("witness-answer");
  out.set("status", Json::natural(answered.status));
  out.set("type", answered.status == 409 ? "text/x.tlog.size" : "text/plain; charset=utf-8");
  out.set("body", answered.body);
  out.set("file", log::encode_witness_answer({witness.verifier().name(), answered}));
  return out;
}

}  // namespace

std::vector<VerbRow> witness_verbs() {
  return {{"witness.init", Needs::nothing, witness_init},
          {"witness.status", Needs::nothing, witness_status},
          {"witness.handle", Needs::nothing, witness_handle}};
}

}  // namespace xch::c_api
