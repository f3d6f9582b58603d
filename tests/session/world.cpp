#include "session/world.hpp"

#include <algorithm>
#include <cstdlib>

#include "consent/pack_compiler/compile.hpp"
#include "crypto/digest.hpp"
#include "crypto/labels.hpp"
#include "support/coalition.hpp"
#include "wire/records.hpp"
#include "wire/schema_bundle.hpp"

namespace xch::session_test {

namespace fs = std::filesystem;

namespace {

constexpr crypto::KeyFileCost kCheap{1, 8192};
constexpr const char* kPassphrase = "tests are no secret";
const std::vector<std::string> kNames{"office", "harbor", "clinic", "defender", "patrol"};

std::vector<NoteSchema> note_schemas() {
  std::vector<NoteSchema> out;
  for (const auto& bundle : wire::builtin_bundles()) {
    out.push_back(must(wire::NoteType::load(bundle.bytes), "schema").schema());
    out.back().digest = crypto::th_as<SchemaDigest>(crypto::label::kSchemaDigest, {bundle.bytes});
  }
  return out;
}

const PolicyPack& default_pack() {
  static const PolicyPack pack =
      must(consent::compile_pack(consent::default_pack_toml(), note_schemas(), [](ByteView b) { return crypto::sha256(b); }),
           "pack");
  return pack;
}

StatusListId list_of(const std::string& authority) { return testing::fixed_id<StatusListId>("list " + authority); }

}  // namespace

std::string progress_note(const std::string& next_step) {
  return R"({"engaged": "active", "contacts": "threeToFive", "goals": ["permanentHousing"], "nextStep": ")" + next_step +
         R"(", "participation": "asRequired", "medicationSupport": "yes", "contactApproach": "calmAndSlow",)" +
         R"("narrative": "Met )" + std::string(kCanaryName) + R"( twice."})";
}

