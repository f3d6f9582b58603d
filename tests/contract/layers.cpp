#include "contract/layers.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <sstream>

#include "contract/tree.hpp"

namespace xch::contract {
namespace {

namespace fs = std::filesystem;

// Headers of C, C++ and POSIX; whatever else stands in angle brackets is a third party.
const std::set<std::string> kSystem = {
    // C++
    "algorithm", "any", "array", "atomic", "barrier", "bit", "bitset", "cassert", "cctype", "cerrno", "cfenv", "cfloat", "charconv", "chrono",
    "cinttypes", "climits", "clocale", "cmath", "codecvt", "compare", "complex", "concepts", "condition_variable", "coroutine", "csetjmp",
    "csignal", "cstdarg", "cstddef", "cstdint", "cstdio", "cstdlib", "cstring", "ctime", "cuchar", "cwchar", "cwctype", "deque", "exception",
    "execution", "filesystem", "format", "forward_list", "fstream", "functional", "future", "initializer_list", "iomanip", "ios", "iosfwd",
    "iostream", "istream", "iterator", "latch", "limits", "list", "locale", "map", "memory", "memory_resource", "mutex", "new", "numbers",
    "numeric", "optional", "ostream", "queue", "random", "ranges", "ratio", "regex", "scoped_allocator", "semaphore", "set", "shared_mutex",
    "source_location", "span", "sstream", "stack", "stdexcept", "stop_token", "streambuf", "string", "string_view", "system_error", "thread",
    "tuple", "type_traits", "typeindex", "typeinfo", "unordered_map", "unordered_set", "utility", "valarray", "variant", "vector", "version",
    "cxxabi.h",
    // C
    "assert.h", "ctype.h", "errno.h", "inttypes.h", "limits.h", "math.h", "setjmp.h", "signal.h", "stdarg.h", "stdbool.h", "stddef.h", "stdint.h",
    "stdio.h", "stdlib.h", "string.h", "time.h",
    // POSIX and Linux
    "dirent.h", "dlfcn.h", "fcntl.h", "ftw.h", "glob.h", "malloc.h", "poll.h", "pthread.h", "pwd.h", "spawn.h", "strings.h", "sys/file.h",
    "sys/ioctl.h", "sys/mman.h", "sys/random.h", "sys/resource.h", "sys/stat.h", "sys/statvfs.h", "sys/time.h", "sys/types.h", "sys/uio.h",
    "sys/utsname.h", "sys/wait.h", "termios.h", "unistd.h"};

struct Rule {
  std::set<std::string> folders;
  std::set<std::string> parties;
};

struct Include {
  std::string text;
  bool angled = false;
};

std::set<std::string> words(const std::string& text) {
  std::istringstream in(text);
  std::set<std::string> out;
  for (std::string word; in >> word;) out.insert(word);
  return out;
}

// A rule may name only what stands above it: so the modules have an order and no two include each other.
std::map<std::string, Rule> read_rules(const std::string& text, std::vector<std::string>& bad) {
  std::map<std::string, Rule> rules;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#') continue;
    const auto equals = line.find('='), bar = line.find('|');
    const auto name = words(line.substr(0, equals));
    if (equals == std::string::npos || bar == std::string::npos || bar < equals || name.size() != 1) {
      bad.push_back("LAYERS: not a rule: " + line);
      continue;
    }
    Rule rule{words(line.substr(equals + 1, bar - equals - 1)), words(line.substr(bar + 1))};
    for (const auto& folder : rule.folders)
      // include/exchange has no includes of its own folder below it, so it may stand anywhere.
      if (rules.count(folder) == 0 && folder.rfind("include/", 0) != 0) bad.push_back("LAYERS: " + *name.begin() + " names " + folder + ", which does not stand above it");
    if (!rules.emplace(*name.begin(), rule).second) bad.push_back("LAYERS: " + *name.begin() + " stands twice");
  }
  return rules;
}

class Tree {
 public:
  Tree(fs::path root, fs::path generated) : root_(std::move(root)), generated_(std::move(generated)) {}

  std::vector<std::string> check(int* files_read) {
    rules_ = read_rules(read_file(root_ / "LAYERS"), bad_);
    for (const char* top : {"libexchange", "consent", "include", "tools", "examples"})
      for (const auto& file : files_below(root_ / top, {".h", ".hpp", ".c", ".cpp", ".cc", ".def"}))
        includes_[fs::relative(file, root_).generic_string()] = read_includes(read_file(file));
    for (const auto& [file, list] : includes_) check_file(file, list);
    *files_read = static_cast<int>(includes_.size());
    return std::move(bad_);
  }

