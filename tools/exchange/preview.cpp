#include "preview.hpp"

#include <cctype>

#include "terminal.hpp"

namespace cli {

Preview& Preview::add(const char* verb, std::string what, std::vector<std::string> to) {
  rows_.push_back({verb, std::move(what), std::move(to)});
  return *this;
}

int Preview::say() const {
  if (run_.json()) {
    Value would = Value::array();
    for (const auto& row : rows_) {
      Value one = Value::object();
      one.set("do", Value::text(row.verb));
      one.set("what", Value::text(row.what));
      if (!row.to.empty()) {
        Value to = Value::array();
        for (const auto& name : row.to) to.add(Value::text(name));
        one.set("to", std::move(to));
      }
      would.add(std::move(one));
    }
    run_.give(Request().natural("v", 1).text("kind", "dry-run").text("command", run_.command().name).raw("would", would.dump()).str());
    return 0;
  }
  if (rows_.empty()) cli::say("would do nothing");
  for (const auto& row : rows_) {
    std::string names;
    for (const auto& name : row.to) names += (names.empty() ? " to " : ", ") + printable(name);
    const std::string verb = std::string(row.verb) == "unless" ? "not checked" : "would " + std::string(row.verb);
    std::string head = verb + std::string(14 - std::min<std::size_t>(verb.size(), 13), ' ');
    for (const auto& line : wrap(printable(row.what) + names, kWidth - head.size())) {
      cli::say(head + line);
      head.assign(head.size(), ' ');
    }
  }
  std::string end = run_.command().unharmed.empty() ? "nothing was done" : run_.command().unharmed;
  end[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(end[0])));
  talk(end + " (dry run).");
  return 0;
}

std::string output_named(const Run& run, const char* option) {
  const std::string path = run.args().one(option);
  return path.empty() || path == "-" ? "standard output" : path;
}

std::vector<std::string> parties_of_roster(Run& run) {
  std::vector<std::string> out;
  for (const auto& party : run.call("roster.show")["parties"].items()) out.push_back(party.str("name"));
  return out;
}

}  // namespace cli
