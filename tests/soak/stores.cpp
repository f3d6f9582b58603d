#include "soak/stores.hpp"

#include <sqlite3.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "model/registry.hpp"

namespace xch::soak {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

fs::path file_of(const std::string& home) { return fs::path(home) / "store" / "exchange.db"; }

void query(const std::string& home, const char* sql, const std::function<void(sqlite3_stmt*)>& row) {
  sqlite3* db = nullptr;
  sqlite3_stmt* statement = nullptr;
  int code = sqlite3_open_v2(file_of(home).c_str(), &db, SQLITE_OPEN_READWRITE, nullptr);
  if (code == SQLITE_OK) code = sqlite3_prepare_v2(db, sql, -1, &statement, nullptr);
  if (code == SQLITE_OK)
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) row(statement);
  sqlite3_finalize(statement);
  sqlite3_close(db);
  if (code != SQLITE_DONE) throw std::runtime_error("the store of " + home + " cannot be read");
}

std::string blob(sqlite3_stmt* row, int column) {
  const auto* at = static_cast<const char*>(sqlite3_column_blob(row, column));
  return std::string(at, static_cast<std::size_t>(sqlite3_column_bytes(row, column)));
}

std::string own_party(const std::string& home) {
  std::ifstream file(fs::path(home) / "agency.json");
  return Json::parse(file).at("party");
}

}  // namespace

Journal read_journal(const std::string& home) {
  Journal out;
  out.whole = true;
  const std::string self = own_party(home);
  std::set<std::string> open;  // header and reader
  query(home, "SELECT seq, kind, object, detail FROM journal ORDER BY seq", [&](sqlite3_stmt* row) {
    if (static_cast<std::size_t>(sqlite3_column_int64(row, 0)) != ++out.lines) out.whole = false;
    const auto kind = static_cast<EventKind>(sqlite3_column_int(row, 1));
    if (kind == EventKind::denied) ++out.denied;
    if (kind != EventKind::disclosed && kind != EventKind::receipt) return;
    const Json detail = Json::parse(blob(row, 3));
    if (kind == EventKind::disclosed) {
      if (detail.at("to") == self) return;
      ++out.disclosed;
      open.insert(blob(row, 2) + detail.at("to").get<std::string>());
    } else if (detail.contains("reader") && open.erase(blob(row, 2) + detail.at("reader").get<std::string>()) == 1) {
      ++out.receipts;
    }
  });
  out.without_receipt = open.size();
  return out;
}

std::size_t rows_in(const std::string& home, const std::string& space) {
  std::size_t out = 0;
  query(home, "SELECT space, count(*) FROM rows GROUP BY space", [&](sqlite3_stmt* row) {
    if (blob(row, 0) == space) out = static_cast<std::size_t>(sqlite3_column_int64(row, 1));
  });
  return out;
}

double store_mb(const std::string& home) {
  double out = 0;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(file_of(home).parent_path(), ignored))
    out += static_cast<double>(entry.file_size(ignored)) / 1e6;
  return out;
}

void print_store(const std::string& name, const std::string& home, std::size_t notes) {
  const auto each = static_cast<double>(notes);
  std::printf("%s: %.1f MB\n", name.c_str(), store_mb(home));
  const auto line = [&](const std::string& what, sqlite3_stmt* row, int at) {
    const auto count = static_cast<double>(sqlite3_column_int64(row, at)),
               bytes = static_cast<double>(sqlite3_column_int64(row, at + 1));
    if (bytes < 1e4) return;
    std::printf("  %-14s %9.0f rows %9.2f MB %8.0f bytes a row %8.0f bytes a note\n", what.c_str(), count, bytes / 1e6,
                bytes / count, bytes / each);
  };
  query(home, "SELECT count(*), sum(length(detail) + 88) FROM journal",
        [&](sqlite3_stmt* row) { line("journal", row, 0); });
  query(home, "SELECT space, count(*), sum(length(key) + length(value)) FROM rows GROUP BY space ORDER BY 3 DESC",
        [&](sqlite3_stmt* row) { line(blob(row, 0), row, 1); });
}

}  // namespace xch::soak
