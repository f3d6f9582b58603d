// Every shape of a value, in every form that a pack can give.
#include <algorithm>

#include "message/cells.hpp"
#include "vectors/notes.hpp"
#include "vectors/type_case.hpp"

namespace xch::vectors {
namespace {

const char* const kEverything =
    R"({"i8":-128,"i16":-2,"i32":-2147483647,"i64":-9007199254740993,"u8":34,"u16":65535,"u32":4000000000,)"
    R"("u64":18446744073709551615,"f32":0.5,"f64":-1.25e+300,"kind":"small","free":"","date":"2026-03-31",)"
    R"("time":"2026-03-31T14:05Z","code":"26-1-00417-3","name":"Maria del Carmen Reyes","place":"98104-1234; 3rd and Pike",)"
    R"("data":"AAH/","texts":["one","two"],"kinds":["large","small","large"],"numbers":[-1,7],)"
    R"("items":[{"label":"first","on":"2026-01-02","count":3,"kind":"small","tags":["tag"],"choice":{"number":0},)"
    R"("inner":{"deep":"deep"},"pair":{"second":1.5}},{}],"group":{"phone":"+1 206 555 0100","mail":"m@example.org"},)"
    R"("record":{"street":"Pine St","floor":4,"deeper":{"note":"third bell"}},"choice":{"number":7},)"
    R"("victim":"never with the others"})";

/// The note type with every shape on its way from harbor to three readers who each get other forms.
struct Everything {
  explicit Everything(SuiteId suite)
      : prefix(suite_word(suite) + "/values/"),
        maker(suite, "notes", given_of(Scene(suite, spec(), everything_type(), "harbor", everything_pack()), "clinic"),
              "values"),
        type(maker, prefix, spec(), everything_type(), "harbor", everything_pack()) {}

  static const std::map<std::string, std::vector<Compartment>>& terms() {
    using F = FieldClass;
    static const std::map<std::string, std::vector<Compartment>> all = {
        {"harbor",
         {form(F::id, Form::month), full(F::con), form(F::loc, Form::area), form(F::eng, Form::bucket),
          form(F::need, Form::theme), full(F::hou), form(F::leg, Form::level), form(F::mh, Form::bucket), full(F::tp),
          full(F::txt)}},
        {"clinic",
         {form(F::id, Form::day), full(F::loc), full(F::eng), full(F::need), form(F::leg, Form::category),
          full(F::mh)}},
        {"defender",
         {form(F::id, Form::initials), form(F::eng, Form::ageBand), form(F::need, Form::yesNo),
          form(F::leg, Form::yesNo)}}};
    return all;
  }
  static testing::GrantSpec spec() {
    auto out = spec_of(Basis::part2Consent, Purpose::coord, "everything");
    std::map<Compartment, Rights> own;
    for (const auto k : everything_type().schema().compartments) own[k] = Rights::write;
    for (const auto k : terms().at("harbor")) own[k] = Rights::both;
    own[full(FieldClass::sdv)] = Rights::both;
    for (const auto& [k, rights] : own) out.rights.push_back({"harbor", k, rights});
    for (const std::string reader : {"clinic", "defender"})
      for (const auto k : terms().at(reader)) out.rights.push_back({reader, k, Rights::read});
    out.edges = {{"harbor", "clinic"}, {"harbor", "defender"}};
    return out;
  }

