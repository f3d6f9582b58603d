#include "failure.hpp"

#include "json.hpp"
#include "terminal.hpp"

namespace cli {

exchange::Exception usage(std::string text, std::string fix) {
  return exchange::Exception({XCH_E_USAGE, "EX1002", std::move(text), "", std::move(fix), 2});
}

exchange::Exception failure(const char* id, std::string path) {
  auto library = exchange::Context::open("");
  if (!library) return exchange::Exception(library.error());
  auto answer = library->call("errors.explain", Request().text("id", id).str());
  if (!answer) return exchange::Exception(answer.error());
  const auto row = Value::parse(answer->view()).value_or(Value());
  return exchange::Exception({static_cast<int>(row["code"].as_real()), row.str("id"), row.str("text"), std::move(path),
                              row.str("fix"), static_cast<int>(row["exit"].as_natural())});
}

namespace {

/// verdict is the word before an error's text: what kind of no it is.
const char* verdict(const exchange::Error& error) {
  switch (error.code) {
    case XCH_DENIED:
    case XCH_EXPIRED:
    case XCH_REVOKED: return "refused";
    case XCH_NOT_FOUND: return "not found";
    case XCH_AGAIN: return error.exit == 75 ? "busy" : "cannot tell";
    case XCH_E_CRYPTO: return "rejected";
    default: return "error";
  }
}

}  // namespace

std::string error_json(const exchange::Error& error) {
  return "{\"v\":1,\"kind\":\"error\",\"code\":" + std::to_string(error.code) + ",\"id\":" + exchange::json_string(error.id) +
         ",\"text\":" + exchange::json_string(error.text) + ",\"path\":" + exchange::json_string(error.path) +
         ",\"fix\":" + exchange::json_string(error.fix) + "}";
}

int show_error(const exchange::Error& error, const std::string& unharmed, bool json) {
  if (json) {
    say(error_json(error));
    return error.exit;
  }
  const std::string where = error.path.empty() ? "" : " at " + printable(error.path);
  complain("exchange: " + std::string(verdict(error)) + ": " + error.text + where + " (" + error.id + ")");
  // Where the text says already that nothing happened, saying it again would be noise.
  if (!unharmed.empty() && error.text.find("nothing") == std::string::npos) complain("  " + unharmed);
  if (!error.fix.empty()) complain("  " + error.fix);
  return error.exit;
}

}  // namespace cli
