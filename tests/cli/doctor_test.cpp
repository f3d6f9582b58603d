// doctor: nothing is wrong with a good home; each thing that can be is found, and the command it gives mends it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "program.hpp"

namespace xch::cli {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

bool shell(const std::string& command) { return std::system(("{ " + command + "; } >/dev/null 2>&1").c_str()) == 0; }

struct Finding {
  bool there = false, ok = false;
  std::string text, fix;
};

struct Checkup {
  int status = -1;
  std::map<std::string, std::vector<Finding>> found;

  /// The first that is not well, else the first.
  Finding of(const std::string& check) const {
    const auto at = found.find(check);
    if (at == found.end()) return {};
    for (const auto& finding : at->second)
      if (!finding.ok) return finding;
    return at->second.front();
  }
  bool is_wrong(const std::string& check) const { return of(check).there && !of(check).ok; }
  std::string wrong() const {
    std::string out;
    for (const auto& [check, list] : found)
      for (const auto& finding : list)
        if (!finding.ok) out += check + ": " + finding.text + "\n";
    return out;
  }
};

Checkup checkup_of(const Ran& ran) {
  Checkup out;
  out.status = ran.status;
  const auto answer = json::parse(ran.out, nullptr, false);
  if (!answer.is_object() || !answer.contains("findings")) {
    ADD_FAILURE() << ran.out << ran.err;
    return out;
  }
  for (const auto& row : answer["findings"]) {
    Finding finding{true, row["ok"].get<bool>(), row["text"].get<std::string>(), row["fix"].get<std::string>()};
    EXPECT_EQ(finding.ok, finding.fix.empty()) << row["check"];
    out.found[row["check"].get<std::string>()].push_back(std::move(finding));
  }
  return out;
}

Checkup checkup(const std::string& who, std::vector<std::string> more = {}) {
  std::vector<std::string> words = {"doctor", "--json"};
  words.insert(words.end(), more.begin(), more.end());
  return checkup_of(demo().as(who, words));
}

/// Copied is a home of the demo copied, and taken as moved: to be damaged.
class Copied {
 public:
  explicit Copied(std::string who) : who_(std::move(who)), home(folder_.path / who_) {
    fs::copy(demo().home(who_), home, fs::copy_options::recursive);
    EXPECT_EQ(as({"doctor", "--reconcile", "--moved", "--yes"}).status, 0);
  }
  Ran as(std::vector<std::string> words) const {
    words.insert(words.end(), {"--home", home.string()});
    With with;
    with.env["EXCHANGE_PASSPHRASE_FILE"] = (demo().folder / (who_ + ".passphrase")).string();
    return run(words, with);
  }
  Checkup checkup() const { return checkup_of(as({"doctor", "--json"})); }

 private:
  Folder folder_;
  std::string who_;

