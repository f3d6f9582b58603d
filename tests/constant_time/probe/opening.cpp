// A whole note opened: the shared secrets of its envelope and its wraps, M, every S_k and all that is derived from them
// are secret; the note opens, or fails at each step that has a secret.
#include <cstring>

#include "crypto/labels.hpp"
#include "crypto/suite.hpp"
#include "message/cells.hpp"
#include "message/fixture.hpp"
#include "probes.hpp"
#include "secrets.hpp"
#include "wire/records.hpp"

namespace xch::constant_time {
namespace {

using message_test::Parts;
using message_test::Scene;
using testing::must;

/// What an open of one note met: verdicts, and the code of its refusal (bug: it opened).
struct Met {
  Verdicts verdicts;
  Code code = Code::bug;
};
Met open(Scene& scene, ByteView envelope, message::SecretCache& cache) {
  Met out;
  take_verdicts();
  const KeysAreSecret secret;
  const auto bundle = message::open(envelope, scene["clinic"], cache, scene.arenas, message_test::kNow);
  out.verdicts = take_verdicts();
  if (!bundle) {
    out.code = bundle.error().code;
    return out;
  }
  const auto& view = bundle->views.front();
  if (!view.opened) out.code = view.opened.error().code;
  if (!view.opened) return out;
  expect(view.opened->cells.size() > 3, "the note has cells");
  for (const auto& cell : view.opened->cells) expect(is_secret(cell.salt), "a cell's salt stays secret");
  return out;
}
Met open(Scene& scene, ByteView envelope) { return open(scene, envelope, scene.cache); }

/// One S_k, as a session keeps it.
class OneCache final : public message::SecretCache {
 public:
  bool find(const Digest& info, const Digest& wrap, MutableView out) override {
    const auto at = kept_.find({info, wrap});
    if (at == kept_.end()) return false;
    std::memcpy(out.data(), at->second.data(), out.size());
    make_secret(out);
    ++found;
    return true;
  }
  void keep(const GrantHash&, Compartment, const Digest& info, const Digest& wrap, ByteView secret) override {
    kept_[{info, wrap}] = secret.copy();
  }
  unsigned found = 0;

