// Private keys at rest: one passphrase file per key, Argon2id and AES-256-GCM.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "crypto/random.hpp"
#include "crypto/secret.hpp"
#include "model/ids.hpp"

namespace xch::crypto {

/// KeyFileHeader is the readable part of a key file: what an administrator sees. All of it is authenticated.
struct KeyFileHeader {
  std::string purpose;  // "seat signing", "agency encryption", ... printable ASCII, no newline
  std::string owner;    // the home's alias, printable ASCII, no newline
  SuiteId suite = SuiteId::p256;
  Timestamp created, not_after;
  Bytes public_key;
};

/// The cost of unlocking, from the file. Below opslimit 3 or 256 MiB a file is refused (key_weak).
struct KeyFileCost {
  std::uint64_t opslimit = 3;
  std::uint64_t memlimit_bytes = 256ull * 1024 * 1024;
};

/// seal_key_file gives the text of a key file ("# ..." comment lines, then one base64 body with salt, cost, nonce,
/// ct). secret is any run of 16 to 4096 bytes; passphrase at least 10 bytes (key_passphrase_short).
Result<std::string> seal_key_file(const KeyFileHeader& header, ByteView secret, ByteView passphrase, Random& random);
/// open_key_file checks form, cost and passphrase. Errors: key_format, key_weak, key_passphrase.
Result<SecretBytes> open_key_file(std::string_view text, ByteView passphrase, KeyFileHeader* header);
/// read_key_file_header reads the comment part without the passphrase (unauthenticated). Errors: key_format.
Result<KeyFileHeader> read_key_file_header(std::string_view text);

/// The same with a cost of the caller's choice and no minimum, for tests that make hundreds of keys.
Result<std::string> seal_key_file_for_testing(const KeyFileHeader& header, ByteView secret, ByteView passphrase,
                                              Random& random, KeyFileCost cost);
Result<SecretBytes> open_key_file_for_testing(std::string_view text, ByteView passphrase, KeyFileHeader* header);

}  // namespace xch::crypto
