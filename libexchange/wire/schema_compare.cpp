#include "wire/schema_compare.hpp"

#include <algorithm>

namespace xch::wire {
namespace {

// What a difference does to a program of the old schema; in docs/format.md nothing but the digest depends on it.
struct Effect {
  bool compatible;
  std::string_view reason;
};

constexpr Effect kTypeAdded = {true,
                               "no program of the old schema knows it, and it goes nowhere until a policy says so"};
constexpr Effect kTypeRemoved = {false, "notes of it can be neither sealed nor opened any more"};
constexpr Effect kIdChanged = {false, "it is another struct, with the old one's name"};
constexpr Effect kFieldAdded = {true, "a program of the old schema passes over it"};
constexpr Effect kFieldRemoved = {false, "a program of the old schema takes it for not said, or withheld"};
constexpr Effect kRenamed = {false, "by Cap'n Proto it is the same field; in JSON the old name is no longer there"};
constexpr Effect kTypeChanged = {false, "a program of the old schema reads something else in its place"};
constexpr Effect kMoved = {false, "a program of the old schema reads another place of the note"};
constexpr Effect kCodeAdded = {true, "a program of the old schema meets a code that it does not know"};
constexpr Effect kCodeRemoved = {false, "a program of the old schema may still write it; such a note is refused"};
constexpr Effect kCodesChanged = {false, "the same number or name now says something else"};
constexpr Effect kClassChanged = {true, "it reads the same; but the policy decides by the class who gets it"};
constexpr Effect kFormAdded = {true, "a reader who may have that form gets it; an old program passes over it"};
constexpr Effect kFormRemoved = {false, "a reader who was given that form alone gets nothing of the field any more"};
constexpr Effect kSizeGrown = {true, "it reads the same; values may be longer than before, and every note is"};
constexpr Effect kSizeShrunk = {true, "it reads the same; a longer value is refused when a note is sealed"};
constexpr Effect kFormatGiven = {true, "it is still a text; one that does not have the format is refused when sealed"};
constexpr Effect kFormatChanged = {false, "a program of the old schema expects a text of another form"};
constexpr Effect kIsolated = {false, "it now comes in a note of its own, to those alone who may have it"};
constexpr Effect kNotIsolated = {false, "it now comes in the note itself, and no longer in one of its own"};

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const auto& text : texts) out += (out.empty() ? "" : ", ") + text;
  return out;
}

std::string_view format_name(TextFormat format) {
  switch (format) {
    case TextFormat::free: return "free";
    case TextFormat::date: return "date";
    case TextFormat::time: return "time";
    case TextFormat::code: return "code";
    case TextFormat::name: return "name";
    case TextFormat::place: return "place";
    case TextFormat::month: return "month";
    case TextFormat::due_date: return "dueDate";
    case TextFormat::address: return "address";
    case TextFormat::organisation: return "organisation";
  }
  return "";
}

const SchemaField* field_at(const CheckedSchema& type, const std::string& path) {
  for (const auto& field : type.fields)
    if (field.path == path) return &field;
  return nullptr;
}

const SlotSpec* full_slot(const CheckedSchema& type, const std::string& path) {
  for (const auto& slot : type.schema.slots)
    if (slot.path == path && slot.index == slot.full_slot) return &slot;
  return nullptr;
}

std::vector<std::string> forms_of(const CheckedSchema& type, const SlotSpec& full) {
  std::vector<std::string> out;
  for (const auto& slot : type.schema.slots)
    if (slot.full_slot == full.index && slot.index != full.index) out.emplace_back(code_of(slot.compartment.form()));
  return out;
}

class Comparison {
 public:
  Comparison(const CheckedSchema& before, const CheckedSchema& now, std::vector<SchemaChange>& out)
      : before_(before), now_(now), out_(out) {}

  void run() {
    if (before_.type_id != now_.type_id) add("", "id", "changed", "", "", kIdChanged);
    for (const auto& field : now_.fields) {
      const auto* old = field_at(before_, field.path);
      if (old != nullptr) compare_field(*old, field);
      else if (field.is_value) come(field);
    }
    for (const auto& field : before_.fields)
      if (field.is_value && field_at(now_, field.path) == nullptr && heir_of(field) == nullptr)
        add(field.path, "field", "removed", field.type, "", kFieldRemoved);
  }

 private:
  void add(const std::string& path, std::string_view what, std::string_view how, std::string before, std::string after,
           Effect effect) {
    out_.push_back({now_.name, path, what, how, std::move(before), std::move(after), effect.compatible, effect.reason});
  }

