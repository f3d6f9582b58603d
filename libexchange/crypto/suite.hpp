// The suites of docs/format.md with their registry values, each written here and nowhere else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "crypto/aead.hpp"
#include "model/ids.hpp"

namespace xch::crypto {

enum class SignatureAlgorithm : std::uint8_t { none, ecdsa_p256_sha256, ed25519 };

struct SuiteInfo {
  SuiteId id = SuiteId::none;
  std::string_view name;
  // RFC 9180 section 7: KEM 0x0010 DHKEM(P-256, HKDF-SHA256), 0x0020 DHKEM(X25519, HKDF-SHA256); KDF 0x0001 HKDF-SHA256.
  std::uint16_t kem_id = 0, kdf_id = 0;
  Aead aead = Aead::aes256gcm;
  SignatureAlgorithm signature_algorithm = SignatureAlgorithm::none;
  // Sizes in bytes.
  std::size_t enc = 0;                // HPKE Nenc
  std::size_t kem_public_key = 0;     // HPKE Npk
  std::size_t sign_public_key = 0;
  std::size_t private_key = 0;        // of both kinds
  std::size_t signature = 0;
};

/// suite_info is the row of a suite; for one that is not enabled (none, pq, unknown numbers) an empty row whose id
/// is none and whose sizes are 0. Callers refuse such a suite by name first (is_enabled).
const SuiteInfo& suite_info(SuiteId suite);
/// parse_suite takes a suite's name; none if it is not that of an enabled suite.
SuiteId parse_suite(std::string_view name);

}  // namespace xch::crypto
