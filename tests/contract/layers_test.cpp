#include "contract/layers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contract/tree.hpp"

namespace xch::contract {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string lines(const std::vector<std::string>& list) {
  std::string out;
  for (const auto& line : list) out += line + "\n";
  return out;
}

TEST(Layers, HoldForEveryIncludeOfTheTree) {
  int files = 0;
  const auto bad = layer_violations(XCH_SOURCE_DIR, XCH_BUILD_DIR "/generated", &files);
  EXPECT_THAT(bad, IsEmpty()) << lines(bad);
  EXPECT_GT(files, 40);
}

// A small tree that keeps the rules; each test below breaks one of them and must be seen to fail.
class SmallTree : public testing::Test {
 protected:
  SmallTree() {
    tree_.write("LAYERS",
                "# rules\nbase = | tl\ncrypto = base | openssl\nwire = base | capnp kj\npolicy = base |\nmessage = base crypto wire policy |\n"
                "consent = base message | toml++\nc_api = base message include/exchange |\n"
                "include/exchange = |\ninclude/exchange/capnp.hpp = include/exchange | capnp kj\n"
                "tools = include/exchange | CLI\ntools/plugin = base | capnp\nexamples = include/exchange |\n");
    tree_.write("libexchange/base/bytes.hpp", "#pragma once\n#include <vector>\n#include <tl/expected.hpp>\n");
    tree_.write("libexchange/crypto/aead.hpp", "#include \"base/bytes.hpp\"\n");
    tree_.write("libexchange/crypto/engine.hpp", "#include <openssl/evp.h>\n");
    tree_.write("libexchange/crypto/aead.cpp", "#include \"crypto/aead.hpp\"\n  #  include \"crypto/engine.hpp\"\n#include <openssl/evp.h>\n");
    tree_.write("libexchange/wire/note.cpp", "#include <capnp/message.h>\n#include \"lead.capnp.h\"\n#include <kj/common.h>\n#include \"base/bytes.hpp\"\n");
    tree_.write("libexchange/policy/decide.cpp", "#include \"base/bytes.hpp\"\n");
    tree_.write("libexchange/message/seal.cpp", "#include \"crypto/aead.hpp\"\n#include \"base/bytes.hpp\"\n// #include <openssl/evp.h>\n/*\n#include <kj/common.h>\n*/\n");
    tree_.write("libexchange/c_api/seal.cpp", "#include <exchange/exchange.h>\n#include \"base/bytes.hpp\"\n");
    tree_.write("consent/lint/rules.hpp", "#include <toml++/toml.h>\n");
    tree_.write("consent/lint/rules.cpp", "#include \"consent/lint/rules.hpp\"\n#include \"rules.hpp\"\nconst char* t = R\"(\n#include <kj/common.h>\n)\";\n");
    tree_.write("include/exchange/exchange.h", "#include <stddef.h>\n#include <stdint.h>\n");
    tree_.write("include/exchange/capnp.hpp", "#include \"exchange.h\"\n#include <capnp/message.h>\n");
    tree_.write("tools/main.cpp", "#include <exchange/exchange.h>\n#include <CLI/CLI.hpp>\n");
    tree_.write("tools/plugin/main.cpp", "#include <capnp/schema.capnp.h>\n#include \"base/bytes.hpp\"\n");
    tree_.write("examples/c/main.c", "#include <exchange/exchange.h>\n#include <stdio.h>\n");
  }

  std::vector<std::string> check() const {
    int files = 0;
    return layer_violations(tree_.root(), "", &files);
  }

