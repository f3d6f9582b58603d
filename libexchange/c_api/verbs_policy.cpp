// policy.check, lint, diff, prove, test, matrix: a policy pack read, compared and proved, before or after it is signed;
// policy.replay: one decision made again.
// The pack is that of the request, or else the one in force in the home, or else the one that a new coalition gets.
#include <algorithm>
#include <optional>

#include "c_api/answers.hpp"
#include "c_api/request.hpp"
#include "c_api/verbs.hpp"
#include "consent/coalition/coalition.hpp"
#include "consent/pack_compiler/claims.hpp"
#include "consent/pack_compiler/compile.hpp"
#include "crypto/digest.hpp"
#include "crypto/labels.hpp"
#include "policy/compare.hpp"
#include "policy/decide.hpp"
#include "policy/lint.hpp"
#include "policy/prove.hpp"
#include "policy/replay.hpp"
#include "policy/scenario.hpp"
#include "session/catalogue.hpp"
#include "wire/records.hpp"

namespace xch::c_api {
namespace {

// ---- the pack of a request -----------------------------------------------------------------------------------------

struct Subject {
  PolicyPack pack;
  std::vector<NoteSchema> schemas;  // of the pack's note types that this library has
  consent::PackDiagnostics diagnostics;
};

Result<PolicyPack> compiled(std::string_view toml, const std::vector<NoteSchema>& at_hand, consent::PackDiagnostics& diagnostics) {
  return consent::compile_pack(toml, at_hand, [](ByteView text) { return crypto::sha256(text); }, &diagnostics);
}

Result<PolicyPack> decoded(ByteView signed_pack) {
  // Read and not verified: what is looked at here gives nobody anything. `policy import` verifies.
  XCH_ASSIGN(const Signed object, wire::decode_signed(signed_pack));
  return wire::decode_policy_pack(object.body);
}

/// `side` comes before the members' names: "before_source".
Result<PolicyPack> pack_in(const Call& call, const Request& request, const std::string& side,
                           const std::vector<NoteSchema>& at_hand, consent::PackDiagnostics& diagnostics) {
  XCH_ASSIGN(const std::string toml, request.text_or(side + "source", ""));
  XCH_ASSIGN(const auto policy, request.base64_if(side + "policy"));
  if (!toml.empty() && policy) return fail(Code::usage, side + "policy");
  if (!toml.empty()) return compiled(toml, at_hand, diagnostics);
  if (policy) return decoded(*policy);
  if (call.session == nullptr) return compiled(consent::default_pack_toml(), at_hand, diagnostics);
  XCH_ASSIGN(const PolicyPack* held, call.session->pack());
  if (held == nullptr) return fail(Code::policy_pack_unknown);
  return *held;
}

Result<Subject> subject_of(const Call& call, const Request& request, const std::string& side = "") {
  XCH_ASSIGN(const auto catalogue, session::Catalogue::load());
  const auto at_hand = catalogue.schemas();
  Subject out;
  XCH_ASSIGN(out.pack, pack_in(call, request, side, at_hand, out.diagnostics));
  for (const auto& row : out.pack.schemas)
    if (const auto* type = catalogue.with_digest(row.digest)) out.schemas.push_back(type->schema());
  return out;
}

Json pack_answer(std::string_view kind, const PolicyPack& pack) {
  Json out = answer(kind);
  out.set("name", pack.name);
  out.set("pack_version", Json::natural(pack.pack_version));
  return out;
}

// ---- what is given ---------------------------------------------------------------------------------------------------

std::string_view relation_text(Relation relation) {
  switch (relation) {
    case Relation::any: return "";
    case Relation::own_referral: return "own-referral";
    case Relation::own_client: return "own-client";
    case Relation::author: return "author";
  }
  return "";
}

void set_given(Json& to, const policy::Given& given) {
  to.set("gives", given.effect == Effect::deny ? std::string_view("nothing") : code_of(given.form));
  to.set("tick", Json::boolean(given.tick));
  to.set("relation", relation_text(given.relation));
}

Json given_json(const policy::Given& given) {
  Json out = Json::object();
  set_given(out, given);
  return out;
}

// ---- check, lint -----------------------------------------------------------------------------------------------------

Result<Json> policy_check(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"source", "policy"}));
  XCH_ASSIGN(const auto subject, subject_of(call, request));
  XCH_TRY(policy::check_pack(subject.pack));
  Json out = pack_answer("policy-check", subject.pack);
  out.set("cells", Json::natural(subject.pack.cells.size()));
  out.set("note_types", Json::natural(subject.pack.schemas.size()));
  out.set("verify", text_list(subject.diagnostics.verify));
  out.set("no_field", text_list(subject.diagnostics.no_slot));
  out.set("no_edge", text_list(subject.diagnostics.no_edge));
  return out;
}

