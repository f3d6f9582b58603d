// Steps 13 to 16: slots, wraps, cells, values. The sender of these has every key and lies.
#include <array>
#include <cstring>

#include "crypto/hpke.hpp"
#include "crypto/labels.hpp"
#include "crypto/merkle.hpp"
#include "crypto/suite.hpp"
#include "message/cells.hpp"
#include "vectors/notes.hpp"
#include "wire/records.hpp"

namespace xch::vectors {
namespace {

std::uint16_t slot(const NoteCases& c, const std::string& path) {
  return message_test::slot_of(c.main.scene.schema(), path);
}

void add_slots(NoteCases& c) {
  const std::uint16_t court = slot(c, "court"), need = slot(c, "transportNeed");
  const std::uint16_t category = message_test::slot_of(c.main.scene.schema(), "type", Form::category);
  c.refuses("cell outside the terms", "A full cell stands where the terms have no slot.", "EX3402",
            [&](Parts& p) { p.raw(category, Bytes(message::cell_size(32), 7)); });
  c.refuses("cell in a padding slot", "A full cell stands past the schema's last slot.", "EX3402",
            [](Parts& p) { p.raw(7, Bytes(message::cell_size(32), 7)); });
  c.refuses("cell withheld", "A leaf stands in place of a cell, and no redaction record says so.", "EX3401",
            [&](Parts& p) {
              // The cell's own leaf, so that root and header are as they were.
              const auto honest = c.main.scene.take_apart(c.main.envelope, "harbor");
              Digest commit;
              if (!commit.copy_from(ByteView(honest.slots[need]).sub(0, 32))) testing::give_up(Code::bug, "cell");
              p.raw(need, message::cell_leaf(need, commit, message::cell_ct_hash(ByteView(honest.slots[need]).sub(32)))
                              .view()
                              .copy());
            });
  c.refuses("slots root of nothing", "The signed slots root is none of these slots.", "EX3404",
            [](Parts& p) { p.slots_root = crypto::sha256(ByteView()); });
  const auto after_signing = [&](const std::string& name, const std::string& says, auto edit) {
    c.refuses(name, says, "EX3404", [&](Parts& p) {
      const auto honest = c.main.scene.take_apart(c.main.scene.put_together(p), "harbor");
      std::vector<Digest> leaves;
      for (std::uint16_t i = 0; i < honest.slots.size(); ++i) {
        Digest leaf;
        if (!leaf.copy_from(ByteView(honest.slots[i]).sub(0, 32))) testing::give_up(Code::bug, "slot");
        if (honest.slots[i].size() > 32)
          leaf = message::cell_leaf(i, leaf, message::cell_ct_hash(ByteView(honest.slots[i]).sub(32)));
        leaves.push_back(leaf);
      }
      p.slots_root = crypto::merkle_root(leaves);
      for (std::uint16_t i = 0; i < honest.slots.size(); ++i) p.raw(i, honest.slots[i]);
      edit(p);
    });
  };
  const std::uint16_t type = slot(c, "type"), appearance = slot(c, "appearance");
  after_signing("cells swapped after signing", "Two cells of one size have changed places after signing.",
                [&](Parts& p) { std::swap(p.slots[type], p.slots[appearance]); });
  after_signing("cell flipped after signing", "One bit of a cell differs from what was signed.",
                [&](Parts& p) { p.slots[court][70] ^= 1; });
  after_signing("leaf flipped after signing", "One bit of a leaf differs from what was signed.",
                [&](Parts& p) { p.slots[category][0] ^= 1; });
}

// ---- 14
// ----------------------------------------------------------------------------------------------------------------

/// wrap seals `secret` to harbor's consent key as a wrap bound to these names.
Bytes wrap(NoteCases& c, const GrantHash& grant, const std::string& sender, const std::string& reader,
           Compartment bound_to, Compartment key_of_class, ByteView secret) {
  auto& scene = c.main.scene;
  const auto* key = scene.care.held.at("harbor")->class_private_key(key_of_class);
  const auto info = message::class_wrap_hpke_info(message::class_wrap_info(
      grant, scene.coalition[sender].id(), scene.coalition[reader].id(), bound_to, key->public_key().bytes()));
  Bytes out(secret.size() + crypto::hpke_overhead(c.suite));
  must(crypto::hpke_seal(key->public_key(), info, ByteView(), secret, scene.random, out));
  return out;
}

void add_wraps(NoteCases& c) {
  auto& scene = c.main.scene;
  const Compartment need = full(FieldClass::need), leg = full(FieldClass::leg);
  const GrantHash grant = scene.care.built.hash;
  c.refuses("wrap omitted", "A compartment of the terms has no wrap.", "EX3405", [](Parts& p) { p.wraps.pop_back(); });
  c.refuses("wrap too many", "A wrap of a compartment outside the terms.", "EX3405",
            [](Parts& p) { p.wraps.emplace_back(full(FieldClass::txt), p.wraps.back().second); });
  c.refuses("wraps out of order", "The wraps do not ascend by compartment.", "EX3405",
            [](Parts& p) { std::swap(p.wraps[0], p.wraps[1]); });
  c.refuses("wrap of another compartment's name", "The second wrap names a compartment outside the terms.", "EX3405",
            [](Parts& p) { p.wraps[1].first = full(FieldClass::txt); });
  c.refuses("wrap too short", "A wrap is one byte shorter than its suite's.", "EX3405", [&](Parts& p) {
    // At least 80 bytes are a wrap of some suite; below that the record is not well-formed.
    p.wraps[0].second.resize(c.suite == SuiteId::p256 ? 112 : 81);
  });
  c.refuses("wrap flipped", "One bit of a wrap differs.", "EX3406", [](Parts& p) { p.wraps[0].second.back() ^= 1; });
  c.refuses("wraps exchanged", "Each wrap stands under the other's compartment.", "EX3406",
            [](Parts& p) { std::swap(p.wraps[0].second, p.wraps[1].second); });
  const Bytes secret = scene.secret(need);
  c.opens("wrap made anew", "A wrap of the same S_k, made anew.",
          [&](Parts& p) { p.wraps[0].second = wrap(c, grant, "prosecutor", "harbor", need, need, secret); });
  const auto bound = [&](const std::string& name, const std::string& says, auto make) {
    c.refuses(name, says, "EX3406", [&](Parts& p) { p.wraps[0].second = make(); });
  };
  bound("wrap for another sender", "The wrap is bound to another sender.",
        [&] { return wrap(c, grant, "patrol", "harbor", need, need, secret); });
  bound("wrap for another reader", "The wrap is bound to another reader.",
        [&] { return wrap(c, grant, "prosecutor", "defender", need, need, secret); });
  GrantHash other = grant;
  other.bytes[0] ^= 1;
  bound("wrap for another grant version", "The wrap is bound to another grant hash.",
        [&] { return wrap(c, other, "prosecutor", "harbor", need, need, secret); });
  bound("wrap for another compartment", "The wrap is bound to another compartment.",
        [&] { return wrap(c, grant, "prosecutor", "harbor", leg, need, secret); });
  bound("wrap to another consent key", "The wrap is sealed to the consent key of another compartment.",
        [&] { return wrap(c, grant, "prosecutor", "harbor", need, leg, secret); });
  const Bytes another(32, 9);
  c.refuses("another S_k", "The wrap opens, to another S_k than the cells were sealed under.", "EX3408",
            [&](Parts& p) { p.wraps[0].second = wrap(c, grant, "prosecutor", "harbor", need, need, another); });
  c.refuses("another M", "M is another than the cells were sealed under.", "EX3408", [&](Parts& p) {
    const auto honest = scene.take_apart(scene.put_together(p), "harbor");
    for (std::uint16_t i = 0; i < honest.slots.size(); ++i) p.raw(i, honest.slots[i]);
    p.note_secret[0] ^= 1;
  });
}

// ---- 15
// ----------------------------------------------------------------------------------------------------------------

/// cell seals salt || plain under a key derived from `commit`, whatever that is.
Bytes cell(NoteCases& c, const Parts& p, std::uint16_t i, const Digest& commit, ByteView aad_number, ByteView salted) {
  const Compartment k = c.main.scene.schema().slots[i].compartment;
  const NoteCtx ctx = message::note_ctx(wire::encode(p.header));
  const crypto::Expander prk(message::compartment_prk(ctx, p.note_secret, c.main.scene.secret(k), k));
  std::array<std::uint8_t, 2> number{};
  store_u16(number.data(), i);
  Bytes key(crypto::kAeadKey + crypto::kAeadNonce);
  prk.xp(crypto::label::kCellKey, {ByteView(number), commit}, MutableView(key));
  Bytes aad = ctx.view().copy();
  aad.insert(aad.end(), aad_number.begin(), aad_number.end());
  Bytes out = commit.view().copy();
  out.resize(message::kCommitSize + salted.size() + crypto::kAeadTag);
  must(crypto::aead_seal(crypto::suite_info(c.suite).aead, ByteView(key).sub(0, crypto::kAeadKey),
                         ByteView(key).sub(crypto::kAeadKey), aad, salted, MutableView(out).sub(message::kCommitSize)));
  return out;
}

void add_sealed_cells(NoteCases& c) {
  const std::uint16_t i = slot(c, "court"), type = slot(c, "type"), appearance = slot(c, "appearance");
  const auto raw = [&](const std::string& name, const std::string& says, const char* id, auto edit) {
    c.refuses(name, says, id, [&](Parts& p) {
      Bytes bytes = c.main.scene.take_apart(c.main.scene.put_together(p), "harbor").slots[i];
      edit(bytes);
      p.raw(i, bytes);
    });
  };
  raw("cell a byte longer", "A cell is one byte longer than its slot asks for.", "EX3407",
      [](Bytes& b) { b.push_back(0); });
  raw("cell a byte shorter", "A cell is one byte shorter than its slot asks for.", "EX3407",
      [](Bytes& b) { b.pop_back(); });
  raw("cell of 33 bytes", "A cell is one byte longer than a leaf.", "EX3407", [](Bytes& b) { b.resize(33); });
  raw("cell of another slot size", "A cell is as long as one of the next slot size.", "EX3407",
      [](Bytes& b) { b.resize(message::cell_size(1024)); });
  raw("cell tag flipped", "The last bit of a cell's tag differs.", "EX3408", [](Bytes& b) { b.back() ^= 1; });
  raw("cell text flipped", "One bit of a cell's ciphertext differs.", "EX3408", [](Bytes& b) { b[100] ^= 1; });
  raw("commitment flipped", "One bit of a cell's commitment differs, and with it the cell's key.", "EX3408",
      [](Bytes& b) { b[0] ^= 1; });
  c.refuses("cells swapped before signing", "Two cells of one size and compartment were sealed in each other's place.",
            "EX3408", [&](Parts& p) {
              const auto honest = c.main.scene.take_apart(c.main.scene.put_together(p), "harbor");
              p.raw(type, honest.slots[appearance]);
              p.raw(appearance, honest.slots[type]);
            });
  const auto made = [&](const Parts& p, bool honest, std::uint16_t aad) {
    const Bytes& salted = p.salted.at(i);
    const NoteCtx ctx = message::note_ctx(wire::encode(p.header));
    Digest commit = message::cell_commit(ctx, i, ByteView(salted).sub(0, 32), ByteView(salted).sub(32));
    if (!honest) commit.bytes[31] ^= 1;
    std::array<std::uint8_t, 2> number{};
    store_u16(number.data(), aad);
    return cell(c, p, i, commit, number, salted);
  };
  c.opens("cell made by hand", "A cell sealed by the formulas alone.", [&](Parts& p) { p.raw(i, made(p, true, i)); });
  c.refuses("salamander", "A cell opens under the key of a commitment that its plaintext does not open.", "EX3413",
            [&](Parts& p) { p.raw(i, made(p, false, i)); });
  c.refuses("cell bound to another slot", "A cell's associated data names another slot.", "EX3408",
            [&](Parts& p) { p.raw(i, made(p, true, type)); });
}

void add_plains(NoteCases& c) {
  const auto plain = [&](const std::string& name, const std::string& says, const char* id, const std::string& path,
                         auto edit) {
    c.refuses(name, says, id, [&](Parts& p) { edit(MutableView(p.salted.at(slot(c, path))).sub(32)); });
  };
  plain("cell padding", "The last byte of a value's padding is not zero.", "EX3409", "court",
        [](MutableView p) { p[p.size() - 1] = 1; });
  plain("byte behind the value", "The byte behind the value is not zero.", "EX3409", "type",
        [](MutableView p) { p[13] = 1; });
  plain("present 2", "The present flag is 2.", "EX3410", "court", [](MutableView p) { p[0] = 2; });
  plain("present 255", "The present flag is 255.", "EX3410", "court", [](MutableView p) { p[0] = 255; });
  plain("length one beyond", "The value's length is one more than the slot holds.", "EX3411", "court",
        [](MutableView p) { store_u32(p.data() + 1, 252); });
  plain("length of four gigabytes in a cell", "The value's length is the largest u32.", "EX3411", "court",
        [](MutableView p) { store_u32(p.data() + 1, 0xffffffff); });
  plain("absent with a value", "The cell is absent and has a length.", "EX3412", "court",
        [](MutableView p) { p[0] = 0; });
}

// ---- 16
// ----------------------------------------------------------------------------------------------------------------

void add_values(NoteCases& c) {
  const auto write = [&](Parts& p, const std::string& path, const Bytes& value) {
    const MutableView plain = MutableView(p.salted.at(slot(c, path))).sub(32);
    std::memset(plain.data(), 0, plain.size());
    must(message::write_plain(true, value, plain));
  };
  const auto value = [&](const std::string& name, const std::string& says, const std::string& path,
                         const Bytes& bytes) {
    c.refuses(name, says, "EX3414", [&](Parts& p) { write(p, path, bytes); });
  };
  const auto text = [](std::string_view words) { return ByteView(words).copy(); };
  value("text with NUL", "A text holds a NUL.", "court", Bytes{'a', 0, 'b'});
  value("text not UTF-8", "A text is not UTF-8.", "court", Bytes{'a', 0xff});
  value("overlong UTF-8", "A text holds an overlong form.", "court", Bytes{0xc0, 0xaf});
  value("name of two lines", "A name has a line break.", "court", text("Seattle\nMunicipal Court"));
  value("empty name", "A name is present and empty.", "court", Bytes());
  value("time without zone", "A time lacks its Z.", "startsAt", text("2026-12-03T16:30"));
  value("time of no calendar", "A time names the 30th of February.", "startsAt", text("2026-02-30T16:30Z"));
  value("code of seven bytes", "A code is seven bytes long.", "type", Bytes(7, 0));
  value("code of no enumerant", "A code is the number of enumerants.", "type", Bytes{9, 0, 0, 0, 0, 0, 0, 0});
  value("code of 65,540", "A code is 4 only in its lowest 16 bits.", "type", Bytes{4, 0, 1, 0, 0, 0, 0, 0});
  value("code 0 present", "A code 0 is present.", "type", Bytes(8, 0));
  value("empty code", "A code is present and has no byte.", "type", Bytes());
  const auto opens = [&](const std::string& name, const std::string& says, const std::string& path,
                         const Bytes& bytes) {
    const Bytes envelope = c.main.changed(name, [&](Parts& p) { write(p, path, bytes); });
    Json cells = c.cells();
    for (auto& one : cells)
      if (one.at("slot") == slot(c, path)) one["value"] = hex_of(bytes);
    c.maker.bytes(name, says, envelope, views({opened(c.main.changed_header, cells)}));
  };
  opens("last code", "A code is the last enumerant.", "type", Bytes{8, 0, 0, 0, 0, 0, 0, 0});
  opens("time with seconds", "A time states its seconds.", "startsAt", text("2026-12-03T16:30:59Z"));
  opens("text as long as its slot", "A name of 251 bytes.", "court", Bytes(251, 'n'));
}

}  // namespace

void add_cells(NoteCases& c) {
  add_slots(c);
  add_wraps(c);
  add_sealed_cells(c);
  add_plains(c);
  add_values(c);
}

}  // namespace xch::vectors
