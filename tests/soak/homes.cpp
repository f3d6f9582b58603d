#include "soak/homes.hpp"

#include <algorithm>
#include <cstring>
#include <ctime>
#include <filesystem>

namespace xch::homes {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPassphrase = "tests are no secret";

std::int64_t clock_of(void* user) { return static_cast<Given*>(user)->clock_ms->load(); }

std::int32_t passphrase(const char*, std::uint8_t* out, std::size_t* n, void*) {
  if (*n < kPassphrase.size()) return 1;
  std::memcpy(out, kPassphrase.data(), kPassphrase.size());
  *n = kPassphrase.size();
  return 0;
}

[[noreturn]] void refuse(const std::string& call, xch_error* error) {
  std::string text = xch_error_text(error);
  if (*xch_error_path(error) != 0) text += std::string(" at ") + xch_error_path(error);
  Refused refused(call, xch_error_id(error), text);
  xch_error_free(error);
  throw refused;
}

Json parsed(const std::uint8_t* at, std::size_t size) { return Json::parse(at, at + size); }

Json taken(xch_buf* answer) {
  Json out = parsed(xch_buf_data(answer), xch_buf_size(answer));
  xch_buf_free(answer);
  return out;
}

}  // namespace

Context::Context(const std::string& home, std::atomic<std::int64_t>& clock_ms) {
  given_.clock_ms = &clock_ms;
  xch_options options{};
  options.size = sizeof options;
  options.clock = clock_of;
  options.secret = passphrase;
  options.user = &given_;
  xch_error* error = nullptr;
  if (xch_open(home.empty() ? nullptr : home.c_str(), &options, &context_, &error) != XCH_OK) refuse("open", error);
}

Context::~Context() { xch_close(context_); }

Json Context::call(const char* verb, const Json& request) const {
  xch_buf* answer = nullptr;
  xch_error* error = nullptr;
  if (xch_call(context_, verb, request.dump().c_str(), &answer, &error) != XCH_OK) refuse(verb, error);
  return taken(answer);
}

Context::Sealed Context::seal(const Json& request) const {
  xch_sealed* sealed = nullptr;
  xch_error* error = nullptr;
  if (xch_seal_json(context_, request.dump().c_str(), &sealed, &error) != XCH_OK) refuse("seal", error);
  Sealed out;
  xch_slice report{}, envelope{}, mailbox{};
  xch_sealed_report(sealed, &report);
  out.report = parsed(report.p, report.n);
  for (std::size_t i = 0; i < xch_sealed_count(sealed); ++i) {
    xch_sealed_envelope(sealed, i, &envelope, &mailbox);
    out.envelopes[std::string(reinterpret_cast<const char*>(mailbox.p), mailbox.n)] =
        std::string(reinterpret_cast<const char*>(envelope.p), envelope.n);
  }
  xch_sealed_free(sealed);
  return out;
}

Json Context::open(std::string_view envelope) const {
  xch_buf* answer = nullptr;
  xch_error* error = nullptr;
  const xch_slice bytes{reinterpret_cast<const std::uint8_t*>(envelope.data()), envelope.size()};
  if (xch_open_json(context_, bytes, "{}", &answer, &error) != XCH_OK) refuse("open", error);
  return taken(answer);
}

const std::vector<Member>& members() {
  static const std::vector<Member> kMembers = {
      {"prosecutor", "PROS", "justice-agency", "WA017015A", {}, true},
      {"police-liaison", "LES", "justice-agency", "WA0170000", {}, false},
      {"program-office", "PM", "programme-office", "", {"part2-consent", "justice-condition"}, false},
      {"case-management", "CM", "part2-program", "", {}, false},
      {"treatment", "TXP", "part2-program", "", {}, false},
      {"public-defender", "PD", "defence", "", {}, false},
  };
  return kMembers;
}

Coalition::Coalition(std::string folder, const std::string& suite, std::atomic<std::int64_t>& clock_ms)
    : folder_(std::move(folder)), clock_ms_(clock_ms), bare_("", clock_ms) {
  fs::create_directories(folder_);
  coalition_ = bare_.call("coalition.init", {{"home", home("coalition")}, {"name", "county"}, {"suite", suite}});
  for (const auto& member : members()) {
    Json request{{"home", home(member.name)},
                 {"name", member.name},
                 {"role", member.role},
                 {"party_kind", member.kind},
                 {"coalition", coalition_.at("id")},
                 {"suite", suite},
                 {"root", coalition_.at("roots").at(0)},
                 {"authority_bases", member.authority_bases},
                 {"originates", member.originates}};
    if (*member.ori != 0) request["ori"] = member.ori;
    const Json enrolment = bare_.call("agency.init", request);
    bare_.call("coalition.admit", {{"home", home("coalition")},
                                   {"enrolment", enrolment.at("enrolment")},
                                   {"agreement_from", day(0)},
                                   {"agreement_until", day(400)}});
  }
  for (const auto& member : members()) reopen(member.name);
  publish();
}

