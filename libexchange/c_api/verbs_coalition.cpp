// coalition.*, agency.init, roster.*, policy.*
#include <filesystem>

#include "c_api/answers.hpp"
#include "c_api/verbs.hpp"
#include "consent/coalition/coalition.hpp"
#include "crypto/suite.hpp"
#include "party/chain.hpp"
#include "party/roster.hpp"
#include "policy/hl7.hpp"
#include "wire/party_record.hpp"
#include "wire/records.hpp"

namespace xch::c_api {
namespace {

Result<SuiteId> suite_of(const Request& request) {
  XCH_ASSIGN(const std::string name, request.text_or("suite", "p256"));
  return suite_named(name);
}

// A day is inclusive: its first second as a beginning, its last as an end (UTC; agreements carry no zone).
Result<Timestamp> day(const Request& request, std::string_view name, bool end) {
  XCH_ASSIGN(const std::string text, request.text(name));
  const auto date = parse_date(text);
  if (!date || days_from_civil(*date) < 0) return fail(Code::json_range, std::string(name));
  const auto first = Timestamp{static_cast<std::uint64_t>(days_from_civil(*date)) * kDay};
  return end ? first + (kDay - 1) : first;
}

Json coalition_json(const consent::CoalitionInfo& info) {
  Json out = answer("coalition");
  out.set("id", to_hex(info.id));
  out.set("name", info.name);
  out.set("suite", crypto::suite_info(info.suite).name);
  Json roots = Json::array();
  for (const auto& root : info.roots) roots.add(Json::text(to_hex(root)));
  out.set("roots", std::move(roots));
  out.set("threshold", Json::natural(info.threshold));
  out.set("policy", to_hex(info.policy));
  out.set("roster_version", Json::natural(info.roster_version));
  return out;
}

Result<Json> coalition_init(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"home", "name", "suite", "roots", "threshold", "pack"}));
  XCH_ASSIGN(const std::string home, request.text("home"));
  consent::CoalitionPlan plan;
  XCH_ASSIGN(plan.name, request.text("name"));
  XCH_ASSIGN(plan.suite, suite_of(request));
  XCH_ASSIGN(const std::uint64_t roots, request.natural_or("roots", 3));
  XCH_ASSIGN(const std::uint64_t threshold, request.natural_or("threshold", 2));
  if (roots < 1 || roots > 16) return fail(Code::json_range, "roots");
  if (threshold < 1 || threshold > roots) return fail(Code::json_range, "threshold");
  plan.roots = static_cast<std::uint8_t>(roots);
  plan.threshold = static_cast<std::uint8_t>(threshold);
  XCH_ASSIGN(plan.pack_toml, request.text_or("pack", ""));
  XCH_ASSIGN(const auto info, consent::Coalition::create(home, plan, call.ctx.environment));
  return coalition_json(info);
}

Result<Json> coalition_info(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"home"}));
  XCH_ASSIGN(const std::string home, request.text("home"));
  XCH_ASSIGN(const auto info, consent::Coalition::info(home));
  return coalition_json(info);
}

Result<Json> coalition_admit(const Call& call) {
  XCH_ASSIGN(const Request request,
             Request::parse(call.json, {"home", "enrolment", "agreement_from", "agreement_until"}));
  XCH_ASSIGN(const std::string home, request.text("home"));
  XCH_ASSIGN(const Bytes enrolment, request.base64("enrolment"));
  XCH_ASSIGN(const Timestamp from, day(request, "agreement_from", false));
  XCH_ASSIGN(const Timestamp until, day(request, "agreement_until", true));
  if (until < from) return fail(Code::json_range, "agreement_until");
  XCH_ASSIGN(const Party party, wire::decode_party(enrolment));
  XCH_TRY(consent::Coalition::admit(home, party, from, until, call.ctx.environment));
  Json out = answer("admitted");
  out.set("party", to_hex(party.id));
  out.set("name", party.name);
  return out;
}

