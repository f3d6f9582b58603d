// "Did you mean": what a refused value was nearly, or what it may be. Only what is known is ever said, never what was typed.
#pragma once

#include "run.hpp"

namespace cli {

/// suggest replaces the fix of an error that a value of the command line caused: a note type, a field, a purpose, an
/// agency of the roster. Any other error stays as it is.
void suggest(Run& run, exchange::Error& error);

}  // namespace cli
