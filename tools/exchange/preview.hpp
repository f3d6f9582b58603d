// --dry-run: what a command would write, send or show, said before any of it is done.
#pragma once

#include <string>
#include <vector>

#include "run.hpp"

namespace cli {

/// Preview collects what a command would do and says it; nothing of it is done. What it says is read from the home and
/// from the files named; where only the doing itself can tell, it says so.
class Preview {
 public:
  explicit Preview(Run& run) : run_(run) {}
  Preview& writes(std::string what) { return add("write", std::move(what), {}); }
  Preview& records(std::string what) { return add("record", std::move(what), {}); }
  Preview& sends(std::string what, std::vector<std::string> to) { return add("send", std::move(what), std::move(to)); }
  Preview& shows(std::string what) { return add("show", std::move(what), {}); }
  Preview& erases(std::string what) { return add("erase", std::move(what), {}); }
  /// unless names what is not checked before the doing ("the nonce is the audience's").
  Preview& unless(std::string what) { return add("unless", std::move(what), {}); }
  /// say prints it, ends with "Nothing was sealed (dry run)." and returns 0.
  int say() const;

 private:
  struct Row {
    const char* verb;
    std::string what;
    std::vector<std::string> to;
  };
  Preview& add(const char* verb, std::string what, std::vector<std::string> to);

  Run& run_;
  std::vector<Row> rows_;
};

/// output_named is where an output goes: the file of `option`, or stdout.
std::string output_named(const Run& run, const char* option = "-o");
/// parties_of_roster are the names in the roster in force.
std::vector<std::string> parties_of_roster(Run& run);

// The previews of the commands, by group.
int preview_init_coalition(Run& run);
int preview_init_agency(Run& run);
int preview_admit(Run& run);
int preview_remove(Run& run);
int preview_revoke_key(Run& run);
int preview_publish(Run& run);
int preview_import_roster(Run& run);
int preview_import_policy(Run& run);
int preview_key_rotate(Run& run);
int preview_key_erase(Run& run);
int preview_open(Run& run);
int preview_nonce(Run& run);
int preview_present(Run& run);
int preview_verify(Run& run);
int preview_redact(Run& run);
int preview_erase(Run& run);
int preview_inbox_process(Run& run);
int preview_inbox_open(Run& run);
int preview_inbox_read(Run& run);
int preview_outbox_send(Run& run);
int preview_key_retire(Run& run);
int preview_key_export(Run& run);
int preview_inbox_fetch(Run& run);
int preview_inbox_ack(Run& run);
int preview_quarantine_retry(Run& run);
int preview_quarantine_drop(Run& run);
int preview_outbox_ack(Run& run);
int preview_demo(Run& run);

}  // namespace cli
