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

/// outgoing lists HOME/spool/out/*/FOLDER, by receiver and name: "new" waits to be sent, "cur" was sent and is kept until
/// it is acknowledged. Throws EX5109.
std::vector<SpoolFile> outgoing(const std::string& home, const std::string& folder = "new");

/// incoming lists HOME/spool/in/FOLDER: "new" has arrived, "cur" was taken in. Throws EX5109.
std::vector<SpoolFile> incoming(const std::string& home, const std::string& folder);

/// carry copies HOME/spool/out/TO/new/NAME into the spool folder `into` (by its tmp, fsync, rename into new) and only
/// then moves it out of `new`, so that an interruption repeats it and loses nothing. Returns the bytes. Throws EX5109.
/// Throws EX5115 where another file of that name is there.
std::string carry(const std::string& home, const SpoolFile& file, const std::string& into);

/// resend moves HOME/spool/out/TO/cur/NAME back into new. Throws EX5109.
void resend(const std::string& home, const SpoolFile& file);
/// acknowledge removes HOME/spool/out/TO/cur/NAME. Throws EX5114 where it was not sent yet, EX1017 where there is none.
void acknowledge(const std::string& home, const std::string& to, const std::string& name);

/// waiting_in lists the files of FROM/new that may go into a spool. Throws EX5109.
std::vector<SpoolFile> waiting_in(const std::string& from);
/// fetch copies FROM/new/NAME into HOME/spool/in and only then moves it to FROM/cur. Throws EX5109, EX5115 (another file
/// of that name has arrived), EX1014.
void fetch(const std::string& home, const std::string& from, const SpoolFile& file);

}  // namespace cli