Result<Json> policy_lint(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"source", "policy"}));
  XCH_ASSIGN(const auto subject, subject_of(call, request));
  const auto findings = policy::lint(subject.pack, subject.schemas);
  Json rows = Json::array();
  for (const auto& finding : findings) {
    Json row = Json::object();
    row.set("rule", policy::lint_rule_text(finding.rule));
    row.set("error", Json::boolean(finding.is_error()));
    row.set("at", finding.at);
    row.set("says", finding.says);
    row.set("citation", finding.citation);
    row.set("fix", finding.fix);
    rows.add(std::move(row));
  }
  Json out = pack_answer("policy-lint", subject.pack);
  const auto errors = std::count_if(findings.begin(), findings.end(), [](const auto& finding) { return finding.is_error(); });
  out.set("errors", Json::natural(static_cast<std::uint64_t>(errors)));
  out.set("findings", std::move(rows));
  return out;
}

// ---- diff ------------------------------------------------------------------------------------------------------------

std::string_view change_text(const policy::DisclosureChange& change) {
  if (change.adds() && change.removes()) return "changed";
  return change.adds() ? "added" : "removed";
}

void set_difference(Json& to, const PolicyPack& before, const PolicyPack& after) {
  const auto difference = policy::compare(before, after);
  Json disclosures = Json::array();
  for (const auto& change : difference.disclosures) {
    Json row = Json::object();
    row.set("change", change_text(change));
    row.set("basis", code_of(change.basis));
    row.set("purpose", code_of(change.purpose));
    row.set("role", code_of(change.role));
    row.set("class", code_of(change.field_class));
    row.set("before", given_json(change.before));
    row.set("after", given_json(change.after));
    disclosures.add(std::move(row));
  }
  Json rules = Json::array();
  for (const auto& change : difference.rules) {
    Json row = Json::object();
    row.set("rule", change.rule);
    row.set("before", change.before);
    row.set("after", change.after);
    rules.add(std::move(row));
  }
  to.set("disclosures", std::move(disclosures));
  to.set("rules", std::move(rules));
}

Result<Json> policy_diff(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"before_source", "before_policy", "after_source", "after_policy"}));
  XCH_ASSIGN(const auto before, subject_of(call, request, "before_"));
  XCH_ASSIGN(const auto after, subject_of(call, request, "after_"));
  Json out = pack_answer("policy-diff", after.pack);
  set_difference(out, before.pack, after.pack);
  return out;
}

// ---- prove, test -------------------------------------------------------------------------------------------------------

Json counterexample_json(const policy::Counterexample& of) {
  Json out = Json::object();
  out.set("basis", code_of(of.basis));
  out.set("purpose", code_of(of.purpose));
  out.set("role", code_of(of.role));
  out.set("class", code_of(of.compartment.field_class()));
  out.set("form", code_of(of.compartment.form()));
  out.set("note_type", of.note_type);
  out.set("because", of.because);
  return out;
}

/// The claims of a request: one sentence, a claims file, or those of the default pack.
Result<std::vector<consent::ClaimRow>> claims_of(const Request& request) {
  XCH_ASSIGN(const std::string sentence, request.text_or("claim", ""));
  XCH_ASSIGN(const std::string file, request.text_or("claims", ""));
  if (!sentence.empty() && !file.empty()) return fail(Code::usage, "claims");
  if (sentence.empty()) return consent::read_claims(file.empty() ? consent::default_claims_toml() : file);
  return std::vector<consent::ClaimRow>{{"", sentence, ""}};
}

