// A second verifier beside exchange-verify: a process that reads command lines and answers each with a line of exit
// status and sentence (answer.mjs). Named by XCH_OTHER_VERIFIER; without it there is none.
#pragma once
#include <sys/stat.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "log/folder.hpp"

namespace xch::log {

class OtherVerifier {
 public:
  struct Answer {
    int exit;
    std::string sentence;
  };

  static OtherVerifier* named() {
    const char* const command = std::getenv("XCH_OTHER_VERIFIER");
    static const std::unique_ptr<OtherVerifier> one(command == nullptr ? nullptr : new OtherVerifier(command));
    return one.get();
  }
  ~OtherVerifier() {
    std::fclose(from_);
    pclose(to_);
  }
  OtherVerifier(const OtherVerifier&) = delete;
  OtherVerifier& operator=(const OtherVerifier&) = delete;

  Answer ask(const std::string& arguments) {
    std::fprintf(to_, "%s\n", arguments.c_str());
    std::fflush(to_);
    std::string line;
    for (int c; (c = std::fgetc(from_)) != EOF && c != '\n';) line += static_cast<char>(c);
    ++asked_;
    if (line.empty()) return {-1, "the other verifier has ended"};
    return {std::atoi(line.c_str()), line.substr(line.find(' ') + 1)};
  }
  int asked() const { return asked_; }

 private:
  explicit OtherVerifier(const std::string& command) {
    const std::string pipe = (folder_.path() / "answers").string();
    if (mkfifo(pipe.c_str(), 0600) != 0) std::abort();
    to_ = popen((command + " > '" + pipe + "'").c_str(), "w");
    from_ = std::fopen(pipe.c_str(), "r");
    if (to_ == nullptr || from_ == nullptr) std::abort();
  }

  TempFolder folder_;
  std::FILE* to_ = nullptr;
  std::FILE* from_ = nullptr;
  int asked_ = 0;
};

}  // namespace xch::log