void World::make_folder() {
  std::string pattern = (fs::temp_directory_path() / "xch-session-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) std::abort();
  folder_ = pattern;
}

World::World(const fs::path& archive) : suite_(SuiteId::p256), pack_(default_pack()) {
  make_folder();
  const std::string line = "tar --no-same-owner -C '" + folder_.string() + "' -xzf '" + archive.string() + "'";
  if (std::system(line.c_str()) != 0) std::abort();
  // Homes of a state that has marks are copies here: whole, and used nowhere else.
  for (const auto& name : kNames) {
    if (!fs::exists(home(name) / "mark")) continue;
    auto moved = must(session::Session::open_restored(home(name), environment()), "kept home");
    must(moved->take_as_moved(), "moved");
    must(moved->new_mark(), "mark");
  }
}

World::World(SuiteId suite) : suite_(suite), pack_(default_pack()) {
  make_folder();
  crypto::system_random().fill(MutableView(coalition_.bytes));
  for (int i = 0; i < 3; ++i) roots_.push_back(must(crypto::SignPrivateKey::generate(suite, crypto::system_random())));
  make_home("office", PartyKind::programOffice, Role::pm, {Basis::part2Consent, Basis::justiceCondition}, false, "");
  make_home("harbor", PartyKind::part2Program, Role::cm, {}, false, "");
  make_home("clinic", PartyKind::part2Program, Role::txp, {}, false, "");
  make_home("defender", PartyKind::defence, Role::pd, {}, false, "");
  make_home("patrol", PartyKind::justice, Role::leo, {}, true, "WA0170100");
}

World::~World() {
  sessions_.clear();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

session::Environment World::environment() {
  auto environment = session::default_environment();
  environment.clock = [this]() -> Result<Timestamp> { return now(); };
  environment.secret = [](std::string_view) -> Result<crypto::SecretBytes> {
    return crypto::SecretBytes(ByteView(std::string_view(kPassphrase)));
  };
  environment.log = [this](int, std::string_view line) {
    {
      const std::lock_guard<std::mutex> lock(log_mutex_);
      log_.emplace_back(line);
    }
    if (on_log) on_log(std::string(line));
  };
  environment.key_cost_for_testing = kCheap;
  return environment;
}

void World::make_home(const std::string& name, PartyKind kind, Role role, std::vector<Basis> bases, bool originates,
                      const std::string& ori) {
  session::AgencyPlan plan;
  plan.name = name;
  plan.kind = kind;
  plan.role = role;
  plan.ori = ori;
  plan.coalition = coalition_;
  plan.suite = suite_;
  plan.authority_bases = std::move(bases);
  plan.originates = originates;
  Party party = must(session::create_agency_home(home(name), plan, party::root_key_id(roots_[0].public_key().bytes()),
                                                 environment()),
                     "home");
  party.agreement_not_before = Timestamp{kNow.seconds - 300 * kDay};
  party.agreement_not_after = Timestamp{kNow.seconds + 300 * kDay};
  party.agreement_id[0] = 1;
  parties_[name] = std::move(party);
}

session::Session& World::operator[](const std::string& name) {
  auto& session = sessions_[name];
  if (!session) session = must(session::Session::open(home(name), environment()), "session");
  return *session;
}

void World::reopen(const std::string& name) {
  close(name);
  (*this)[name];
}

SignedRoster World::sign_roster() const {
  SignedRoster out;
  out.body = wire::encode(roster_);
  for (std::uint8_t i = 0; i < 2; ++i) out.signatures.push_back(must(party::sign_roster(out.body, i, roots_[i]), "roster"));
  return out;
}

Bytes World::sign_pack() {
  const Bytes body = wire::encode(pack_);
  pack_hash_ = crypto::th_as<PolicyHash>(crypto::label::kPolicyHash, {body});
  return wire::encode(must(party::sign_object(Kind::policyPack, body, root(), roots_[0]), "pack"));
}

void World::change_pack() {
  const Bytes signed_pack = sign_pack();
  for (const auto& name : kNames) must((*this)[name].import_policy(signed_pack), "import pack");
  roster_.policy_pack = pack_hash_;
}

void World::found() {
  const Bytes signed_pack = sign_pack();
  roster_.coalition = coalition_;
  roster_.version = 1;
  roster_.suite = suite_;
  roster_.policy_pack = pack_hash_;
  roster_.issued = Timestamp{kNow.seconds - kDay};
  roster_.expires = Timestamp{kNow.seconds + 300 * kDay};
  roster_.threshold = 2;
  for (const auto& root_key : roots_) roster_.roots.push_back({root_key.public_key().bytes().copy()});
  for (const auto& [name, party] : parties_) roster_.parties.push_back(party);
  std::sort(roster_.parties.begin(), roster_.parties.end(), [](const Party& a, const Party& b) { return a.id < b.id; });
  const SignedRoster first = sign_roster();
  first_roster_ = wire::encode(first);
  last_roster_ = party::roster_hash(first.body);
  for (const auto& name : kNames) {
    must((*this)[name].import_roster(wire::encode(first), party::roster_hash(first.body)), "import roster");
    must((*this)[name].import_policy(signed_pack), "import pack");
  }
}

Bytes World::next_roster() {
  ++roster_.version;
  roster_.previous = last_roster_;
  roster_.issued = now();
  roster_.expires = now() + 300 * kDay;
  const SignedRoster next = sign_roster();
  last_roster_ = party::roster_hash(next.body);
  return wire::encode(next);
}

void World::publish_roster() {
  const Bytes next = next_roster();
  for (const auto& name : kNames) must((*this)[name].import_roster(next, std::nullopt), "next roster");
}

void World::replace_keys(const std::string& name, const Signed& added) {
  for (auto& party : roster_.parties)
    if (party.name == name) party.keys.push_back(added);
}

GrantHash World::issue(const GrantAsked& asked) {
  auto& access = (*this)[asked.authority].authority_access();
  const auto key = must(access.authority_key(asked.basis), "authority");
  const auto roster = must((*this)[asked.authority].roster());
  grant::GrantPlan plan;
  plan.suite = suite_;
  plan.core.coalition = coalition_;
  plan.core.grant_id = asked.id.is_zero() ? testing::fixed_id<GrantId>("grant one") : asked.id;
  plan.core.authority = party(asked.authority).id;
  plan.core.version = asked.version;
  plan.core.effective_at = asked.effective_at;
  plan.core.basis = asked.basis;
  plan.core.purposes = asked.purposes;
  plan.core.not_before = asked.not_before;
  plan.core.not_after = asked.not_after;
  plan.core.release = Release::issued;
  plan.core.status_list = list_of(asked.authority);
  plan.core.status_index = asked.index;
  plan.core.policy_pack = pack_hash_;
  plan.core.previous = asked.previous;
  plan.core.leaf_count = pack_.grant_leaves;
  std::vector<std::string> readers;
  for (const auto& right : asked.rights) {
    plan.rights.push_back({party(right.party).id, right.compartment, right.rights});
    if (std::find(readers.begin(), readers.end(), right.party) == readers.end()) readers.push_back(right.party);
  }
  for (const auto& external : asked.externals) {
    const PartyId id = grant::external_id(coalition_, external.name, external.until);
    plan.externals.push_back({id, external.name, external.until});
    for (const auto compartment : external.reads) plan.rights.push_back({id, compartment, Rights::read});
    for (const auto& from : external.from) plan.edges.push_back({party(from).id, id});
  }
  for (const auto& [a, b] : asked.edges) plan.edges.push_back({party(a).id, party(b).id});
  for (const auto& name : readers) {
    grant::PlannedReader reader;
    reader.agency = party(name).id;
    reader.pseudonym = testing::fixed_id<Pseudonym>(asked.subject + "-" + name);
    reader.encryption_key = roster->encryption_key(reader.agency, now())->id;
    plan.readers.push_back(reader);
  }
  auto built = must(grant::build_grant(plan, key.record->id, *key.key, crypto::system_random()), "grant");
  for (auto& view : built.views) {
    const auto object = must(grant::sign_view(view, key.chain, key.record->id, *key.key), "view");
    must(access.send_object(object, view.agency, true), "send view");
    grant::wipe_view(view);
  }
  return built.hash;
}

Bytes World::make_status(const std::string& authority, std::uint32_t version, Timestamp issued,
                         const std::map<std::uint32_t, GrantState>& states) {
  const Basis basis = authority == "office" ? Basis::part2Consent : Basis::originatorAuthority;
  const auto key = must((*this)[authority].authority_access().authority_key(basis), "authority");
  StatusBody body;
  body.authority = party(authority).id;
  body.list = list_of(authority);
  body.version = version;
  body.issued_at = issued;
  body.next_update = issued + 20 * kHour;
  Bytes chunks(4 * kStatusChunk);
  for (const auto& [index, state] : states) grant::set_state(chunks, index, state);
  return wire::encode(must(
      grant::make_status_list(body, chunks, key.chain, key.record->id, *key.key), "status list"));
}

void World::publish_status(const std::map<std::uint32_t, GrantState>& states) {
  const Bytes list = make_status("office", ++status_version_, now(), states);
  for (const auto& name : kNames) must((*this)["office"].deliver(name, list, ".lxs"), "deliver list");
}

std::size_t World::deliver_all() {
  std::size_t moved = 0;
  for (const auto& name : kNames) {
    const fs::path out = home(name) / "spool" / "out";
    std::error_code ignored;
    for (const auto& mailbox : fs::directory_iterator(out, ignored))
      for (const auto& file : fs::directory_iterator(mailbox.path() / "new", ignored)) {
        fs::rename(file.path(), home(mailbox.path().filename().string()) / "spool" / "in" / "new" / file.path().filename());
        ++moved;
      }
  }
  return moved;
}

void World::settle() {
  do {
    for (const auto& name : kNames) must((*this)[name].process_inbox(), "inbox");
  } while (deliver_all() != 0);
}

std::vector<std::string> World::log_lines() const {
  const std::lock_guard<std::mutex> lock(log_mutex_);
  return log_;
}

GrantAsked care() {
  const auto full = [](FieldClass c) { return Compartment(c, Form::full); };
  const Compartment level(FieldClass::eng, Form::level), bit(FieldClass::eng, Form::yesNo);
  GrantAsked asked;
  for (const auto c : {FieldClass::eng, FieldClass::need, FieldClass::sud, FieldClass::mh})
    asked.rights.push_back({"harbor", full(c), Rights::both});
  for (const auto k : {level, bit}) asked.rights.push_back({"harbor", k, Rights::write});
  asked.rights.push_back({"harbor", Compartment(FieldClass::txt, Form::full), Rights::write});
  for (const auto c : {FieldClass::eng, FieldClass::need, FieldClass::sud})
    asked.rights.push_back({"clinic", full(c), Rights::read});
  asked.rights.push_back({"defender", full(FieldClass::eng), Rights::read});
  asked.rights.push_back({"defender", full(FieldClass::need), Rights::read});
  asked.edges = {{"harbor", "clinic"}, {"harbor", "defender"}};
  return asked;
}

std::unique_ptr<World> world_with_care(SuiteId suite, GrantHash* hash) {
  auto world = std::make_unique<World>(suite);
  world->found();
  const GrantHash issued = world->issue(care());
  if (hash != nullptr) *hash = issued;
  world->publish_status();
  world->settle();
  return world;
}

session::SealRequest request(const GrantHash& grant, const std::string& json) {
  session::SealRequest out;
  session::NoteSource note;
  note.type = "progress.engagement";
  note.json = json;
  out.notes.push_back(note);
  out.grant = grant;
  out.purpose = Purpose::coord;
  return out;
}

Result<session::OpenAnswer> open_waiting(session::Session& session) {
  XCH_ASSIGN(const auto files, session.notes_waiting());
  if (files.size() != 1) return fail(Code::not_found);
  XCH_ASSIGN(const auto bytes, session.read_spooled(files.front()));
  return session.open_envelope(bytes);
}

std::string value_of(const session::OpenedNote& note, const std::string& path, Form form) {
  for (const auto& cell : note.opened.cells) {
    const auto& slot = note.opened.schema->slots[cell.slot];
    if (slot.path == path && slot.compartment.form() == form && cell.present) return std::string(cell.value.text());
  }
  return "";
}

std::size_t count_events(session::Session& session, EventKind kind) {
  std::size_t count = 0;
  for (const auto& row : must(session.journal(1, 100000), "journal")) count += row.kind == kind ? 1 : 0;
  return count;
}

}  // namespace xch::session_test
