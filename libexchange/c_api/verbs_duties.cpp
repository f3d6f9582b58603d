// policy.due, deleted, approval, approve: what opened notes ask of this home (docs/obligations.md).
#include "c_api/answers.hpp"
#include "c_api/verbs.hpp"
#include "session/duties.hpp"

namespace xch::c_api {
namespace {

void set_time(Json& to, std::string_view name, Timestamp at) {
  to.set(name, at.seconds == 0 ? Json() : time_text(at));
}

Result<Json> policy_due(const Call& call) {
  XCH_TRY(Request::parse(call.json, {}));
  XCH_ASSIGN(const Timestamp now, call.session->now());
  XCH_ASSIGN(const auto all, call.session->duties().deletions());
  Json rows = Json::array();
  for (const auto& duty : all) {
    Json row = Json::object();
    row.set("header", to_hex(duty.note));
    row.set("sender", duty.sender_name);
    row.set("type", duty.type);
    row.set("due", time_text(duty.due));
    set_time(row, "erased_at", duty.erased_at);
    set_time(row, "confirmed_at", duty.confirmed_at);
    row.set("overdue", Json::boolean(duty.is_overdue(now)));
    rows.add(std::move(row));
  }
  Json out = answer("policy-due");
  out.set("rows", std::move(rows));
  return out;
}

Result<Json> policy_deleted(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"header"}));
  XCH_ASSIGN(const HeaderHash header, request.hex<HeaderHash>("header"));
  XCH_TRY(call.session->duties().confirm_deleted(header));
  return answer("done");
}

Json approvals_json(const std::vector<session::Approval>& approvals) {
  Json rows = Json::array();
  for (const auto& approval : approvals) {
    Json row = Json::object();
    row.set("header", to_hex(approval.note));
    row.set("sender", approval.sender_name);
    row.set("type", approval.type);
    row.set("basis", code_of(approval.basis));
    row.set("purpose", code_of(approval.purpose));
    std::vector<FieldClass> classes;
    for (const auto compartment : approval.compartments)
      if (classes.empty() || classes.back() != compartment.field_class()) classes.push_back(compartment.field_class());
    row.set("classes", code_list(classes));
    row.set("by", approval.by);
    set_time(row, "approved_at", approval.approved_at);
    rows.add(std::move(row));
  }
  Json out = answer("approvals");
  out.set("rows", std::move(rows));
  return out;
}

Result<Json> policy_approval(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"envelope", "file"}));
  XCH_ASSIGN(const Bytes bytes, bytes_of(call, request, "envelope"));
  XCH_ASSIGN(const auto asked, call.session->duties().asked(bytes));
  return approvals_json(asked);
}

Result<Json> policy_approve(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"envelope", "file", "by"}));
  XCH_ASSIGN(const Bytes bytes, bytes_of(call, request, "envelope"));
  XCH_ASSIGN(const std::string by, request.text("by"));
  XCH_ASSIGN(const auto approved, call.session->duties().approve(bytes, by));
  return approvals_json(approved);
}

}  // namespace

std::vector<VerbRow> duty_verbs() {
  return {{"policy.due", Needs::home, policy_due},
          {"policy.deleted", Needs::home, policy_deleted},
          {"policy.approval", Needs::home, policy_approval},
          {"policy.approve", Needs::home, policy_approve}};
}

}  // namespace xch::c_api
