// A request to the C ABI, with an open home behind it: what a program on the same machine may ask for, rightly or not.
// An input is a line "HOME VERB" and the request's JSON behind it; of the verb open, the envelope in base64.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <regex>

#include "base/encoding.hpp"
#include "c_api/handles.hpp"
#include "c_api/verbs.hpp"
#include "fuzz/json_tree.hpp"
#include "fuzz/targets.hpp"
#include "message/fixture.hpp"
#include "session/world.hpp"

namespace xch::fuzz {
namespace of_request {
namespace {

using testing::must;

constexpr std::array kHomes{"office", "harbor", "clinic"};
// Verbs that name folders of the caller's own are not asked here: a fuzzer would write wherever it may.
constexpr std::array kVerbs{
    "break_glass.list", "break_glass.open", "break_glass.preview", "consent.history", "consent.renew_check", "consent.status",
    "policy.replay", "policy.due", "policy.deleted", "policy.approval", "policy.approve", "packet.preview", "packet.seal",
    "packet.list", "packet.one_shot", "packet.one_shot_preview", "packet.open", "packet.roots",
    "consent.check", "consent.draft", "consent.issue",
    "consent.happened", "consent.keep_back", "consent.kept_back", "consent.note", "schema.rules",
    "consent.list", "consent.resend", "consent.rules", "consent.revoke", "consent.show", "consent.suspend",
    "doctor", "erase", "errors.explain", "errors.list", "grants.list", "inbox.list", "inbox.open", "inbox.process",
    "inbox.read", "inspect", "journal.list", "key.list", "nonce.new", "policy.explain", "policy.import", "policy.show",
    "present", "redact", "roster.import", "roster.show", "schema.classes", "seal.preview", "verify", "version", "seal", "open"};
constexpr unsigned kRunsOfAWorld = 2000;  // journals grow; a new world begins with empty ones

/// Homes is a world of homes and a context for each, as xch_open makes it. (That one takes no key files as cheap to
/// unlock as a test's.)
struct Homes {
  Homes() : world(session_test::world_with_care(SuiteId::p256, &grant)) {
    for (const auto* home : kHomes) {
      world->close(home);
      auto& ctx = contexts[home] = std::make_unique<xch_ctx>();
      ctx->owner = ::getpid();
      ctx->environment = world->environment();
      ctx->session = must(session::Session::open(world->home(home), ctx->environment), "home");
    }
    const auto sealed = must(contexts["harbor"]->session->seal(session_test::request(grant)), "note");
    world->deliver_all();
    for (std::size_t i = 0; i < sealed.envelopes.size(); ++i)
      if (sealed.mailboxes[i] == "clinic") envelope = sealed.envelopes[i].envelope;
    header = sealed.notes.front().header;
  }
  static Homes& now() {
    static std::unique_ptr<Homes> homes;
    static unsigned runs = 0;
    if (!homes || ++runs % kRunsOfAWorld == 0) {
      homes.reset();
      homes = std::make_unique<Homes>();
    }
    return *homes;
  }

