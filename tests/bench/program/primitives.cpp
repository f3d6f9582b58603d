// What the items are made of: the library's own primitives, its codecs, and the reading of a bundle.
#include <array>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <memory>

#include "bench.hpp"
#include "crypto/aead.hpp"
#include "crypto/digest.hpp"
#include "crypto/hpke.hpp"
#include "crypto/labels.hpp"
#include "crypto/merkle.hpp"
#include "crypto/scratch.hpp"
#include "crypto/suite.hpp"
#include "message/cells.hpp"
#include "wire/json_note.hpp"
#include "wire/note_codec.hpp"
#include "wire/records.hpp"

namespace xch::bench {
namespace {

constexpr std::size_t kCell = 288, kBody = 14336;  // what a cell of the work item and the body of its envelope hold

void add_hpke(SuiteId suite, std::size_t size) {
  const std::string of = "/" + std::string(crypto::suite_info(suite).name) + "/" + std::to_string(size);
  const auto key = std::make_shared<crypto::KemPrivateKey>(must(crypto::KemPrivateKey::generate(suite, crypto::system_random())));
  const auto plain = std::make_shared<Bytes>(size), sealed = std::make_shared<Bytes>(size + crypto::hpke_overhead(suite));
  const auto seal = [=] { return crypto::hpke_seal(key->public_key(), {}, {}, *plain, crypto::system_random(), *sealed); };
  must(seal());
  add("hpke.seal" + of, size, seal);
  add("hpke.open" + of, size, [=] { return crypto::hpke_open(*key, {}, {}, *sealed, *plain, Code::open_outer); });
}

void add_aead(SuiteId suite, std::size_t size) {
  const std::string of = "/" + std::string(crypto::suite_info(suite).name) + "/" + std::to_string(size);
  const auto aead = crypto::suite_info(suite).aead;
  const auto key = std::make_shared<Bytes>(crypto::kAeadKey), nonce = std::make_shared<Bytes>(crypto::kAeadNonce);
  const auto plain = std::make_shared<Bytes>(size), sealed = std::make_shared<Bytes>(size + crypto::kAeadTag);
  const auto seal = [=] { return crypto::aead_seal(aead, *key, *nonce, {}, *plain, *sealed); };
  must(seal());
  add("aead.seal" + of, size, seal);
  add("aead.open" + of, size, [=] { return crypto::aead_open(aead, *key, *nonce, {}, *sealed, *plain, Code::open_outer); });
}

void add_signatures(SuiteId suite) {
  const std::string of = "/" + std::string(crypto::suite_info(suite).name);
  const auto key = std::make_shared<crypto::SignPrivateKey>(must(crypto::SignPrivateKey::generate(suite, crypto::system_random())));
  const Digest root = crypto::sha256(ByteView());
  const auto label = crypto::sign_label(Kind::note);
  const auto signature = must(crypto::sign(*key, KeyId{}, label, root));
  add("sign" + of, 0, [=]() -> Status {
    XCH_TRY(crypto::sign(*key, KeyId{}, label, root));
    return Ok{};
  });
  add("verify" + of, 0, [=] { return crypto::verify(key->public_key(), KeyId{}, label, root, signature, Code::open_batch_signature); });
}

void add_hashes() {
  const auto block = std::make_shared<Bytes>(kCell);
  add("sha-256/" + std::to_string(kCell), kCell, [=]() -> Status {
    ::benchmark::DoNotOptimize(crypto::sha256(*block));
    return Ok{};
  });
  // The key and nonce of one cell.
  const auto prk = std::make_shared<crypto::Expander>(crypto::xt({}, {*block}));
  add("hkdf.expand/44", 0, [=]() -> Status {
    std::array<std::uint8_t, crypto::kAeadKey + crypto::kAeadNonce> out;
    prk->xp(crypto::label::kCellKey, {ByteView(*block).sub(0, 34)}, MutableView(out));
    ::benchmark::DoNotOptimize(out);
    return Ok{};
  });
  const std::vector<Digest> leaves(16);
  add("merkle.root/16", 0, [=]() -> Status {
    ::benchmark::DoNotOptimize(crypto::merkle_root(leaves));
    return Ok{};
  });
}

std::string example_note() {
  std::ifstream in(XCH_SOURCE_DIR "/examples/notes/bench.work.json", std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (text.empty()) give_up(Error{Code::not_found});
  return text;
}

std::shared_ptr<wire::NoteType> work_type() {
  for (const auto& bundle : wire::builtin_bundles())
    if (bundle.name == "bench.work") return std::make_shared<wire::NoteType>(must(wire::NoteType::load(bundle.bytes)));
  give_up(Error{Code::schema_unknown});
}

// A note as its vendor gives it, JSON or Cap'n Proto, to cells and back.
void add_note_codec() {
  const auto type = work_type();
  const std::string text = example_note();
  const auto memory = std::make_shared<crypto::Scratch>();
  const auto json = std::make_shared<wire::Json>(must(wire::parse_json(text)));
  const auto cells = std::make_shared<wire::NoteCells>(must(wire::cells_from_json(*type, *json, *memory)));
  const MutableView note = must(wire::note_from_cells(*type, *cells, *memory));
  add("note.parse_json", text.size(), [=]() -> Status {
    crypto::Scratch scratch;
    XCH_ASSIGN(const wire::Json parsed, wire::parse_json(text));
    XCH_TRY(wire::cells_from_json(*type, parsed, scratch));
    return Ok{};
  });
  add("note.write_json", text.size(), [=]() -> Status {
    crypto::Scratch scratch;
    XCH_ASSIGN(const wire::Json made, wire::json_from_cells(*type, *cells, scratch));
    ::benchmark::DoNotOptimize(wire::write_json(made));
    return Ok{};
  });
  add("note.read_capnp", note.size(), [=]() -> Status {
    const auto& kept = memory;  // holds the note
    crypto::Scratch scratch;
    XCH_TRY(wire::cells_from_note(*type, note, scratch));
    ::benchmark::DoNotOptimize(kept.get());
    return Ok{};
  });
  add("note.write_capnp", note.size(), [=]() -> Status {
    const auto& kept = memory;  // holds the cells' values
    crypto::Scratch scratch;
    XCH_TRY(wire::note_from_cells(*type, *cells, scratch));
    ::benchmark::DoNotOptimize(kept.get());
    return Ok{};
  });
}

// A bundle of one view in the work item's shape: eight full cells, eight leaves.
void add_bundle() {
  const auto memory = std::make_shared<crypto::Scratch>();
  const Bytes core = wire::encode(NoteHeader{}), terms = wire::encode(RecipientTerms{}), secret(32, 1), leaf(32, 2);
  const Bytes cell(message::cell_size(kCell - message::kSaltSize), 3), record(512, 4), signature(64, 5);
  ViewBorrowed view;
  view.core = core;
  view.terms = terms;
  view.note_secret = secret;
  for (int i = 0; i < 8; ++i) view.slots.push_back(cell);
  for (int i = 0; i < 8; ++i) view.slots.push_back(leaf);
  BundleBorrowed bundle;
  bundle.signature = signature;
  bundle.chain = {record, record};
  bundle.staples = {record};
  bundle.views = {must(wire::encode_view(view, *memory))};
  const MutableView bytes = must(memory->take(wire::encoded_bundle_size(bundle)));
  must(wire::encode_bundle_into(bundle, bytes));
  add("bundle.decode", bytes.size(), [=]() -> Status {
    const auto& kept = memory;  // holds the bytes
    XCH_ASSIGN(const BundleBorrowed read, wire::decode_bundle(bytes));
    XCH_TRY(wire::decode_view(read.views.front()));
    ::benchmark::DoNotOptimize(kept.get());
    return Ok{};
  });
}

}  // namespace

void add_primitives() {
  for (const auto suite : {SuiteId::p256, SuiteId::x25519}) {
    for (const auto size : {std::size_t{32}, kBody}) add_hpke(suite, size);
    for (const auto size : {kCell, kBody}) add_aead(suite, size);
    add_signatures(suite);
  }
  add_hashes();
  add_note_codec();
  add_bundle();
}

}  // namespace xch::bench
