# The library's note types, one schema file each in include/exchange/schema/, by name.
set(XCH_NOTE_TYPES
  accounting_report accounting_request bench_work court_event emergency_disclosure eval_extract filing_coord
  housing_coord intake_status jail_booking jail_release le_contact notice_breach notice_deny notice_exit
  notice_revocation notice_transfer order_court overdose_event owg_action owg_packet progress_engagement
  referral_arrest referral_community referral_social safety_alert screen_result treatment_status warrant_quash
  warrant_status)

# xch_note_struct(FILE OUT): the name of the struct in a note type's file: progress_engagement, ProgressEngagement.
function(xch_note_struct file out)
  string(REPLACE "_" ";" words ${file})
  set(name "")
  foreach(word ${words})
    string(SUBSTRING ${word} 0 1 first)
    string(TOUPPER ${first} first)
    string(SUBSTRING ${word} 1 -1 rest)
    string(APPEND name ${first}${rest})
  endforeach()
  set(${out} ${name} PARENT_SCOPE)
endfunction()
