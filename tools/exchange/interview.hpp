// The questions of consent new: what a draft lacks, in the order of the form.
#pragma once

#include <string>
#include <vector>

#include "run.hpp"

namespace cli {

/// lacks_answers says whether a draft lacks something that its basis needs.
bool lacks_answers(const Value& draft);
/// ask_what_it_lacks asks at the terminal for everything that the draft does not say yet. Throws EX1002 where the
/// answers end.
void ask_what_it_lacks(Run& run, Value& draft);

/// says_form_explains: the page of exchange consent form explains revoking and passing on, and says of each basis what
/// its law asks a form to say.
void says_form_explains(Value& draft);
/// restriction_of reads "AGENCY CLASS", with all for either.
Value restriction_of(const std::string& text);
Value list_of(const std::vector<std::string>& texts);

}  // namespace cli
