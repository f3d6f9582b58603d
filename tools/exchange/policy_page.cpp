#include "policy_page.hpp"

#include "terminal.hpp"

namespace cli {
namespace {

constexpr const char* kHead = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Who gets what</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; margin: 0 0 2.5rem; }
caption { text-align: left; font-weight: 600; padding: .5rem 0; }
th, td { border: 1px solid #767676; padding: .35rem .5rem; text-align: left; vertical-align: top; }
thead th { background: #eee; }
.whole { background: #dcedd9; }
.coarser { background: #fdf3cf; }
.nothing { color: #595959; }
.scroll { overflow-x: auto; }
ul { margin: 0; padding-left: 1.1rem; }
@media print { body { margin: 0; max-width: none; font-size: 9pt; } table { break-inside: avoid; } }
</style>
</head>
<body>
)";

/// The page goes to standard output, which may be a terminal.
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : printable(text)) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string cell(const Value& of) {
  const std::string gives = of.str("gives");
  if (gives == "nothing") return "<td class=\"nothing\">nothing</td>";
  std::string out = gives == "full" ? "<td class=\"whole\">whole value" : "<td class=\"coarser\">" + escaped(gives);
  if (of["tick"].is_true()) out += ", where ticked by itself";
  const std::string relation = of.str("relation");
  if (relation == "own-referral") out += ", of their own referral";
  if (relation == "own-client") out += ", of their own client";
  if (relation == "author") out += ", the whole stays with its author";
  return out + "</td>";
}

/// The pack's own reasons of a row, each once.
std::string reasons(const Value& of_class) {
  std::vector<std::string> said;
  for (const auto& of : of_class["cells"].items()) {
    const std::string reason = of.str("reason");
    bool again = reason.empty();
    for (const auto& text : said) again = again || text == reason;
    if (!again) said.push_back(reason);
  }
  std::string out = "<td><ul>";
  for (const auto& text : said) out += "<li>" + escaped(text) + "</li>";
  return out + "</ul></td>";
}

std::string table(const Value& of) {
  std::string out = "<div class=\"scroll\"><table>\n<caption>" + escaped(of.str("purpose") + " under " + of.str("basis") + ": " + of.str("title")) +
                    " (" + escaped(of.str("citation")) + ")</caption>\n<thead><tr><th scope=\"col\">What</th>";
  for (const auto& role : of["roles"].items()) out += "<th scope=\"col\">" + escaped(role.as_text()) + "</th>";
  out += "<th scope=\"col\">Why</th></tr></thead>\n<tbody>\n";
  for (const auto& of_class : of["classes"].items()) {
    out += "<tr><th scope=\"row\">" + escaped(of_class.str("class")) + ": " + escaped(of_class.str("title")) + "</th>";
    for (const auto& row : of_class["cells"].items()) out += cell(row);
    out += reasons(of_class) + "</tr>\n";
  }
  return out + "</tbody>\n</table></div>\n";
}

}  // namespace

std::string matrix_page(const Value& answer) {
  std::string out = kHead;
  out += "<h1>Who gets what</h1>\n<p>Policy pack " + escaped(answer.str("name")) + ", version " + escaped(answer.str("pack_version")) +
         ". What is in no table is given to nobody. Every line needs a consent that covers it, or the writer's own authority.</p>\n";
  for (const auto& of : answer["tables"].items()) out += table(of);
  return out + "</body>\n</html>\n";
}

}  // namespace cli
