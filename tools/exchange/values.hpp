// What may stand where an option or an argument takes a value: for completion, and for "did you mean".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "command.hpp"

namespace cli {

/// CodeList is one list of the registry: its name there ("Purpose") and its codes.
struct CodeList {
  std::string name;
  std::vector<std::string> codes;
};
const std::vector<CodeList>& registry();
/// codes_of is one list of it; empty where there is none of that name.
const std::vector<std::string>& codes_of(std::string_view list);

enum class Fill : unsigned char { anything, files, folders, words };

/// fill_of says what an option's placeholder stands for: a file, a folder, one of a few words, or anything.
Fill fill_of(const Option& option);
/// words_for lists them where it is one of a few words. The note types are the library's.
std::vector<std::string> words_for(const Option& option);

/// hash_length is how many characters of 0 to 9 and a to f an option takes; 0 where it takes no hash.
std::size_t hash_length(const Option& option);
bool is_hash(std::string_view text, std::size_t length);

/// note_types are the types that the library knows, and note_fields the paths of all their fields.
std::vector<std::string> note_types();
std::vector<std::string> note_fields();

}  // namespace cli
