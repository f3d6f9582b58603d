// The targets, one function each.
#pragma once

#include "fuzz/target.hpp"

namespace xch::fuzz {

Target bundle_target();
Target envelope_target();
Target grant_view_target();
Target key_file_target();
Target key_record_target();
Target log_evidence_target();
Target log_policy_target();
Target log_proof_target();
Target log_request_target();
Target note_json_target();
Target one_shot_target();
Target policy_pack_target();
Target presentation_target();
Target request_target();
Target roster_target();
Target schema_bundle_target();
Target status_list_target();
Target view_target();

}  // namespace xch::fuzz