Result<Json> coalition_remove(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"home", "party"}));
  XCH_ASSIGN(const std::string home, request.text("home"));
  XCH_ASSIGN(const std::string party, request.text("party"));
  XCH_TRY(consent::Coalition::remove(home, party, call.ctx.environment));
  return answer("done");
}

Result<Json> coalition_revoke_key(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"home", "key"}));
  XCH_ASSIGN(const std::string home, request.text("home"));
  XCH_ASSIGN(const KeyId key, request.hex<KeyId>("key"));
  XCH_TRY(consent::Coalition::revoke_key(home, key, call.ctx.environment));
  return answer("done");
}

void add_roster_identity(Json& out, std::uint32_t version, const RosterHash& hash) {
  out.set("version", Json::natural(version));
  out.set("hash", to_hex(hash));
  out.set("words", text_list(consent::hash_words(hash)));
}

Json party_rows(const std::vector<Party>& parties) {
  Json out = Json::array();
  for (const auto& party : parties) {
    Json row = Json::object();
    row.set("party", to_hex(party.id));
    row.set("name", party.name);
    row.set("role", code_of(party.role));
    row.set("party_kind", code_of(party.kind));
    row.set("ori", party.ori);
    row.set("agreement_from", time_text(party.agreement_not_before));
    row.set("agreement_until", time_text(party.agreement_not_after));
    row.set("keys", party_key_rows(party));
    out.add(std::move(row));
  }
  return out;
}

/// roster_named says which roster a file is.
Result<Json> roster_named(const Bytes& roster) {
  XCH_ASSIGN(const SignedRoster signed_roster, wire::decode_signed_roster(roster));
  XCH_ASSIGN(const Roster body, wire::decode_roster(signed_roster.body));
  Json out = answer("roster");
  add_roster_identity(out, body.version, party::roster_hash(signed_roster.body));
  return out;
}

/// roster_files is a roster to hand on, with the signed pack that it pins.
Result<Json> roster_files(const Bytes& roster, const Bytes& policy) {
  XCH_ASSIGN(Json out, roster_named(roster));
  out.set("roster", to_base64(roster));
  out.set("policy", to_base64(policy));
  return out;
}

Result<Json> coalition_publish(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"home", "days"}));
  XCH_ASSIGN(const std::string home, request.text("home"));
  XCH_ASSIGN(const std::uint64_t days, request.natural_or("days", 30));
  if (days < 1 || days > 366) return fail(Code::json_range, "days");
  XCH_ASSIGN(const Bytes roster, consent::Coalition::publish(home, days * kDay, call.ctx.environment));
  XCH_ASSIGN(const Bytes policy, consent::Coalition::policy_file(home));
  return roster_files(roster, policy);
}

Result<Json> coalition_export(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"home"}));
  XCH_ASSIGN(const std::string home, request.text("home"));
  XCH_ASSIGN(const Bytes roster, consent::Coalition::roster_file(home));
  XCH_ASSIGN(const Bytes policy, consent::Coalition::policy_file(home));
  return roster_files(roster, policy);
}

Result<Json> coalition_adopt(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"home", "roster"}));
  XCH_ASSIGN(const std::string home, request.text("home"));
  XCH_ASSIGN(const Bytes roster, request.base64("roster"));
  XCH_TRY(consent::Coalition::adopt(home, roster));
  return roster_named(roster);
}

Result<Json> coalition_parties(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"home"}));
  XCH_ASSIGN(const std::string home, request.text("home"));
  XCH_ASSIGN(const auto parties, consent::Coalition::parties(home));
  Json out = answer("parties");
  out.set("parties", party_rows(parties));
  return out;
}

