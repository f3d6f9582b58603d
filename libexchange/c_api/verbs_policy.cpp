// policy.check, lint, diff, prove, test, matrix: a policy pack read, compared and proved, before or after it is signed.
// The pack is that of the request, or else the one in force in the home, or else the one that a new coalition gets.
#include <algorithm>
#include <optional>

#include "c_api/answers.hpp"
#include "c_api/request.hpp"
#include "c_api/verbs.hpp"
#include "consent/pack_compiler/claims.hpp"
#include "consent/pack_compiler/compile.hpp"
#include "crypto/digest.hpp"
#include "policy/compare.hpp"
#include "policy/decide.hpp"
#include "policy/lint.hpp"
#include "policy/prove.hpp"
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

Result<Json> policy_diff(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"before_source", "before_policy", "after_source", "after_policy"}));
  XCH_ASSIGN(const auto before, subject_of(call, request, "before_"));
  XCH_ASSIGN(const auto after, subject_of(call, request, "after_"));
  const auto difference = policy::compare(before.pack, after.pack);
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
  Json out = pack_answer("policy-diff", after.pack);
  out.set("disclosures", std::move(disclosures));
  out.set("rules", std::move(rules));
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

Result<Json> policy_prove(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"source", "policy", "claim", "claims"}));
  XCH_ASSIGN(const auto claims, claims_of(request));
  XCH_ASSIGN(const auto subject, subject_of(call, request));
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
  Json out = pack_answer("policy-proof", subject.pack);
  out.set("broken", Json::natural(broken));
  out.set("decisions", Json::natural(decisions));
  out.set("claims", std::move(rows));
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

}  // namespace

std::vector<VerbRow> policy_verbs() {
  return {{"policy.check", Needs::either, policy_check}, {"policy.lint", Needs::either, policy_lint},
          {"policy.diff", Needs::either, policy_diff},   {"policy.prove", Needs::either, policy_prove},
          {"policy.test", Needs::either, policy_test},   {"policy.matrix", Needs::either, policy_matrix}};
}

}  // namespace xch::c_api
