#include "crypto/suite.hpp"

namespace xch::crypto {
namespace {

constexpr SuiteInfo kNone{};
constexpr SuiteInfo kP256{SuiteId::p256, "p256", 0x0010, 0x0001, Aead::aes256gcm, SignatureAlgorithm::ecdsa_p256_sha256,
                          65, 65, 65, 32, 64};
constexpr SuiteInfo kX25519{SuiteId::x25519, "x25519", 0x0020, 0x0001, Aead::chacha20poly1305,
                            SignatureAlgorithm::ed25519, 32, 32, 32, 32, 64};

}  // namespace

const SuiteInfo& suite_info(SuiteId suite) {
  if (suite == SuiteId::p256) return kP256;
  if (suite == SuiteId::x25519) return kX25519;
  return kNone;
}

SuiteId parse_suite(std::string_view name) {
  if (name == kP256.name) return SuiteId::p256;
  if (name == kX25519.name) return SuiteId::x25519;
  return SuiteId::none;
}

}  // namespace xch::crypto
