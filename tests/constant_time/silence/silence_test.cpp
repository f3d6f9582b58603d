// Local codes stay local. Every published vector that is refused is given to a home that knows what its reader knows;
// whatever check fails, and whatever the operator is told, what leaves the home towards anybody is the same: nothing.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/file.hpp"
#include "silence/home.hpp"

namespace xch::silence {
namespace {

using vectors::Case;
using vectors::VectorFile;

VectorFile read(const std::string& name) {
  const Bytes text = testing::must(read_file(vectors::vector_folder() / name, 64u << 20), "vectors");
  return vectors::from_text(std::string(ByteView(text).text()));
}

/// The code of a case that is refused as a whole; empty where something of it is taken.
std::string refusal_of(const Case& which) {
  if (which.expect.contains("code")) return which.expect.at("code").get<std::string>();
  if (!which.expect.contains("views")) return "";
  std::string first;
  for (const auto& view : which.expect.at("views")) {
    if (!view.contains("code")) return "";
    if (first.empty()) first = view.at("code").get<std::string>();
  }
  return first;
}

std::string extension_of(const std::string& kind) {
  if (kind == "notes") return ".lxe";
  if (kind == "rosters") return ".lxr";
  return kind == "status" ? ".lxs" : ".lxo";
}

struct FileSpec {
  const char* name;
  std::size_t at_least;  // refused cases
  std::size_t percent;   // of them refused for the very reason that the vector states
  std::set<std::string> taken = {};
};
void PrintTo(const FileSpec& file, std::ostream* out) { *out << file.name; }

// A home knows every built-in note type and takes the roster that it holds. It takes no pack with types that are not
// built in: with those of `values`, and of the grants that come in an envelope of 8 KiB, it stops before the check that
// the case is about. An older status list than the one held is passed over, and what bears the magic of break-glass waits
// to be opened as such. It believes the logs that the vector's reader believes, and its own.
const std::set<std::string> kTaken = {"schema not here"};
class Silence : public ::testing::TestWithParam<FileSpec> {};
INSTANTIATE_TEST_SUITE_P(Files, Silence,
                         ::testing::Values(FileSpec{"p256-notes.json", 250, 98, kTaken},
                                           FileSpec{"x25519-notes.json", 240, 98, kTaken},
                                           FileSpec{"p256-values.json", 10, 0},
                                           FileSpec{"p256-grants.json", 60, 70, {"break-glass"}},
                                           FileSpec{"x25519-grants.json", 60, 70, {"break-glass"}},
                                           FileSpec{"p256-presentations.json", 50, 90, kTaken},
                                           FileSpec{"x25519-presentations.json", 50, 90, kTaken},
                                           FileSpec{"p256-status.json", 20, 90, {"rollback"}},
                                           FileSpec{"x25519-status.json", 20, 90, {"rollback"}},
                                           FileSpec{"p256-rosters.json", 45, 90, {"the same again"}},
                                           FileSpec{"x25519-rosters.json", 45, 90, {"the same again"}}),
                         [](const auto& run) {
                           std::string name =
                               std::string(run.param.name).substr(0, std::string(run.param.name).find('.'));
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST_P(Silence, WhateverCheckFailsTheSameBytesLeaveAndTheyAreNone) {
  const VectorFile file = read(GetParam().name);
  // Cases that know the same things share a home: a refusal changes nothing that another one asks.
  std::map<std::string, std::unique_ptr<Home>> homes;
  std::set<std::size_t> left;  // how many bytes: what they are would fill a screen
  std::set<std::string> codes, taken;
  std::size_t refused = 0, as_stated = 0;
  for (const auto& which : file.cases) {
    const std::string stated = refusal_of(which);
    if (stated.empty()) continue;
    const vectors::Json given = file.given_of(which);
    const std::string known = given.dump();
    if (homes.count(known) == 0) {
      if (homes.size() > 4) homes.clear();
      homes.emplace(known, std::make_unique<Home>(file.suite, given));
    }
    Home& reader = *homes.at(known);
    Bytes bytes = file.bytes_of(which);
    if (which.input.contains("object")) bytes = reader.seals_to_me(bytes);
    const std::string before = reader.leaving();

    Home::Judged judged = file.kind == "notes" ? reader.opens(bytes) : reader.arrives(bytes, extension_of(file.kind));
    if (file.kind == "notes") reader.arrives(bytes, extension_of(file.kind));
    if (file.kind == "presentations" && !judged.refused) {
      const auto verified = reader.session().verify(bytes);
      judged = {!verified, verified ? "" : std::string(verified.error().info().id)};
    }
    const std::string after = reader.leaving();
    if (!judged.refused) {
      taken.insert(which.name);
      reader.forget_what_left();
      continue;
    }
    EXPECT_TRUE(after == before) << which.name;
    left.insert(after.size() - before.size());
    codes.insert(judged.code);
    ++refused;
    as_stated += judged.code == stated ? 1 : 0;
  }
  EXPECT_EQ(left, std::set<std::size_t>{0});
  EXPECT_EQ(taken, GetParam().taken);
  EXPECT_GE(refused, GetParam().at_least);
  EXPECT_GE(as_stated * 100, refused * GetParam().percent) << as_stated << " of " << refused;
  std::printf("%zu cases refused, with %zu different codes\n", refused, codes.size());
}

// What is looked at is where things leave: what opens sends a receipt there, a grant view its acknowledgement.
TEST(SilenceCheck, SeesWhatLeavesWhenSomethingIsTaken) {
  for (const auto* name : {"p256-notes.json", "x25519-notes.json", "p256-grants.json"}) {
    const VectorFile file = read(name);
    const auto good = std::find_if(file.cases.begin(), file.cases.end(), [&](const Case& c) {
      return refusal_of(c).empty() && c.input.contains("object") == (file.kind == "grants");
    });
    ASSERT_NE(good, file.cases.end()) << name;
    Home home(file.suite, file.given_of(*good));
    const std::string before = home.leaving();
    Bytes bytes = file.bytes_of(*good);
    if (file.kind == "grants") bytes = home.seals_to_me(bytes);
    const auto judged = home.arrives(bytes, extension_of(file.kind));
    EXPECT_FALSE(judged.refused) << name << ": " << good->name << ": " << judged.code;
    EXPECT_GT(home.leaving().size(), before.size() + 65536) << name << ": " << good->name;
  }
}

}  // namespace
}  // namespace xch::silence
