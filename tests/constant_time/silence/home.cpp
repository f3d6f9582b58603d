#include "silence/home.hpp"

#include <stdlib.h>
#include <unistd.h>

#include <cstdlib>
#include <map>

#include "base/encoding.hpp"
#include "base/file.hpp"
#include "message/object_envelope.hpp"
#include "session/deliver.hpp"
#include "session/exchange_log.hpp"
#include "session/home_files.hpp"
#include "session/log_proofs.hpp"
#include "session/own_keys.hpp"
#include "session/received.hpp"
#include "wire/records.hpp"

namespace xch::silence {
namespace {

namespace fs = std::filesystem;
using testing::kNow;
using testing::must;
using vectors::bytes_from_base64;
using vectors::bytes_from_hex;

constexpr std::string_view kPassphrase = "tests are no secret";
constexpr crypto::KeyFileCost kCheap{1, 8192};

template <class F>
F fixed(const Json& hex) {
  F out;
  if (!out.copy_from(bytes_from_hex(hex))) testing::give_up(Code::bug, "hex of another length");
  return out;
}

Timestamp time_at(const Json& object, const char* member) { return Timestamp{object.at(member).get<std::uint64_t>()}; }

const Json& list_at(const Json& given, const char* member) {
  static const Json nothing = Json::array();
  return given.contains(member) ? given.at(member) : nothing;
}

std::unique_ptr<session::Rows> open_rows(const fs::path& home) {
  const Bytes text = must(read_file(home / "keys" / "home.key", 1 << 16), "key file");
  const auto secret =
      must(crypto::open_key_file_for_testing(ByteView(text).text(), ByteView(kPassphrase), nullptr), "key file");
  return must(session::open_rows(home, must(session::StoreKey::from(secret.expose())), crypto::system_random(),
                                 store::OpenMode::existing),
              "store");
}

/// The record of a key as some roster has it; of one in none of them, a record with its window.
CertifiedKey record_of(const KeyId& id, const Json& key, const testing::Coalition& coalition, const PartyId& party,
                       const std::vector<SignedRoster>& rosters) {
  for (const auto& signed_roster : rosters)
    for (const auto& member : must(wire::decode_roster(signed_roster.body), "roster").parties)
      for (const auto& record : member.keys) {
        if (party::key_id(record.body) != id) continue;
        // With the window that the vector gives it: a home reads its own keys' rows as it wrote them.
        CertifiedKey out;
        out.record = must(wire::decode_key_record(record.body), "record");
        out.record.not_before = time_at(key, "not_before");
        out.record.not_after = time_at(key, "not_after");
        out.signed_record = record;
        out.signed_record.body = wire::encode(out.record);
        out.id = id;
        return out;
      }
  KeyRecord record;
  record.kind = KeyKind::agencyEncryption;
  record.suite = coalition.suite();
  record.coalition = coalition.id();
  record.subject = party;
  record.serial = 1;
  record.not_before = time_at(key, "not_before");
  record.not_after = time_at(key, "not_after");
  record.public_key = coalition.by_id(party).encryption_key->public_key().bytes().copy();
  record.parent = coalition.by_id(party).identity.id;
  CertifiedKey out = testing::certified(record, *coalition.by_id(party).identity_key);
  out.id = id;
  return out;
}

}  // namespace

Home::Home(SuiteId suite, const Json& given) : suite_(suite), now_(kNow) {
  // Two hundred homes, each synced at every step: in memory where there is a file system in memory.
  const fs::path place = ::access("/dev/shm", W_OK) == 0 ? fs::path("/dev/shm") : fs::temp_directory_path();
  std::string pattern = (place / "xch-silence-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) std::abort();
  top_ = pattern;
  home_ = top_ / "home";
  const testing::Coalition coalition(suite);
  party_ = given.contains("agency") ? fixed<PartyId>(given.at("agency")) : coalition["clinic"].id();
  std::vector<SignedRoster> rosters;
  for (const auto& record : list_at(given, "rosters"))
    rosters.push_back(must(wire::decode_signed_roster(bytes_from_base64(record)), "roster"));

  session::AgencyPlan plan;
  plan.name = coalition.by_id(party_).party.name;
  plan.kind = coalition.by_id(party_).party.kind;
  plan.role = coalition.by_id(party_).party.role;
  plan.coalition = coalition.id();
  plan.suite = suite;
  must(session::create_agency_home(home_, plan, party::root_key_id(coalition.root(0).public_key().bytes()),
                                   environment()),
       "home");
  // A home draws its own party id; this one is the vector's reader.
  const std::string info = R"({"v": 1, "kind": "agency", "name": ")" + plan.name + R"(", "party": ")" + to_hex(party_) +
                           R"(", "coalition": ")" + to_hex(coalition.id()) + R"(", "suite": ")" +
                           vectors::suite_word(suite) + "\"}\n";
  must(write_file_atomically(home_ / "agency.json", ByteView(std::string_view(info))), "agency.json");
  write_keys(given, coalition, rosters);
  session_ = must(session::Session::open(home_, environment()), "session");
  take_records(given, rosters);
  take_logs(given, rosters);
  now_ = time_at(given, "now");
  forget_what_left();
}

Home::~Home() {
  session_.reset();
  std::error_code ignored;
  fs::remove_all(top_, ignored);
}

session::Environment Home::environment() {
  auto out = session::default_environment();
  out.clock = [this]() -> Result<Timestamp> { return now_; };
  out.secret = [](std::string_view) -> Result<crypto::SecretBytes> {
    return crypto::SecretBytes(ByteView(kPassphrase));
  };
  out.key_cost_for_testing = kCheap;
  return out;
}

void Home::write_keys(const Json& given, const testing::Coalition& coalition,
                      const std::vector<SignedRoster>& rosters) {
  const auto rows = open_rows(home_);
  auto change = must(rows->begin(), "transaction");
  for (const auto& id : must(change.keys(session::space::kKey), "keys"))
    must(change.erase(session::space::kKey, id), "erase");
  const auto& own = coalition.by_id(party_);
  must(session::keep_key(change, own.identity, crypto::export_private_key(*own.identity_key).expose()), "identity");
  must(session::keep_key(change, own.seat, crypto::export_private_key(*own.seat_key).expose()), "seat");
  for (const auto& key : list_at(given, "keys"))
    must(session::keep_key(change, record_of(fixed<KeyId>(key.at("id")), key, coalition, party_, rosters),
                           bytes_from_hex(key.at("private"))),
         "key");
  for (const auto& key : list_at(given, "former_keys"))
    must(session::keep_key(change, record_of(fixed<KeyId>(key.at("id")), key, coalition, party_, rosters), {}),
         "former key");
  for (const auto& mark : list_at(given, "seen")) {
    session::ReplayRow row;
    row.header = fixed<HeaderHash>(mark.at("header_hash"));
    row.first_opened = kNow;
    must(change.put(session::space::kReplay,
                    session::replay_key(fixed<PartyId>(mark.at("sender")), fixed<NoteId>(mark.at("note_id"))),
                    encode(row)),
         "mark");
  }
  for (const auto& arrival : list_at(given, "received")) {
    session::ReceivedEnvelope row;
    row.envelope = fixed<Digest>(arrival.at("sha256"));
    row.received_at = time_at(arrival, "time");
    must(session::put_received(change, row), "arrival");
  }
  // 1: asked for and not used yet.
  for (const auto& nonce : list_at(given, "nonces"))
    must(change.put(session::space::kNonce, bytes_from_hex(nonce), ByteWriter().u8(1)), "nonce");
  must(change.commit(), "commit");
}

// What a vector's reader took earlier came as it comes to any home, at its time. A record that this home would not take
// leaves it knowing less: the case is then refused for that.
void Home::take_records(const Json& given, const std::vector<SignedRoster>& rosters) {
  for (std::size_t i = 0; i < rosters.size(); ++i) {
    now_ = must(wire::decode_roster(rosters[i].body), "roster").issued;
    const auto pinned = i == 0 ? std::optional<RosterHash>(party::roster_hash(rosters[i].body)) : std::nullopt;
    (void)session_->import_roster(wire::encode(rosters[i]), pinned);
  }
  if (given.contains("pack") && !given.at("pack").is_null())
    (void)session_->import_policy(bytes_from_base64(given.at("pack")));
  for (const auto& record : list_at(given, "grants")) {
    const Bytes bytes = bytes_from_base64(record);
    const auto object = must(wire::decode_sealed_object(bytes), "grant");
    const auto view = must(wire::decode_grant_view(object.object.body), "view");
    now_ = must(wire::decode_grant_core(view.core.body), "core").effective_at;
    arrives(seals_to_me(bytes), session::extension::kObject);
  }
  for (const auto& record : list_at(given, "status_lists")) {
    const Bytes bytes = bytes_from_base64(record);
    const auto list = must(wire::decode_status_list(bytes), "list");
    now_ = must(wire::decode_status_body(list.signed_body.body), "list").issued_at;
    arrives(bytes, session::extension::kStatusList);
  }
}

// Whose logs the vector's reader believes, its own beside them, and the log proofs that it has.
void Home::take_logs(const Json& given, const std::vector<SignedRoster>& rosters) {
  if (given.contains("log_policy")) {
    const std::string own = must(session_->exchange_log().standing(), "own log").verifier_key;
    must(session_->exchange_log().set_policy("log " + own + "\n" + given.at("log_policy").get<std::string>()), "policy");
  }
  const auto rows = open_rows(home_);
  auto change = must(rows->begin(), "transaction");
  for (const auto& record : list_at(given, "log_proofs")) {
    const Bytes bytes = bytes_from_base64(record);
    const auto proof = must(wire::decode_log_proof(bytes), "log proof");
    // Whoever the sender is: its proof is looked for under its id.
    for (const auto& roster : rosters)
      for (const auto& party : must(wire::decode_roster(roster.body), "roster").parties)
        must(change.put(session::space::kLogProof, session::log_proof_key(proof.header, party.id), bytes), "proof");
  }
  must(change.commit(), "commit");
}

Bytes Home::seals_to_me(ByteView record) {
  const auto rows = open_rows(home_);
  const auto keys = must(session::OwnKeys::load(*rows), "keys");
  const auto gates = keys->gates();
  if (gates.empty()) testing::give_up(Code::key_missing, "no key to seal to");
  return must(message::seal_object(must(wire::decode_sealed_object(record), "object"), party_, gates.front().id,
                                   gates.front().key->public_key(), message::kObjectBody, crypto::system_random()),
              "object envelope");
}

Home::Judged Home::opens(ByteView envelope) {
  const auto opened = session_->open_envelope(envelope);
  if (!opened) return {true, std::string(opened.error().info().id)};
  if (opened->notes.empty() && !opened->refused.empty()) return {true, std::string(opened->refused.front().info().id)};
  return {false, ""};
}

Home::Judged Home::arrives(ByteView bytes, std::string_view extension) {
  static std::uint64_t serial = 0;
  const std::string name = "arrived-" + std::to_string(++serial) + std::string(extension);
  must(write_file_atomically(home_ / "spool" / "in" / "new" / name, bytes), "arrival");
  const auto report = must(session_->process_inbox(), "inbox");
  Judged out;
  for (const auto& item : report.items)
    if (item.file == name && item.error) out = {true, std::string(item.error->info().id)};
  for (const auto& file : must(session_->notes_waiting(), "waiting"))
    if (file == name) out = opens(must(session_->read_spooled(file), "file"));
  // What stays to be tried again is not to meet the next case.
  std::error_code ignored;
  for (const auto* folder : {"new", "cur"}) fs::remove(home_ / "spool" / "in" / folder / name, ignored);
  return out;
}

std::string Home::leaving() const {
  std::map<std::string, Bytes> files;
  for (const auto& entry : fs::recursive_directory_iterator(home_ / "spool" / "out"))
    if (entry.is_regular_file())
      files[fs::relative(entry.path(), home_).string()] = must(read_file(entry.path(), 64u << 20), "file");
  std::string out;
  for (const auto& [name, content] : files) out.append(name).append("\n").append(ByteView(content).text());
  const auto rows = open_rows(home_);
  for (const auto space : {session::space::kQueue, session::space::kOutbox})
    for (const auto& key : must(rows->keys(space), "queue")) out += "queued " + to_hex(key) + "\n";
  return out;
}

void Home::forget_what_left() {
  std::error_code ignored;
  for (const auto& mailbox : fs::directory_iterator(home_ / "spool" / "out", ignored))
    fs::remove_all(mailbox.path(), ignored);
}

}  // namespace xch::silence