Result<Json> agency_init(const Call& call) {
  XCH_ASSIGN(const Request request,
             Request::parse(call.json, {"home", "name", "role", "party_kind", "ori", "coalition", "suite", "root",
                                        "authority_bases", "originates"}));
  XCH_ASSIGN(const std::string home, request.text("home"));
  session::AgencyPlan plan;
  XCH_ASSIGN(plan.name, request.text("name"));
  XCH_ASSIGN(plan.role, request.code_or_none<Role>("role", parse_role));
  XCH_ASSIGN(plan.kind, request.code_or_none<PartyKind>("party_kind", parse_party_kind));
  if (plan.role == Role::none) return fail(Code::json_missing, "role");
  if (plan.kind == PartyKind::none) return fail(Code::json_missing, "party_kind");
  XCH_ASSIGN(plan.ori, request.text_or("ori", ""));
  XCH_ASSIGN(plan.coalition, request.hex<CoalitionId>("coalition"));
  XCH_ASSIGN(plan.suite, suite_of(request));
  XCH_ASSIGN(const KeyId root, request.hex<KeyId>("root"));
  XCH_ASSIGN(plan.authority_bases, request.codes<Basis>("authority_bases", parse_basis));
  XCH_ASSIGN(plan.originates, request.flag_or("originates", false));
  XCH_ASSIGN(const Party party, session::create_agency_home(home, plan, root, call.ctx.environment));
  return enrolment_json(party);
}

// ---- with a home -------------------------------------------------------------------------------------------------------

Result<std::shared_ptr<const party::VerifiedRoster>> roster_of(const Call& call) {
  XCH_ASSIGN(auto roster, call.session->roster());
  if (!roster) return fail(Code::roster_missing);
  return roster;
}

Result<Json> roster_import(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"roster", "trust"}));
  XCH_ASSIGN(const Bytes roster, request.base64("roster"));
  XCH_ASSIGN(const auto trust, request.hex_if<RosterHash>("trust"));
  XCH_TRY(call.session->import_roster(roster, trust));
  XCH_ASSIGN(const auto held, roster_of(call));
  Json out = answer("roster");
  add_roster_identity(out, held->roster().version, held->hash());
  return out;
}

Result<Json> roster_show(const Call& call) {
  XCH_TRY(Request::parse(call.json, {}));
  XCH_ASSIGN(const auto held, roster_of(call));
  const Roster& roster = held->roster();
  Json out = answer("roster");
  add_roster_identity(out, roster.version, held->hash());
  out.set("suite", crypto::suite_info(roster.suite).name);
  out.set("issued", time_text(roster.issued));
  out.set("expires", time_text(roster.expires));
  out.set("parties", party_rows(roster.parties));
  return out;
}

Result<Json> roster_export(const Call& call) {
  XCH_TRY(Request::parse(call.json, {}));
  XCH_ASSIGN(const Bytes roster, call.session->roster_file());
  XCH_ASSIGN(const Bytes policy, call.session->policy_file());
  return roster_files(roster, policy);
}

/// place_of says how a roster stands to the one held here: "held", "next" or, without a home or before the first import,
/// "first". What does not follow the one held is an error of its own.
Result<std::string> place_of(const Call& call, const SignedRoster& given) {
  if (call.session == nullptr) return std::string("first");
  XCH_ASSIGN(const auto held, call.session->roster());
  if (held == nullptr) return std::string("first");
  if (party::roster_hash(given.body) == held->hash()) return std::string("held");
  XCH_TRY(party::verify_roster(given, held.get()));
  return std::string("next");
}

// Checks a roster and takes nothing in. By itself a roster proves that its own roots signed it; whose they are is proved
// by the roster held here, or by the hash that was compared with the coalition.
Result<Json> roster_verify(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"roster", "trust"}));
  XCH_ASSIGN(const Bytes bytes, request.base64("roster"));
  XCH_ASSIGN(const auto trust, request.hex_if<RosterHash>("trust"));
  const auto given = wire::decode_signed_roster(bytes);
  if (!given) return fail(Code::roster_malformed);
  XCH_ASSIGN(const auto roster, party::verify_roster(*given, nullptr));
  if (trust && roster->hash() != *trust) return fail(Code::roster_signature, "trust");
  XCH_ASSIGN(const std::string place, place_of(call, *given));
  const bool trusted = trust || place != "first";
  std::optional<Timestamp> now;
  if (call.ctx.environment.clock) {
    XCH_ASSIGN(now, call.ctx.environment.clock());
  }
  if (call.session != nullptr && roster->roster().coalition != call.session->info().coalition) return fail(Code::roster_malformed);
  Json out = answer("roster-check");
  add_roster_identity(out, roster->roster().version, roster->hash());
  out.set("suite", crypto::suite_info(roster->roster().suite).name);
  out.set("issued", time_text(roster->roster().issued));
  out.set("expires", time_text(roster->roster().expires));
  out.set("signed_by", Json::natural(given->signatures.size()));
  out.set("threshold", Json::natural(roster->roster().threshold));
  out.set("parties", Json::natural(roster->roster().parties.size()));
  out.set("place", place);
  out.set("current", Json::boolean(now && roster->is_current(*now)));
  out.set("verification", trusted ? "pass" : "indeterminate");
  return out;
}

