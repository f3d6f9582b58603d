// schema: the note types, and what each of their fields is.
#include "run.hpp"
#include "show.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

int classes(Run& run) {
  const std::string type = run.args().one("TYPE");
  const auto& answer = run.call_bare("schema.classes", Request().text_if("type", type));
  if (run.answered()) return 0;
  if (type.empty()) {
    for (const auto& name : answer["types"].items()) say(name.as_text());
    return 0;
  }
  say(strong(answer.str("type")) + ", schema " + answer.str("digest").substr(0, 16));
  say("");
  Table fields({"field", "class", "type", "bytes", "other forms, codes"});
  for (const auto& row : answer["fields"].items()) {
    std::string more = join(row["forms"].items());
    if (!row["codes"].items().empty()) more += (more.empty() ? "" : "; ") + join(row["codes"].items());
    fields.row({row.str("field"), row.str("class"), row.str("type"), row.str("bytes"), more});
  }
  fields.print();
  return 0;
}

}  // namespace

std::vector<Command> schema_commands() {
  return {
      {"schema classes",
       "the note types; of one: its fields, their classes, types and codes",
       {"exchange schema classes", "exchange schema classes progress.engagement"},
       {{"TYPE", "", "a note type, as progress.engagement"}},
       "",
       classes,
       Effect::reads},
  };
}

}  // namespace cli
