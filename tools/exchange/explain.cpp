// explain: an id of an error, a rule, a code or a word.
#include "explain.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

#include "failure.hpp"
#include "parse.hpp"
#include "run.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

bool same(const std::string& asked, const char* name) { return lower(asked) == lower(name); }

bool is_error_id(const std::string& asked) {
  return asked.size() == 6 && lower(asked.substr(0, 2)) == "ex" && asked.find_first_not_of("0123456789", 2) == std::string::npos;
}

const char* title_of(const std::string& list) {
  static const std::vector<std::pair<std::string, const char*>> kTitles = {{"FieldClass", "a class of information"}, {"Form", "a form of a value"}, {"Purpose", "a purpose"},
                                                                         {"Basis", "a legal basis"},              {"Role", "a role of an agency"}, {"PartyKind", "a kind of agency"},
                                                                         {"Obligation", "what a reader must or must not do"}};
  for (const auto& [name, title] : kTitles)
    if (name == list) return title;
  return "a code";
}

int explain_error(Run& run, std::string id) {
  id[0] = 'E';
  id[1] = 'X';
  const auto& row = run.call_bare("errors.explain", Request().text("id", id));
  if (run.answered()) return 0;
  say(strong(row.str("id")) + "  " + row.str("text"));
  say("what to do   " + row.str("fix"));
  say("kind         " + row.str("class") + " (" + row.str("name") + ")");
  say("exit status  " + row.str("exit") + " (exchange help exit-codes)");
  return 0;
}

int explain_rule(Run& run, const RuleText& rule) {
  if (run.json()) {
    run.give(Request().natural("v", 1).text("kind", "rule").text("id", rule.id).text("citation", rule.citation).text("text", rule.asks).text("fix", rule.fix).str());
    return 0;
  }
  say(strong(rule.id) + "  " + rule.citation);
  say_wrapped(rule.asks, 2);
  say_wrapped(rule.fix, 2);
  return 0;
}

int explain_term(Run& run, const Term& term) {
  std::vector<std::string> see(term.see.begin(), term.see.end());
  if (run.json()) {
    run.give(Request().natural("v", 1).text("kind", "term").text("term", term.names.front()).text("text", term.text).texts("see", see).str());
    return 0;
  }
  std::string others;
  for (std::size_t i = 1; i < term.names.size(); ++i) others += (i == 1 ? " (" : ", ") + std::string(term.names[i]);
  say(strong(term.names.front()) + others + (others.empty() ? "" : ")"));
  say_wrapped(term.text, 2);
  std::string list;
  for (const auto& name : see) list += (list.empty() ? "" : ", ") + name;
  say_wrapped("see also: " + list, 2);
  return 0;
}

/// A code may stand in two lists: EVAL is a purpose and a role.
int explain_code(Run& run, const std::vector<CodeText>& found) {
  if (run.json()) {
    Value rows = Value::array();
    for (const auto& code : found) {
      Value row = Value::object();
      row.set("list", Value::text(code.list));
      row.set("code", Value::text(code.code));
      row.set("text", Value::text(code.text));
      rows.add(std::move(row));
    }
    run.give(Request().natural("v", 1).text("kind", "code").raw("rows", rows.dump()).str());
    return 0;
  }
  for (const auto& code : found) {
    say(strong(code.code) + "  " + title_of(code.list));
    say_wrapped(code.text, 2);
  }
  return 0;
}

/// A rule that exchange schema check names; the library has the table.
std::optional<Value> schema_rule(Run& run, const std::string& asked) {
  for (const auto& row : run.call_bare("schema.rules")["rows"].items())
    if (same(asked, row.str("rule").c_str())) return row;
  return std::nullopt;
}

int explain_schema_rule(Run& run, const Value& rule) {
  if (run.json()) {
    run.give(Request().natural("v", 1).text("kind", "schema-rule").text("rule", rule.str("rule")).text("text", rule.str("text")).text("fix", rule.str("fix")).str());
    return 0;
  }
  say(strong(rule.str("rule")) + "  a rule of note schemas");
  say_wrapped("A field or a type " + rule.str("text") + ".", 2);
  say_wrapped(rule.str("fix"), 2);
  return 0;
}

[[noreturn]] void refuse(const std::string& asked) {
  auto unknown = failure("EX1017", "WHAT");
  auto names = explained_names();
  const std::string near = nearest(asked, names);
  unknown.error.fix = near.empty() ? "an error id as EX2219, a rule as P2-31-7, or a word: exchange explain lists them" : "did you mean \"" + near + "\"?";
  throw unknown;
}

int list_all(Run& run) {
  if (run.json()) {
    run.give(Request().natural("v", 1).text("kind", "explained").texts("names", explained_names()).str());
    return 0;
  }
  const auto show = [](const char* title, const std::vector<std::string>& names) {
    std::string all;
    for (const auto& name : names) all += (all.empty() ? "" : ", ") + name;
    say(strong(title));
    say_wrapped(all, 2);
  };
  std::vector<std::string> words, codes, rules;
  for (const auto& term : terms()) words.emplace_back(term.names.front());
  for (const auto& code : code_texts())
    if (std::find(codes.begin(), codes.end(), code.code) == codes.end()) codes.emplace_back(code.code);
  for (const auto& rule : rule_texts()) rules.emplace_back(rule.id);
  show("words", words);
  show("codes", codes);
  show("rules of consent check", rules);
  std::vector<std::string> of_schemas;
  for (const auto& row : run.call_bare("schema.rules")["rows"].items()) of_schemas.push_back(row.str("rule"));
  show("rules of schema check", of_schemas);
  say(strong("errors"));
  say("  every id that an error shows, as EX2219");
  return 0;
}

int explain(Run& run) {
  std::string asked;
  for (const auto& word : run.args().all("WHAT")) asked += (asked.empty() ? "" : " ") + word;
  if (asked.empty()) return list_all(run);
  if (is_error_id(asked)) return explain_error(run, asked);
  for (const auto& rule : rule_texts())
    if (same(asked, rule.id)) return explain_rule(run, rule);
  std::vector<CodeText> codes;
  for (const auto& code : code_texts())
    if (same(asked, code.code)) codes.push_back(code);
  // A code as it is written, before a word of the same letters.
  const bool exactly = std::any_of(codes.begin(), codes.end(), [&](const CodeText& code) { return asked == code.code; });
  if (exactly) return explain_code(run, codes);
  for (const auto& term : terms())
    for (const char* name : term.names)
      if (same(asked, name)) return explain_term(run, term);
  if (!codes.empty()) return explain_code(run, codes);
  if (const auto rule = schema_rule(run, asked)) return explain_schema_rule(run, *rule);
  refuse(asked);
}

}  // namespace

std::vector<std::string> explained_names() {
  std::vector<std::string> out;
  for (const auto& term : terms()) out.insert(out.end(), term.names.begin(), term.names.end());
  for (const auto& code : code_texts()) out.emplace_back(code.code);
  for (const auto& rule : rule_texts()) out.emplace_back(rule.id);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::vector<Command> explain_commands() {
  return {{"explain",
           "what an error id, a rule, a code or a word means",
           {"exchange explain EX2219", "exchange explain P2-31-7", "exchange explain consent key", "exchange explain   # all that it knows"},
           {{"WHAT", "", "an error id, a rule of consent check, a code, or a word", Option::Need::many}},
           "",
           explain,
           Effect::reads}};
}

}  // namespace cli
