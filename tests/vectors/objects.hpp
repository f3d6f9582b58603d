// The files of the other kinds of object. For tests only.
#pragma once

#include "vectors/world.hpp"

namespace xch::vectors {

VectorFile grants_file(SuiteId suite);
VectorFile rosters_file(SuiteId suite);
VectorFile status_file(SuiteId suite);
VectorFile presentations_file(SuiteId suite);
VectorFile emergencies_file(SuiteId suite);
VectorFile one_shots_file(SuiteId suite);

}  // namespace xch::vectors
