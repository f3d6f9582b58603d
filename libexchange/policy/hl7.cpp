#include "policy/hl7.hpp"

#include <algorithm>
#include <array>

namespace xch::policy {
namespace {

struct Row {
  FieldClass of;
  Hl7 code;
};
constexpr bool kAbove = false;
// v3-ActCode has no codes for criminal justice, immigration, housing and the like: those have the nearest one above.
constexpr std::array kRows{
    Row{FieldClass::id, {"N", "IDS"}},          Row{FieldClass::con, {"N", "DEMO"}},
    Row{FieldClass::loc, {"R", "PATLOC"}},      Row{FieldClass::eng, {"R", "SPI", kAbove}},
    Row{FieldClass::need, {"N", "SPI", kAbove}}, Row{FieldClass::hou, {"N", "LIVARG"}},
    Row{FieldClass::leg, {"N", "SPI", kAbove}}, Row{FieldClass::chri, {"R", "SPI", kAbove}},
    Row{FieldClass::lei, {"R", "SPI", kAbove}}, Row{FieldClass::sud, {"R", "SUD"}},
    Row{FieldClass::sudn, {"V", "SUD", kAbove}}, Row{FieldClass::mh, {"R", "MH"}},
    Row{FieldClass::psyn, {"V", "PSYTHPN"}},    Row{FieldClass::hiv, {"R", "HIV"}},
    Row{FieldClass::std, {"R", "STD"}},         Row{FieldClass::sdv, {"V", "SDV"}},
    Row{FieldClass::saf, {"R", "VIO", kAbove}}, Row{FieldClass::juv, {"R", "SPI", kAbove}},
    Row{FieldClass::gen, {"N", "GENDER"}},      Row{FieldClass::imm, {"R", "SPI", kAbove}},
    Row{FieldClass::prv, {"V", "SPI", kAbove}}, Row{FieldClass::tp, {"R", "SPI", kAbove}},
    Row{FieldClass::evl, {"N", "SPI", kAbove}}, Row{FieldClass::txt, {"R", "SPI", kAbove}},
    Row{FieldClass::orgs, {"R", "SSP"}}};

}  // namespace

const Hl7* hl7_of(FieldClass of) {
  const auto found = std::find_if(kRows.begin(), kRows.end(), [&](const Row& row) { return row.of == of; });
  return found == kRows.end() ? nullptr : &found->code;
}

}  // namespace xch::policy
