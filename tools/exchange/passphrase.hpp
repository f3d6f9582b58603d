// Where a passphrase comes from: --passphrase-fd, EXCHANGE_PASSPHRASE_FILE, the file that the home's config.toml names,
// or the terminal. Never from argv or from the environment itself, which other processes can read.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "exchange/exchange.h"

namespace cli {

class Passphrase {
 public:
  enum class Ask { once, twice };  // twice: for a key file that is being made
  /// fd < 0: none was named. `file` is that of config.toml; empty: none.
  Passphrase(int fd, Ask ask, std::string file = {}) : fd_(fd), ask_(ask), file_(std::move(file)) {}
  ~Passphrase();
  Passphrase(const Passphrase&) = delete;
  Passphrase& operator=(const Passphrase&) = delete;

  /// callback is the xch_secret_fn; `user` points to a Passphrase.
  static std::int32_t callback(const char* what, std::uint8_t* out, std::size_t* n, void* user);

 private:
  bool read_from_file();
  bool read_from_terminal(const char* what);
  bool give(std::uint8_t* out, std::size_t* n) const;

  int fd_;
  Ask ask_;
  std::string file_;
  bool have_ = false;  // of a file: one for every key of the call
  std::size_t size_ = 0;
  std::array<char, 1024> bytes_{};
};

}  // namespace cli
