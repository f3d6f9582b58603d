// A store that cannot be read is named as that, and never as something that is missing in it.
#include <sqlite3.h>

#include "session/world.hpp"

namespace xch::session_test {
namespace {

TEST(StoreRead, FailsWithTheStoresOwnErrorAndNotAsAMissingRosterOrPack) {
  const auto world = world_with_care();
  auto& clinic = (*world)["clinic"];
  ASSERT_NE(must(clinic.roster()), nullptr);
  ASSERT_NE(must(clinic.pack()), nullptr);
  const auto change = [&](const char* sql) {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open((world->home("clinic") / "store" / "exchange.db").c_str(), &db), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(db, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(db);
    sqlite3_close(db);
  };
  change("ALTER TABLE rows RENAME TO elsewhere");
  EXPECT_TRUE(refuses(clinic.roster(), Code::store_read));
  EXPECT_TRUE(refuses(clinic.pack(), Code::store_read));
  change("ALTER TABLE elsewhere RENAME TO rows");
  EXPECT_TRUE(passes(clinic.roster()));
  EXPECT_TRUE(passes(clinic.pack()));
}

}  // namespace
}  // namespace xch::session_test