 public:
  fs::path home;
};

TEST(Doctor, FindsNothingWrongWithAGoodHome) {
  ASSERT_EQ(demo().ran.status, 0);
  for (const char* who : {"prosecutor", "program-office", "treatment", "coalition"}) {
    const auto found = checkup(who);
    EXPECT_EQ(found.wrong(), "") << who;
    EXPECT_EQ(found.status, 0) << who;
    EXPECT_GT(found.found.size(), 4u) << who;
  }
  EXPECT_THAT(demo().as("prosecutor", {"doctor"}).out, Not(HasSubstr("wrong ")));
  EXPECT_THAT(run({"help", "doctor"}).out, HasSubstr("exit status 0: all is well; 1: something is wrong"));
}

TEST(Doctor, SaysWhichLibcryptoRuns) {
  const auto found = checkup("prosecutor").of("libcrypto");
  EXPECT_TRUE(found.ok);
  EXPECT_THAT(found.text, HasSubstr("OpenSSL 3."));
  EXPECT_THAT(found.text, HasSubstr("/libcrypto.so"));
}

TEST(Doctor, SaysWhenAnotherLibcryptoAnswersThanTheOneLinked) {
  if (!is_installed("cc")) {
    ASSERT_EQ(std::getenv("CI"), nullptr) << "cc is missing";
    std::puts("not run: cc is missing");
    return;
  }
  const Folder folder;
  const auto source =
      folder.write("host.c", "const char* OpenSSL_version(int what) { (void)what; return \"OpenSSL of the host\"; }\n");
  ASSERT_TRUE(shell("cc -shared -fPIC -o " + (folder.path / "libhost.so").string() + " " + source.string()));
  With with;
  with.env["LD_PRELOAD"] = (folder.path / "libhost.so").string();
  const auto found = checkup_of(demo().as("prosecutor", {"doctor", "--json"}, with));
  EXPECT_TRUE(found.is_wrong("libcrypto"));
  EXPECT_THAT(found.of("libcrypto").text, HasSubstr("OpenSSL of the host in " + (folder.path / "libhost.so").string()));
  EXPECT_EQ(found.status, 1);
}

TEST(Doctor, FindsAFileThatOthersMayReadAndItsCommandMendsIt) {
  for (const char* name : {"store/exchange.db", "keys/home.key", "agency.json"}) {
    const fs::path file = demo().home("prosecutor") / name;
    fs::permissions(file, fs::perms::group_read | fs::perms::others_read, fs::perm_options::add);
    const auto found = checkup("prosecutor");
    EXPECT_TRUE(found.is_wrong("key modes")) << name;
    EXPECT_THAT(found.of("key modes").text, HasSubstr(name));
    EXPECT_EQ(found.status, 1);
    EXPECT_TRUE(found.of("courier").there) << "it goes on where the home does not open";
    EXPECT_TRUE(shell(found.of("key modes").fix)) << found.of("key modes").fix;
    EXPECT_EQ(checkup("prosecutor").wrong(), "") << name;
  }
}

TEST(Doctor, FindsKeysRosterAndListsThatEndOrHaveEnded) {
  const auto at = [](int days) { return checkup("program-office", {"--at", day(days)}); };
  const auto now = at(1);
  for (const char* key : {"encryption key", "seat key", "authority key", "identity key"})
    EXPECT_TRUE(now.of(key).ok) << key;
  EXPECT_THAT(at(6).of("encryption key").text, HasSubstr("expires in"));
  EXPECT_TRUE(at(6).is_wrong("encryption key"));
  EXPECT_THAT(at(6).of("encryption key").fix,
              HasSubstr("exchange key rotate --which encryption -o program-office.enrolment"));
  EXPECT_TRUE(at(340).is_wrong("seat key"));
  EXPECT_TRUE(at(340).is_wrong("authority key"));
  EXPECT_TRUE(at(300).of("seat key").ok);
  EXPECT_TRUE(at(710).is_wrong("identity key"));
  const auto late = at(800);
  for (const char* key : {"encryption key", "seat key", "authority key", "identity key"})
    EXPECT_THAT(late.of(key).text, HasSubstr("expired")) << key;
  EXPECT_THAT(late.of("roster").text, HasSubstr("expired"));
  EXPECT_THAT(late.of("roster").fix, HasSubstr("exchange roster import FILE"));
  EXPECT_TRUE(checkup("prosecutor", {"--at", day(3)}).is_wrong("status lists"));
  EXPECT_THAT(checkup("prosecutor", {"--at", day(3)}).of("status lists").fix, HasSubstr("exchange inbox process"));
}

TEST(Doctor, FindsAClockBehindTheJournal) {
  const auto found = checkup("prosecutor", {"--at", day(-3)});
  EXPECT_TRUE(found.is_wrong("clock"));
  EXPECT_THAT(found.of("clock").text, HasSubstr("behind the last event of the journal"));
}

TEST(Doctor, FindsAClockFarFromTheTimesOfTheFiles) {
  const std::string store = (demo().home("prosecutor") / "store" / "exchange.db").string();
  ASSERT_TRUE(shell("touch -d '+3 days' '" + store + "'"));
  const auto behind = checkup("prosecutor");
  EXPECT_TRUE(behind.is_wrong("clock"));
  EXPECT_THAT(behind.of("clock").text, HasSubstr("behind the newest file"));
  const Copied old("prosecutor");
  ASSERT_TRUE(shell("touch '" + store + "'; find '" + old.home.string() + "' -exec touch -d '-500 days' {} +"));
  EXPECT_TRUE(old.checkup().is_wrong("clock"));
  EXPECT_EQ(checkup("prosecutor").wrong(), "");
}

TEST(Doctor, FindsAChangedPageAndGoesOn) {
  const Copied copied("prosecutor");
  EXPECT_EQ(copied.checkup().wrong(), "");
  const auto store = copied.home / "store" / "exchange.db";
  const auto pages = fs::file_size(store) / 4096;
  ASSERT_GT(pages, 8u);
  {
    std::fstream file(store, std::ios::binary | std::ios::in | std::ios::out);
    for (std::uintmax_t page = 4; page < pages; page += 3) {
      file.seekp(static_cast<std::streamoff>(page * 4096));
      file << std::string(512, 'x');
    }
  }
  const auto found = copied.checkup();
  EXPECT_EQ(found.status, 1);
  EXPECT_TRUE(found.is_wrong("store"));
  EXPECT_THAT(found.of("store").text, HasSubstr("EX51"));
  EXPECT_THAT(found.of("store").fix, HasSubstr("exchange doctor --reconcile"));
  EXPECT_TRUE(found.of("libcrypto").ok);
  EXPECT_TRUE(found.of("courier").there);
  EXPECT_TRUE(found.of("quarantine").there);
}

TEST(Doctor, AnswersWhereThereIsNoStoreAtAll) {
  const Copied copied("prosecutor");
  fs::remove_all(copied.home / "store");
  const auto found = copied.checkup();
  EXPECT_EQ(found.status, 1);
  EXPECT_TRUE(found.is_wrong("store"));
  EXPECT_THAT(found.of("key modes").text, HasSubstr("store/exchange.db is missing"));
}

TEST(Doctor, AnswersWhereThePassphraseIsWrong) {
  const Folder folder;
  With with;
  with.env["EXCHANGE_PASSPHRASE_FILE"] = folder.write("passphrase", "not this one\n").string();
  fs::permissions(folder.path / "passphrase", fs::perms::owner_read);
  const auto found = checkup_of(run({"doctor", "--json", "--home", demo().home("prosecutor").string()}, with));
  EXPECT_EQ(found.status, 1);
  EXPECT_TRUE(found.is_wrong("passphrase"));
  EXPECT_TRUE(found.of("key modes").ok);
}

TEST(Doctor, FindsAnOutboxThatNobodyEmptiesAndAFileInQuarantine) {
  const auto home = demo().home("prosecutor");
  const auto waiting = home / "spool" / "out" / "treatment" / "new", aside = home / "spool" / "in" / "quarantine";
  fs::create_directories(waiting);
  std::ofstream(waiting / "old.lxe") << "x";
  std::ofstream(aside / "refused.lxe") << "x";
  ASSERT_TRUE(shell("touch -d '-3 days' '" + (waiting / "old.lxe").string() + "'"));
  const auto found = checkup("prosecutor");
  EXPECT_TRUE(found.is_wrong("courier"));
  EXPECT_THAT(found.of("courier").text, HasSubstr("the oldest for 3 days"));
  EXPECT_THAT(found.of("courier").fix, HasSubstr("exchange outbox send --to treatment --into DIR"));
  EXPECT_TRUE(found.is_wrong("quarantine"));
  EXPECT_THAT(found.of("quarantine").fix, HasSubstr("exchange quarantine list"));
  fs::remove(waiting / "old.lxe");
  EXPECT_EQ(demo().as("prosecutor", {"quarantine", "drop", "refused.lxe", "--yes"}).status, 0);
  EXPECT_EQ(checkup("prosecutor").wrong(), "");
}

TEST(Doctor, ChecksACoalitionsHome) {
  const auto good = checkup("coalition");
  for (const char* check : {"libcrypto", "key modes", "root keys", "policy pack", "roster"})
    EXPECT_TRUE(good.of(check).ok) << check;
  const auto late = checkup("coalition", {"--at", day(8)});
  EXPECT_TRUE(late.is_wrong("party prosecutor"));
  EXPECT_THAT(late.of("party prosecutor").fix, HasSubstr("exchange roster add prosecutor.enrolment"));
  EXPECT_TRUE(checkup("coalition", {"--at", day(800)}).is_wrong("roster"));
  const Folder folder;
  const auto copy = folder.path / "coalition";
  fs::copy(demo().home("coalition"), copy, fs::copy_options::recursive);
  fs::remove(copy / "keys" / "root-0.key");
  fs::remove(copy / "keys" / "root-1.key");
  fs::permissions(copy / "coalition.json", fs::perms::others_read, fs::perm_options::add);
  const auto found = checkup_of(run({"doctor", "--json", "--home", copy.string()}));
  EXPECT_TRUE(found.is_wrong("root keys"));
  EXPECT_TRUE(found.is_wrong("key modes"));
  EXPECT_EQ(found.status, 1);
  // The same verb tells whose home it is.
  With with;
  with.input = "{\"verb\":\"home.info\",\"request\":{\"home\":\"" + copy.string() + "\"}}\n";
  EXPECT_THAT(run({"pipe"}, with).out, HasSubstr("\"home_kind\":\"coalition\""));
}

TEST(Doctor, RefusesAFolderThatIsNoHome) {
  const Folder folder;
  const auto ran = run({"doctor", "--home", folder.path.string()});
  EXPECT_EQ(ran.status, 4);
  EXPECT_THAT(ran.err, HasSubstr("EX1015"));
}

// ---- --reconcile ---------------------------------------------------------------------------------------------------

TEST(Reconcile, ABackupPutBackIsRefusedByEveryCommandUntilItIsReconciled) {
  const Copied copied("program-office");
  const Folder kept;
  kept.write("envelope", "anything");
  kept.write("draft", "{}");
  fs::copy(copied.home / "store", kept.path / "store", fs::copy_options::recursive);
  EXPECT_EQ(copied.as({"nonce"}).status, 0);
  fs::remove_all(copied.home / "store");
  fs::copy(kept.path / "store", copied.home / "store", fs::copy_options::recursive);

  const auto found = copied.checkup();
  EXPECT_TRUE(found.is_wrong("backup"));
  EXPECT_THAT(found.of("backup").text, HasSubstr("EX5110"));
  EXPECT_THAT(found.of("backup").fix, HasSubstr("exchange doctor --reconcile --home " + copied.home.string()));
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"nonce"},
                                             {"grants"},
                                             {"seal", "--type", "progress.engagement", "--grant", std::string(64, '0'),
                                              "--purpose", "COORD", "--nothing-to-share"},
                                             {"open", (kept.path / "envelope").string()},
                                             {"consent", "issue", (kept.path / "draft").string()},
                                             {"consent", "publish"},
                                             {"inbox", "process"}}) {
    const auto ran = copied.as(words);
    EXPECT_EQ(ran.status, 1) << words[0];
    EXPECT_THAT(ran.err, HasSubstr("EX5110")) << words[0];
  }

  const auto moved = copied.as({"doctor", "--reconcile", "--moved", "--yes"});
  EXPECT_EQ(moved.status, 1) << "the mark says that something was lost";
  EXPECT_THAT(moved.err, HasSubstr("EX5110"));
  const auto would = copied.as({"doctor", "--reconcile", "--dry-run"});
  EXPECT_EQ(would.status, 0);
  EXPECT_THAT(would.out, HasSubstr("every consent in force as suspended"));
  EXPECT_EQ(copied.as({"nonce"}).status, 1) << "a dry run changes nothing";
  const auto unasked = copied.as({"doctor", "--reconcile"});
  EXPECT_EQ(unasked.status, 2) << "where nobody can be asked it takes --yes";
  EXPECT_EQ(copied.as({"nonce"}).status, 1);

  const auto done = copied.as({"doctor", "--reconcile", "--yes"});
  EXPECT_EQ(done.status, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("Consents suspended: "));
  EXPECT_EQ(copied.checkup().wrong(), "log: this home was restored, and its log may be an older copy\n");
  EXPECT_EQ(copied.as({"log", "init", "--newest"}).status, 0);
  EXPECT_EQ(copied.checkup().wrong(), "");
  EXPECT_EQ(copied.as({"nonce"}).status, 0);
  EXPECT_THAT(copied.as({"consent", "list"}).out, HasSubstr("suspended"));
  EXPECT_THAT(copied.as({"doctor", "--reconcile", "--yes"}).out, HasSubstr("nothing was done"));
}

