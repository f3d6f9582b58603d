// Each public header compiles alone, as the oldest language it promises, without a warning.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>

#include "contract/tree.hpp"

namespace xch::contract {
namespace {

namespace fs = std::filesystem;

const std::string kInclude = std::string(XCH_SOURCE_DIR) + "/include";

// A source file that is one #include, through the compiler that builds the tree.
Outcome compile(const std::string& language, const std::string& standard, const std::string& include_folder, const std::string& header) {
  const std::string compiler = language == "c" ? XCH_C_COMPILER : XCH_CXX_COMPILER;
  return run("printf '#include <" + header + ">\\n' | " + quoted(compiler) + " -x " + language + " -std=" + standard +
             " -fsyntax-only -pedantic -Wall -Wextra -Wshadow -Werror -I" + quoted(include_folder) + " -");
}

void expect_compiles(const std::string& language, const std::string& standard, const std::string& header) {
  const Outcome r = compile(language, standard, kInclude, header);
  EXPECT_EQ(r.status, 0) << header << " as " << standard << ":\n" << r.output;
}

TEST(PublicHeaders, AreTheThreeThatAreCompiledHere) {
  std::set<std::string> found;
  for (const auto& file : files_below(kInclude + "/exchange", {".h", ".hpp"})) found.insert(fs::relative(file, kInclude).generic_string());
  EXPECT_EQ(found, (std::set<std::string>{"exchange/capnp.hpp", "exchange/exchange.h", "exchange/exchange.hpp"}));
}

TEST(PublicHeaders, CompileExchangeHAsC99AndInCpp) {
  expect_compiles("c", "c99", "exchange/exchange.h");
  expect_compiles("c", "c11", "exchange/exchange.h");
  expect_compiles("c++", "c++17", "exchange/exchange.h");
}

TEST(PublicHeaders, CompileExchangeHppAsCpp17AndCpp20) {
  expect_compiles("c++", "c++17", "exchange/exchange.hpp");
  expect_compiles("c++", "c++20", "exchange/exchange.hpp");
}

TEST(PublicHeaders, CompileCapnpHppAsCpp17AndCpp20) {
  expect_compiles("c++", "c++17", "exchange/capnp.hpp");
  expect_compiles("c++", "c++20", "exchange/capnp.hpp");
}

// exchange.h is the binary boundary: a line of C++ or another header in it would be one in every binding.
TEST(PublicHeaders, ExchangeHIncludesNothingButStddefAndStdint) {
  std::set<std::string> included;
  const std::string text = without_comments_and_raw_strings(read_file(kInclude + "/exchange/exchange.h"));
  for (std::size_t at = 0; (at = text.find("#include", at)) != std::string::npos; ++at) {
    const auto open = text.find('<', at), close = text.find('>', at);
    ASSERT_TRUE(open != std::string::npos && close != std::string::npos);
    included.insert(text.substr(open + 1, close - open - 1));
  }
  EXPECT_EQ(included, (std::set<std::string>{"stddef.h", "stdint.h"}));
}

// The check itself is seen to fail: on a header that leans on another, on C++ in C, on a warning and on no header.
TEST(PublicHeaders, AreRefusedWhereTheyDoNotStandAlone) {
  TempTree tree;
  tree.write("exchange/good.h", "#include <stddef.h>\nint xch_good(size_t n);\n");
  tree.write("exchange/leans.h", "uint8_t xch_leans(void);\n");
  tree.write("exchange/cpp.h", "namespace xch { int f(); }\n");
  tree.write("exchange/warns.hpp", "inline int f(int a) { for (int a = 0; a < 3; ++a) {} return a; }\n");
  tree.write("exchange/modern.hpp", "#include <concepts>\ntemplate <std::integral T> T f(T t) { return t; }\n");
  const std::string root = tree.root();
  EXPECT_EQ(compile("c", "c99", root, "exchange/good.h").status, 0);
  EXPECT_NE(compile("c", "c99", root, "exchange/leans.h").status, 0);
  EXPECT_NE(compile("c", "c99", root, "exchange/cpp.h").status, 0);
  EXPECT_NE(compile("c++", "c++17", root, "exchange/warns.hpp").status, 0);
  EXPECT_NE(compile("c++", "c++17", root, "exchange/modern.hpp").status, 0);
  EXPECT_EQ(compile("c++", "c++20", root, "exchange/modern.hpp").status, 0);
  EXPECT_NE(compile("c++", "c++17", root, "exchange/none.hpp").status, 0);
}

}  // namespace
}  // namespace xch::contract
