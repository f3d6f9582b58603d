// Spool folders: what leaves, and carrying it into another spool. All that ever passes between agencies is such a file.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace cli {

struct SpoolFile {
  std::string to;    // the receiving agency
  std::string name;  // in its folder
  std::size_t bytes = 0;
};

/// outgoing lists HOME/spool/out/*/new, by receiver and name. Throws EX5109.
std::vector<SpoolFile> outgoing(const std::string& home);

/// incoming lists HOME/spool/in/FOLDER: "new" has arrived, "cur" was taken in. Throws EX5109.
std::vector<SpoolFile> incoming(const std::string& home, const std::string& folder);

/// carry copies HOME/spool/out/TO/new/NAME into the spool folder `into` (by its tmp, fsync, rename into new) and only
/// then moves it out of `new`, so that an interruption repeats it and loses nothing. Returns the bytes. Throws EX5109.
std::string carry(const std::string& home, const SpoolFile& file, const std::string& into);

}  // namespace cli
