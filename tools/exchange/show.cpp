#include "show.hpp"

#include <algorithm>

#include "run.hpp"
#include "terminal.hpp"

namespace cli {

std::string shown(const Value& value) {
  if (value.type() != Value::Type::array && value.type() != Value::Type::object) return printable(value.as_text());
  std::string out;
  for (const auto& item : value.items()) out += (out.empty() ? "" : ", ") + shown(item);
  for (const auto& [name, member] : value.members()) out += (out.empty() ? "" : ", ") + printable(name) + " " + shown(member);
  return out;
}

std::string with_form(const Value& field) {
  const std::string form = field.str("form");
  return shown(field["value"]) + (form.empty() || form == "full" ? "" : " (" + form + ")");
}

void Reasons::add(const std::string& field_class, const std::string& because) {
  if (because.empty()) return;
  const auto at = std::find_if(all_.begin(), all_.end(), [&](const auto& one) { return one.first == because; });
  auto& classes = at == all_.end() ? all_.emplace_back(because, std::vector<std::string>()).second : at->second;
  if (std::find(classes.begin(), classes.end(), field_class) == classes.end()) classes.push_back(field_class);
}

void Reasons::show(std::size_t indent) const {
  for (const auto& [because, classes] : all_) {
    std::string names;
    for (const auto& name : classes) names += (names.empty() ? "" : ", ") + name;
    say_wrapped(names + ": " + because, indent);
  }
}

void show_fields(const Value& fields) {
  if (fields.items().empty()) {
    say("  There is nothing in it for this reader.");
    return;
  }
  Table table({"field", "class", "value"});
  for (const auto& field : fields.items()) table.row({printable(field.str("field")), field.str("class"), with_form(field)});
  table.print(2);
}

void show_note(const Value& note) {
  say(strong(note.str("type") + " from " + printable(note.str("sender"))) + ", sealed " + note.str("sealed_at"));
  say("  purpose " + note.str("purpose") + ", basis " + note.str("basis") + ", log proof " + note.str("freshness") +
      (note["repeat"].is_true() ? ", opened before" : ""));
  say("  header " + note.str("header"));
  say("");
  show_fields(note["fields"]);
  say("");
  if (!note["redacted"].items().empty()) say_wrapped("Redacted: " + join(note["redacted"].items()), 2);
  if (!note["obligations"].items().empty()) say_wrapped("Obligations: " + join(note["obligations"].items()), 2);
  for (const auto& duty : note["duties"].items())
    if (!duty["until"].is_null()) say_wrapped("Delete it by " + duty.str("until") + ": exchange policy due", 2);
  if (!note.str("scope").empty()) say_wrapped("Scope: " + printable(note.str("scope")), 2);
  if (!note.str("notice").empty()) say_wrapped("Notice: " + printable(note.str("notice")), 2);
}

void show_preview(const Value& preview, Fields which) {
  for (const auto& row : preview["rows"].items()) {
    say(strong(row.str("type") + " to " + printable(row.str("to"))));
    Table table({"field", "class", "gets", "why"});
    Reasons reasons;
    for (const auto& field : row["fields"].items()) {
      if (which == Fields::present && !field["present"].is_true()) continue;
      table.row({printable(field.str("field")), field.str("class"), printable(field.str("gets")), printable(field.str("why"))});
      reasons.add(field.str("class"), printable(field.str("because")));
    }
    if (table.empty()) say("  No field of it is filled in.");
    else table.print(2);
    reasons.show(2);
    if (!row["obligations"].items().empty()) say_wrapped("Obligations: " + join(row["obligations"].items()), 2);
    say("");
  }
}

}  // namespace cli
