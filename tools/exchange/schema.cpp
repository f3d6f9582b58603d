// schema: the note types, and what each of their fields is; and schemas of others: checked, compared, described.
#include <algorithm>
#include <tuple>

#include "files.hpp"
#include "run.hpp"
#include "schema_file.hpp"
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

// ---- check -----------------------------------------------------------------------------------------------------------

std::string times(std::size_t count, const char* one, const char* many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

int check(Run& run) {
  const std::string file = schema_input(run, run.args().one("FILE"), "FILE");
  const auto& answer = run.call_bare("schema.check", Request().text("schema", to_base64(file)));
  const auto found = answer["findings"].as_natural();
  const int status = found == 0 ? 0 : 2;
  if (run.answered()) return status;
  for (const auto& type : answer["types"].items()) {
    const std::string name = type.str("type").empty() ? "struct " + type.str("struct") : type.str("type");
    if (type["findings"].items().empty()) {
      say(strong(printable(name)) + ": no rule broken, " + times(type["slots"].as_natural(), "slot", "slots") +
          ", schema " + type.str("digest").substr(0, 16));
      continue;
    }
    say(strong(printable(name)) + ": " + times(type["findings"].items().size(), "broken rule", "broken rules"));
    for (const auto& finding : type["findings"].items()) {
      say_wrapped(
          printable(finding.str("subject")) + " " + printable(finding.str("text")) + " (" + finding.str("rule") + ")",
          2);
      say_wrapped(finding.str("fix"), 6);
    }
  }
  talk(found == 0 ? "Programs can be built with it, and a policy can name it."
                  : "No note is sealed by it until these are mended.");
  return status;
}

// ---- diff ------------------------------------------------------------------------------------------------------------

std::string change_of(const Value& change) {
  const std::string from = printable(change.str("from")), to = printable(change.str("to"));
  std::string out = change.str("what") + " " + change.str("how");
  if (!from.empty() && !to.empty()) out += ": " + from + " to " + to;
  else if (!from.empty() || !to.empty()) out += ": " + from + to;
  return out;
}

int diff(Run& run) {
  Request request;
  add_schema(run, request, run.args().one("OLD"), "old", "old_type", "OLD");
  add_schema(run, request, run.args().one("NEW"), "new", "new_type", "NEW");
  const auto& answer = run.call_bare("schema.diff", request);
  const bool compatible = answer["compatible"].is_true();
  if (run.answered()) return compatible ? 0 : 3;
  std::string type;
  for (const auto& change : answer["changes"].items()) {
    if (change.str("type") != type) say(strong(printable(change.str("type"))));
    type = change.str("type");
    const std::string field = change.str("field").empty() ? "" : printable(change.str("field")) + ": ";
    say_wrapped((change["compatible"].is_true() ? "  ok  " : "  NO  ") + field + change_of(change));
    say_wrapped(change.str("reason"), 6);
  }
  if (answer["changes"].items().empty()) say("nothing that a note or a reader depends on has changed");
  if (answer["old"].dump() == answer["new"].dump()) return 0;
  talk(compatible ? "A program written for the old schema reads notes of the new one."
                  : "A program written for the old schema does not read every note of the new one.");
  talk("An agency opens such notes once its library has the new schema; until then it refuses them whole.");
  return compatible ? 0 : 3;
}

// ---- doc -------------------------------------------------------------------------------------------------------------

using Rows = std::vector<std::vector<std::string>>;

/// A page is said as text or as Markdown; its content is the same.
class Page {
 public:
  explicit Page(bool markdown) : markdown_(markdown) {}

  void title(const std::string& text) { say(markdown_ ? "# " + text : strong(text)); }
  void heading(const std::string& text) {
    say("");
    say(markdown_ ? "## " + text : strong(text));
    if (markdown_) say("");
  }
  void paragraph(const std::string& text) {
    say("");
    say_wrapped(text);
  }
  void table(const std::vector<std::string>& headings, const Rows& rows) {
    if (markdown_) return markdown_table(headings, rows);
    Table out(headings);
    for (const auto& row : rows) out.row(row);
    out.print();
  }

 private:
  static void markdown_table(const std::vector<std::string>& headings, const Rows& rows) {
    const auto line = [](const std::vector<std::string>& cells) {
      std::string out = "|";
      for (const auto& cell : cells) {
        out += " ";
        for (const char c : cell) out += c == '|' ? std::string("\\|") : std::string(1, c);
        out += " |";
      }
      say(out);
    };
    line(headings);
    line(std::vector<std::string>(headings.size(), "---"));
    for (const auto& row : rows) line(row);
  }

  bool markdown_;
};

/// said_rarely is what a field has besides: its forms, and that it comes in a note of its own.
std::string said_rarely(const Value& field) {
  std::string out = join(field["forms"].items());
  if (field["isolate"].is_true()) out += std::string(out.empty() ? "" : "; ") + "in a note of its own";
  return out;
}

Rows field_rows(const Value& page) {
  Rows out;
  for (const auto& field : page["fields"].items()) {
    const auto bytes = field["bytes"].as_natural();
    const bool has_length = field.str("type") != "code" && field.str("type") != "true" &&
                            field.str("type").find("number") == std::string::npos;
    out.push_back({field.str("field"), field.str("class"), field.str("type"),
                   has_length ? std::to_string(bytes - 5) : "", said_rarely(field)});
  }
  return out;
}

Rows code_rows(const Value& page) {
  Rows out;
  for (const auto& field : page["fields"].items())
    if (!field["codes"].items().empty()) out.push_back({field.str("field"), join(field["codes"].items())});
  return out;
}

/// reader_rows are who may read which class in which form, with the purposes of one basis in one row.
Rows reader_rows(const Value& page) {
  Rows out;
  for (const auto& reader : page["readers"].items()) {
    std::string basis = reader.str("basis");
    if (reader["ticked"].is_true()) basis += ", ticked by the person";
    if (!reader.str("only").empty()) basis += ", only " + reader.str("only");
    const std::vector<std::string> head = {reader.str("class"), reader.str("role"), reader.str("form"), basis};
    const auto same = std::find_if(out.begin(), out.end(),
                                   [&](const auto& row) { return std::equal(head.begin(), head.end(), row.begin()); });
    if (same != out.end()) {
      same->back() += " " + reader.str("purpose");
      continue;
    }
    out.push_back(head);
    out.back().push_back(reader.str("purpose"));
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const auto& a, const auto& b) { return std::tie(a[0], a[1]) < std::tie(b[0], b[1]); });
  return out;
}

