// The homes that `exchange demo` leaves behind, made once for all cases of this program.
#pragma once

#include <string>

namespace xch::test {

/// The folder of the demo's homes, or "" when the demo did not run to its end.
const std::string& demo_folder();

/// The home of case management, whose consent is revoked at the end of the demo and whose justice condition is in force.
inline std::string demo_home() { return demo_folder() + "/case-management"; }
inline std::string demo_passphrase() { return demo_home() + ".passphrase"; }

}  // namespace xch::test
