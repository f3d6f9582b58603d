#include "base/result.hpp"

#include <array>
#include <cstddef>

namespace xch {
namespace {

constexpr CodeInfo kTable[] = {
#define XCH_ERROR(code, errc, id, xch, exit, text, fix) {Code::code, #code, Errc::errc, id, xch, exit, text, fix},
#include "base/errors.def"
#undef XCH_ERROR
};

}  // namespace

const CodeInfo& info(Code code) { return kTable[static_cast<std::size_t>(code)]; }

const CodeInfo* find_code(std::string_view ex_id) {
  for (const auto& row : kTable)
    if (row.id == ex_id) return &row;
  return nullptr;
}

std::size_t code_count() { return std::size(kTable); }
const CodeInfo& code_at(std::size_t index) { return kTable[index]; }

}  // namespace xch
