#include "c_api/demo_home.hpp"

#include <stdlib.h>

#include <cstdlib>
#include <filesystem>

namespace xch::test {
namespace {

class Demo {
 public:
  Demo() {
    std::string name = (std::filesystem::temp_directory_path() / "exchange-c-api-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) return;
    top_ = name;
    const std::string command = "'" XCH_BUILD_DIR "/bin/exchange' demo --dir '" + top_ + "/d' > /dev/null";
    if (std::system(command.c_str()) == 0) folder_ = top_ + "/d";
  }
  ~Demo() {
    std::error_code ignored;
    if (!top_.empty()) std::filesystem::remove_all(top_, ignored);
  }
  Demo(const Demo&) = delete;
  Demo& operator=(const Demo&) = delete;
  const std::string& folder() const { return folder_; }

 private:
  std::string top_, folder_;
};

}  // namespace

const std::string& demo_folder() {
  static const Demo demo;
  return demo.folder();
}

}  // namespace xch::test
