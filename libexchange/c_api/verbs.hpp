// The verbs of xch_call: one table, one function each (docs/verbs.md).
#pragma once

#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "c_api/handles.hpp"
#include "c_api/request.hpp"
#include "wire/json.hpp"

namespace xch::c_api {

enum class Needs : std::uint8_t { nothing, home, either };  // either: uses the home where one is open

struct Call {
  xch_ctx& ctx;
  session::Session* session;  // set where the verb needs a home, or uses one
  std::string_view json;
};
using Verb = Result<Json> (*)(const Call&);

struct VerbRow {
  std::string_view name;
  Needs needs;
  Verb run;
};

// One list per file of verbs.
std::vector<VerbRow> general_verbs();    // version, errors, home, inspect, journal
std::vector<VerbRow> doctor_verbs();
std::vector<VerbRow> schema_verbs();     // schema.classes
std::vector<VerbRow> coalition_verbs();  // coalition, agency, roster, policy
std::vector<VerbRow> policy_verbs();     // policy: read, compared, proved
std::vector<VerbRow> duty_verbs();       // policy: what opened notes ask of this home
std::vector<VerbRow> packet_verbs();     // notes about several persons at once
std::vector<VerbRow> one_shot_verbs();   // packet: to recipients outside the coalition
std::vector<VerbRow> key_verbs();
std::vector<VerbRow> consent_verbs();
std::vector<VerbRow> consent_draft_verbs();
std::vector<VerbRow> consent_form_verbs();
std::vector<VerbRow> consent_life_verbs();  // renewed, who has confirmed, history
std::vector<VerbRow> emergency_verbs();     // break_glass
std::vector<VerbRow> exchange_verbs();   // preview, grants, inbox, nonce, present, verify, redact, erase
std::vector<VerbRow> log_verbs();        // the exchange log: written, shown, checked
std::vector<VerbRow> witness_verbs();    // a witness of logs, which is a folder and no home
std::vector<VerbRow> audit_verbs();      // what logs say, held against each other
std::vector<VerbRow> bench_verbs();

/// find_verb looks a verb up; nullptr when there is none.
const VerbRow* find_verb(std::string_view name);
/// bytes_of are the bytes that a request gives as base64 under `name`, or names by "file" in the spool.
Result<Bytes> bytes_of(const Call& call, const Request& request, std::string_view name);
/// verb_names lists them, sorted.
std::vector<std::string_view> verb_names();

}  // namespace xch::c_api