 private:
  std::map<std::pair<Digest, Digest>, Bytes> kept_;
};

constexpr unsigned kCompartments = 3;  // ENG, NEED and SUD

void opens(SuiteId suite) {
  Scene scene(suite);
  const Bytes envelope = scene.envelope();
  OneCache cache;
  for (const bool again : {false, true}) {
    const Met met = open(scene, envelope, cache);
    expect(met.code == Code::bug, "the note opens");
    expect(met.verdicts.agreed == (again ? 1 : 1 + kCompartments), "the envelope and every wrap had a shared secret");
    expect(met.verdicts.chosen == kCompartments, "every S_k was secret where it was used");
    expect(met.verdicts.body == 1, "the body was secret where it was unpadded");
    expect(met.verdicts.plain > 3 && met.verdicts.plain == met.verdicts.compare, "so was every cell");
    expect(met.verdicts.tag == met.verdicts.plain + met.verdicts.agreed, "one tag for each thing that opened");
  }
  expect(cache.found == kCompartments, "the second time the S_k were known");
}

template <class Edit>
void refuses(SuiteId suite, Code code, Edit edit) {
  Scene scene(suite);
  Parts parts = scene.take_apart(scene.envelope());
  edit(scene, parts);
  const Met met = open(scene, scene.put_together(parts));
  expect(met.code == code, "the note is refused for what was changed");
}

/// plain_i of the free text, whose slot is in the clinic's terms.
std::uint8_t* plain_of(Parts& parts) {
  return parts.salted.at(message_test::slot_at("nextStep")).data() + message::kSaltSize;
}

void refuses_cells(SuiteId suite) {
  refuses(suite, Code::open_cell_padding, [](Scene&, Parts& p) { plain_of(p)[5 + load_u32(plain_of(p) + 1)] = 1; });
  refuses(suite, Code::open_cell_present, [](Scene&, Parts& p) { plain_of(p)[0] = 2; });
  refuses(suite, Code::open_cell_size, [](Scene&, Parts& p) { store_u32(plain_of(p) + 1, 0xffffff); });
  refuses(suite, Code::open_cell_absent_value, [](Scene&, Parts& p) { plain_of(p)[0] = 0; });
  const auto with_cell = [&](Code code, auto change) {
    refuses(suite, code, [&](Scene& scene, Parts& parts) {
      const auto slot = message_test::slot_at("nextStep");
      const Compartment k = scene.schema().slots[slot].compartment;
      const NoteCtx ctx = message::note_ctx(wire::encode(parts.header));
      const Bytes salted = parts.salted.at(slot);
      const crypto::Expander prk(message::compartment_prk(ctx, parts.note_secret, scene.secret(k), k));
      Bytes cell(message::kCommitSize + salted.size() + crypto::kAeadTag);
      change(scene, ctx, prk, slot, salted, cell);
      parts.raw(slot, cell);
    });
  };
  with_cell(Code::open_cell_tag, [&](Scene& scene, const NoteCtx& ctx, const crypto::Expander& prk, std::uint16_t slot,
                                     const Bytes& salted, Bytes& cell) {
    must(message::seal_cell(crypto::suite_info(scene.suite).aead, ctx, prk, slot, salted, MutableView(cell)));
    cell.back() ^= 1;
  });
  // A ciphertext that opens under a key made for it and still does not open its commitment.
  with_cell(Code::open_cell_commitment, [&](Scene& scene, const NoteCtx& ctx, const crypto::Expander& prk,
                                            std::uint16_t slot, const Bytes& salted, Bytes& cell) {
    Digest commit = message::cell_commit(ctx, slot, ByteView(salted).sub(0, message::kSaltSize),
                                         ByteView(salted).sub(message::kSaltSize));
    commit.bytes[31] ^= 1;
    const std::array<std::uint8_t, 2> number{static_cast<std::uint8_t>(slot >> 8), static_cast<std::uint8_t>(slot)};
    std::array<std::uint8_t, crypto::kAeadKey + crypto::kAeadNonce> key;
    prk.xp(crypto::label::kCellKey, {ByteView(number), commit}, MutableView(key));
    std::memcpy(cell.data(), commit.bytes.data(), message::kCommitSize);
    must(crypto::aead_seal(crypto::suite_info(scene.suite).aead, ByteView(key).sub(0, crypto::kAeadKey),
                           ByteView(key).sub(crypto::kAeadKey), ByteWriter().raw(ctx).u16(slot), salted,
                           MutableView(cell).sub(message::kCommitSize)));
  });
}

void refuses_keys(SuiteId suite) {
  refuses(suite, Code::open_wrap, [](Scene&, Parts& p) { p.wraps.at(1).second.back() ^= 1; });
  Scene scene(suite);
  Bytes envelope = scene.envelope();
  envelope.back() ^= 1;
  expect(open(scene, envelope).code == Code::open_outer, "a changed envelope does not open");
  Bytes body = scene.body_of(scene.envelope());
  body.back() = 1;
  const auto& clinic = scene.coalition["clinic"];
  expect(open(scene, scene.seal_body(body, clinic.id(), clinic.encryption.id)).code == Code::open_padding,
         "nor does one whose padding is not zero");
}

}  // namespace

void add_opening(std::vector<Probe>& to) {
  for (const auto suite : {SuiteId::p256, SuiteId::x25519}) {
    const std::string of = "." + std::string(crypto::suite_info(suite).name);
    to.push_back({"open" + of, [suite] { opens(suite); }});
    to.push_back({"refuse-cells" + of, [suite] { refuses_cells(suite); }});
    to.push_back({"refuse-keys" + of, [suite] { refuses_keys(suite); }});
  }
}

}  // namespace xch::constant_time
