// A draft written as TOML: what it becomes, and what is refused with its line or its key.
#include "consent/authority/draft_toml.hpp"

#include <gtest/gtest.h>

#include "support/coalition.hpp"

namespace xch::testing {
namespace {

const consent::DraftKeys kKeys{{"subject", "subject_record", "basis", "classes", "last_day", "minor_age",
                                "restrictions", "order", "revocation_explained"},
                               {"kind", "court"},
                               {"party", "class"},
                               {"event", "asserter"},
                               {"party", "members", "treating"},
                               {"name", "last_day"}};

std::string json_of(std::string_view toml) { return wire::write_json(must(consent::draft_toml(toml, kKeys), "draft")); }

TEST(DraftToml, SaysTheSameAsJson) {
  EXPECT_EQ(json_of(R"(subject = "p-417"
last_day = 2027-02-23  # a date needs no quotation marks
minor_age = 15
revocation_explained = true
classes = ["ENG", "SUD"]
[subject_record]
name = "Maria Reyes"
[order]
kind = "order"
[[restrictions]]
party = "clinic"
class = "SUD"
)"),
            R"({"classes":["ENG","SUD"],"last_day":"2027-02-23","minor_age":15,"order":{"kind":"order"},)"
            R"("restrictions":[{"class":"SUD","party":"clinic"}],"revocation_explained":true,"subject":"p-417",)"
            R"("subject_record":{"name":"Maria Reyes"}})");
}

TEST(DraftToml, RefusesWithTheLineAndNeverWithWhatStandsThere) {
  struct Case {
    const char* toml;
    Code code;
    const char* path;
  };
  std::string deep = "subject = \"p-1\"\na";  // each part of a key is a table within the last
  for (int i = 0; i < 1'000'000; ++i) deep += ".a";
  deep += " = 1\n";
  for (const auto& c : std::vector<Case>{
           {"subject = \"p-1\"\nMaria = true\n", Code::draft_key, "line 2"},
           {"subject = \"p-1\"\n\nsubject = \"p-2\"\n", Code::draft_syntax, "line 3"},
           {"subject = Maria\n", Code::draft_syntax, "line 1"},
           {"[order]\nkind = \"order\"\njudge = \"Reyes\"\n", Code::draft_key, "line 3"},
           {"[[restrictions]]\nwhom = \"clinic\"\n", Code::draft_key, "line 2"},
           {"last_day = 12:30:00\n", Code::draft_value, "last_day"},
           {"minor_age = 15.5\n", Code::draft_value, "minor_age"},
           {"[subject_record]\nReyes = 1.5\n", Code::draft_value, "subject_record"},
           {"classes = [[[[[[[[[[\"SUD\"]]]]]]]]]]\n", Code::draft_value, "classes"},
           {"subject = \"\xff\"\n", Code::draft_syntax, "line 1"},
           {deep.c_str(), Code::draft_syntax, "line 2"},
       }) {
    const auto read = consent::draft_toml(c.toml, kKeys);
    ASSERT_FALSE(read) << c.toml;
    EXPECT_EQ(read.error().code, c.code) << c.toml;
    EXPECT_EQ(read.error().path, c.path) << c.toml;
  }
}

}  // namespace
}  // namespace xch::testing