/// set_proof adds what became of each claim; it gives how many are broken.
Result<std::uint64_t> set_proof(Json& to, const Subject& subject, const std::vector<consent::ClaimRow>& claims) {
  const policy::Decisions every_decision(subject.pack, subject.schemas);
  Json rows = Json::array();
  std::uint64_t broken = 0, decisions = 0;
  for (const auto& said : claims) {
    auto claim = policy::parse_claim(said.says, subject.pack);
    if (!claim) return fail(claim.error().code, (said.id.empty() ? "" : "claim." + said.id + ".says: ") + claim.error().path);
    const auto proof = every_decision.prove(*claim);
    Json row = Json::object();
    row.set("id", said.id);
    row.set("says", said.says);
    row.set("citation", said.citation);
    row.set("holds", Json::boolean(proof.holds()));
    row.set("decisions", Json::natural(proof.decisions));
    if (proof.counterexample) row.set("counterexample", counterexample_json(*proof.counterexample));
    rows.add(std::move(row));
    broken += proof.holds() ? 0 : 1;
    decisions += proof.decisions;
  }
  to.set("broken", Json::natural(broken));
  to.set("decisions", Json::natural(decisions));
  to.set("claims", std::move(rows));
  return broken;
}

Result<Json> policy_prove(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"source", "policy", "claim", "claims"}));
  XCH_ASSIGN(const auto claims, claims_of(request));
  XCH_ASSIGN(const auto subject, subject_of(call, request));
  Json out = pack_answer("policy-proof", subject.pack);
  XCH_TRY(set_proof(out, subject, claims));
  return out;
}

// ---- sign --------------------------------------------------------------------------------------------------------------

/// What a pack would change is shown, and what it has to keep is proved, before any root signs it.
Result<Json> policy_sign(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"home", "source", "claims", "preview"}));
  XCH_ASSIGN(const std::string home, request.text("home"));
  XCH_TRY(request.text("source"));
  XCH_ASSIGN(const bool preview, request.flag_or("preview", false));
  XCH_ASSIGN(const auto claims, claims_of(request));
  XCH_ASSIGN(const auto subject, subject_of(call, request));
  XCH_TRY(consent::Coalition::info(home));
  Json out = pack_answer("policy-signed", subject.pack);
  const auto file = consent::Coalition::policy_file(home);
  // A home that has lost its pack has nothing to compare with; the claims are proved all the same.
  if (!file && file.error().code != Code::policy_pack_unknown && file.error().code != Code::file_missing) return fail(file.error());
  if (file) {
    XCH_ASSIGN(const PolicyPack before, decoded(*file));
    set_difference(out, before, subject.pack);
  }
  XCH_ASSIGN(const std::uint64_t broken, set_proof(out, subject, claims));
  const auto findings = policy::lint(subject.pack, subject.schemas);
  const auto errors = std::count_if(findings.begin(), findings.end(), [](const auto& finding) { return finding.is_error(); });
  out.set("errors", Json::natural(static_cast<std::uint64_t>(errors)));
  const bool sound = broken == 0 && errors == 0;
  out.set("sound", Json::boolean(sound));
  out.set("signed", Json::boolean(sound && !preview));
  out.set("policy", to_hex(crypto::th_as<PolicyHash>(crypto::label::kPolicyHash, {wire::encode(subject.pack)})));
  if (sound && !preview) XCH_TRY(consent::Coalition::sign_policy(home, subject.pack, call.ctx.environment));
  return out;
}

