#include "vectors/worked.hpp"

#include <algorithm>
#include <array>

#include "base/encoding.hpp"
#include "crypto/aead.hpp"
#include "crypto/digest.hpp"
#include "crypto/hpke.hpp"
#include "crypto/merkle.hpp"
#include "crypto/padme.hpp"
#include "wire/records.hpp"

namespace xch::vectors {
namespace {

constexpr const char* kSeed = "p256/worked/note";
constexpr const char* kReader = "harbor";

Bytes u16(std::uint16_t n) { return std::move(ByteWriter().u16(n)).take(); }
Bytes concat(std::initializer_list<ByteView> parts) {
  Bytes out;
  for (const auto part : parts) out.insert(out.end(), part.begin(), part.end());
  return out;
}
ByteView text(std::string_view words) { return ByteView(words); }
Digest th(std::string_view label, std::initializer_list<ByteView> parts) { return crypto::th(label, parts); }
/// LH(x) = SHA-256(0x00 || x)
Digest lh(ByteView x) {
  const Bytes zero{0};
  return crypto::sha256({ByteView(zero), x});
}
Bytes fr(std::string_view label) {
  Bytes out{static_cast<std::uint8_t>(label.size())};
  out.insert(out.end(), label.begin(), label.end());
  return out;
}
Bytes joined(const std::vector<Digest>& path) {
  Bytes out;
  for (const auto& hash : path) out.insert(out.end(), hash.bytes.begin(), hash.bytes.end());
  return out;
}

/// Page collects the lines of the section: a formula, and its value below it. Long values are cut.
class Page {
 public:
  void words(const std::string& line) { out_ += line + "\n"; }
  void open() { out_ += "\n```\n"; }
  void close() { out_ += "```\n"; }
  void value(const std::string& formula, ByteView bytes) {
    out_ += formula + "\n";
    const bool cut = bytes.size() > 65;
    const ByteView shown = cut ? bytes.sub(0, 32) : bytes;
    for (std::size_t at = 0; at < shown.size(); at += 48) out_ += "    " + to_hex(shown.sub(at, 48)) + "\n";
    if (cut)
      out_ += "    ... " + std::to_string(bytes.size()) + " bytes, SHA-256 " + to_hex(crypto::sha256(bytes)) + "\n";
  }
  void line(const std::string& words) { out_ += words + "\n"; }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

/// Working goes through one note to one reader, top to bottom.
class Working {
 public:
  Working() : random_(ByteView(std::string_view("LX1 vectors p256/worked/note"))) {
    const NoteSchema& schema = note_.scene.schema();
    for (const auto k : schema.compartments)
      if (k.form() == Form::full) terms_.compartments.push_back(k);
  }

  Worked go() {
    given();
    recipient();
    header();
    cells();
    batch();
    wraps();
    envelope();
    out_.section = page_.take();
    return std::move(out_);
  }

 private:
  void put(const std::string& name, ByteView bytes) { out_.json[name] = hex_of(bytes); }
  void record(const std::string& name, ByteView bytes) { out_.json[name] = base64_of(bytes); }
  const testing::TestParty& party(const std::string& name) const { return note_.scene.coalition[name]; }
  template <class F>
  F draw() {
    return crypto::random_fixed<F>(random_);
  }
  Bytes draw_bytes(std::size_t n) {
    Bytes out(n);
    random_.fill(MutableView(out));
    return out;
  }

  void given();
  void recipient();
  void header();
  void cells();
  Json full_cell(std::uint16_t i, ByteView salt);
  void batch();
  void wraps();
  Bytes view_record() const;
  void envelope();

  WorkedNote note_;
  crypto::SeededRandom_for_testing random_;
  Worked out_;
  Page page_;