void show_page(const Value& page, const std::string& pack, bool markdown) {
  Page out(markdown);
  out.title(printable(page.str("type")));
  std::string about = "Schema " + page.str("digest") + ". A note has " + page.str("slots") +
                      " places, whatever it says, and one reader's part of it takes at most " +
                      page.str("largest_view") + " bytes.";
  if (page["max_hours"].as_natural() != 0)
    about += " It lives " + times(page["max_hours"].as_natural(), "hour", "hours") + " at most.";
  out.paragraph(about);

  out.heading("Fields");
  out.table({"field", "class", "type", "bytes", "other forms"}, field_rows(page));
  const auto codes = code_rows(page);
  if (!codes.empty()) {
    out.heading("Codes");
    out.table({"field", "codes"}, codes);
  }
  out.heading("Classes");
  Rows classes;
  for (const auto& row : page["classes"].items())
    classes.push_back(
        {row.str("class"), printable(row.str("title")) + (row["part2"].is_true() ? " (42 CFR Part 2)" : "")});
  out.table({"class", "is"}, classes);

  out.heading("Who sends it to whom");
  Rows ways;
  for (const auto& way : page["sent"].items()) ways.push_back({join(way["from"].items()), join(way["to"].items())});
  if (!page["in_pack"].is_true()) out.paragraph("The policy " + pack + " does not name it, so nobody may send it yet.");
  else out.table({"from", "to"}, ways);

  out.heading("Who may read it");
  out.paragraph("By the policy " + pack + ", where a grant gives it: consent makes this less, and never more.");
  say("");
  out.table({"class", "role", "form", "basis", "purposes"}, reader_rows(page));
}

int doc(Run& run) {
  Request request;
  if (run.args().has("TYPE")) add_schema(run, request, run.args().one("TYPE"), "schema", "type", "TYPE");
  const auto& answer = run.call_bare("schema.doc", request);
  if (run.answered()) return 0;
  bool first = true;
  for (const auto& page : answer["pages"].items()) {
    if (!first) say("");
    first = false;
    show_page(page, printable(answer.str("pack")), run.args().has("--markdown"));
  }
  return 0;
}

}  // namespace

std::vector<Command> schema_commands() {
  using Need = Option::Need;
  const Option include{"-I", "DIR", "where a .capnp file finds its imports; may be repeated", Need::many};
  return {
      {"schema classes",
       "the note types; of one: its fields, their classes, types and codes",
       {"exchange schema classes", "exchange schema classes progress.engagement"},
       {{"TYPE", "", "a note type, as progress.engagement"}},
       "",
       classes,
       Effect::reads},
      {"schema check",
       "every rule that the note types of a file break, with what to do about it; exit status 2 if there is one",
       {"exchange schema check visit.capnp", "capnp compile -o- visit.capnp | exchange schema check -"},
       {{"FILE", "", "a schema: compiled, a bundle, or .capnp where the Cap'n Proto compiler is installed; - is stdin",
         Need::must},
        include},
       "",
       check,
       Effect::reads},
      {"schema diff",
       "what changed between two schemas, and whether a program written for the old one still reads notes of the new; "
       "exit status 3 if not",
       {"exchange schema diff old.capnp new.capnp", "exchange schema diff court.event court_event.capnp --json"},
       {{"OLD", "", "a file, as of schema check; or a note type of this library", Need::must},
        {"NEW", "", "the same", Need::must},
        include},
       "",
       diff,
       Effect::reads},
      {"schema doc",
       "a page for each note type: fields, codes, limits, who may read what by the policy that is there to begin with",
       {"exchange schema doc court.event", "exchange schema doc --markdown visit.capnp > visit.md"},
       {{"TYPE", "", "a note type, or a file as of schema check; without it all of this library's"},
        {"--markdown", "", "as Markdown"},
        include},
       "",
       doc,
       Effect::reads},
  };
}

}  // namespace cli
