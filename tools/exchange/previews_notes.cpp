// Previews of what opens, passes on or erases notes, and of what moves files of the spool.
#include <algorithm>

#include "courier.hpp"
#include "failure.hpp"
#include "files.hpp"
#include "preview.hpp"
#include "values.hpp"

namespace cli {
namespace {

const char* const kOpened = "the fields of its notes that this agency may see";
const char* const kReceipt = "a receipt for each note that opens for the first time";

/// check_kind reads a file and refuses one that is not of the wanted kind ("note envelope").
void check_kind(Run& run, const std::string& path, std::size_t limit, const char* kind, const char* refusal) {
  const std::string bytes = read_input(path, limit, "FILE");
  // `inspect` takes a request of 4 MiB; the kind stands in the first bytes.
  const auto& what = run.call_bare("inspect", Request().text("object", to_base64(bytes.substr(0, kMaxInRequest))));
  if (what.str("what") != kind) throw failure(refusal, "FILE");
}

void check_hash(const Run& run, const char* name) {
  if (!is_hash(run.args().one(name), 64)) throw failure("EX1308", name);
}

void check_arrived(const Run& run, const char* folder, const std::string& name) {
  const auto files = incoming(run.home_path(), folder);
  if (std::none_of(files.begin(), files.end(), [&](const SpoolFile& file) { return file.name == name; })) throw failure("EX1012", "FILE");
}

/// check_source: the file given, or the file of the spool, is there.
void check_source(Run& run, const char* kind, const char* refusal) {
  const auto& args = run.args();
  if (args.has("--spooled") && args.has("FILE")) throw usage("FILE and --spooled exclude each other", "exchange help " + run.command().name);
  if (args.has("--spooled")) check_arrived(run, "cur", args.one("--spooled"));
  else check_kind(run, args.one("FILE"), kMaxInRequest, kind, refusal);
}

std::string listed(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

}  // namespace

int preview_open(Run& run) {
  check_kind(run, run.args().one("FILE"), kMaxEnvelope, "note envelope", "EX3103");
  run.home_path();
  return Preview(run).records("that it was opened, in the journal").sends(kReceipt, {"its sender"}).shows(kOpened).unless("that it is for this agency and valid").say();
}

int preview_inbox_open(Run& run) {
  check_arrived(run, "cur", run.args().one("FILE"));
  return Preview(run).records("that it was opened, in the journal").sends(kReceipt, {"its sender"}).shows(kOpened).unless("that it is for this agency and valid").say();
}

int preview_inbox_read(Run& run) {
  check_arrived(run, "cur", run.args().one("FILE"));
  return Preview(run).writes("a copy of it, as it came, to " + output_named(run)).say();
}

int preview_inbox_process(Run& run) {
  const auto files = incoming(run.home_path(), "new");
  Preview preview(run);
  for (const auto& file : files) preview.records(file.name + ", " + std::to_string(file.bytes) + " bytes, as received");
  if (!files.empty()) preview.sends("an acknowledgement of each grant among them", {"its office"}).unless("that each of them is valid");
  return preview.say();
}

int preview_outbox_send(Run& run) {
  const std::string to = run.args().one("--to"), into = run.args().one("--into");
  Preview preview(run);
  for (const auto& file : outgoing(run.home_path()))
    if (file.to == to) preview.writes(into + "/new/" + file.name + ", " + std::to_string(file.bytes) + " bytes");
  return preview.say();
}

int preview_nonce(Run& run) {
  run.home();
  return Preview(run).records("a new number, which one presentation to this agency may carry").say();
}

int preview_present(Run& run) {
  const auto& args = run.args();
  check_source(run, "note envelope", "EX3103");
  check_hash(run, "--header");
  check_hash(run, "--nonce");
  const auto parties = parties_of_roster(run);
  if (std::find(parties.begin(), parties.end(), args.one("--to")) == parties.end()) throw failure("EX6208", "--to");
  return Preview(run)
      .sends(listed(args.all("--field")) + " of that note, with its sender's signature,", {args.one("--to")})
      .records("that they were presented, in the journal")
      .unless("that the note has these fields, and that policy and grant let " + args.one("--to") + " have them")
      .say();
}

int preview_verify(Run& run) {
  check_source(run, "object envelope", "EX3502");
  run.home_path();
  return Preview(run)
      .records("its number as used: it counts once")
      .records("that it was verified, in the journal")
      .shows("the presented fields")
      .unless("that it answers this agency, and its signatures")
      .say();
}

int preview_redact(Run& run) {
  check_source(run, "note envelope", "EX3103");
  check_hash(run, "--header");
  run.home_path();
  return Preview(run)
      .writes("a copy without " + listed(run.args().all("--field")) + " to " + output_named(run))
      .records("the same copy in the store, and the reason in the journal")
      .unless("that the note has these fields")
      .say();
}

int preview_erase(Run& run) {
  check_hash(run, "HEADER");
  run.home_path();
  return Preview(run).erases("every copy of that note in this home: as received, as archived, as redacted").records("the erasure, in the journal").unless("that there is a copy").say();
}

}  // namespace cli
