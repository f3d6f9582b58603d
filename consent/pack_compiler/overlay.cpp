#include "consent/pack_compiler/overlay.hpp"

#include "consent/pack_compiler/compile.hpp"

namespace xch::consent {
namespace {

using Shape = SourceValue::Shape;

constexpr int kRow = 2;  // matrix, matrix.ID: below that a member is taken whole

void lay(const SourceValue& overlay, SourceValue& base, int depth) {
  for (const auto& [key, value] : overlay.members) {
    const auto under = base.members.find(key);
    const bool both = under != base.members.end() && under->second.shape == Shape::section && value.shape == Shape::section;
    if (both && depth < kRow) {
      lay(value, under->second, depth + 1);
    } else {
      base.members[key] = value;
    }
  }
}

}  // namespace

Result<SourceValue> laid_over(SourceValue overlay) {
  const SectionBorrowed source(overlay, "");
  if (!source.has("base")) return overlay;
  XCH_ASSIGN(const auto name, source.text("base"));
  if (name != "lead-default") return fail(Code::policy_key_unknown, "base");
  XCH_TRY(source.text("name"));
  XCH_TRY(source.number("version"));
  XCH_ASSIGN(auto out, parse_source(default_pack_toml()));
  lay(overlay, out, 0);
  out.members.erase("base");
  return out;
}

}  // namespace xch::consent