  /// changed is clinic's envelope with the value of a slot replaced.
  Bytes changed(const std::string& name, const std::string& path, const Bytes& value) {
    reseed(type.scene, prefix + name);
    const auto input = type.note(name, kEverything, {"clinic"});
    Parts p = type.scene.take_apart(type.scene.for_party(type.scene.seal({input}), "clinic"), "clinic");
    const MutableView plain = MutableView(p.salted.at(message_test::slot_of(type.scene.schema(), path))).sub(32);
    std::fill(plain.begin(), plain.end(), std::uint8_t{0});
    must(message::write_plain(true, value, plain));
    header = type.scene.header_of_parts(p);
    return type.scene.put_together(p);
  }
  void refuses(const std::string& name, const std::string& says, const std::string& path, const Bytes& value,
               const char* id) {
    maker.bytes(name, says, changed(name, path, value), one_view(id));
  }
  void opens(const std::string& name, const std::string& says, const std::string& path, const Bytes& value) {
    const Bytes bytes = changed(name, path, value);
    Json cells = cells_of(type.note(name, kEverything, {"clinic"}), terms().at("clinic"));
    for (auto& one : cells)
      if (one.at("slot") == message_test::slot_of(type.scene.schema(), path)) one["value"] = hex_of(value);
    maker.bytes(name, says, bytes, views({opened(header, cells)}));
  }

  std::string prefix;
  Maker maker;
  TypeCase type;
  HeaderHash header;  // of what changed made last
};

/// One word, least significant byte first.
Bytes word(std::uint64_t value) {
  Bytes out(8);
  for (unsigned i = 0; i < 8; ++i) out[i] = static_cast<std::uint8_t>(value >> (8 * i));
  return out;
}
Bytes words(const std::vector<std::uint64_t>& values) {
  Bytes out;
  for (const auto value : values) {
    const Bytes one = word(value);
    out.insert(out.end(), one.begin(), one.end());
  }
  return out;
}

/// A list pointer to `count` elements right behind it: element size 3 is two bytes, 4 is four.
std::uint64_t list(std::uint64_t element, std::uint64_t count) { return 1 | element << 32 | count << 35; }

}  // namespace

VectorFile values_file(SuiteId suite) {
  Everything e(suite);
  e.type.add("everything",
             "Every shape of a value, each reader with other forms: months and days, areas, initials, buckets, age "
             "bands, themes, levels.",
             kEverything,
             {{"harbor", Everything::terms().at("harbor")},
              {"clinic", Everything::terms().at("clinic")},
              {"defender", Everything::terms().at("defender")}});
  e.type.add("everything isolated", "The isolated class of that note type, alone.", kEverything,
             {{"harbor", {full(FieldClass::sdv)}}}, full(FieldClass::sdv).value);
  e.refuses("null list", "A list's message has a null root.", "texts", word(0), "EX3415");
  e.refuses("list that is a struct", "A list's message has a struct as its root.", "texts",
            words({std::uint64_t{1} << 32, 1}), "EX3414");
  e.refuses("list with a code of none", "A list holds a number beyond its enumerants.", "kinds", words({list(3, 1), 9}),
            "EX3414");
  e.opens("list with a code 0", "A list may hold the code 0, and may hold a code twice.", "kinds",
          words({list(3, 3), std::uint64_t{1} << 16 | std::uint64_t{1} << 32}));
  e.opens("empty list", "A list may be present and empty.", "kinds", words({list(3, 0)}));
  e.refuses("list with a word behind", "A word follows the list.", "kinds", words({list(3, 1), 1, 0}), "EX3414");
  Bytes broken = words({list(3, 1), 1});
  broken.resize(12);
  e.refuses("list of broken words", "A list's message is no whole number of words.", "kinds", broken, "EX3414");
  e.refuses("list of another element", "A list of four-byte elements where two-byte codes belong.", "kinds",
            words({list(4, 1), 1}), "EX3414");
  e.refuses("two members of a union", "Two members of one union are present.", "choice.text", Bytes{'x'}, "EX3414");
  e.refuses("number beyond its type", "An Int8 of 128.", "i8", word(128), "EX3414");
  e.refuses("number not sign-extended", "An Int16 of -2 in its lowest 16 bits alone.", "i16", word(0xfffe), "EX3414");
  e.refuses("number 0 present", "A number 0 outside a union is present.", "u32", word(0), "EX3414");
  e.refuses("float that is none", "A Float64 that is not a number.", "f64", word(0x7ff8000000000000), "EX3414");
  e.refuses("float that is infinite", "A Float32 of infinity.", "f32", word(0x7f800000), "EX3414");
  return e.maker.take();
}

}  // namespace xch::vectors
