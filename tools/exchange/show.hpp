// How an opened note and a decision table look to people; shared by the commands that show them, and by the demo.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "json.hpp"

namespace cli {

/// shown is a field's value as text: codes and lists joined, control characters made visible.
std::string shown(const Value& value);
/// with_form is the value with the form in which it came, where that is not the whole one: "yes (yes-no)".
std::string with_form(const Value& field);

/// Reasons are the pack's own reasons, each said once below a table: the same one stands behind many of its lines.
class Reasons {
 public:
  void add(const std::string& field_class, const std::string& because);
  void show(std::size_t indent) const;

 private:
  std::vector<std::pair<std::string, std::vector<std::string>>> all_;  // reason, its classes
};

/// show_note prints an opened note: where from, its fields, what goes with them.
void show_note(const Value& note);
/// show_fields prints fields as a table.
void show_fields(const Value& fields);

enum class Fields { present, all };
/// show_preview prints one table for each note type and recipient of a preview.
void show_preview(const Value& preview, Fields which);

}  // namespace cli
