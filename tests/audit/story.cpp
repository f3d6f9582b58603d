#include "audit/story.hpp"

#include <fstream>

#include "base/file.hpp"

namespace xch::audit_test {

Result<session::FoundDayKey> Wraps::find(const std::filesystem::path& folder, const log::VerifierKey& log,
                                         log::Day day) {
  session::FoundDayKey out;
  const auto file = read_file(folder / log::day_key_path(day), log::kDayKeyFileMaxBytes);
  if (!file) return out;
  XCH_ASSIGN(const auto wraps, log::parse_day_key_file(*file));
  auto key = log::unwrap_day_key(wraps, log.name(), id_, key_);
  if (!key && key.error().code == Code::log_day_key_reader) return out;
  if (!key) return fail(key.error());
  out.key = std::move(*key);
  out.file = log::day_key_digest(*file);
  out.is_fresh = true;
  return out;
}

Story::Story()
    : police{"police", party(0xa1), Role::les, signer("county/police", log::KeyType::ed25519, 1), {}},
      clinic{"clinic", party(0xa2), Role::txp, signer("county/clinic", log::KeyType::ed25519, 2), {}},
      witness(signer("witness", log::KeyType::cosignature, 3)),
      auditor_(*crypto::KemPrivateKey::generate(SuiteId::x25519, random_)),
      stranger_(*crypto::KemPrivateKey::generate(SuiteId::x25519, random_)),
      auditor_id_(retag<KeyId>(digest(0xee))),
      keys_(auditor_id_, auditor_) {
  const Timestamp t = kNow;
  police.add(EventKind::status, t, list, JsonLine().word("what", "list").number("issued", t.seconds).text());
  police.add(EventKind::sealed, t + 60, header, JsonLine().hex("note", note).text());
  police.add(EventKind::disclosed, t + 60, header, disclosed_detail().text());
  clinic.add(EventKind::received, t + 120, envelope);
  clinic.add(EventKind::opened, t + 180, header, opened_detail(terms));
  clinic.add(EventKind::redaction, t + 200, header, JsonLine().number("slots", 1).word("reason", "court-copy").text());
  police.add(EventKind::receipt, t + 240, header,
             JsonLine()
                 .word("what", "note-opened")
                 .hex("note", note)
                 .hex("reader", clinic.id)
                 .number("at", t.seconds + 180)
                 .text());
}

std::string Story::disclosed_under(const std::string& basis) const {
  std::string detail = disclosed_detail().text();
  const std::string own = "part2-consent";
  return detail.replace(detail.find(own), own.size(), basis);
}

JsonLine Story::disclosed_detail(Role role) const {
  const auto& schema = policy_test::note_schema("progress.engagement");
  policy::Query query;
  query.basis = Basis::part2Consent;
  query.purpose = Purpose::coord;
  query.reader_role = role;
  query.reader_may_read = query.sender_may_write = schema.compartments;
  JsonLine out;
  out.hex("to", clinic.id).hex("key", digest(8)).hex("terms", terms).hex("grant", grant).hex("status", list);
  out.hex("policy", policy).hex("schema", schema.digest).number("part", 0).word("basis", "part2-consent");
  out.word("purpose", "COORD").word("role", code_of(role));
  return out.compartments("compartments", policy::terms_of(policy_test::default_pack(), schema, query));
}

std::string Story::opened_detail(const Digest& of_terms) const {
  return JsonLine()
      .hex("note", note)
      .hex("envelope", envelope)
      .hex("sender", police.id)
      .hex("terms", of_terms)
      .hex("grant", grant)
      .hex("status", list)
      .text();
}

void Story::write(const Agency& agency, const std::filesystem::path& to) {
  const auto day = log::day_of(kNow);
  const auto key = *log::DayKey::from(Bytes(32, 0x42));
  auto writer = *log::LogWriter::create(to, *log::SignerKey::parse(agency.key.text().expose()));
  const auto id = for_this_auditor ? auditor_id_ : retag<KeyId>(digest(0xdd));
  const auto reader = for_this_auditor ? auditor_.public_key() : stranger_.public_key();
  const Bytes file = log::encode_day_key_file(*log::wrap_day_key(key, agency.origin(), day, {{id, reader}}, random_));
  folder.write(to / log::day_key_path(day), file);
  std::vector<Bytes> entries{log::day_key_entry(day, log::day_key_digest(file))};
  auto rows = agency.rows;
  store::JournalRow dummy;
  dummy.kind = EventKind::dummy;
  dummy.time = until;
  dummy.detail = ByteView(std::string_view("{}")).copy();
  rows.push_back(dummy);
  for (const auto& row : rows) entries.push_back(*log::seal_entry(session::encode_event(row), day, key, random_));
  (void)*writer.append(entries);
}

void Story::flip(const std::filesystem::path& file, std::size_t at) {
  Bytes bytes = *read_file(file, 1 << 22);
  bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ 1);
  std::ofstream(file, std::ios::binary | std::ios::trunc)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

std::filesystem::path Story::entries_of(const Agency& agency) const {
  return at(agency) / log::tile_path({log::TileKind::entries, 0, 0, static_cast<unsigned>(agency.rows.size() + 2)});
}

Given Story::given() const {
  Given out;
  for (const auto* agency : {&police, &clinic}) {
    out.logs.push_back({at(*agency), agency->key.verifier()});
    Party known;
    known.id = agency->id;
    known.name = agency->name;
    known.role = agency->role;
    out.parties.push_back(known);
  }
  out.packs.emplace(policy, policy_test::default_pack());
  out.schemas = policy_test::note_schemas();
  out.now = kNow + kDay;
  return out;
}

Audit Story::audit(const Given& given) { return run_audit(given, keys_); }

JournalOf Story::journal_of(const Agency& agency) const {
  JournalOf out{agency.key.verifier().text(), {}};
  for (const auto& row : agency.rows)
    out.rows.push_back({row.seq, row.kind, row.time, row.actor, row.object, std::string(ByteView(row.detail).text())});
  return out;
}

}  // namespace xch::audit_test
