// Ids of include/exchange/schema/annotations.capnp: Cap'n Proto's C++ generator gives no constants for them.
#pragma once

#include <cstdint>

namespace xch::wire::annotation {

constexpr std::uint64_t kClass = 0xc1a6e1d5b0a40101;
constexpr std::uint64_t kForms = 0xc1a6e1d5b0a40102;
constexpr std::uint64_t kSize = 0xc1a6e1d5b0a40103;
constexpr std::uint64_t kIsolate = 0xc1a6e1d5b0a40104;
constexpr std::uint64_t kFormat = 0xc1a6e1d5b0a40105;
constexpr std::uint64_t kNoteType = 0xc1a6e1d5b0a40106;
constexpr std::uint64_t kAll[] = {kClass, kForms, kSize, kIsolate, kFormat, kNoteType};

}  // namespace xch::wire::annotation
