// The note type with every shape, and a pack for it.
#include "note_everything.bundles.hpp"

#include <algorithm>
#include <tuple>

#include "crypto/digest.hpp"
#include "crypto/labels.hpp"
#include "policy/decide.hpp"
#include "vectors/world.hpp"

namespace xch::vectors {
namespace {

using Bundle = ::exchange::bundles::Everything;

struct Given {
  Role role;
  FieldClass of;
  Form form;
};

// harbor is CM, clinic TXP, defender PD. Each of them reads each class in one form.
const std::vector<Given>& given() {
  static const std::vector<Given> all = {
      {Role::cm, FieldClass::id, Form::month},    {Role::cm, FieldClass::con, Form::full},
      {Role::cm, FieldClass::loc, Form::area},    {Role::cm, FieldClass::eng, Form::bucket},
      {Role::cm, FieldClass::need, Form::theme},  {Role::cm, FieldClass::hou, Form::full},
      {Role::cm, FieldClass::leg, Form::level},   {Role::cm, FieldClass::mh, Form::bucket},
      {Role::cm, FieldClass::sdv, Form::full},    {Role::cm, FieldClass::tp, Form::full},
      {Role::cm, FieldClass::txt, Form::full},    {Role::txp, FieldClass::id, Form::day},
      {Role::txp, FieldClass::loc, Form::full},   {Role::txp, FieldClass::eng, Form::full},
      {Role::txp, FieldClass::need, Form::full},  {Role::txp, FieldClass::leg, Form::category},
      {Role::txp, FieldClass::mh, Form::full},    {Role::pd, FieldClass::id, Form::initials},
      {Role::pd, FieldClass::eng, Form::ageBand}, {Role::pd, FieldClass::need, Form::yesNo},
      {Role::pd, FieldClass::leg, Form::yesNo},
  };
  return all;
}

bool is_mask(Form form) { return static_cast<unsigned>(form) >= 32; }

void add_cells(PolicyPack& pack) {
  pack.cells.clear();
  for (const auto& [role, of, form] : given()) {
    PackCell cell;
    cell.basis = Basis::part2Consent;
    cell.purpose = Purpose::coord;
    cell.role = role;
    cell.field_class = of;
    cell.form = form;
    cell.effect = form == Form::full ? Effect::allow : is_mask(form) ? Effect::mask : Effect::generalise;
    cell.reason = "a vector";
    pack.cells.push_back(std::move(cell));
  }
  std::sort(pack.cells.begin(), pack.cells.end(), [](const PackCell& a, const PackCell& b) {
    return std::tie(a.basis, a.purpose, a.role, a.field_class) < std::tie(b.basis, b.purpose, b.role, b.field_class);
  });
}

PolicyPack make_pack() {
  PolicyPack pack = message_test::default_pack();
  pack.name = "vectors";
  pack.zone.clear();  // of drafts, and no vector has one
  pack.originator = {};
  pack.bases.erase(pack.bases.begin() + 1, pack.bases.end());
  PackBasis& basis = pack.bases.front();
  if (basis.basis != Basis::part2Consent) testing::give_up(Code::bug, "basis");
  basis.purposes = {Purpose::coord};
  basis.notice = Notice::p2Short;
  basis.elements.clear();
  for (auto& row : pack.classes) {
    row.title = "a class";
    row.obligations.clear();
  }
  pack.notices.erase(std::remove_if(pack.notices.begin(), pack.notices.end(),
                                    [](const PackNotice& row) { return row.notice != Notice::p2Short; }),
                     pack.notices.end());
  add_cells(pack);
  const NoteSchema& schema = everything_type().schema();
  pack.schemas = {{schema.name, schema.type_id, schema.digest}};
  pack.edges = {{schema.name, {Role::cm}, {Role::cm, Role::txp, Role::pd}}};
  pack.maps = {{schema.name, "kind", Form::yesNo, {0, 1, 2}},
               {schema.name, "kind", Form::level, {0, 2, 2}},
               {schema.name, "kind", Form::category, {0, 1, 1}},
               {schema.name, "kinds", Form::yesNo, {0, 1, 2}},
               {schema.name, "kinds", Form::theme, {0, 2, 2}}};
  return pack;
}

}  // namespace

const wire::NoteType& everything_type() {
  static const wire::NoteType type = [] {
    const ByteView bytes(Bundle::bytes, sizeof(Bundle::bytes));
    wire::NoteType out = must(wire::NoteType::load(bytes), "everything");
    out.set_digest(crypto::th_as<SchemaDigest>(crypto::label::kSchemaDigest, {bytes}));
    return out;
  }();
  return type;
}

const PolicyPack& everything_pack() {
  static const PolicyPack pack = make_pack();
  return pack;
}

const PolicyPack& small_pack() {
  static const PolicyPack pack = [] {
    PolicyPack out = make_pack();
    out.grant_view_size = 8192;
    return out;
  }();
  return pack;
}

}  // namespace xch::vectors
