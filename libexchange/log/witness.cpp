#include "log/witness.hpp"

#include <algorithm>

#include "base/file.hpp"
#include "base/file_lock.hpp"
#include "crypto/digest.hpp"
#include "log/lines.hpp"

namespace xch::log {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kNothing = "nothing\n";
constexpr std::size_t kKeyFileMax = 4096, kRecordMax = kNoteMaxBytes + 8192;

std::string hex_of(std::string_view origin) { return to_hex(crypto::sha256(ByteView(origin))); }

WitnessAnswer refusal(unsigned status) { return {status, {}}; }

/// What was read is missing, or is no record: in both cases nothing is known of the log.
Error state_error(const Error& error) {
  const bool unknown = error.code == Code::file_missing || error.code == Code::file_too_large;
  return Error(unknown ? Code::witness_state : error.code);
}

/// A checkpoint of no entries has one root; one that says otherwise is well-formed and wrong.
bool is_of_no_entries(std::string_view text) {
  take_line(text);
  return take_line(text) == "0";
}

}  // namespace

// ---- requests and answers ------------------------------------------------------------------------------------------

Result<WitnessRequest> parse_witness_request(std::string_view text) {
  if (text.size() > kNoteMaxBytes) return fail(Code::witness_request);
  auto line = take_line(text);
  if (!line || !take_prefix(*line, "old ")) return fail(Code::witness_request);
  const auto size = parse_decimal(*line);
  if (!size) return fail(Code::witness_request);
  WitnessRequest out;
  out.old_size = *size;
  for (line = take_line(text); line && !line->empty(); line = take_line(text)) {
    const auto hash = fixed_from_base64<Digest>(*line);
    if (!hash || out.proof.size() == kProofMax) return fail(Code::witness_request);
    out.proof.push_back(*hash);
  }
  if (!line || !parse_note(text)) return fail(Code::witness_request);
  out.checkpoint = text;
  return out;
}

std::string encode_witness_request(const WitnessRequest& request) {
  std::string out = "old " + std::to_string(request.old_size) + "\n";
  for (const auto& hash : request.proof) out += to_base64(hash) + "\n";
  return out + "\n" + request.checkpoint;
}

std::string encode_witness_answer(const NamedAnswer& answer) {
  return std::to_string(answer.answer.status) + " " + answer.witness + "\n" + answer.answer.body;
}

Result<NamedAnswer> parse_witness_answer(std::string_view text) {
  const auto line = take_line(text);
  if (!line || line->size() < 5 || (*line)[3] != ' ') return fail(Code::witness_answer);
  const auto status = parse_decimal(line->substr(0, 3));
  const auto name = line->substr(4);
  if (!status || !is_key_name(name) || text.size() > kNoteMaxBytes) return fail(Code::witness_answer);
  return NamedAnswer{std::string(name), {static_cast<unsigned>(*status), std::string(text)}};
}

Error error_of(const WitnessAnswer& answer) {
  switch (answer.status) {
    case 200: return Error(Code::usage);
    case 400: return Error(Code::witness_request);
    case 403: return Error(Code::log_note_signature);
    case 404: return Error(Code::witness_log_unknown);
    case 409: return Error(Code::witness_size);
    case 422: return Error(Code::log_consistency);
    default: return Error(Code::witness_silent);  // of its own making, or of something on the way to it
  }
}

Result<std::uint64_t> size_of(const WitnessAnswer& answer) {
  std::string_view body = answer.body;
  const auto line = take_line(body);
  const auto size = line ? parse_decimal(*line) : std::nullopt;
  if (answer.status != 409 || !size || !body.empty()) return fail(Code::witness_answer);
  return *size;
}

// ---- the folder ----------------------------------------------------------------------------------------------------

/// Held is a record that was read: the log's key, and what was cosigned last.
struct Witness::Held {
  VerifierKey key;
  std::string note;
  std::optional<Checkpoint> checkpoint;  // of the note
  Timestamp time;                        // of the cosignature
  std::uint64_t size() const { return checkpoint ? checkpoint->size : 0; }
};

Result<Witness> Witness::create(const fs::path& folder, SignerKey key) {
  if (key.verifier().type() != KeyType::cosignature) return fail(Code::usage);
  XCH_TRY(make_folder(folder));
  std::error_code error;
  if (!fs::is_empty(folder, error) || error) return fail(Code::home_exists);
  for (const char* part : {"logs", "conflicts"}) XCH_TRY(make_folder(folder / part));
  // The key last: a folder without one is none, and what a crash has left is empty but for empty folders.
  const auto text = key.text();
  XCH_TRY(write_file_atomically(folder / "key", text.expose()));
  const fs::path parent = folder.has_filename() ? folder.parent_path() : folder.parent_path().parent_path();
  XCH_TRY(sync_folder(parent.empty() ? fs::path(".") : parent));
  return Witness(folder, std::move(key));
}

Result<Witness> Witness::open(const fs::path& folder) {
  const fs::path path = folder / "key";
  auto text = read_file(path, kKeyFileMax);
  if (!text) return fail(text.error().code == Code::file_missing ? Code::witness_missing : text.error().code);
  const crypto::SecretBytes secret{ByteView(*text)};
  crypto::wipe(*text);
  if (others_may_read(path)) return fail(Code::key_mode);
  XCH_ASSIGN(auto key, SignerKey::parse(secret.expose()));
  if (key.verifier().type() != KeyType::cosignature) return fail(Code::log_verifier_key);
  return Witness(folder, std::move(key));
}

fs::path Witness::path_of(std::string_view origin, std::string_view part) const {
  return folder_ / part / hex_of(origin);
}

