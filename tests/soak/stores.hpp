// What a closed home's store holds, read with SQL: the journal is plaintext by design, and of the rows it is sizes that
// count here. For tests only.
#pragma once

#include <cstddef>
#include <string>

namespace xch::soak {

struct Journal {
  bool whole = false;                                              // seq 1, 2, 3, ... to the last line
  std::size_t lines = 0, disclosed = 0, receipts = 0, denied = 0;  // disclosed: to others; receipts: of notes
  std::size_t without_receipt = 0;                                 // (header, reader) disclosed and never receipted
};
Journal read_journal(const std::string& home);

std::size_t rows_in(const std::string& home, const std::string& space);
double store_mb(const std::string& home);
/// print_store says what takes how much room, in all and for each note of the run.
void print_store(const std::string& name, const std::string& home, std::size_t notes);

}  // namespace xch::soak