Result<Json> policy_test(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"source", "policy", "scenarios"}));
  XCH_ASSIGN(const std::string file, request.text_or("scenarios", ""));
  XCH_ASSIGN(const auto scenarios, consent::read_scenarios(file.empty() ? consent::default_scenarios_toml() : file));
  XCH_ASSIGN(const auto subject, subject_of(call, request));
  Json rows = Json::array();
  std::uint64_t failed = 0;
  for (const auto& scenario : scenarios) {
    const auto mismatches = policy::run_scenario(scenario, subject.pack, subject.schemas);
    if (!mismatches) {
      const std::string& at = mismatches.error().path;
      return fail(mismatches.error().code, "scenario." + scenario.name + (at.empty() ? "" : "." + at));
    }
    Json wrong = Json::array();
    for (const auto& mismatch : *mismatches) {
      Json row = Json::object();
      row.set("at", mismatch.at);
      row.set("expected", mismatch.expected);
      row.set("found", mismatch.found);
      wrong.add(std::move(row));
    }
    Json row = Json::object();
    row.set("name", scenario.name);
    row.set("passes", Json::boolean(mismatches->empty()));
    row.set("mismatches", std::move(wrong));
    rows.add(std::move(row));
    failed += mismatches->empty() ? 0 : 1;
  }
  Json out = pack_answer("policy-test", subject.pack);
  out.set("failed", Json::natural(failed));
  out.set("scenarios", std::move(rows));
  return out;
}

// ---- matrix ----------------------------------------------------------------------------------------------------------

Json matrix_row(const PolicyPack& pack, const PackBasis& basis, Purpose purpose, const PackClass& of_class) {
  Json cells = Json::array();
  for (const auto role : basis.readers) {
    Json cell = Json::object();
    cell.set("role", code_of(role));
    set_given(cell, policy::given(pack, basis.basis, purpose, role, of_class.field_class));
    const auto* said = policy::cell_for(pack, basis.basis, purpose, role, of_class.field_class);
    cell.set("reason", said == nullptr ? std::string() : said->reason);
    cells.add(std::move(cell));
  }
  Json out = Json::object();
  out.set("class", code_of(of_class.field_class));
  out.set("title", of_class.title);
  out.set("cells", std::move(cells));
  return out;
}

Result<Json> policy_matrix(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"source", "policy", "basis", "purpose"}));
  XCH_ASSIGN(const Basis basis, request.code_or_none<Basis>("basis", parse_basis));
  XCH_ASSIGN(const Purpose purpose, request.code_or_none<Purpose>("purpose", parse_purpose));
  XCH_ASSIGN(const auto subject, subject_of(call, request));
  Json tables = Json::array();
  for (const auto& row : subject.pack.bases)
    for (const auto opened : row.purposes) {
      if ((basis != Basis::none && row.basis != basis) || (purpose != Purpose::none && opened != purpose)) continue;
      Json table = Json::object();
      table.set("basis", code_of(row.basis));
      table.set("title", row.title);
      table.set("citation", row.citation);
      table.set("purpose", code_of(opened));
      table.set("roles", code_list(row.readers));
      Json rows = Json::array();
      for (const auto& of_class : subject.pack.classes) {
        const bool any = std::any_of(row.readers.begin(), row.readers.end(), [&](Role role) {
          return policy::given(subject.pack, row.basis, opened, role, of_class.field_class).effect != Effect::deny;
        });
        if (any) rows.add(matrix_row(subject.pack, row, opened, of_class));
      }
      table.set("classes", std::move(rows));
      tables.add(std::move(table));
    }
  Json out = pack_answer("policy-matrix", subject.pack);
  out.set("tables", std::move(tables));
  return out;
}

// ---- replay ----------------------------------------------------------------------------------------------------------

Json compartment_list(const std::vector<Compartment>& list) {
  Json out = Json::array();
  for (const auto k : list)
    out.add(Json::text(std::string(code_of(k.field_class())) + " " + std::string(code_of(k.form()))));
  return out;
}

/// "SUD full": a class and a form.
Result<std::vector<Compartment>> compartments_in(const Request& request, const std::string& name) {
  XCH_ASSIGN(const auto texts, request.texts(name));
  std::vector<Compartment> out;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto space = texts[i].find(' ');
    const auto field_class = parse_field_class(std::string_view(texts[i]).substr(0, space));
    const auto form =
        space == std::string::npos ? std::nullopt : parse_form(std::string_view(texts[i]).substr(space + 1));
    const bool rises = field_class && form && (out.empty() || out.back() < Compartment(*field_class, *form));
    if (!rises) return fail(Code::json_range, name + "[" + std::to_string(i) + "]");
    out.push_back(Compartment(*field_class, *form));
  }
  return out;
}

