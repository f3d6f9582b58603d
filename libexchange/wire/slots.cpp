#include "wire/slots.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "wire/slots_annotations.hpp"

namespace xch::wire {
namespace {

using capnp::schema::Field;
using capnp::schema::Node;
using capnp::schema::Type;
using Broken = std::optional<RuleBreak>;
using Annotations = capnp::List<capnp::schema::Annotation>::Reader;

constexpr std::uint32_t kSizes[] = {32, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576};
constexpr std::uint32_t kWordSize = 32;  // the slot of a number, a code or a Void
// Where a class is missing or unknown and all breaks are asked for, the walk goes on with this one.
constexpr auto kStandIn = static_cast<std::uint16_t>(FieldClass::txt);
const std::vector<std::string> kYesNo = {"unstated", "no", "yes"};

RuleBreak broken_rule(std::string subject, SchemaRule rule, const std::string& name = "") {
  std::string text(rule_info(rule).text);
  const auto mark = text.find("{}");
  if (mark != std::string::npos) text.replace(mark, 2, name);
  return {std::move(subject), std::move(text), rule};
}

RuleBreak at(const std::string& path, SchemaRule rule, const std::string& name = "") {
  return broken_rule("field '" + path + "'", rule, name);
}

bool is_integer(WordType word) {
  return word != WordType::none && word != WordType::f32 && word != WordType::f64;
}

// Schema names end up in error paths, so nothing but an identifier is one.
bool is_identifier(std::string_view name) {
  if (name.empty() || name.size() > 64) return false;
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (!letter(name[0])) return false;
  return std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

bool is_note_type_name(std::string_view name) {
  if (name.empty() || name.size() > 64 || name.front() == '.' || name.back() == '.') return false;
  char before = '.';
  for (char c : name) {
    const bool lower = c >= 'a' && c <= 'z';
    const bool rest = (c >= '0' && c <= '9') || c == '-' || c == '.';
    if (!lower && !(rest && before != '.')) return false;
    before = c;
  }
  return true;
}

std::string short_name(Node::Reader node) {
  const std::string_view name = node.getDisplayName().cStr();
  const auto cut = name.find_last_of(":.");
  const auto last = cut == std::string_view::npos ? name : name.substr(cut + 1);
  return is_identifier(last) ? std::string(last) : "?";
}

std::optional<capnp::schema::Value::Reader> find(Annotations annotations, std::uint64_t id) {
  for (auto a : annotations)
    if (a.getId() == id) return a.getValue();
  return std::nullopt;
}

bool is_unstated(Field::Reader field) {
  return field.getName() == "unstated" && field.isSlot() && field.getSlot().getType().isVoid();
}

bool is_union_member(Field::Reader field) { return field.getDiscriminantValue() != Field::NO_DISCRIMINANT; }

// Marks are what a member says of itself or inherits from what it stands in.
struct Marks {
  std::uint16_t field_class = 0;
  bool isolate = false;
};

// Shape is a single field's value before its forms.
struct Shape {
  ValueType type = ValueType::none;
  WordType word = WordType::none;
  std::vector<std::string> codes;
  bool text_elements = false;  // a List(Text)
};

class Walker {
 public:
  explicit Walker(const Nodes& nodes, std::vector<RuleBreak>* all = nullptr) : nodes_(nodes), all_(all) {}

  Broken run(std::uint64_t root, WalkedSchema& out) {
    const auto* node = find_node(root);
    if (!node || !node->isStruct() || node->getStruct().getIsGroup())
      return broken_rule("the root", SchemaRule::root_struct);
    schema_.type_id = root;
    schema_.name = note_type_name(*node);
    if (!is_note_type_name(schema_.name))
      if (auto broken = ends(struct_break(*node, "", SchemaRule::note_type_name))) return broken;
    if (auto broken = ends(walk_record(*node, "", Marks(), 0, out.members))) return broken;
    if (auto broken = finish()) return broken;
    out.schema = std::move(schema_);
    return std::nullopt;
  }

 private:
  // The first broken rule ends the walk; where all are asked for, it is kept, and the walk goes on without what broke.
  Broken ends(Broken broken) {
    if (!broken || all_ == nullptr || broken->rule == SchemaRule::too_many_members) return broken;
    if (all_->size() >= kMaxSchemaBreaks) return broken;
    all_->push_back(std::move(*broken));
    return std::nullopt;
  }

  const Node::Reader* find_node(std::uint64_t id) const {
    const auto found = nodes_.find(id);
    return found == nodes_.end() ? nullptr : &found->second;
  }

  static RuleBreak struct_break(Node::Reader node, const std::string& path, SchemaRule rule) {
    return path.empty() ? broken_rule("struct '" + short_name(node) + "'", rule) : at(path, rule);
  }

  // A struct of its own: the note itself, or what a struct field or a list element holds.
  Broken enter_struct(Node::Reader node, const std::string& path) {
    if (std::find(open_.begin(), open_.end(), node.getId()) != open_.end())
      return struct_break(node, path, SchemaRule::no_recursion);
    if (node.getIsGeneric() || node.getParameters().size() != 0)
      return struct_break(node, path, SchemaRule::no_generic);
    if (const auto rule = broken_layout(nodes_, node))
      if (auto broken = ends(struct_break(node, path, *rule))) return broken;
    open_.push_back(node.getId());
    return std::nullopt;
  }

  Broken walk_record(Node::Reader node, const std::string& path, Marks marks, unsigned depth,
                     std::vector<SchemaMember>& out) {
    if (auto broken = enter_struct(node, path)) return broken;
    auto broken = walk_group(node, path, marks, depth, out);
    open_.pop_back();
    return broken;
  }

  Broken walk_group(Node::Reader node, const std::string& path, Marks marks, unsigned depth,
                    std::vector<SchemaMember>& out) {
    const bool unnamed = node.getStruct().getDiscriminantCount() != 0;
    if (unnamed)
      if (auto broken = ends(struct_break(node, path, SchemaRule::named_union))) return broken;
    std::vector<std::uint32_t> order;
    if (auto broken = slot_order(node, path, order)) return broken;
    for (auto index : order) {
      if (unnamed && is_union_member(node.getStruct().getFields()[index])) continue;
      if (auto broken = ends(walk_member(node, index, path, marks, depth + 1, out))) return broken;
    }
    return std::nullopt;
  }

  Broken walk_member(Node::Reader node, std::uint32_t index, const std::string& parent, Marks marks, unsigned depth,
                     std::vector<SchemaMember>& out) {
    const auto field = node.getStruct().getFields()[index];
    std::string path;
    if (auto broken = member_path(node, field, parent, depth, path)) return broken;
    if (auto broken = ends(read_marks(field, path, marks))) return broken;
    SchemaMember member;
    member.field = index;
    if (field.isGroup()) {
      const auto* group = group_node(nodes_, node, field);
      if (!group) return at(path, SchemaRule::known_group);
      if (auto broken = ends(refuse_leaf_marks(field, path))) return broken;
      const auto count = group->getStruct().getDiscriminantCount();
      const bool choice = count != 0 && count == group->getStruct().getFields().size();
      member.kind = choice ? SchemaMember::Kind::choice : SchemaMember::Kind::group;
      auto broken = choice ? walk_choice(*group, path, marks, member.members)
                           : walk_group(*group, path, marks, depth, member.members);
      if (broken) return broken;
    } else if (field.getSlot().getType().isStruct()) {
      const auto* record = struct_node(field.getSlot().getType());
      if (!record) return at(path, SchemaRule::known_struct);
      if (field.getSlot().getHadExplicitDefault())
        if (auto broken = ends(at(path, SchemaRule::no_default))) return broken;
      if (auto broken = ends(refuse_leaf_marks(field, path))) return broken;
      member.kind = SchemaMember::Kind::record;
      if (auto broken = walk_record(*record, path, marks, depth, member.members)) return broken;
    } else {
      if (field.getSlot().getType().isVoid()) return at(path, SchemaRule::void_alone);
      if (auto broken = add_slots(field, path, marks, 0, depth, member)) return broken;
    }
    out.push_back(std::move(member));
    return std::nullopt;
  }

  // Protocol: "All members of a union share one class; each member but `unstated` is a slot, at most one present."
  Broken walk_choice(Node::Reader group, const std::string& path, Marks marks, std::vector<SchemaMember>& out) {
    const bool classed = marks.field_class != 0;
    if (!classed) {
      if (auto broken = ends(at(path, SchemaRule::union_class))) return broken;
      marks.field_class = kStandIn;
    }
    const Broken out_of_order = check_unstated_first(group, path);
    if (auto broken = ends(out_of_order)) return broken;
    const auto union_id = ++unions_;
    std::vector<std::uint32_t> order;
    if (auto broken = slot_order(group, path, order)) return broken;
    for (auto index : order) {
      const auto field = group.getStruct().getFields()[index];
      if (field.getDiscriminantValue() == 0 || (out_of_order && is_unstated(field))) continue;
      if (auto broken = ends(walk_choice_member(group, index, path, marks, classed, union_id, out))) return broken;
    }
    return std::nullopt;
  }

  Broken walk_choice_member(Node::Reader group, std::uint32_t index, const std::string& path, Marks marks, bool classed,
                            std::uint16_t union_id, std::vector<SchemaMember>& out) {
    const auto field = group.getStruct().getFields()[index];
    std::string member_name;
    if (auto broken = member_path(group, field, path, 0, member_name)) return broken;
    if (field.isGroup() || field.getSlot().getType().isStruct()) return at(member_name, SchemaRule::union_member);
    auto own = marks;
    if (auto broken = ends(read_marks(field, member_name, own))) return broken;
    if (classed && own.field_class != marks.field_class)
      if (auto broken = ends(at(member_name, SchemaRule::union_one_class))) return broken;
    SchemaMember member;
    member.field = index;
    if (auto broken = add_slots(field, member_name, own, union_id, 0, member)) return broken;
    out.push_back(std::move(member));
    return std::nullopt;
  }

  static Broken check_unstated_first(Node::Reader group, const std::string& path) {
    for (auto field : group.getStruct().getFields()) {
      if (field.getDiscriminantValue() != 0) continue;
      if (is_unstated(field)) return std::nullopt;
    }
    return at(path, SchemaRule::union_first);
  }

  Broken member_path(Node::Reader node, Field::Reader field, const std::string& parent, unsigned depth,
                     std::string& path) {
    if (++steps_ > kMaxSchemaSteps) return struct_break(node, parent, SchemaRule::too_many_members);
    if (!is_identifier(field.getName().cStr()))
      return struct_break(node, parent, SchemaRule::member_name);
    path = parent.empty() ? field.getName().cStr() : parent + "." + field.getName().cStr();
    if (depth > kMaxSchemaDepth) return at(path, SchemaRule::depth);
    return std::nullopt;
  }

  static Broken read_marks(Field::Reader field, const std::string& path, Marks& marks) {
    if (const auto value = find(field.getAnnotations(), annotation::kClass)) {
      marks.field_class = value->isEnum() ? value->getEnum() : 0;
      if (!is_known(static_cast<FieldClass>(marks.field_class))) {
        marks.field_class = kStandIn;
        return at(path, SchemaRule::known_class);
      }
    }
    if (find(field.getAnnotations(), annotation::kIsolate)) marks.isolate = true;
    return std::nullopt;
  }

  // $size, $forms and $format describe one value; on a group, union or struct they would say nothing.
  static Broken refuse_leaf_marks(Field::Reader field, const std::string& path) {
    for (auto id : {annotation::kSize, annotation::kForms, annotation::kFormat})
      if (find(field.getAnnotations(), id)) return at(path, SchemaRule::leaf_marks);
    return std::nullopt;
  }

  // One full slot, then one per declared form, by form number.
  Broken add_slots(Field::Reader field, const std::string& path, Marks marks, std::uint16_t union_id, unsigned depth,
                   SchemaMember& member) {
    if (field.getSlot().getHadExplicitDefault())
      if (auto broken = ends(at(path, SchemaRule::no_default))) return broken;
    Shape shape;
    const Broken unfit = shape_of(field.getSlot().getType(), path, depth, shape);
    if (auto broken = ends(unfit)) return broken;
    if (marks.field_class == 0)
      if (auto broken = ends(at(path, SchemaRule::class_missing))) return broken;
    if (unfit) return std::nullopt;  // size, format and forms are those of a type
    const auto field_class = static_cast<FieldClass>(marks.field_class);

    SlotSpec full;
    full.path = path;
    full.compartment = Compartment(field_class, Form::full);
    full.type = shape.type;
    full.word = shape.word;
    full.codes = shape.codes;
    full.isolate = marks.isolate;
    full.union_id = union_id;
    if (auto broken = ends(read_size(field, path, full))) return broken;
    if (auto broken = ends(read_format(field, path, shape, full))) return broken;
    std::vector<Form> forms;
    if (auto broken = read_forms(field, path, forms)) return broken;
    if (schema_.slots.size() + 1 + forms.size() > 256) return at(path, SchemaRule::slots);

    full.index = full.full_slot = static_cast<std::uint16_t>(schema_.slots.size());
    member.kind = SchemaMember::Kind::slot;
    member.slot = full.index;
    schema_.slots.push_back(full);
    for (auto form : forms) {
      SlotSpec slot = full;
      slot.index = static_cast<std::uint16_t>(schema_.slots.size());
      slot.compartment = Compartment(field_class, form);
      slot.union_id = 0;
      if (!shape_form(form, full, shape.text_elements, slot)) {
        if (auto broken = ends(at(path, SchemaRule::form_fits, std::string(code_of(form))))) return broken;
        continue;
      }
      slot.format = TextFormat::free;
      schema_.slots.push_back(std::move(slot));
    }
    return std::nullopt;
  }

  static Broken read_size(Field::Reader field, const std::string& path, SlotSpec& slot) {
    const auto value = find(field.getAnnotations(), annotation::kSize);
    if (!value) return at(path, SchemaRule::size_missing);
    slot.size = value->isUint32() ? value->getUint32() : 0;
    if (std::find(std::begin(kSizes), std::end(kSizes), slot.size) == std::end(kSizes))
      return at(path, SchemaRule::size_listed);
    const bool fixed = slot.type == ValueType::none || slot.type == ValueType::word || slot.type == ValueType::code;
    if (fixed && slot.size != kWordSize) return at(path, SchemaRule::size_fixed);
    return std::nullopt;
  }

  static Broken read_format(Field::Reader field, const std::string& path, const Shape& shape, SlotSpec& slot) {
    const auto value = find(field.getAnnotations(), annotation::kFormat);
    if (!value) return std::nullopt;
    if (shape.type != ValueType::text && !shape.text_elements) return at(path, SchemaRule::format_text);
    if (!value->isEnum() || value->getEnum() > static_cast<std::uint16_t>(TextFormat::organisation))
      return at(path, SchemaRule::known_format);
    slot.format = static_cast<TextFormat>(value->getEnum());
    return std::nullopt;
  }

  Broken read_forms(Field::Reader field, const std::string& path, std::vector<Form>& forms) {
    const auto value = find(field.getAnnotations(), annotation::kForms);
    if (!value) return std::nullopt;
    if (!value->isList()) return at(path, SchemaRule::forms_list);
    for (auto number : value->getList().getAs<capnp::List<std::uint16_t>>()) {
      const auto form = static_cast<Form>(number);
      if (auto broken = check_form(form, forms, path)) {
        if (auto end = ends(std::move(broken))) return end;
        continue;
      }
      forms.push_back(form);
    }
    return std::nullopt;
  }

  static Broken check_form(Form form, const std::vector<Form>& before, const std::string& path) {
    if (form == Form::full) return at(path, SchemaRule::form_full);
    // A mask whose output differs per reader comes from the grant view (docs/format.md, "Compartment").
    if (form == Form::pseudonym) return at(path, SchemaRule::form_pseudonym);
    if (!is_known(form)) return at(path, SchemaRule::known_form);
    if (!before.empty() && form <= before.back()) return at(path, SchemaRule::form_order);
    return std::nullopt;
  }

  // The shape of a form follows from the form and the field's shape alone (model/slots.hpp).
  static bool shape_form(Form form, const SlotSpec& full, bool text_elements, SlotSpec& slot) {
    const bool text = full.type == ValueType::text;
    const bool list_of_codes = full.type == ValueType::message && !full.codes.empty() && !text_elements;
    const bool date = text && full.format == TextFormat::date, time = text && full.format == TextFormat::time;
    const bool month = text && full.format == TextFormat::month, address = text && full.format == TextFormat::address;
    const auto becomes = [&slot](ValueType type) {
      slot.type = type;
      slot.word = WordType::none;
      if (type == ValueType::text) slot.codes.clear();
      return true;
    };
    switch (form) {
      case Form::yesNo:
        if (full.type == ValueType::message && !list_of_codes) return false;
        slot.codes = kYesNo;
        return becomes(ValueType::code);
      case Form::level:
      case Form::category: return full.type == ValueType::code;
      case Form::theme: return list_of_codes;
      case Form::day: return time && becomes(ValueType::text);
      case Form::week:
      case Form::month: return (date || time) && becomes(ValueType::text);
      case Form::quarter:
      case Form::year: return (date || time || month) && becomes(ValueType::text);
      case Form::onOrBefore:
        if (!text || full.format != TextFormat::due_date) return false;
        slot.codes = kYesNo;
        return becomes(ValueType::code);
      case Form::area: return text && (full.format == TextFormat::place || address) && becomes(ValueType::text);
      case Form::city: return address && becomes(ValueType::text);
      case Form::organisationKind: return text && full.format == TextFormat::organisation && becomes(ValueType::text);
      case Form::initials: return text && full.format == TextFormat::name && becomes(ValueType::text);
      case Form::bucket:
      case Form::ageBand: return is_integer(full.word) && becomes(ValueType::text);
      // Aggregate is not of one value alone: it needs many notes.
      default: return false;
    }
  }

  Broken shape_of(Type::Reader type, const std::string& path, unsigned depth, Shape& shape) {
    if (number_type(type, shape.word)) {
      shape.type = ValueType::word;
      return std::nullopt;
    }
    switch (type.which()) {
      case Type::VOID: return std::nullopt;
      case Type::BOOL: return at(path, SchemaRule::no_bool);
      case Type::TEXT: shape.type = ValueType::text; return std::nullopt;
      case Type::DATA: shape.type = ValueType::data; return std::nullopt;
      case Type::ENUM: shape.type = ValueType::code; return read_codes(type, path, shape.codes);
      case Type::LIST: shape.type = ValueType::message; return element_shape(type.getList().getElementType(), path, depth, shape);
      case Type::INTERFACE: return at(path, SchemaRule::no_interface);
      case Type::ANY_POINTER: return at(path, SchemaRule::no_any_pointer);
      default: return at(path, SchemaRule::known_type);
    }
  }

  static bool number_type(Type::Reader type, WordType& word) {
    switch (type.which()) {
      case Type::INT8: word = WordType::i8; return true;
      case Type::INT16: word = WordType::i16; return true;
      case Type::INT32: word = WordType::i32; return true;
      case Type::INT64: word = WordType::i64; return true;
      case Type::UINT8: word = WordType::u8; return true;
      case Type::UINT16: word = WordType::u16; return true;
      case Type::UINT32: word = WordType::u32; return true;
      case Type::UINT64: word = WordType::u64; return true;
      case Type::FLOAT32: word = WordType::f32; return true;
      case Type::FLOAT64: word = WordType::f64; return true;
      default: return false;
    }
  }

  Broken read_codes(Type::Reader type, const std::string& path, std::vector<std::string>& codes) const {
    const auto* node = find_node(type.getEnum().getTypeId());
    if (!node || !node->isEnum()) return at(path, SchemaRule::known_enum);
    if (node->getIsGeneric()) return at(path, SchemaRule::no_generic);
    for (auto enumerant : node->getEnum().getEnumerants()) {
      if (!is_identifier(enumerant.getName().cStr())) return at(path, SchemaRule::enum_name);
      codes.emplace_back(enumerant.getName().cStr());
    }
    if (codes.empty() || codes[0] != "unstated")
      return at(path, SchemaRule::enum_first, short_name(*node));
    return std::nullopt;
  }

  // The elements of a list: one slot holds them all, so nothing in them has a class or a slot of its own.
  Broken element_shape(Type::Reader element, const std::string& path, unsigned depth, Shape& shape) {
    switch (element.which()) {
      case Type::VOID: return at(path, SchemaRule::list_void);
      case Type::LIST: return at(path, SchemaRule::list_list);
      case Type::TEXT: shape.text_elements = true; return std::nullopt;
      case Type::ENUM: return read_codes(element, path, shape.codes);
      case Type::STRUCT: {
        const auto* node = struct_node(element);
        if (!node) return at(path, SchemaRule::known_struct);
        return check_element(*node, path, depth + 1);
      }
      default: {
        Shape ignored;
        return shape_of(element, path, depth, ignored);
      }
    }
  }

  Broken check_element(Node::Reader node, const std::string& path, unsigned depth) {
    if (auto broken = enter_struct(node, path)) return broken;
    auto broken = check_element_group(node, path, depth);
    open_.pop_back();
    return broken;
  }

  Broken check_element_group(Node::Reader node, const std::string& path, unsigned depth) {
    const auto count = node.getStruct().getDiscriminantCount();
    const bool choice = node.getStruct().getIsGroup() && count != 0 && count == node.getStruct().getFields().size();
    if (node.getStruct().getFields().size() == 0) return struct_break(node, path, SchemaRule::no_field);
    const bool unnamed = count != 0 && !choice;
    if (unnamed)
      if (auto broken = ends(struct_break(node, path, SchemaRule::named_union))) return broken;
    if (choice)
      if (auto broken = ends(check_unstated_first(node, path))) return broken;
    for (auto field : node.getStruct().getFields()) {
      const bool unstated = choice && field.getDiscriminantValue() == 0;
      if (unstated || (unnamed && is_union_member(field))) continue;
      std::string name;
      auto broken = member_path(node, field, path, depth, name);
      if (!broken) broken = check_element_field(node, field, name, choice, depth);
      if (auto end = ends(std::move(broken))) return end;
    }
    return std::nullopt;
  }

  Broken check_element_field(Node::Reader node, Field::Reader field, const std::string& path, bool choice,
                             unsigned depth) {
    for (auto id : {annotation::kClass, annotation::kSize, annotation::kForms, annotation::kIsolate})
      if (find(field.getAnnotations(), id)) {
        if (auto broken = ends(at(path, SchemaRule::list_marks))) return broken;
        break;
      }
    const bool record = field.isSlot() && field.getSlot().getType().isStruct();
    if (choice && (field.isGroup() || record)) return at(path, SchemaRule::union_member);
    if (field.isGroup()) {
      const auto* group = group_node(nodes_, node, field);
      if (!group) return at(path, SchemaRule::known_group);
      return check_element_group(*group, path, depth + 1);
    }
    if (field.getSlot().getHadExplicitDefault())
      if (auto broken = ends(at(path, SchemaRule::no_default))) return broken;
    const auto type = field.getSlot().getType();
    if (record) {
      const auto* inner = struct_node(type);
      if (!inner) return at(path, SchemaRule::known_struct);
      return check_element(*inner, path, depth + 1);
    }
    if (type.isVoid() && !choice) return at(path, SchemaRule::void_alone);
    Shape shape;
    if (auto broken = shape_of(type, path, depth, shape)) return broken;
    SlotSpec ignored;
    return read_format(field, path, shape, ignored);
  }

  const Node::Reader* struct_node(Type::Reader type) const {
    if (type.getStruct().getBrand().getScopes().size() != 0) return nullptr;
    const auto* node = find_node(type.getStruct().getTypeId());
    return node && node->isStruct() && !node->getStruct().getIsGroup() ? node : nullptr;
  }

  // Fields of a struct by ascending ordinal, a group or union at its lowest member's ordinal.
  Broken slot_order(Node::Reader node, const std::string& path, std::vector<std::uint32_t>& order) {
    if (node.getStruct().getFields().size() == 0) return struct_break(node, path, SchemaRule::no_field);
    std::vector<std::pair<std::uint32_t, std::uint32_t>> by_ordinal;
    std::uint32_t index = 0;
    for (auto field : node.getStruct().getFields()) {
      std::uint32_t ordinal = 0;
      if (!lowest_ordinal(node, field, 0, ordinal)) return struct_break(node, path, SchemaRule::ordinal);
      by_ordinal.emplace_back(ordinal, index++);
    }
    std::sort(by_ordinal.begin(), by_ordinal.end());
    for (std::size_t i = 0; i < by_ordinal.size(); ++i) {
      if (i != 0 && by_ordinal[i].first == by_ordinal[i - 1].first)
        return struct_break(node, path, SchemaRule::ordinal_twice);
      order.push_back(by_ordinal[i].second);
    }
    return std::nullopt;
  }

  bool lowest_ordinal(Node::Reader node, Field::Reader field, unsigned depth, std::uint32_t& ordinal) {
    if (field.isSlot()) {
      if (!field.getOrdinal().isExplicit()) return false;
      ordinal = field.getOrdinal().getExplicit();
      return true;
    }
    const auto* group = group_node(nodes_, node, field);
    if (!group || depth > kMaxSchemaDepth || ++steps_ > kMaxSchemaSteps || group->getStruct().getFields().size() == 0) return false;
    ordinal = UINT32_MAX;
    for (auto member : group->getStruct().getFields()) {
      std::uint32_t lowest = 0;
      if (!lowest_ordinal(*group, member, depth + 1, lowest)) return false;
      ordinal = std::min(ordinal, lowest);
    }
    return true;
  }

  // What depends on all slots: isolation by compartment, the padded count, the bound of a view.
  Broken finish() {
    auto& slots = schema_.slots;
    std::set<Compartment> isolated, all;
    for (const auto& slot : slots) {
      all.insert(slot.compartment);
      if (slot.isolate) isolated.insert(slot.compartment);
    }
    for (const auto& slot : slots)
      if (!slot.isolate && slot.index == slot.full_slot && isolated.count(slot.compartment) != 0)
        if (auto broken = ends(at(slot.path, SchemaRule::isolate))) return broken;
    schema_.compartments.assign(all.begin(), all.end());

    std::uint16_t padded = 8;
    while (padded < slots.size()) padded = static_cast<std::uint16_t>(padded * 2);
    schema_.slot_count = padded;
    schema_.view_bound = 3072 + 256 * schema_.compartments.size() + 128 * padded;
    for (const auto& slot : slots) schema_.view_bound += slot.size;
    if (4096 + schema_.view_bound > kMaxView)
      return broken_rule("note type '" + schema_.name + "'", SchemaRule::too_large);
    return std::nullopt;
  }

  const Nodes& nodes_;
  std::vector<RuleBreak>* all_;
  NoteSchema schema_;
  std::vector<std::uint64_t> open_;  // the structs we are in
  std::uint16_t unions_ = 0;
  std::uint32_t steps_ = 0;
};

}  // namespace

Ruled<WalkedSchema> walk_schema(const Nodes& nodes, std::uint64_t root) {
  WalkedSchema out;
  if (auto broken = Walker(nodes).run(root, out)) return tl::unexpected<RuleBreak>(std::move(*broken));
  return out;
}

std::vector<RuleBreak> schema_breaks(const Nodes& nodes, std::uint64_t root) {
  std::vector<RuleBreak> all;
  WalkedSchema ignored;
  if (auto last = Walker(nodes, &all).run(root, ignored)) all.push_back(std::move(*last));
  return all;
}

std::string note_type_name(capnp::schema::Node::Reader node) {
  const auto value = find(node.getAnnotations(), annotation::kNoteType);
  return value && value->isText() ? value->getText().cStr() : "";
}

}  // namespace xch::wire
