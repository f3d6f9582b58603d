#include "teller.hpp"

#include <cstdio>
#include <map>

#include "show.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

constexpr std::size_t kIndent = 3;

std::string rounded(double value, int digits) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.*f", digits, value);
  return buffer;
}

/// with_commas writes 8320 as 8,320.
std::string with_commas(std::size_t n) {
  std::string digits = std::to_string(n);
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
  return digits;
}

std::string list_of(const std::vector<Seen>& fields) {
  std::string out = "[";
  for (const auto& f : fields) {
    Request one;
    one.text("field", f.field).text("class", f.field_class).text_if("value", f.value).text("why", f.why).text_if("because", f.because);
    out += (out.size() > 1 ? "," : "") + one.str();
  }
  return out + "]";
}

}  // namespace

double Teller::seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

Request Teller::line(const char* kind) const {
  Request out;
  out.natural("v", 1).text("kind", kind).natural("step", static_cast<std::uint64_t>(step_));
  return out;
}

void Teller::step(const std::string& title) {
  ++step_;
  if (json_) {
    say(line("step").text("title", title).str());
  } else {
    say("");
    say(strong(std::to_string(step_) + ". " + title));
  }
  std::fflush(stdout);
}

void Teller::tell(const std::string& text) {
  if (json_) say(line("told").text("text", text).str());
  else say_wrapped(text, kIndent);
  std::fflush(stdout);
}

void Teller::pause() {
  if (!json_) say("");
}

void Teller::rows(std::vector<std::string> headings, const std::vector<std::vector<std::string>>& cells) {
  if (json_) {
    for (const auto& row : cells) {
      Request one = line("row");
      for (std::size_t i = 0; i < row.size(); ++i) one.text(headings[i].c_str(), row[i]);
      say(one.str());
    }
    return;
  }
  Table table(std::move(headings));
  for (const auto& row : cells) table.row(row);
  table.print(kIndent);
}

void Teller::sealed(const std::string& from, const std::string& type, const Value& answer, double ms) {
  if (json_) {
    say(line("sealed").text("from", from).text("type", type).raw("envelopes", answer["envelopes"].dump()).raw("ms", rounded(ms, 2)).str());
    return;
  }
  std::string to;
  for (const auto& envelope : answer["envelopes"].items())
    to += (to.empty() ? "" : ", ") + (envelope.str("to") == from ? "its own archive" : envelope.str("to")) + " " +
          with_commas(envelope["bytes"].as_natural()) + " bytes";
  say_wrapped(from + " seals " + type + " in " + rounded(ms, 1) + " ms: " + to + ".", kIndent);
}

void Teller::saw(const std::string& reader, const std::string& from, const Value& note, const std::vector<Seen>& seen,
                 const std::vector<Seen>& withheld, std::size_t bytes, double ms) {
  const std::string type = note.str("type");
  if (json_) {
    say(line("saw").text("reader", reader).text("from", from).text("type", type).text("log_proof", note.str("freshness")).raw("fields", list_of(seen))
            .raw("withheld", list_of(withheld)).natural("bytes", bytes).raw("ms", rounded(ms, 2)).str());
    return;
  }
  say("");
  say_wrapped(reader + " opens " + with_commas(bytes) + " bytes in " + rounded(ms, 1) + " ms (log proof: " + note.str("freshness") + ") and sees:", kIndent);
  if (seen.empty()) say_wrapped("nothing", kIndent + 2);
  Table table({"field", "class", "value", "why"});
  Reasons reasons;
  for (const auto& f : seen) {
    table.row({f.field, f.field_class, f.value, f.why});
    reasons.add(f.field_class, f.because);
  }
  if (!table.empty()) table.print(kIndent);
  reasons.show(kIndent);
  // By reason: twenty lines of "nothing" would bury the few that differ.
  std::map<std::string, std::string> hidden;
  for (const auto& f : withheld) {
    std::string& fields = hidden[f.field_class + ": " + f.why + (f.because.empty() ? "" : ": " + f.because)];
    fields += (fields.empty() ? "" : ", ") + f.field;
  }
  for (const auto& [why, fields] : hidden) say_wrapped("not there: " + fields + " (" + why + ")", kIndent);
}

void Teller::preview(const std::string& who, const Value& preview) {
  if (json_) {
    say(line("preview").text("who", who).raw("rows", preview["rows"].dump()).str());
    return;
  }
  say_wrapped(who + " asks first what would happen (exchange seal --dry-run):", kIndent);
  say("");
  // What its own archive keeps is left out: it is everything that it wrote.
  Value rows = Value::array(), others = Value::object();
  for (const auto& row : preview["rows"].items())
    if (row.str("to") != who) rows.add(row);
  others.set("rows", std::move(rows));
  show_preview(others, Fields::present);
}

void Teller::refused(const std::string& who, const std::string& what, const exchange::Error& error) {
  if (json_) {
    say(line("refused").text("who", who).text("what", what).text("id", error.id).text("text", error.text).str());
    return;
  }
  say_wrapped(who + " " + what + ". Refused, as it must be: " + error.text + " (" + error.id + ").", kIndent);
}

void Teller::end(bool ok, const std::string& why) {
  if (json_) {
    Request last = line("demo");
    last.flag("ok", ok).text_if("why", why).raw("seconds", rounded(seconds(), 1));
    say(last.str());
    return;
  }
  say("");
  if (ok) {
    say("demo: ok");
    return;
  }
  say_wrapped("demo: failed in step " + std::to_string(step_) + ": " + why);
}

}  // namespace cli