  RecipientTerms terms_;
  Bytes terms_record_, core_, note_secret_;
  Salt terms_salt_, recipient_salt_;
  Digest terms_digest_;
  crypto::SparseTree recipients_, tree_;
  Digest note_ctx_, slots_root_, header_hash_;
  std::map<Compartment, Bytes> secrets_;
  std::map<Compartment, crypto::Expander> prks_;
  std::vector<Bytes> slots_;  // commit || ct, or a leaf
  std::vector<Digest> leaves_;
  std::vector<std::pair<Compartment, Bytes>> wraps_;
  Bytes signature_;
};

void Working::given() {
  const auto& sender = party("prosecutor");
  const auto& reader = party(kReader);
  const auto& input = note_.input;
  auto& j = out_.json;
  j["format"] = 1;
  j["suite"] = 1;
  j["says"] =
      "One court.event to one reader, worked through by the formulas of docs/format.md. Records are base64, the rest "
      "hex.";
  j["seed"] = std::string("LX1 vectors ") + kSeed;
  put("sender", sender.id());
  put("sender_key", sender.seat.id);
  put("sender_private", crypto::export_private_key(*sender.seat_key).expose());
  put("reader", reader.id());
  put("reader_key", reader.encryption.id);
  put("reader_private", crypto::export_private_key(*reader.encryption_key).expose());
  put("reader_public", reader.encryption_key->public_key().bytes());
  record("grant_core", note_.scene.care.built.signed_core.body);
  put("grant_hash", input.grant->hash());
  record("status_body", note_.scene.status->list().signed_body.body);
  put("status_hash", note_.scene.status->hash());
  record("schema", note_.scene.type.bundle());
  put("schema_digest", note_.scene.schema().digest);
  record("staple", wire::encode(must(note_.scene.status->staple(7))));
  j["chain"] = Json::array();
  for (const auto& link : sender.seat_chain()) j["chain"].push_back(base64_of(wire::encode(link)));

  page_.words(
      "`tests/vectors/lx1/worked.json` has every value of this note, suite 1: a `court.event` of the prosecutor to the "
      "case");
  page_.words(
      "manager, under the grant of the vectors. Its fields `startsAt`, `type` and `transportNeed` are present, `court` "
      "and");
  page_.words("`appearance` are not. Randomness is the test stream of seed `LX1 vectors p256/worked/note`.");
  page_.open();
  page_.value("grant_hash = TH(\"LX1 grant hash\", core of the grant)", input.grant->hash());
  page_.value("status_hash = TH(\"LX1 status hash\", StatusBody)", note_.scene.status->hash());
  page_.value("schema_digest = TH(\"LX1 schema digest\", bundle of court.event)", note_.scene.schema().digest);
  page_.close();
}

void Working::recipient() {
  terms_.notice = Notice::p2Long2024;
  terms_.obligations = {Obligation::noRedisclosure, Obligation::noUseAgainst, Obligation::minimumNecessary,
                        Obligation::accounting, Obligation::officialDutiesOnly};
  terms_record_ = wire::encode(terms_);
  terms_salt_ = draw<Salt>();
  recipient_salt_ = draw<Salt>();
  terms_digest_ = th("LX1 recipient terms", {terms_salt_, terms_record_});
  const auto& reader = party(kReader);
  const Digest leaf = lh(th("LX1 recipient", {recipient_salt_, reader.id(), reader.encryption.id, terms_digest_}));
  recipients_ = crypto::sparse_tree(5, {leaf}, random_);

  record("terms", terms_record_);
  put("terms_salt", terms_salt_);
  put("terms_digest", terms_digest_);
  put("recipient_salt", recipient_salt_);
  put("recipient_leaf", leaf);
  out_.json["recipient_position"] = recipients_.positions[0];
  put("recipient_path", joined(recipients_.paths[0]));
  put("recipients_root", recipients_.root);

  page_.words(
      "\n**The reader.** Its terms are the compartments 320 (NEED, full) and 448 (LEG, full), notice 2, obligations 1 "
      "to 5.");
  page_.open();
  page_.value("terms = canonical RecipientTerms", terms_record_);
  page_.value("terms_salt = draw 1, recipient salt = draw 2", concat({terms_salt_, recipient_salt_}));
  page_.value("terms_digest = TH(\"LX1 recipient terms\", terms_salt || terms)", terms_digest_);
  page_.value("recipient leaf = LH(TH(\"LX1 recipient\", salt || agency || encryption key id || terms_digest))", leaf);
  page_.value("recipients_root, the leaf at position " + std::to_string(recipients_.positions[0]) + " of 32",
              recipients_.root);
  page_.close();
}

void Working::header() {
  const auto& input = note_.input;
  const auto& sender = party("prosecutor");
  NoteHeader core;
  core.suite = SuiteId::p256;
  core.coalition = note_.scene.coalition.id();
  core.note_id = input.note_id;
  core.schema_id = note_.scene.schema().type_id;
  core.schema_digest = note_.scene.schema().digest;
  core.policy_pack = note_.scene.sender.policy_hash;
  core.sender = sender.id();
  core.sender_key = sender.seat.id;
  core.grant = input.grant->hash();
  core.status = note_.scene.status->hash();
  core.basis = Basis::justiceCondition;
  core.purpose = Purpose::court;
  core.sealed_at = kNow;
  core.expires_at = input.expires_at;
  core.recipients_root = recipients_.root;
  core.checkpoint.root = crypto::sha256(ByteView());
  core.slot_count = 8;
  core_ = wire::encode(core);
  note_ctx_ = th("LX1 note ctx", {core_});
  note_secret_ = draw_bytes(32);
  put("note_id", input.note_id);
  record("core", core_);
  put("note_ctx", note_ctx_);
  put("M", note_secret_);

  page_.words(
      "\n**The header** is the core, sealed at 1795694400 (2026-11-26T12:00:00Z), basis 2, purpose 6, 8 slots.");
  page_.open();
  page_.value("core = canonical NoteHeader", core_);
  page_.value("note_ctx = TH(\"LX1 note ctx\", core)", note_ctx_);
  page_.value("M = the draw after the recipients' tree", note_secret_);
  page_.close();
}

Json Working::full_cell(std::uint16_t i, ByteView salt) {
  const SlotSpec& slot = note_.scene.schema().slots[i];
  const auto& value = note_.input.slots[i];
  // plain_i = u8 present || u32 len || value || zeros
  Bytes plain =
      std::move(
          ByteWriter().u8(value.present ? 1 : 0).u32(static_cast<std::uint32_t>(value.value.size())).raw(value.value))
          .take();
  plain.resize(slot.size);
  const Bytes number = u16(i);
  const Digest commit = th("LX1 cell commit", {note_ctx_, number, salt, plain});
  Bytes key(44);
  prks_.at(slot.compartment).xp("LX1 cell key", {number, commit}, MutableView(key));
  const Bytes aad = concat({note_ctx_, number}), salted = concat({salt, plain});
  Bytes ct(salted.size() + 16);
  must(crypto::aead_seal(crypto::Aead::aes256gcm, ByteView(key).sub(0, 32), ByteView(key).sub(32), aad, salted,
                         MutableView(ct)));
  const Digest ct_hash = th("LX1 cell ct", {ct});
  const Digest leaf = lh(th("LX1 cell leaf", {number, commit, ct_hash}));
  slots_.push_back(concat({commit, ct}));
  leaves_.push_back(leaf);
  if (i == 0) {
    page_.value("plain_0 = 01 || 00000011 || \"2026-12-03T16:30Z\" || zeros, 32 bytes", plain);
    page_.value("salt_0 = the first of 8 salts drawn after M", salt);
    page_.value("commit_0 = TH(\"LX1 cell commit\", note_ctx || 0000 || salt_0 || plain_0)", commit);
    page_.value("key || nonce = XP(prk_448, \"LX1 cell key\", 0000 || commit_0, 44)", key);
    page_.value("ct_0 = AES-256-GCM(key, nonce, aad = note_ctx || 0000, salt_0 || plain_0)", ct);
    page_.value("leaf_0 = LH(TH(\"LX1 cell leaf\", 0000 || commit_0 || TH(\"LX1 cell ct\", ct_0)))", leaf);
  }
  return Json{{"slot", i},
              {"path", slot.path},
              {"compartment", slot.compartment.value},
              {"salt", hex_of(salt)},
              {"plain", hex_of(plain)},
              {"commit", hex_of(commit)},
              {"key", hex_of(ByteView(key).sub(0, 32))},
              {"nonce", hex_of(ByteView(key).sub(32))},
              {"aad", hex_of(aad)},
              {"ct", hex_of(ct)},
              {"ct_hash", hex_of(ct_hash)},
              {"leaf", hex_of(leaf)}};
}

void Working::cells() {
  const Bytes salts = draw_bytes(8 * 32);
  page_.words(
      "\n**The cells.** Slots 3 and 5 are forms in nobody's terms, 7 is padding: their leaf is LH of their 32 random "
      "bytes.");
  page_.open();
  Json compartments = Json::array();
  for (const auto k : terms_.compartments) {
    secrets_[k] = draw_bytes(32);
    const Bytes number = u16(k.value);
    const crypto::Prk prk = crypto::xt(note_ctx_, {note_secret_, secrets_[k], number});
    prks_.emplace(k, crypto::Expander(prk));
    compartments.push_back(
        Json{{"compartment", k.value}, {"S_k", hex_of(secrets_[k])}, {"prk_k", hex_of(prk.expose())}});
    const std::string n = std::to_string(k.value);
    page_.value("S_" + n + ", drawn after the salts", secrets_[k]);
    page_.value("prk_" + n + " = XT(note_ctx, M || S_" + n + " || " + to_hex(number) + ")", prk.expose());
  }
  out_.json["compartments"] = compartments;

  Json slots = Json::array();
  const auto& all = note_.scene.schema().slots;
  for (std::uint16_t i = 0; i < 8; ++i) {
    const ByteView salt = ByteView(salts).sub(std::size_t{i} * 32, 32);
    if (i < all.size() && prks_.count(all[i].compartment) != 0) {
      slots.push_back(full_cell(i, salt));
      continue;
    }
    leaves_.push_back(lh(salt));
    slots_.push_back(leaves_.back().view().copy());
    slots.push_back(Json{{"slot", i}, {"random", hex_of(salt)}, {"leaf", hex_of(leaves_.back())}});
  }
  out_.json["slots"] = slots;
  slots_root_ = crypto::merkle_root(leaves_);
  header_hash_ = th("LX1 header", {core_, slots_root_});
  put("slots_root", slots_root_);
  put("header_hash", header_hash_);
  for (std::size_t i = 1; i < 8; ++i) page_.value("leaf_" + std::to_string(i), leaves_[i]);
  page_.value("slots_root = MTH(leaf_0, ..., leaf_7)", slots_root_);
  page_.value("header_hash = TH(\"LX1 header\", core || slots_root)", header_hash_);
  page_.close();
}

void Working::batch() {
  const Digest leaf = lh(header_hash_);
  tree_ = crypto::sparse_tree(10, {leaf}, random_);
  const auto& sender = party("prosecutor");
  const Bytes input = concat({fr("LX1 sign note"), sender.seat.id, tree_.root});
  signature_ = must(crypto::sign(*sender.seat_key, sender.seat.id, "LX1 sign note", tree_.root)).view().copy();
  put("batch_leaf", leaf);
  out_.json["batch_position"] = tree_.positions[0];
  put("batch_path", joined(tree_.paths[0]));
  put("batch_root", tree_.root);
  put("signature_input", input);
  put("signature", signature_);

  page_.words("\n**The batch** has this one note, at position " + std::to_string(tree_.positions[0]) + " of 1,024.");
  page_.open();
  page_.value("batch_root, over the leaf LH(header_hash)", tree_.root);
  page_.value("signed bytes = 0d || \"LX1 sign note\" || seat key id || batch_root", input);
  page_.value("signature = r || s, nonce by RFC 6979", signature_);
  page_.close();
}

void Working::wraps() {
  page_.words("\n**The wraps**, HPKE to the reader's consent keys with an empty aad.");
  page_.open();
  Json all = Json::array();
  const auto& view = *note_.scene.care.held.at(kReader);
  for (const auto k : terms_.compartments) {
    const auto* key = view.class_private_key(k);
    const ByteView class_pk = key->public_key().bytes();
    const Digest bound =
        th("LX1 class wrap info", {note_.input.grant->hash(), party("prosecutor").id(), party(kReader).id(),
                                   u16(k.value), u16(static_cast<std::uint16_t>(class_pk.size())), class_pk});
    const Bytes info = concat({text("LX1 class wrap"), bound});
    Bytes wrap(32 + crypto::hpke_overhead(SuiteId::p256));
    must(crypto::hpke_seal(key->public_key(), info, ByteView(), secrets_.at(k), random_, MutableView(wrap)));
    wraps_.emplace_back(k, wrap);
    all.push_back(Json{{"compartment", k.value},
                       {"class_sk", hex_of(crypto::export_private_key(*key).expose())},
                       {"class_pk", hex_of(class_pk)},
                       {"info", hex_of(info)},
                       {"wrap", hex_of(wrap)}});
    const std::string n = std::to_string(k.value);
    page_.value("info of wrap_" + n +
                    " = \"LX1 class wrap\" || TH(\"LX1 class wrap info\", grant_hash || sender || reader || " +
                    to_hex(u16(k.value)) + " || 0041 || class_pk)",
                info);
    page_.value("wrap_" + n + " = enc || ct", wrap);
  }
  out_.json["wraps"] = all;
  page_.close();
}

Bytes Working::view_record() const {
  ViewBorrowed view;
  view.core = core_;
  view.slots_root = slots_root_;
  view.batch_position = tree_.positions[0];
  std::copy(tree_.paths[0].begin(), tree_.paths[0].end(), view.batch_path.begin());
  view.terms = terms_record_;
  view.terms_salt = terms_salt_;
  view.recipient_position = static_cast<std::uint8_t>(recipients_.positions[0]);
  view.recipient_salt = recipient_salt_;
  std::copy(recipients_.paths[0].begin(), recipients_.paths[0].end(), view.recipient_path.begin());
  view.note_secret = note_secret_;
  for (const auto& [k, wrap] : wraps_) view.wraps.emplace_back(k, wrap);
  for (const auto& slot : slots_) view.slots.emplace_back(slot);
  message_test::HeapMemory memory;
  return ByteView(must(wire::encode_view(view, memory))).copy();
}

void Working::envelope() {
  const Bytes view = view_record();
  const Bytes staple = wire::encode(must(note_.scene.status->staple(7)));
  std::vector<Bytes> chain;
  for (const auto& link : party("prosecutor").seat_chain()) chain.push_back(wire::encode(link));
  BundleBorrowed bundle;
  bundle.batch_root = tree_.root;
  bundle.signature = signature_;
  for (const auto& link : chain) bundle.chain.emplace_back(link);
  bundle.staples = {ByteView(staple)};
  bundle.views = {ByteView(view)};
  const Bytes content = must(wire::encode_bundle(bundle));

  const auto& schema = note_.scene.schema();
  std::uint64_t bound = 4096 + 3072 + 256 * schema.compartments.size() + 8 * 128;
  for (const auto& slot : schema.slots) bound += slot.size;
  const std::uint64_t size = crypto::padme(std::max<std::uint64_t>(4096, 4 + bound));
  Bytes body = concat({std::move(ByteWriter().u32(static_cast<std::uint32_t>(content.size()))).take(), content});
  body.resize(size);
  const auto& reader = party(kReader);
  const Bytes aad = concat({text("LXE1"), u16(1)});
  const Bytes info = concat({text("LX1 envelope"), th("LX1 envelope info", {reader.id(), reader.encryption.id})});
  Bytes sealed(body.size() + crypto::hpke_overhead(SuiteId::p256));
  must(crypto::hpke_seal(reader.encryption_key->public_key(), info, aad, body, random_, MutableView(sealed)));
  out_.envelope = concat({aad, sealed});

  record("view", view);
  record("bundle", content);
  out_.json["U"] = bound;
  out_.json["body_length"] = size;
  put("envelope_info", info);
  put("envelope_aad", aad);
  record("envelope", out_.envelope);

  page_.words("\n**The envelope.** U = 4096 + 3072 + 256 * " + std::to_string(schema.compartments.size()) +
              " + the slots' B_i + 8 * 128 = " + std::to_string(bound) +
              ", and Padme(4 + U) = " + std::to_string(size) + ".");
  page_.open();
  page_.value("view = canonical View", view);
  page_.value("bundle = canonical Bundle: batch root, signature, two chain records, one staple, one view", content);
  page_.value("info = \"LX1 envelope\" || TH(\"LX1 envelope info\", agency || encryption key id)", info);
  page_.value("aad = \"LXE1\" || 0001", aad);
  page_.value("envelope = aad || enc || ct, of u32 length || bundle || zeros", out_.envelope);
  page_.close();
}

}  // namespace

WorkedNote::WorkedNote() : scene(SuiteId::p256, court_spec(), message_test::builtin_type("court.event"), "prosecutor") {
  input = scene.note({{"startsAt", "2026-12-03T16:30Z"}, {"type", "4"}, {"transportNeed", "2"}}, {kReader});
  input.note_id = note_id_of(kSeed);
  input.purpose = Purpose::court;
}

Bytes WorkedNote::sealed() {
  reseed(scene, kSeed);
  return scene.for_party(scene.seal({input}), kReader);
}

Worked work_through() { return Working().go(); }

}  // namespace xch::vectors