Result<policy::DecisionRecord> record_in(const Json& json) {
  if (!json.is_object()) return fail(Code::json_wrong_type, "record");
  XCH_ASSIGN(const Request in,
             Request::parse(wire::write_json(json),
                            {"kind", "time", "policy", "schema", "type", "part", "basis", "purpose", "role", "archive",
                             "reader_may_read", "sender_may_write", "compartments", "notice", "obligations"}));
  policy::DecisionRecord out;
  XCH_ASSIGN(const std::string time, in.text("time"));
  const auto at = parse_time(time);
  if (!at) return fail(Code::json_range, "time");
  out.time = *at;
  XCH_ASSIGN(out.pack, in.hex<PolicyHash>("policy"));
  XCH_ASSIGN(out.schema, in.hex<SchemaDigest>("schema"));
  XCH_ASSIGN(const std::uint64_t part, in.natural_or("part", 0));
  if (part > 0xffff) return fail(Code::json_range, "part");
  out.query.part = static_cast<std::uint16_t>(part);
  XCH_ASSIGN(out.query.basis, in.code_or_none<Basis>("basis", parse_basis));
  XCH_ASSIGN(out.query.purpose, in.code_or_none<Purpose>("purpose", parse_purpose));
  XCH_ASSIGN(out.query.reader_role, in.code_or_none<Role>("role", parse_role));
  XCH_ASSIGN(out.query.reader_is_sender, in.flag_or("archive", false));
  XCH_ASSIGN(out.query.reader_may_read, compartments_in(in, "reader_may_read"));
  XCH_ASSIGN(out.query.sender_may_write, compartments_in(in, "sender_may_write"));
  XCH_ASSIGN(out.terms, compartments_in(in, "compartments"));
  if (in.json().find("notice") != nullptr) {
    XCH_ASSIGN(out.notice, in.code_or_none<Notice>("notice", parse_notice));
  }
  if (in.json().find("obligations") != nullptr) {
    XCH_ASSIGN(out.obligations, in.codes<Obligation>("obligations", parse_obligation));
  }
  return out;
}

/// The decision behind one recipient of one note, as the journal has it, with the rights that the grant gave.
Result<policy::DecisionRecord> record_of_line(session::Session& session, std::uint64_t seq) {
  XCH_ASSIGN(const auto lines, session.journal(seq, 1));
  const bool is_one = !lines.empty() && lines.front().seq == seq && lines.front().kind == EventKind::disclosed;
  if (!is_one) return fail(Code::not_found, "seq");
  XCH_ASSIGN(Json line, wire::parse_json(lines.front().detail_json));
  const Request in(std::move(line));
  XCH_ASSIGN(const auto hash, in.hex<GrantHash>("grant"));
  XCH_ASSIGN(const auto to, in.hex<PartyId>("to"));
  const auto grant = session.grant(hash);
  if (!grant) return fail(Code::key_erased, "grant");  // its view is gone, and with it what it gave to whom
  policy::DecisionRecord out;
  out.time = lines.front().time;
  XCH_ASSIGN(out.pack, in.hex<PolicyHash>("policy"));
  XCH_ASSIGN(out.schema, in.hex<SchemaDigest>("schema"));
  XCH_ASSIGN(const std::uint64_t part, in.natural_or("part", 0));
  out.query.part = static_cast<std::uint16_t>(part);
  XCH_ASSIGN(out.query.basis, in.code_or_none<Basis>("basis", parse_basis));
  XCH_ASSIGN(out.query.purpose, in.code_or_none<Purpose>("purpose", parse_purpose));
  XCH_ASSIGN(out.query.reader_role, in.code_or_none<Role>("role", parse_role));
  out.query.reader_is_sender = to == session.info().party;
  out.query.reader_may_read = grant->may_read(to);
  out.query.sender_may_write = grant->may_write(session.info().party);
  const Json* terms = in.json().find("compartments");
  if (terms == nullptr || !terms->is_array()) return fail(Code::store_damaged);
  for (const auto& k : terms->items()) {
    if (!k.is_natural() || k.as_natural() > 0xffff) return fail(Code::store_damaged);
    Compartment one;
    one.value = static_cast<std::uint16_t>(k.as_natural());
    out.terms.push_back(one);
  }
  return out;
}