  TempTree tree_;
};

TEST_F(SmallTree, IsClean) {
  const auto bad = check();
  EXPECT_THAT(bad, IsEmpty()) << lines(bad);
}

TEST_F(SmallTree, RefusesAnIncludeUpwards) {
  tree_.write("libexchange/base/bytes.cpp", "#include \"crypto/aead.hpp\"\n");
  EXPECT_THAT(check(), ElementsAre("libexchange/base/bytes.cpp: base may not include crypto (crypto/aead.hpp)"));
}

TEST_F(SmallTree, RefusesAnIncludeOfTheSameLayer) {
  tree_.write("libexchange/wire/hash.cpp", "#include \"crypto/aead.hpp\"\n");
  EXPECT_THAT(check(), ElementsAre("libexchange/wire/hash.cpp: wire may not include crypto (crypto/aead.hpp)"));
}

TEST_F(SmallTree, RefusesAnIncludeByARelativePath) {
  tree_.write("libexchange/policy/hash.cpp", "#include \"../crypto/aead.hpp\"\n");
  EXPECT_THAT(check(), ElementsAre("libexchange/policy/hash.cpp: policy may not include crypto (../crypto/aead.hpp)"));
}

TEST_F(SmallTree, RefusesAThirdPartyOutsideItsFolder) {
  tree_.write("libexchange/message/hash.cpp", "#include <openssl/evp.h>\n");
  tree_.write("libexchange/policy/lead.hpp", "#include \"lead.capnp.h\"\n");
  EXPECT_THAT(check(), ElementsAre("libexchange/message/hash.cpp: message may not include openssl (openssl/evp.h)",
                                   "libexchange/policy/lead.hpp: policy may not include capnp (lead.capnp.h)"));
}

TEST_F(SmallTree, RefusesAThirdPartyThatComesThroughAHeader) {
  tree_.write("libexchange/message/hash.cpp", "#include \"crypto/engine.hpp\"\n");
  EXPECT_THAT(check(), ElementsAre("libexchange/message/hash.cpp: message may not include openssl (openssl/evp.h through libexchange/crypto/engine.hpp)"));
}

TEST_F(SmallTree, RefusesAThirdPartyThatNobodyNamed) {
  tree_.write("libexchange/crypto/big.cpp", "#include <boost/any.hpp>\n#include <zlib.h>\n");
  EXPECT_THAT(check(), ElementsAre(HasSubstr("may not include boost"), HasSubstr("may not include zlib")));
}

TEST_F(SmallTree, RefusesInnardsInToolsAndExamples) {
  tree_.write("tools/seal.cpp", "#include \"base/bytes.hpp\"\n");
  tree_.write("tools/plugin/seal.cpp", "#include \"crypto/aead.hpp\"\n");
  tree_.write("examples/cpp/seal.cpp", "#include \"libexchange/base/bytes.hpp\"\n#include <CLI/CLI.hpp>\n");
  EXPECT_THAT(check(), ElementsAre(HasSubstr("examples may not include base"), HasSubstr("examples may not include CLI"),
                                   HasSubstr("tools/plugin may not include crypto"), HasSubstr("tools may not include base")));
}

TEST_F(SmallTree, RefusesCapnpInAnyPublicHeaderButItsOwn) {
  tree_.write("include/exchange/exchange.hpp", "#include \"exchange.h\"\n#include <kj/common.h>\n");
  tree_.write("libexchange/c_api/typed.cpp", "#include \"exchange/capnp.hpp\"\n");
  EXPECT_THAT(check(), ElementsAre(HasSubstr("include/exchange may not include kj"), HasSubstr("c_api may not include include/exchange/capnp.hpp")));
}

TEST_F(SmallTree, RefusesAFolderWithoutARule) {
  tree_.write("libexchange/extra/x.cpp", "#include <vector>\n");
  EXPECT_THAT(check(), ElementsAre("libexchange/extra/x.cpp: no rule in LAYERS"));
}

TEST_F(SmallTree, RefusesRulesWithoutAnOrder) {
  tree_.write("LAYERS", "base = crypto |\ncrypto = base |\nbase = |\nnonsense\n");
  EXPECT_THAT(check(), testing::IsSupersetOf({std::string("LAYERS: base names crypto, which does not stand above it"),
                                              std::string("LAYERS: base stands twice"), std::string("LAYERS: not a rule: nonsense")}));
}

}  // namespace
}  // namespace xch::contract