  static bool is_same_place(const SchemaField& a, const SchemaField& b) {
    const bool place = a.ordinal == b.ordinal && a.offset == b.offset && a.member == b.member;
    return place && a.record == b.record && a.type == b.type;
  }

  // The field of the new schema that has this one's place under another name.
  const SchemaField* heir_of(const SchemaField& old) const {
    for (const auto& field : now_.fields)
      if (field.is_value && is_same_place(old, field) && field_at(before_, field.path) == nullptr) return &field;
    return nullptr;
  }

  void come(const SchemaField& field) {
    for (const auto& old : before_.fields) {
      if (!old.is_value || !is_same_place(old, field) || field_at(now_, old.path) != nullptr) continue;
      add(field.path, "field", "changed", old.path, field.path, kRenamed);
      return compare_value(old, field);
    }
    add(field.path, "field", "added", "", field.type, kFieldAdded);
  }

  void compare_field(const SchemaField& old, const SchemaField& field) {
    if (old.type != field.type) return add(field.path, "type", "changed", old.type, field.type, kTypeChanged);
    if (old.offset != field.offset || old.member != field.member) add(field.path, "place", "changed", "", "", kMoved);
    if (field.is_value) compare_value(old, field);
  }

  void compare_value(const SchemaField& old, const SchemaField& field) {
    compare_codes(old, field);
    const auto* was = full_slot(before_, old.path);
    const auto* is = full_slot(now_, field.path);
    if (was == nullptr || is == nullptr) return;  // inside of a list: the list is the value
    compare_class(*was, *is);
    compare_forms(*was, *is);
    if (was->size != is->size)
      add(is->path, "size", "changed", std::to_string(was->size), std::to_string(is->size),
          is->size > was->size ? kSizeGrown : kSizeShrunk);
    if (was->format != is->format)
      add(is->path, "format", "changed", std::string(format_name(was->format)), std::string(format_name(is->format)),
          was->format == TextFormat::free ? kFormatGiven : kFormatChanged);
    if (was->isolate != is->isolate)
      add(is->path, "isolation", is->isolate ? "added" : "removed", "", "", is->isolate ? kIsolated : kNotIsolated);
  }

  // Codes go by their number in Cap'n Proto and by their name in JSON: the old ones must be the first of the new.
  void compare_codes(const SchemaField& old, const SchemaField& field) {
    const auto& a = old.codes;
    const auto& b = field.codes;
    const auto common = std::min(a.size(), b.size());
    if (!std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(common), b.begin()))
      return add(field.path, "code", "changed", joined(a), joined(b), kCodesChanged);
    const auto rest = [&](const std::vector<std::string>& all) {
      return joined(std::vector<std::string>(all.begin() + static_cast<std::ptrdiff_t>(common), all.end()));
    };
    if (b.size() > common) add(field.path, "code", "added", "", rest(b), kCodeAdded);
    if (a.size() > common) add(field.path, "code", "removed", rest(a), "", kCodeRemoved);
  }

  void compare_class(const SlotSpec& was, const SlotSpec& is) {
    const std::string before(code_of(was.compartment.field_class())), after(code_of(is.compartment.field_class()));
    if (before != after) add(is.path, "class", "changed", before, after, kClassChanged);
  }

  void compare_forms(const SlotSpec& was, const SlotSpec& is) {
    const auto before = forms_of(before_, was), after = forms_of(now_, is);
    for (const auto& form : after)
      if (std::count(before.begin(), before.end(), form) == 0) add(is.path, "form", "added", "", form, kFormAdded);
    for (const auto& form : before)
      if (std::count(after.begin(), after.end(), form) == 0) add(is.path, "form", "removed", form, "", kFormRemoved);
  }

  const CheckedSchema& before_;
  const CheckedSchema& now_;
  std::vector<SchemaChange>& out_;
};

const CheckedSchema* type_named(const std::vector<CheckedSchema>& all, const std::string& name) {
  for (const auto& type : all)
    if (type.name == name) return &type;
  return nullptr;
}

}  // namespace

std::vector<SchemaChange> compare_schemas(const std::vector<CheckedSchema>& before,
                                          const std::vector<CheckedSchema>& now) {
  std::vector<SchemaChange> out;
  const auto whole = [&out](const std::string& name, std::string_view how, Effect effect) {
    out.push_back({name, "", "note type", how, "", "", effect.compatible, effect.reason});
  };
  for (const auto& type : now) {
    const auto* old = type_named(before, type.name);
    if (old == nullptr) whole(type.name, "added", kTypeAdded);
    else Comparison(*old, type, out).run();
  }
  for (const auto& type : before)
    if (type_named(now, type.name) == nullptr) whole(type.name, "removed", kTypeRemoved);
  return out;
}

}  // namespace xch::wire