Json record_json(const policy::DecisionRecord& record, const NoteSchema& schema) {
  Json out = answer("decision");
  out.set("time", time_text(record.time));
  out.set("policy", to_hex(record.pack));
  out.set("schema", to_hex(record.schema));
  out.set("type", schema.name);
  out.set("part", Json::natural(record.query.part));
  out.set("basis", code_of(record.query.basis));
  out.set("purpose", code_of(record.query.purpose));
  out.set("role", code_of(record.query.reader_role));
  out.set("archive", Json::boolean(record.query.reader_is_sender));
  out.set("reader_may_read", compartment_list(record.query.reader_may_read));
  out.set("sender_may_write", compartment_list(record.query.sender_may_write));
  out.set("compartments", compartment_list(record.terms));
  if (record.notice) out.set("notice", code_of(*record.notice));
  if (record.obligations) out.set("obligations", code_list(*record.obligations));
  return out;
}

/// The pack that a replay decides by: one that the request gives, or else the one that the record names.
Result<PolicyPack> replay_pack(const Call& call, const Request& request, const PolicyHash& named) {
  const bool given = request.json().find("source") != nullptr || request.json().find("policy") != nullptr;
  if (given) {
    XCH_ASSIGN(auto subject, subject_of(call, request));
    return std::move(subject.pack);
  }
  if (call.session == nullptr) return fail(Code::policy_pack_unknown);
  XCH_ASSIGN(const PolicyPack* held, call.session->pack_with(named));
  if (held == nullptr) return fail(Code::policy_pack_unknown);
  return *held;
}

Result<Json> policy_replay(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"seq", "record", "source", "policy"}));
  const Json* given = request.json().find("record");
  XCH_ASSIGN(const std::uint64_t seq, request.natural_or("seq", 0));
  if ((given == nullptr) == (seq == 0)) return fail(Code::json_missing, "record");  // one of the two
  if (given == nullptr && call.session == nullptr) return fail(Code::home_missing);
  XCH_ASSIGN(const auto record, given != nullptr ? record_in(*given) : record_of_line(*call.session, seq));
  XCH_ASSIGN(const PolicyPack pack, replay_pack(call, request, record.pack));
  XCH_ASSIGN(const auto catalogue, session::Catalogue::load());
  const auto* type = catalogue.with_digest(record.schema);
  if (type == nullptr) return fail(Code::schema_unknown);
  const auto now = policy::replay(record, pack, type->schema());
  const auto hash = crypto::th_as<PolicyHash>(crypto::label::kPolicyHash, {wire::encode(pack)});
  Json out = answer("replay");
  out.set("same", Json::boolean(now.same));
  out.set("same_policy", Json::boolean(hash == record.pack));
  out.set("policy", to_hex(hash));
  out.set("compartments", compartment_list(now.terms));
  out.set("added", compartment_list(now.added));
  out.set("removed", compartment_list(now.removed));
  out.set("notice", code_of(now.notice));
  out.set("obligations", code_list(now.obligations));
  out.set("record", record_json(record, type->schema()));
  return out;
}

}  // namespace

std::vector<VerbRow> policy_verbs() {
  return {{"policy.check", Needs::either, policy_check}, {"policy.lint", Needs::either, policy_lint},
          {"policy.diff", Needs::either, policy_diff},   {"policy.prove", Needs::either, policy_prove},
          {"policy.sign", Needs::nothing, policy_sign},
          {"policy.test", Needs::either, policy_test},   {"policy.matrix", Needs::either, policy_matrix},
          {"policy.replay", Needs::either, policy_replay}};
}

}  // namespace xch::c_api