 private:
  static std::vector<Include> read_includes(const std::string& text) {
    static const std::regex kInclude(R"(^[ \t]*#[ \t]*include[ \t]*(?:"([^"\n]+)\"|<([^>\n]+)>))", std::regex::multiline);
    const std::string code = without_comments_and_raw_strings(text);
    std::vector<Include> out;
    for (std::sregex_iterator it(code.begin(), code.end(), kInclude), end; it != end; ++it)
      out.push_back((*it)[1].matched ? Include{(*it)[1], false} : Include{(*it)[2], true});
    return out;
  }

  // The rule for a path of the tree: the longest of LAYERS that is the path or a folder above it.
  std::string rule_of(const std::string& path) const {
    std::string at = path;
    if (at.rfind("libexchange/", 0) == 0) at = at.substr(12);
    for (std::string p = at; !p.empty(); p = p.substr(0, p.rfind('/'))) {
      if (rules_.count(p) != 0) return p;
      if (p.find('/') == std::string::npos) break;
    }
    return "";
  }

  // Where an include leads: a path of the tree (also of a file that the build writes), or nothing for what is outside.
  std::optional<std::string> resolve(const std::string& from, const Include& include) const {
    std::vector<fs::path> places = {root_ / "libexchange", root_, root_ / "include"};
    if (!include.angled) places.insert(places.begin(), (root_ / from).parent_path());
    for (const auto& place : places)
      if (fs::is_regular_file(place / include.text)) return fs::relative(fs::weakly_canonical(place / include.text), fs::weakly_canonical(root_)).generic_string();
    if (!generated_.empty() && fs::is_regular_file(generated_ / include.text) && !is_capnp_header(include)) return "libexchange/" + include.text;
    return std::nullopt;
  }

  /// What the schema compiler and its plugin write for a note type.
  static bool is_capnp_header(const Include& include) {
    for (const std::string end : {".capnp.h", ".exchange.hpp"})
      if (include.text.size() > end.size() && include.text.compare(include.text.size() - end.size(), end.size(), end) == 0)
        return true;
    return false;
  }

  static std::string party_of(const Include& include) {
    if (is_capnp_header(include)) return "capnp";
    const auto slash = include.text.find('/');
    if (slash != std::string::npos) return include.text.substr(0, slash);
    return include.text.substr(0, include.text.find('.'));
  }

  void check_file(const std::string& file, const std::vector<Include>& list) {
    const std::string own = rule_of(file);
    if (own.empty()) {
      bad_.push_back(file + ": no rule in LAYERS");
      return;
    }
    const Rule& rule = rules_.at(own);
    for (const auto& include : list) {
      if (include.angled && kSystem.count(include.text) != 0) continue;
      const auto target = resolve(file, include);
      if (!target) {
        check_party(file, own, rule, include, "");
        continue;
      }
      const std::string theirs = rule_of(*target);
      if (theirs.empty()) bad_.push_back(file + ": includes " + include.text + ", which has no rule in LAYERS");
      else if (theirs != own && rule.folders.count(theirs) == 0) bad_.push_back(file + ": " + own + " may not include " + theirs + " (" + include.text + ")");
      else if (theirs != own) check_through(file, own, rule, *target);
    }
  }

  void check_party(const std::string& file, const std::string& own, const Rule& rule, const Include& include, const std::string& through) {
    const std::string party = party_of(include);
    // What base uses is in everybody's Result.
    if (rule.parties.count(party) != 0 || (rules_.count("base") != 0 && rules_.at("base").parties.count(party) != 0)) return;
    bad_.push_back(file + ": " + own + " may not include " + party + " (" + include.text + (through.empty() ? "" : " through " + through) + ")");
  }

  // No third party's type comes out of its folder: a header that reaches one is private to the folders that may use it.
  void check_through(const std::string& file, const std::string& own, const Rule& rule, const std::string& target) {
    std::set<std::string> seen;
    std::vector<std::string> todo = {target};
    while (!todo.empty()) {
      const std::string at = todo.back();
      todo.pop_back();
      if (!seen.insert(at).second || includes_.count(at) == 0) continue;
      for (const auto& include : includes_.at(at)) {
        if (include.angled && kSystem.count(include.text) != 0) continue;
        if (const auto next = resolve(at, include)) todo.push_back(*next);
        else check_party(file, own, rule, include, at);
      }
    }
  }

  fs::path root_, generated_;
  std::map<std::string, Rule> rules_;
  std::map<std::string, std::vector<Include>> includes_;
  std::vector<std::string> bad_;
};

}  // namespace

std::vector<std::string> layer_violations(const fs::path& root, const fs::path& generated, int* files_read) {
  return Tree(root, generated).check(files_read);
}

}  // namespace xch::contract
