// How often the work item needs each primitive, from docs/format.md step by step. tests/bench counts what is really called
// and compares: what is called beyond this stands there by name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "model/ids.hpp"

namespace xch::c_api {

/// Count is how often each primitive is needed, by the names of crypto/floor.hpp. Where chance decides (how many inner
/// nodes a sparse tree has) it is the expected number.
using Count = std::map<std::string, double>;

/// WorkShape is what the counts depend on; sizes in bytes.
struct WorkShape {
  SuiteId suite = SuiteId::none;
  std::size_t slots = 0;                     // padding slots included
  std::vector<std::uint32_t> sealed_cells;   // B_i of the slots that somebody's terms hold
  std::vector<std::uint32_t> opened_cells;   // B_i of the slots of the opening reader's terms
  std::size_t compartments = 0;              // of all readers' terms together
  struct Reader {
    std::size_t terms = 0;
    std::size_t compartments = 0;
  };
  std::vector<Reader> readers;
  std::size_t opening = 0;                   // index of the reader that opens
  std::size_t core = 0, status_body = 0;
  std::size_t status_path = 0;               // inner nodes above a chunk of the status list
  std::size_t body = 0, envelope = 0;        // of one note
  std::size_t batch_body = 0;                // of a hundred
};

/// Secrets says whether S_k, its wraps and what a reader unwrapped are known from before.
enum class Secrets : std::uint8_t { fresh, known };

Count floor_of_seal(const WorkShape& work, Secrets secrets, std::size_t notes);
Count floor_of_open(const WorkShape& work, Secrets secrets);

/// expected_inner_nodes of a sparse tree: how many inner nodes have one of n leaves at random places below them.
double expected_inner_nodes(unsigned depth, std::size_t leaves);

}  // namespace xch::c_api
