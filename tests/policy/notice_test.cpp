// [P2-32] The notices word for word: 42 CFR 2.32(a) as amended by 89 FR 12472 (February 16, 2024).
#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "packs.hpp"

namespace xch::policy_test {
namespace {

constexpr std::string_view kShort = "42 CFR part 2 prohibits unauthorized use or disclosure of these records.";
constexpr std::string_view kLong2024 =
    "This record which has been disclosed to you is protected by Federal confidentiality rules (42 CFR "
    "part 2). These rules prohibit you from using or disclosing this record, or testimony that describes "
    "the information contained in this record, in any civil, criminal, administrative, or legislative "
    "proceedings by any Federal, State, or local authority, against the patient, unless authorized by "
    "the consent of the patient, except as provided at 42 CFR 2.12(c)(5) or as authorized by a court in "
    "accordance with 42 CFR 2.64 or 2.65. In addition, the Federal rules prohibit you from making any "
    "other use or disclosure of this record unless at least one of the following applies: (i) Further "
    "use or disclosure is expressly permitted by the written consent of the individual whose information "
    "is being disclosed in this record or as otherwise permitted by 42 CFR part 2. (ii) You are a "
    "covered entity or business associate and have received the record for treatment, payment, or health "
    "care operations, or (iii) You have received the record from a covered entity or business associate "
    "as permitted by 45 CFR part 164, subparts A and E. A general authorization for the release of "
    "medical or other information is NOT sufficient to meet the required elements of written consent to "
    "further use or redisclose the record (see 42 CFR 2.31).";

TEST(Notices, AreTheTextsOfTheRuleByteForByte) {
  const auto* short_text = policy::notice_row(default_pack(), Notice::p2Short);
  const auto* long_text = policy::notice_row(default_pack(), Notice::p2Long2024);
  ASSERT_TRUE(short_text != nullptr && long_text != nullptr);
  EXPECT_EQ(short_text->text, kShort);
  EXPECT_EQ(long_text->text, kLong2024);
  EXPECT_FALSE(short_text->superseded || long_text->superseded);
}

TEST(Notices, ArePinnedByTheirHashes) {
  EXPECT_EQ(to_hex(policy::notice_row(default_pack(), Notice::p2Short)->text_hash),
            "79fee3d6dff7e052183c61b66bfed589f0f45dcf330bb277e07b396bd12e9774");
  EXPECT_EQ(to_hex(policy::notice_row(default_pack(), Notice::p2Long2024)->text_hash),
            "d82205a18044f9f45776343d91e26d8ddb44bf13e136af169ec73d755facd9a8");
  for (const auto& row : default_pack().notices) EXPECT_EQ(row.text_hash, sha256(ByteView(std::string_view(row.text))));
}

TEST(Notices, LeaveOutTheSupersededTexts) {
  EXPECT_EQ(policy::notice_row(default_pack(), Notice::p2Long2018), nullptr);
  EXPECT_EQ(policy::notice_row(default_pack(), Notice::p2Long2020), nullptr);
  EXPECT_NE(policy::notice_row(default_pack(), Notice::originator), nullptr);
  EXPECT_EQ(policy::notice_row(default_pack(), Notice::none), nullptr);
}

}  // namespace
}  // namespace xch::policy_test
