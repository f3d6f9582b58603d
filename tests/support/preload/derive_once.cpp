// Argon2id takes a second of every run that unlocks a key, and the tests unlock the same few keys hundreds of times. This
// library is loaded before the programs under test (LD_PRELOAD) and keeps what Argon2id gave: the first run that unlocks
// a key derives it, those after it read the answer. What the derivation costs and gives is tested in tests/crypto, and a
// passphrase or key file that differs by one byte is another derivation. Part of no installed program.
#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

using Bytes = const unsigned char*;
using Derive = int (*)(unsigned char*, unsigned long long, const char*, unsigned long long, Bytes, unsigned long long,
                       std::size_t, int);
using Hash = int (*)(unsigned char*, std::size_t, Bytes, unsigned long long, Bytes, std::size_t);

/// next finds what this library stands before. In a language's own process libsodium came in with a library that was
/// loaded later and is not among what is next; it is there by its name all the same.
template <class Function>
Function next(const char* name) {
  void* found = ::dlsym(RTLD_NEXT, name);
  if (found == nullptr) {
    static void* const sodium = ::dlopen("libsodium.so.23", RTLD_LAZY | RTLD_NOLOAD);
    if (sodium != nullptr) found = ::dlsym(sodium, name);
  }
  return reinterpret_cast<Function>(found);
}

/// kept_at names the file of one derivation by all that goes into it; "" where there is no folder.
std::string kept_at(unsigned long long size, const char* phrase, unsigned long long phrase_size, Bytes salt,
                    unsigned long long operations, std::size_t memory, int algorithm) {
  const char* folder = std::getenv("XCH_DERIVE_ONCE");
  const auto hash = next<Hash>("crypto_generichash");
  if (folder == nullptr || hash == nullptr) return "";
  std::string all = std::to_string(size) + ' ' + std::to_string(operations) + ' ' + std::to_string(memory) + ' ' +
                    std::to_string(algorithm) + ' ';
  all.append(reinterpret_cast<const char*>(salt), 16).append(phrase, phrase_size);
  unsigned char digest[32];
  if (hash(digest, sizeof digest, reinterpret_cast<Bytes>(all.data()), all.size(), nullptr, 0) != 0) return "";
  std::string name = std::string(folder) + '/';
  for (const unsigned char byte : digest) {
    char hex[3];
    std::snprintf(hex, sizeof hex, "%02x", byte);
    name += hex;
  }
  return name;
}

}  // namespace

extern "C" int crypto_pwhash(unsigned char* out, unsigned long long size, const char* phrase, unsigned long long phrase_size,
                             Bytes salt, unsigned long long operations, std::size_t memory, int algorithm) {
  const std::string name = kept_at(size, phrase, phrase_size, salt, operations, memory, algorithm);
  if (const int file = name.empty() ? -1 : ::open(name.c_str(), O_RDONLY | O_CLOEXEC); file >= 0) {
    const bool whole = ::read(file, out, size) == static_cast<ssize_t>(size);
    ::close(file);
    if (whole) return 0;
  }
  const int failed = next<Derive>("crypto_pwhash")(out, size, phrase, phrase_size, salt, operations, memory, algorithm);
  if (failed != 0 || name.empty()) return failed;
  const std::string fresh = name + '.' + std::to_string(::getpid());
  const int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return 0;
  const bool whole = ::write(file, out, size) == static_cast<ssize_t>(size);
  ::close(file);
  if (!whole || std::rename(fresh.c_str(), name.c_str()) != 0) ::unlink(fresh.c_str());
  return 0;
}