void Coalition::reopen(const std::string& name) {
  open_.erase(name);
  open_.emplace(name, std::make_unique<Context>(home(name), clock_ms_));
}

void Coalition::publish() {
  const Json roster = bare_.call("coalition.publish", {{"home", home("coalition")}, {"days", 60}});
  for (const auto& [name, context] : open_) {
    Json request{{"roster", roster.at("roster")}};
    if (roster.at("version") == 1) request["trust"] = roster.at("hash");
    context->call("roster.import", request);
    if (roster.at("version") == 1) context->call("policy.import", {{"policy", roster.at("policy")}});
  }
}

std::string Coalition::day(int from_today) const {
  const auto at = static_cast<std::time_t>(clock_ms_.load() / 1000 + from_today * std::int64_t{86400});
  struct tm parts {};
  ::gmtime_r(&at, &parts);
  char text[16];
  std::strftime(text, sizeof text, "%Y-%m-%d", &parts);
  return text;
}

std::string Coalition::issue(const std::string& office, const std::string& subject, Json draft, int days) {
  draft["subject"] = subject;
  draft["subject_record"] = {{"name", "Maria Reyes"}, {"dateOfBirth", "1991-07-14"}};
  const Json today = (*this)[office].call("consent.check", Json::object()).at("today");  // of the consent's zone, not of UTC
  draft["first_day"] = today;
  draft["last_day"] = day(days);
  if (draft.at("basis") != "originator-authority") {
    draft["signed_day"] = today;
    draft["signed_form"] = base64_of("the form of " + subject + ", signed");
  }
  if (draft.at("basis") == "justice-condition") draft["revocable_day"] = day(days / 2);
  const Json issued = (*this)[office].call("consent.issue", draft);
  settle();
  const Json row = (*this)[office].call("consent.show", {{"id", issued.at("id")}});
  if (row.at("acknowledged").size() < row.at("given_to").size())
    throw std::runtime_error("a grant is not acknowledged");
  return issued.at("grant");
}

void Coalition::rotate() {
  for (const auto& [name, context] : open_) {
    const Json enrolment = context->call("key.rotate");
    bare_.call("coalition.admit", {{"home", home("coalition")},
                                   {"enrolment", enrolment.at("enrolment")},
                                   {"agreement_from", day(-1)},
                                   {"agreement_until", day(400)}});
  }
  publish();
}

std::map<std::string, std::size_t> Coalition::carry() {
  std::map<std::string, std::size_t> out;
  for (const auto& member : members()) {
    std::error_code ignored;
    for (const auto& mailbox : fs::directory_iterator(fs::path(home(member.name)) / "spool" / "out", ignored)) {
      const std::string to = mailbox.path().filename().string();
      for (const auto& file : fs::directory_iterator(mailbox.path() / "new")) {
        fs::rename(file.path(), fs::path(home(to)) / "spool" / "in" / "new" / file.path().filename());
        ++out[to];
      }
    }
  }
  return out;
}

void Coalition::settle() {
  // Its own view of a grant lies in an authority's own inbox without a courier.
  for (bool first = true;; first = false) {
    const auto moved = carry();
    if (moved.empty() && !first) return;
    for (const auto& [name, context] : open_) {
      if (!first && moved.count(name) == 0) continue;
      const Json taken_in = context->call("inbox.process");
      for (const auto& item : taken_in.at("items"))
        if (!item.at("error").is_null()) throw std::runtime_error(name + " refuses: " + item.dump());
    }
  }
}

Json consent_draft() {
  return {{"basis", "part2-consent"},
          {"disclosers", {"case-management", "treatment"}},
          {"recipients", {"case-management", "treatment", "public-defender"}},
          {"classes", {"ID", "ENG", "NEED", "LEG", "SUD", "MH", "TXT", "ORGS"}},
          {"purposes", {"COORD", "INTAKE"}},
          {"signer", "participant"},
          {"revocation_explained", true},
          {"redisclosure_explained", true}};
}

Json condition_draft() {
  return {{"basis", "justice-condition"},    {"disclosers", {"case-management", "prosecutor"}},
          {"recipients", {"prosecutor"}},    {"classes", {"ENG", "SUD", "LEG"}},
          {"purposes", {"FILING", "COURT"}}, {"signer", "participant"},
          {"redisclosure_explained", true},  {"proceeding", "26-1-00417-3"}};
}

Json facts_draft() {
  return {{"basis", "originator-authority"},
          {"disclosers", {"prosecutor"}},
          {"recipients", {"police-liaison", "case-management", "public-defender"}},
          {"classes", {"LEG", "NEED"}},
          {"purposes", {"COURT"}}};
}

std::string base64_of(std::string_view bytes) {
  static constexpr char kLetters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t have = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) group = group << 8 | (k < have ? static_cast<std::uint8_t>(bytes[i + k]) : 0u);
    for (std::size_t k = 0; k < 4; ++k) out += k <= have ? kLetters[group >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

}  // namespace xch::homes
