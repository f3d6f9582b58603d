#include "crypto/loaded.hpp"

#include <dlfcn.h>
#include <openssl/crypto.h>
#include <openssl/opensslv.h>

#include <string_view>

namespace xch::crypto {
namespace {

/// The file of a function's code.
template <class F>
std::string file_of(F* function) {
  Dl_info found{};
  if (::dladdr(reinterpret_cast<const void*>(function), &found) == 0 || found.dli_fname == nullptr) return "";
  return found.dli_fname;
}

bool is_libcrypto(std::string_view file) {
  const std::string_view name = file.substr(file.rfind('/') + 1);
  return name.substr(0, 12) == "libcrypto.so";
}

}  // namespace

LoadedLibcrypto loaded_libcrypto() {
  LoadedLibcrypto out;
  out.file = file_of(&::OpenSSL_version);
  const bool inside = out.file == file_of(&loaded_libcrypto);  // a build with OpenSSL's code inside
  out.linked = inside || is_libcrypto(out.file);
  // Major and minor; the patch level may be older and often is, by a distribution's own numbering.
  out.older = (::OpenSSL_version_num() >> 20) < (static_cast<unsigned long>(OPENSSL_VERSION_NUMBER) >> 20);
  return out;
}

}  // namespace xch::crypto
