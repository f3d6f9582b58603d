// Which libcrypto answers in this process. A host may bring another one than the library was linked with: Node has its
// own inside, and the dynamic loader gives a program's symbols to every library that it loads.
#pragma once

#include <string>

namespace xch::crypto {

struct LoadedLibcrypto {
  std::string file;      // that OpenSSL's functions are in; empty where it cannot be told
  bool linked = true;    // it is the one that the library was linked with, or stands inside it
  bool older = false;    // than the one that the library was built for
};
LoadedLibcrypto loaded_libcrypto();

}  // namespace xch::crypto