/// A record is believed where it is whole: it begins with the key of the log whose name it has, and ends with our own
/// cosignature of what that key has signed.
Result<Witness::Held> Witness::read(const fs::path& path) const {
  const auto bytes = read_file(path, kRecordMax);
  if (!bytes) return fail(state_error(bytes.error()));
  std::string_view text = ByteView(*bytes).text();
  const auto line = take_line(text);
  auto key = line ? VerifierKey::parse(*line) : Result<VerifierKey>(fail(Code::witness_state));
  if (!key || hex_of(key->name()) != path.filename().string()) return fail(Code::witness_state);
  Held out{std::move(*key), {}, {}, {}};
  if (text == kNothing) return out;
  auto trust = LogTrust::make(out.key, {verifier()}, 1);
  const auto opened = trust ? open_checkpoint(text, *trust) : Result<OpenedCheckpoint>(fail(trust.error()));
  if (!opened) return fail(Code::witness_state);
  out.note = text;
  out.checkpoint = opened->checkpoint;
  out.time = opened->cosigned.front().time;
  return out;
}

Status Witness::trust(const VerifierKey& log) const {
  if (log.type() != KeyType::ed25519 || equal(log.public_key(), verifier().public_key()))
    return fail(Code::log_verifier_key);
  XCH_ASSIGN(const auto turn, FileLock::take(folder_ / "lock"));
  const fs::path path = path_of(log.name());
  if (!is_there(path))
    return write_file_atomically(path, ByteView(log.text() + "\n" + std::string(kNothing)));
  XCH_ASSIGN(const Held held, read(path));
  return held.key.text() == log.text() ? Status(Ok{}) : fail(Code::log_verifier_key);
}

Result<std::vector<WitnessedLog>> Witness::logs() const {
  std::vector<WitnessedLog> out;
  std::error_code error;
  for (fs::directory_iterator it(folder_ / "logs", error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (name.size() != 2 * Digest::kSize) continue;  // a temporary file that a crash has left
    XCH_ASSIGN(Held held, read(it->path()));
    out.push_back({std::move(held.key), std::move(held.note), held.size()});
  }
  if (error) return fail(Code::file_io);
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.key.name() < b.key.name(); });
  return out;
}

// ---- to answer -----------------------------------------------------------------------------------------------------

Result<WitnessAnswer> Witness::add_checkpoint(std::string_view text, Timestamp now) const {
  const auto request = parse_witness_request(text);
  if (!request) return refusal(400);
  XCH_ASSIGN(const SignedNote note, parse_note(request->checkpoint));
  XCH_ASSIGN(const auto turn, FileLock::take(folder_ / "lock"));
  return judge(*request, note, now);
}

Result<WitnessAnswer> Witness::judge(const WitnessRequest& request, const SignedNote& note, Timestamp now) const {
  std::string_view rest = note.text;
  const auto origin = take_line(rest);
  const fs::path path = path_of(origin.value_or(""));
  if (!is_there(path)) return refusal(404);
  XCH_ASSIGN(Held held, read(path));

  // Ours among the trusted would let an old cosignature of ours decide over the note.
  XCH_ASSIGN(const auto trusted, TrustList::make({held.key}));
  if (!check_note(note, trusted)) return refusal(403);
  const auto checkpoint = parse_checkpoint(note.text);
  if (!checkpoint) return refusal(is_of_no_entries(note.text) ? 422 : 400);
  if (request.old_size > checkpoint->size) return refusal(400);
  if (request.old_size != held.size()) return WitnessAnswer{409, std::to_string(held.size()) + "\n"};
  if (request.old_size == 0 && !request.proof.empty()) return refusal(422);
  if (request.old_size != 0) {
    const auto contains = check_consistency(held.size(), checkpoint->size, held.checkpoint->root, checkpoint->root,
                                            request.proof);
    if (!contains && contains.error().code == Code::log_fork) XCH_TRY(keep_conflict(*checkpoint, note));
    if (!contains) return refusal(422);
  }

  // "The witness MUST persist the new checkpoint before responding." Signatures of others are not ours to keep.
  const Timestamp time{std::max(now.seconds, held.time.seconds)};
  XCH_ASSIGN(const NoteSignature cosignature, key_.cosign(note.text, time));
  SignedNote kept{note.text, {}};
  for (const auto& signature : note.signatures)
    if (signature.name == held.key.name() && signature.id == held.key.id() && kept.signatures.empty())
      kept.signatures.push_back(signature);
  kept.signatures.push_back(cosignature);
  XCH_TRY(write_file_atomically(path, ByteView(held.key.text() + "\n" + encode_note(kept))));
  return WitnessAnswer{200, encode_signature(cosignature)};
}

/// "it might be proof of log misbehavior": with what the witness holds, it is. The first one is kept.
Status Witness::keep_conflict(const Checkpoint& checkpoint, const SignedNote& note) const {
  const fs::path path = path_of(checkpoint.origin, "conflicts");
  if (is_there(path)) return Ok{};
  return write_file_atomically(path, ByteView(encode_note(note)));
}

Result<std::string> Witness::conflict(std::string_view origin) const {
  const fs::path path = path_of(origin, "conflicts");
  if (!is_there(path)) return std::string();
  XCH_ASSIGN(const auto bytes, read_file(path, kRecordMax));
  return std::string(ByteView(bytes).text());
}

Result<WitnessAnswer> Witness::newest(std::string_view hex) const {
  if (!from_hex_as<Digest>(hex)) return refusal(404);
  const fs::path path = folder_ / "logs" / hex;
  if (!is_there(path)) return refusal(404);
  XCH_ASSIGN(Held held, read(path));
  if (held.note.empty()) return refusal(404);
  return WitnessAnswer{200, std::move(held.note)};
}

}  // namespace xch::log
