// HOME/config.toml: a flag goes before the environment, and the environment before the file; a bad file is one error.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "program.hpp"

namespace xch::cli {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// A config.toml in the treatment provider's home of the demo, gone at the end.
class Config {
 public:
  explicit Config(const std::string& text) : file_(demo().home("treatment") / "config.toml") {
    std::ofstream(file_, std::ios::binary) << text;
    fs::permissions(file_, fs::perms::owner_read | fs::perms::owner_write);
  }
  ~Config() { fs::remove_all(file_); }
  const fs::path& file() const { return file_; }

 private:
  fs::path file_;
};

std::string home() { return demo().home("treatment"); }
std::string right() { return demo().folder / "treatment.passphrase"; }

With with_env(const std::string& name, const std::string& value) {
  With with;
  with.env[name] = value;
  return with;
}

TEST(ConfigFile, NamesThePassphraseFileAfterTheEnvironmentAndAfterTheFlag) {
  const Folder folder;
  const auto wrong = folder.write("wrong", "not the passphrase\n");
  fs::permissions(wrong, fs::perms::owner_read);
  {
    const Config config("passphrase_file = \"" + right() + "\"  # of the demo\n");
    EXPECT_EQ(run({"grants", "--home", home()}).status, 0);
    EXPECT_EQ(run({"grants"}, with_env("EXCHANGE_HOME", home())).status, 0);
    EXPECT_THAT(run({"grants", "--home", home()}, with_env("EXCHANGE_PASSPHRASE_FILE", wrong)).err, HasSubstr("EX6105"))
        << "the environment goes before it";
    With flag;
    flag.input = "neither\n";
    EXPECT_THAT(run({"grants", "--home", home(), "--passphrase-fd", "0"}, flag).err, HasSubstr("EX6105"))
        << "the flag goes before it";
  }
  const Config config("passphrase_file = '" + wrong.string() + "'\n");
  EXPECT_THAT(run({"grants", "--home", home()}).err, HasSubstr("EX6105"));
  EXPECT_EQ(run({"grants", "--home", home()}, with_env("EXCHANGE_PASSPHRASE_FILE", right())).status, 0);
  With both = with_env("EXCHANGE_PASSPHRASE_FILE", wrong);
  both.input = read(right());
  EXPECT_EQ(run({"grants", "--home", home(), "--passphrase-fd", "0"}, both).status, 0);
}

TEST(ConfigFile, TakesAPassphraseFileBelowTheHome) {
  const Config config("passphrase_file = \"config.passphrase\"\n");
  const auto file = demo().home("treatment") / "config.passphrase";
  fs::copy_file(right(), file);
  const auto ran = run({"grants", "--home", home()});
  fs::remove(file);
  EXPECT_EQ(ran.status, 0) << ran.err;
}

TEST(ConfigFile, SaysHowMuchIsToldUnlessAFlagDoes) {
  const auto inbox = [](std::vector<std::string> more = {}) {
    std::vector<std::string> words = {"inbox", "list"};
    words.insert(words.end(), more.begin(), more.end());
    return demo().as("treatment", words).err;
  };
  const std::string told = inbox();
  {
    const Config config("verbose = true\n");
    EXPECT_THAT(inbox(), HasSubstr("exchange: unlocked in "));
    EXPECT_THAT(inbox({"--quiet"}), IsEmpty());
  }
  const Config config("# nothing but results\n\nquiet = true # always\n");
  EXPECT_THAT(inbox(), IsEmpty());
  EXPECT_THAT(inbox({"--verbose"}), HasSubstr("exchange: unlocked in "));
  EXPECT_THAT(told, Not(HasSubstr("unlocked in")));
}

TEST(ConfigFile, TurnsColourOffUnlessTheEnvironmentForcesIt) {
  const std::map<std::string, std::string> unlocked = {{"EXCHANGE_PASSPHRASE_FILE", right()}};
  auto forced = unlocked;
  forced["CLICOLOR_FORCE"] = "1";
  EXPECT_THAT(run_on_terminal({"roster", "list", "--home", home()}, {{}, unlocked}).out, HasSubstr("\x1b[1m"));
  const Config config("color = false\nprogress = false\n");
  EXPECT_THAT(run_on_terminal({"roster", "list", "--home", home()}, {{}, unlocked}).out, Not(HasSubstr("\x1b[1m")));
  EXPECT_THAT(run_on_terminal({"roster", "list", "--home", home()}, {{}, forced}).out, HasSubstr("\x1b[1m"));
  EXPECT_THAT(run_on_terminal({"roster", "list", "--home", home(), "--no-color"}, {{}, forced}).out,
              Not(HasSubstr("\x1b[1m")));
}

TEST(ConfigFile, IsRefusedWithTheNumberOfTheLineAndNothingOfIt) {
  struct Case {
    std::string text, said;
  };
  const std::vector<Case> cases = {
      {"quiet\n", "line 1: a line is NAME = VALUE"},
      {"\n# so\nquiet = 1\n", "line 3: a value is true, false or a text in quotes"},
      {"quiet = \"true\"\n", "line 1: quiet is true or false"},
      {"quiet = true false\n", "line 1: a value is true, false"},
      {"passphrase_file = true\n", "line 1: passphrase_file is a path in quotes"},
      {"passphrase_file = \"\"\n", "line 1: passphrase_file is a path in quotes"},
      {"passphrase_file = \"/run/hunter2\n", "line 1: a text does not end on its line"},
      {"passphrase_file = \"/run\\hunter2\"\n", "line 1: there is a \\"},
      {"passphrase_file = \"/run\" hunter2\n", "line 1: there is more after the value"},
      {"passphrase = \"hunter2\"\n", "line 1: there is no such setting"},
      {"colour = true\n", "line 1: there is no such setting; did you mean \"color\"?"},
      {"hunter2hunter2 = true\n", "line 1: there is no such setting"},
      {"[hunter2]\n", "line 1: there are no sections in this file"},
      {"quiet = true\nquiet = false\n", "line 2: this setting stands there already"},
      {std::string("quiet = true\0\n", 14), "line 1: there is a control character"},
      {"quiet = true\nverbose = true\n", "quiet and verbose cannot both be true"},
  };
  for (const auto& one : cases) {
    const Config config(one.text);
    for (const bool as_json : {false, true}) {
      std::vector<std::string> words = {"grants"};
      if (as_json) words.push_back("--json");
      const auto ran = demo().as("treatment", words);
      EXPECT_EQ(ran.status, 2) << one.text;
      if (!as_json) { EXPECT_THAT(ran.err, HasSubstr("config.toml")) << one.text; }
      if (!as_json) { EXPECT_THAT(ran.err, HasSubstr(one.said)) << one.text; }
      EXPECT_THAT(ran.out + ran.err, HasSubstr("EX1002")) << one.text;
      EXPECT_THAT(ran.out + ran.err, Not(HasSubstr("hunter2"))) << one.text;
    }
  }
}

TEST(ConfigFile, ThatOthersMayWriteIsRefused) {
  const Config config("quiet = true\n");
  fs::permissions(config.file(), fs::perms::group_write, fs::perm_options::add);
  const auto ran = demo().as("treatment", {"grants"});
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.err, HasSubstr("config.toml may be written by others"));
  fs::remove(config.file());
  fs::create_directory(config.file());
  EXPECT_THAT(demo().as("treatment", {"grants"}).err, HasSubstr("config.toml is no file"));
}

TEST(ConfigFile, OversizedOrBadDoesNotStandInTheWayOfHelp) {
  const Config config("nonsense\n");
  EXPECT_EQ(run({"help", "config", "--home", home()}).status, 0);
  EXPECT_EQ(run({"explain", "EX1002", "--home", home()}).status, 0);
  EXPECT_EQ(run({"version"}, with_env("EXCHANGE_HOME", home())).status, 0);
  fs::resize_file(config.file(), 65537);
  EXPECT_THAT(demo().as("treatment", {"grants"}).err, HasSubstr("(EX1014)"));
}

}  // namespace
}  // namespace xch::cli