Result<Json> policy_import(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"policy"}));
  XCH_ASSIGN(const Bytes policy, request.base64("policy"));
  XCH_TRY(call.session->import_policy(policy));
  XCH_ASSIGN(const Signed signed_pack, wire::decode_signed(policy));
  XCH_ASSIGN(const PolicyPack pack, wire::decode_policy_pack(signed_pack.body));
  Json out = answer("policy");
  out.set("name", pack.name);
  out.set("pack_version", Json::natural(pack.pack_version));
  return out;
}

Result<Json> policy_show(const Call& call) {
  XCH_TRY(Request::parse(call.json, {}));
  XCH_ASSIGN(const auto held, roster_of(call));
  XCH_ASSIGN(const PolicyPack* pack, call.session->pack());
  if (pack == nullptr) return fail(Code::policy_pack_unknown);
  Json out = answer("policy");
  out.set("hash", to_hex(held->roster().policy_pack));
  out.set("name", pack->name);
  out.set("pack_version", Json::natural(pack->pack_version));
  Json classes = Json::array();
  for (const auto& row : pack->classes) {
    Json c = Json::object();
    c.set("class", code_of(row.field_class));
    c.set("title", row.title);
    c.set("part2", Json::boolean(row.part2));
    c.set("isolate", Json::boolean(row.isolate));
    if (const auto* hl7 = policy::hl7_of(row.field_class)) {
      Json codes = Json::object();
      codes.set("confidentiality", std::string(hl7->confidentiality));
      codes.set("sensitivity", std::string(hl7->sensitivity));
      codes.set("exact", Json::boolean(hl7->exact));
      c.set("hl7", std::move(codes));
    }
    classes.add(std::move(c));
  }
  out.set("classes", std::move(classes));
  Json bases = Json::array();
  for (const auto& row : pack->bases) {
    Json b = Json::object();
    b.set("basis", code_of(row.basis));
    b.set("title", row.title);
    b.set("citation", row.citation);
    b.set("purposes", code_list(row.purposes));
    b.set("readers", code_list(row.readers));
    b.set("max_days", Json::natural(row.max_days));
    b.set("default_days", Json::natural(row.default_days));
    bases.add(std::move(b));
  }
  out.set("bases", std::move(bases));
  return out;
}

}  // namespace

std::vector<VerbRow> coalition_verbs() {
  return {
      {"coalition.init", Needs::nothing, coalition_init},
      {"coalition.info", Needs::nothing, coalition_info},
      {"coalition.admit", Needs::nothing, coalition_admit},
      {"coalition.remove", Needs::nothing, coalition_remove},
      {"coalition.revoke_key", Needs::nothing, coalition_revoke_key},
      {"coalition.publish", Needs::nothing, coalition_publish},
      {"coalition.export", Needs::nothing, coalition_export},
      {"coalition.adopt", Needs::nothing, coalition_adopt},
      {"coalition.parties", Needs::nothing, coalition_parties},
      {"agency.init", Needs::nothing, agency_init},
      {"roster.import", Needs::home, roster_import},
      {"roster.show", Needs::home, roster_show},
      {"roster.export", Needs::home, roster_export},
      {"roster.verify", Needs::either, roster_verify},
      {"policy.import", Needs::home, policy_import},
      {"policy.show", Needs::home, policy_show},
  };
}

}  // namespace xch::c_api
