// make_log FOLDER ENTRIES: a log folder of any size, to see how long checking takes. Prints the log's key. Outside of the
// tests: ten million entries are 5 GB.
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "bench.hpp"
#include "written_log.hpp"

namespace xch::bench {

void give_up(const Error& error) {
  std::fprintf(stderr, "make_log: %.*s\n", static_cast<int>(error.info().name.size()), error.info().name.data());
  std::exit(1);
}

}  // namespace xch::bench

int main(int argc, char** argv) {
  const std::string count = argc == 3 ? argv[2] : "";
  std::uint64_t size = 0;
  const auto [rest, wrong] = std::from_chars(count.data(), count.data() + count.size(), size);
  if (wrong != std::errc() || rest != count.data() + count.size() || size == 0 || std::filesystem::exists(argv[1])) {
    std::fprintf(stderr, "make_log FOLDER ENTRIES: the folder must not be there yet\n");
    return 2;
  }
  std::filesystem::create_directories(argv[1]);
  xch::bench::write_log(argv[1], xch::bench::log_key(), size, xch::bench::closed_entry, [&](std::uint64_t done) {
    if (done % (1 << 20) == 0) std::fprintf(stderr, "%llu of %llu\n", static_cast<unsigned long long>(done), static_cast<unsigned long long>(size));
  });
  std::printf("%s\n", xch::bench::log_key().verifier().text().c_str());
}