  GrantHash grant;
  HeaderHash header;
  Bytes envelope;
  std::unique_ptr<session_test::World> world;
  std::map<std::string, std::unique_ptr<xch_ctx>> contexts;
};

// What stands in requests by name; what else an error's path may have is a schema's names.
constexpr std::array kMembers{
    "v", "id", "reason", "type", "note", "notes", "nothing_to_share", "grant", "subject", "basis", "purpose", "purposes", "to",
    "key", "expires", "archive", "deliver", "file", "envelope", "header", "fields", "audience", "nonce", "under", "object",
    "from", "limit", "roster", "trust", "policy", "home", "name", "suite", "roots", "threshold", "yes", "subject_record",
    "disclosers", "recipients", "classes", "first_day", "last_day", "zone", "zone_offset_minutes", "ends_on", "revocable_on", "event", "asserter", "office", "intermediaries",
    "members", "treating", "as_if_signed", "signer", "signed_day",
    "signed_form", "revocation_explained", "redisclosure_explained", "proceeding", "revocable_day", "referred_by",
    "personnel", "facility", "discloser", "nature", "last_day", "seq", "record", "source", "time", "schema", "part", "role",
    "reader_may_read", "sender_may_write", "compartments", "notice", "obligations",
    "agenda", "rows", "conflicts", "party", "by", "draft", "toml", "step"};

const std::set<std::string, std::less<>>& known() {
  static const auto words = [] {
    std::set<std::string, std::less<>> out(kMembers.begin(), kMembers.end());
    out.insert({"member", "item", "nearest", "line"});  // "line 3" of a draft in TOML
    for (const auto& bundle : wire::builtin_bundles()) out.merge(printable_runs(bundle.bytes));
    for (const auto* member : kMembers) out.merge(printable_runs(ByteView(std::string_view(member))));
    return out;
  }();
  return words;
}

struct Asked {
  std::string home, verb;
  std::string_view json;
};
Asked read_asked(ByteView input) {
  const std::string_view text = input.text();
  const auto line = text.substr(0, text.find('\n'));
  const auto space = line.find(' ');
  Asked out;
  out.home = std::string(line.substr(0, space));
  if (space != std::string_view::npos) out.verb = std::string(line.substr(space + 1));
  out.json = line.size() < text.size() ? text.substr(line.size() + 1) : std::string_view();
  return out;
}

// A consent that is refused names the rule: "P2-31-4i", "LX-basis".
bool is_rule_id(const std::string& path) {
  static const std::regex id("(P2|H|V|CJ|ORI|LX)-[A-Za-z0-9-]{1,16}");
  return std::regex_match(path, id);
}

void require_refused_well(std::int32_t code, xch_error* error) {
  require(error != nullptr && xch_error_code(error) == code && code != XCH_OK, "a refusal has its code and its error");
  const CodeInfo* row = find_code(xch_error_id(error));
  require(row != nullptr && row->text == xch_error_text(error) && row->fix == xch_error_fix(error), "a refusal's words are the table's");
  require(row->code != Code::bug && row->code != Code::out_of_memory && row->code != Code::locked_memory &&
              row->code != Code::crypto_unavailable && row->code != Code::store_damaged,
          "a request is refused for what it asks");
  const std::string path = xch_error_path(error);
  xch_error_free(error);
  if (!is_rule_id(path)) require_path(path, known());
}

void require_answer(const xch_buf* answer) {
  require(answer != nullptr, "an answer is there");
  const auto json = wire::parse_json(ByteView(xch_buf_data(answer), xch_buf_size(answer)).text());
  require(json && json->is_object() && json->find("v") != nullptr && json->find("kind") != nullptr, "an answer says what it is");
}

void ask(xch_ctx* ctx, const std::string& verb, const std::string& json) {
  xch_error* error = nullptr;
  if (verb == "seal") {
    xch_sealed* sealed = nullptr;
    const auto code = xch_seal_json(ctx, json.c_str(), &sealed, &error);
    require((code == XCH_OK) == (sealed != nullptr), "what is sealed is given, and nothing else");
    xch_sealed_free(sealed);
    return code == XCH_OK ? void() : require_refused_well(code, error);
  }
  xch_buf* answer = nullptr;
  std::int32_t code = XCH_OK;
  if (verb == "open") {
    const Bytes envelope = from_base64(json).value_or(Bytes());
    code = xch_open_json(ctx, {envelope.data(), envelope.size()}, "{}", &answer, &error);
  } else {
    code = xch_call(ctx, verb.c_str(), json.c_str(), &answer, &error);
  }
  require((code == XCH_OK) == (answer != nullptr), "an answer is given where there is one, and nowhere else");
  if (code != XCH_OK) return require_refused_well(code, error);
  require_answer(answer);
  xch_buf_free(answer);
}

void run(ByteView input) {
  const Asked asked = read_asked(input);
  if (std::find(kHomes.begin(), kHomes.end(), asked.home) == kHomes.end()) return;
  const bool may_run = std::find(kVerbs.begin(), kVerbs.end(), asked.verb) != kVerbs.end();
  if (!may_run && c_api::find_verb(asked.verb) != nullptr) return;
  ask(Homes::now().contexts.at(asked.home).get(), asked.verb, std::string(asked.json));
}

Words words() {
  Homes& homes = Homes::now();
  Words out(kMembers.begin(), kMembers.end());
  for (const auto* word : {"progress.engagement", "court.event", "harbor", "clinic", "defender", "part2-consent", "COORD", "COURT", "SUD",
                           "engaged", "active", "nextStep", "EX2219", "wrong-person", "p256", "nonsense"})
    out.emplace_back(word);
  out.push_back(to_hex(homes.grant));
  out.push_back(to_hex(homes.header));
  out.push_back(to_hex(testing::fixed_id<Pseudonym>("p-harbor")));
  return out;
}

Bytes change(ByteView input, std::size_t most, Draw& draw) {
  Asked asked = read_asked(input);
  if (draw.once_in(20)) asked.home = kHomes[draw.below(kHomes.size())];
  if (draw.once_in(20)) asked.verb = kVerbs[draw.below(kVerbs.size())];
  const std::string line = asked.home + " " + asked.verb + "\n";
  std::string json(asked.json);
  if (asked.verb == "open") {
    Bytes bytes = from_base64(json).value_or(Bytes());
    const std::size_t size = bytes.size();
    bytes.resize(size + 16);
    bytes.resize(change_bytes(bytes.data(), size, bytes.size(), draw));
    json = to_base64(bytes);
  } else {
    json = change_json(json, words(), most > line.size() ? most - line.size() : 0, draw);
  }
  Bytes out = ByteView(std::string_view(line + json)).copy();
  if (out.size() > most) out.resize(most);
  return out;
}

std::vector<Bytes> seeds() {
  Homes& homes = Homes::now();
  const std::string note = R"("note":)" + session_test::progress_note("call");
  const std::string grant = R"("grant":")" + to_hex(homes.grant) + '"';
  std::vector<std::string> texts = {
      R"(harbor seal
{"type":"progress.engagement",)" + note + "," + grant + R"(,"purpose":"COORD","to":["clinic"],"deliver":false})",
      R"(harbor seal.preview
{"type":"progress.engagement",)" + note + "," + grant + R"(,"purpose":"COORD"})",
      "harbor policy.explain\n{\"type\":\"progress.engagement\"," + grant + R"(,"purpose":"COORD","to":["clinic"]})",
      R"(office consent.check
{"subject":{"name":"Maria Reyes"},"basis":"part2-consent","purposes":["COORD"]})",
      R"(office consent.draft
{"toml":"basis = \"part2-consent\"\npurposes = [\"COORD\"]\nlast_day = 2027-03-01\n"})",
      R"(office consent.draft
{"toml":"basis"})",
      R"(harbor break_glass.preview
{"type":"progress.engagement",)" + note + R"(,"to":"clinic","personnel":"a","facility":"b","discloser":"c","nature":"d"})",
      R"(harbor packet.preview
{"agenda":{"type":"progress.engagement","purpose":"COORD","to":["clinic","defender"],"rows":[{)" + note + "," + grant + R"(}],"conflicts":[]}})",
      "clinic policy.approval\n{\"envelope\":\"" + to_base64(homes.envelope) + "\"}",
      "clinic break_glass.open\n{\"envelope\":\"TFhCMQAB\"}",
      R"(harbor policy.replay
{"record":{"time":"2026-11-26T12:00:00Z","policy":"","schema":"","basis":"part2-consent","compartments":["SUD full"]}})",
      "clinic open\n" + to_base64(homes.envelope),
      "clinic inspect\n{\"object\":\"" + to_base64(ByteView(homes.envelope).sub(0, 64)) + "\"}",
      "clinic redact\n{\"envelope\":\"\",\"header\":\"" + to_hex(homes.header) + R"(","fields":["engaged"],"reason":"minimum-necessary"})",
      "clinic present\n{\"file\":\"x\",\"header\":\"" + to_hex(homes.header) + R"(","fields":["engaged"],"audience":"harbor","nonce":")" +
          to_hex(homes.header) + R"(","purpose":"COORD"})"};
  for (const auto* verb : kVerbs) texts.push_back("office " + std::string(verb) + "\n{}");
  std::vector<Bytes> out;
  for (const auto& text : texts) out.push_back(ByteView(std::string_view(text)).copy());
  return out;
}

}  // namespace
}  // namespace of_request

Target request_target() {
  using namespace of_request;
  return {"request", run, change, seeds};
}

}  // namespace xch::fuzz