TEST(Reconcile, ACopyOfAHomeIsRefused) {
  const Folder folder;
  const auto copy = folder.path / "treatment";
  fs::copy(demo().home("treatment"), copy, fs::copy_options::recursive);
  With with;
  with.env["EXCHANGE_PASSPHRASE_FILE"] = (demo().folder / "treatment.passphrase").string();
  const auto ran = run({"grants", "--home", copy.string()}, with);
  EXPECT_EQ(ran.status, 1);
  EXPECT_THAT(ran.err, HasSubstr("EX5111"));
  fs::remove_all(copy / "mark");
  EXPECT_THAT(run({"grants", "--home", copy.string()}, with).err, HasSubstr("EX5112"));
  EXPECT_EQ(run({"doctor", "--reconcile", "--yes", "--home", copy.string()}, with).status, 0);
  EXPECT_EQ(run({"grants", "--home", copy.string()}, with).status, 0);
  EXPECT_EQ(demo().as("treatment", {"grants"}).status, 0) << "the home itself is not disturbed";
}

TEST(Reconcile, TheOptionsOfReconcileMeanNothingAlone) {
  for (const char* option : {"--moved", "--nothing-ended", "--anyway", "--dry-run"}) {
    const auto ran = demo().as("prosecutor", {"doctor", option});
    EXPECT_EQ(ran.status, 2) << option;
    EXPECT_THAT(ran.err, HasSubstr("goes with --reconcile")) << option;
  }
  EXPECT_EQ(demo().as("prosecutor", {"doctor", "--reconcile", "--at", day(1)}).status, 2);
}

}  // namespace
}  // namespace xch::cli
