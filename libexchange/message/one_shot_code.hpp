// The code of a one-shot packet: 140 random bits as seven groups of five characters, "7K2MQ-...". The fifth character of a
// group checks the other four and the group's place, so that whoever reads it over the telephone learns which group was
// misheard.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "crypto/random.hpp"
#include "crypto/secret.hpp"

namespace xch::message {

constexpr std::size_t kCodeGroups = 7, kCodeGroup = 5, kCodeText = kCodeGroups * (kCodeGroup + 1) - 1;

/// new_code draws a code, as it is printed.
crypto::SecretBytes new_code(crypto::Random& random);
/// read_code reads a code as somebody types it: small letters, O for 0, I and L for 1, with or without hyphens and spaces.
/// Gives it as it is printed. Errors: one_shot_code, with "group 3" where one group is wrong.
Result<crypto::SecretBytes> read_code(std::string_view typed);

}  // namespace xch::message
