// The program `fuzz`: libFuzzer over one of the targets.
//   fuzz --target=NAME [libFuzzer's arguments]     scripts/fuzz says which
//   fuzz --target=NAME --seeds=DIR --kept=FILE     writes the target's seeds, and what is kept, into a folder
#include <sanitizer/allocator_interface.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include "fuzz/edits.hpp"
#include "fuzz/target.hpp"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

namespace xch::fuzz {
namespace {

const Target* chosen = nullptr;

thread_local bool counting = false;
thread_local Work work;

void took(const volatile void*, std::size_t size) {
  if (!counting) return;
  ++work.calls;
  work.bytes += size;
}
void gave(const volatile void*) {}

std::string argument(int argc, char** argv, std::string_view name) {
  for (int i = 1; i < argc; ++i)
    if (std::string_view(argv[i]).substr(0, name.size()) == name) return argv[i] + name.size();
  return "";
}

void write_inputs(const std::filesystem::path& folder, std::string_view name, const std::vector<Bytes>& inputs) {
  std::filesystem::create_directories(folder);
  std::size_t i = 0;
  for (const auto& input : inputs) {
    std::ofstream out(folder / (std::string(name) + "-" + std::to_string(i++)), std::ios::binary);
    out.write(reinterpret_cast<const char*>(input.data()), static_cast<std::streamsize>(input.size()));
  }
}

void begin(int argc, char** argv) {
  const std::string name = argument(argc, argv, "--target=");
  chosen = find_target(name);
  if (chosen == nullptr) {
    std::fprintf(stderr, "fuzz: --target= one of:");
    for (const auto& target : targets()) std::fprintf(stderr, " %s", std::string(target.name).c_str());
    std::fprintf(stderr, "\n");
    std::exit(2);
  }
  const std::string folder = argument(argc, argv, "--seeds=");
  if (!folder.empty()) {
    write_inputs(folder, "seed", chosen->seeds());
    const std::string kept = argument(argc, argv, "--kept=");
    if (!kept.empty()) write_inputs(folder, "kept", kept_inputs(kept));
    std::exit(0);
  }
  chosen->seeds();  // the fuzz world is made before anything is measured
  __sanitizer_install_malloc_and_free_hooks(took, gave);
}

}  // namespace

void begin_work() {
  work = {};
  counting = true;
}
Work end_work() {
  counting = false;
  return work;
}

std::size_t change_bytes(std::uint8_t* data, std::size_t size, std::size_t most, Draw&) {
  return most == 0 ? 0 : LLVMFuzzerMutate(data, size, most);
}

}  // namespace xch::fuzz

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  xch::fuzz::begin(*argc, *argv);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    xch::fuzz::run_within_limits(*xch::fuzz::chosen, xch::ByteView(data, size));
  } catch (const xch::fuzz::Broken& broken) {
    std::fprintf(stderr, "fuzz: a promise does not hold: %s\n", broken.what());
    std::abort();
  }
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  xch::fuzz::Draw draw(seed);
  const xch::Bytes changed = xch::fuzz::chosen->change(xch::ByteView(data, size), most, draw);
  const std::size_t n = changed.size() < most ? changed.size() : most;
  if (n != 0) std::memcpy(data, changed.data(), n);
  return n;
}
