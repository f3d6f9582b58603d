// docs/operations.md and docs/audit.md, run as they stand there (page.hpp).
#include <gtest/gtest.h>

#include "page.hpp"

namespace xch::cli {
namespace {

TEST(Operations, CommandsOfThePageGiveWhatItSays) {
  const Folder folder;
  const fs::path exchange = folder.path / "exchange";
  ASSERT_EQ(run({"demo", "--dir", exchange.string()}).status, 0);
  fs::create_directories(folder.path / "backup");
  run_page({"audit.md", folder.path, exchange}, 7);  // looks on; what comes next moves and restores homes
  run_page({"operations.md", folder.path, exchange}, 20);
}

}  // namespace
}  // namespace xch::cli
