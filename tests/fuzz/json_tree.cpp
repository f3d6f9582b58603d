#include "fuzz/json_tree.hpp"

#include <algorithm>
#include <cctype>

namespace xch::fuzz {
namespace {

using wire::Json;

constexpr const char* kLiterals[] = {
    "null", "true", "false", "0", "-1", "1", "2", "255", "65536", "4294967296", "18446744073709551615",
    "18446744073709551616", "-9223372036854775808", "0.5", "-0.0", "1e308", "1e309", "\"\"", "\"x\"", "\"2026-02-29\"",
    "\"2026-03-31\"", "\"2026-03-31T14:05Z\"", "\"98104; Seattle\"", "\"care; Harbor\"", "\"\\u0000\"", "\"\\ud800\"",
    "\"\\ud83d\\ude00\"", "\"\xC3\xA9\"", "\"\xC3\"", "\" x \"", "\"a\\nb\"", "[]", "{}", "[null]", "[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]"};

struct Tree {
  enum class Kind { literal, array, object } kind = Kind::literal;
  std::string name;     // as a member of an object
  std::string literal;  // JSON text
  std::vector<Tree> kids;
};

Tree tree_of(const Json& json, std::string_view name = "") {
  Tree out;
  out.name = name;
  if (json.is_array()) {
    out.kind = Tree::Kind::array;
    for (const auto& item : json.items()) out.kids.push_back(tree_of(item));
  } else if (json.is_object()) {
    out.kind = Tree::Kind::object;
    for (const auto& [member, value] : json.members()) out.kids.push_back(tree_of(value, member));
  } else {
    out.literal = wire::write_json(json);
  }
  return out;
}

void write(std::string& out, const Tree& tree) {
  if (tree.kind == Tree::Kind::literal) {
    out += tree.literal;
    return;
  }
  const bool named = tree.kind == Tree::Kind::object;
  out += named ? '{' : '[';
  bool first = true;
  for (const auto& kid : tree.kids) {
    if (!first) out += ',';
    first = false;
    if (named) out += wire::write_json(Json::text(kid.name)) + ":";
    write(out, kid);
  }
  out += named ? '}' : ']';
}

void collect(Tree& tree, std::vector<Tree*>& all) {
  all.push_back(&tree);
  for (auto& kid : tree.kids) collect(kid, all);
}

std::string word_of(const Words& words, Draw& draw) { return words.empty() ? "word" : words[draw.below(words.size())]; }

Tree leaf(const Words& words, Draw& draw) {
  Tree out;
  out.literal = draw.once_in(2) ? wire::write_json(Json::text(word_of(words, draw))) : kLiterals[draw.below(std::size(kLiterals))];
  return out;
}

std::string changed_bytes(std::string text, Draw& draw) {
  const std::size_t size = text.size(), most = size + 16;
  text.resize(most);
  text.resize(change_bytes(reinterpret_cast<std::uint8_t*>(text.data()), size, most, draw));
  return text;
}

// Between the quotes of a text; what is no longer UTF-8 is the reader's to refuse.
void change_literal(Tree& tree, Draw& draw) {
  if (tree.literal.size() < 2 || tree.literal.front() != '"') {
    tree.literal = kLiterals[draw.below(std::size(kLiterals))];
    return;
  }
  std::string inside = changed_bytes(tree.literal.substr(1, tree.literal.size() - 2), draw);
  std::erase_if(inside, [](char c) { return c == '"' || c == '\\' || (c >= 0 && c < 0x20); });
  tree.literal = '"' + inside + '"';
}

void change_kids(Tree& tree, const Words& words, Draw& draw) {
  auto& kids = tree.kids;
  const std::size_t what = draw.below(7);
  if (kids.empty() || what == 0) {
    kids.push_back(leaf(words, draw));
    kids.back().name = word_of(words, draw);
    return;
  }
  const std::size_t i = draw.below(kids.size()), j = draw.below(kids.size());
  const Tree copy = kids[i];
  switch (what) {
    case 1: kids.erase(kids.begin() + static_cast<std::ptrdiff_t>(i)); return;
    case 2: kids.insert(kids.begin() + static_cast<std::ptrdiff_t>(j), copy); return;
    case 3: std::swap(kids[i], kids[j]); return;
    case 4: kids[i].name = word_of(words, draw); return;
    case 5: kids[i].name = changed_bytes(kids[i].name, draw); return;
    default: kids.insert(kids.end(), 1 + draw.below(tree.kind == Tree::Kind::array ? 300 : 3), copy); return;
  }
}

void change_once(Tree& root, const Words& words, Draw& draw) {
  std::vector<Tree*> all;
  collect(root, all);
  Tree& chosen = *all[draw.below(all.size())];
  const std::string name = chosen.name;
  const std::size_t what = draw.below(6);
  if (what == 0) {
    chosen = leaf(words, draw);
  } else if (what == 1) {
    const Tree copy = *all[draw.below(all.size())];
    chosen = copy;
  } else if (what == 2) {
    Tree around;
    around.kind = draw.once_in(2) ? Tree::Kind::array : Tree::Kind::object;
    around.kids.push_back(chosen);
    chosen = around;
  } else if (chosen.kind == Tree::Kind::literal) {
    change_literal(chosen, draw);
  } else {
    change_kids(chosen, words, draw);
  }
  if (what < 3) chosen.name = name;
}

}  // namespace

std::string change_json(std::string_view text, const Words& words, std::size_t most, Draw& draw) {
  const auto json = wire::parse_json(text);
  if (!json || draw.once_in(12)) {
    std::string out = changed_bytes(std::string(text), draw);
    if (out.size() > most) out.resize(most);
    return out;
  }
  Tree tree = tree_of(*json);
  do change_once(tree, words, draw);
  while (draw.once_in(3));
  std::string out;
  write(out, tree);
  if (out.size() > most) out.resize(most);
  return out;
}

std::set<std::string, std::less<>> printable_runs(ByteView bytes) {
  std::set<std::string, std::less<>> out;
  std::string run;
  for (const auto byte : bytes) {
    if (std::isalnum(byte)) {
      run += static_cast<char>(byte);
    } else if (!run.empty()) {
      out.insert(run);
      run.clear();
    }
  }
  if (!run.empty()) out.insert(run);
  return out;
}

void require_path(std::string_view path, const std::set<std::string, std::less<>>& known) {
  for (const auto& word : printable_runs(ByteView(path))) {
    const bool number = std::all_of(word.begin(), word.end(), [](unsigned char c) { return std::isdigit(c); });
    if (!number && known.count(word) == 0) throw Broken("an error's path has a word that is the input's: " + word);
  }
  const bool plain = std::all_of(path.begin(), path.end(), [](unsigned char c) { return c >= 0x20 && c < 0x7f; });
  require(plain, "an error's path is printable");
}

}  // namespace xch::fuzz
